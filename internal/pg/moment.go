package pg

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"strconv"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// Moment is where an account's data stand: what was read of two equal moments is the same, as far as the journal covers it.
type Moment struct {
	Position int64  // of the account's journal, which every write moves
	Writer   uint32 // the transaction that last wrote the account's row: the operator changes it without the journal
	Era      int64  // since when the server runs that was asked: the same numbers from another one may be of other data
}

// eraKey is where a connection keeps its server's era.
const eraKey = "orgmap.era"

// learnEra asks since when the server runs, once a connection. A replica that takes over without the last writes, and a
// database that was restored, go on from older numbers and give those that were seen already to other writes.
func learnEra(ctx context.Context, conn *pgx.Conn) error {
	var era int64
	err := conn.QueryRow(ctx, "SELECT (extract(epoch FROM pg_postmaster_start_time()) * 1000000)::bigint").Scan(&era)
	conn.PgConn().CustomData()[eraKey] = era
	return err
}

// Era is that of the server that the transaction of ctx is on.
func Era(ctx context.Context) int64 {
	if outer := transactionFrom(ctx); outer != nil {
		return eraOf(outer.conn)
	}
	panic("pg: Era outside a transaction")
}

func eraOf(conn *pgx.Conn) int64 {
	era, _ := conn.PgConn().CustomData()[eraKey].(int64)
	return era
}

// Bearers tells who holds the API tokens and sessions of those hashes: for each that is good a row of its hash, account, id, name,
// role, two columns of the account's moment, and whether a token's last use is to be written down. It is read later than the
// call began.
func (d *DB) Bearers(ctx context.Context, sought [][]byte, take func(Row, Moment)) error {
	waiting, cancel := context.WithTimeout(ctx, acquireTimeout)
	defer cancel()
	conn, err := d.pool.Acquire(waiting)
	if err != nil {
		return classify(err)
	}
	defer conn.Release()
	native := conn.Conn()
	prepared, err := native.Prepare(waiting, "bearers", bearers) // once for each connection
	if err != nil {
		return classify(err)
	}
	ctx, end := sent(ctx, native, bearers)
	reader := native.PgConn().ExecStatement(ctx, prepared, [][]byte{Hashes(sought, sha256.Size)}, binaryFormat, binaryFormat)
	for reader.NextRow() {
		const position, writer = 5, 6
		row := Row(reader.Values())
		take(row, Moment{Position: int64(row.Int(position)), Writer: binary.BigEndian.Uint32(row[writer]), Era: eraOf(native)})
	}
	_, err = reader.Close()
	end(err)
	return classify(noneStale(native, err))
}

// bearers is prepared: every request begins with it, and to parse and plan it is half of what it costs.
// It names its columns, so that a newer function may have more.
const bearers = "SELECT hash, account_id, id, name, role, journal_position, written_by, unnoted FROM bearers($1::bytea[])"

// view is what a snapshot's beginning tells of the account.
type view struct {
	moment  Moment
	active  int   // organizations
	version int64 // of the organizations: every write of one moves it
}

// MomentOf is the moment that the transaction of ctx sees; false where its beginning did not tell.
func MomentOf(ctx context.Context) (Moment, bool) {
	if outer := transactionFrom(ctx); outer != nil && outer.view != nil {
		return outer.view.moment, true
	}
	return Moment{}, false
}

// Organizations tells how many active organizations the account has, and at which version all of them stand, as the
// transaction of ctx sees them: they are the same wherever the version is. false where its beginning did not tell.
func Organizations(ctx context.Context) (active int, version int64, known bool) {
	if outer := transactionFrom(ctx); outer != nil && outer.view != nil {
		return outer.view.active, outer.view.version, true
	}
	return 0, 0, false
}

// openAccount begins a transaction by the statement, lets row-level security show the account, and tells what the
// transaction's snapshot sees of it, all in one round trip; nil where there is no such account.
func openAccount(ctx context.Context, conn *pgx.Conn, statement string) (*view, error) {
	ctx, end := sent(ctx, conn, statement)
	results, err := conn.PgConn().Exec(ctx, statement).ReadAll()
	end(err)
	if err != nil {
		return nil, err
	}
	rows := results[len(results)-1].Rows
	if len(rows) == 0 {
		return nil, nil
	}
	return viewOf(rows[0], eraOf(conn))
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

// opened is a transaction that openAccount began, as database/sql ends it.
type opened struct {
	ctx  context.Context //nolint:containedctx // the driver's interface has none
	conn *pgx.Conn
}

var errNotCommitted = errors.New("pg: the transaction was taken back")

// Commit ends the transaction.
func (o opened) Commit() error {
	tag, err := o.conn.Exec(o.ctx, "COMMIT")
	if err == nil && tag.String() == "ROLLBACK" {
		return errNotCommitted
	}
	return err
}

// Rollback works after the context has ended too, so that the connection need not be thrown away.
func (o opened) Rollback() error {
	if o.conn.IsClosed() {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(o.ctx), rollbackTimeout)
	defer cancel()
	_, err := o.conn.Exec(ctx, "ROLLBACK")
	if err != nil {
		abandon(o.conn.PgConn())
	}
	return err
}

// abandon closes a connection that is in a state nobody knows.
func abandon(conn *pgconn.PgConn) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel() // without a word to the server, which may not be there
	_ = conn.Close(ctx)
}
