package live_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/google/uuid"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/dbtest"
	"github.com/orgmap/orgmap/internal/live"
	"github.com/orgmap/orgmap/internal/rds"
)

const (
	// never is a fallback that no test reaches: whatever arrives came through Redis.
	never = time.Hour
	// soon is how long a test waits for something that takes milliseconds on an idle machine.
	soon = 20 * time.Second
)

// process is what a server process uses of this package.
type process struct {
	hub      *live.Hub
	log      *live.Log[*change]
	latest   *live.Latest[runState]
	client   redis.UniversalClient
	registry *prometheus.Registry
}

type processOptions struct {
	url       string
	journal   *journal
	runs      *runs
	fallback  time.Duration
	heartbeat time.Duration
}

func startProcess(t *testing.T, options processOptions) *process {
	t.Helper()
	client, err := rds.New(options.url)
	require.NoError(t, err)
	p := &process{client: client, registry: prometheus.NewRegistry()}
	hubOptions := quiet()
	hubOptions.Registerer, hubOptions.Heartbeat = p.registry, options.heartbeat
	p.hub = live.NewHub(client, hubOptions)
	p.log = live.NewLog(p.hub, options.journal, changePosition, live.LogOptions{Fallback: options.fallback})
	if options.runs == nil {
		options.runs = newRuns(uuid.New())
	}
	p.latest = live.NewLatest(p.hub, options.runs,
		func(s runState) uuid.UUID { return s.id }, func(s runState) int64 { return s.sequence },
		live.LatestOptions{Fallback: options.fallback})

	ctx, cancel := context.WithCancel(context.Background()) // outlives the test's context, so that the test sees it end
	var all sync.WaitGroup
	for _, run := range []func(context.Context) error{p.hub.Run, p.log.Run, p.latest.Run} {
		all.Go(func() {
			if err := run(ctx); err != nil {
				t.Errorf("run: %v", err)
			}
		})
	}
	t.Cleanup(func() {
		cancel()
		all.Wait()
		require.NoError(t, client.Close())
	})
	return p
}

// metric returns a metric's sum over its labels.
func (p *process) metric(t *testing.T, name string) float64 {
	t.Helper()
	families, err := p.registry.Gather()
	require.NoError(t, err)
	sum := 0.0
	for _, family := range families {
		if family.GetName() == "orgmap_live_"+name {
			for _, metric := range family.GetMetric() {
				sum += metric.GetCounter().GetValue() + metric.GetGauge().GetValue()
			}
		}
	}
	return sum
}

// follow returns a reader whose account is subscribed in Redis.
func (p *process) follow(t *testing.T, account uuid.UUID, after int64) *live.LogReader[*change] {
	t.Helper()
	reader := p.log.Follow(account, after)
	t.Cleanup(reader.Close)
	p.requireSubscribed(t, account, true)
	return reader
}

func (p *process) requireSubscribed(t *testing.T, account uuid.UUID, want bool) {
	t.Helper()
	channel := "orgmap:{" + account.String() + "}"
	require.Eventually(t, func() bool {
		count, err := p.client.PubSubNumSub(t.Context(), channel).Result()
		return err == nil && (count[channel] > 0) == want
	}, soon, time.Millisecond, "subscribed: %v", want)
}

// requireHears waits until the process itself, not just Redis, knows that it is subscribed and receives what is
// published.
func (p *process) requireHears(t *testing.T, account uuid.UUID) {
	t.Helper()
	before := p.metric(t, "garbage_total")
	require.Eventually(t, func() bool {
		err := p.client.Publish(t.Context(), "orgmap:{"+account.String()+"}", "garbage").Err()
		return err == nil && p.metric(t, "garbage_total") > before
	}, soon, time.Millisecond)
}

func requirePositions(t *testing.T, reader *live.LogReader[*change], first, last int64, limit time.Duration) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	for position := first; position <= last; position++ {
		event, err := reader.Next(ctx)
		require.NoError(t, err, "waiting for %d", position)
		require.Equal(t, position, event.position)
	}
}

// onEachRedis runs a test on the embedded Redis and on a real one.
func onEachRedis(t *testing.T, test func(t *testing.T, url string)) {
	t.Helper()
	t.Run("embedded", func(t *testing.T) {
		t.Parallel()
		test(t, "redis://"+miniredis.RunT(t).Addr())
	})
	t.Run("real", func(t *testing.T) {
		t.Parallel()
		test(t, dbtest.Redis(t))
	})
}

