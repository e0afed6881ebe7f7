package pg

import (
	"context"
	"database/sql"
	"database/sql/driver"

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

type setUpKey struct{}

// withSetUp returns a context in which a transaction begins with the statement, which sets something for its time.
func withSetUp(ctx context.Context, statement string) context.Context {
	return context.WithValue(ctx, setUpKey{}, statement)
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
	statement, _ := ctx.Value(setUpKey{}).(string)
	if statement == "" || c.Conn.Conn().IsClosed() {
		return c.Conn.BeginTx(ctx, options)
	}
	begin := "BEGIN"
	if sql.IsolationLevel(options.Isolation) == sql.LevelRepeatableRead {
		begin += " ISOLATION LEVEL REPEATABLE READ"
	}
	if options.ReadOnly {
		begin += " READ ONLY"
	}
	tx, err := c.Conn.Conn().BeginTx(ctx, pgx.TxOptions{BeginQuery: begin + "; " + statement})
	if err != nil {
		return nil, err
	}
	return begun{ctx, tx}, nil
}

// begun is a transaction as database/sql ends it.
type begun struct {
	ctx context.Context //nolint:containedctx // the driver's interface has none
	tx  pgx.Tx
}

func (b begun) Commit() error   { return b.tx.Commit(b.ctx) }
func (b begun) Rollback() error { return b.tx.Rollback(b.ctx) }
