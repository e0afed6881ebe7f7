package token_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/auth/bearer"
	"github.com/orgmap/orgmap/internal/auth/session"
	"github.com/orgmap/orgmap/internal/auth/token"
	"github.com/orgmap/orgmap/internal/dbtest"
	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/pg"
	"github.com/orgmap/orgmap/internal/pg/pgtest"
	"github.com/orgmap/orgmap/migrations"
)

func TestMain(m *testing.M) { dbtest.Main(m, migrations.Up) }

// bench is the store with its own database.
type bench struct {
	db      *pg.DB
	store   *token.Store
	holders *bearer.Holders
	admin   *pgx.Conn // a superuser, exempt from row-level security
}

func newBench(t *testing.T) *bench {
	t.Helper()
	url := dbtest.Database(t)
	db, err := pg.Open(t.Context(), url, pg.Options{})
	require.NoError(t, err)
	t.Cleanup(db.Close)
	admin, err := pgx.Connect(t.Context(), url)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, admin.Close(context.Background())) })
	return &bench{db: db, store: token.NewStore(pgtest.Operator(t, db)), holders: bearer.New(db), admin: admin}
}

func (b *bench) authenticate(ctx context.Context, text string) (auth.Actor, error) {
	holder, err := b.holders.Holder(ctx, text)
	return holder.Actor, err
}

func (b *bench) account(t *testing.T) uuid.UUID {
	t.Helper()
	account := id.New()
	require.NoError(t, pgtest.Run(t.Context(), b.db, func(ctx context.Context, tx pg.Tx) error {
		_, err := tx.Exec(ctx, "INSERT INTO accounts (id, name) VALUES (?, ?)", account, account.String())
		return err
	}))
	return account
}

func (b *bench) requireNotGood(t *testing.T, text string) {
	t.Helper()
	actor, err := b.authenticate(t.Context(), text)
	require.Equal(t, apperr.Unauthenticated, apperr.CodeOf(err), "%v", err)
	require.Zero(t, actor)
}

func TestStore_TokenActsForItsAccountWithItsRole(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	seen := map[string]bool{}
	for _, account := range []uuid.UUID{b.account(t), b.account(t)} {
		for _, role := range []auth.Role{auth.Viewer, auth.Editor, auth.Admin} {
			text, created, err := b.store.Create(t.Context(), account, " "+role.String()+" of a dashboard ", role, 0)
			require.NoError(t, err)
			require.True(t, strings.HasPrefix(text, bearer.TokenPrefix))
			require.False(t, seen[text])
			seen[text] = true
			require.Nil(t, created.ExpiresAt)
			require.False(t, created.CreatedAt.IsZero())

			actor, err := b.authenticate(t.Context(), text)
			require.NoError(t, err)
			require.Equal(t, auth.Actor{Kind: auth.TokenActor, AccountID: account, ID: created.ID, Name: role.String() + " of a dashboard", Role: role}, actor)
		}
	}
}

func TestStore_RefusesToCreate(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	account, nothing := b.account(t), id.New()
	for _, test := range []struct {
		sentence string
		account  uuid.UUID
		name     string
		lifetime time.Duration
		refusal  string
	}{
		{"a token without a name", account, " ", 0, "The name is empty."},
		{"a negative lifetime", account, "CI", -time.Second, "the lifetime must not be negative"},
		{"an unknown account", nothing, "CI", 0, "there is no account " + id.Format(id.Account, nothing)},
	} {
		t.Run(test.sentence, func(t *testing.T) {
			t.Parallel()
			text, created, err := b.store.Create(t.Context(), test.account, test.name, auth.Viewer, test.lifetime)
			require.EqualError(t, err, test.refusal)
			require.Empty(t, text)
			require.Nil(t, created)
		})
	}
	t.Cleanup(func() {
		all, err := b.store.List(context.Background(), account)
		require.NoError(t, err)
		require.Empty(t, all)
	})
}

