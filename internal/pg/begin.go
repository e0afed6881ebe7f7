package pg

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
)

// connector hands out connections whose transactions are set up in the round trip that begins them: a page of a few short
// reads would else wait for the network once more.
type connector struct{ driver.Connector }

func openSQL(pool *pgxpool.Pool) *sql.DB {
	db := sql.OpenDB(connector{stdlib.GetPoolConnector(pool)})
	db.SetMaxIdleConns(0) // the pool keeps them
	return db
}

// Connect takes a connection of the pool.
func (c connector) Connect(ctx context.Context) (driver.Conn, error) {
	conn, err := c.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	return settingUp{conn.(*stdlib.Conn)}, nil //nolint:forcetypeassert // the pool's connector makes no other
}

// settingUp is a connection whose transactions begin as their context says.
type settingUp struct{ *stdlib.Conn }

// ExecContext runs a statement that bun has written. One without values is sent as it is.
func (c settingUp) ExecContext(ctx context.Context, statement string, arguments []driver.NamedValue) (driver.Result, error) {
	text, values, err := bind(statement)
	if err != nil {
		return nil, err
	}
	return c.Conn.ExecContext(ctx, text, append(named(values), arguments...))
}

// QueryContext is ExecContext for a statement that gives rows.
func (c settingUp) QueryContext(ctx context.Context, statement string, arguments []driver.NamedValue) (driver.Rows, error) {
	text, values, err := bind(statement)
	if err != nil {
		return nil, err
	}
	return c.Conn.QueryContext(ctx, text, append(named(values), arguments...))
}

type setUpKey struct{}

// setUp is what a transaction begins with, and the context that it lives by.
type setUp struct {
	ctx       context.Context
	statement string
	session   *Session // whose snapshot it is, to be told its moment; nil: nobody asks
}

// withSetUp returns the context to begin a transaction with whose first statement sets something for its time. It does not
// end: database/sql would roll back by itself when it does, at a moment when pgx may be in the middle of a statement on the same
// connection, which no two may use at once. Whoever begins a transaction ends it, and its statements end with ctx.
func withSetUp(ctx context.Context, statement string) context.Context {
	return context.WithValue(context.WithoutCancel(ctx), setUpKey{}, setUp{ctx: ctx, statement: statement})
}

// withSnapshot is withSetUp for a session's transaction on an account, which tells the session its moment.
func withSnapshot(ctx context.Context, account uuid.UUID, session *Session) context.Context {
	statement := "SELECT * FROM open_account('" + account.String() + "')"
	return context.WithValue(context.WithoutCancel(ctx), setUpKey{}, setUp{ctx: ctx, statement: statement, session: session})
}

// forAccount is the statement that lets row-level security show the account.
func forAccount(account uuid.UUID) string {
	if account == uuid.Nil {
		return "" // it then shows nothing
	}
	return "SELECT set_config('app.account_id', '" + account.String() + "', true)"
}

// BeginTx begins a transaction and sets it up.
func (c settingUp) BeginTx(ctx context.Context, options driver.TxOptions) (driver.Tx, error) {
	with, _ := ctx.Value(setUpKey{}).(setUp)
	if with.statement == "" || c.Conn.Conn().IsClosed() {
		return c.Conn.BeginTx(ctx, options)
	}
	begin := "BEGIN"
	if sql.IsolationLevel(options.Isolation) == sql.LevelRepeatableRead {
		begin += " ISOLATION LEVEL REPEATABLE READ"
	}
	if options.ReadOnly {
		begin += " READ ONLY"
	}
	if with.session != nil {
		seen, err := openAccount(with.ctx, c.Conn.Conn(), begin+"; "+with.statement)
		if err != nil {
			abandon(c.Conn.Conn().PgConn()) // in a transaction that failed, or in none
			return nil, err
		}
		with.session.saw(seen)
		return opened{with.ctx, c.Conn.Conn()}, nil
	}
	tx, err := c.Conn.Conn().BeginTx(with.ctx, pgx.TxOptions{BeginQuery: begin + "; " + with.statement})
	if err != nil {
		return nil, err
	}
	return begun{with.ctx, tx}, nil
}

// begun is a transaction as database/sql ends it.
type begun struct {
	ctx context.Context //nolint:containedctx // the driver's interface has none
	tx  pgx.Tx
}

// rollbackTimeout bounds how long a connection is waited for that is to be used again.
const rollbackTimeout = 2 * time.Second

func (b begun) Commit() error { return b.tx.Commit(b.ctx) }

// Rollback works after the context has ended too, so that the connection need not be thrown away.
func (b begun) Rollback() error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(b.ctx), rollbackTimeout)
	defer cancel()
	return b.tx.Rollback(ctx)
}
