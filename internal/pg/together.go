package pg

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/uptrace/bun"
)

// Statement is one of several that are sent together. In WriteTogether it is parsed and planned once for a connection: whatever its
// values, it must find its rows by their keys.
type Statement struct {
	SQL       string
	Arguments []Argument // of $1 and so on
	Take      func(Row)  // is handed each row; nil: none are wanted
}

// WriteTogether is Write for work that sends statements by Send and Finish alone. The transaction begins in the round trip of
// its first statements and is committed in that of its last ones.
func (d *DB) WriteTogether(ctx context.Context, account uuid.UUID, work func(context.Context) error) error {
	enclosed := func(ctx context.Context, _ bun.Tx) error { return work(ctx) }
	return d.write(ctx, account, enclosed, func(state *transaction) error { return d.runTogether(ctx, state, work) })
}

// Send runs the statements, one after the other, in the transaction that ctx belongs to and in one round trip. Where one
// fails, those behind it are not run.
func Send(ctx context.Context, statements ...Statement) error {
	_, err := sending(ctx).send(ctx, statements, "")
	return err
}

// Finish is Send for the last statements of WriteTogether, and commits: the work must return what it returns. Where the answer does
// not come, nobody knows whether it was committed. Inside an Enclosure it is committed with that.
func Finish(ctx context.Context, statements ...Statement) error {
	state := sending(ctx)
	tag, err := state.send(ctx, statements, state.last)
	if err != nil || !state.together {
		return err
	}
	state.closed = errFinished
	if tag.String() != state.last {
		state.closed = errNotCommitted
		return errNotCommitted
	}
	return nil
}

func sending(ctx context.Context) *transaction {
	outer := transactionFrom(ctx)
	if outer == nil {
		panic("pg: statements sent outside a transaction")
	}
	return outer
}

var (
	errTogether = errors.New("pg: a read inside a write whose statements are sent together")
	errFinished = errors.New("pg: a statement after the last of its write")
)

// runTogether does the work in a transaction of its own.
func (d *DB) runTogether(ctx context.Context, state *transaction, work func(context.Context) error) error {
	giveBack, err := d.share(ctx, state.account)
	if err != nil {
		return err
	}
	defer giveBack()
	conn, err := acquired(ctx, d.pool.Acquire)
	if err != nil {
		return err
	}
	defer conn.Release()
	state.conn, state.together, state.last = conn.Conn(), true, "COMMIT"
	state.first = d.firstOf(state.conn, state.account)
	inside := context.WithValue(ctx, transactionKey{}, state)
	if err = work(inside); err == nil && !errors.Is(state.closed, errFinished) {
		err = Finish(inside)
	}
	if err != nil && state.conn.PgConn().TxStatus() != outsideTransaction {
		_ = opened{ctx, state.conn}.Rollback()
	}
	return err
}

// outsideTransaction is the status of a connection that is in no transaction.
const outsideTransaction = 'I'

// setUpTogether lets row-level security show the account, and has Postgres keep the plan of each statement, whose lists it would else
// make a plan for each time. Such a plan finds each row by its key, even where a table is so small yet that reading all of it would be less.
const setUpTogether = `SELECT set_config('app.account_id', $1, true), set_config('plan_cache_mode', 'force_generic_plan', true),
	set_config('enable_seqscan', 'off', true), set_config('enable_hashjoin', 'off', true),
	set_config('enable_mergejoin', 'off', true), set_config('enable_material', 'off', true)`

// plannedKey is where a connection keeps when the plans that it keeps were begun to be made.
const plannedKey = "orgmap.planned"

// firstOf is what a transaction on the connection begins with. Of a table with a handful of rows every index is as good as the key's,
// and so plans are not kept for longer than the time in which such a table may have grown.
func (d *DB) firstOf(conn *pgx.Conn, account uuid.UUID) []Statement {
	first := []Statement{{SQL: "BEGIN"}}
	kept := conn.PgConn().CustomData()
	if planned, _ := kept[plannedKey].(time.Time); time.Since(planned) > d.planLife {
		kept[plannedKey] = time.Now()
		first = append(first, Statement{SQL: "DISCARD PLANS"})
	}
	return append(first, Statement{SQL: setUpTogether, Arguments: []Argument{Text(account.String())}})
}

// send sends what the transaction begins with, unless it was sent, then the statements and the one that ends it, if any, whose tag it returns.
func (t *transaction) send(ctx context.Context, statements []Statement, last string) (tag pgconn.CommandTag, err error) {
	if t.closed != nil {
		return tag, t.closed
	}
	defer func() {
		if t.together {
			t.closed = err // the transaction has failed, or was not even begun
		}
	}()
	statements = append(t.first[:len(t.first):len(t.first)], statements...)
	batch := &pgconn.Batch{}
	texts := make([]string, len(statements), len(statements)+1)
	for i, one := range statements {
		if err := t.queue(ctx, batch, one); err != nil {
			return tag, err
		}
		texts[i] = one.SQL
	}
	if last != "" {
		batch.ExecParams(last, nil, nil, nil, nil)
		texts = append(texts, last)
	}
	t.first = nil
	ctx, end := sent(ctx, t.conn, strings.Join(texts, "; "))
	defer func() { end(err) }()
	reader := t.conn.PgConn().ExecBatch(ctx, batch)
	for i := 0; reader.NextResult(); i++ {
		rows := reader.ResultReader()
		for rows.NextRow() {
			if take := statements[i].Take; take != nil {
				take(Row(rows.Values()))
			}
		}
		tag, _ = rows.Close() // its error is the reader's
	}
	return tag, noneStale(t.conn, reader.Close())
}

// queue puts a statement into the batch. In a write that is sent together it has it parsed where the connection does not know it yet.
func (t *transaction) queue(ctx context.Context, batch *pgconn.Batch, statement Statement) error {
	values := valuesOf(statement.Arguments)
	if !t.together {
		batch.ExecParams(statement.SQL, values, nil, binaryFormat, binaryFormat)
		return nil
	}
	known, err := t.conn.Prepare(ctx, statement.SQL, statement.SQL)
	if err != nil {
		return err
	}
	batch.ExecStatement(known, values, binaryFormat, binaryFormat)
	return nil
}
