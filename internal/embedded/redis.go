package embedded

import (
	"crypto/rand"
	"fmt"
	"net/url"

	"github.com/alicebob/miniredis/v2"
)

// Redis is a Redis inside this process. It knows the commands that orgmap uses, keeps nothing after Close, and serves
// this process only: no sharded pub/sub, CONFIG, CLIENT ID or keyspace notifications.
type Redis struct {
	server   *miniredis.Miniredis
	password string
}

// StartRedis starts it on a free loopback port.
func StartRedis() (*Redis, error) {
	r := &Redis{server: miniredis.NewMiniRedis(), password: rand.Text()}
	// Other users of this machine can reach a loopback port too.
	r.server.RequireAuth(r.password)
	// Without this a key's time to live stands still: it is made for tests that move the time themselves.
	r.server.ClockTTL(true)
	if err := r.server.Start(); err != nil {
		return nil, fmt.Errorf("embedded redis: %w", err)
	}
	return r, nil
}

// URL returns its redis:// address with the password, which is new for each start.
func (r *Redis) URL() string {
	address := url.URL{Scheme: "redis", User: url.UserPassword("", r.password), Host: r.server.Addr(), Path: "/0"}
	return address.String()
}

// Close ends it and drops its content; clients see their connections end.
func (r *Redis) Close() { r.server.Close() }
