//go:build !unix

package embedded

import (
	"context"
	"errors"
)

// Postgres is a running private server. There is none on this system.
type Postgres struct{}

var errNotHere = errors.New("there is no embedded PostgreSQL on this system: set DATABASE_URL and REDIS_URL to running servers")

// StartPostgres says that there is no embedded server here, whose processes, owners and locks are those of Unix.
func StartPostgres(context.Context, PostgresOptions) (*Postgres, error) { return nil, errNotHere }

// URL is nobody's address.
func (*Postgres) URL() string { return "" }

// URLOf is nobody's address.
func (*Postgres) URLOf(string) string { return "" }

// Stop stops nothing.
func (*Postgres) Stop(context.Context) error { return nil }
