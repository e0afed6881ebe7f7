package refresh

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/dbtest"
	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/journal"
	"github.com/orgmap/orgmap/internal/live"
	"github.com/orgmap/orgmap/internal/pg"
	"github.com/orgmap/orgmap/internal/pg/pgtest"
	"github.com/orgmap/orgmap/internal/vendors"
	"github.com/orgmap/orgmap/migrations"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(dbtest.Wrap(m, migrations.Up)) }

// bench is a service and a worker for one account, with a scripted vendor.
type bench struct {
	*Service
	t       testing.TB
	db      *pg.DB
	worker  *Worker
	vendor  *vendor
	account uuid.UUID
	hub     *live.Hub
	latest  *live.Latest[*Run]
	editor  context.Context //nolint:containedctx // the requester is part of the test's setup

	mutex  sync.Mutex // protects the fields below
	news   map[uuid.UUID]int64
	pauses []time.Duration
	// onPause is called for each pause, instead of waiting.
	onPause func(time.Duration)
}

// openDatabase opens a database that the benches of one test share.
func openDatabase(t testing.TB) *pg.DB {
	t.Helper()
	return openDatabaseAt(t, dbtest.Database(t))
}

func openDatabaseAt(t testing.TB, url string) *pg.DB {
	t.Helper()
	db, err := pg.Open(t.Context(), url, pg.Options{MaxConnections: 12})
	require.NoError(t, err)
	t.Cleanup(db.Close)
	return db
}

func newBench(t testing.TB, db *pg.DB) *bench {
	t.Helper()
	b := &bench{t: t, db: db, vendor: &vendor{}, news: map[uuid.UUID]int64{}}
	var err error
	b.Service, err = New(db, b.announce, b.follow)
	require.NoError(t, err)
	b.startLive()
	b.account = b.newAccount()
	b.editor = b.as(b.account, auth.Editor)
	b.worker = b.newWorker()
	return b
}

func (b *bench) newWorker() *Worker {
	b.t.Helper()
	changes := journal.New(b.db, func(context.Context, uuid.UUID, int64) {}, nil)
	worker, err := NewWorker(b.db, changes, b, b.announce, slog.New(slog.DiscardHandler))
	require.NoError(b.t, err)
	worker.retry.wait = b.pause
	worker.retry.jitter = func(time.Duration) time.Duration { return 0 }
	return worker
}

// OpenSource returns the bench's vendor for every integration.
func (b *bench) OpenSource(context.Context, uuid.UUID, uuid.UUID) (vendors.Source, error) {
	return b.vendor, nil
}

// VendorKey returns no key: the bench works one run at a time.
func (b *bench) VendorKey(context.Context, uuid.UUID, uuid.UUID) (string, error) { return "", nil }

func (b *bench) announce(_ context.Context, account, run uuid.UUID, sequence int64) {
	b.hub.Announce(live.Notification{AccountID: account, RunID: run, Sequence: sequence})
	b.mutex.Lock()
	defer b.mutex.Unlock()
	b.news[run] = max(b.news[run], sequence)
}

func (b *bench) pause(ctx context.Context, pause time.Duration) error {
	b.mutex.Lock()
	b.pauses = append(b.pauses, pause)
	then := b.onPause
	b.mutex.Unlock()
	if then != nil {
		then(pause)
	}
	return ctx.Err()
}

func (b *bench) newAccount() uuid.UUID {
	b.t.Helper()
	account := id.New()
	require.NoError(b.t, pgtest.Run(b.t.Context(), b.db, func(ctx context.Context, tx pg.Tx) error {
		_, err := tx.Exec(ctx, "INSERT INTO accounts (id, name) VALUES (?, ?)", account, account.String())
		return err
	}))
	return account
}

func (b *bench) as(account uuid.UUID, role auth.Role) context.Context {
	return auth.WithActor(b.t.Context(), auth.Actor{AccountID: account, ID: id.New(), Kind: auth.PersonActor, Name: "Pat", Role: role})
}

// integration creates an integration without external organizations.
func (b *bench) integration() uuid.UUID {
	b.t.Helper()
	connection, integration := id.New(), id.New()
	b.exec("INSERT INTO connections (account_id, id, application, base_url, sealed_credentials) VALUES (?, ?, 'HUDU', 'https://hudu.example', '')", b.account, connection)
	b.exec("INSERT INTO integrations (account_id, id, connection_id, name, application, source) VALUES (?, ?, ?, ?, 'HUDU', 'API')",
		b.account, integration, connection, integration.String())
	return integration
}

