package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/redis/go-redis/v9"
	"golang.org/x/sync/errgroup"

	"github.com/orgmap/orgmap/graph"
	"github.com/orgmap/orgmap/graph/cache"
	"github.com/orgmap/orgmap/graph/gen"
	"github.com/orgmap/orgmap/graph/loader"
	"github.com/orgmap/orgmap/graph/persisted"
	"github.com/orgmap/orgmap/graph/transport"
	"github.com/orgmap/orgmap/internal/access"
	"github.com/orgmap/orgmap/internal/account"
	"github.com/orgmap/orgmap/internal/audit"
	"github.com/orgmap/orgmap/internal/auth/bearer"
	"github.com/orgmap/orgmap/internal/auth/oidc"
	"github.com/orgmap/orgmap/internal/auth/person"
	"github.com/orgmap/orgmap/internal/auth/session"
	"github.com/orgmap/orgmap/internal/clock"
	"github.com/orgmap/orgmap/internal/decision"
	"github.com/orgmap/orgmap/internal/directory"
	"github.com/orgmap/orgmap/internal/group"
	"github.com/orgmap/orgmap/internal/history"
	"github.com/orgmap/orgmap/internal/idempotency"
	"github.com/orgmap/orgmap/internal/inbound"
	"github.com/orgmap/orgmap/internal/integration"
	"github.com/orgmap/orgmap/internal/journal"
	"github.com/orgmap/orgmap/internal/live"
	"github.com/orgmap/orgmap/internal/mapping"
	"github.com/orgmap/orgmap/internal/organization"
	"github.com/orgmap/orgmap/internal/pace"
	"github.com/orgmap/orgmap/internal/pg"
	"github.com/orgmap/orgmap/internal/rds"
	"github.com/orgmap/orgmap/internal/refresh"
	"github.com/orgmap/orgmap/internal/safehttp"
	"github.com/orgmap/orgmap/internal/secret"
	"github.com/orgmap/orgmap/internal/suggestion"
	"github.com/orgmap/orgmap/internal/telemetry"
	"github.com/orgmap/orgmap/internal/throttle"
	"github.com/orgmap/orgmap/internal/vendors"
	"github.com/orgmap/orgmap/internal/vendors/catalog"
	"github.com/orgmap/orgmap/migrations"
)

// settings holds everything an App needs. An App reads nothing else from the environment.
type settings struct {
	serving
	databaseURL  string
	migrationURL string // "" means databaseURL
	redisURL     string
	sealer       *secret.Sealer
	tracing      *telemetry.Tracing // nil disables tracing
	bounds       *bounds            // nil means the default bounds
}

// App is the server: its stores, services, feeds and handler. Tests start the same App.
type App struct {
	settings settings
	logger   *slog.Logger
	registry *prometheus.Registry

	db             *pg.DB
	redis          redis.UniversalClient
	hub            *live.Hub
	changes        *live.Log[*journal.Change]
	runs           *live.Latest[*refresh.Run]
	matches        *live.Latest[*suggestion.Change]
	runner         *refresh.Runner     // nil if this process runs no refreshes
	updater        *suggestion.Updater // nil if this process runs no background work
	journal        *journal.Journal
	journalGrowth  *journal.Growth
	resolver       *graph.Resolver
	people         *person.Store
	sessions       *session.Store
	holders        *bearer.Holders
	issuer         *oidc.Issuer      // nil disables OpenID Connect sign-in
	logins         *throttle.Buckets // rate limit for sign-ins at the issuer
	loginLogs      *throttle.Buckets // rate limit for log lines about failed sign-ins
	loginsUnlogged atomic.Int64
	responses      *idempotency.Store
	cache          *cache.Cache // nil disables response caching
	documents      *persisted.Documents
	streams        *transport.Registry
	sockets        *throttle.Counter
	files          *filePlaces // for CSV files that are being sent
	handler        http.Handler
	metrics        *telemetry.Metrics
	alive          *alive
	pacer          *pace.Pacer
	lists          *directory.Cache
	guard          *inbound.Guard
	callers        *callers
	readiness      *readiness
	scrapes        http.Handler // handler of the Prometheus metrics
	stopping       atomic.Bool  // set when a shutdown begins, so that load balancers stop sending requests
}

