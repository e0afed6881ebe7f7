package rds_test

import (
	"context"
	"net"
	"net/url"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/orgmap/orgmap/internal/dbtest"
	"github.com/orgmap/orgmap/internal/rds"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestOpen(t *testing.T) {
	t.Parallel()
	t.Run("redis-server", func(t *testing.T) { t.Parallel(); contract(t, dbtest.Redis(t)) })
	t.Run("redis-server with RESP3", func(t *testing.T) { t.Parallel(); contract(t, dbtest.Redis(t)+"?protocol=3") })
	t.Run("miniredis", func(t *testing.T) { t.Parallel(); contract(t, "redis://"+miniredis.RunT(t).Addr()) })
	t.Run("miniredis with user and password", func(t *testing.T) {
		t.Parallel()
		server := miniredis.RunT(t)
		server.RequireUserAuth("orgmap", "p@ss/word")
		address := url.URL{Scheme: "redis", User: url.UserPassword("orgmap", "p@ss/word"), Host: server.Addr()}
		contract(t, address.String())
	})
}

// contract checks what Orgmap needs of any Redis.
func contract(t *testing.T, address string) {
	t.Helper()
	client, err := rds.Open(t.Context(), address)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, client.Close()) })
	require.NoError(t, client.Set(t.Context(), "key", "value", time.Hour).Err())
	require.Equal(t, "value", client.Get(t.Context(), "key").Val())

	subscription := client.Subscribe(t.Context(), "news")
	t.Cleanup(func() { require.NoError(t, subscription.Close()) })
	_, err = subscription.Receive(t.Context())
	require.NoError(t, err)
	_, err = client.Pipelined(t.Context(), func(pipe redis.Pipeliner) error {
		pipe.Publish(t.Context(), "news", "one")
		pipe.Publish(t.Context(), "news", "two")
		return nil
	})
	require.NoError(t, err)
	for _, want := range []string{"one", "two"} {
		message, err := subscription.ReceiveMessage(t.Context())
		require.NoError(t, err)
		require.Equal(t, want, message.Payload)
	}
}

func TestOpen_Sentinel(t *testing.T) {
	t.Parallel()
	master := dbtest.NewRedisServer(t)
	sentinel := dbtest.NewRedisServer(t, "--sentinel")
	monitor, err := rds.New(sentinel.URL())
	require.NoError(t, err)
	defer monitor.Close()
	host, port, err := net.SplitHostPort(master.Addr())
	require.NoError(t, err)
	require.NoError(t, monitor.Do(t.Context(), "SENTINEL", "MONITOR", "main", host, port, "1").Err())
	contract(t, "redis+sentinel://"+sentinel.Addr()+"/main/0")
}

func TestOpen_Cluster(t *testing.T) {
	t.Parallel()
	node := dbtest.NewRedisServer(t, "--cluster-enabled", "yes")
	admin, err := rds.New(node.URL())
	require.NoError(t, err)
	defer admin.Close()
	require.NoError(t, admin.ClusterAddSlotsRange(t.Context(), 0, 16383).Err())
	require.Eventually(t, func() bool {
		info, err := admin.ClusterInfo(t.Context()).Result()
		return err == nil && len(info) > 0 && info[:len("cluster_state:ok")] == "cluster_state:ok"
	}, time.Minute, 20*time.Millisecond)
	contract(t, "redis+cluster://"+node.Addr())
}

func TestOpen_UnixSocket(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("redis-server"); err != nil {
		t.Skip("no redis-server")
	}
	socket := filepath.Join(t.TempDir(), "redis.sock")
	dbtest.NewRedisServer(t, "--unixsocket", socket)
	contract(t, "unix://"+socket)
}

func TestOpen_Faults(t *testing.T) {
	t.Parallel()
	t.Run("the server is down", func(t *testing.T) {
		t.Parallel()
		server := dbtest.NewRedisServer(t)
		server.Stop()
		_, err := rds.Open(t.Context(), "redis://user:secret@"+server.Addr())
		require.ErrorContains(t, err, "refused")
		require.NotContains(t, err.Error(), "secret")
	})
	t.Run("a wrong password is not repeated", func(t *testing.T) {
		t.Parallel()
		server := dbtest.NewRedisServer(t, "--requirepass", "right")
		_, err := rds.Open(t.Context(), "redis://:secret@"+server.Addr())
		require.ErrorContains(t, err, "WRONGPASS")
		require.NotContains(t, err.Error(), "secret")
	})
	t.Run("a frozen server delays a caller until its deadline and works again afterwards", func(t *testing.T) {
		t.Parallel()
		server := dbtest.NewRedisServer(t)
		client, err := rds.Open(t.Context(), server.URL())
		require.NoError(t, err)
		defer client.Close()
		server.Pause()
		begun := time.Now()
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer cancel()
		require.Error(t, client.Publish(ctx, "news", "x").Err())
		require.Less(t, time.Since(begun), 2*time.Second, "the read timeout applies")
		server.Resume()
		require.NoError(t, client.Publish(t.Context(), "news", "x").Err())
	})
	t.Run("a client made while Redis is down works when it is up", func(t *testing.T) {
		t.Parallel()
		server := dbtest.NewRedisServer(t)
		server.Stop()
		client, err := rds.New(server.URL())
		require.NoError(t, err)
		defer client.Close()
		require.Error(t, client.Ping(t.Context()).Err())
		server.Start()
		require.NoError(t, client.Ping(t.Context()).Err())
	})
}
