package pg

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// Batch is a write whose statements travel together. See DB.Batch.
type Batch struct{ t *transaction }

// Send runs the statements, one after the other, in one round trip. Where one fails, those behind it are not run.
func (b Batch) Send(ctx context.Context, statements ...Statement) error {
	_, err := b.t.send(ctx, statements, "")
	return err
}

// Finish is Send for the last statements, and commits: the work must return what it returns. Where the answer does
// not come, nobody knows whether it was committed. Inside an Enclosure it is committed with that.
func (b Batch) Finish(ctx context.Context, statements ...Statement) error {
	if !b.t.batch.open {
		return b.Send(ctx, statements...)
	}
	tag, err := b.t.send(ctx, statements, "COMMIT")
	if err != nil {
		return err
	}
	b.t.batch.closed = errFinished
	if tag.String() != "COMMIT" {
		b.t.batch.closed = errNotCommitted
		return errNotCommitted
	}
	return nil
}

// AfterCommit has then called once the write is durable, and never if it fails.
func (b Batch) AfterCommit(then func()) { b.t.afterCommit = append(b.t.afterCommit, then) }

var (
	errBatch    = errors.New("pg: a read inside a batch")
	errFinished = errors.New("pg: a statement after the last of its batch")
)

// batch is what a transaction knows of the batch that it is; one in an enclosure is a write like any other.
type batch struct {
	open   bool
	first  []Statement // that the transaction begins with, as long as they are not sent
	closed error       // why nothing more is sent
}

// setUpBatch lets row-level security show the account, and has Postgres keep the plan of each statement, whose lists it would else
// make a plan for each time. Such a plan finds each row by its key, even where a table is so small yet that reading all of it would be less.
const setUpBatch = `SELECT set_config('app.account_id', $1, true), set_config('plan_cache_mode', 'force_generic_plan', true),
	set_config('enable_seqscan', 'off', true), set_config('enable_hashjoin', 'off', true),
	set_config('enable_mergejoin', 'off', true), set_config('enable_material', 'off', true)`

// plannedKey is where a connection keeps when the plans that it keeps were begun to be made.
const plannedKey = "orgmap.planned"

// newBatch is a batch on the connection. Of a table with a handful of rows every index is as good as the key's, and so
// plans are not kept for longer than the time in which such a table may have grown.
func (d *DB) newBatch(conn *pgx.Conn, account uuid.UUID) batch {
	first := []Statement{{SQL: beginWrite, Prepared: true}}
	kept := conn.PgConn().CustomData()
	if planned, _ := kept[plannedKey].(time.Time); time.Since(planned) > d.planLife {
		kept[plannedKey] = time.Now()
		first = append(first, Statement{SQL: "DISCARD PLANS", Prepared: true})
	}
	first = append(first, Statement{SQL: setUpBatch, Arguments: []Argument{Text(account.String())}, Prepared: true})
	return batch{open: true, first: first}
}

// send sends what the transaction begins with, unless it was sent, then the statements and the one that ends it, if any, whose tag it returns.
func (t *transaction) send(ctx context.Context, statements []Statement, last string) (tag pgconn.CommandTag, err error) {
	if t.batch.closed != nil {
		return tag, t.batch.closed
	}
	if !t.batch.open && len(statements) == 1 {
		return tag, statements[0].run(ctx, t.native)
	}
	defer func() {
		if t.batch.open {
			t.batch.closed = err // the transaction has failed, or was not even begun
		}
	}()
	statements = append(t.batch.first[:len(t.batch.first):len(t.batch.first)], statements...)
	together := &pgconn.Batch{}
	texts := make([]string, len(statements), len(statements)+1)
	for i, one := range statements {
		if texts[i], err = one.queue(ctx, t.native, together); err != nil {
			return tag, err
		}
	}
	if last != "" {
		together.ExecParams(last, nil, nil, nil, nil)
		texts = append(texts, last)
	}
	t.batch.first = nil
	ctx, end := sent(ctx, t.native, strings.Join(texts, "; "))
	defer func() { end(err) }()
	reader := t.native.PgConn().ExecBatch(ctx, together)
	for i := 0; reader.NextResult(); i++ {
		rows := reader.ResultReader()
		for rows.NextRow() {
			if take := statements[i].Take; take != nil {
				take(Row(rows.Values()))
			}
		}
		tag, _ = rows.Close() // its error is the reader's
	}
	return tag, noneStale(t.native, reader.Close())
}
