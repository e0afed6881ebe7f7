package journal_test

import (
	"context"
	"encoding/base64"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
	"pgregory.net/rapid"

	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/dbtest"
	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/journal"
	"github.com/orgmap/orgmap/internal/pg"
	"github.com/orgmap/orgmap/internal/pg/pgtest"
	"github.com/orgmap/orgmap/migrations"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(dbtest.Wrap(m, migrations.Up)) }

// bench is a journal with its own database.
type bench struct {
	url     string
	db      *pg.DB
	journal *journal.Journal

	mutex     sync.Mutex // protects announced and changed
	announced map[uuid.UUID][]int64
	changed   chan struct{} // closed at the next announcement
}

func newBench(t *testing.T) *bench {
	t.Helper()
	return newBenchOn(t, dbtest.Database(t))
}

func newBenchOn(t *testing.T, url string) *bench {
	t.Helper()
	db, err := pg.Open(t.Context(), url, pg.Options{})
	require.NoError(t, err)
	t.Cleanup(db.Close)
	b := &bench{url: url, db: db, announced: map[uuid.UUID][]int64{}, changed: make(chan struct{})}
	b.journal = journal.New(db, b.announce, b.follow)
	return b
}

func (b *bench) announce(_ context.Context, account uuid.UUID, position int64) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	b.announced[account] = append(b.announced[account], position)
	close(b.changed)
	b.changed = make(chan struct{})
}

// news returns the positions announced so far; more is closed when there is another one.
func (b *bench) news(account uuid.UUID) (positions []int64, more <-chan struct{}) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	return slices.Clone(b.announced[account]), b.changed
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

func (b *bench) admin(t *testing.T) *pgx.Conn {
	t.Helper()
	admin, err := pgx.Connect(t.Context(), b.url)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, admin.Close(context.Background())) })
	return admin
}

func plain(account uuid.UUID) journal.Change {
	return journal.Change{AccountID: account, Kind: journal.Organizations, Action: "organization.created", Actor: "Kim"}
}

// append commits count changes, one per write.
func (b *bench) append(t *testing.T, account uuid.UUID, count int) {
	t.Helper()
	for range count {
		require.NoError(t, b.write(account, b.appender(account)))
	}
}

func (b *bench) appender(account uuid.UUID) func(context.Context, pg.Tx) error {
	return func(ctx context.Context, tx pg.Tx) error { return b.journal.Append(ctx, tx, plain(account)) }
}

func (b *bench) write(account uuid.UUID, work func(context.Context, pg.Tx) error) error {
	return b.db.Write(context.Background(), account, work)
}

// age makes the changes up to a position older than ResumeWindow.
func (b *bench) age(t *testing.T, admin *pgx.Conn, account uuid.UUID, upTo int64) {
	t.Helper()
	_, err := admin.Exec(t.Context(), "UPDATE journal SET at = at - interval '1 month 1 second' WHERE account_id = $1 AND position <= $2", account, upTo)
	require.NoError(t, err)
}

func positions(changes []*journal.Change) []int64 {
	found := []int64{}
	for _, change := range changes {
		found = append(found, change.Position)
	}
	return found
}

func upTo(last int64) []int64 {
	all := []int64{}
	for position := int64(1); position <= last; position++ {
		all = append(all, position)
	}
	return all
}

func TestAppend_PositionsHaveNoGapsUnderThirtyWriters(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	account, neighbour := b.account(t), b.account(t)
	const writers, each = 30, 4
	failure := errors.New("rolled back")
	var group sync.WaitGroup
	for writer := range writers {
		group.Go(func() {
			for n := range each {
				failing := (writer+n)%4 == 0
				err := b.write(account, func(ctx context.Context, tx pg.Tx) error {
					if err := b.journal.Append(ctx, tx, plain(account)); err != nil || !failing {
						return err
					}
					return failure
				})
				if failing != errors.Is(err, failure) || !failing && err != nil {
					t.Errorf("writer %d: %v", writer, err)
				}
			}
		})
	}
	b.append(t, neighbour, 3)
	group.Wait()

	const committed = writers * each * 3 / 4
	changes, err := b.journal.Read(t.Context(), account, 0, 1000)
	require.NoError(t, err)
	require.Equal(t, upTo(committed), positions(changes))
	require.True(t, slices.IsSortedFunc(changes, func(a, b *journal.Change) int { return a.At.Compare(b.At) }), "times increase with positions")
	announced, _ := b.news(account)
	require.ElementsMatch(t, upTo(committed), announced)
	changes, err = b.journal.Read(t.Context(), neighbour, 0, 1000)
	require.NoError(t, err)
	require.Equal(t, upTo(3), positions(changes), "each account counts for itself")
}

