package telemetry

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

const (
	instrumentation = "github.com/orgmap/orgmap"
	tracesPath      = "v1/traces"     // relative to the endpoint, for OTLP over HTTP
	lastSpans       = 5 * time.Second // for sending the remaining spans at shutdown
)

// Tracing records spans of the work that a request causes, on any server. A nil Tracing records nothing and costs
// nothing.
//
// No span contains an argument, a value of a statement, a path or query of a vendor's URL, or an error's text: people
// who may see traces need not be allowed to see the data.
type Tracing struct {
	provider *sdktrace.TracerProvider
	tracer   trace.Tracer
}

// NewTracing returns a Tracing that sends spans as the options say. Tests keep them in memory.
func NewTracing(options ...sdktrace.TracerProviderOption) *Tracing {
	provider := sdktrace.NewTracerProvider(options...)
	return &Tracing{provider: provider, tracer: provider.Tracer(instrumentation)}
}

// OpenTracing sends spans to an endpoint with OTLP over HTTP, in batches and in the background. The SDK reads the other
// OpenTelemetry variables: OTEL_SERVICE_NAME, OTEL_RESOURCE_ATTRIBUTES, OTEL_TRACES_SAMPLER, OTEL_EXPORTER_OTLP_HEADERS
// and so on. If the endpoint is down, spans are lost and nothing else happens.
func OpenTracing(ctx context.Context, endpoint, version string, logger *slog.Logger) (*Tracing, error) {
	// The exporter accepts any text and then sends elsewhere or nowhere. The error does not quote the URL: it may
	// contain a password.
	collector, err := url.Parse(endpoint)
	if err != nil || collector.Scheme != "http" && collector.Scheme != "https" || collector.Hostname() == "" {
		return nil, errors.New("OTEL_EXPORTER_OTLP_ENDPOINT (--otlp-endpoint) is no URL of a collector: expected http://host:port or https://host:port")
	}
	exporter, err := otlptracehttp.New(ctx, otlptracehttp.WithEndpointURL(collector.JoinPath(tracesPath).String()))
	if err != nil {
		return nil, fmt.Errorf("OTEL_EXPORTER_OTLP_ENDPOINT: %w", err)
	}
	own := resource.NewSchemaless(attribute.String("service.name", namespace), attribute.String("service.version", version))
	described, err := resource.Merge(own, resource.Environment())
	if err != nil {
		return nil, fmt.Errorf("OTEL_RESOURCE_ATTRIBUTES: %w", err)
	}
	// The SDK has one error handler per process.
	otel.SetErrorHandler(otel.ErrorHandlerFunc(func(err error) { logger.Warn("could not send spans", "error", err) }))
	return NewTracing(sdktrace.WithBatcher(exporter), sdktrace.WithResource(described)), nil
}

// Close sends the remaining spans. Losing them is not an error.
func (t *Tracing) Close() {
	if t == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), lastSpans)
	defer cancel()
	if err := t.provider.Shutdown(ctx); err != nil {
		otel.Handle(err)
	}
}

// traceparent is the W3C Trace Context header that identifies a span.
const traceparent = "traceparent"

// Carry returns the span of ctx as text, for work that continues elsewhere, or "" if nothing is recorded.
func (t *Tracing) Carry(ctx context.Context) string {
	if t == nil {
		return ""
	}
	carrier := propagation.MapCarrier{}
	propagation.TraceContext{}.Inject(ctx, carrier)
	return carrier[traceparent]
}

// within returns ctx with the span that Carry returned. If carried is empty, it returns ctx.
func within(ctx context.Context, carried string) context.Context {
	return propagation.TraceContext{}.Extract(ctx, propagation.MapCarrier{traceparent: carried})
}
