package telemetry

import (
	"context"
	"net/http"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"
)

// Attribute keys. They are OpenTelemetry's own if it defines one.
const (
	methodKey      = attribute.Key("http.request.method")
	routeKey       = attribute.Key("http.route")
	statusKey      = attribute.Key("http.response.status_code")
	hostKey        = attribute.Key("server.address")
	operationKey   = attribute.Key("graphql.operation.type")
	nameKey        = attribute.Key("graphql.operation.name")
	systemKey      = attribute.Key("messaging.system")
	errorKey       = attribute.Key("error.type")
	requestKey     = attribute.Key("orgmap.request")
	runKey         = attribute.Key("orgmap.run")
	attemptKey     = attribute.Key("orgmap.attempt")
	applicationKey = attribute.Key("orgmap.application")
)

// longestName is how many bytes of an operation's name are recorded. Clients may choose any name.
const longestName = 100

// Request starts the span of an HTTP request. Call end with the matched route and the status. The caller's own trace is
// linked, not joined: outsiders do not decide what is recorded here.
func (t *Tracing) Request(r *http.Request, id string) (ctx context.Context, end func(route string, status int)) {
	ctx = r.Context()
	if t == nil {
		return ctx, func(string, int) {}
	}
	outside := propagation.TraceContext{}.Extract(ctx, propagation.HeaderCarrier(r.Header))
	options := []trace.SpanStartOption{
		trace.WithNewRoot(), trace.WithSpanKind(trace.SpanKindServer),
		trace.WithAttributes(methodKey.String(knownMethod(r.Method)), requestKey.String(id)),
	}
	if link := trace.SpanContextFromContext(outside); link.IsValid() {
		options = append(options, trace.WithLinks(trace.Link{SpanContext: link}))
	}
	ctx, span := t.tracer.Start(ctx, knownMethod(r.Method), options...)
	return ctx, func(route string, status int) {
		span.SetName(knownMethod(r.Method) + " " + route)
		span.SetAttributes(routeKey.String(route), statusKey.Int(status))
		if status >= http.StatusInternalServerError {
			span.SetStatus(codes.Error, "")
		}
		span.End()
	}
}

// knownMethod returns method if it is a standard one, so that made-up methods do not appear in span names.
func knownMethod(method string) string {
	switch method {
	case http.MethodGet, http.MethodPost, http.MethodHead, http.MethodOptions, http.MethodPut, http.MethodPatch, http.MethodDelete:
		return method
	}
	return "HTTP"
}

// Operation starts the span of a query or mutation. Call end with the code of the first error, or "" if there is none.
// A subscription's events leave the trace, because a trace with a stream of hours would never end.
func (t *Tracing) Operation(ctx context.Context, kind, name string) (_ context.Context, end func(code string)) {
	if t == nil {
		return ctx, func(string) {}
	}
	if kind == "subscription" {
		return trace.ContextWithSpan(ctx, nil), func(string) {}
	}
	ctx, span := t.tracer.Start(ctx, kind, trace.WithAttributes(operationKey.String(kind), nameKey.String(name[:min(len(name), longestName)])))
	return ctx, func(code string) { fail(span, code); span.End() }
}

// Refresh starts the span of one attempt at a run, in the trace of the request that asked for the run.
func (t *Tracing) Refresh(ctx context.Context, carried, run string, attempt int) (_ context.Context, end func(code string)) {
	if t == nil {
		return ctx, func(string) {}
	}
	ctx, span := t.tracer.Start(within(ctx, carried), "refresh", trace.WithSpanKind(trace.SpanKindConsumer),
		trace.WithAttributes(runKey.String(run), attemptKey.Int(attempt)))
	return ctx, func(code string) { fail(span, code); span.End() }
}

// Published records a span for a notification sent to Redis, in the trace of the write that caused it.
func (t *Tracing) Published(carried string, began time.Time, err error) {
	if t == nil || carried == "" {
		return
	}
	_, span := t.tracer.Start(within(context.Background(), carried), "publish", trace.WithTimestamp(began),
		trace.WithSpanKind(trace.SpanKindProducer), trace.WithAttributes(systemKey.String("redis")))
	if err != nil {
		fail(span, "publish_failed")
	}
	span.End()
}

// fail marks a span with an error code. It omits the error's text, which may contain what a trace must not.
func fail(span trace.Span, code string) {
	if code != "" {
		span.SetAttributes(errorKey.String(code))
		span.SetStatus(codes.Error, "")
	}
}

// Calls returns client with a span for each call made within a trace. It sends no trace headers: our traces are not the
// vendors' business.
func (t *Tracing) Calls(application string, client *http.Client) *http.Client {
	if t == nil {
		return client
	}
	traced := *client
	traced.Transport = tracedTransport{vendorTransport{application: application, next: client.Transport}, t.tracer}
	return &traced
}

type tracedTransport struct {
	vendorTransport

	tracer trace.Tracer
}

func (t tracedTransport) RoundTrip(request *http.Request) (*http.Response, error) {
	if !trace.SpanFromContext(request.Context()).IsRecording() {
		return t.next.RoundTrip(request)
	}
	method := knownMethod(request.Method)
	ctx, span := t.tracer.Start(request.Context(), method, trace.WithSpanKind(trace.SpanKindClient), trace.WithAttributes(
		methodKey.String(method), applicationKey.String(t.application), hostKey.String(request.URL.Hostname())))
	defer span.End()
	response, err := t.next.RoundTrip(request.WithContext(ctx))
	if err != nil {
		fail(span, outcome(response, err))
		return response, err
	}
	span.SetAttributes(statusKey.Int(response.StatusCode))
	if response.StatusCode >= http.StatusBadRequest {
		fail(span, outcome(response, nil))
	}
	return response, nil
}
