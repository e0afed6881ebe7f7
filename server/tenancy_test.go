package main

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket/wsjson"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/orgmap/orgmap/graph/gen"
	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/vendors"
)

// property is a client with one object of each kind, by ID prefix.
type property struct {
	*client
	ids map[id.Kind]string
}

// settle creates one object of each kind in an account.
func settle(t *testing.T, owner *client, address string, glue interface {
	Credentials() vendors.Credentials
},
) property {
	t.Helper()
	var credentials []object
	for name, value := range glue.Credentials() {
		credentials = append(credentials, object{"name": name, "value": value})
	}
	connected := owner.do(`mutation($input: ConnectIntegrationInput!) { connectIntegration(input: $input) { integrations { id } } }`,
		object{"input": object{"application": vendors.ApplicationITGlue, "baseUrl": address, "credentials": credentials, "name": "Glue"}})
	integration := at(connected, "connectIntegration", "integrations", 0, "id").(string)
	run := owner.refresh(nil)[0]["id"].(string)
	organization := owner.create("Acme")["Acme"]
	externals := owner.externals(integration)
	external := externals[slices.Sorted(mapKeys(externals))[0]]
	require.Empty(t, owner.save(organization, integration, []string{external}))
	data := owner.do(`query($id: ID!) { node(id: $id) { ... on Organization { mappings { id } } } }`, object{"id": organization})
	rejected := owner.do(`mutation($input: RejectSuggestionInput!) { rejectSuggestion(input: $input) { rejection { id } } }`,
		object{"input": object{"externalOrgId": externals[slices.Sorted(mapKeys(externals))[1]], "organizationId": organization}})
	owner.suggested(owner.account) // nothing is written after this
	alias := at(owner.do("{ aliases { nodes { id } } }", nil), "aliases", "nodes", 0, "id").(string)
	group := at(owner.do(`mutation { saveGroup(input: {name: "Gold"}) { group { id } } }`, nil), "saveGroup", "group", "id").(string)
	person := at(owner.do(`mutation { savePerson(input: {name: "Ann", email: "ann@example.com"}) { person { id } } }`, nil), "savePerson", "person", "id").(string)
	require.Empty(t, at(owner.do(`mutation($o: ID!, $g: ID!) { setGroupMembers(input: {groupId: $g, addOrganizationIds: [$o]}) { userErrors { message } } }`,
		object{"o": organization, "g": group}), "setGroupMembers", "userErrors"))
	require.Empty(t, at(owner.do(`mutation($o: ID!, $p: ID!) { assignPeople(input: {organizationIds: [$o], engineerId: $p}) { userErrors { message } } }`,
		object{"o": organization, "p": person}), "assignPeople", "userErrors"))
	owner.suggested(owner.account)
	return property{client: owner, ids: map[id.Kind]string{
		id.Group: group, id.Person: person,
		id.Account: id.Format(id.Account, owner.account), id.Organization: organization, id.Integration: integration,
		id.ExternalOrg: external, id.RefreshRun: run, id.Mapping: at(data, "node", "mappings", 0, "id").(string),
		id.Rejection: at(rejected, "rejectSuggestion", "rejection", "id").(string), id.Alias: alias,
		id.Change: at(owner.do("{ changes(first: 1) { nodes { id } } }", nil), "changes", "nodes", 0, "id").(string),
		id.Token:  at(owner.do("{ changes(first: 1, filter: {actions: [MAPPINGS_SAVED]}) { nodes { actor { id } } } }", nil), "changes", "nodes", 0, "actor", "id").(string),
	}}
}

func mapKeys(of map[string]string) func(func(string) bool) {
	return func(yield func(string) bool) {
		for key := range of {
			if !yield(key) {
				return
			}
		}
	}
}

