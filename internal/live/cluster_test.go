package live_test

import (
	"context"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/uuid"
	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/dbtest"
	"github.com/orgmap/orgmap/internal/live"
)

// subscriptionConnections counts the subscription connections to all servers of a cluster.
func subscriptionConnections(t *testing.T, p *process) int {
	t.Helper()
	cluster, ok := p.client.(*redis.ClusterClient)
	require.True(t, ok)
	var connections atomic.Int64
	require.NoError(t, cluster.ForEachMaster(t.Context(), func(ctx context.Context, node *redis.Client) error {
		list, err := node.Do(ctx, "client", "list", "type", "pubsub").Text()
		connections.Add(int64(strings.Count(list, "id=")))
		return err
	}))
	return int(connections.Load())
}

// In a cluster, notifications pass only through the servers of one slot, over a handful of connections however many
// accounts are watched.
func TestHub_ShardsNotificationsInACluster(t *testing.T) {
	t.Parallel()
	cluster := dbtest.NewRedisCluster(t, 3)
	source := newJournal()
	options := processOptions{url: cluster.URL(), journal: source, fallback: never}
	here, there := startProcess(t, options), startProcess(t, options)
	accounts, readers := make([]uuid.UUID, 40), make([]*live.LogReader[*change], 40)
	for n := range accounts {
		accounts[n] = uuid.New()
		readers[n] = there.log.Follow(accounts[n], 0)
		defer readers[n].Close()
		here.requireNewsReach(t, there, source, accounts[n], readers[n])
	}
	require.Equal(t, 2*4, subscriptionConnections(t, there), "four connections for each process")
	list, err := here.client.Do(t.Context(), "pubsub", "channels").StringSlice()
	require.NoError(t, err)
	require.Empty(t, list, "no notification is broadcast to all servers")

	// A server that is down takes its slots with it. Notifications of other slots keep arriving, and its own resume
	// when it is back.
	cluster.Nodes[1].Stop()
	cluster.Nodes[1].Start()
	for n := range accounts {
		here.requireNewsReach(t, there, source, accounts[n], readers[n])
	}
}
