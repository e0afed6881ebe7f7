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

// Batch is a write whose statements are sent together. See DB.Batch.
type Batch struct{ t *transaction }

// Send runs the statements in order, in one round trip. If one fails, the ones after it are not run.
func (b Batch) Send(ctx context.Context, statements ...Statement) error {
	_, err := b.t.send(ctx, statements, "")
	return err
}

// Finish sends the last statements and commits. The work must return Finish's error. If the connection is lost before
// the response arrives, it is unknown whether the commit succeeded. Inside an Enclosure, the enclosure commits.
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

// AfterCommit registers then to be called after the write is committed. If the write fails, then is never called.
func (b Batch) AfterCommit(then func()) { b.t.afterCommit = append(b.t.afterCommit, then) }

var (
	errBatch    = errors.New("pg: a read inside a batch")
	errFinished = errors.New("pg: a statement after the last of its batch")
)

// batch is the state of a transaction that is a batch. A batch in an enclosure is an ordinary write.
type batch struct {
	open   bool
	first  []Statement // statements that begin the transaction; nil once they are sent
	closed error       // why no more statements are accepted
}

// setUpBatch sets the account for row-level security and makes Postgres keep generic plans; otherwise it would replan
// every statement with a list argument. The generic plans find each row by its key, even in tables so small that a
// sequential scan would be cheaper.
const setUpBatch = `SELECT set_config('app.account_id', $1, true), set_config('plan_cache_mode', 'force_generic_plan', true),
	set_config('enable_seqscan', 'off', true), set_config('enable_hashjoin', 'off', true),
	set_config('enable_mergejoin', 'off', true), set_config('enable_material', 'off', true)`

// plannedKey is the connection's custom data key for the time from which its cached plans date.
const plannedKey = "orgmap.planned"

// newBatch returns a batch on the connection. In a table with a handful of rows any index looks as good to Postgres as
// the key's, so cached plans are discarded after planLife, in case such a table has grown.
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

// send sends the statements, preceded by the transaction's first statements if they have not been sent and followed by
// last, if any, whose command tag it returns.
func (t *transaction) send(ctx context.Context, statements []Statement, last string) (tag pgconn.CommandTag, err error) {
	if t.batch.closed != nil {
		return tag, t.batch.closed
	}
	if !t.batch.open && len(statements) == 1 {
		return tag, statements[0].run(ctx, t.native)
	}
	defer func() {
		if t.batch.open {
			t.batch.closed = err // the transaction failed or was never begun
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
		tag, _ = rows.Close() // the reader returns the error
	}
	return tag, closeIfStale(t.native, reader.Close())
}
