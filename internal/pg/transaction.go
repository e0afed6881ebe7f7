package pg

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/uptrace/bun"

	"github.com/orgmap/orgmap/internal/clock"
)

// The statements that begin a transaction.
const (
	beginRead  = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
	beginWrite = "BEGIN"
)

// rollbackTimeout limits how long a rollback may take before its connection is dropped.
const rollbackTimeout = 2 * time.Second

// conflictRetries is how often a write is retried if Postgres aborted it because of another one.
const conflictRetries = 3

type transactionKey struct{}

// transaction is a transaction on a pool connection. Only this package begins and ends transactions.
type transaction struct {
	ctx     context.Context //nolint:containedctx // the function that began it waits for its end
	account uuid.UUID       // uuid.Nil: row-level security shows no account
	conn    bun.Conn
	native  *pgx.Conn // the same connection
	pgx     pgx.Tx    // for River; nil in a snapshot or a Batch
	release func()    // releases the account's share

	view        *view // of the account; nil if the transaction did not read it when it began
	afterCommit []func()
	batch       batch
}

func transactionFrom(ctx context.Context) *transaction {
	found, _ := ctx.Value(transactionKey{}).(*transaction)
	return found
}

// open takes a connection for a transaction of the account. Requests wait for their account's share; work outside a
// request, such as a refresh, is limited by its number of workers.
func (d *DB) open(ctx context.Context, account uuid.UUID, request bool) (*transaction, error) {
	release := func() {}
	if request {
		var err error
		if release, err = d.shares.acquire(ctx, account); err != nil {
			return nil, err
		}
	}
	conn, err := acquire(ctx, d.bun.Conn)
	if err != nil {
		release()
		return nil, err
	}
	t := &transaction{ctx: ctx, account: account, conn: conn, release: release}
	if t.native, err = nativeConn(conn); err != nil {
		t.close()
		return nil, err
	}
	return t, nil
}

// begin begins the transaction and sets the account for row-level security in the same round trip.
func (t *transaction) begin(statement string) (err error) {
	if t.account != uuid.Nil {
		statement += "; SELECT set_config('app.account_id', '" + t.account.String() + "', true)"
	}
	t.pgx, err = t.native.BeginTx(t.ctx, pgx.TxOptions{BeginQuery: statement})
	return err
}

// inside returns a context for work in the transaction.
func (t *transaction) inside(ctx context.Context) context.Context {
	return context.WithValue(ctx, transactionKey{}, t)
}

var errNotCommitted = errors.New("pg: the transaction was rolled back")

// commit commits the transaction.
func (t *transaction) commit() error {
	tag, err := t.native.Exec(t.ctx, "COMMIT")
	if err == nil && tag.String() == "ROLLBACK" {
		return errNotCommitted
	}
	return err
}

// outsideTransaction is the status of a connection that is not in a transaction.
const outsideTransaction = 'I'

// close rolls back what was not committed and releases the connection. It works after the context has ended too, so the
// connection can be reused.
func (t *transaction) close() {
	if t.native != nil && !t.native.IsClosed() && t.native.PgConn().TxStatus() != outsideTransaction {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(t.ctx), rollbackTimeout)
		defer cancel()
		if _, err := t.native.Exec(ctx, "ROLLBACK"); err != nil {
			abandon(t.native.PgConn())
		}
	}
	_ = t.conn.Close()
	t.release()
}

// committed runs the functions registered with AfterCommit.
func (t *transaction) committed() {
	for _, then := range t.afterCommit {
		then()
	}
}

