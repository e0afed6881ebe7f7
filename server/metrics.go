package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/google/uuid"

	"github.com/orgmap/orgmap/graph"
	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/inbound"
	"github.com/orgmap/orgmap/internal/journal"
	"github.com/orgmap/orgmap/internal/live"
	"github.com/orgmap/orgmap/internal/refresh"
	"github.com/orgmap/orgmap/internal/telemetry"
)

// livingRuns returns the unfinished runs of all servers, for the metrics.
func (a *App) livingRuns(ctx context.Context) (telemetry.Runs, error) {
	living, err := refresh.CountUnfinished(ctx, a.db)
	var runs telemetry.Runs
	for _, one := range living {
		if one.State == refresh.StateQueued {
			runs.Queued, runs.OldestQueued = one.Runs, one.Oldest
		} else {
			runs.Running, runs.OldestRunning = one.Runs, one.Oldest
		}
		runs.WithoutWorker += one.WithoutWorker
	}
	return runs, err
}

// directories returns the state of the lists in memory, for the metrics.
func (a *App) directories() telemetry.Directories {
	bytes, answered := a.lists.State()
	return telemetry.Directories{Bytes: bytes, FromMemory: answered.FromMemory, FromPostgres: answered.FromPostgres}
}

// connections returns the numbers of open and refused client connections, for the metrics.
func (a *App) connections() telemetry.Connections {
	open, refused := a.guard.Open()
	return telemetry.Connections{Open: open, RefusedByAddress: refused.Address, RefusedAll: refused.Total}
}

// runEnded counts a run that ended on this server.
func (a *App) runEnded(run *refresh.Run) {
	failure := ""
	if run.FailureCode != nil {
		failure = string(*run.FailureCode)
	}
	var took time.Duration
	if run.FinishedAt != nil {
		took = run.FinishedAt.Sub(run.QueuedAt)
	}
	a.metrics.RunEnded(string(run.State), failure, took)
}

// fastJournal is how many changes of one account per hour are logged as unusual.
const fastJournal = 10_000

// watchJournals logs accounts whose journals grow fast and updates the metrics.
func (a *App) watchJournals(ctx context.Context) {
	fast, err := a.journalGrowth.Check(ctx, fastJournal)
	if err != nil && ctx.Err() == nil {
		a.logger.Warn("could not compare the accounts' journals", "error", err)
	}
	for account, written := range fast {
		a.logger.Warn("journal grows fast", "account", id.Format(id.Account, account), "changes", written)
	}
}

// published returns a function that records spans for notifications sent to Redis. It returns nil if tracing is off.
func (a *App) published() func([]live.Notification, time.Time, error) {
	if a.settings.tracing == nil {
		return nil
	}
	return func(batch []live.Notification, began time.Time, err error) {
		for _, notification := range batch {
			a.settings.tracing.Published(notification.Origin, began, err)
		}
	}
}

// countSent counts events sent to WebSockets. No reader of a feed has counted the ones sent to parked subscriptions.
func (a *App) countSent(feed string, read, parked int) {
	a.metrics.Pushed(read + parked)
	switch feed {
	case graph.FeedAccountChanges:
		a.changes.CountDelivered(parked)
	case graph.FeedRefreshProgress:
		a.runs.CountDelivered(parked)
	}
}

// timedJournal measures the age of changes when the feed reads them.
type timedJournal struct {
	*journal.Journal
	metrics *telemetry.Metrics
}

func (j timedJournal) Read(ctx context.Context, account uuid.UUID, after int64, limit int) ([]*journal.Change, error) {
	changes, err := j.Journal.Read(ctx, account, after, limit)
	for _, change := range changes {
		j.metrics.ChangeArrived(time.Since(change.At))
	}
	return changes, err
}

// maxScrapes is how many scrapes may run at once: each gathers all metrics and queries Postgres for unfinished runs.
const maxScrapes = 2

// serveMetrics serves /metrics on a separate address until stopped.
func (a *App) serveMetrics(ctx context.Context, address string) (stop func(), err error) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("serve metrics on %s (--metrics-listen): %w", address, err)
	}
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", a.scrapes)
	guard := inbound.New(inbound.Options{Deadlines: inbound.DefaultDeadlines(), Total: metricsConnections, Logger: a.logger})
	server := guard.Server(guard.Handler(mux))
	server.ConnContext = inbound.ConnContext
	go func() {
		if err := server.Serve(guard.Listen(listener)); !errors.Is(err, http.ErrServerClosed) {
			a.logger.Error("metrics server stopped", "error", err)
		}
	}()
	a.logger.Info("serving metrics", "address", listener.Addr().String())
	return func() { _ = server.Close() }, nil
}

// metricsConnections is how many connections the metrics listener may have open.
const metricsConnections = 100