func TestAppend_TimesFollowTheCommitOrder(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	account := b.account(t)
	require.NoError(t, b.write(account, func(ctx context.Context, tx pg.Tx) error {
		b.append(t, account, 1) // another write starts later and commits first
		return b.journal.Append(ctx, tx, plain(account))
	}))
	changes, err := b.journal.Read(t.Context(), account, 0, 10)
	require.NoError(t, err)
	require.Equal(t, upTo(2), positions(changes))
	require.True(t, changes[0].At.Before(changes[1].At))
}

func TestAppend_FailedWritesAreNotAnnounced(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	account, other := b.account(t), b.account(t)
	failure := errors.New("rolled back")
	require.ErrorIs(t, b.write(account, func(ctx context.Context, tx pg.Tx) error {
		require.NoError(t, b.journal.Append(ctx, tx, plain(account)))
		require.NoError(t, b.journal.Append(ctx, tx, plain(account)))
		return failure
	}), failure)
	require.Error(t, b.write(account, func(ctx context.Context, tx pg.Tx) error {
		return b.journal.Append(ctx, tx, plain(other))
	}), "a write of one account cannot append to another's journal")
	require.Error(t, b.write(account, func(ctx context.Context, tx pg.Tx) error {
		change := plain(account)
		change.Kind = "WEATHER"
		return b.journal.Append(ctx, tx, change)
	}))

	heads, err := b.journal.Heads(t.Context(), []uuid.UUID{account, other})
	require.NoError(t, err)
	require.Equal(t, map[uuid.UUID]int64{account: 0, other: 0}, heads)
	for _, one := range []uuid.UUID{account, other} {
		changes, err := b.journal.Read(t.Context(), one, 0, 10)
		require.NoError(t, err)
		require.Empty(t, changes)
		announced, _ := b.news(one)
		require.Empty(t, announced)
	}
}

func TestAppend_AnnouncesAfterTheCommit(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	account := b.account(t)
	require.NoError(t, b.write(account, func(ctx context.Context, tx pg.Tx) error {
		for range 2 {
			if err := b.journal.Append(ctx, tx, plain(account)); err != nil {
				return err
			}
		}
		announced, _ := b.news(account)
		require.Empty(t, announced)
		return nil
	}))
	announced, _ := b.news(account)
	require.Equal(t, []int64{1, 2}, announced)
}

func TestRead_ReturnsAppendedChanges(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	account := b.account(t)
	organizations, integrations, removed := []uuid.UUID{id.New(), id.New()}, []uuid.UUID{id.New()}, []uuid.UUID{id.New()}
	externals, subjects, removedSubjects := []uuid.UUID{id.New()}, []uuid.UUID{id.New()}, []uuid.UUID{id.New()}
	require.NoError(t, b.write(account, func(ctx context.Context, tx pg.Tx) error {
		return b.journal.Append(ctx, tx, journal.Change{
			AccountID: account, Kind: journal.Integrations, Action: "integration.disconnected", Actor: "O'Neil ?",
			OrganizationIDs: organizations, IntegrationIDs: integrations, RemovedIntegrationIDs: removed, ExternalOrgIDs: externals,
			SubjectIDs: subjects, RemovedSubjectIDs: removedSubjects,
			Before: map[string]any{"name": `a "quoted" ? \ name`}, After: []string{"1"},
			Position: 99, At: time.Unix(0, 0), // the journal sets these
		})
	}))
	changes, err := b.journal.Read(t.Context(), account, 0, 10)
	require.NoError(t, err)
	require.Len(t, changes, 1)
	read := changes[0]
	require.WithinDuration(t, time.Now(), read.At, time.Minute)
	read.At = time.Time{}
	summary := "changed nothing"
	require.Equal(t, &journal.Change{
		AccountID: account, Position: 1, Kind: journal.Integrations, Action: "integration.disconnected", Actor: "O'Neil ?",
		OrganizationIDs: organizations, IntegrationIDs: integrations, RemovedIntegrationIDs: removed, ExternalOrgIDs: externals,
		RemovedOrganizationIDs: []uuid.UUID{}, SubjectIDs: subjects, RemovedSubjectIDs: removedSubjects, Summary: &summary,
	}, read, "before and after are for audits: the live feed does not carry them")

	var before, after string
	require.NoError(t, b.admin(t).QueryRow(t.Context(), "SELECT before::text, after::text FROM journal").Scan(&before, &after))
	require.Equal(t, `{"name": "a \"quoted\" ? \\ name"}`, before)
	require.Equal(t, `["1"]`, after)
}