func TestHub_NotifiesOtherProcesses(t *testing.T) {
	t.Parallel()
	onEachRedis(t, func(t *testing.T, url string) {
		account, run := uuid.New(), uuid.New()
		source, moving := newJournal(), newRuns(account)
		options := processOptions{url: url, journal: source, runs: moving, fallback: never}
		here, there := startProcess(t, options), startProcess(t, options)
		near, far := here.follow(t, account, 0), there.follow(t, account, 0)
		watcher, err := there.latest.Follow(t.Context(), account, moving.snapshot)
		require.NoError(t, err)
		defer watcher.Close()

		for position := int64(1); position <= 20; position++ {
			here.hub.Announce(live.Notification{AccountID: account, Position: source.append(account, 1)})
			requirePositions(t, far, position, position, soon)
			requirePositions(t, near, position, position, soon)
		}
		here.hub.Announce(live.Notification{AccountID: account, RunID: run, Sequence: moving.end(run)})
		ctx, cancel := context.WithTimeout(t.Context(), soon)
		defer cancel()
		state, err := watcher.Next(ctx)
		require.NoError(t, err)
		require.Equal(t, runState{run, 1}, state)
	})
}

func TestHub_SubscribesOnlyToFollowedAccounts(t *testing.T) {
	t.Parallel()
	onEachRedis(t, func(t *testing.T, url string) {
		p := startProcess(t, processOptions{url: url, journal: newJournal(), fallback: never})
		account := uuid.New()
		first, second := p.follow(t, account, 0), p.follow(t, account, 0)
		first.Close()
		p.requireSubscribed(t, account, true)
		second.Close()
		second.Close()
		p.requireSubscribed(t, account, false)
		p.follow(t, account, 0)
		require.InDelta(t, 1, p.metric(t, "subscribers"), 0)
	})
}

func TestHub_IgnoresInvalidMessages(t *testing.T) {
	t.Parallel()
	onEachRedis(t, func(t *testing.T, url string) {
		source := newJournal()
		p := startProcess(t, processOptions{url: url, journal: source, fallback: never})
		account := uuid.New()
		reader := p.follow(t, account, 0)
		for _, payload := range []string{"", "garbage", "-1", strings.Repeat("9", 100_000)} {
			require.NoError(t, p.client.Publish(t.Context(), "orgmap:{"+account.String()+"}", payload).Err())
		}
		require.Eventually(t, func() bool { return p.metric(t, "garbage_total") == 4 }, soon, time.Millisecond)
		p.hub.Announce(live.Notification{AccountID: account, Position: source.append(account, 1)})
		requirePositions(t, reader, 1, 1, soon)
	})
}

func TestHub_UsesOneConnection(t *testing.T) {
	t.Parallel()
	server := dbtest.NewRedisServer(t)
	source := newJournal()
	// No heartbeat is missed: connections last unless something breaks them, even if the machine is busy for seconds.
	options := processOptions{url: server.URL(), journal: source, fallback: never, heartbeat: never}
	p, other := startProcess(t, options), startProcess(t, options)
	accounts := make([]uuid.UUID, 2500)
	readers := make([]*live.LogReader[*change], len(accounts))
	for i := range accounts {
		accounts[i] = uuid.New()
		readers[i] = p.log.Follow(accounts[i], 0)
		defer readers[i].Close()
	}
	for i, account := range accounts {
		p.requireSubscribed(t, account, true)
		other.hub.Announce(live.Notification{AccountID: account, Position: source.append(account, 1)})
		requirePositions(t, readers[i], 1, 1, soon)
	}
	require.Zero(t, p.metric(t, "reconnects_total"))
	connections, err := p.client.Do(t.Context(), "client", "list", "type", "pubsub").Text()
	require.NoError(t, err)
	require.Equal(t, 2, strings.Count(connections, "id="), "one connection for each process")
}