// Read runs work in a transaction that sees one snapshot of the account. Inside a Session all reads see the same
// snapshot; inside a write, or an Enclosure that has begun, they see its changes. Elsewhere, statements that change
// data fail.
func (d *DB) Read(ctx context.Context, account uuid.UUID, work func(context.Context, ReadTx) error) error {
	if outer := transactionFrom(ctx); outer != nil && outer.account == account {
		if outer.batch.open {
			return errBatch
		}
		return work(ctx, ReadTx{outer})
	}
	if enclosure := enclosureFrom(ctx); enclosure != nil {
		if inside, err := enclosure.read(ctx, account, work); inside {
			return err
		}
	}
	if session := sessionFrom(ctx); session != nil {
		return session.read(ctx, account, work)
	}
	t, err := d.open(ctx, account, false)
	if err != nil {
		return classify(err)
	}
	defer t.close()
	if err = t.begin(beginRead); err == nil {
		err = work(t.inside(ctx), ReadTx{t})
	}
	return classify(err)
}

// Write runs work in a transaction that may change the account, and commits it unless work fails. If Postgres aborts it
// because of another transaction, work runs again from the start, so it must not change anything outside the
// transaction. Inside an Enclosure, the enclosure commits.
func (d *DB) Write(ctx context.Context, account uuid.UUID, work func(context.Context, Tx) error) error {
	enclosed := func(ctx context.Context, t *transaction) error { return work(ctx, Tx{ReadTx{t}}) }
	return d.write(ctx, account, enclosed, func(t *transaction) error {
		if err := t.begin(beginWrite); err != nil {
			return err
		}
		if err := enclosed(t.inside(ctx), t); err != nil {
			return err
		}
		return t.commit()
	})
}

// Batch is Write for work that sends its statements together: the transaction begins in the round trip of the first
// statements and commits in that of the last. The work must return Batch.Finish's error.
func (d *DB) Batch(ctx context.Context, account uuid.UUID, work func(context.Context, Batch) error) error {
	enclosed := func(ctx context.Context, t *transaction) error { return work(ctx, Batch{t}) }
	return d.write(ctx, account, enclosed, func(t *transaction) error {
		t.batch = d.newBatch(t.native, account)
		err := enclosed(t.inside(ctx), t)
		if err == nil && !errors.Is(t.batch.closed, errFinished) {
			err = Batch{t}.Finish(ctx)
		}
		return err
	})
}

// write runs the work as part of ctx's enclosure, or in a transaction of its own, and retries it after a conflict.
func (d *DB) write(ctx context.Context, account uuid.UUID, enclosed part, alone func(*transaction) error) error {
	if outer := transactionFrom(ctx); outer != nil {
		return errNestedWrite
	}
	session := sessionFrom(ctx)
	if session != nil {
		session.Close() // reads after the write must see it, and one request never holds two connections
	}
	if enclosure := enclosureFrom(ctx); enclosure != nil {
		return enclosure.write(ctx, account, enclosed)
	}
	once := func() error {
		t, err := d.open(ctx, account, session != nil)
		if err != nil {
			return err
		}
		if err := closing(t, alone); err != nil {
			return err
		}
		t.committed()
		return nil
	}
	err := once()
	for try := 1; try <= conflictRetries && isConflict(err); try++ {
		pause(ctx, try)
		err = once()
	}
	return classify(err)
}

// closing runs work and closes the transaction, even if work panics.
func closing(t *transaction, work func(*transaction) error) error {
	defer t.close()
	return work(t)
}

// Across runs one statement that belongs to no account, always in its own transaction: a database function that works
// across accounts, or a query of data without an account. Row-level security hides all rows of accounts from it.
func (d *DB) Across(ctx context.Context, statement Statement) error {
	conn, err := acquire(ctx, d.pool.Acquire)
	if err != nil {
		return classify(err)
	}
	defer conn.Release()
	return classify(statement.run(ctx, conn.Conn()))
}

func nativeConn(conn bun.Conn) (*pgx.Conn, error) {
	var native *pgx.Conn
	err := conn.Raw(func(driver any) error {
		wrapped, ok := driver.(binder)
		if !ok {
			return errors.New("pg: the pool's connections are not pgx's")
		}
		native = wrapped.Conn.Conn()
		return nil
	})
	return native, err
}

// pause waits a random time that grows with each try, so that conflicting transactions do not collide again.
func pause(ctx context.Context, try int) {
	_ = clock.Wait(ctx, clock.UpTo(20*time.Millisecond<<try))
}