func TestRead_Pages(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	account := b.account(t)
	b.append(t, account, 5)
	for _, test := range []struct {
		sentence  string
		account   uuid.UUID
		after     int64
		limit     int
		positions []int64
	}{
		{"from the start", account, 0, 2, []int64{1, 2}},
		{"from the middle", account, 2, 2, []int64{3, 4}},
		{"to the end", account, 4, 2, []int64{5}},
		{"past the end", account, 5, 2, []int64{}},
		{"of an account without changes", b.account(t), 0, 2, []int64{}},
	} {
		t.Run(test.sentence, func(t *testing.T) {
			t.Parallel()
			changes, err := b.journal.Read(t.Context(), test.account, test.after, test.limit)
			require.NoError(t, err)
			require.Equal(t, test.positions, positions(changes))
		})
	}
}

func TestRead_ReturnsOnlyTheAccountsChanges(t *testing.T) {
	t.Parallel()
	for title, database := range map[string]func(testing.TB) string{"with row-level security": dbtest.Database, "without row-level security": dbtest.WithoutRowSecurity} {
		t.Run(title, func(t *testing.T) {
			t.Parallel()
			b := newBenchOn(t, database(t))
			busy, quiet := b.account(t), b.account(t)
			b.append(t, busy, 3)
			b.append(t, quiet, 1)
			changes, err := b.journal.Read(t.Context(), quiet, 0, 10)
			require.NoError(t, err)
			require.Equal(t, []int64{1}, positions(changes))
			require.Equal(t, quiet, changes[0].AccountID)
			cursor, err := b.journal.Cursor(auth.WithActor(t.Context(), auth.Actor{AccountID: quiet, Role: auth.Viewer}))
			require.NoError(t, err)
			require.Equal(t, journal.FormatCursor(1), cursor)
			heads, err := b.journal.Heads(t.Context(), []uuid.UUID{quiet})
			require.NoError(t, err)
			require.Equal(t, map[uuid.UUID]int64{quiet: 1}, heads)
		})
	}
}

func TestHeads_ReadsManyAccountsInOneStatement(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	want := map[uuid.UUID]int64{}
	asked := []uuid.UUID{id.New()} // does not exist
	for n := range 20 {
		account := b.account(t)
		b.append(t, account, n%3)
		want[account] = int64(n % 3)
		asked = append(asked, account)
	}
	ctx, statements := pg.WithStatementCount(t.Context())
	heads, err := b.journal.Heads(ctx, asked)
	require.NoError(t, err)
	require.Equal(t, want, heads)
	require.LessOrEqual(t, statements.Load(), int64(5), "the same number as for one account")

	heads, err = b.journal.Heads(t.Context(), nil)
	require.NoError(t, err)
	require.Empty(t, heads)
}

func TestCursor_ReturnsTheJournalsPosition(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	account := b.account(t)
	ctx := as(t.Context(), account)
	for want := range int64(3) {
		cursor, err := b.journal.Cursor(ctx)
		require.NoError(t, err)
		require.Equal(t, journal.FormatCursor(want), cursor)
		b.append(t, account, 1)
	}
	_, err := b.journal.Cursor(t.Context())
	require.Equal(t, apperr.Unauthenticated, apperr.CodeOf(err))
}

func TestParseCursor_RoundTripsWithFormatCursor(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		position := rapid.Int64Min(0).Draw(t, "position")
		read, err := journal.ParseCursor((&journal.Change{Position: position}).Cursor())
		require.NoError(t, err)
		require.Equal(t, position, read)
	})
}

func TestParseCursor_RefusesInvalidCursors(t *testing.T) {
	t.Parallel()
	encode := base64.RawURLEncoding.EncodeToString
	for sentence, text := range map[string]string{
		"an empty text":           "",
		"invalid base64":          "!!!",
		"a bare number":           "17",
		"another prefix":          encode([]byte("j2:17")),
		"a missing number":        encode([]byte("j1:")),
		"a negative number":       encode([]byte("j1:-1")),
		"a number that overflows": encode([]byte("j1:9223372036854775808")),
		"trailing text":           encode([]byte("j1:17 ")),
		"a list's cursor":         encode([]byte(`["acme","1"]`)),
	} {
		_, err := journal.ParseCursor(text)
		require.Equal(t, apperr.BadUserInput, apperr.CodeOf(err), sentence)
	}
	rapid.Check(t, func(t *rapid.T) {
		position, err := journal.ParseCursor(rapid.String().Draw(t, "text"))
		if err != nil {
			require.Equal(t, apperr.BadUserInput, apperr.CodeOf(err))
		}
		require.GreaterOrEqual(t, position, int64(0))
	})
}

func as(ctx context.Context, account uuid.UUID) context.Context {
	return auth.WithActor(ctx, auth.Actor{AccountID: account, Name: "Kim", Role: auth.Viewer})
}
