package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/orgmap/orgmap/graph/gen"
	"github.com/orgmap/orgmap/internal/account"
	"github.com/orgmap/orgmap/internal/dbtest"
	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/integration"
	"github.com/orgmap/orgmap/internal/mapping"
	"github.com/orgmap/orgmap/internal/organization"
	"github.com/orgmap/orgmap/internal/pg"
	"github.com/orgmap/orgmap/internal/refresh"
)

// entity is a stored thing that the API shows.
type entity struct {
	name  string // name of its type in the schema
	table string
	model string // columns of its Go type
	// shown maps a column to the field that shows it, if the field's name is not the column's in camel case.
	shown map[string]string
	// hidden lists the columns that no field of the type shows, and why.
	hidden map[string]string
	// joined selects further columns that its fields show of other tables, as SQL on its row t.
	joined string
}

// entities returns all entities. A new column of a table must be shown or listed here.
func entities() map[string]entity {
	const ownAccount = "it is the caller's"
	byName := map[string]entity{}
	for _, one := range []entity{
		{
			name: "Account", table: "accounts", model: pg.ColumnsOf[account.Account]().Names(),
			shown: map[string]string{
				"plan": "quota.plan", "organization_limit": "quota.limit", "organizations_used": "quota.used", "renews_at": "quota.renewsAt", "history_at": "historyBegins",
				"integration_limit": "limits.integrations.limit", "integrations_used": "limits.integrations.used",
				"external_organization_limit": "limits.externalOrganizations.limit", "external_organizations_used": "limits.externalOrganizations.used",
			},
			hidden: map[string]string{
				"journal_position": "journalCursor shows it", "organizations_version": "lists in memory are compared by it", "created_at": "operators see it",
				"history_position": "snapshots begin there",
			},
		},
		{
			name: "Organization", table: "organizations", model: pg.ColumnsOf[organization.Organization]().Names(),
			hidden: map[string]string{"account_id": ownAccount, "folded": "lists are sorted and searched by it", "since": "history is read by it"},
		},
		{
			name: "Integration", table: "integrations", model: pg.ColumnsOf[integration.Integration]().Names(), joined: "(SELECT base_url FROM connections AS c WHERE c.account_id = t.account_id AND c.id = t.connection_id)",
			hidden: map[string]string{
				"account_id": ownAccount, "connection_id": "baseUrl shows what people know of it", "module_id": "the vendor's, for its connection",
				"accepted_total_gap": "runs are judged by it", "updated_at": "people ask when its list was read instead",
			},
		},
		{
			name: "ExternalOrg", table: "external_orgs", model: pg.ColumnsOf[integration.ExternalOrg]().Names(),
			shown: map[string]string{"integration_id": "integration.id", "created_at": "addedAt"},
			hidden: map[string]string{
				"account_id": ownAccount, "folded": "lists are sorted and searched by it", "match_name": "imports compare it", "updated_at": "nobody asked for it",
			},
		},
		{
			name: "Mapping", table: "mappings", model: pg.ColumnsOf[mapping.Mapping]().Names(),
			shown: map[string]string{"organization_id": "organization.id", "integration_id": "integration.id", "external_org_id": "externalOrg.id"},
			hidden: map[string]string{
				"account_id": ownAccount, "external_name": "externalOrg shows the name that it is a copy of", "external_folded": "mappings are sorted by it", "renamed": "snapshots look up older names by it",
				"since": "change is found by it", "creator_kind": "createdByActor shows it", "creator_id": "createdByActor shows it",
			},
		},
		{
			name: "RefreshRun", table: "refresh_runs", model: pg.ColumnsOf[refresh.Run]().Names(),
			shown: map[string]string{
				"integration_id": "integration.id", "failure_code": "failure.code", "failure_message": "failure.message", "retry_at": "failure.retryAt",
			},
			hidden: map[string]string{
				"account_id": ownAccount, "sequence": "RefreshProgress shows it", "accept_shrink": "the swap reads it", "accept_total_mismatch": "the swap reads it",
				"job_id": "the queue's", "lease_until": "the worker's", "updated_at": "feeds compare by it", "trace_parent": "tracing's",
				"requester_kind": "requestedByActor shows it", "requester_id": "requestedByActor shows it",
			},
		},
	} {
		byName[one.name] = one
	}
	return byName
}

// showing is a server and an account's rows, which are read in every way.
type showing struct {
	*client             // on the server
	plain     *client   // on a server with every fast part turned off
	stored    *pgx.Conn // bypasses all servers
	schema    *ast.Schema
	entities  map[string]entity
	rows      rows
	truths    map[string]object // what node shows of an ID on the plain server, after comparison with the stored row
	selecting func(of string, field *ast.FieldDefinition) bool
	asked     int             // see uncached
	failed    map[string]bool // see fail
}

