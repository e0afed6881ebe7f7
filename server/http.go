package main

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/orgmap/orgmap/graph"
	"github.com/orgmap/orgmap/graph/cache"
	"github.com/orgmap/orgmap/graph/transport"
	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/clock"
	"github.com/orgmap/orgmap/internal/inbound"
	"github.com/orgmap/orgmap/internal/pg"
	"github.com/orgmap/orgmap/internal/requestid"
	"github.com/orgmap/orgmap/internal/throttle"
	"github.com/orgmap/orgmap/web"
)

// maxHeaderBytes limits the size of a request's header.
const maxHeaderBytes = 16 << 10

// newHTTPServer returns a server whose connections and exchanges are bounded by the guard. WebSockets and event streams
// outlive the guard's deadlines: their transports set a deadline for each write.
func newHTTPServer(background context.Context, guard *inbound.Guard, handler http.Handler) *http.Server {
	lasting := transport.BindSockets(background)
	server := guard.Server(handler)
	server.MaxHeaderBytes = maxHeaderBytes
	server.BaseContext = func(net.Listener) context.Context { return lasting }
	server.ConnContext = func(ctx context.Context, connection net.Conn) context.Context {
		return inbound.ConnContext(transport.ConnContext(ctx, connection), connection)
	}
	return server
}

func (a *App) routes() http.Handler {
	mux := http.NewServeMux()
	if a.settings.Role != roleWorker {
		mux.Handle("/graphql", a.shared(a.identify(a.graphql())))
		mux.Handle("GET /schema.graphqls", a.shared(a.identify(http.HandlerFunc(serveSchema))))
		mux.Handle("/csv/", a.shared(a.identify(a.csvRoutes())))
		sessions := a.shared(a.sessionRoutes())
		mux.Handle("/session", sessions)
		mux.Handle("/session/preview", sessions)
		mux.Handle("POST /auth/logout", sessions)
		if a.issuer != nil { // the issuer redirects people here from another site
			mux.Handle("GET /auth/login", a.paced(http.HandlerFunc(a.beginLogin)))
			mux.Handle("GET /auth/callback", a.paced(http.HandlerFunc(a.finishLogin)))
		}
		mux.Handle("/", web.Handler())
	}
	mux.HandleFunc("GET /livez", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("ok\n")) })
	mux.HandleFunc("GET /readyz", a.ready)
	if a.settings.PublicMetrics {
		mux.Handle("GET /metrics", a.scrapes)
	}
	return a.named(a.secured(a.ownOrigin(mux)))
}

// serveSchema serves the schema to anyone who has signed in. Introspection is for admins, because it can be asked for in
// ways that cost much; this text is always the same.
func serveSchema(w http.ResponseWriter, r *http.Request) {
	if _, known := auth.ActorFrom(r.Context()); !known { // the request asks to become a WebSocket
		http.Error(w, http.StatusText(http.StatusUnauthorized), http.StatusUnauthorized)
		return
	}
	w.Header().Set("Content-Type", "application/graphql; charset=utf-8")
	w.Header().Set("Content-Disposition", `inline; filename="schema.graphqls"`)
	_, _ = w.Write(graph.SDL())
}

func (a *App) graphql() http.Handler {
	options := graph.Options{
		Snapshots: a.snapshot, Cache: a.cache, Responses: a.responses, Documents: a.documents, Logger: a.logger, Observe: a.metrics.Operation,
		Count: pg.WithStatementCount, Sent: a.countSent,
		WithoutPlans: a.settings.without(partPlan), WithoutFanOut: a.settings.without(partFanOut),
	}
	if a.settings.tracing != nil {
		options.Trace = a.settings.tracing.Operation
	}
	if a.settings.CostBudget > 0 {
		options.Budgets = graph.Budgets{
			Caller:  throttle.NewBuckets(a.settings.CostBudget, a.settings.CostRefill, clock.System),
			Account: throttle.NewBuckets(accountBudgets*a.settings.CostBudget, accountBudgets*a.settings.CostRefill, clock.System),
		}
	}
	server := graph.NewServer(a.resolver, options)
	server.AddTransport(transport.Websocket{
		Init:        a.initSocket,
		Renew:       a.renewSocket,
		Renews:      func(payload map[string]any) bool { return authorization(payload) != "" },
		AllowOrigin: a.allowOrigin,
		CheckAlive:  a.checkAlive,
		Closed:      func(_ context.Context, why error) { a.metrics.SocketClosed(transport.Reason(why)) },
		Streams:     a.streams,
	})
	server.AddTransport(transport.HTTP{CheckAlive: a.checkAlive, Streams: a.streams, LargeBodies: transport.NewLargeBodies(largeBodies)})
	return server
}

