package telemetry

import (
	"context"
	"log/slog"

	"go.opentelemetry.io/otel/trace"
)

// Logger returns logger with trace_id and span_id on each line that is logged within a span.
func (t *Tracing) Logger(logger *slog.Logger) *slog.Logger {
	if t == nil {
		return logger
	}
	return slog.New(spanLog{logger.Handler()})
}

type spanLog struct{ slog.Handler }

func (l spanLog) Handle(ctx context.Context, record slog.Record) error {
	if span := trace.SpanContextFromContext(ctx); span.IsValid() {
		record = record.Clone()
		record.AddAttrs(slog.String("trace_id", span.TraceID().String()), slog.String("span_id", span.SpanID().String()))
	}
	return l.Handler.Handle(ctx, record)
}

func (l spanLog) WithAttrs(attributes []slog.Attr) slog.Handler {
	return spanLog{l.Handler.WithAttrs(attributes)}
}

func (l spanLog) WithGroup(group string) slog.Handler { return spanLog{l.Handler.WithGroup(group)} }
