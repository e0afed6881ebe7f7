package pg

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// Statement is sent unchanged, and its rows come in the binary form of their types: no reflection is needed to find out
// where each value goes.
type Statement struct {
	SQL       string
	Arguments []Argument // of $1 and so on
	Take      func(Row)  // called with each row; nil: ignore rows
	// Prepared parses and plans the statement once per connection, not for its actual values. Use it for statements
	// with a fixed text that find their rows by key.
	Prepared bool

	composed bool // by bun; the text contains marked values
}

// Composed returns a query composed by bun as a statement. It is planned for its actual values.
func Composed(query fmt.Stringer, take func(Row)) Statement {
	return Statement{SQL: query.String(), Take: take, composed: true}
}

// text returns the statement as it is sent, its values and their formats.
func (s Statement) text() (text string, values [][]byte, formats []int16, err error) {
	if !s.composed {
		return s.SQL, s.Arguments, binaryFormat, nil
	}
	text, bound, err := bind(s.SQL)
	return text, textArguments(bound), nil, err
}

// run runs the statement on its own.
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
		return closeIfStale(conn, s.takeRows(conn.PgConn().ExecStatement(ctx, prepared, values, formats, binaryFormat)))
	}
	return s.takeRows(conn.PgConn().ExecParams(ctx, text, values, nil, formats, binaryFormat))
}

func (s Statement) takeRows(reader *pgconn.ResultReader) error {
	for reader.NextRow() {
		if s.Take != nil {
			s.Take(Row(reader.Values()))
		}
	}
	_, err := reader.Close()
	return err
}

// queue adds the statement to a batch and returns its text.
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

// closeIfStale returns err. If it says that a prepared statement is stale (changed by a migration or deallocated),
// closeIfStale closes the connection, so the next connection prepares the statement again.
func closeIfStale(conn *pgx.Conn, err error) error {
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

// abandon closes a connection whose state is unknown.
func abandon(conn *pgconn.PgConn) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel() // send nothing to the server, which may be unreachable
	_ = conn.Close(ctx)
}
