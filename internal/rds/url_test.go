package rds

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestParse_Single(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		network, address, username, password string
		database                             int
		encrypted                            bool
	}{
		"redis://localhost":                           {"tcp", "localhost:6379", "", "", 0, false},
		"redis://":                                    {"tcp", "localhost:6379", "", "", 0, false},
		"redis://10.0.0.1:6380/3":                     {"tcp", "10.0.0.1:6380", "", "", 3, false},
		"redis://:secret@db?db=2":                     {"tcp", "db:6379", "", "secret", 2, false},
		"redis://[::1]:6380":                          {"tcp", "[::1]:6380", "", "", 0, false},
		"redis://[::1]/1":                             {"tcp", "[::1]:6379", "", "", 1, false},
		"rediss://user:p%40ss%2Fw%3Ard@db.example/":   {"tcp", "db.example:6379", "user", "p@ss/w:rd", 0, true},
		"redis://user:p@ss@db":                        {"tcp", "db:6379", "user", "p@ss", 0, false},
		"unix:///run/redis/redis.sock":                {"unix", "/run/redis/redis.sock", "", "", 0, false},
		"unix://user:secret@/run/redis.sock?db=4":     {"unix", "/run/redis.sock", "user", "secret", 4, false},
		"redis://db:6379/0?read_timeout=7s&db=5":      {"tcp", "db:6379", "", "", 5, false},
		"redis://user:100%25@db:6379?client_name=abc": {"tcp", "db:6379", "user", "100%", 0, false},
	}
	for address, want := range tests {
		t.Run(address, func(t *testing.T) {
			t.Parallel()
			target, err := parse(address)
			require.NoError(t, err)
			require.Equal(t, single, target.kind)
			o := target.options
			require.Equal(t, want.network, o.Network)
			require.Equal(t, want.address, o.Addr)
			require.Equal(t, want.username, o.Username)
			require.Equal(t, want.password, o.Password)
			require.Equal(t, want.database, o.DB)
			require.Equal(t, want.encrypted, o.TLSConfig != nil)
			if want.encrypted {
				require.Equal(t, "db.example", o.TLSConfig.ServerName)
			}
		})
	}
}

func TestParse_Sentinel(t *testing.T) {
	t.Parallel()
	target, err := parse("rediss+sentinel://user:secret@one,two:5000,[::1]/main/2?sentinel_username=guard&sentinel_password=p%26w&pool_size=3")
	require.NoError(t, err)
	o := target.universal().Failover()
	require.Equal(t, sentinels, target.kind)
	require.Equal(t, []string{"one:26379", "two:5000", "[::1]:26379"}, o.SentinelAddrs)
	require.Equal(t, "main", o.MasterName)
	require.Equal(t, 2, o.DB)
	require.Equal(t, []string{"user", "secret"}, []string{o.Username, o.Password})
	require.Equal(t, []string{"guard", "p&w"}, []string{o.SentinelUsername, o.SentinelPassword})
	require.Equal(t, 3, o.PoolSize)
	require.Equal(t, readTimeout, o.ReadTimeout)
	require.Empty(t, o.TLSConfig.ServerName, "each server's own name is checked")
}

func TestParse_Cluster(t *testing.T) {
	t.Parallel()
	target, err := parse("redis+cluster://user:secret@one:7000,two?write_timeout=3s")
	require.NoError(t, err)
	o := target.universal().Cluster()
	require.Equal(t, clusterNodes, target.kind)
	require.Equal(t, []string{"one:7000", "two:6379"}, o.Addrs)
	require.Equal(t, []string{"user", "secret"}, []string{o.Username, o.Password})
	require.Equal(t, 3*time.Second, o.WriteTimeout)
	require.Equal(t, dialTimeout, o.DialTimeout)
}

func TestParse_Defaults(t *testing.T) {
	t.Parallel()
	target, err := parse("redis://db?read_timeout=9s&pool_size=77&protocol=3")
	require.NoError(t, err)
	o := target.options
	require.Equal(t, 2*time.Second, o.DialTimeout)
	require.Equal(t, 9*time.Second, o.ReadTimeout, "the URL's value wins")
	require.Equal(t, time.Second, o.WriteTimeout)
	require.Equal(t, 77, o.PoolSize)
	require.Equal(t, 3, o.Protocol)
	require.True(t, o.ContextTimeoutEnabled)
}

func TestParse_RefusesWithoutNamingThePassword(t *testing.T) {
	t.Parallel()
	for _, address := range []string{
		"", "secret", "localhost:6379", "http://user:secret@db", "redis:/user:secret@db",
		"redis://user:secret/more@db", "redis://user:secret#more@db", "redis://user:secret?more@db",
		"redis://user:secret%zz@db", "redis://user:secret@db:port", "redis://user:secret@db:99999", "redis://user:secret@::1",
		"redis://user:secret@db/one", "redis://user:secret@db/1/2", "redis://user:secret@db?no_such_option=1",
		"redis://user:secret@db?read_timeout=soon", "redis://user:secret@one,two", "redis://user:secret@db/%zz",
		"redis://user:secret@db/0#part", "unix://user:secret@host/run/redis.sock", "unix://user:secret@",
		"redis+sentinel://user:secret@one,two", "redis+sentinel://one/main?sentinel_password=secret&other=1",
		"redis://%zz", "redis://user:secret@a b", "redis://user:secret@[one]", "redis://user:secret@[127.0.0.1]", "redis://user:secret@[::1",
		"redis://user:secret@h\u00f6st", "redis://user:secret@one%20two", "redis+cluster://one,%zz", "redis+sentinel://one,t*/main",
		"redis+sentinel://one/main/%zz?sentinel_password=secret", "redis+cluster://user:secret@one,two/1",
	} {
		t.Run(address, func(t *testing.T) {
			t.Parallel()
			_, err := New(address)
			require.Error(t, err)
			require.ErrorContains(t, err, "Redis URL")
			require.NotContains(t, err.Error(), "secret")
			require.NotContains(t, err.Error(), "more")
		})
	}
}
