package embedded

import (
	"crypto/rand"
	"fmt"
	"net/url"

	"github.com/alicebob/miniredis/v2"
)

// Redis is a Redis inside this process. It supports the commands that orgmap uses, loses its data on Close, and serves
// only this process. It has no sharded pub/sub, CONFIG, CLIENT ID or keyspace notifications.
type Redis struct {
	server   *miniredis.Miniredis
	password string
}

// StartRedis starts a Redis on a free loopback port.
func StartRedis() (*Redis, error) {
	r := &Redis{server: miniredis.NewMiniRedis(), password: rand.Text()}
	// Other users of this machine can reach a loopback port too.
	r.server.RequireAuth(r.password)
	// By default keys never expire: miniredis is made for tests that advance the time themselves.
	r.server.ClockTTL(true)
	if err := r.server.Start(); err != nil {
		return nil, fmt.Errorf("embedded redis: %w", err)
	}
	return r, nil
}

// URL returns the redis:// address with the password, which is different for each start.
func (r *Redis) URL() string {
	address := url.URL{Scheme: "redis", User: url.UserPassword("", r.password), Host: r.server.Addr(), Path: "/0"}
	return address.String()
}

// Close stops the Redis and drops its data. Clients are disconnected.
func (r *Redis) Close() { r.server.Close() }
