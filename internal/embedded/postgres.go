//go:build unix

// Package embedded runs the stores that orgmap needs if none is configured: a private PostgreSQL server with programs
// found on this machine, and a Redis inside this process.
package embedded

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/orgmap/orgmap/internal/embedded/process"
)

const (
	// role is the cluster's superuser, database the database that orgmap uses.
	role     = "orgmap"
	database = "orgmap"
	// startLimit allows for replaying a full write-ahead log on a slow disk.
	startLimit = 3 * time.Minute
	// defaultConnections is enough for one orgmap with its pool, its jobs and someone's psql.
	defaultConnections = 100
	// maxLog is the size in bytes from which the next start renames the server's log.
	maxLog = 10 << 20
)

// Postgres is a running private server.
type Postgres struct {
	instanceDir *instanceDir
	server      *process.Process
	binaries    binaries
	durable     bool
	// stopping makes a second Stop wait for the first one and return its result.
	stopping sync.Once
	stopErr  error
}

// StartPostgres starts the server and returns when it accepts connections. It creates the cluster and the database
// orgmap if they are missing, and stops a server that a killed orgmap left in DataDir. Errors wrap ErrNoBinaries if
// this machine has no PostgreSQL, or ErrInUse if another orgmap uses DataDir. ctx bounds only the start: call Stop to
// end the server.
func StartPostgres(ctx context.Context, options PostgresOptions) (*Postgres, error) {
	if options.Logger == nil {
		options.Logger = slog.New(slog.DiscardHandler)
	}
	if options.MaxConnections == 0 {
		options.MaxConnections = defaultConnections
	}
	ctx, cancel := context.WithTimeout(ctx, startLimit)
	defer cancel()
	user, err := unprivileged()
	if err != nil {
		return nil, err
	}
	found, err := findBinaries(ctx, options.Binaries, user)
	if err != nil {
		return nil, err
	}
	instanceDir, err := claim(ctx, options.DataDir, found[0], user, options.Logger)
	if err != nil {
		return nil, err
	}
	p := &Postgres{instanceDir: instanceDir, durable: options.Durable}
	if err := p.start(ctx, found, options); err != nil {
		instanceDir.release()
		return nil, err
	}
	return p, nil
}

func (p *Postgres) start(ctx context.Context, found []binaries, options PostgresOptions) error {
	var err error
	if err = p.instanceDir.endOrphan(ctx, options.Logger); err != nil {
		return err
	}
	if p.binaries, err = p.instanceDir.choose(found); err != nil {
		return err
	}
	if err = p.instanceDir.initialize(ctx, p.binaries, options.Pattern, p.durable); err != nil {
		return err
	}
	for {
		err = p.launch(ctx, options)
		// After a kill -9 of the postmaster its backends need a moment to notice and exit.
		if err == nil || !strings.Contains(err.Error(), "is still in use") || ctx.Err() != nil {
			return err
		}
	}
}

// launch starts the server process once and waits until it accepts connections.
func (p *Postgres) launch(ctx context.Context, options PostgresOptions) error {
	log, before, err := p.instanceDir.openLog()
	if err != nil {
		return err
	}
	defer log.Close()
	cmd := command(p.binaries.path("postgres"), p.instanceDir.dir, p.instanceDir.user, p.arguments(options)...)
	cmd.Stdout, cmd.Stderr = log, log
	if p.server, err = process.Start(cmd, p.stopSignal()); err != nil {
		return err
	}
	if err := p.waitReady(ctx); err != nil {
		_ = p.server.Signal(syscall.SIGQUIT)
		<-p.server.Done()
		return fmt.Errorf("PostgreSQL does not start: %w: %s", err, p.instanceDir.logSince(before))
	}
	return nil
}

