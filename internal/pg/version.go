package pg

import (
	"context"
	"strconv"

	"github.com/jackc/pgx/v5"
)

// AccountVersion is the version of an account's data: equal versions mean equal data, for everything that the journal
// covers.
type AccountVersion struct {
	Position int64  // in the account's journal; every write advances it
	Writer   uint32 // the transaction that last wrote the account's row, which the operator changes without the journal
	Era      int64  // when the database server started: the same numbers from another server may mean other data
}

// Server is a FROM item that gives the server's era: one row with the column era.
const Server = "(SELECT (date_part('epoch', pg_postmaster_start_time()) * 1000000)::bigint AS era) AS server"

// eraKey is the connection's custom data key for its server's era.
const eraKey = "orgmap.era"

// learnEra reads when the server started, once per connection. A replica that takes over without the last writes, or a
// restored database, continues from older numbers and assigns numbers that were already seen to other writes.
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

// view is what a snapshot says about the account when it begins.
type view struct {
	version              AccountVersion
	active               int   // organizations
	organizationsVersion int64 // every write to an organization advances it
}

// openAccount begins a session's transaction, sets the account for row-level security and returns the snapshot's view
// of the account, in one round trip. It returns nil if the account does not exist.
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
		return nil, nil //nolint:nilnil // a missing account is not a failure
	}
	return viewOf(rows[0], eraOf(t.native))
}

// viewOf parses a view in Postgres' text form, the only form for several statements sent at once.
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
	organizationsVersion, err := strconv.ParseInt(string(row[3]), 10, 64)
	return &view{version: AccountVersion{Position: position, Writer: uint32(writer), Era: era}, active: active, organizationsVersion: organizationsVersion}, err
}
