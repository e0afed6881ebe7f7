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

// What a transaction begins with.
const (
	beginRead  = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
	beginWrite = "BEGIN"
)

// rollbackTimeout bounds how long a rollback may take before its connection is given up.
const rollbackTimeout = 2 * time.Second

// conflictRetries is how often a write is tried again that Postgres ended because of another one.
const conflictRetries = 3

type transactionKey struct{}

// transaction is one on a connection of the pool. Nobody but this package begins or ends one.
type transaction struct {
	ctx      context.Context //nolint:containedctx // whoever began it waits for its end
	account  uuid.UUID       // uuid.Nil: row-level security shows none
	conn     bun.Conn
	native   *pgx.Conn // the same connection
	pgx      pgx.Tx    // for River; nil: of a snapshot or a Batch
	giveBack func()    // the account's share

	view        *view // of the account, where the transaction's beginning told
	afterCommit []func()
	batch       batch
}

func transactionFrom(ctx context.Context) *transaction {
	found, _ := ctx.Value(transactionKey{}).(*transaction)
	return found
}

// open takes a connection for a transaction of the account. Requests take their turn among those of their account; what is not
// a request, such as a refresh, is bounded by its own number of workers.
func (d *DB) open(ctx context.Context, account uuid.UUID, request bool) (*transaction, error) {
	giveBack := func() {}
	if request {
		var err error
		if giveBack, err = d.shares.take(ctx, account); err != nil {
			return nil, err
		}
	}
	conn, err := acquired(ctx, d.bun.Conn)
	if err != nil {
		giveBack()
		return nil, err
	}
	t := &transaction{ctx: ctx, account: account, conn: conn, giveBack: giveBack}
	if t.native, err = nativeConn(conn); err != nil {
		t.close()
		return nil, err
	}
	return t, nil
}

// begin begins it and sets the account for row-level security in the same round trip.
func (t *transaction) begin(statement string) (err error) {
	if t.account != uuid.Nil {
		statement += "; SELECT set_config('app.account_id', '" + t.account.String() + "', true)"
	}
	t.pgx, err = t.native.BeginTx(t.ctx, pgx.TxOptions{BeginQuery: statement})
	return err
}

// inside returns the context of what is done in the transaction.
func (t *transaction) inside(ctx context.Context) context.Context {
	return context.WithValue(ctx, transactionKey{}, t)
}

var errNotCommitted = errors.New("pg: the transaction was taken back")

// commit makes it durable.
func (t *transaction) commit() error {
	tag, err := t.native.Exec(t.ctx, "COMMIT")
	if err == nil && tag.String() == "ROLLBACK" {
		return errNotCommitted
	}
	return err
}

// outsideTransaction is the status of a connection that is in no transaction.
const outsideTransaction = 'I'

// close takes back what was not committed and gives the connection back. It works after the context has ended too, so that the
// connection need not be thrown away.
func (t *transaction) close() {
	if t.native != nil && !t.native.IsClosed() && t.native.PgConn().TxStatus() != outsideTransaction {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(t.ctx), rollbackTimeout)
		defer cancel()
		if _, err := t.native.Exec(ctx, "ROLLBACK"); err != nil {
			abandon(t.native.PgConn())
		}
	}
	_ = t.conn.Close()
	t.giveBack()
}

// committed calls what waits for the commit.
func (t *transaction) committed() {
	for _, then := range t.afterCommit {
		then()
	}
}

// Read runs work in a transaction that sees the account as it stood at one moment. Inside a Session, all reads see the
// same moment, and inside a write or an Enclosure that has begun, what it wrote. Statements that change anything fail elsewhere.
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

// Write runs work in a transaction that may change the account, and commits it unless work fails. Where Postgres ends
// it because of another transaction, work runs again from the start: it must not change anything outside. Inside an Enclosure
// it is committed with that.
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

// Batch is Write for work whose statements travel together: the transaction begins in the round trip of the first ones and is
// committed in that of the last ones. What the work returns must be what Batch.Finish returned.
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

// write does the work as a part of the enclosure of ctx, or once as a transaction of its own, and again where it met another one.
func (d *DB) write(ctx context.Context, account uuid.UUID, enclosed part, alone func(*transaction) error) error {
	if outer := transactionFrom(ctx); outer != nil {
		return errNestedWrite
	}
	session := sessionFrom(ctx)
	if session != nil {
		session.Close() // what is read after the write must see it, and one request never holds two connections
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

// closing runs work and closes the transaction, also where work panics.
func closing(t *transaction, work func(*transaction) error) error {
	defer t.close()
	return work(t)
}

// Across runs one statement that is no account's, in a transaction of its own whatever else ctx belongs to: a function of the schema
// that looks at several accounts, or what belongs to none. Row-level security shows it no rows.
func (d *DB) Across(ctx context.Context, statement Statement) error {
	conn, err := acquired(ctx, d.pool.Acquire)
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

// pause waits a little, longer with each try and never the same, so that those who met do not meet again.
func pause(ctx context.Context, try int) {
	_ = clock.Wait(ctx, clock.UpTo(20*time.Millisecond<<try))
}
