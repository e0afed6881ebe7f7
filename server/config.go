package main

import (
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"time"
)

// stores says where the data is. Nobody but these structs reads the environment.
type stores struct {
	DatabaseURL string `name:"database-url" env:"DATABASE_URL" placeholder:"URL" help:"Postgres. Without it and REDIS_URL both run embedded, in the data directory."`
	RedisURL    string `name:"redis-url" env:"REDIS_URL" placeholder:"URL" help:"Redis: redis://, rediss://, unix://, redis+sentinel:// or redis+cluster://."`
	DataDir     string `name:"data-dir" env:"ORGMAP_DATA_DIR" placeholder:"DIR" help:"Where the embedded stores keep their data (default: orgmap in the user's data folder)."`
	KeysetFile  string `name:"keyset-file" env:"ORGMAP_KEYSET_FILE" placeholder:"FILE" help:"The keyset that seals vendor credentials; 'orgmap keys new' makes one. Embedded: made in the data directory."`
	PostgresBin string `name:"postgres-bin" env:"PG_BINDIR" placeholder:"DIR" help:"Folder with initdb and postgres for the embedded Postgres, where they are not found by themselves."`
}

var errOneStoreMissing = errors.New("DATABASE_URL and REDIS_URL go together: set both, or neither to run embedded stores")

// embedded tells whether the stores run inside.
func (s stores) embedded() (bool, error) {
	if (s.DatabaseURL == "") != (s.RedisURL == "") {
		return false, errOneStoreMissing
	}
	return s.DatabaseURL == "", nil
}

// dataDir is where embedded stores keep their data.
func (s stores) dataDir() (string, error) {
	if s.DataDir != "" {
		return filepath.Abs(s.DataDir)
	}
	if home := os.Getenv("XDG_DATA_HOME"); home != "" {
		return filepath.Join(home, "orgmap"), nil
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", fmt.Errorf("no home folder for the data directory: set --data-dir: %w", err)
	}
	return filepath.Join(home, ".local", "share", "orgmap"), nil
}

// serving is how the server behaves.
type serving struct {
	Listen             string         `env:"ORGMAP_LISTEN" default:"127.0.0.1:8080" placeholder:"HOST:PORT" help:"Address to serve on."`
	PublicURL          string         `name:"public-url" env:"ORGMAP_PUBLIC_URL" placeholder:"URL" help:"The address that browsers use (default: http:// and the listening address)."`
	AllowedOrigins     []string       `env:"ORGMAP_ALLOWED_ORIGINS" placeholder:"ORIGIN" help:"Origins of other pages that may use the API, such as https://app.example.com."`
	VendorAllowPrivate []netip.Prefix `env:"ORGMAP_VENDOR_ALLOW_PRIVATE" placeholder:"CIDR" help:"Private networks that vendor addresses may point into, over plain http too."`
	Role               string         `enum:"all,api,worker" default:"all" env:"ORGMAP_ROLE" help:"What this process does: ${enum}."`
	Workers            int            `default:"10" env:"ORGMAP_WORKERS" help:"Refreshes that this process runs at once."`
	Demo               bool           `help:"Adds simulated vendors with realistic lists, connected and refreshed. Embedded stores only."`
	NoMigrate          bool           `help:"Does not touch the schema; fails where it is not the newest."`
	DatabaseConns      int32          `name:"database-connections" env:"ORGMAP_DATABASE_CONNECTIONS" default:"20" help:"Connections to Postgres at most."`
	ShutdownGrace      time.Duration  `env:"ORGMAP_SHUTDOWN_GRACE" default:"20s" help:"How long a stop waits for what is under way."`
}

const (
	roleAPI    = "api"
	roleWorker = "worker"
)

// Validate is called by the command line parser.
func (s *serving) Validate() error {
	if s.PublicURL != "" {
		if err := checkOrigin(s.PublicURL); err != nil {
			return fmt.Errorf("ORGMAP_PUBLIC_URL: %w", err)
		}
	}
	for _, origin := range s.AllowedOrigins {
		if err := checkOrigin(origin); err != nil {
			return fmt.Errorf("ORGMAP_ALLOWED_ORIGINS: %w", err)
		}
	}
	if s.Workers < 1 || s.Workers > 1000 {
		return errors.New("ORGMAP_WORKERS must be from 1 to 1000")
	}
	if s.DatabaseConns < 4 {
		return errors.New("ORGMAP_DATABASE_CONNECTIONS must be at least 4: requests, refreshes and jobs share them")
	}
	return nil
}

func checkOrigin(text string) error {
	parsed, err := url.Parse(text)
	if err != nil || parsed.Scheme != "http" && parsed.Scheme != "https" || parsed.Host == "" || parsed.User != nil ||
		parsed.Path != "" && parsed.Path != "/" || parsed.RawQuery != "" || parsed.Fragment != "" {
		return fmt.Errorf("%q is no origin: write scheme, host and port, such as https://app.example.com", text)
	}
	return nil
}

// logging says what is logged and how.
type logging struct {
	Level  slog.Level `default:"info" env:"ORGMAP_LOG_LEVEL" help:"What is logged: debug, info, warn or error."`
	Format string     `default:"json" enum:"json,text" env:"ORGMAP_LOG_FORMAT" help:"How it is logged: ${enum}."`
}

func (t *terminal) logger() *slog.Logger {
	options := &slog.HandlerOptions{Level: t.logging.Level}
	if t.logging.Format == "text" {
		return slog.New(slog.NewTextHandler(t.log, options))
	}
	return slog.New(slog.NewJSONHandler(t.log, options))
}