// kindsOf returns the kinds of objects that an argument can name. An argument not listed here fails the test: add it.
func kindsOf(t *testing.T, argument string) []id.Kind {
	t.Helper()
	switch argument {
	case "id", "ids":
		return []id.Kind{id.Account, id.Organization, id.Integration, id.ExternalOrg, id.Mapping, id.RefreshRun, id.Rejection, id.Alias, id.Change, id.Group, id.Person, id.Token}
	case "organizationId", "organizationIds", "addOrganizationIds", "removeOrganizationIds":
		return []id.Kind{id.Organization}
	case "integrationId", "integrationIds", "unmappedIn", "mappedIn", "suggestedIn", "needsDecisionIn", "restores":
		return []id.Kind{id.Integration}
	case "externalOrgId", "externalOrgIds", "expectedExternalOrgIds", "createDespiteSimilar":
		return []id.Kind{id.ExternalOrg}
	case "mappingId":
		return []id.Kind{id.Mapping}
	case "rejectionId":
		return []id.Kind{id.Rejection}
	case "changeId":
		return []id.Kind{id.Change}
	case "actorIds":
		return []id.Kind{id.Token}
	case "aliasId":
		return []id.Kind{id.Alias}
	case "groupId", "groupIds":
		return []id.Kind{id.Group}
	case "personId", "engineerId", "engineerIds", "vcioId", "vcioIds":
		return []id.Kind{id.Person}
	case "tokenId":
		return []id.Kind{id.Token}
	case "runId":
		return []id.Kind{id.RefreshRun}
	default:
		t.Fatalf("add the kinds that the argument %s accepts to kindsOf", argument)
		return nil
	}
}

// slot is one argument of an operation that takes an ID.
type slot struct {
	field *ast.FieldDefinition
	path  []string // names of argument and input fields
}

func (s slot) String() string { return s.field.Name + "(" + strings.Join(s.path, ".") + ")" }

// slots finds every ID below an argument, however deep in input objects.
func slots(schema *ast.Schema, field *ast.FieldDefinition) (found []slot) {
	var walk func(name string, of *ast.Type, path []string, within []string)
	walk = func(name string, of *ast.Type, path, within []string) {
		path = append(slices.Clone(path), name)
		named := of.Name()
		definition := schema.Types[named]
		switch {
		case named == "ID":
			found = append(found, slot{field: field, path: path})
		case definition != nil && definition.Kind == ast.InputObject && !slices.Contains(within, named):
			for _, inner := range definition.Fields {
				walk(inner.Name, inner.Type, path, append(slices.Clone(within), named))
			}
		}
	}
	for _, argument := range field.Arguments {
		walk(argument.Name, argument.Type, nil, nil)
	}
	return found
}

// filler creates the values of an operation's arguments: the ID under test in its slot, all required values, and
// nothing else.
type filler struct {
	t      *testing.T
	schema *ast.Schema
	own    map[id.Kind]string
	slot   slot
	put    string
}

func (f filler) arguments() object {
	values := object{}
	for _, argument := range f.slot.field.Arguments {
		if value, given := f.value(argument.Name, argument.Type, []string{argument.Name}); given {
			values[argument.Name] = value
		}
	}
	return values
}

func (f filler) value(name string, of *ast.Type, path []string) (value any, given bool) {
	onTheWay := len(path) <= len(f.slot.path) && slices.Equal(path, f.slot.path[:len(path)])
	if !onTheWay && !of.NonNull {
		return nil, false
	}
	if of.Elem != nil {
		inner := *of.Elem
		inner.NonNull = true
		value, _ := f.value(name, &inner, path)
		return []any{value}, true
	}
	definition := f.schema.Types[of.NamedType]
	switch {
	case of.NamedType == "ID" && onTheWay:
		return f.put, true
	case of.NamedType == "ID":
		return f.own[kindsOf(f.t, name)[0]], true
	case definition.Kind == ast.InputObject:
		inner := object{}
		for _, field := range definition.Fields {
			if value, given := f.value(field.Name, field.Type, append(slices.Clone(path), field.Name)); given {
				inner[field.Name] = value
			}
		}
		return inner, true
	case definition.Kind == ast.Enum:
		return definition.EnumValues[0].Name, true
	case of.NamedType == "Boolean":
		return true, true
	case of.NamedType == "Int":
		return 5, true
	case name == "confirmName":
		return "Glue", true // the name in both accounts
	default:
		return "Some text", true
	}
}

// selection selects everything in a type, some levels deep.
func selection(schema *ast.Schema, of *ast.Type, depth int) string {
	definition := schema.Types[of.Name()]
	if definition.Kind == ast.Scalar || definition.Kind == ast.Enum {
		return ""
	}
	fields := []string{"__typename"}
	for _, field := range definition.Fields {
		leaf := schema.Types[field.Type.Name()].IsLeafType()
		switch {
		case strings.HasPrefix(field.Name, "__"), field.Arguments.ForName("first") != nil, field.Name == "edges":
		case leaf:
			fields = append(fields, field.Name)
		case depth > 0:
			fields = append(fields, field.Name+selection(schema, field.Type, depth-1))
		}
	}
	return " { " + strings.Join(fields, " ") + " }"
}

