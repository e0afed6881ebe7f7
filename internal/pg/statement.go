package pg

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// Statement is one that is sent as it is and whose rows come in the binary form of their types: no reflection finds out where each
// value goes.
type Statement struct {
	SQL       string
	Arguments []Argument // of $1 and so on
	Take      func(Row)  // is handed each row; nil: none are wanted
	// Prepared has it parsed and planned once for a connection, not for its very values: its text is one of few, and it finds its
	// rows by their keys.
	Prepared bool

	composed bool // by bun, which has marked the values in the text
}

// Composed is a query that bun has composed. It is planned for its values.
func Composed(query fmt.Stringer, take func(Row)) Statement {
	return Statement{SQL: query.String(), Take: take, composed: true}
}

// text is the statement as it is sent, with its values and their formats.
func (s Statement) text() (text string, values [][]byte, formats []int16, err error) {
	if !s.composed {
		return s.SQL, s.Arguments, binaryFormat, nil
	}
	text, bound, err := bind(s.SQL)
	return text, textArguments(bound), nil, err
}

// run runs it alone.
func (s Statement) run(ctx context.Context, conn *pgx.Conn) (err error) {
	text, values, formats, err := s.text()
	if err != nil {
		return err
	}
	var prepared *pgconn.StatementDescription
	if s.Prepared {
		if prepared, err = conn.Prepare(ctx, text, text); err != nil {
			return err
		}
	}
	ctx, end := sent(ctx, conn, text)
	defer func() { end(err) }()
	if s.Prepared {
		return noneStale(conn, s.taken(conn.PgConn().ExecStatement(ctx, prepared, values, formats, binaryFormat)))
	}
	return s.taken(conn.PgConn().ExecParams(ctx, text, values, nil, formats, binaryFormat))
}

func (s Statement) taken(reader *pgconn.ResultReader) error {
	for reader.NextRow() {
		if s.Take != nil {
			s.Take(Row(reader.Values()))
		}
	}
	_, err := reader.Close()
	return err
}

// queue puts it into a batch, and returns its text.
func (s Statement) queue(ctx context.Context, conn *pgx.Conn, batch *pgconn.Batch) (text string, err error) {
	text, values, formats, err := s.text()
	if err != nil {
		return "", err
	}
	if !s.Prepared {
		batch.ExecParams(text, values, nil, formats, binaryFormat)
		return text, nil
	}
	prepared, err := conn.Prepare(ctx, text, text)
	if err != nil {
		return "", err
	}
	batch.ExecStatement(prepared, values, formats, binaryFormat)
	return text, nil
}

// noneStale hands on the error that prepared statements ended with. One that is none any more, because a migration changed what
// it gives or somebody discarded it, costs its connection: the next one prepares it again.
func noneStale(conn *pgx.Conn, err error) error {
	if err == nil {
		return nil
	}
	const featureNotSupported, invalidStatementName = "0A000", "26000"
	var refused *pgconn.PgError
	if errors.As(err, &refused) && (refused.Code == featureNotSupported || refused.Code == invalidStatementName) {
		abandon(conn.PgConn())
	}
	return err
}

// abandon closes a connection that is in a state nobody knows.
func abandon(conn *pgconn.PgConn) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel() // without a word to the server, which may not be there
	_ = conn.Close(ctx)
}