func TestHub_SurvivesRedisFailures(t *testing.T) {
	t.Parallel()

	t.Run("restart: changes committed meanwhile arrive afterwards", func(t *testing.T) {
		t.Parallel()
		server := dbtest.NewRedisServer(t)
		source, account := newJournal(), uuid.New()
		options := processOptions{url: server.URL(), journal: source, fallback: never}
		here, there := startProcess(t, options), startProcess(t, options)
		near, far := here.follow(t, account, 0), there.follow(t, account, 0)
		there.requireHears(t, account)

		server.Stop()
		for position := int64(1); position <= 3; position++ {
			here.hub.Announce(live.Notification{AccountID: account, Position: source.append(account, 1)})
			requirePositions(t, near, position, position, soon)
		}
		server.Start()
		requirePositions(t, far, 1, 3, soon)
		there.requireSubscribed(t, account, true)
		here.hub.Announce(live.Notification{AccountID: account, Position: source.append(account, 1)})
		requirePositions(t, far, 4, 4, soon)
		// The comparison may find the change before the heartbeat's own channel is confirmed.
		require.Eventually(t, func() bool { return there.metric(t, "gaps_total") > 0 && there.metric(t, "reconnects_total") > 0 }, soon, time.Millisecond)
	})

	t.Run("down when readers subscribe", func(t *testing.T) {
		t.Parallel()
		server := dbtest.NewRedisServer(t)
		server.Stop()
		source, account := newJournal(), uuid.New()
		options := processOptions{url: server.URL(), journal: source, fallback: never}
		here, there := startProcess(t, options), startProcess(t, options)
		reader := there.log.Follow(account, 0)
		defer reader.Close()
		server.Start()
		there.requireSubscribed(t, account, true)
		here.hub.Announce(live.Notification{AccountID: account, Position: source.append(account, 1)})
		requirePositions(t, reader, 1, 1, soon)
	})

	t.Run("dropped subscription", func(t *testing.T) {
		t.Parallel()
		server := dbtest.NewRedisServer(t)
		source, account := newJournal(), uuid.New()
		p := startProcess(t, processOptions{url: server.URL(), journal: source, fallback: never})
		reader := p.follow(t, account, 0)
		for position := int64(1); position <= 5; position++ {
			source.append(account, 1) // not announced: the break itself makes the log compare
			server.DropSubscribers()
			requirePositions(t, reader, position, position, soon)
		}
	})

	t.Run("frozen: the fallback serves all readers, and notifications resume afterwards", func(t *testing.T) {
		t.Parallel()
		server := dbtest.NewRedisServer(t)
		source, account, run := newJournal(), uuid.New(), uuid.New()
		moving := newRuns(account)
		options := processOptions{url: server.URL(), journal: source, runs: moving, heartbeat: 100 * time.Millisecond}
		here, there := startProcess(t, options), startProcess(t, options)
		reader := there.follow(t, account, 0)
		watcher, err := there.latest.Follow(t.Context(), account, moving.snapshot)
		require.NoError(t, err)
		defer watcher.Close()

		server.Pause()
		start := time.Now()
		for range 1000 {
			here.hub.Announce(live.Notification{AccountID: account, Position: source.append(account, 1)})
		}
		here.hub.Announce(live.Notification{AccountID: account, RunID: run, Sequence: moving.end(run)})
		require.Less(t, time.Since(start), soon, "a caller that waited for Redis would take more than a second")
		requirePositions(t, reader, 1, 1000, 5*time.Second)
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		state, err := watcher.Next(ctx)
		require.NoError(t, err)
		require.Equal(t, runState{run, 1}, state)
		require.Eventually(t, func() bool { return there.metric(t, "reconnects_total") > 0 }, soon, time.Millisecond)
		server.Resume()
		here.requireNewsReach(t, there, source, account, reader)
	})

	t.Run("connection lost silently", func(t *testing.T) {
		t.Parallel()
		server := dbtest.NewRedisServer(t)
		wall := newFirewall(t, server.Addr())
		source, account := newJournal(), uuid.New()
		here := startProcess(t, processOptions{url: server.URL(), journal: source, fallback: never})
		there := startProcess(t, processOptions{
			url: "redis://" + wall.addr(), journal: source, fallback: never, heartbeat: 100 * time.Millisecond,
		})
		reader := there.follow(t, account, 0)

		wall.forgetConnections()
		here.hub.Announce(live.Notification{AccountID: account, Position: source.append(account, 1)})
		requirePositions(t, reader, 1, 1, soon)
		require.Eventually(t, func() bool { return there.metric(t, "reconnects_total") > 0 }, soon, time.Millisecond)
		here.requireNewsReach(t, there, source, account, reader)
	})
}

// requireNewsReach waits until notifications get from p to there through Redis again: a change arrives far sooner
// than by the fallback.
func (p *process) requireNewsReach(t *testing.T, there *process, source *journal, account uuid.UUID, reader *live.LogReader[*change]) {
	t.Helper()
	require.Eventually(t, func() bool {
		before := there.metric(t, "fallback_catches_total")
		position := source.append(account, 1)
		p.hub.Announce(live.Notification{AccountID: account, Position: position})
		requirePositions(t, reader, position, position, soon)
		return there.metric(t, "fallback_catches_total") == before
	}, soon, time.Millisecond)
}
