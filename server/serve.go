package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/orgmap/orgmap/internal/embedded"
	"github.com/orgmap/orgmap/internal/rds"
	"github.com/orgmap/orgmap/internal/secret"
	"github.com/orgmap/orgmap/internal/telemetry"
	"github.com/orgmap/orgmap/migrations"
)

type serveCommand struct {
	Serving serving `embed:""`
}

// Run runs 'orgmap serve'.
func (c serveCommand) Run(ctx context.Context, t *terminal, s stores) (err error) {
	logger := t.logger()
	if t.log == io.Writer(os.Stderr) { // the process runs only this server; the Redis client has one logger per process
		rds.LogTo(logger)
	}
	isEmbedded, err := s.embedded()
	if err != nil {
		return err
	}
	if c.Serving.Demo && !isEmbedded {
		return errors.New("--demo is for embedded stores: unset DATABASE_URL and REDIS_URL")
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", c.Serving.Listen)
	if err != nil {
		return fmt.Errorf("listen on %s (--listen chooses another address): %w", c.Serving.Listen, err)
	}
	defer func() { _ = listener.Close() }()

	settings := settings{serving: c.Serving, databaseURL: s.DatabaseURL, migrationURL: s.MigrationDatabaseURL, redisURL: s.RedisURL}
	if isEmbedded {
		stop, err := s.startEmbedded(ctx, &settings, logger)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, stop()) }()
	}
	if settings.sealer, err = s.openKeyset(isEmbedded); err != nil {
		return err
	}
	if c.Serving.Demo {
		settings.VendorAllowPrivate = append(settings.VendorAllowPrivate, loopback)
	}
	if c.Serving.TracesEndpoint != "" {
		if settings.tracing, err = telemetry.OpenTracing(ctx, c.Serving.TracesEndpoint, version(), logger); err != nil {
			return err
		}
		defer settings.tracing.Close()
	}
	defer roomyHeap()()
	if c.Serving.ProfileListen != "" {
		stop, err := serveProfiles(ctx, c.Serving.ProfileListen, logger)
		if err != nil {
			return err
		}
		defer stop()
	}
	app, err := newApp(ctx, settings, logger)
	if err != nil {
		return err
	}
	defer app.Close()
	if isEmbedded {
		welcome, err := s.welcome(ctx, app, "http://"+listener.Addr().String())
		if err != nil {
			return err
		}
		if c.Serving.Demo {
			stop, err := s.startDemo(ctx, app, welcome.admin)
			if err != nil {
				return err
			}
			defer stop()
		}
		welcome.print(t.out)
	}
	if c.Serving.MetricsListen != "" {
		stop, err := app.serveMetrics(ctx, c.Serving.MetricsListen)
		if err != nil {
			return err
		}
		defer stop()
	}
	logger.Info("serving", "address", listener.Addr().String(), "role", c.Serving.Role, "version", version())
	return app.Run(ctx, listener)
}

// startEmbedded starts both stores in the data directory and sets their addresses in settings.
func (s stores) startEmbedded(ctx context.Context, settings *settings, logger *slog.Logger) (stop func() error, err error) {
	postgres, err := startPostgres(ctx, s, logger)
	if err != nil {
		return nil, err
	}
	redis, err := embedded.StartRedis()
	if err != nil {
		return nil, errors.Join(err, postgres.Stop(context.WithoutCancel(ctx)))
	}
	settings.databaseURL, settings.migrationURL, settings.redisURL = postgres.URLOf(migrations.ServingLogin), postgres.URL(), redis.URL()
	if err := errors.Join(migrations.MakeServingLogin(ctx, postgres.URL()), s.tellDatabase(postgres.URL())); err != nil {
		redis.Close()
		return nil, errors.Join(err, postgres.Stop(context.WithoutCancel(ctx)))
	}
	return func() error {
		redis.Close()
		grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), postgresGrace)
		defer cancel()
		return postgres.Stop(grace)
	}, nil
}

// databaseFile is the file with the address of the embedded Postgres. Other commands use it while the server runs.
const databaseFile = "database-url"

func (s stores) tellDatabase(url string) error {
	dir, err := s.dataDir()
	if err != nil {
		return err
	}
	return secret.WriteFile(filepath.Join(dir, databaseFile), []byte(url+"\n"))
}

// runningDatabase returns the address of the embedded Postgres of the server that runs on this data directory.
func (s stores) runningDatabase() (string, error) {
	dir, err := s.dataDir()
	if err != nil {
		return "", err
	}
	url, err := os.ReadFile(filepath.Join(dir, databaseFile))
	return strings.TrimSpace(string(url)), err
}

// postgresGrace is how long the embedded Postgres may take to shut down. If that is too short, it recovers on the next
// start.
const postgresGrace = 10 * time.Second

func startPostgres(ctx context.Context, s stores, logger *slog.Logger) (*embedded.Postgres, error) {
	dir, err := s.dataDir()
	if err != nil {
		return nil, err
	}
	binaries := []string{filepath.Join(dir, "programs")}
	if s.PostgresBin != "" {
		binaries = append([]string{s.PostgresBin}, binaries...)
	}
	return embedded.StartPostgres(ctx, embedded.PostgresOptions{
		DataDir: filepath.Join(dir, "postgres"), Binaries: binaries, Durable: true, Logger: logger,
	})
}

// hostPort returns the address to show to people, with localhost in place of [::] or 0.0.0.0, which they cannot open.
func hostPort(address string) string {
	host, port, err := net.SplitHostPort(strings.TrimPrefix(address, "http://"))
	if err != nil {
		return address
	}
	if ip := net.ParseIP(host); ip != nil && ip.IsUnspecified() {
		host = "localhost"
	}
	return "http://" + net.JoinHostPort(host, port)
}
