package plan_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/handler/lru"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/orgmap/orgmap/graph"
	"github.com/orgmap/orgmap/graph/documenttest"
	"github.com/orgmap/orgmap/graph/loader"
	"github.com/orgmap/orgmap/internal/access"
	"github.com/orgmap/orgmap/internal/account"
	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/clock"
	"github.com/orgmap/orgmap/internal/dbtest"
	"github.com/orgmap/orgmap/internal/directory"
	"github.com/orgmap/orgmap/internal/group"
	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/integration"
	"github.com/orgmap/orgmap/internal/journal"
	"github.com/orgmap/orgmap/internal/mapping"
	"github.com/orgmap/orgmap/internal/organization"
	"github.com/orgmap/orgmap/internal/pg"
	"github.com/orgmap/orgmap/internal/refresh"
	"github.com/orgmap/orgmap/internal/secret"
	"github.com/orgmap/orgmap/migrations"
)

func TestMain(m *testing.M) { dbtest.Main(m, migrations.Up) }

// gridQuery is the query of the grid's page.
const gridQuery = `query Grid($first: Int, $search: String, $orderBy: OrganizationOrder) {
	organizations(first: $first, search: $search, orderBy: $orderBy) {
		edges { cursor node { id name mappings { id integration { id name } externalOrg { id name } } } }
		pageInfo { hasNextPage endCursor }
		totalCount
	}
}`

// office is a test account in a real database, served by both executors.
type office struct {
	pair
	db      *pg.DB
	sources loader.Sources

	resolvers *graph.Resolver
	actor     auth.Actor
	ids       []string // of some of its nodes
}

// newOffice creates an account with the given number of organizations, each mapped in six of eight integrations.
func newOffice(t testing.TB, organizations int) *office {
	t.Helper()
	url := dbtest.Database(t)
	db, err := pg.Open(t.Context(), url, pg.Options{})
	require.NoError(t, err)
	t.Cleanup(db.Close)
	made := &office{db: db, actor: auth.Actor{AccountID: id.New(), ID: id.New(), Kind: auth.PersonActor, Name: "Robin", Role: auth.Admin}}
	made.fill(t, url, organizations)

	changes := journal.New(db, func(context.Context, uuid.UUID, int64) {}, nil)
	refreshes, err := refresh.New(db, func(context.Context, uuid.UUID, uuid.UUID, int64) {}, nil)
	require.NoError(t, err)
	kept := directory.New(16 << 20)
	made.sources = loader.Sources{
		Accounts: account.New(db, changes), Organizations: organization.New(db, changes, kept), Mappings: mapping.New(db, changes), Refreshes: refreshes,
		Integrations: integration.New(db, changes, (*secret.Sealer)(nil), integration.Vendors{}, refreshes, kept),
		Groups:       group.New(db, changes), Access: access.New(db, changes),
	}
	made.resolvers = &graph.Resolver{Sources: made.sources, Journal: changes, Clock: clock.System}
	made.pair = newPair(made.resolvers)
	made.stock.SetQueryCache(lru.New[*ast.QueryDocument](100))
	made.planned.SetQueryCache(lru.New[*ast.QueryDocument](100))
	return made
}

func (o *office) fill(t testing.TB, url string, organizations int) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	require.NoError(t, err)
	defer func() { require.NoError(t, conn.Close(context.WithoutCancel(t.Context()))) }()
	for _, statement := range []string{
		"INSERT INTO accounts (id, name) VALUES ($1, 'Acme')",
		`INSERT INTO connections (account_id, id, application, base_url, sealed_credentials) VALUES ($1, gen_random_uuid(), 'HUDU', 'https://vendor.example', '')`,
		`INSERT INTO integrations (account_id, id, connection_id, module_id, name, application, source)
		 SELECT account_id, gen_random_uuid(), id, n::text, 'Column ' || n, 'HUDU', 'API' FROM connections, generate_series(1, 8) n WHERE account_id = $1`,
		fmt.Sprintf(`INSERT INTO organizations (account_id, id, name, folded, active)
		 SELECT $1, gen_random_uuid(), 'Organization ' || n, 'organization ' || n, n %% 20 > 0 FROM generate_series(1, %d) n`, organizations),
		`INSERT INTO external_orgs (account_id, id, integration_id, remote_id, name, folded, match_name)
		 SELECT $1, gen_random_uuid(), i.id, o.id::text, o.name, o.folded, o.name FROM organizations o, integrations i WHERE o.account_id = $1 AND i.account_id = $1`,
		`INSERT INTO mappings (account_id, id, organization_id, integration_id, external_org_id, origin, created_by)
		 SELECT $1, gen_random_uuid(), o.id, x.integration_id, x.id, 'MANUAL', 'Kim' FROM organizations o
		 JOIN external_orgs x ON x.remote_id = o.id::text JOIN integrations i ON i.id = x.integration_id WHERE o.account_id = $1 AND i.name < 'Column 7'`,
	} {
		_, err := conn.Exec(t.Context(), statement, o.actor.AccountID)
		require.NoError(t, err, statement)
	}
	_, err = conn.Exec(t.Context(), "VACUUM ANALYZE")
	require.NoError(t, err)
	o.ids = []string{id.Format(id.Account, o.actor.AccountID)}
	for kind, table := range map[id.Kind]string{id.Organization: "organizations", id.Integration: "integrations", id.ExternalOrg: "external_orgs", id.Mapping: "mappings"} {
		rows, err := conn.Query(t.Context(), "SELECT id FROM "+table+" LIMIT 3")
		require.NoError(t, err)
		found, err := pgx.CollectRows(rows, pgx.RowTo[uuid.UUID])
		require.NoError(t, err)
		for _, one := range found {
			o.ids = append(o.ids, id.Format(kind, one))
		}
	}
}