func TestStore_InvalidTokensGetTheSameError(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	account := b.account(t)
	good, _, err := b.store.Create(t.Context(), account, "good", auth.Admin, time.Hour)
	require.NoError(t, err)
	revoked, created, err := b.store.Create(t.Context(), account, "revoked", auth.Admin, 0)
	require.NoError(t, err)
	require.NoError(t, b.store.Revoke(t.Context(), created.ID))
	expired, created, err := b.store.Create(t.Context(), account, "expired", auth.Admin, time.Hour)
	require.NoError(t, err)
	_, err = b.admin.Exec(t.Context(), "UPDATE api_tokens SET expires_at = now() - interval '1 microsecond' WHERE id = $1", created.ID)
	require.NoError(t, err)

	_, unknownErr := b.authenticate(t.Context(), bearer.TokenPrefix+"unknown")
	for sentence, text := range map[string]string{
		"expired":                      expired,
		"revoked":                      revoked,
		"an empty text":                "",
		"the prefix alone":             bearer.TokenPrefix,
		"without its prefix":           strings.TrimPrefix(good, bearer.TokenPrefix),
		"another prefix":               "other_" + strings.TrimPrefix(good, bearer.TokenPrefix),
		"in capitals":                  strings.ToUpper(good),
		"with an additional character": good + "a",
		"with a missing character":     good[:len(good)-1],
		"with white space":             good + " ",
		"with a quote":                 good + "' OR true --",
		"with NUL and invalid UTF-8":   good + "\x00\xff",
	} {
		b.requireNotGood(t, text)
		_, err := b.authenticate(t.Context(), text)
		require.Equal(t, unknownErr, err, sentence)
	}
	_, err = b.authenticate(t.Context(), good)
	require.NoError(t, err)
}

func TestStore_LifetimeIsCountedByTheDatabase(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	_, created, err := b.store.Create(t.Context(), b.account(t), "CI", auth.Viewer, 90*time.Minute)
	require.NoError(t, err)
	require.Equal(t, 90*time.Minute, created.ExpiresAt.Sub(created.CreatedAt))
}

func TestStore_Revoke(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	account := b.account(t)
	text, created, err := b.store.Create(t.Context(), account, "CI", auth.Viewer, 0)
	require.NoError(t, err)
	other, _, err := b.store.Create(t.Context(), account, "other", auth.Viewer, 0)
	require.NoError(t, err)

	revokedAt := func() *time.Time {
		require.NoError(t, b.store.Revoke(t.Context(), created.ID))
		all, err := b.store.List(t.Context(), account)
		require.NoError(t, err)
		require.Nil(t, all[1].RevokedAt)
		return all[0].RevokedAt
	}
	first := revokedAt()
	require.NotNil(t, first)
	require.Equal(t, first, revokedAt(), "revoking again changes nothing")
	b.requireNotGood(t, text)
	_, err = b.authenticate(t.Context(), other)
	require.NoError(t, err)

	nothing := id.New()
	require.EqualError(t, b.store.Revoke(t.Context(), nothing), "there is no token "+id.Format(id.Token, nothing))
}

// used returns when a token was last used (nil: never), and which transaction wrote its row.
func (b *bench) used(t *testing.T, token uuid.UUID) (at *time.Time, writer uint32) {
	t.Helper()
	require.NoError(t, b.admin.QueryRow(t.Context(), "SELECT last_used_at, xmin FROM api_tokens WHERE id = $1", token).Scan(&at, &writer))
	return at, writer
}

// use uses a token and waits until that is recorded.
func (b *bench) use(t *testing.T, text string, token uuid.UUID) {
	t.Helper()
	_, before := b.used(t, token)
	_, err := b.authenticate(t.Context(), text)
	require.NoError(t, err)
	require.Eventually(t, func() bool {
		at, writer := b.used(t, token)
		return at != nil && writer != before
	}, time.Minute, 10*time.Millisecond)
}

func TestStore_LastUseIsWrittenAtMostHourly(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	account := b.account(t)
	text, created, err := b.store.Create(t.Context(), account, "CI", auth.Viewer, 0)
	require.NoError(t, err)
	b.use(t, text, created.ID)
	for _, test := range []struct {
		ago string
		due bool
	}{{"0", false}, {"59 minutes", false}, {"61 minutes", true}} {
		_, err := b.admin.Exec(t.Context(), "UPDATE api_tokens SET last_used_at = now() - $2::interval WHERE id = $1", created.ID, test.ago)
		require.NoError(t, err)
		if test.due {
			b.use(t, text, created.ID)
			continue
		}
		_, before := b.used(t, created.ID)
		for range 3 {
			_, err = b.authenticate(t.Context(), text)
			require.NoError(t, err)
		}
		// Uses are recorded in order: if a later one is recorded, this one would be too.
		other, unused, err := b.store.Create(t.Context(), account, "other", auth.Viewer, 0)
		require.NoError(t, err)
		b.use(t, other, unused.ID)
		_, after := b.used(t, created.ID)
		require.Equal(t, before, after, "last use is written again after %s", test.ago)
	}

	all, err := b.store.List(t.Context(), account)
	require.NoError(t, err)
	require.NotNil(t, all[0].LastUsedAt)
	session, err := session.NewStore(b.db).OpenForToken(t.Context(), auth.Actor{AccountID: account, ID: created.ID})
	require.NoError(t, err)
	_, err = b.admin.Exec(t.Context(), "UPDATE api_tokens SET last_used_at = NULL WHERE id = $1", created.ID)
	require.NoError(t, err)
	b.use(t, session, created.ID) // a session opened with the token uses it too
}