func (b *bench) exec(statement string, arguments ...any) {
	b.t.Helper()
	require.NoError(b.t, b.db.Write(b.t.Context(), b.account, func(ctx context.Context, tx pg.Tx) error {
		_, err := tx.Exec(ctx, statement, arguments...)
		return err
	}))
}

// jobs counts the account's jobs in a River state.
func (b *bench) jobs(state string) int {
	b.t.Helper()
	return one[int](b, "SELECT count(*) FROM river_job WHERE kind = 'refresh' AND args ->> 'account_id' = ? AND state = ?::river_job_state", b.account.String(), state)
}

// one runs a statement that returns one value.
func one[V any](b *bench, statement string, arguments ...any) (value V) {
	b.t.Helper()
	require.NoError(b.t, b.db.Read(b.t.Context(), b.account, func(ctx context.Context, tx pg.ReadTx) error {
		return tx.NewRaw(statement, arguments...).Scan(ctx, &value)
	}))
	return value
}

// list returns the integration's list as users see it, by remote id; gone organizations are marked.
func (b *bench) list(integration uuid.UUID) map[string]string {
	b.t.Helper()
	var rows []struct {
		RemoteID, Name string
		Gone           bool
	}
	require.NoError(b.t, b.db.Read(b.t.Context(), b.account, func(ctx context.Context, tx pg.ReadTx) error {
		return tx.NewRaw("SELECT remote_id, name, removed_at IS NOT NULL AS gone FROM external_orgs WHERE integration_id = ?", integration).Scan(ctx, &rows)
	}))
	list := map[string]string{}
	for _, row := range rows {
		list[row.RemoteID] = row.Name
		if row.Gone {
			list[row.RemoteID] += " (gone)"
		}
	}
	return list
}

// request requests a refresh of one integration.
func (b *bench) request(integration uuid.UUID, acceptShrink ...bool) *Run {
	b.t.Helper()
	runs, err := b.Request(b.editor, []uuid.UUID{integration}, Accepted{Shrink: len(acceptShrink) > 0})
	require.NoError(b.t, err)
	require.Len(b.t, runs, 1)
	return runs[0]
}

func (b *bench) get(run uuid.UUID) *Run {
	b.t.Helper()
	found, err := b.ByIDs(b.editor, []uuid.UUID{run})
	require.NoError(b.t, err)
	require.Contains(b.t, found, run)
	return found[run]
}

// work does what River would do with the run's job.
func (b *bench) work(run *Run) *Run {
	b.t.Helper()
	require.NoError(b.t, b.worker.Work(b.t.Context(), job(run)))
	return b.get(run.ID)
}

func job(run *Run) *river.Job[Args] {
	return &river.Job[Args]{JobRow: &rivertype.JobRow{}, Args: Args{AccountID: run.AccountID, RunID: run.ID, IntegrationID: run.IntegrationID, Attempt: run.Attempt}}
}

// refresh requests and works a run.
func (b *bench) refresh(integration uuid.UUID, acceptShrink ...bool) *Run {
	b.t.Helper()
	return b.work(b.request(integration, acceptShrink...))
}

// start works a run in the background; the channel returns Work's error. A worker that fails to stop is canceled
// after a while, so that the test fails instead of hanging.
func (b *bench) start(ctx context.Context, worker *Worker, run *Run) <-chan error {
	done := make(chan error, 1)
	go func() {
		ctx, cancel := context.WithTimeoutCause(ctx, workTimeout, errHangs)
		defer cancel()
		err := worker.Work(ctx, job(run))
		if errors.Is(context.Cause(ctx), errHangs) {
			err = errors.Join(err, errHangs)
		}
		done <- err
	}()
	return done
}

// workTimeout is longer than the slowest machine needs for a test's run.
const workTimeout = 20 * time.Second

var errHangs = errors.New("the worker did not stop")

// hold blocks the vendor's first call. begun is closed when the call arrives; the call continues when release is
// called or its context ends.
func (v *vendor) hold() (begun <-chan struct{}, release func()) {
	came, resume := make(chan struct{}), make(chan struct{})
	v.interrupt(func(ctx context.Context, call int) {
		if call != 1 {
			return
		}
		close(came)
		select {
		case <-resume:
		case <-ctx.Done():
		}
	})
	return came, sync.OnceFunc(func() { close(resume) })
}