// answering returns the context of one response, with its own loaders and snapshot, as a server creates it.
func (o *office) answering(ctx context.Context) (context.Context, func()) {
	ctx, session := o.db.WithSession(auth.WithActor(ctx, o.actor))
	return loader.With(ctx, loader.New(o.sources)), session.Close
}

func (o *office) planPage(ctx context.Context, variables map[string]any) *graphql.Response {
	ctx, done := o.answering(ctx)
	defer done()
	ctx = graphql.StartOperationTrace(ctx)
	operation, refused := o.planned.CreateOperationContext(ctx, &graphql.RawParams{Query: gridQuery, Variables: variables})
	if refused != nil {
		panic(refused)
	}
	next, ctx := o.planned.DispatchOperation(ctx, operation)
	return next(ctx)
}

func TestPlans_AnswerLikeTheExecutorOnPostgres(t *testing.T) {
	t.Parallel()
	o := newOffice(t, 30)
	answered, failed := 0, 0
	for n := range uint64(*documents) {
		query, variables := (&documenttest.Author{Rand: rand.New(rand.NewPCG(n, 3)), Schema: o.schema, IDs: o.ids}).Operation(ast.Query)
		asked := request{query, variables}
		var got [2][]response
		for i, exec := range o.both() {
			ctx, done := o.answering(t.Context())
			var err error
			got[i], err = answers(ctx, exec, asked)
			done()
			if i == 0 && err != nil {
				require.ErrorIs(t, err, errInvalid)
				break
			}
			require.NoError(t, err)
		}
		require.Equal(t, got[0], got[1], "document %d: %s\n%v", n, query, variables)
		if got[0] != nil {
			answered++
			failed += min(1, len(got[0][0].Errors))
		}
	}
	require.Zero(t, o.beneath.reached)
	require.Greater(t, answered, *documents*3/4)
	t.Logf("%d answers compared, %d of them with errors", answered, failed)
}

func BenchmarkPlans_Grid(b *testing.B) {
	o := newOffice(b, 10_000)
	o.remember(b)
	b.ReportAllocs()
	for b.Loop() {
		if response := o.planPage(b.Context(), map[string]any{"first": 50}); len(response.Errors) > 0 {
			b.Fatal(response.Errors)
		}
	}
}

// Not parallel, because allocations are counted for the whole process.
func TestPlans_GridPageTakesFewAllocations(t *testing.T) { //nolint:paralleltest // see above
	o := newOffice(t, 60)
	page := func() {
		if response := o.planPage(t.Context(), map[string]any{"first": 50}); len(response.Errors) > 0 {
			t.Error(response.Errors)
		}
	}
	o.remember(t)
	page() // compiles the plan and connects
	taken := testing.AllocsPerRun(20, page)
	t.Logf("a page of 50 organizations and 300 mappings takes %.0f allocations", taken)
	const bound = 420 // gqlgen's executor takes 54,000 with the same resolvers
	require.Less(t, taken, float64(bound))
}

// remember waits until the organizations are in memory.
func (o *office) remember(t testing.TB) {
	for _, page := range []map[string]any{{"first": 1}, {"first": 1, "search": "organization"}} { // a search also needs the mapped names
		require.Eventually(t, func() bool {
			ctx, statements := pg.WithStatementCount(t.Context())
			return len(o.planPage(ctx, page).Errors) == 0 && statements.Load() == 3
		}, 20*time.Second, time.Millisecond)
	}
}

func TestPlans_GridPageTakesFewStatements(t *testing.T) {
	t.Parallel()
	o := newOffice(t, 60)
	require.Empty(t, o.planPage(t.Context(), map[string]any{"first": 1}).Errors) // reads the integrations
	age := map[string]any{"field": "CREATED_AT", "direction": "ASC"}
	for _, test := range []struct {
		variables map[string]any
		want      int64
		are       string
	}{
		{map[string]any{"first": 50}, 3, "begin, mappings, end"},
		{map[string]any{"first": 50, "search": "organization"}, 3, "begin, mappings, end"},
		{map[string]any{"first": 50, "orderBy": age}, 4, "begin with the total, page, mappings, end"},
		{map[string]any{"first": 50, "search": "organization", "orderBy": age}, 4, "begin, page with its total, mappings, end"},
	} {
		o.remember(t)
		ctx, statements := pg.WithStatementCount(t.Context())
		response := o.planPage(ctx, test.variables)
		require.Empty(t, response.Errors)
		require.Equal(t, test.want, statements.Load(), test.are)
	}
}