// newApp connects to the stores, migrates the schema and builds the services. It serves nothing until Run.
func newApp(ctx context.Context, settings settings, logger *slog.Logger) (_ *App, err error) {
	if err := prepareSchema(ctx, settings); err != nil {
		return nil, err
	}
	logger = settings.tracing.Logger(logger)
	app := &App{settings: settings, logger: logger, registry: prometheus.NewRegistry(), streams: transport.NewRegistry(), sockets: throttle.NewCounter(maxSockets)}
	defer func() {
		if err != nil {
			app.Close()
		}
	}()
	app.metrics = telemetry.New(app.registry)
	app.registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	if app.db, err = pg.Open(ctx, settings.databaseURL, pg.Options{
		MaxConnections: settings.DatabaseConns,
		PerAccount:     max(2, int(settings.DatabaseConns)/4), // keeps connections free for other accounts
		Tracer:         settings.tracing.Statements(),
	}); err != nil {
		return nil, err
	}
	if app.redis, err = rds.New(settings.redisURL); err != nil { // works without Redis, only slower
		return nil, err
	}
	trusted, err := settings.trustedDocuments()
	if err != nil {
		return nil, err
	}
	app.documents = persisted.New(trusted, settings.TrustedDocumentsOnly)
	if settings.CacheBytes > 0 && !settings.without(partCache) {
		app.cache = cache.New(settings.CacheBytes, gen.NewExecutableSchema(gen.Config{}).Schema(), app.registry)
		app.cache.Waited = pg.SpendWait
	}
	if err := app.assemble(); err != nil {
		return nil, err
	}
	app.bound()
	if err := app.metrics.Watch(app.registry, telemetry.State{
		Pool: app.db.Pool(), Streams: app.streams.Len, Runs: app.livingRuns, Directories: app.directories, Connections: app.connections,
		JournalGrowth: app.journalGrowth.Most,
	}); err != nil {
		return nil, err
	}
	app.handler = app.routes()
	if err := app.warnOfExcess(ctx); err != nil {
		return nil, err
	}
	return app, nil
}

// prepareSchema migrates the schema. If migrating is turned off, it returns an error unless the schema is current.
func prepareSchema(ctx context.Context, settings settings) error {
	if !settings.NoMigrate {
		return migrations.Up(ctx, cmp.Or(settings.migrationURL, settings.databaseURL))
	}
	steps, err := migrations.Status(ctx, settings.databaseURL)
	if err != nil {
		return err
	}
	for _, step := range steps {
		if step.AppliedAt == nil {
			return fmt.Errorf("the schema lacks %s: run 'orgmap migrate up'", step.Name)
		}
	}
	return nil
}

// warnOfExcess logs a warning if the login that serves has more rights than it needs.
func (a *App) warnOfExcess(ctx context.Context) error {
	login, could, err := a.db.Excess(ctx)
	if err != nil {
		return err
	}
	if len(could) > 0 {
		a.logger.Warn("the login of DATABASE_URL has more rights than it needs", "login", login, "could", could,
			"advice", "make a login that only serves, or revoke what it could do more, and give the one that owns the database as ORGMAP_MIGRATION_DATABASE_URL: see 'Two logins' in docs/operations.md")
	}
	return nil
}

