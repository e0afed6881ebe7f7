package pg

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// nativeTx is pgx's view of a transaction that bun began and will end: River's jobs, and statements with lists of values, take part in it.
type nativeTx struct{ conn *pgx.Conn }

var errForeignTransaction = errors.New("pg: the transaction is ended by the one who began it")

// Begin makes a savepoint, as pgx does for a transaction in a transaction.
func (t nativeTx) Begin(ctx context.Context) (pgx.Tx, error) {
	if _, err := t.conn.Exec(ctx, "SAVEPOINT native"); err != nil {
		return nil, err
	}
	return savepoint{nativeTx: t}, nil
}

func (nativeTx) Commit(context.Context) error   { return errForeignTransaction }
func (nativeTx) Rollback(context.Context) error { return errForeignTransaction }

func (t nativeTx) CopyFrom(ctx context.Context, table pgx.Identifier, columns []string, rows pgx.CopyFromSource) (int64, error) {
	return t.conn.CopyFrom(ctx, table, columns, rows)
}

func (t nativeTx) SendBatch(ctx context.Context, batch *pgx.Batch) pgx.BatchResults {
	return t.conn.SendBatch(ctx, batch)
}

// LargeObjects is part of pgx's interface; nothing here has large objects.
func (nativeTx) LargeObjects() pgx.LargeObjects { panic("pg: no large objects") }

func (t nativeTx) Prepare(ctx context.Context, name, statement string) (*pgconn.StatementDescription, error) {
	return t.conn.Prepare(ctx, name, statement)
}

func (t nativeTx) Exec(ctx context.Context, statement string, arguments ...any) (pgconn.CommandTag, error) {
	return t.conn.Exec(ctx, statement, arguments...)
}

func (t nativeTx) Query(ctx context.Context, statement string, arguments ...any) (pgx.Rows, error) {
	return t.conn.Query(ctx, statement, arguments...)
}

func (t nativeTx) QueryRow(ctx context.Context, statement string, arguments ...any) pgx.Row {
	return t.conn.QueryRow(ctx, statement, arguments...)
}

func (t nativeTx) Conn() *pgx.Conn { return t.conn }

// savepoint is a transaction inside one.
type savepoint struct{ nativeTx }

func (s savepoint) Commit(ctx context.Context) error {
	_, err := s.conn.Exec(ctx, "RELEASE SAVEPOINT native")
	return err
}

func (s savepoint) Rollback(ctx context.Context) error {
	_, err := s.conn.Exec(ctx, "ROLLBACK TO SAVEPOINT native")
	return err
}
