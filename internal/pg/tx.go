package pg

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"
	"github.com/uptrace/bun"
)

// ReadTx reads in a transaction. Use bun for reads by model or with filters, NewRaw for a hand-written statement that
// runs once per operation, and Send for statements that return many rows or are sent together with others.
type ReadTx struct{ t *transaction }

// NewSelect returns a query that bun composes.
func (tx ReadTx) NewSelect() *bun.SelectQuery { return tx.t.conn.NewSelect() }

// NewRaw returns a statement given as text, with ? for values; bun scans its rows by column name.
func (tx ReadTx) NewRaw(statement string, values ...any) *bun.RawQuery {
	return tx.t.conn.NewRaw(statement, values...)
}

// Send runs the statements in order, in one round trip. If one fails, the ones after it are not run.
func (tx ReadTx) Send(ctx context.Context, statements ...Statement) error {
	_, err := tx.t.send(ctx, statements, "")
	return err
}

// Era returns the era of the transaction's server.
func (tx ReadTx) Era() int64 { return eraOf(tx.t.native) }

// AccountVersion returns the version of the account that the transaction sees, or false if the transaction did not read
// it when it began.
func (tx ReadTx) AccountVersion() (AccountVersion, bool) {
	if tx.t.view == nil {
		return AccountVersion{}, false
	}
	return tx.t.view.version, true
}

// Organizations returns the number of active organizations in the account and the version of all its organizations, as
// the transaction sees them: equal versions mean equal organizations. It returns false if the transaction did not read
// them when it began.
func (tx ReadTx) Organizations() (active int, version int64, known bool) {
	if tx.t.view == nil {
		return 0, 0, false
	}
	return tx.t.view.active, tx.t.view.organizationsVersion, true
}

// Tx reads and writes in a transaction.
type Tx struct{ ReadTx }

// NewInsert returns an INSERT of a model.
func (tx Tx) NewInsert() *bun.InsertQuery { return tx.t.conn.NewInsert() }

// NewUpdate returns an UPDATE of a model.
func (tx Tx) NewUpdate() *bun.UpdateQuery { return tx.t.conn.NewUpdate() }

// Exec runs a statement given as text, with ? for values, and returns how many rows it changed.
func (tx Tx) Exec(ctx context.Context, statement string, values ...any) (affected int, err error) {
	result, err := tx.NewRaw(statement, values...).Exec(ctx)
	if err != nil {
		return 0, err
	}
	count, err := result.RowsAffected()
	return int(count), err
}

// AfterCommit registers then to be called after the write is committed. If the write fails, then is never called.
func (tx Tx) AfterCommit(then func()) { tx.t.afterCommit = append(tx.t.afterCommit, then) }

// JobsTx is a transaction in the form that River expects.
type JobsTx = pgx.Tx

// Jobs returns the transaction for enqueueing jobs as part of the write.
func (tx Tx) Jobs() JobsTx { return jobs{tx.t.pgx} }

// jobs is a transaction that River must not end.
type jobs struct{ pgx.Tx }

var errForeignTransaction = errors.New("pg: only the function that began the transaction may end it")

func (jobs) Commit(context.Context) error   { return errForeignTransaction }
func (jobs) Rollback(context.Context) error { return errForeignTransaction }

// Writer is a write of either kind: a Tx or a Batch.
type Writer interface {
	Send(ctx context.Context, statements ...Statement) error
	AfterCommit(then func())
}
