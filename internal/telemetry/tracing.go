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
	tracesPath      = "v1/traces"     // below the endpoint, by OTLP over HTTP
	lastSpans       = 5 * time.Second // for what is not sent yet when the program stops
)

// Tracing makes spans of what a request causes, on whichever server. A nil one makes none and costs nothing.
//
// No span holds an argument, a value of a statement, a path or query of a vendor's address, or an error's text: who may see
// traces is not who may see the data.
type Tracing struct {
	provider *sdktrace.TracerProvider
	tracer   trace.Tracer
}

// NewTracing makes spans that go to where the options say; a test keeps them in memory.
func NewTracing(options ...sdktrace.TracerProviderOption) *Tracing {
	provider := sdktrace.NewTracerProvider(options...)
	return &Tracing{provider: provider, tracer: provider.Tracer(instrumentation)}
}

// OpenTracing sends spans to an endpoint that speaks OTLP over HTTP, in batches and in the background. The SDK reads the rest of
// OpenTelemetry's own variables: OTEL_SERVICE_NAME, OTEL_RESOURCE_ATTRIBUTES, OTEL_TRACES_SAMPLER, OTEL_EXPORTER_OTLP_HEADERS
// and so on. An endpoint that is away costs spans and nothing else.
func OpenTracing(ctx context.Context, endpoint, version string, logger *slog.Logger) (*Tracing, error) {
	// The exporter itself takes any text, and then sends to another place or nowhere. The URL is not quoted: it may hold a password.
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
	// The SDK tells its failures to one handler of the whole process.
	otel.SetErrorHandler(otel.ErrorHandlerFunc(func(err error) { logger.Warn("could not send spans", "error", err) }))
	return NewTracing(sdktrace.WithBatcher(exporter), sdktrace.WithResource(described)), nil
}

// Close sends what is left. That spans are lost is no failure of the program.
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

// traceparent is the one header of W3C Trace Context in which a span's place is written down.
const traceparent = "traceparent"

// Carry writes down the span that ctx is in, for work that goes on elsewhere; "" where nothing is recorded.
func (t *Tracing) Carry(ctx context.Context) string {
	if t == nil {
		return ""
	}
	carrier := propagation.MapCarrier{}
	propagation.TraceContext{}.Inject(ctx, carrier)
	return carrier[traceparent]
}

// within is a context in the span that was written down; without one it is ctx itself.
func within(ctx context.Context, carried string) context.Context {
	return propagation.TraceContext{}.Extract(ctx, propagation.MapCarrier{traceparent: carried})
}
