//go:build !unix

package embedded

import (
	"context"
	"errors"
)

// Postgres would be a running private server. This system cannot have one.
type Postgres struct{}

var errNotHere = errors.New("there is no embedded PostgreSQL on this system: set DATABASE_URL and REDIS_URL to running servers")

// StartPostgres always fails: the embedded server relies on the processes, file owners, and locks of Unix.
func StartPostgres(context.Context, PostgresOptions) (*Postgres, error) { return nil, errNotHere }

// URL is never called, since nothing starts.
func (*Postgres) URL() string { return "" }

// URLOf is never called, since nothing starts.
func (*Postgres) URLOf(string) string { return "" }

// Stop is never called, since nothing starts.
func (*Postgres) Stop(context.Context) error { return nil }
