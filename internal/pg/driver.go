package pg

import (
	"context"
	"database/sql"
	"database/sql/driver"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
)

// connector hands the pool's connections to bun, which speaks database/sql. It takes the values out of the statements that bun has
// written.
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
	return binder{conn.(*stdlib.Conn)}, nil //nolint:forcetypeassert // the pool's connector makes no other
}

// binder is a connection that sends the values of bun's statements beside their text.
type binder struct{ *stdlib.Conn }

// ExecContext runs a statement that bun has written. One without values is sent as it is.
func (c binder) ExecContext(ctx context.Context, statement string, arguments []driver.NamedValue) (driver.Result, error) {
	text, values, err := bind(statement)
	if err != nil {
		return nil, err
	}
	return c.Conn.ExecContext(ctx, text, append(named(values), arguments...))
}

// QueryContext is ExecContext for a statement that gives rows.
func (c binder) QueryContext(ctx context.Context, statement string, arguments []driver.NamedValue) (driver.Rows, error) {
	text, values, err := bind(statement)
	if err != nil {
		return nil, err
	}
	return c.Conn.QueryContext(ctx, text, append(named(values), arguments...))
}