// TestEntities_EveryReadShowsStoredValues stores a row of each entity with a different value in every column. It reads
// the row in every way that the API offers: by node, in each list from Postgres and from memory, in mutation payloads
// and in events; with and without the fast parts; all fields together and each alone. New columns and fields need no
// new test.
func TestEntities_EveryReadShowsStoredValues(t *testing.T) {
	t.Parallel()
	stores := worldStores{database: dbtest.Database(t), redis: dbtest.Redis(t), keyset: newKeyset(t), role: roleAPI} // no worker changes the runs
	boot := func(without ...string) *world {
		stores.adjust = func(s *serving) { s.Without, s.CostBudget = without, 0 }
		return bootWorld(t, stores)
	}
	plain := boot(parts()...)
	servers := map[string]*world{"as shipped": boot(leftOut()...)}
	if len(leftOut()) == 0 {
		servers["without compiled plans"], servers["without any fast part"] = boot(partPlan), plain
	}
	for is, server := range servers {
		t.Run(is, func(t *testing.T) {
			t.Parallel()
			s := newShowing(t, server, plain)
			s.requireEveryWay(t)
			for _, one := range s.queries() {
				t.Run(one.name, func(t *testing.T) { s.under(t); s.query(t, one) })
			}
			t.Run("events of runs", func(t *testing.T) { s.under(t); s.runEvents(t) })
			s.under(t)
			cursor := at(s.do("{ journalCursor }", nil), "journalCursor").(string)
			for _, one := range s.mutations() {
				t.Run(one.name, func(t *testing.T) { s.under(t); s.mutate(t, one) })
			}
			t.Run("events of changes", func(t *testing.T) { s.under(t); s.changeEvents(t, cursor) })
		})
	}
}

func newShowing(t *testing.T, server, plain *world) *showing {
	t.Helper()
	of := func(w *world) *world { return &world{t: t, app: w.app, url: w.url, stop: w.stop, owner: w.owner} } // several tests use it
	own := of(server)
	s := &showing{
		client: own.newAccount(1), schema: gen.NewExecutableSchema(gen.Config{}).Schema(), entities: entities(), stored: own.connection(), truths: map[string]object{}, failed: map[string]bool{},
	}
	s.plain = &client{world: of(plain), account: s.account, token: s.token}
	s.requireColumns(t)
	s.rows = s.insertRows()
	s.everything()
	return s
}

// under makes failures fail the given test.
func (s *showing) under(t *testing.T) { s.t, s.plain.t = t, t }

// requireColumns requires a column for every field of the models.
func (s *showing) requireColumns(t *testing.T) {
	t.Helper()
	for _, one := range s.entities {
		var missing []string
		err := s.stored.QueryRow(t.Context(), `SELECT array_agg(wanted) FROM unnest(string_to_array($2, ', ')) AS wanted
			WHERE NOT EXISTS (SELECT FROM information_schema.columns WHERE table_schema = 'public' AND table_name = $1 AND column_name = wanted)`,
			one.table, one.model).Scan(&missing)
		require.NoError(t, err)
		require.Empty(t, missing, "the model of %s has columns that its table %s lacks: add a migration", one.name, one.table)
	}
}

// everything selects every field.
func (s *showing) everything() { s.selecting = func(string, *ast.FieldDefinition) bool { return true } }

// fields returns the selected fields of an entity, or of a type that entities contain.
func (s *showing) fields(of string) (names []string) {
	if s.schema.Types[of].Fields.ForName("id") != nil {
		names = append(names, "id")
	}
	for _, field := range s.schema.Types[of].Fields {
		if field.Name != "id" && !strings.HasPrefix(field.Name, "__") && !strings.HasSuffix(field.Type.Name(), "Connection") && field.Type.Name() != "Change" && s.selecting(of, field) {
			names = append(names, field.Name)
		}
	}
	return names
}

// fragment returns the selection: only the ID of other entities, and everything of other types.
func (s *showing) fragment(of string) string {
	selected := []string{}
	if s.schema.Types[of].Fields.ForName("id") == nil {
		selected = append(selected, "__typename")
	}
	for _, name := range s.fields(of) {
		selected = append(selected, name+s.inside(s.schema.Types[of].Fields.ForName(name).Type.Name()))
	}
	return "fragment " + of + " on " + of + " { " + strings.Join(selected, " ") + " }"
}

func (s *showing) inside(of string) string {
	definition := s.schema.Types[of]
	switch {
	case definition.IsLeafType():
		return ""
	case s.entities[of].table != "" || of == "Change": // a change is not stored as it is shown
		return " { id }"
	case of == "Person" || of == "OrganizationGroup": // tests of their own read all of them
		return " { id name }"
	}
	selected := []string{}
	for _, field := range definition.Fields {
		selected = append(selected, field.Name+s.inside(field.Type.Name()))
	}
	return " { " + strings.Join(selected, " ") + " }"
}

// found returns the objects in a response that show everything selected of an entity, by ID, or by type if there is no
// ID.
func (s *showing) found(value any) map[string][]object {
	found := map[string][]object{}
	var walk func(any)
	walk = func(value any) {
		switch value := value.(type) {
		case []any:
			for _, one := range value {
				walk(one)
			}
		case object:
			key, _ := value["id"].(string)
			if key == "" {
				key, _ = value["__typename"].(string)
			}
			if of := s.typeOf(key); of != "" && !slices.ContainsFunc(s.fields(of), func(field string) bool { _, has := value[field]; return !has }) {
				found[key] = append(found[key], value)
			}
			for _, one := range value {
				walk(one)
			}
		}
	}
	walk(value)
	return found
}

