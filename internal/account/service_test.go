package account_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/account"
	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/dbtest"
	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/pg"
	"github.com/orgmap/orgmap/internal/pg/pgtest"
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
	require.NoError(t, db.Write(t.Context(), accountID, func(ctx context.Context, tx pg.Tx) error {
		for range count {
			organization := id.New()
			if _, err := tx.Exec(ctx, "INSERT INTO organizations (account_id, id, name, folded) VALUES (?, ?, ?, 'x')", accountID, organization, organization.String()); err != nil {
				return err
			}
		}
		return nil
	}))
}

// list adds integrations, each with external organizations.
func list(t *testing.T, db *pg.DB, accountID uuid.UUID, integrations, each int) (ids []uuid.UUID) {
	t.Helper()
	for range integrations {
		one := id.New()
		ids = append(ids, one)
		require.NoError(t, db.Write(t.Context(), accountID, func(ctx context.Context, tx pg.Tx) error {
			_, err := tx.Exec(ctx, `
				WITH c AS (INSERT INTO connections (account_id, id, application, base_url, sealed_credentials) VALUES (?0, ?1, 'HUDU', 'https://hudu.example', '') RETURNING id)
				INSERT INTO integrations (account_id, id, connection_id, name, application, source) SELECT ?0, id, id, id::text, 'HUDU', 'API' FROM c`, accountID, one)
			return err
		}))
		require.NoError(t, add(t, db, accountID, one, each))
	}
	return ids
}

// add adds external organizations to an integration.
func add(t *testing.T, db *pg.DB, accountID, integration uuid.UUID, count int) error {
	t.Helper()
	return db.Write(t.Context(), accountID, func(ctx context.Context, tx pg.Tx) error {
		for range 2 { // in parts, as a refresh does
			_, err := tx.Exec(ctx, `
				INSERT INTO external_orgs (account_id, id, integration_id, remote_id, name, folded)
				SELECT ?, x.id, ?, x.id::text, 'x', 'x' FROM (SELECT gen_random_uuid() AS id FROM generate_series(1, ?)) AS x`, accountID, integration, count/2)
			if err != nil {
				return err
			}
		}
		return nil
	})
}

func TestQuota_Remaining(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		sentence string
		quota    account.Quota
		left     *int
	}{
		{"is nil without a limit", account.Quota{Used: 7}, nil},
		{"is the whole limit at first", account.Quota{Limit: pointer(5)}, pointer(5)},
		{"is the unused part of the limit", account.Quota{Limit: pointer(5), Used: 3}, pointer(2)},
		{"is zero if the limit is reached", account.Quota{Limit: pointer(5), Used: 5}, pointer(0)},
		{"is zero if the limit is zero", account.Quota{Limit: pointer(0)}, pointer(0)},
	} {
		t.Run(test.sentence, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, test.left, test.quota.Remaining())
		})
	}
}

