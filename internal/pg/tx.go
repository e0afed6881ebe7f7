package pg

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"
	"github.com/uptrace/bun"
)

// ReadTx reads in a transaction. bun composes what it reads by a model or by filters; a statement that is written by hand and runs
// once an operation goes through NewRaw, and one that brings many rows, or goes together with others, through Send.
type ReadTx struct{ t *transaction }

// NewSelect begins a query that bun composes.
func (tx ReadTx) NewSelect() *bun.SelectQuery { return tx.t.conn.NewSelect() }

// NewRaw is a statement as text, with ? for values, whose rows bun scans by the names of their columns.
func (tx ReadTx) NewRaw(statement string, values ...any) *bun.RawQuery {
	return tx.t.conn.NewRaw(statement, values...)
}

// Send runs the statements, one after the other, in one round trip. Where one fails, those behind it are not run.
func (tx ReadTx) Send(ctx context.Context, statements ...Statement) error {
	_, err := tx.t.send(ctx, statements, "")
	return err
}

// Era is that of the server that the transaction is on.
func (tx ReadTx) Era() int64 { return eraOf(tx.t.native) }

// Moment is the moment that the transaction sees; false where its beginning did not tell.
func (tx ReadTx) Moment() (Moment, bool) {
	if tx.t.view == nil {
		return Moment{}, false
	}
	return tx.t.view.moment, true
}

// Organizations tells how many active organizations the account has, and at which version all of them stand, as the
// transaction sees them: they are the same wherever the version is. false where its beginning did not tell.
func (tx ReadTx) Organizations() (active int, version int64, known bool) {
	if tx.t.view == nil {
		return 0, 0, false
	}
	return tx.t.view.active, tx.t.view.version, true
}

// Tx reads and writes in a transaction.
type Tx struct{ ReadTx }

// NewInsert begins an INSERT of a model.
func (tx Tx) NewInsert() *bun.InsertQuery { return tx.t.conn.NewInsert() }

// NewUpdate begins an UPDATE of a model.
func (tx Tx) NewUpdate() *bun.UpdateQuery { return tx.t.conn.NewUpdate() }

// Exec runs a statement as text, with ? for values, and returns how many rows it changed.
func (tx Tx) Exec(ctx context.Context, statement string, values ...any) (affected int, err error) {
	result, err := tx.NewRaw(statement, values...).Exec(ctx)
	if err != nil {
		return 0, err
	}
	count, err := result.RowsAffected()
	return int(count), err
}

// AfterCommit has then called once the write is durable, and never if it fails.
func (tx Tx) AfterCommit(then func()) { tx.t.afterCommit = append(tx.t.afterCommit, then) }

// JobsTx is a transaction as River takes it.
type JobsTx = pgx.Tx

// Jobs is the transaction for the jobs that belong to the write.
func (tx Tx) Jobs() JobsTx { return jobs{tx.t.pgx} }

// jobs is a transaction that only whoever began it ends.
type jobs struct{ pgx.Tx }

var errForeignTransaction = errors.New("pg: the transaction is ended by whoever began it")

func (jobs) Commit(context.Context) error   { return errForeignTransaction }
func (jobs) Rollback(context.Context) error { return errForeignTransaction }

// Writer is a write of either kind: a Tx or a Batch.
type Writer interface {
	Send(ctx context.Context, statements ...Statement) error
	AfterCommit(then func())
}
