package archtest_test

// room is a part of the project. Paths are relative to the module's root; "/..." at the end means
// everything below, and "/*" everything directly below. A package belongs to the first room that
// names it.
type room struct {
	is        string // the purpose of the room
	packages  string
	imports   string // packages of this module that it may import, besides its own
	outsiders string // guarded outsiders that it may import
}

// Groups of packages that several rooms may import.
const (
	leaves = "internal/apperr internal/auth internal/page internal/clock internal/id internal/name internal/requestid internal/lru internal/enum"
	// Packages that every domain builds on. A domain uses another domain only through an interface that
	// it declares itself; the account, its lock and its limits come from these packages.
	ground = leaves + " internal/journal internal/pg internal/directory internal/account"

	domains = "internal/account internal/audit internal/organization internal/integration internal/mapping internal/refresh internal/journal internal/idempotency internal/suggestion internal/decision internal/history internal/group internal/access internal/auth/token"

	graphql = "github.com/99designs/gqlgen github.com/vektah/gqlparser"

	// bun returns the standard library's errors and results.
	sql = "github.com/uptrace/bun database/sql"

	everything = "..."
)

// house lists every allowed import.
//
//nolint:gochecknoglobals // a table
var house = []room{
	{is: "the program, which may import everything", packages: program, imports: everything, outsiders: everything},
	{is: "benchmarks of the whole program", packages: "bench/...", imports: everything, outsiders: everything},
	{is: "the generator of the compiler's tables", packages: "graph/plan/generate", outsiders: graphql},
	{is: "the compiler of operations", packages: "graph/plan", imports: "graph/guard internal/lru", outsiders: graphql},
	{is: "fan-out of any event to subscribers", packages: "graph/fanout", imports: "graph/plan", outsiders: graphql},
	{is: "transports, without domains", packages: "graph/transport", imports: "graph/cache graph/fanout graph/guard internal/clock", outsiders: graphql + " github.com/coder/websocket net/http"},
	{
		is: "the GraphQL layer, without stores", packages: "graph/...",
		// vendors: the schema contains the names of applications and their credentials
		imports:   leaves + " " + domains + " internal/live internal/throttle internal/vendors internal/matching",
		outsiders: graphql + " net/http",
	},
	{is: "the pages", packages: "web/...", outsiders: "net/http"},
	{is: "the database schema", packages: "migrations", imports: "internal/pg internal/name", outsiders: "github.com/jackc/pgx github.com/riverqueue/river"},

	{is: "sign-in by token or session", packages: "internal/auth/token internal/auth/person internal/auth/session", imports: ground + " internal/auth/bearer", outsiders: sql},
	{is: "holders of tokens and sessions", packages: "internal/auth/bearer", imports: leaves + " internal/pg internal/gather", outsiders: sql},
	{is: "the OpenID Connect issuer", packages: "internal/auth/oidc", imports: leaves, outsiders: "net/http"},
	{is: "the journal", packages: "internal/journal", imports: leaves + " internal/pg", outsiders: sql},
	{is: "domains", packages: "internal/account internal/audit internal/organization internal/decision internal/history internal/idempotency internal/group", imports: ground, outsiders: sql},
	{is: "the domain of people and API tokens", packages: "internal/access", imports: ground + " internal/auth/bearer", outsiders: sql},
	{is: "files of an account's data", packages: "internal/export", imports: ground + " internal/csvfile internal/matching", outsiders: sql},
	{is: "the domain of mappings", packages: "internal/mapping", imports: ground + " internal/csvfile internal/matching", outsiders: sql},
	{is: "the domain that suggests mappings", packages: "internal/suggestion", imports: ground + " internal/matching", outsiders: sql},
	{is: "the domain of integrations and their credentials", packages: "internal/integration", imports: ground + " internal/secret internal/throttle internal/vendors", outsiders: sql},
	{is: "the domain of refreshes", packages: "internal/refresh", imports: ground + " internal/vendors", outsiders: sql + " github.com/riverqueue/river"},

	{is: "live notifications, independent of domains", packages: "internal/live", imports: "internal/clock", outsiders: "github.com/redis/go-redis"},

	{is: "the interface of all vendors", packages: "internal/vendors", imports: "internal/name", outsiders: "net/http"},
	{is: "calls to a vendor", packages: "internal/vendors/call", imports: "internal/vendors internal/safehttp", outsiders: "net/http"},
	{is: "the list of all vendors", packages: "internal/vendors/catalog", imports: "internal/vendors/... internal/safehttp", outsiders: "net/http"},
	{is: "simulated vendors", packages: "internal/vendors/sim/...", imports: "internal/vendors", outsiders: "net/http"},
	{is: "the conformance test of vendors", packages: "internal/vendors/vendortest", imports: "internal/vendors internal/vendors/call internal/vendors/sim internal/safehttp", outsiders: "net/http testing " + testTools},
	{is: "vendors, without each other and without stores", packages: "internal/vendors/*", imports: "internal/vendors internal/vendors/call internal/safehttp", outsiders: "net/http"},

	{is: "errors, names, ids, times and enum values, without dependencies", packages: "internal/apperr internal/name internal/id internal/clock internal/requestid internal/lru internal/enum"},
	{is: "the caller and pages of lists", packages: "internal/auth internal/page", imports: "internal/apperr internal/enum internal/id"},
	{is: "CSV files, without dependencies", packages: "internal/csvfile"},
	{is: "matching as a pure function", packages: "internal/matching"},
	{is: "accounts made up for tests", packages: "internal/matching/matchingtest", imports: "internal/matching"},
	{is: "lists of names in memory", packages: "internal/directory", imports: "internal/name internal/page internal/pg"},
	{is: "vendors' rate limits across servers", packages: "internal/pace", imports: "internal/clock internal/pg internal/vendors", outsiders: "net/http"},
	{is: "connections that clients open", packages: "internal/inbound", outsiders: "net/http"},
	{is: "limits of callers", packages: "internal/throttle", imports: "internal/clock"},
	{is: "batched queries", packages: "internal/gather", imports: "internal/clock"},
	{is: "metrics and traces", packages: "internal/telemetry", outsiders: "net/http github.com/jackc/pgx go.opentelemetry.io/otel"},
	{is: "access to Postgres", packages: "internal/pg", imports: "internal/apperr internal/clock internal/page", outsiders: sql + " github.com/jackc/pgx"},
	{is: "access to Redis", packages: "internal/rds", outsiders: "github.com/redis/go-redis"},
	{is: "access to the vendors' hosts", packages: "internal/safehttp", outsiders: "net/http"},
	{is: "sealed credentials", packages: "internal/secret", imports: "internal/apperr internal/clock", outsiders: "github.com/tink-crypto/tink-go"},
	{is: "embedded stores", packages: "internal/embedded/...", outsiders: "github.com/jackc/pgx github.com/alicebob/miniredis"},

	{is: "the operator's access in tests", packages: "internal/pg/pgtest", imports: "internal/pg", outsiders: "testing"},
	{is: "stores for tests", packages: "internal/dbtest", imports: "internal/embedded/...", outsiders: "testing github.com/jackc/pgx github.com/redis/go-redis github.com/alicebob/miniredis " + testTools},
	{is: "random documents for tests", packages: "graph/documenttest", outsiders: "github.com/vektah/gqlparser"},
	{is: "clients for tests", packages: "internal/nodetest", outsiders: "testing " + testTools},
	{is: "the command that writes third-party licenses", packages: "internal/notices"},
	{is: "mutants", packages: "internal/mutants"},
	{is: "these rules", packages: "internal/archtest"},
}

