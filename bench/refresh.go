package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"slices"
	"sync/atomic"
	"time"

	"github.com/orgmap/orgmap/internal/vendors"
	"github.com/orgmap/orgmap/internal/vendors/sim"
)

const (
	// refreshLimit is how long one refresh may take before the measurement fails.
	refreshLimit = 5 * time.Minute
	// pollInterval is the resolution of a refresh's duration.
	pollInterval = 20 * time.Millisecond
	// statisticsLimit is how long Postgres may take to publish a transaction's statistics; an idle session does so
	// within 10 s.
	statisticsLimit = 30 * time.Second
	// The grid is read during a refresh as a few people would, slowly enough to leave CPU for the refresh.
	readers        = 4
	readerInterval = 100 * time.Millisecond
	// quietSeconds is how long the grid is read without a refresh: long enough for p99 to be more than a handful of
	// pages.
	quietSeconds = 30
	// refreshTimes is how often to measure a refresh with few changes. With more of them, orgmap would spread the calls
	// over minutes to stay within the vendor's rate limit.
	refreshTimes = 4
	// vendorThinks is how long the vendor takes before it writes a page, as real vendors do. Without it, the vendor's
	// own CPU use would account for most of the delay that readers see.
	vendorThinks = 50 * time.Millisecond
	refreshed    = 100_000 // external organizations that the vendor lists
)

// refreshResults are the costs of refreshing one large list.
type refreshResults struct {
	Listed int           `json:"externalOrgs"`
	Quiet  pageLatency   `json:"pagesWithoutRefresh"`
	Runs   []refreshCost `json:"runs"`
}

// refreshCost is the cost of one refresh.
type refreshCost struct {
	Name          string      `json:"name"`
	Times         int         `json:"times"`
	Seconds       float64     `json:"seconds"`          // from request to success
	VendorSeconds float64     `json:"vendorSeconds"`    // part of Seconds: the simulated vendor's response times
	ServerCPU     *float64    `json:"serverCpuSeconds"` // nil: unknown on this machine
	PostgresCPU   *float64    `json:"postgresCpuSeconds"`
	PeakMemory    *int64      `json:"serverPeakMemoryBytes"` // since the server started
	RowsWritten   int64       `json:"rowsWritten"`           // inserts and updates of external_orgs
	LogWritten    int64       `json:"writeAheadLogBytes"`
	Added         int         `json:"added"`
	Updated       int         `json:"updated"`
	Pages         pageLatency `json:"pagesMeanwhile"`
}

type pageLatency struct {
	Pages int     `json:"pages"`
	P50   float64 `json:"p50Ms"`
	P99   float64 `json:"p99Ms"`
	Most  float64 `json:"mostMs"`
}

// refresher refreshes one integration of a fresh server while its grid is read.
type refresher struct {
	stage       *stage
	of          tenant
	server      *server
	pages       load
	vendor      *sim.Server
	answering   atomic.Int64 // nanoseconds the vendor took
	list        []vendors.Organization
	integration string
	written     int64 // inserts and updates of external_orgs so far
}

func measureRefresh(ctx context.Context, stage *stage, options options, of tenant) (_ *refreshResults, err error) {
	r := &refresher{stage: stage, of: of}
	// Cached pages would hide how a refresh affects the pages that are computed.
	if r.server, err = stage.serve(ctx, withoutCache); err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, r.server.stop()) }()
	listed := refreshed
	if options.short {
		listed /= 10
	}
	stop, err := r.connect(ctx, listed)
	if err != nil {
		return nil, err
	}
	defer stop()
	found := &refreshResults{Listed: len(r.list)}
	if found.Quiet, err = r.readQuietly(ctx); err != nil {
		return nil, err
	}
	if r.written, err = r.writtenSoFar(ctx); err != nil {
		return nil, err
	}
	for _, step := range []struct {
		name  string
		every int // every n-th organization is renamed first; 0: none
		times int
	}{{"all new", 0, 1}, {"1 % renamed", 100, refreshTimes}, {"all renamed", 1, 1}} {
		cost, err := r.times(ctx, step.name, step.every, step.times)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", step.name, err)
		}
		found.Runs = append(found.Runs, cost)
	}
	return found, nil
}