// assemble builds the services and connects the feeds to them. The services announce through the hub, and the feeds
// read from the services, so assemble creates the hub first and the feeds last.
func (a *App) assemble() error {
	a.hub = live.NewHub(a.redis, live.HubOptions{Logger: a.logger, Registerer: a.registry, Published: a.published()})
	tracing := a.settings.tracing
	a.journal = journal.New(a.db,
		func(ctx context.Context, account uuid.UUID, position int64) {
			a.hub.Announce(live.Notification{AccountID: account, Position: position, Origin: tracing.Carry(ctx)})
		},
		func(account uuid.UUID, after int64) journal.Reader {
			return changeReader{a.changes.Follow(account, after)}
		})
	a.journalGrowth = journal.NewGrowth(a.journal)
	a.changes = live.NewLog(a.hub, timedJournal{a.journal, a.metrics}, func(change *journal.Change) int64 { return change.Position }, live.LogOptions{})

	announce := func(ctx context.Context, account, run uuid.UUID, sequence int64) {
		a.hub.Announce(live.Notification{AccountID: account, RunID: run, Sequence: sequence, Origin: tracing.Carry(ctx)})
	}
	refreshes, err := refresh.New(a.db, announce,
		func(ctx context.Context, account uuid.UUID, snapshot func(context.Context) ([]*refresh.Run, error)) (refresh.Reader, error) {
			return a.runs.Follow(ctx, account, snapshot)
		})
	if err != nil {
		return err
	}
	refreshes.Trace(tracing)
	a.runs = live.NewLatest(a.hub, refreshes,
		func(run *refresh.Run) uuid.UUID { return run.ID }, func(run *refresh.Run) int64 { return run.Sequence }, live.LatestOptions{})

	a.lists = directory.New(0)
	if !a.settings.without(partDirectory) {
		a.lists = directory.New(a.settings.DirectoryBytes)
	}
	suggestions := suggestion.New(a.db, a.lists, func(ctx context.Context, account uuid.UUID, snapshot func(context.Context) ([]*suggestion.Change, error)) (suggestion.Reader, error) {
		return a.matches.Follow(ctx, account, snapshot)
	})
	a.matches = live.NewLatest(a.hub, suggestions,
		func(change *suggestion.Change) uuid.UUID { return change.IntegrationID }, func(change *suggestion.Change) int64 { return change.Sequence }, live.LatestOptions{})

	a.pacer = pace.New(pace.Options{DB: a.db, Logger: a.logger, Waited: a.metrics.VendorWaited})
	integrations := integration.New(a.db, a.journal, a.settings.sealer, a.vendors(), refreshes, a.lists)
	mappings := mapping.New(a.db, a.journal)
	if a.settings.Role != roleAPI {
		worker, err := refresh.NewWorker(a.db, a.journal, integrations, announce, a.logger)
		if err != nil {
			return err
		}
		worker.OnEnd(a.runEnded)
		worker.Trace(tracing)
		a.updater = suggestion.NewUpdater(a.db, a.journal, mappings, announce, a.logger)
		if a.runner, err = refresh.NewRunner(worker, refresh.RunnerOptions{Workers: a.settings.Workers, Logger: a.logger}); err != nil {
			return err
		}
	}
	a.people, a.sessions, a.holders = person.NewStore(a.db, a.journal), session.NewStore(a.db), bearer.New(a.db)
	a.alive = newAlive(a.stillGood)
	if a.settings.OIDCIssuer != "" {
		a.issuer = oidc.New(oidc.Options{
			Issuer: a.settings.OIDCIssuer, ClientID: a.settings.OIDCClientID, ClientSecret: a.settings.OIDCClientSecret,
			AccountClaim: a.settings.OIDCAccountClaim, RoleClaim: a.settings.OIDCRoleClaim, Clock: clock.System,
		})
	}
	a.logins = throttle.NewBuckets(loginsAtOnce, loginsEachSecond, clock.System)
	a.loginLogs = throttle.NewBuckets(loginLogsAtOnce, loginLogsEachSecond, clock.System)
	a.responses = idempotency.New(a.db)
	a.resolver = &graph.Resolver{
		Sources: loader.Sources{
			Accounts: account.New(a.db, a.journal), Audit: audit.New(a.db),
			Organizations: organization.New(a.db, a.journal, a.lists),
			Integrations:  integrations,
			Mappings:      mappings,
			Refreshes:     refreshes,
			Suggestions:   suggestions,
			Decisions:     decision.New(a.db, a.journal),
			History:       history.New(a.db, a.lists),
			Groups:        group.New(a.db, a.journal),
			Access:        access.New(a.db, a.journal),
		},
		Journal: a.journal, Clock: clock.System, HistoryRetention: a.settings.HistoryRetention,
	}
	return nil
}

// changeReader translates the errors of the log's reader into the journal's errors.
type changeReader struct {
	*live.LogReader[*journal.Change]
}

