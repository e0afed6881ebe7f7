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

// stores holds the settings of the stores. Only the structs in this file read the environment.
type stores struct {
	DatabaseURL          string `name:"database-url" env:"DATABASE_URL" placeholder:"URL" help:"URL of Postgres. If neither this nor REDIS_URL is set, both stores are embedded."`
	MigrationDatabaseURL string `name:"migration-database-url" env:"ORGMAP_MIGRATION_DATABASE_URL" placeholder:"URL" help:"URL of the same database with the login that owns it, for migrations and operator commands (default: DATABASE_URL)."`
	RedisURL             string `name:"redis-url" env:"REDIS_URL" placeholder:"URL" help:"URL of Redis: redis://, rediss://, unix://, redis+sentinel:// or redis+cluster://."`
	DataDir              string `name:"data-dir" env:"ORGMAP_DATA_DIR" placeholder:"DIR" help:"Folder for the data of embedded stores (default: orgmap in the user's data folder)."`
	KeysetFile           string `name:"keyset-file" env:"ORGMAP_KEYSET_FILE" placeholder:"FILE" help:"Keyset that encrypts vendor credentials, created by 'orgmap keys new'. With embedded stores it is created in the data directory."`
	PostgresBin          string `name:"postgres-bin" env:"PG_BINDIR" placeholder:"DIR" help:"Folder that contains initdb and postgres, if they are not found automatically."`
}

var errOneStoreMissing = errors.New("DATABASE_URL and REDIS_URL go together: set both, or neither to run embedded stores")

var errServingMissing = errors.New("ORGMAP_MIGRATION_DATABASE_URL goes with DATABASE_URL, the login that serves: set both")

// embedded reports whether the stores are embedded.
func (s stores) embedded() (bool, error) {
	if (s.DatabaseURL == "") != (s.RedisURL == "") {
		return false, errOneStoreMissing
	}
	if s.DatabaseURL == "" && s.MigrationDatabaseURL != "" {
		return false, errServingMissing
	}
	return s.DatabaseURL == "", nil
}

// dataDir returns the data directory of the embedded stores.
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

