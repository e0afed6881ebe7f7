package telemetry

import (
	"context"
	"errors"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"
)

const (
	databaseKey = attribute.Key("db.system.name")
	summaryKey  = attribute.Key("db.query.summary")
	rowsKey     = attribute.Key("db.response.affected_rows")
	sqlstateKey = attribute.Key("db.response.status_code")
)

// Statements traces everything that bun, pgx and River send to Postgres through the pool, and waits for a connection.
// Work outside a trace, such as sweeps and feeds, gets no spans. It returns nil if tracing is off.
func (t *Tracing) Statements() pgx.QueryTracer {
	if t == nil {
		return nil
	}
	return statements{t.tracer}
}

type statements struct{ tracer trace.Tracer }

// statementSpan is the context key of a statement's span, so that a statement never ends the span of another.
type statementSpan struct{}

func (s statements) start(ctx context.Context, summary string) context.Context {
	if !trace.SpanFromContext(ctx).IsRecording() {
		return ctx
	}
	inside, span := s.tracer.Start(ctx, summary, trace.WithSpanKind(trace.SpanKindClient),
		trace.WithAttributes(databaseKey.String("postgresql"), summaryKey.String(summary)))
	return context.WithValue(inside, statementSpan{}, span)
}

func (s statements) end(ctx context.Context, tag pgconn.CommandTag, err error) {
	span, begun := ctx.Value(statementSpan{}).(trace.Span)
	if !begun {
		return
	}
	if err == nil {
		span.SetAttributes(rowsKey.Int64(tag.RowsAffected()))
	} else {
		fail(span, sqlstate(err))
		span.SetAttributes(sqlstateKey.String(sqlstate(err)))
	}
	span.End()
}

// sqlstate returns Postgres' code for err. The text may contain values of a row.
func sqlstate(err error) string {
	var refused *pgconn.PgError
	switch {
	case errors.As(err, &refused):
		return refused.Code
	case errors.Is(err, context.Canceled):
		return "cancelled"
	case errors.Is(err, context.DeadlineExceeded), pgconn.Timeout(err):
		return "timeout"
	}
	return "unreachable"
}

func (s statements) TraceQueryStart(ctx context.Context, _ *pgx.Conn, data pgx.TraceQueryStartData) context.Context {
	if !trace.SpanFromContext(ctx).IsRecording() {
		return ctx // do not compute an unused summary
	}
	return s.start(ctx, summary(data.SQL))
}

func (s statements) TraceQueryEnd(ctx context.Context, _ *pgx.Conn, data pgx.TraceQueryEndData) {
	s.end(ctx, data.CommandTag, data.Err)
}

func (s statements) TraceBatchStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceBatchStartData) context.Context {
	return s.start(ctx, "BATCH")
}

func (statements) TraceBatchQuery(context.Context, *pgx.Conn, pgx.TraceBatchQueryData) {}

func (s statements) TraceBatchEnd(ctx context.Context, _ *pgx.Conn, data pgx.TraceBatchEndData) {
	s.end(ctx, pgconn.CommandTag{}, data.Err)
}

func (s statements) TraceAcquireStart(ctx context.Context, _ *pgxpool.Pool, _ pgxpool.TraceAcquireStartData) context.Context {
	return s.start(ctx, "acquire")
}

func (s statements) TraceAcquireEnd(ctx context.Context, _ *pgxpool.Pool, data pgxpool.TraceAcquireEndData) {
	s.end(ctx, pgconn.CommandTag{}, data.Err)
}

const (
	looked       = 2000 // bytes of a statement that are searched for its tables
	summedTables = 4    // tables named at most
)

// summary returns a statement's first word and the tables it names. Statements may contain values, so it reads nothing
// after the first quote.
func summary(statement string) string {
	statement = statement[:min(len(statement), looked)]
	statement, _, _ = strings.Cut(statement, "'")
	for strings.HasPrefix(statement, "--") { // River starts its statements with a comment
		_, statement, _ = strings.Cut(statement, "\n")
	}
	words := strings.FieldsFunc(statement, func(r rune) bool { return strings.ContainsRune(" \t\r\n();,", r) })
	if len(words) == 0 {
		return "SQL"
	}
	told := []string{strings.ToUpper(words[0])}
	for i, word := range words[:len(words)-1] {
		switch strings.ToUpper(word) {
		case "FROM", "JOIN", "INTO", "UPDATE":
			if table := strings.ReplaceAll(words[i+1], `"`, ""); isName(table) && len(told) <= summedTables {
				told = append(told, table)
			}
		}
	}
	if !isName(strings.ToLower(told[0])) {
		return "SQL"
	}
	return strings.Join(told, " ")
}

// isName reports whether word looks like a table's name, with or without a schema, and not like an SQL keyword.
func isName(word string) bool {
	for _, letter := range word {
		if (letter < 'a' || letter > 'z') && letter != '_' && letter != '.' {
			return false
		}
	}
	return word != ""
}