// typeOf returns the type of an ID, or key itself if it is a type without an ID, else "".
func (s *showing) typeOf(key string) string {
	kind, _, _ := id.Parse(key)
	for of, one := range nodeKinds {
		if kind == one {
			return of
		}
	}
	if key == "Quota" {
		return key
	}
	return ""
}

// truth returns what the API must show: what node shows on the plain server, checked against every column of the stored
// row.
func (s *showing) truth(t *testing.T, key string) object {
	t.Helper()
	if known := s.truths[key]; known != nil {
		return known
	}
	before := s.selecting
	defer func() { s.selecting = before }()
	s.everything()
	of, asked := s.typeOf(key), key
	if of == "Quota" {
		of, asked = "Account", id.Format(id.Account, s.account)
	}
	data := s.plain.do(`query($id: ID!) { node(id: $id) { ...`+of+` } } `+s.fragment(of), object{"id": asked})
	shown, is := at(data, "node").(object)
	require.True(t, is, "node shows nothing of %s", asked)
	s.compareStored(t, s.entities[of], shown)
	if key == "Quota" {
		shown = shown["quota"].(object)
	}
	s.truths[key] = shown
	return shown
}

// compareStored compares what is shown of an entity with each column of its row.
func (s *showing) compareStored(t *testing.T, one entity, shown object) {
	t.Helper()
	_, node, _ := id.Parse(shown["id"].(string))
	row := s.row(t, one, node)
	for column := range one.hidden {
		require.Contains(t, row, column, "entities: %s no longer has this column", one.table)
	}
	for column := range one.shown {
		require.Contains(t, row, column, "entities: %s no longer has this column", one.table)
	}
	for _, column := range slices.Sorted(maps.Keys(row)) {
		path := one.shown[column]
		if path == "" {
			path = camelCase(column)
		}
		definition := s.schema.Types[one.name].Fields.ForName(strings.Split(path, ".")[0])
		switch {
		case one.hidden[column] != "":
			require.Nil(t, definition, "entities: %s.%s is shown: remove it from the hidden columns", one.name, path)
		case definition == nil:
			s.fail(t, one.table+"."+column, "%s.%s: no field of %s shows this column. Add the field %s to the schema, or tell entities() where it is shown or why it is not", one.table, column, one.name, path)
		default:
			var value any = shown
			for step := range strings.SplitSeq(path, ".") {
				value = at(value, step)
			}
			if !shows(value, row[column]) {
				s.fail(t, one.table+"."+column, "%s.%s is %v by node, but %s.%s holds %v", one.name, path, text(value), one.table, column, text(row[column]))
			}
		}
	}
}

// row returns the stored row as JSON.
func (s *showing) row(t *testing.T, one entity, node uuid.UUID) (row object) {
	t.Helper()
	more, where, arguments := "", "t.id = $1", []any{node}
	if one.joined != "" {
		more = " || to_jsonb((SELECT j FROM " + one.joined + " AS j))"
	}
	if one.name != "Account" {
		where, arguments = where+" AND t.account_id = $2", append(arguments, s.account)
	}
	var encoded []byte
	err := s.stored.QueryRow(t.Context(), "SELECT to_jsonb(t)"+more+" FROM "+one.table+" AS t WHERE "+where, arguments...).Scan(&encoded)
	require.NoError(t, err, "%s %s", one.table, node)
	require.NoError(t, json.Unmarshal(encoded, &row))
	return row
}

// shows reports whether a field's value shows a column's value.
func shows(value, stored any) bool {
	if text, is := stored.(string); is {
		shown, _ := value.(string)
		if _, node, is := id.Parse(shown); is {
			return node.String() == text
		}
		if moment, err := time.Parse(time.RFC3339Nano, text); err == nil {
			other, err := time.Parse(time.RFC3339Nano, shown)
			return err == nil && other.Equal(moment)
		}
	}
	return covers(value, stored)
}

// covers reports whether a value is the wanted one. An object may have more fields.
func covers(value, want any) bool {
	switch want := want.(type) {
	case object:
		got, is := value.(object)
		for key, one := range want {
			is = is && covers(got[key], one)
		}
		return is
	case []any:
		got, is := value.([]any)
		is = is && len(got) == len(want)
		for i, one := range want {
			is = is && covers(got[i], one)
		}
		return is
	}
	return reflect.DeepEqual(value, want)
}

func text(value any) string {
	encoded, err := json.Marshal(value)
	if err != nil {
		return fmt.Sprint(value)
	}
	return string(encoded)
}

func camelCase(column string) string {
	words := strings.Split(column, "_")
	for i, word := range words[1:] {
		words[i+1] = strings.ToUpper(word[:1]) + word[1:]
	}
	return strings.Join(words, "")
}