// times repeats a refresh. The costs are those of the refresh with the median duration. The page latencies are those of
// all refreshes: one refresh covers too few pages for a meaningful p99.
func (r *refresher) times(ctx context.Context, name string, every, times int) (refreshCost, error) {
	var costs []refreshCost
	var pages []time.Duration
	for range times {
		r.rename(every)
		cost, beside, err := r.beside(ctx, name)
		if err != nil {
			return cost, err
		}
		costs, pages = append(costs, cost), append(pages, beside...)
	}
	slices.SortFunc(costs, func(a, b refreshCost) int { return cmp.Compare(a.Seconds, b.Seconds) })
	slices.Sort(pages)
	middle := costs[len(costs)/2]
	middle.Times, middle.Pages = times, latencyOf(pages)
	return middle, nil
}

// readQuietly reads the grid's pages without a refresh.
func (r *refresher) readQuietly(ctx context.Context) (pageLatency, error) {
	r.pages = load{address: r.server.address, connections: readers, interval: readerInterval}
	var err error
	if r.pages.questions, err = questions(ctx, orgmapSpeaker(), r.server, r.of, readKinds()[0]); err != nil {
		return pageLatency{}, err
	}
	if _, _, err := r.pages.run(ctx, time.Second); err != nil {
		return pageLatency{}, err
	}
	latencies, _, err := r.pages.run(ctx, quietSeconds*time.Second)
	return latencyOf(latencies), err
}

// beside refreshes while the grid is read.
func (r *refresher) beside(ctx context.Context, name string) (refreshCost, []time.Duration, error) {
	reading, stop := context.WithCancel(ctx)
	defer stop()
	type outcome struct {
		latencies []time.Duration
		err       error
	}
	read := make(chan outcome, 1)
	go func() {
		latencies, _, err := r.pages.run(reading, 0)
		read <- outcome{latencies, err}
	}()
	cost, err := r.refresh(ctx, name)
	stop()
	during := <-read
	return cost, during.latencies, errors.Join(err, during.err)
}

// connect starts the simulated vendor and connects it as an additional integration.
func (r *refresher) connect(ctx context.Context, count int) (stop func(), err error) {
	vendor, known := sim.New(vendors.ApplicationITGlue)
	if !known {
		return nil, errors.New("IT Glue has no simulation")
	}
	r.vendor = vendor
	r.vendor.SetLimit(sim.Limit{}) // measure orgmap, not the vendor's rate limit
	random := rand.New(rand.NewPCG(seed, 1))
	stems, trades, forms := nameWords()
	for n := range count {
		r.list = append(r.list, vendors.Organization{
			RemoteID: fmt.Sprint(1_000_000 + n),
			Name:     fmt.Sprintf("%s %s %s %d", pick(random, stems), pick(random, trades), pick(random, forms), n),
		})
	}
	r.vendor.Set(r.list)
	baseURL, stop, err := r.serveVendor(ctx)
	if err != nil {
		return nil, err
	}
	if r.integration, err = r.connectVendor(ctx, baseURL); err != nil {
		stop()
		return nil, err
	}
	return stop, nil
}

// serveVendor serves the vendor and adds up its response times.
func (r *refresher) serveVendor(ctx context.Context) (baseURL string, stop func(), err error) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	server := &http.Server{ReadHeaderTimeout: time.Minute, Handler: http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		begun := time.Now()
		sleepUntil(request.Context(), begun.Add(vendorThinks))
		r.vendor.ServeHTTP(w, request)
		r.answering.Add(int64(time.Since(begun)))
	})}
	go func() { _ = server.Serve(listener) }() // until Close
	return "http://" + listener.Addr().String(), func() { r.vendor.Close(); _ = server.Close() }, nil
}

func (r *refresher) connectVendor(ctx context.Context, baseURL string) (integration string, err error) {
	var credentials []map[string]string
	for field, value := range r.vendor.Credentials() {
		credentials = append(credentials, map[string]string{"name": field, "value": value})
	}
	var answer struct {
		ConnectIntegration struct {
			Integrations []struct{ ID string }
			UserErrors   []struct{ Message string }
		}
	}
	err = r.call(ctx, `mutation ($input: ConnectIntegrationInput!) {
		connectIntegration(input: $input) { integrations { id } userErrors { message } }
	}`, map[string]any{"input": map[string]any{"application": r.vendor.Application(), "baseUrl": baseURL, "credentials": credentials}}, &answer)
	if err != nil {
		return "", err
	}
	connected := answer.ConnectIntegration
	if len(connected.Integrations) != 1 {
		return "", fmt.Errorf("the vendor was not connected: %v", connected.UserErrors)
	}
	return connected.Integrations[0].ID, nil
}