func (r changeReader) Next(ctx context.Context) (*journal.Change, error) {
	change, err := r.LogReader.Next(ctx)
	if errors.Is(err, live.ErrPruned) {
		err = journal.ErrPruned
	}
	return change, err
}

// vendors returns access to the vendors. All calls go through one guarded client.
func (a *App) vendors() integration.Vendors {
	allowed := a.settings.VendorAllowPrivate
	client := safehttp.New(safehttp.Options{AllowPrivate: allowed})
	all := catalog.All()
	return integration.Vendors{
		Catalog: all,
		BaseURL: func(application vendors.Application, raw string) (string, error) {
			checked, err := safehttp.CheckURL(raw, allowed)
			if err == nil {
				checked, err = all.Base(application, checked)
			}
			if err != nil {
				return "", err
			}
			return checked.String(), nil
		},
		Key: a.vendorKey,
		Open: func(descriptor vendors.Descriptor, baseURL string, credentials vendors.Credentials) (vendors.Source, error) {
			return descriptor.Open(vendors.Config{BaseURL: baseURL, Credentials: credentials, Client: a.calls(descriptor, baseURL, credentials, client)})
		},
	}
}

// pruneInterval is how often expired data is deleted.
const pruneInterval = time.Hour

// Run serves on the listener until ctx ends, then shuts down gracefully: readiness checks fail from then on, WebSocket
// clients are asked to reconnect elsewhere, requests are answered, and refreshes go back to the queue.
func (a *App) Run(ctx context.Context, listener net.Listener) error {
	background, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	group, background := errgroup.WithContext(background)
	group.Go(func() error { return a.hub.Run(background) })
	group.Go(func() error { return a.changes.Run(background) })
	group.Go(func() error { return a.runs.Run(background) })
	group.Go(func() error { return a.matches.Run(background) })
	group.Go(func() error { return a.prune(background) })
	if a.runner != nil {
		group.Go(func() error { return a.runner.Run(background) })
		group.Go(func() error { return a.updater.Run(background) })
	}
	server := newHTTPServer(background, a.guard, a.handler)
	group.Go(func() error {
		if err := server.Serve(a.guard.Listen(transport.Gathering(listener))); !errors.Is(err, http.ErrServerClosed) {
			return fmt.Errorf("serve: %w", err)
		}
		return nil
	})
	select {
	case <-ctx.Done():
	case <-background.Done(): // something failed: the group's error says what
	}
	a.logger.Info("stopping")
	a.stopping.Store(true)
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), a.settings.ShutdownGrace)
	defer cancel()
	err := a.streams.Drain(grace, a.settings.ShutdownGrace/4)
	a.guard.Stop()
	err = errors.Join(err, server.Shutdown(grace))
	stop()
	return errors.Join(group.Wait(), err)
}

// prune deletes expired data now and at every interval.
func (a *App) prune(ctx context.Context) error {
	ticker := time.NewTicker(pruneInterval)
	defer ticker.Stop()
	prunings := []struct {
		of    string
		prune func(context.Context) (int64, error)
	}{
		{"changes of the journal", func(ctx context.Context) (int64, error) { return a.journal.Prune(ctx, a.settings.HistoryRetention) }},
		{"external organizations of disconnected integrations", func(ctx context.Context) (int64, error) { return integration.PruneDisconnected(ctx, a.db) }},
		{"responses under idempotency keys", a.responses.Prune},
		{"sessions", a.sessions.Prune},
		{"codes of sign-in links", a.sessions.PruneCodes},
		{"audit events", audit.NewStore(a.db).Prune},
		{"vendors' limits", a.pacer.Prune},
	}
	for {
		for _, one := range prunings {
			pruned, err := one.prune(ctx)
			switch {
			case ctx.Err() != nil:
				return nil
			case err != nil:
				a.logger.Warn("could not delete expired rows", "what", one.of, "error", err)
			case pruned > 0:
				a.logger.Info("expired rows deleted", "what", one.of, "rows", pruned)
			}
		}
		a.watchJournals(ctx)
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		}
	}
}

// Close closes the connections to the stores.
func (a *App) Close() {
	if a.redis != nil {
		_ = a.redis.Close()
	}
	if a.db != nil {
		a.db.Close()
	}
}