// serving holds the settings of the server.
type serving struct {
	Listen               string         `env:"ORGMAP_LISTEN" default:"127.0.0.1:8080" placeholder:"HOST:PORT" help:"Address to serve on."`
	PublicURL            string         `name:"public-url" env:"ORGMAP_PUBLIC_URL" placeholder:"URL" help:"Address that browsers use (default: http:// and the listening address)."`
	AllowedOrigins       []string       `env:"ORGMAP_ALLOWED_ORIGINS" placeholder:"ORIGIN" help:"Origins of other pages that may use the API, such as https://app.example.com."`
	VendorAllowPrivate   []netip.Prefix `env:"ORGMAP_VENDOR_ALLOW_PRIVATE" placeholder:"CIDR" help:"Private networks in which vendors may be reached, also over http."`
	Role                 string         `enum:"all,api,worker" default:"all" env:"ORGMAP_ROLE" help:"Work of this process: ${enum}."`
	Workers              int            `default:"10" env:"ORGMAP_WORKERS" help:"Number of concurrent refreshes in this process."`
	Demo                 bool           `help:"Connect and refresh simulated vendors with realistic lists. Embedded stores only."`
	NoMigrate            bool           `help:"Do not migrate the schema, and fail if it is not current."`
	DatabaseConns        int32          `name:"database-connections" env:"ORGMAP_DATABASE_CONNECTIONS" default:"20" help:"Maximum number of connections to Postgres."`
	OIDCIssuer           string         `name:"oidc-issuer" env:"ORGMAP_OIDC_ISSUER" placeholder:"URL" help:"URL of the OpenID Connect issuer for signing in."`
	OIDCClientID         string         `name:"oidc-client-id" env:"ORGMAP_OIDC_CLIENT_ID" placeholder:"ID" help:"Client ID of Orgmap at the issuer, and the audience that tokens must have. The redirect URL is PUBLIC_URL/auth/callback."`
	OIDCClientSecret     string         `name:"oidc-client-secret" env:"ORGMAP_OIDC_CLIENT_SECRET" placeholder:"SECRET" help:"Client secret at the issuer. Not set for a public client."`
	OIDCAccountClaim     string         `name:"oidc-account-claim" env:"ORGMAP_OIDC_ACCOUNT_CLAIM" default:"orgmap_account" help:"Claim that contains the ID of a person's account."`
	OIDCRoleClaim        string         `name:"oidc-role-claim" env:"ORGMAP_OIDC_ROLE_CLAIM" default:"orgmap_role" help:"Claim that contains a person's role, or a list with it: viewer, editor or admin."`
	CostBudget           int            `env:"ORGMAP_COST_BUDGET" default:"20000" help:"Budget of a token or person for the cost of operations; 0: no limit."`
	CostRefill           int            `env:"ORGMAP_COST_REFILL" default:"2000" help:"How much of the budget is restored each second."`
	HistoryRetention     int            `env:"ORGMAP_HISTORY_RETENTION" default:"25" placeholder:"MONTHS" help:"How long history is kept, in months; 0: forever. Clients can resume the stream of changes for 30 days, whatever is set."`
	CacheBytes           int64          `env:"ORGMAP_CACHE_BYTES" default:"67108864" help:"Memory in bytes for cached responses; 0 disables the cache. Responses are never stale."`
	DirectoryBytes       int64          `env:"ORGMAP_DIRECTORY_BYTES" default:"67108864" help:"Memory in bytes for the names of organizations and external organizations, which makes lists and searches faster; 0 disables it."`
	Without              []string       `enum:"plan,cache,directory,fanout" env:"ORGMAP_WITHOUT" placeholder:"PART" help:"Turns off parts that only make answers faster, to find out which one causes a problem: plan, cache, directory, fanout."`
	TrustedDocuments     string         `env:"ORGMAP_TRUSTED_DOCUMENTS" placeholder:"FILE" help:"Manifest of documents that clients may execute by ID, in the format of Apollo or Relay."`
	TrustedDocumentsOnly bool           `env:"ORGMAP_TRUSTED_DOCUMENTS_ONLY" help:"Only admins may execute documents that are not in the manifest."`
	TracesEndpoint       string         `name:"otlp-endpoint" env:"OTEL_EXPORTER_OTLP_ENDPOINT" placeholder:"URL" help:"Endpoint for traces, by OTLP over HTTP. If not set, none are sent. Other OpenTelemetry variables apply."`
	ProfileListen        string         `env:"ORGMAP_PROFILE_LISTEN" placeholder:"HOST:PORT" help:"Address to serve Go profiles on, at /debug/pprof/. Keep it off the network. If not set, none are served."`
	MetricsListen        string         `env:"ORGMAP_METRICS_LISTEN" placeholder:"HOST:PORT" help:"Address to serve Prometheus metrics on, at /metrics. If not set, none are served."`
	PublicMetrics        bool           `env:"ORGMAP_PUBLIC_METRICS" help:"Also serve /metrics on --listen, without authentication."`
	TrustedProxies       []netip.Prefix `env:"ORGMAP_TRUSTED_PROXIES" placeholder:"CIDR" help:"Proxies whose X-Forwarded-For header is trusted. Limits per address do not apply to their connections."`
	MaxConnections       int            `env:"ORGMAP_MAX_CONNECTIONS" default:"20000" help:"Maximum number of open connections; 0: no limit."`
	AddressConnections   int            `env:"ORGMAP_MAX_CONNECTIONS_PER_ADDRESS" name:"max-connections-per-address" default:"500" help:"Maximum number of open connections of one address (IPv6: of one /64 network) that have not signed in; 0: no limit."`
	ShutdownGrace        time.Duration  `env:"ORGMAP_SHUTDOWN_GRACE" default:"20s" help:"How long a graceful shutdown waits for requests."`
}

// The parts that --without can turn off: compiled documents, cached responses, lists in memory, and shared events.
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

// without reports whether a part is turned off.
func (s *serving) without(part string) bool { return slices.Contains(s.Without, part) }

// Validate checks the settings. The command line parser calls it.
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
		return fmt.Errorf("ORGMAP_OIDC_ISSUER: %q must be an https address: anyone who can change its responses can sign in as any user", s.OIDCIssuer)
	}
	return nil
}

func isLoopback(host string) bool {
	address, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && address.IsLoopback()
}

// trustedDocuments reads the manifest. It returns nil if none is set.
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

// logging holds the level and format of the log.
type logging struct {
	Level  slog.Level `default:"info" env:"ORGMAP_LOG_LEVEL" help:"Lowest level to log: debug, info, warn or error."`
	Format string     `default:"json" enum:"json,text" env:"ORGMAP_LOG_FORMAT" help:"Format of the log: ${enum}."`
}

func (t *terminal) logger() *slog.Logger {
	options := &slog.HandlerOptions{Level: t.logging.Level}
	if t.logging.Format == "text" {
		return slog.New(slog.NewTextHandler(t.log, options))
	}
	return slog.New(slog.NewJSONHandler(t.log, options))
}