func (p *Postgres) arguments(options PostgresOptions) []string {
	settings := []string{
		"listen_addresses=", "port=" + socketPort, "unix_socket_directories=" + quoteList(p.instanceDir.socket),
		"unix_socket_permissions=0700", "max_connections=" + strconv.Itoa(options.MaxConnections),
		"timezone=UTC", "log_timezone=UTC", "logging_collector=off", "log_destination=stderr",
		// A single server has no replicas.
		"wal_level=minimal", "max_wal_senders=0",
	}
	if !options.Durable {
		settings = append(settings, "fsync=off", "synchronous_commit=off", "full_page_writes=off")
	}
	args := []string{"-D", p.instanceDir.data()}
	for _, setting := range settings {
		args = append(args, "-c", setting)
	}
	return args
}

// quoteList quotes one element of a comma-separated setting, because a path may contain a comma or a space.
func quoteList(path string) string { return `"` + strings.ReplaceAll(path, `"`, `""`) + `"` }

// stopSignal returns the signal that shuts the server down: after a checkpoint if the data matters, else immediately.
func (p *Postgres) stopSignal() syscall.Signal {
	if p.durable {
		return syscall.SIGINT
	}
	return syscall.SIGQUIT
}

// waitReady tries to connect until the server accepts, and creates the database if it is missing.
func (p *Postgres) waitReady(ctx context.Context) error {
	var err error
	ready := func() bool {
		if err = ping(ctx, p.URL()); missingDatabase(err) {
			err = p.createDatabase(ctx)
		}
		return err == nil || p.ended()
	}
	if !waitUntil(ctx, ready) {
		return errors.Join(ctx.Err(), err)
	}
	if p.ended() {
		return fmt.Errorf("it ended: %w", p.server.Err())
	}
	return nil
}

func (p *Postgres) ended() bool {
	select {
	case <-p.server.Done():
		return true
	default:
		return false
	}
}

func ping(ctx context.Context, dsn string) error {
	connection, err := pgx.Connect(ctx, dsn)
	if err != nil {
		return err
	}
	return connection.Close(ctx)
}

func missingDatabase(err error) bool {
	const invalidCatalogName = "3D000"
	var refused *pgconn.PgError
	return errors.As(err, &refused) && refused.Code == invalidCatalogName
}

func (p *Postgres) createDatabase(ctx context.Context) error {
	connection, err := pgx.Connect(ctx, p.url(role, "postgres"))
	if err != nil {
		return err
	}
	defer connection.Close(ctx)
	_, err = connection.Exec(ctx, "CREATE DATABASE "+database)
	return err
}

// URL returns the address of the database orgmap as its superuser, over a unix socket that only the server's own user
// and root can access. It is always the same for a data directory.
func (p *Postgres) URL() string { return p.url(role, database) }

// URLOf returns the address of the database orgmap for another login. The login needs no password.
func (p *Postgres) URLOf(login string) string { return p.url(login, database) }

func (p *Postgres) url(login, name string) string {
	query := url.Values{"host": {p.instanceDir.socket}, "port": {socketPort}, "sslmode": {"disable"}}.Encode()
	address := url.URL{
		Scheme: "postgres", User: url.User(login), Path: "/" + name,
		RawQuery: strings.ReplaceAll(query, "+", "%20"), // pgx reads a plus sign as a plus sign, not as a space
	}
	return address.String()
}

// Dir returns the folder where the data is actually stored.
func (p *Postgres) Dir() string { return p.instanceDir.dir }

// PID returns the postmaster's process ID.
func (p *Postgres) PID() int { return p.server.PID() }

// Done returns a channel that is closed when the server has ended, whether Stop was called or not.
func (p *Postgres) Done() <-chan struct{} { return p.server.Done() }

// Stop shuts the server down and releases the data directory. If ctx ends first, the server quits immediately, Stop
// returns ctx's error, and the next start replays the write-ahead log. Stop may be called again.
func (p *Postgres) Stop(ctx context.Context) error {
	p.stopping.Do(func() {
		p.stopErr = p.server.Stop(ctx, p.stopSignal(), syscall.SIGQUIT)
		p.instanceDir.release()
	})
	return p.stopErr
}