// named gives each request an ID, and logs and counts the outcome.
func (a *App) named(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id := requestid.New()
		w.Header().Set(requestid.Header, id)
		began := time.Now()
		ctx, end := a.traced(r, id)
		r = r.WithContext(requestid.With(ctx, id))
		answer := a.guard.Begin(w, r)
		next.ServeHTTP(answer, r)
		answer.End()
		status := answer.Status()
		end(r.Pattern, status)
		a.metrics.Request(r.Pattern, status)
		level := slog.LevelDebug
		if status >= http.StatusInternalServerError {
			level = slog.LevelWarn
		}
		if a.logger.Enabled(r.Context(), level) { // avoids building the arguments if the line is not logged
			a.logger.Log(r.Context(), level, "request", "method", r.Method, "path", r.URL.Path, "status", status,
				"milliseconds", time.Since(began).Milliseconds(), "request", id)
		}
	})
}

// traced starts the span of a request. Probes, scrapes and static files are not traced. Neither is a WebSocket's
// upgrade request: a socket lasts for hours, and each operation on it has its own trace.
func (a *App) traced(r *http.Request, id string) (context.Context, func(route string, status int)) {
	if r.URL.Path != "/graphql" && r.URL.Path != "/session" && r.URL.Path != "/session/preview" && !strings.HasPrefix(r.URL.Path, "/auth/") || transport.IsUpgrade(r) {
		return r.Context(), func(string, int) {}
	}
	return a.settings.tracing.Request(r, id)
}

// bearerContext is the context key of the token that a stream was opened with, so that the token can be checked again.
type bearerContext struct{}

// identify authenticates the caller. A WebSocket may authenticate later, in connection_init; other requests must do so
// now.
func (a *App) identify(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		bearer, upgrade := a.bearer(r), transport.IsUpgrade(r)
		if bearer == "" && upgrade {
			next.ServeHTTP(w, r)
			return
		}
		ctx, waitLimit := pg.WithWaitLimit(r.Context())
		began := time.Now()
		ctx, version, err := a.admit(ctx, bearer)
		waitLimit.Spend(time.Since(began)) // may include another request's wait for a connection
		if err != nil {
			a.refuse(w, r, err)
			return
		}
		if version != nil && !upgrade { // a socket's operations run later than this version was read
			ctx = cache.WithVersion(ctx, *version)
		}
		next.ServeHTTP(w, r.WithContext(withIdempotencyKey(ctx, r)))
	})
}

// withIdempotencyKey adds the request's idempotency key to the context if the request may run a mutation. It ignores
// the header of a WebSocket's upgrade request: the key would apply to every mutation on the socket.
func withIdempotencyKey(ctx context.Context, r *http.Request) context.Context {
	if keys := r.Header.Values("Idempotency-Key"); r.Method == http.MethodPost && len(keys) > 0 {
		return graph.WithIdempotencyKey(ctx, strings.Join(keys, ", ")) // several keys: invalid because of the blanks
	}
	return ctx
}

// authenticate takes "Bearer TOKEN" and returns a context with the holder as actor.
func (a *App) authenticate(ctx context.Context, header string) (context.Context, error) {
	ctx, _, err := a.admit(ctx, header)
	return ctx, err
}

// admit does what authenticate does, and also returns the version of the holder's account if the lookup found it.
func (a *App) admit(ctx context.Context, header string) (context.Context, *cache.Version, error) {
	scheme, text, _ := strings.Cut(header, " ")
	if !strings.EqualFold(scheme, "Bearer") || text == "" {
		return nil, nil, apperr.New(apperr.Unauthenticated, "Sign in first: send Authorization: Bearer TOKEN.")
	}
	text = strings.TrimSpace(text)
	var (
		actor   auth.Actor
		version *cache.Version
	)
	err := a.callers.attempt(ctx, text, func() (err error) {
		actor, version, err = a.holder(ctx, text)
		return err
	})
	if err != nil {
		return nil, nil, err
	}
	return context.WithValue(auth.WithActor(ctx, actor), bearerContext{}, text), version, nil
}

// holder returns the holder of a secret of any kind. For an API token or a session it also returns the account's
// version.
func (a *App) holder(ctx context.Context, text string) (auth.Actor, *cache.Version, error) {
	if a.issuer != nil && strings.Count(text, ".") == 2 { // a JSON Web Token
		identity, err := a.issuer.Verify(ctx, text)
		if err != nil {
			return auth.Actor{}, nil, err
		}
		actor, err := a.people.See(ctx, identity)
		return actor, nil, err
	}
	holder, err := a.holders.Holder(ctx, text)
	version := cache.Version(holder.Version)
	return holder.Actor, &version, err
}

