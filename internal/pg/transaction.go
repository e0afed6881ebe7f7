package pg

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/uptrace/bun"

	"github.com/orgmap/orgmap/internal/clock"
)

// Work is what is done in a transaction. It must use the context it is given: what it calls may take part in the
// transaction through it.
type Work func(ctx context.Context, tx bun.Tx) error

// conflictRetries is how often a write is tried again that Postgres ended because of another one.
const conflictRetries = 3

type transactionKey struct{}

// transaction is what a context knows of the transaction it belongs to.
type transaction struct {
	tx          bun.Tx
	conn        *pgx.Conn
	account     uuid.UUID // uuid.Nil: row-level security shows none
	writes      bool
	view        *view // of the account, where the transaction's beginning told
	afterCommit []func()

	// Of a write whose statements are sent together:
	together bool
	first    []Statement // that the transaction begins with, as long as they are not sent
	last     string      // that ends it
	closed   error       // why nothing more is sent
}

func transactionFrom(ctx context.Context) *transaction {
	found, _ := ctx.Value(transactionKey{}).(*transaction)
	return found
}

// Read runs work in a transaction that sees the account as it stood at one moment. Inside a Session, all reads see the
// same moment, and inside an Enclosure that has begun, what it wrote. Statements that change anything fail elsewhere.
func (d *DB) Read(ctx context.Context, account uuid.UUID, work Work) error {
	if outer := transactionFrom(ctx); outer != nil && outer.account == account {
		if outer.together {
			return errTogether
		}
		return work(ctx, outer.tx)
	}
	if enclosure := enclosureFrom(ctx); enclosure != nil {
		if inside, err := enclosure.read(ctx, account, work); inside {
			return err
		}
	}
	if session := sessionFrom(ctx); session != nil {
		return session.read(ctx, account, work)
	}
	options := &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true}
	return classify(d.run(ctx, options, &transaction{account: account}, work))
}

// Write runs work in a transaction that may change the account, and commits it unless work fails. Where Postgres ends
// it because of another transaction, work runs again from the start: it must not change anything outside. Inside an Enclosure
// it is committed with that.
func (d *DB) Write(ctx context.Context, account uuid.UUID, work Work) error {
	return d.write(ctx, account, work, func(state *transaction) error { return d.run(ctx, nil, state, work) })
}

// write runs a write in the enclosure of ctx, or once as a transaction of its own, and again where it met another one.
func (d *DB) write(ctx context.Context, account uuid.UUID, enclosed Work, once func(*transaction) error) error {
	if outer := transactionFrom(ctx); outer != nil {
		return errNestedWrite
	}
	if session := sessionFrom(ctx); session != nil {
		session.Close() // what is read after the write must see it, and one request never holds two connections
	}
	if enclosure := enclosureFrom(ctx); enclosure != nil {
		return enclosure.write(ctx, account, enclosed)
	}
	var err error
	for try := range conflictRetries + 1 {
		if try > 0 {
			pause(ctx, try)
		}
		writing := &transaction{account: account, writes: true}
		if err = once(writing); err == nil {
			for _, then := range writing.afterCommit {
				then()
			}
			return nil
		}
		if !isConflict(err) {
			break
		}
	}
	return classify(err)
}

// Across runs work in a transaction of its own that no account is set in, whatever else ctx belongs to. It sees rows of none: it is
// for the functions of the schema that look at several accounts, and for what belongs to no account.
func (d *DB) Across(ctx context.Context, work Work) error {
	return classify(d.run(ctx, nil, &transaction{}, work))
}

// AfterCommit has then called once the write that ctx belongs to is durable, and never if it fails.
func AfterCommit(ctx context.Context, then func()) {
	outer := transactionFrom(ctx)
	if outer == nil || !outer.writes {
		panic("pg: AfterCommit outside a write")
	}
	outer.afterCommit = append(outer.afterCommit, then)
}

// Native is the transaction that ctx belongs to, for what speaks pgx: River's inserts, and statements that take lists of values.
func Native(ctx context.Context) pgx.Tx {
	outer := transactionFrom(ctx)
	if outer == nil {
		panic("pg: Native outside a transaction")
	}
	return nativeTx{conn: outer.conn}
}

// run begins a transaction, sets the account for row-level security, and does the work in it.
func (d *DB) run(ctx context.Context, options *sql.TxOptions, state *transaction, work Work) (err error) {
	giveBack, err := d.share(ctx, state.account)
	if err != nil {
		return err
	}
	defer giveBack()
	conn, err := d.acquire(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }()
	if state.conn, err = nativeConn(conn); err != nil {
		return err
	}
	begin := withSetUp(ctx, forAccount(state.account))
	return conn.RunInTx(begin, options, func(_ context.Context, tx bun.Tx) error {
		state.tx = tx
		return work(context.WithValue(ctx, transactionKey{}, state), tx)
	})
}

// share waits for the account's turn, where it is a request that works.
func (d *DB) share(ctx context.Context, account uuid.UUID) (giveBack func(), err error) {
	if sessionFrom(ctx) == nil {
		return func() {}, nil
	}
	return d.shares.take(ctx, account)
}

func nativeConn(conn bun.Conn) (*pgx.Conn, error) {
	var native *pgx.Conn
	err := conn.Raw(func(driver any) error {
		wrapped, ok := driver.(settingUp)
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