func TestOperator_Create(t *testing.T) {
	t.Parallel()
	operator := account.NewOperator(pgtest.Operator(t, open(t)))
	for _, test := range []struct {
		sentence, name string
		limit          *int
		stored         string // if it is created
		refusal        string // if it is rejected
	}{
		{sentence: "without a limit", name: " North MSP ", stored: "North MSP"},
		{sentence: "with a limit", name: "South MSP", limit: pointer(25), stored: "South MSP"},
		{sentence: "with a limit of zero", name: "Empty MSP", limit: pointer(0), stored: "Empty MSP"},
		{sentence: "refuses an empty name", name: " ", refusal: "The name is empty."},
		{sentence: "refuses a limit below zero", name: "Below", limit: pointer(-1), refusal: "the limit must be from 0 to 10000000"},
		{sentence: "refuses a limit above the maximum", name: "Above", limit: pointer(10_000_001), refusal: "the limit must be from 0 to 10000000"},
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

func TestOperator_ListsOldestAccountsFirst(t *testing.T) {
	t.Parallel()
	db := open(t)
	operator := account.NewOperator(pgtest.Operator(t, db))
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

func TestOperator_SetLimits(t *testing.T) {
	t.Parallel()
	db := open(t)
	operator := account.NewOperator(pgtest.Operator(t, db))
	const most = "the limit must be from 0 to 10000000"
	for _, test := range []struct {
		sentence string
		change   account.LimitChange
		refusal  string
	}{
		{sentence: "raises the quota", change: account.LimitChange{Organizations: pointer(10)}},
		{sentence: "lowers the quota to what is used", change: account.LimitChange{Organizations: pointer(3)}},
		{sentence: "removes the quota", change: account.LimitChange{}},
		{
			sentence: "refuses a quota below what is used", change: account.LimitChange{Organizations: pointer(2), Integrations: pointer(50)},
			refusal: "the account has more than 2 active organizations: deactivate some first",
		},
		{sentence: "refuses a quota below zero", change: account.LimitChange{Organizations: pointer(-1)}, refusal: most},
		{sentence: "raises the other limits only", change: account.LimitChange{KeepOrganizations: true, Integrations: pointer(200), ExternalOrganizations: pointer(2_000_000)}},
		{sentence: "lowers the integration limit to what is used", change: account.LimitChange{KeepOrganizations: true, Integrations: pointer(2)}},
		{sentence: "lowers the external organization limit to what is used", change: account.LimitChange{KeepOrganizations: true, ExternalOrganizations: pointer(4)}},
		{
			sentence: "refuses integrations below what is used", change: account.LimitChange{Integrations: pointer(1), ExternalOrganizations: pointer(50)},
			refusal: "the account has more than 1 integrations: disconnect some first",
		},
		{
			sentence: "refuses external organizations below what is used", change: account.LimitChange{ExternalOrganizations: pointer(3)},
			refusal: "the account has more than 3 external organizations: disconnect integrations first",
		},
		{sentence: "refuses integrations below zero", change: account.LimitChange{Integrations: pointer(-1)}, refusal: most},
		{sentence: "refuses more external organizations than can be counted", change: account.LimitChange{ExternalOrganizations: pointer(10_000_001)}, refusal: most},
	} {
		t.Run(test.sentence, func(t *testing.T) {
			t.Parallel()
			created, err := operator.Create(t.Context(), test.sentence, pointer(5))
			require.NoError(t, err)
			fill(t, db, created.ID, 3)
			list(t, db, created.ID, 2, 2)
			changed, err := operator.SetLimits(t.Context(), created.ID, test.change)
			want := account.Limits{Integrations: account.Limit{Used: 2, Limit: 100}, ExternalOrganizations: account.Limit{Used: 4, Limit: 1_000_000}}
			quota := &account.Quota{Limit: pointer(5), Used: 3, Plan: "Standard"}
			if test.refusal == "" {
				require.NoError(t, err)
				quota.Limit = test.change.Organizations
				if test.change.KeepOrganizations {
					quota.Limit = pointer(5)
				}
				if test.change.Integrations != nil {
					want.Integrations.Limit = *test.change.Integrations
				}
				if test.change.ExternalOrganizations != nil {
					want.ExternalOrganizations.Limit = *test.change.ExternalOrganizations
				}
				require.Equal(t, &want, changed.Limits())
				require.Equal(t, quota, changed.Quota())
			} else {
				require.EqualError(t, err, test.refusal)
				require.Nil(t, changed)
			}
			found, err := account.New(db, nil).Current(as(created.ID))
			require.NoError(t, err)
			require.Equal(t, quota, found.Quota())
			require.Equal(t, &want, found.Limits())
		})
	}
	t.Run("refuses an account that does not exist", func(t *testing.T) {
		t.Parallel()
		nothing := id.New()
		_, err := operator.SetLimits(t.Context(), nothing, account.LimitChange{})
		require.EqualError(t, err, "there is no account "+id.Format(id.Account, nothing))
	})
}

func TestService_Current(t *testing.T) {
	t.Parallel()
	db := open(t)
	operator, service := account.NewOperator(pgtest.Operator(t, db)), account.New(db, nil)
	ours, err := operator.Create(t.Context(), "Ours", pointer(4))
	require.NoError(t, err)
	_, err = operator.Create(t.Context(), "Theirs", nil)
	require.NoError(t, err)
	renews := time.Date(2030, time.May, 1, 0, 0, 0, 0, time.UTC)
	require.NoError(t, pgtest.Run(t.Context(), db, func(ctx context.Context, tx pg.Tx) error {
		_, err := tx.Exec(ctx, "UPDATE accounts SET renews_at = ?, plan = 'Pro' WHERE id = ?", renews, ours.ID)
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
