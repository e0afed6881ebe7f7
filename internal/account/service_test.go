package account_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"github.com/uptrace/bun"

	"github.com/orgmap/orgmap/internal/account"
	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/dbtest"
	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/pg"
	"github.com/orgmap/orgmap/migrations"
)

func TestMain(m *testing.M) { dbtest.Main(m, migrations.Up) }

func open(t *testing.T) *pg.DB {
	t.Helper()
	db, err := pg.Open(t.Context(), dbtest.Database(t), pg.Options{})
	require.NoError(t, err)
	t.Cleanup(db.Close)
	return db
}

func pointer[T any](value T) *T { return &value }

func as(accountID uuid.UUID) context.Context {
	return auth.WithActor(context.Background(), auth.Actor{AccountID: accountID, Name: "Kim", Role: auth.Viewer})
}

// fill adds active organizations.
func fill(t *testing.T, db *pg.DB, accountID uuid.UUID, count int) {
	t.Helper()
	require.NoError(t, db.Write(t.Context(), accountID, func(ctx context.Context, tx bun.Tx) error {
		for range count {
			organization := id.New()
			if _, err := tx.ExecContext(ctx, "INSERT INTO organizations (account_id, id, name, folded) VALUES (?, ?, ?, 'x')", accountID, organization, organization.String()); err != nil {
				return err
			}
		}
		return nil
	}))
}

func TestQuota_Remaining(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		sentence string
		quota    account.Quota
		left     *int
	}{
		{"has no number without a limit", account.Quota{Used: 7}, nil},
		{"is the whole limit at first", account.Quota{Limit: pointer(5)}, pointer(5)},
		{"is what is not used", account.Quota{Limit: pointer(5), Used: 3}, pointer(2)},
		{"is zero where all is used", account.Quota{Limit: pointer(5), Used: 5}, pointer(0)},
		{"is zero where nothing is allowed", account.Quota{Limit: pointer(0)}, pointer(0)},
	} {
		t.Run(test.sentence, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, test.left, test.quota.Remaining())
		})
	}
}

func TestOperator_Create(t *testing.T) {
	t.Parallel()
	operator := account.NewOperator(open(t))
	for _, test := range []struct {
		sentence, name string
		limit          *int
		stored         string // where it is made
		refusal        string // where it is not
	}{
		{sentence: "without a limit", name: " North MSP ", stored: "North MSP"},
		{sentence: "with a limit", name: "South MSP", limit: pointer(25), stored: "South MSP"},
		{sentence: "with a limit of nothing", name: "Empty MSP", limit: pointer(0), stored: "Empty MSP"},
		{sentence: "refuses an empty name", name: " ", refusal: "The name is empty."},
		{sentence: "refuses a limit below zero", name: "Below", limit: pointer(-1), refusal: "the limit must be from 0 to 10000000"},
		{sentence: "refuses a limit that no list has", name: "Above", limit: pointer(10_000_001), refusal: "the limit must be from 0 to 10000000"},
	} {
		t.Run(test.sentence, func(t *testing.T) {
			t.Parallel()
			created, err := operator.Create(t.Context(), test.name, test.limit)
			if test.refusal != "" {
				require.ErrorContains(t, err, test.refusal)
				require.Nil(t, created)
				return
			}
			require.NoError(t, err)
			require.Equal(t, test.stored, created.Name)
			require.Equal(t, "Standard", created.Plan)
			require.False(t, created.CreatedAt.IsZero())
			require.Equal(t, &account.Quota{Limit: test.limit, Plan: "Standard"}, created.Quota())
		})
	}
	t.Run("refuses a name that another account has", func(t *testing.T) {
		t.Parallel()
		_, err := operator.Create(t.Context(), "Twice", nil)
		require.NoError(t, err)
		_, err = operator.Create(t.Context(), " Twice", nil)
		require.EqualError(t, err, `there is an account named "Twice" already`)
		_, err = operator.Create(t.Context(), "TWICE", nil)
		require.NoError(t, err)
	})
}

func TestOperator_ListsTheOldestFirst(t *testing.T) {
	t.Parallel()
	db := open(t)
	operator := account.NewOperator(db)
	none, err := operator.List(t.Context())
	require.NoError(t, err)
	require.Empty(t, none)

	names := []string{"Zeta", "Alpha", "Mid"}
	for _, name := range names {
		_, err := operator.Create(t.Context(), name, pointer(2))
		require.NoError(t, err)
	}
	all, err := operator.List(t.Context())
	require.NoError(t, err)
	require.Len(t, all, len(names))
	for i, one := range all {
		require.Equal(t, names[i], one.Name)
	}
	fill(t, db, all[1].ID, 2)
	all, err = operator.List(t.Context())
	require.NoError(t, err)
	require.Equal(t, 2, all[1].Quota().Used)
	require.Zero(t, all[0].Quota().Used)
}

func TestOperator_SetLimit(t *testing.T) {
	t.Parallel()
	db := open(t)
	operator := account.NewOperator(db)
	for _, test := range []struct {
		sentence string
		limit    *int
		refusal  string
	}{
		{sentence: "raises it", limit: pointer(10)},
		{sentence: "lowers it to what is used", limit: pointer(3)},
		{sentence: "takes it away", limit: nil},
		{sentence: "refuses one below what is used", limit: pointer(2), refusal: "the account has more than 2 active organizations: deactivate some first"},
		{sentence: "refuses one below zero", limit: pointer(-1), refusal: "the limit must be from 0 to 10000000"},
	} {
		t.Run(test.sentence, func(t *testing.T) {
			t.Parallel()
			created, err := operator.Create(t.Context(), test.sentence, pointer(5))
			require.NoError(t, err)
			fill(t, db, created.ID, 3)
			want := &account.Quota{Limit: test.limit, Used: 3, Plan: "Standard"}
			err = operator.SetLimit(t.Context(), created.ID, test.limit)
			if test.refusal == "" {
				require.NoError(t, err)
			} else {
				require.EqualError(t, err, test.refusal)
				want.Limit = pointer(5)
			}
			found, err := account.New(db).Current(as(created.ID))
			require.NoError(t, err)
			require.Equal(t, want, found.Quota())
		})
	}
	t.Run("refuses an account that does not exist", func(t *testing.T) {
		t.Parallel()
		nothing := id.New()
		require.EqualError(t, operator.SetLimit(t.Context(), nothing, nil), "there is no account "+id.Format(id.Account, nothing))
	})
}

func TestService_Current(t *testing.T) {
	t.Parallel()
	db := open(t)
	operator, service := account.NewOperator(db), account.New(db)
	ours, err := operator.Create(t.Context(), "Ours", pointer(4))
	require.NoError(t, err)
	_, err = operator.Create(t.Context(), "Theirs", nil)
	require.NoError(t, err)
	renews := time.Date(2030, time.May, 1, 0, 0, 0, 0, time.UTC)
	require.NoError(t, db.Operator(t.Context(), func(ctx context.Context, tx bun.Tx) error {
		_, err := tx.ExecContext(ctx, "UPDATE accounts SET renews_at = ?, plan = 'Pro' WHERE id = ?", renews, ours.ID)
		return err
	}))

	found, err := service.Current(as(ours.ID))
	require.NoError(t, err)
	require.Equal(t, "Ours", found.Name)
	require.Equal(t, "Pro", found.Plan)
	require.True(t, renews.Equal(*found.Quota().RenewsAt))

	_, err = service.Current(t.Context())
	require.Equal(t, apperr.Unauthenticated, apperr.CodeOf(err))
}
