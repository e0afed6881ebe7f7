package pg

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
)

// connector passes the pool's connections to bun through database/sql. They bind the values of bun's statements.
type connector struct{ driver.Connector }

func openSQL(pool *pgxpool.Pool) *sql.DB {
	db := sql.OpenDB(connector{stdlib.GetPoolConnector(pool)})
	db.SetMaxIdleConns(0) // the pool keeps idle connections
	return db
}

// Connect takes a connection from the pool.
func (c connector) Connect(ctx context.Context) (driver.Conn, error) {
	conn, err := c.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	return binder{conn.(*stdlib.Conn)}, nil //nolint:forcetypeassert // the pool's connector returns no other type
}

// binder is a connection that sends the values of bun's statements separately from their text.
type binder struct{ *stdlib.Conn }

// ExecContext runs a statement composed by bun. A statement without values is sent unchanged.
func (c binder) ExecContext(ctx context.Context, statement string, arguments []driver.NamedValue) (driver.Result, error) {
	text, values, err := bind(statement)
	if err != nil {
		return nil, err
	}
	result, err := c.Conn.ExecContext(ctx, text, append(named(values), arguments...))
	return result, c.keep(ctx, err)
}

// QueryContext is ExecContext for a statement that returns rows.
func (c binder) QueryContext(ctx context.Context, statement string, arguments []driver.NamedValue) (driver.Rows, error) {
	text, values, err := bind(statement)
	if err != nil {
		return nil, err
	}
	rows, err := c.Conn.QueryContext(ctx, text, append(named(values), arguments...))
	return rows, c.keep(ctx, err)
}

var errNotSent = errors.New("pg: the statement was not sent")

// keep returns another error than driver.ErrBadConn if the connection is still open. pgx returns ErrBadConn for every
// statement that it did not send, for example because the context had ended. database/sql would give such a connection
// back to the pool, which closes it while its transaction is being rolled back.
func (c binder) keep(ctx context.Context, err error) error {
	if !errors.Is(err, driver.ErrBadConn) || c.Conn.Conn().IsClosed() {
		return err
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return errNotSent
}