// refuse sends the error response for a request that is not served, such as one that failed to authenticate.
func (a *App) refuse(w http.ResponseWriter, r *http.Request, err error) {
	var known *apperr.Error
	if !errors.As(err, &known) {
		a.logger.ErrorContext(r.Context(), "authentication failed", "error", err, "request", requestid.From(r.Context()))
		known = apperr.New(apperr.Internal, "Something went wrong on our side. Try again, or give your administrator the request ID.")
	}
	status := http.StatusUnauthorized
	extensions := map[string]any{"code": known.Code}
	switch known.Code {
	case apperr.Unauthenticated:
		w.Header().Set("WWW-Authenticate", transport.Challenge)
	case apperr.Forbidden:
		status = http.StatusForbidden
	case apperr.BadUserInput:
		status = http.StatusBadRequest
	case apperr.RateLimited:
		wait := time.Second
		if many := (*tooManyAttempts)(nil); errors.As(err, &many) {
			wait = many.wait
		}
		w.Header().Set("Retry-After", retryAfter(wait))
		status = http.StatusTooManyRequests
	case apperr.Unavailable:
		w.Header().Set("Retry-After", "1")
		status = http.StatusServiceUnavailable
		extensions["requestId"] = requestid.From(r.Context())
	default:
		status = http.StatusInternalServerError
		extensions["requestId"] = requestid.From(r.Context())
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]any{"errors": []any{map[string]any{"message": known.Message, "extensions": extensions}}})
}

// initSocket authenticates the caller of a WebSocket, from its connection_init or, for programs that can set headers,
// from the upgrade request.
func (a *App) initSocket(ctx context.Context, payload map[string]any) (context.Context, map[string]any, error) {
	if _, known := auth.ActorFrom(ctx); !known {
		var err error
		if ctx, err = a.authenticate(ctx, authorization(payload)); err != nil {
			return nil, nil, socketRefusal(err)
		}
	}
	actor, _ := auth.ActorFrom(ctx)
	leave, ok := a.sockets.Enter(actor.ID)
	if !ok {
		return nil, nil, errSockets
	}
	context.AfterFunc(ctx, leave)
	return ctx, nil, nil
}

// renewSocket accepts a fresh token for an open socket from a ping's payload: an issuer's tokens last for minutes,
// sockets for hours. The token must be of the same account. Subscriptions continue.
func (a *App) renewSocket(ctx, session context.Context, payload map[string]any) (context.Context, error) {
	header := authorization(payload)
	if header == "" {
		return nil, nil
	}
	renewed, err := a.authenticate(ctx, header)
	if err != nil {
		return nil, socketRefusal(err)
	}
	before, _ := auth.ActorFrom(session)
	now, _ := auth.ActorFrom(renewed)
	if now.AccountID != before.AccountID {
		return nil, apperr.New(apperr.Forbidden, "The token belongs to another account.")
	}
	return renewed, nil
}

// largeBodies is how many requests with a file this process serves at once.
const largeBodies = 4

// maxSockets is how many WebSockets a token or person may have open on this process.
const maxSockets = 20

// accountBudgets is the budget of a whole account on this process, in multiples of one caller's budget.
const accountBudgets = 5

var errSockets = &transport.CloseError{Code: 4429, Reason: "Too many sockets"}

// socketRefusal returns err, or the matching close error if the address has failed to sign in too often.
func socketRefusal(err error) error {
	if apperr.CodeOf(err) == apperr.RateLimited {
		return &transport.CloseError{Code: 4429, Reason: "Too many attempts to sign in"}
	}
	return err
}

// authorization returns the Authorization value in the payload of a WebSocket message.
func authorization(payload map[string]any) string {
	for _, key := range []string{"authorization", "Authorization"} {
		if header, ok := payload[key].(string); ok {
			return header
		}
	}
	return ""
}

// checkAlive returns an error if the token that a stream was opened with is no longer valid or its role has changed.
func (a *App) checkAlive(ctx context.Context) error {
	text, ok := ctx.Value(bearerContext{}).(string)
	if !ok {
		return nil
	}
	before, _ := auth.ActorFrom(ctx)
	now, err := a.holderStill(ctx, text, before)
	if apperr.CodeOf(err) == apperr.Unavailable {
		return nil // an unknown state is no reason to end a stream; the next check decides
	}
	if err == nil && now != before {
		err = apperr.New(apperr.Unauthenticated, "The role of the token has changed.")
	}
	return err
}