func TestStore_ListsTheAccountsTokensWithoutHashes(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ours, theirs := b.account(t), b.account(t)
	for _, name := range []string{"z", "a", "m"} {
		_, _, err := b.store.Create(t.Context(), ours, name, auth.Editor, time.Hour)
		require.NoError(t, err)
	}
	_, _, err := b.store.Create(t.Context(), theirs, "theirs", auth.Admin, 0)
	require.NoError(t, err)

	all, err := b.store.List(t.Context(), ours)
	require.NoError(t, err)
	require.Len(t, all, 3)
	for i, name := range []string{"z", "a", "m"} {
		require.Equal(t, name, all[i].Name)
		require.Equal(t, "EDITOR", all[i].Role)
		require.Nil(t, all[i].Hash)
		require.NotNil(t, all[i].ExpiresAt)
		require.Nil(t, all[i].RevokedAt)
	}
}

func TestStore_TokenIsNotInTheDatabase(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	text, _, err := b.store.Create(t.Context(), b.account(t), "CI", auth.Viewer, time.Hour)
	require.NoError(t, err)
	_, err = b.authenticate(t.Context(), text)
	require.NoError(t, err)
	secret := strings.TrimPrefix(text, bearer.TokenPrefix)

	require.Zero(t, b.rowsHolding(t, secret))
	_, err = b.admin.Exec(t.Context(), "UPDATE accounts SET plan = $1", text)
	require.NoError(t, err)
	require.Equal(t, 1, b.rowsHolding(t, secret), "the search finds stored text")
	_, err = b.admin.Exec(t.Context(), "UPDATE accounts SET plan = ''; UPDATE api_tokens SET hash = '"+secret+"'::bytea")
	require.NoError(t, err)
	require.Equal(t, 1, b.rowsHolding(t, secret), "the search finds stored bytes")
}

// rowsHolding counts the rows of all tables that contain a text, as text or as bytes.
func (b *bench) rowsHolding(t *testing.T, text string) (count int) {
	t.Helper()
	rows, err := b.admin.Query(t.Context(), "SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public'")
	require.NoError(t, err)
	tables, err := pgx.CollectRows(rows, pgx.RowTo[string])
	require.NoError(t, err)
	require.Greater(t, len(tables), 9)
	for _, table := range tables {
		var found int
		require.NoError(t, b.admin.QueryRow(t.Context(),
			fmt.Sprintf("SELECT count(*) FROM %s AS r WHERE r::text LIKE $1 OR r::text LIKE $2", table),
			"%"+text+"%", fmt.Sprintf("%%%x%%", text)).Scan(&found))
		count += found
	}
	return count
}

// One statement looks up many tokens. In any order, each gets its own account and that account's
// version, and an invalid one does not affect the others.
func TestStore_LooksUpManyTokensInOneStatement(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	type holding struct {
		account uuid.UUID
		name    string
		version pg.AccountVersion
	}
	accounts := []uuid.UUID{b.account(t), b.account(t)}
	var texts []string
	want := map[string]holding{}
	for n := range 6 {
		account := accounts[n/2%2] // two of one, two of the other, two of the first again
		text, made, err := b.store.Create(t.Context(), account, fmt.Sprint("number ", n), auth.Viewer, 0)
		require.NoError(t, err)
		texts = append(texts, text)
		if n == 1 || n == 2 {
			require.NoError(t, b.store.Revoke(t.Context(), made.ID))
			continue
		}
		want[text] = holding{account: account, name: made.Name}
	}
	texts = append(texts, bearer.TokenPrefix+"unknown")
	for n := range 3 {
		_, err := b.admin.Exec(t.Context(), "UPDATE accounts SET journal_position = journal_position + $2 WHERE id = $1", accounts[n%2], n+1)
		require.NoError(t, err)
		for text, held := range want {
			var writer uint32
			require.NoError(t, b.admin.QueryRow(t.Context(), "SELECT journal_position, xmin FROM accounts WHERE id = $1", held.account).
				Scan(&held.version.Position, &writer))
			held.version.Writer = writer
			require.NoError(t, b.admin.QueryRow(t.Context(), "SELECT era FROM "+pg.Server).Scan(&held.version.Era))
			want[text] = held
		}
		found, err := b.holders.All(t.Context(), texts)
		require.NoError(t, err)
		got := map[string]holding{}
		for text, holder := range found {
			got[text] = holding{account: holder.AccountID, name: holder.Name, version: holder.Version}
		}
		require.Equal(t, want, got)
	}
}
