//go:build !unix

package embedded

import (
	"context"
	"errors"
)

// Postgres is a running private server on Unix. This system cannot run one.
type Postgres struct{}

var errNotHere = errors.New("there is no embedded PostgreSQL on this system: set DATABASE_URL and REDIS_URL to running servers")

// StartPostgres always returns an error: the embedded server needs the processes, file owners and locks of Unix.
func StartPostgres(context.Context, PostgresOptions) (*Postgres, error) { return nil, errNotHere }

// URL is never called, since no server can start.
func (*Postgres) URL() string { return "" }

// URLOf is never called, since no server can start.
func (*Postgres) URLOf(string) string { return "" }

// Stop is never called, since no server can start.
func (*Postgres) Stop(context.Context) error { return nil }