// probe returns the document and variables that put an ID into a slot.
func probe(t *testing.T, schema *ast.Schema, kind string, parent *ast.Definition, s slot, own map[id.Kind]string, put string) (string, object) {
	t.Helper()
	variables := filler{t: t, schema: schema, own: own, slot: s, put: put}.arguments()
	var declared, passed []string
	for _, argument := range s.field.Arguments {
		if _, given := variables[argument.Name]; given {
			declared = append(declared, "$"+argument.Name+": "+argument.Type.String())
			passed = append(passed, argument.Name+": $"+argument.Name)
		}
	}
	field := fmt.Sprintf("%s(%s)%s", s.field.Name, strings.Join(passed, ", "), selection(schema, s.field.Type, 2))
	if parent != nil { // a field of a node of the caller's own
		declared = append(declared, "$own: ID!")
		variables["own"] = own[nodeKinds[parent.Name]]
		require.NotEmpty(t, variables["own"], "add the kind of %s to nodeKinds", parent.Name)
		field = fmt.Sprintf("node(id: $own) { ... on %s { %s } }", parent.Name, field)
	}
	return fmt.Sprintf("%s(%s) { %s }", kind, strings.Join(declared, ", "), field), variables
}

var nodeKinds = map[string]id.Kind{
	"Account": id.Account, "Organization": id.Organization, "Integration": id.Integration, "ExternalOrg": id.ExternalOrg, "Mapping": id.Mapping, "RefreshRun": id.RefreshRun,
}

// everySlot calls with for every slot in the schema that takes an ID.
func everySlot(schema *ast.Schema, with func(kind string, parent *ast.Definition, s slot)) {
	for kind, root := range map[string]*ast.Definition{"query": schema.Query, "mutation": schema.Mutation, "subscription": schema.Subscription} {
		for _, field := range root.Fields {
			for _, one := range slots(schema, field) {
				with(kind, nil, one)
			}
		}
	}
	for _, definition := range schema.Types {
		if definition.Kind != ast.Object || definition == schema.Query || definition == schema.Mutation || definition == schema.Subscription || definition.BuiltIn {
			continue
		}
		for _, field := range definition.Fields {
			for _, one := range slots(schema, field) {
				with("query", definition, one)
			}
		}
	}
}

// asked returns the outcome of an operation as text, with the ID that was put in replaced.
func (p property) asked(kind, document string, variables object, put string) string {
	p.t.Helper()
	if kind != "subscription" {
		encoded, err := json.Marshal(p.ask(document, variables))
		require.NoError(p.t, err)
		return strings.ReplaceAll(string(encoded), put, "ID")
	}
	ctx, cancel := context.WithTimeout(p.t.Context(), time.Second) // a subscription without events sends nothing
	defer cancel()
	socket := p.dial()
	acknowledged, _ := p.signIn(socket)
	require.Equal(p.t, "connection_ack", acknowledged)
	require.NoError(p.t, wsjson.Write(ctx, socket, object{"id": "1", "type": "subscribe", "payload": object{"query": document, "variables": variables}}))
	var got frame
	if err := wsjson.Read(ctx, socket, &got); err != nil {
		return "nothing"
	}
	return got.Type + strings.ReplaceAll(string(got.Payload), put, "ID")
}

func TestTenancy_EveryArgumentTreatsForeignIDsAsUnknown(t *testing.T) {
	t.Parallel()
	t.Run("as shipped", func(t *testing.T) {
		t.Parallel()
		probeEverySlot(t, newWorld(t))
	})
	// Row-level security would hide that a statement has lost its own filter. The filter must work without it.
	t.Run("without row-level security", func(t *testing.T) {
		t.Parallel()
		world := newWorld(t)
		world.across() // cannot be opened after this
		for _, table := range append(world.tables("account_id"), "accounts") {
			_, err := world.connection().Exec(t.Context(), fmt.Sprintf("ALTER TABLE %s DISABLE ROW LEVEL SECURITY", table))
			require.NoError(t, err)
		}
		probeEverySlot(t, world)
	})
}

