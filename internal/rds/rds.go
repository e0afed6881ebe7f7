// Package rds opens Redis from a URL: a single server, a pair with sentinels, or a cluster.
package rds

import (
	"context"
	"errors"
	"fmt"

	"github.com/redis/go-redis/v9"
)

// Open returns a client after one successful ping. The error never contains the password.
func Open(ctx context.Context, address string) (redis.UniversalClient, error) {
	client, err := New(address)
	if err != nil {
		return nil, err
	}
	if err := client.Ping(ctx).Err(); err != nil {
		return nil, errors.Join(fmt.Errorf("redis does not answer: %w", err), client.Close())
	}
	return client, nil
}

// New returns a client that connects on first use, so that a program can start while Redis is down. The caller closes
// the client.
//
//	redis://user:password@host:6379/0        one server; rediss:// with TLS
//	unix://user:password@/run/redis.sock?db=0
//	redis+sentinel://user:password@sentinel1:26379,sentinel2/master/0?sentinel_password=...
//	redis+cluster://user:password@node1:6379,node2
//
// The query accepts go-redis's options (dial_timeout, pool_size, ...). The error never contains the password.
func New(address string) (redis.UniversalClient, error) {
	t, err := parse(address)
	if err != nil {
		return nil, err
	}
	switch t.kind {
	case sentinels:
		return redis.NewFailoverClient(t.universal().Failover()), nil
	case clusterNodes:
		return redis.NewClusterClient(t.universal().Cluster()), nil
	default:
		return redis.NewClient(t.options), nil
	}
}