// eventually waits until state returns true, with a deadline.
func eventually(t testing.TB, what string, state func() bool) {
	t.Helper()
	require.Eventually(t, state, 20*time.Second, 10*time.Millisecond, what)
}

// follow follows runs like the program does, without Redis.
func (b *bench) follow(ctx context.Context, account uuid.UUID, snapshot func(context.Context) ([]*Run, error)) (Reader, error) {
	reader, err := b.latest.Follow(ctx, account, snapshot)
	if err != nil {
		return nil, err
	}
	return reader, nil
}

// startLive makes b.follow deliver until the test ends.
func (b *bench) startLive() {
	b.hub = live.NewHub(nil, live.HubOptions{Logger: slog.New(slog.DiscardHandler)})
	b.latest = live.NewLatest(b.hub, b.Service, func(run *Run) uuid.UUID { return run.ID }, func(run *Run) int64 { return run.Sequence }, live.LatestOptions{})
	ctx, stop := context.WithCancel(context.Background())
	stopped := make(chan error)
	go func() { stopped <- b.latest.Run(ctx) }()
	b.t.Cleanup(func() {
		stop()
		require.NoError(b.t, <-stopped)
	})
}

// vendor lists organizations page by page, two per page in most tests. The cursor is the page number.
type vendor struct {
	mutex sync.Mutex // protects the fields below
	all   []vendors.Organization
	size  int  // of a page; 0: 2
	mute  bool // announces no total
	calls int
	// answer, if set, replaces the list.
	answer func(call int, cursor string) (vendors.Page, error)
	// before is called in each call, before the answer.
	before func(ctx context.Context, call int)
}

func (v *vendor) Verify(context.Context) error { return nil }

func (v *vendor) Organizations(ctx context.Context, cursor string) (vendors.Page, error) {
	v.mutex.Lock()
	v.calls++
	call, before, answer := v.calls, v.before, v.answer
	v.mutex.Unlock()
	if before != nil {
		before(ctx, call)
	}
	if ctx.Err() != nil {
		return vendors.Page{}, ctx.Err()
	}
	if answer != nil {
		return answer(call, cursor)
	}
	return v.page(cursor)
}

// page returns what an honest vendor answers.
func (v *vendor) page(cursor string) (vendors.Page, error) {
	v.mutex.Lock()
	defer v.mutex.Unlock()
	size, number := max(v.size, 2), 0
	if cursor != "" {
		if _, err := fmt.Sscan(cursor, &number); err != nil {
			return vendors.Page{}, errors.New("no such page")
		}
	}
	from := min(number*size, len(v.all))
	to := min(from+size, len(v.all))
	page := vendors.Page{Organizations: v.all[from:to]}
	if total := len(v.all); !v.mute {
		page.Total = &total
	}
	if to < len(v.all) {
		page.Next = fmt.Sprint(number + 1)
	}
	return page, nil
}

// set makes the vendor list organizations with these remote ids and names, in alternation.
func (v *vendor) set(idsAndNames ...string) {
	v.mutex.Lock()
	defer v.mutex.Unlock()
	v.all = nil
	for i := 0; i < len(idsAndNames); i += 2 {
		v.all = append(v.all, vendors.Organization{RemoteID: idsAndNames[i], Name: idsAndNames[i+1]})
	}
}

// setMany makes the vendor list count organizations.
func (v *vendor) setMany(count int) {
	v.mutex.Lock()
	defer v.mutex.Unlock()
	v.all = make([]vendors.Organization, count)
	for i := range v.all {
		v.all[i] = vendors.Organization{
			RemoteID: fmt.Sprintf("%07d", i), Name: fmt.Sprintf("Organization %07d", i), URL: fmt.Sprintf("https://vendor.example/organizations/%d", i),
		}
	}
}

func (v *vendor) respond(answer func(call int, cursor string) (vendors.Page, error)) {
	v.mutex.Lock()
	defer v.mutex.Unlock()
	v.answer, v.calls = answer, 0
}

func (v *vendor) interrupt(before func(ctx context.Context, call int)) {
	v.mutex.Lock()
	defer v.mutex.Unlock()
	v.before, v.calls = before, 0
}

func (v *vendor) count() int {
	v.mutex.Lock()
	defer v.mutex.Unlock()
	return v.calls
}