// probeEverySlot puts IDs of another account in every slot of the schema, and looks for them in everything lists show.
func probeEverySlot(t *testing.T, world *world) {
	t.Helper()
	schema := gen.NewExecutableSchema(gen.Config{}).Schema()
	ourGlue, ourAddress := world.vendor(vendors.ApplicationITGlue, listed("A", "B")...)
	theirGlue, theirAddress := world.vendor(vendors.ApplicationITGlue, listed("A", "B")...)
	ours := settle(t, world.newAccount(20), ourAddress, ourGlue)
	theirs := settle(t, world.newAccount(20), theirAddress, theirGlue)
	before, calls := world.everything(theirs.account), len(theirGlue.Calls())

	found := map[string]bool{}
	everySlot(schema, func(kind string, parent *ast.Definition, s slot) {
		found[s.String()] = true
		for _, of := range kindsOf(t, s.path[len(s.path)-1]) {
			foreign, unknown := theirs.ids[of], id.Format(of, id.New())
			document, variables := probe(t, schema, kind, parent, s, ours.ids, unknown)
			want := ours.asked(kind, document, variables, unknown)
			document, variables = probe(t, schema, kind, parent, s, ours.ids, foreign)
			require.Equal(t, want, ours.asked(kind, document, variables, foreign), "%s with %s: %s", s, of, document)
			require.NotContains(t, want, "GRAPHQL_VALIDATION_FAILED", "%s: %s", s, document)
			require.NotContains(t, want, "COMPLEXITY", "%s: %s", s, document)
		}
	})
	for _, one := range []string{ // checks that the walk reaches every depth
		"node(id)", "organizations(filter.unmappedIn)", "mappings(integrationIds)", "saveMappings(input.cells.expectedExternalOrgIds)",
		"importFromITGlue(input.externalOrgIds)", "createOrganizationsFrom(input.createDespiteSimilar)", "cancelRefresh(input.runId)", "refreshProgress(runId)", "disconnectIntegration(input.integrationId)",
	} {
		require.True(t, found[one], "%s among %v", one, found)
	}
	t.Logf("%d places take an id", len(found))
	for _, list := range []string{
		"organizations { totalCount nodes { id mappings { id externalOrg { id } } } }", "integrations { id externalOrgs { nodes { id } } lastRefresh { id } }",
		"externalOrgs { totalCount nodes { id hints { externalOrg { id } } } }", "rejections { nodes { id externalOrg { id } organization { id } } }", "aliases { nodes { id organization { id } from { id } } }", "refreshRuns { nodes { id } }", "importCandidates { nodes { externalOrg { id } } }", "quota { used }", "viewer { account { id } }", "auditTrail { nodes { actor { id } subject { id } } }", "groups(archived: null) { id organizationCount organizations { nodes { id } } }",
		"people { totalCount nodes { id engineerCount } }", "apiTokens { id }", "organizations { nodes { id engineer { id } groups { id } noteChange { id } } }",
	} {
		answer, err := json.Marshal(ours.ask("{ "+list+" }", nil))
		require.NoError(t, err)
		require.NotContains(t, string(answer), `"errors"`, list)
		for _, theirID := range theirs.ids {
			require.NotContains(t, string(answer), theirID, list)
		}
	}
	require.Equal(t, before, world.everything(theirs.account), "nothing of the other account changed")
	require.Len(t, theirGlue.Calls(), calls, "the other account's vendor was not called")
}

// everything returns all rows of an account as text.
func (w *world) everything(account uuid.UUID) (rows []string) {
	w.t.Helper()
	conn := w.connection()
	for _, table := range w.tables("account_id") {
		found, err := conn.Query(w.t.Context(), fmt.Sprintf("SELECT %[1]s::text FROM %[1]s WHERE account_id = $1 ORDER BY 1", table), account)
		require.NoError(w.t, err)
		for found.Next() {
			var row string
			require.NoError(w.t, found.Scan(&row))
			rows = append(rows, table+row)
		}
		require.NoError(w.t, found.Err())
	}
	return rows
}

// tables returns the tables with the given column, or all tables if column is "".
func (w *world) tables(column string) (names []string) {
	w.t.Helper()
	found, err := w.connection().Query(w.t.Context(), `SELECT c.oid::regclass::text FROM pg_class c
		WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace
		AND ($1 = '' OR EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = $1)) ORDER BY 1`, column)
	require.NoError(w.t, err)
	for found.Next() {
		var name string
		require.NoError(w.t, found.Scan(&name))
		names = append(names, name)
	}
	require.NoError(w.t, found.Err())
	return names
}