const testTools = "github.com/stretchr/testify go.uber.org/goleak pgregory.net/rapid github.com/google/go-cmp github.com/Shopify/toxiproxy"

// guarded are the outsiders that only rooms that name them may import; all others are free.
const guarded = "database/sql net/http testing " +
	"github.com/uptrace/bun github.com/jackc/pgx github.com/redis/go-redis github.com/riverqueue/river " +
	"github.com/99designs/gqlgen github.com/vektah/gqlparser github.com/coder/websocket github.com/alecthomas/kong " +
	"github.com/tink-crypto/tink-go github.com/alicebob/miniredis go.opentelemetry.io/otel " + testTools

// program must not be imported at all, and testsOnly are imported only by tests and by each other,
// even if a room may import everything.
const (
	program   = "server/..."
	testsOnly = "graph/documenttest internal/dbtest internal/pg/pgtest internal/nodetest internal/archtest internal/matching/matchingtest internal/vendors/vendortest"
)

// Limits for handwritten code.
const (
	longestFile     = 400 // lines
	longestTestFile = 500 // lines: in a table of cases, people read only down to the one that matters
	longestResolver = 30  // lines between the braces: decode, call one service method, encode
	usualResolver   = 4   // the median to aim for; reported, but never a failure
)

// Words without meaning: packages, files and functions are named after what they contain.
const (
	emptyWords         = "util utils common helper helpers misc shared types"
	emptyFunctionWords = "util utils helper helpers misc" // the others can have a meaning in a function name
)

// unboundedServers create an HTTP server without deadlines, or with deadlines that must be set by
// hand.
const unboundedServers = "http.Server http.ListenAndServe http.ListenAndServeTLS http.Serve http.ServeTLS httptest.NewServer httptest.NewTLSServer httptest.NewUnstartedServer"

// documentedElsewhere are methods of well-known interfaces, which define their contract.
const documentedElsewhere = "String Error Unwrap Is As MarshalJSON UnmarshalJSON MarshalText UnmarshalText LogValue Len Less Swap"

// openToAll are the service methods that do not authenticate the caller, each with the reason.
//
//nolint:gochecknoglobals // a table
var openToAll = map[string]string{
	"integration.OpenSource": "called by workers only, not by requests",
	"integration.VendorKey":  "the workers', to see whether it is busy",
	"refresh.Load":           "the source of the live feed, whose watchers were authorized when they subscribed",
	"refresh.Sequences":      "the source of the live feed, across accounts",
	"suggestion.Load":        "the source of the live feed, whose watchers were authorized when they subscribed",
	"suggestion.Sequences":   "the source of the live feed, across accounts",
	"refresh.CancelLive":     "part of a write whose caller was authorized",
}