// rename gives every n-th organization of the vendor a new name.
func (r *refresher) rename(every int) {
	if every == 0 {
		return
	}
	for i := 0; i < len(r.list); i += every {
		r.list[i].Name += " II"
	}
	r.vendor.Set(r.list)
}

// refresh refreshes once and returns the cost.
func (r *refresher) refresh(ctx context.Context, name string) (refreshCost, error) {
	ctx, cancel := context.WithTimeout(ctx, refreshLimit)
	defer cancel()
	cost := refreshCost{Name: name}
	log, err := r.logPosition(ctx)
	if err != nil {
		return cost, err
	}
	r.answering.Store(0)
	server, known := cpuOf(r.server.process.PID())
	postgres, alsoKnown := cpuOfFamily(r.stage.postgres.PID())
	begun := time.Now()
	run, err := r.runToEnd(ctx)
	if err != nil {
		return cost, err
	}
	cost.Seconds, cost.VendorSeconds = time.Since(begun).Seconds(), time.Duration(r.answering.Load()).Seconds()
	if known && alsoKnown {
		serverAfter, _ := cpuOf(r.server.process.PID())
		postgresAfter, _ := cpuOfFamily(r.stage.postgres.PID())
		ofServer, ofPostgres := (serverAfter - server).Seconds(), (postgresAfter - postgres).Seconds()
		cost.ServerCPU, cost.PostgresCPU = &ofServer, &ofPostgres
	}
	if peak, _, known := peakMemory(r.server.process.PID()); known {
		cost.PeakMemory = &peak
	}
	logAfter, err := r.logPosition(ctx)
	if err != nil {
		return cost, err
	}
	cost.LogWritten, cost.Added, cost.Updated = logAfter-log, run.Added, run.Updated
	cost.RowsWritten, err = r.rowsWritten(ctx, int64(run.Added+run.Updated+run.Removed))
	say("refresh, %s: %.1f s", name, cost.Seconds)
	return cost, err
}

// refreshRun is a run as the API returns it.
type refreshRun struct {
	ID                      string
	State                   string
	Added, Updated, Removed int
	Failure                 *struct{ Message string }
}

const runFields = "id state added updated removed failure { message }"

// runToEnd requests a refresh and waits until it has succeeded.
func (r *refresher) runToEnd(ctx context.Context) (refreshRun, error) {
	var asked struct {
		Refresh struct {
			Runs       []refreshRun
			UserErrors []struct{ Message string }
		}
	}
	err := r.call(ctx, `mutation ($id: ID!) { refresh(input: {integrationIds: [$id]}) { runs { `+runFields+` } userErrors { message } } }`,
		map[string]any{"id": r.integration}, &asked)
	if err == nil && len(asked.Refresh.Runs) != 1 {
		err = fmt.Errorf("no refresh: %v", asked.Refresh.UserErrors)
	}
	if err != nil {
		return refreshRun{}, err
	}
	run := asked.Refresh.Runs[0]
	for run.State == "QUEUED" || run.State == "RUNNING" {
		if !sleepUntil(ctx, time.Now().Add(pollInterval)) {
			return run, ctx.Err()
		}
		var answer struct{ Node refreshRun }
		if err := r.call(ctx, `query ($id: ID!) { node(id: $id) { ... on RefreshRun { `+runFields+` } } }`, map[string]any{"id": run.ID}, &answer); err != nil {
			return run, err
		}
		run = answer.Node
	}
	if run.State != "SUCCEEDED" {
		return run, fmt.Errorf("the run ended %s: %+v", run.State, run.Failure)
	}
	return run, nil
}

func latencyOf(sorted []time.Duration) pageLatency {
	return pageLatency{
		Pages: len(sorted), P50: milliseconds(quantile(sorted, 0.50)), P99: milliseconds(quantile(sorted, 0.99)), Most: milliseconds(quantile(sorted, 1)),
	}
}
