package main

import (
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/orgmap/orgmap/graph/persisted"
)

// stores says where the data is. Nobody but these structs reads the environment.
type stores struct {
	DatabaseURL          string `name:"database-url" env:"DATABASE_URL" placeholder:"URL" help:"Postgres. Without it and REDIS_URL both run embedded, in the data directory."`
	MigrationDatabaseURL string `name:"migration-database-url" env:"ORGMAP_MIGRATION_DATABASE_URL" placeholder:"URL" help:"The same database for the login that owns it: it brings the schema up to date and runs the commands of the operator (default: DATABASE_URL does both)."`
	RedisURL             string `name:"redis-url" env:"REDIS_URL" placeholder:"URL" help:"Redis: redis://, rediss://, unix://, redis+sentinel:// or redis+cluster://."`
	DataDir              string `name:"data-dir" env:"ORGMAP_DATA_DIR" placeholder:"DIR" help:"Where the embedded stores keep their data (default: orgmap in the user's data folder)."`
	KeysetFile           string `name:"keyset-file" env:"ORGMAP_KEYSET_FILE" placeholder:"FILE" help:"The keyset that seals vendor credentials; 'orgmap keys new' makes one. Embedded: made in the data directory."`
	PostgresBin          string `name:"postgres-bin" env:"PG_BINDIR" placeholder:"DIR" help:"Folder with initdb and postgres for the embedded Postgres, where they are not found by themselves."`
}

var errOneStoreMissing = errors.New("DATABASE_URL and REDIS_URL go together: set both, or neither to run embedded stores")

var errServingMissing = errors.New("ORGMAP_MIGRATION_DATABASE_URL goes with DATABASE_URL, the login that serves: set both")

// embedded tells whether the stores run inside.
func (s stores) embedded() (bool, error) {
	if (s.DatabaseURL == "") != (s.RedisURL == "") {
		return false, errOneStoreMissing
	}
	if s.DatabaseURL == "" && s.MigrationDatabaseURL != "" {
		return false, errServingMissing
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
	Listen               string         `env:"ORGMAP_LISTEN" default:"127.0.0.1:8080" placeholder:"HOST:PORT" help:"Address to serve on."`
	PublicURL            string         `name:"public-url" env:"ORGMAP_PUBLIC_URL" placeholder:"URL" help:"The address that browsers use (default: http:// and the listening address)."`
	AllowedOrigins       []string       `env:"ORGMAP_ALLOWED_ORIGINS" placeholder:"ORIGIN" help:"Origins of other pages that may use the API, such as https://app.example.com."`
	VendorAllowPrivate   []netip.Prefix `env:"ORGMAP_VENDOR_ALLOW_PRIVATE" placeholder:"CIDR" help:"Private networks that vendor addresses may point into, over plain http too."`
	Role                 string         `enum:"all,api,worker" default:"all" env:"ORGMAP_ROLE" help:"What this process does: ${enum}."`
	Workers              int            `default:"10" env:"ORGMAP_WORKERS" help:"Refreshes that this process runs at once."`
	Demo                 bool           `help:"Adds simulated vendors with realistic lists, connected and refreshed. Embedded stores only."`
	NoMigrate            bool           `help:"Does not touch the schema; fails where it is not the newest."`
	DatabaseConns        int32          `name:"database-connections" env:"ORGMAP_DATABASE_CONNECTIONS" default:"20" help:"Connections to Postgres at most."`
	OIDCIssuer           string         `name:"oidc-issuer" env:"ORGMAP_OIDC_ISSUER" placeholder:"URL" help:"The OpenID Connect issuer that people sign in with."`
	OIDCClientID         string         `name:"oidc-client-id" env:"ORGMAP_OIDC_CLIENT_ID" placeholder:"ID" help:"Orgmap's client id there; tokens must be meant for it. Its redirect address is PUBLIC_URL/auth/callback."`
	OIDCClientSecret     string         `name:"oidc-client-secret" env:"ORGMAP_OIDC_CLIENT_SECRET" placeholder:"SECRET" help:"Its secret there, unless it is a public client."`
	OIDCAccountClaim     string         `name:"oidc-account-claim" env:"ORGMAP_OIDC_ACCOUNT_CLAIM" default:"orgmap_account" help:"The claim with the id of a person's account."`
	OIDCRoleClaim        string         `name:"oidc-role-claim" env:"ORGMAP_OIDC_ROLE_CLAIM" default:"orgmap_role" help:"The claim with a person's role, or a list with it: viewer, editor or admin."`
	CostBudget           int            `env:"ORGMAP_COST_BUDGET" default:"20000" help:"What a token or person may spend on operations at once, by their cost; 0: no limit."`
	CostRefill           int            `env:"ORGMAP_COST_REFILL" default:"2000" help:"How much of it comes back each second."`
	CacheBytes           int64          `env:"ORGMAP_CACHE_BYTES" default:"67108864" help:"Memory for answers to queries that are kept as long as nothing of their account changes; 0: none are."`
	DirectoryBytes       int64          `env:"ORGMAP_DIRECTORY_BYTES" default:"67108864" help:"Memory for the names of organizations and external organizations, so that lists of them and searches need not ask Postgres; 0: none are kept."`
	Without              []string       `enum:"plan,cache,directory,fanout" env:"ORGMAP_WITHOUT" placeholder:"PART" help:"Turns off parts that only make answers faster, to find out which one causes a problem: plan, cache, directory, fanout."`
	TrustedDocuments     string         `env:"ORGMAP_TRUSTED_DOCUMENTS" placeholder:"FILE" help:"A manifest of documents that clients may execute by their id, in Apollo's or Relay's format."`
	TrustedDocumentsOnly bool           `env:"ORGMAP_TRUSTED_DOCUMENTS_ONLY" help:"Nobody but admins may execute any other document."`
	TracesEndpoint       string         `name:"otlp-endpoint" env:"OTEL_EXPORTER_OTLP_ENDPOINT" placeholder:"URL" help:"Where traces are sent, by OTLP over HTTP; without it there are none. OpenTelemetry's other variables say the rest."`
	ProfileListen        string         `env:"ORGMAP_PROFILE_LISTEN" placeholder:"HOST:PORT" help:"Address to serve Go's profiles on, at /debug/pprof/. They show the program's inside to whoever reaches it; without it there are none."`
	MetricsListen        string         `env:"ORGMAP_METRICS_LISTEN" placeholder:"HOST:PORT" help:"Address to serve metrics for Prometheus on, at /metrics; without it there are none."`
	PublicMetrics        bool           `env:"ORGMAP_PUBLIC_METRICS" help:"Serves /metrics to everybody who reaches --listen, too."`
	TrustedProxies       []netip.Prefix `env:"ORGMAP_TRUSTED_PROXIES" placeholder:"CIDR" help:"Proxies whose X-Forwarded-For names the client. Limits by address do not apply to their connections."`
	MaxConnections       int            `env:"ORGMAP_MAX_CONNECTIONS" default:"20000" help:"Open connections in all; 0: no limit."`
	AddressConnections   int            `env:"ORGMAP_MAX_CONNECTIONS_PER_ADDRESS" name:"max-connections-per-address" default:"500" help:"Open connections of one address (IPv6: of one /64 network) that have not signed in; 0: no limit."`
	ShutdownGrace        time.Duration  `env:"ORGMAP_SHUTDOWN_GRACE" default:"20s" help:"How long a stop waits for what is under way."`
}

// What --without can turn off: compiled documents, cached answers, lists in memory, and events shared by subscribers.
const (
	partPlan      = "plan"
	partCache     = "cache"
	partDirectory = "directory"
	partFanOut    = "fanout"
)

const (
	roleAPI    = "api"
	roleWorker = "worker"
)

// without tells whether a part is turned off.
func (s *serving) without(part string) bool { return slices.Contains(s.Without, part) }

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
	if err := s.validateOIDC(); err != nil {
		return err
	}
	if s.Workers < 1 || s.Workers > 1000 {
		return errors.New("ORGMAP_WORKERS must be from 1 to 1000")
	}
	if s.CostBudget < 0 || s.CostBudget > 0 && s.CostRefill < 1 {
		return errors.New("ORGMAP_COST_BUDGET must not be negative, and ORGMAP_COST_REFILL must be at least 1")
	}
	if s.CacheBytes < 0 {
		return errors.New("ORGMAP_CACHE_BYTES must not be negative")
	}
	if s.DirectoryBytes < 0 {
		return errors.New("ORGMAP_DIRECTORY_BYTES must not be negative")
	}
	if s.TrustedDocumentsOnly && s.TrustedDocuments == "" {
		return errors.New("ORGMAP_TRUSTED_DOCUMENTS_ONLY needs the documents: set ORGMAP_TRUSTED_DOCUMENTS")
	}
	if s.MaxConnections < 0 || s.AddressConnections < 0 {
		return errors.New("ORGMAP_MAX_CONNECTIONS and ORGMAP_MAX_CONNECTIONS_PER_ADDRESS must not be negative")
	}
	if s.DatabaseConns < 4 {
		return errors.New("ORGMAP_DATABASE_CONNECTIONS must be at least 4: requests, refreshes and jobs share them")
	}
	return nil
}

