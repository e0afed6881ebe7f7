package pg

import (
	"context"
	"strconv"

	"github.com/jackc/pgx/v5"
)

// Moment is where an account's data stand: what was read of two equal moments is the same, as far as the journal covers it.
type Moment struct {
	Position int64  // of the account's journal, which every write moves
	Writer   uint32 // the transaction that last wrote the account's row: the operator changes it without the journal
	Era      int64  // since when the server runs that was asked: the same numbers from another one may be of other data
}

// Server is what a statement reads the era of its server from: one row with the column era.
const Server = "(SELECT (date_part('epoch', pg_postmaster_start_time()) * 1000000)::bigint AS era) AS server"

// eraKey is where a connection keeps its server's era.
const eraKey = "orgmap.era"

// learnEra asks since when the server runs, once a connection. A replica that takes over without the last writes, and a
// database that was restored, go on from older numbers and give those that were seen already to other writes.
func learnEra(ctx context.Context, conn *pgx.Conn) error {
	var era int64
	err := conn.QueryRow(ctx, "SELECT era FROM "+Server).Scan(&era)
	conn.PgConn().CustomData()[eraKey] = era
	return err
}

func eraOf(conn *pgx.Conn) int64 {
	era, _ := conn.PgConn().CustomData()[eraKey].(int64)
	return era
}

// view is what a snapshot's beginning tells of the account.
type view struct {
	moment  Moment
	active  int   // organizations
	version int64 // of the organizations: every write of one moves it
}

// openAccount begins a session's transaction: it lets row-level security show the account, and tells what the transaction's snapshot
// sees of it, all in one round trip; nil where there is no such account.
func (t *transaction) openAccount() (_ *view, err error) {
	statement := beginRead + "; SELECT * FROM open_account('" + t.account.String() + "')"
	ctx, end := sent(t.ctx, t.native, statement)
	results, err := t.native.PgConn().Exec(ctx, statement).ReadAll()
	end(err)
	if err != nil {
		return nil, err
	}
	rows := results[len(results)-1].Rows
	if len(rows) == 0 {
		return nil, nil //nolint:nilnil // an account that is not there is no failure
	}
	return viewOf(rows[0], eraOf(t.native))
}

// viewOf reads a view in Postgres' text form, the only one that several statements at once are answered in.
func viewOf(row [][]byte, era int64) (*view, error) {
	position, err := strconv.ParseInt(string(row[0]), 10, 64)
	if err != nil {
		return nil, err
	}
	writer, err := strconv.ParseUint(string(row[1]), 10, 32)
	if err != nil {
		return nil, err
	}
	active, err := strconv.Atoi(string(row[2]))
	if err != nil {
		return nil, err
	}
	version, err := strconv.ParseInt(string(row[3]), 10, 64)
	return &view{moment: Moment{Position: position, Writer: uint32(writer), Era: era}, active: active, version: version}, err
}
