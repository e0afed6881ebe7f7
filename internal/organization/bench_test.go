package organization_test

import (
	"context"
	"sync"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/dbtest"
	"github.com/orgmap/orgmap/internal/directory"
	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/journal"
	"github.com/orgmap/orgmap/internal/name"
	"github.com/orgmap/orgmap/internal/organization"
	"github.com/orgmap/orgmap/internal/pg"
	"github.com/orgmap/orgmap/internal/pg/pgtest"
	"github.com/orgmap/orgmap/migrations"
)

func TestMain(m *testing.M) { dbtest.Main(m, migrations.Up) }

// directoryBytes is enough for the organizations of a few test accounts.
const directoryBytes = 1 << 20

// bench is the service with its own database.
type bench struct {
	url       string
	db        *pg.DB
	service   *organization.Service
	announced *announced
	kept      *directory.Cache
}

// announced records the journal's notifications.
type announced struct {
	mutex     sync.Mutex // protects positions
	positions map[uuid.UUID][]int64
}

func (a *announced) note(_ context.Context, account uuid.UUID, position int64) {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	a.positions[account] = append(a.positions[account], position)
}

func (a *announced) of(account uuid.UUID) []int64 {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	return a.positions[account]
}

func newBench(t testing.TB) *bench {
	t.Helper()
	return newBenchOn(t, dbtest.Database(t))
}

func newBenchOn(t testing.TB, url string) *bench {
	t.Helper()
	db, err := pg.Open(t.Context(), url, pg.Options{})
	require.NoError(t, err)
	t.Cleanup(db.Close)
	news := &announced{positions: map[uuid.UUID][]int64{}}
	kept := directory.New(directoryBytes)
	service := organization.New(db, journal.New(db, news.note, nil), kept)
	return &bench{url: url, db: db, service: service, announced: news, kept: kept}
}

// account creates an account with a limit; nil: unlimited.
func (b *bench) account(t require.TestingT, limit *int) uuid.UUID {
	account := id.New()
	require.NoError(t, pgtest.Run(context.Background(), b.db, func(ctx context.Context, tx pg.Tx) error {
		_, err := tx.Exec(ctx, "INSERT INTO accounts (id, name, organization_limit) VALUES (?, ?, ?)", account, account.String(), limit)
		return err
	}))
	return account
}

func as(account uuid.UUID, role auth.Role) context.Context {
	return auth.WithActor(context.Background(), auth.Actor{AccountID: account, ID: id.New(), Kind: auth.PersonActor, Name: "Kim", Role: role})
}

// editor creates an account without a limit and returns the context of an editor.
func (b *bench) editor(t require.TestingT) (ctx context.Context, account uuid.UUID) {
	account = b.account(t, nil)
	return as(account, auth.Editor), account
}

func (b *bench) create(t require.TestingT, ctx context.Context, name string) *organization.Organization {
	created, err := b.service.Create(ctx, name)
	require.NoError(t, err)
	return created
}

// insert adds organizations in one statement, so they all have the same createdAt.
func (b *bench) insert(t require.TestingT, account uuid.UUID, names ...string) []*organization.Organization {
	added := make([]*organization.Organization, len(names))
	for i, one := range names {
		added[i] = &organization.Organization{AccountID: account, ID: uuid.New(), Name: one, Folded: name.Fold(one), Active: true}
	}
	b.write(t, account, func(ctx context.Context, tx pg.Tx) error {
		_, err := tx.NewInsert().Model(&added).ExcludeColumn("created_at", "updated_at").Returning("created_at, updated_at").Exec(ctx)
		return err
	})
	return added
}

func (b *bench) write(t require.TestingT, account uuid.UUID, work func(context.Context, pg.Tx) error) {
	require.NoError(t, b.db.Write(context.Background(), account, work))
}

// books holds the account's counters and the actual numbers.
type books struct {
	Used     int   // according to the account's row
	Active   int   // actual number
	Position int64 // according to the account's row
	Changes  int64 // actual number
}

func (b *bench) books(t require.TestingT, account uuid.UUID) (found books) {
	require.NoError(t, b.db.Read(context.Background(), account, func(ctx context.Context, tx pg.ReadTx) error {
		return tx.NewRaw(`SELECT organizations_used AS used, journal_position AS position,
			(SELECT count(*) FROM organizations WHERE account_id = ?0 AND active) AS active, (SELECT count(*) FROM journal WHERE account_id = ?0) AS changes
			FROM accounts WHERE id = ?0`, account).Scan(ctx, &found)
	}))
	return found
}

// change is a row of the journal, as text.
type change struct {
	Kind, Action, Actor string
	OrganizationIDs     []uuid.UUID `bun:"organization_ids,array"`
	Before, After       string
}

func (b *bench) changes(t require.TestingT, account uuid.UUID) (found []change) {
	require.NoError(t, b.db.Read(context.Background(), account, func(ctx context.Context, tx pg.ReadTx) error {
		return tx.NewRaw(`SELECT kind, action, actor, organization_ids, coalesce(before::text, '') AS before, coalesce(after::text, '') AS after
			FROM journal ORDER BY position`).Scan(ctx, &found)
	}))
	return found
}

// userCode returns the code and path of the only user error in err.
func userCode(t require.TestingT, err error) (code apperr.UserErrorCode, path []string) {
	expected, failure := apperr.Split(err)
	require.NoError(t, failure)
	require.Len(t, expected, 1, "%v", err)
	require.NotEmpty(t, expected[0].Message)
	return expected[0].Code, expected[0].Path
}

func pointer[T any](value T) *T { return &value }