func (s *serving) validateOIDC() error {
	if s.OIDCIssuer == "" {
		if s.OIDCClientID != "" || s.OIDCClientSecret != "" {
			return errors.New("ORGMAP_OIDC_CLIENT_ID and ORGMAP_OIDC_CLIENT_SECRET go with ORGMAP_OIDC_ISSUER: set that too")
		}
		return nil
	}
	if s.OIDCClientID == "" {
		return errors.New("ORGMAP_OIDC_ISSUER goes with ORGMAP_OIDC_CLIENT_ID: set that too")
	}
	issuer, err := url.Parse(s.OIDCIssuer)
	if err != nil || issuer.Host == "" || issuer.Scheme != "https" && (issuer.Scheme != "http" || !isLoopback(issuer.Hostname())) {
		return fmt.Errorf("ORGMAP_OIDC_ISSUER: %q must be an https address: whoever can change its answers can sign in as anybody", s.OIDCIssuer)
	}
	return nil
}

func isLoopback(host string) bool {
	address, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && address.IsLoopback()
}

// trustedDocuments reads the manifest, where there is one.
func (s *serving) trustedDocuments() (*persisted.Manifest, error) {
	if s.TrustedDocuments == "" {
		return nil, nil
	}
	file, err := os.Open(s.TrustedDocuments)
	if err != nil {
		return nil, fmt.Errorf("ORGMAP_TRUSTED_DOCUMENTS: %w", err)
	}
	defer func() { _ = file.Close() }()
	manifest, err := persisted.ReadManifest(file)
	if err != nil {
		return nil, fmt.Errorf("ORGMAP_TRUSTED_DOCUMENTS: %w", err)
	}
	return manifest, nil
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
