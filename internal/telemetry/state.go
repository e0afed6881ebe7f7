package telemetry

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"
)

// scrapeTimeout is how long Postgres may take to count runs: a scrape without runs is better than none.
const scrapeTimeout = time.Second

// Runs counts the unfinished refresh runs of all accounts and servers.
type Runs struct {
	Queued, Running             int
	OldestQueued, OldestRunning time.Duration // since they were requested; 0 if there are none
	WithoutWorker               int           // running runs whose lease has expired
}

// State holds the functions and objects that each scrape reads.
type State struct {
	Pool    *pgxpool.Pool
	Streams func() int                          // open WebSockets and event streams
	Runs    func(context.Context) (Runs, error) // with one cheap statement

	Directories func() Directories
	Connections func() Connections

	JournalGrowth func() int64 // changes in an hour by the account that wrote most
}

// Connections counts the connections that clients open to the public address.
type Connections struct {
	Open                         int
	RefusedByAddress, RefusedAll uint64 // because one address, or all together, had too many
}

// Directories holds the state of the lists kept in memory.
type Directories struct {
	Bytes                    int64
	FromMemory, FromPostgres uint64 // lists read from memory; lists that could have been, but were read from Postgres
}

// Watch registers a collector that reads state at each scrape.
func (m *Metrics) Watch(registerer prometheus.Registerer, state State) error {
	return registerer.Register(&collector{metrics: m, state: state})
}

type collector struct {
	metrics *Metrics
	state   State
}

func describe(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc(namespace+"_"+name, help, labels, nil)
}

//nolint:gochecknoglobals // descriptions never change
var (
	runsDescription    = describe("refresh_runs", "Refresh runs that are queued or running, on all servers.", "state")
	oldestDescription  = describe("refresh_oldest_seconds", "Age of the oldest queued or running refresh run since its request, in seconds.", "state")
	orphansDescription = describe("refresh_runs_without_worker", "Running refresh runs whose lease has expired; another worker resumes each within a minute.")
	streamsDescription = describe("streams_open", "Open websockets and event streams.")
	poolDescription    = describe("postgres_connections", "Connections in this server's Postgres pool.", "state")
	poolMaximum        = describe("postgres_connections_max", "Maximum size of this server's Postgres pool.")
	poolAcquired       = describe("postgres_acquires_total", "Connections acquired from the pool.")
	poolWaits          = describe("postgres_acquire_waits_total", "Acquires that had to wait for a free connection.")
	poolWaitSeconds    = describe("postgres_acquire_wait_seconds_total", "Time spent waiting for a free connection, in seconds.")
	poolRefusals       = describe("postgres_acquires_given_up_total", "Acquires that gave up waiting for a free connection.")
	journalGrowth      = describe("journal_growth_changes", "Changes written in the last hour by the account that wrote the most.")
	directoryBytes     = describe("directory_bytes", "Bytes of the lists kept in memory.")
	connectionsOpen    = describe("connections_open", "Open client connections.")
	connectionsRefused = describe("connections_refused_total", "Client connections refused or closed because there were too many, per address or in total.", "of")
	directoryLists     = describe("directory_lists_total", "Lists of organizations and external organizations that could be served from memory, by what served them.", "from")
)

func (c *collector) Describe(descriptions chan<- *prometheus.Desc) {
	for _, one := range []*prometheus.Desc{
		runsDescription, oldestDescription, orphansDescription, streamsDescription,
		poolDescription, poolMaximum, poolAcquired, poolWaits, poolWaitSeconds, poolRefusals, directoryBytes, directoryLists,
		connectionsOpen, connectionsRefused, journalGrowth,
	} {
		descriptions <- one
	}
}

func (c *collector) Collect(metrics chan<- prometheus.Metric) {
	gauge := func(description *prometheus.Desc, value float64, labels ...string) {
		metrics <- prometheus.MustNewConstMetric(description, prometheus.GaugeValue, value, labels...)
	}
	counter := func(description *prometheus.Desc, value float64, labels ...string) {
		metrics <- prometheus.MustNewConstMetric(description, prometheus.CounterValue, value, labels...)
	}
	pool := c.state.Pool.Stat()
	gauge(poolDescription, float64(pool.AcquiredConns()), "used")
	gauge(poolDescription, float64(pool.IdleConns()), "idle")
	gauge(poolMaximum, float64(pool.MaxConns()))
	counter(poolAcquired, float64(pool.AcquireCount()))
	counter(poolWaits, float64(pool.EmptyAcquireCount()))
	counter(poolWaitSeconds, pool.EmptyAcquireWaitTime().Seconds())
	counter(poolRefusals, float64(pool.CanceledAcquireCount()))
	gauge(streamsDescription, float64(c.state.Streams()))
	gauge(journalGrowth, float64(c.state.JournalGrowth()))
	directories := c.state.Directories()
	gauge(directoryBytes, float64(directories.Bytes))
	counter(directoryLists, float64(directories.FromMemory), "memory")
	counter(directoryLists, float64(directories.FromPostgres), "postgres")
	connections := c.state.Connections()
	gauge(connectionsOpen, float64(connections.Open))
	counter(connectionsRefused, float64(connections.RefusedByAddress), "address")
	counter(connectionsRefused, float64(connections.RefusedAll), "all")

	ctx, cancel := context.WithTimeout(context.Background(), scrapeTimeout)
	defer cancel()
	runs, err := c.state.Runs(ctx)
	if err != nil {
		c.metrics.scrapeFailures.Inc()
		return
	}
	gauge(runsDescription, float64(runs.Queued), "QUEUED")
	gauge(runsDescription, float64(runs.Running), "RUNNING")
	gauge(oldestDescription, runs.OldestQueued.Seconds(), "QUEUED")
	gauge(oldestDescription, runs.OldestRunning.Seconds(), "RUNNING")
	gauge(orphansDescription, float64(runs.WithoutWorker))
}
