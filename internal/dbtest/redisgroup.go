//go:build unix

package dbtest

import (
	"fmt"
	"net"
	"strconv"
	"strings"
	"testing"
	"time"
)

// RedisSentinels is a master with a replica, and three sentinels that promote the replica if the
// master is down for a second.
type RedisSentinels struct {
	Master, Replica *RedisServer
	sentinels       []*RedisServer
}

// NewRedisSentinels starts the servers; they end with the test.
func NewRedisSentinels(t testing.TB) *RedisSentinels {
	t.Helper()
	g := &RedisSentinels{Master: NewRedisServer(t)}
	host, port, _ := net.SplitHostPort(g.Master.Addr())
	g.Replica = NewRedisServer(t, "--replicaof", host, port, "--repl-diskless-sync-delay", "0")
	g.Master.await("a replica", func() bool { answer, err := g.Master.ask("WAIT 1 100"); return err == nil && answer == ":1" })
	for range 3 {
		sentinel := NewRedisServer(t, "--sentinel")
		sentinel.order("SENTINEL MONITOR main " + host + " " + port + " 2")
		sentinel.order("SENTINEL SET main down-after-milliseconds 1000")
		sentinel.order("SENTINEL SET main failover-timeout 5000")
		g.sentinels = append(g.sentinels, sentinel)
	}
	for _, sentinel := range g.sentinels {
		sentinel.await("each other", func() bool {
			answer, err := sentinel.ask("SENTINEL CKQUORUM main")
			replicas, err2 := sentinel.ask("SENTINEL REPLICAS main")
			return err == nil && err2 == nil && strings.HasPrefix(answer, "+OK 3 ") && replicas == "*1"
		})
	}
	return g
}

// URL returns the address of the group.
func (g *RedisSentinels) URL() string {
	addresses := make([]string, len(g.sentinels))
	for n, sentinel := range g.sentinels {
		addresses[n] = sentinel.Addr()
	}
	return "redis+sentinel://" + strings.Join(addresses, ",") + "/main/0"
}

const clusterSlots = 16384

// RedisCluster is a cluster of masters that share the slots.
type RedisCluster struct{ Nodes []*RedisServer }

// NewRedisCluster starts a cluster; it ends with the test.
func NewRedisCluster(t testing.TB, masters int) *RedisCluster {
	t.Helper()
	g := &RedisCluster{}
	var buses []int
	for range masters {
		bus, err := freePort() // the default is the port plus 10,000, which may not be a valid port
		if err != nil {
			t.Fatal(err)
		}
		buses = append(buses, bus)
		g.Nodes = append(g.Nodes, NewRedisServer(t, "--cluster-enabled", "yes", "--cluster-port", strconv.Itoa(bus),
			"--cluster-node-timeout", "2000", "--cluster-announce-ip", "127.0.0.1"))
	}
	for n, node := range g.Nodes {
		node.order(fmt.Sprintf("CLUSTER ADDSLOTSRANGE %d %d", n*clusterSlots/masters, (n+1)*clusterSlots/masters-1))
		_, port, _ := net.SplitHostPort(node.Addr())
		g.Nodes[0].order(fmt.Sprintf("CLUSTER MEET 127.0.0.1 %s %d", port, buses[n]))
	}
	for _, node := range g.Nodes {
		node.await("all slots", func() bool {
			_, err := node.ask("GET anything")
			return err == nil || !strings.HasPrefix(err.Error(), "CLUSTERDOWN")
		})
	}
	return g
}

// URL returns the address of the cluster.
func (g *RedisCluster) URL() string {
	addresses := make([]string, len(g.Nodes))
	for n, node := range g.Nodes {
		addresses[n] = node.Addr()
	}
	return "redis+cluster://" + strings.Join(addresses, ",")
}

// await waits until the server knows what the caller needs.
func (s *RedisServer) await(what string, known func() bool) {
	s.t.Helper()
	deadline := time.After(redisStartLimit)
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for !known() {
		select {
		case <-deadline:
			s.t.Fatalf("redis-server %s does not know %s", s.Addr(), what)
		case <-tick.C:
		}
	}
}
