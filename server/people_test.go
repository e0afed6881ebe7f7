package main

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/id"
)

// peopleQuery reads everything that the list of organizations shows of people and groups.
const peopleQuery = `query($first: Int) { organizations(first: $first) { nodes { name note noteChange { actor { name } }
	engineer { name role engineerCount } vcio { name vcioCount } groups { name color archived organizationCount } } } }`

func TestPeopleAndGroups(t *testing.T) {
	t.Parallel()
	issuer, admin := newOIDCWorld(t)
	issuer.person(admin.account, "s-1", "viewer")
	viewer := admin.with(issuer.sign(nil))
	cursor := at(admin.do("{ journalCursor }", nil), "journalCursor").(string)
	organizations := admin.create("Acme", "Beta", "Gamma")
	added := at(admin.mutated(`mutation($input: SavePersonInput!) { savePerson(input: $input) { person { id name email role assignedRole signedInAt } change { action } userErrors { message } } }`,
		object{"name": "Ann", "email": "ann@example.com", "role": "EDITOR"}), "person").(object)
	require.Equal(t, object{"id": added["id"], "name": "Ann", "email": "ann@example.com", "role": "EDITOR", "assignedRole": "EDITOR", "signedInAt": nil}, added)
	group := at(admin.mutated(`mutation($input: SaveGroupInput!) { saveGroup(input: $input) { group { id name color } userErrors { message } } }`,
		object{"name": "Gold", "color": "gold"}), "group", "id").(string)
	assigned := admin.mutated(`mutation($input: AssignPeopleInput!) { assignPeople(input: $input) { organizations { name } change { id action summary edits { nodes { ... on FieldEdit { subjectName field before after subject { id } } } } } userErrors { message } } }`,
		object{"organizationIds": []string{organizations["Acme"], organizations["Beta"]}, "engineerId": added["id"], "vcioId": added["id"]})
	require.Equal(t, "ORGANIZATION_UPDATED", at(assigned, "change", "action"))
	require.Equal(t, object{"subjectName": "Acme", "field": "engineer", "before": nil, "after": "Ann", "subject": object{"id": organizations["Acme"]}}, at(assigned, "change", "edits", "nodes", 0))
	require.Empty(t, admin.mutated(`mutation($input: SetGroupMembersInput!) { setGroupMembers(input: $input) { userErrors { message } } }`,
		object{"groupId": group, "addOrganizationIds": []string{organizations["Acme"]}})["userErrors"])
	require.Empty(t, admin.mutated(`mutation($input: UpdateOrganizationsInput!) { updateOrganizations(input: $input) { userErrors { message } } }`,
		object{"organizationIds": []string{organizations["Acme"]}, "note": "Plant 2 closes"})["userErrors"])
	shown := at(viewer.do(peopleQuery, object{"first": 10}), "organizations", "nodes").([]any)
	require.Equal(t, object{
		"name": "Acme", "note": "Plant 2 closes", "noteChange": object{"actor": object{"name": "the ADMIN"}},
		"engineer": object{"name": "Ann", "role": "EDITOR", "engineerCount": 2.0}, "vcio": object{"name": "Ann", "vcioCount": 2.0},
		"groups": []any{object{"name": "Gold", "color": "gold", "archived": false, "organizationCount": 1.0}},
	}, shown[0])
	require.Equal(t, object{"name": "Gamma", "note": nil, "noteChange": nil, "engineer": nil, "vcio": nil, "groups": []any{}}, shown[2])
	for filter, want := range map[string]string{
		`groupIds: ["` + group + `"]`: "[Acme]", `engineerIds: ["` + added["id"].(string) + `"]`: "[Acme Beta]", "hasVcio: false": "[Gamma]",
		`groupIds: ["` + id.Format(id.Group, id.New()) + `"]`: "[]", `vcioIds: ["` + organizations["Acme"] + `"]`: "[]",
	} {
		names := []string{}
		for _, one := range at(viewer.do(`{ organizations(filter: {`+filter+`}) { nodes { name } } }`, nil), "organizations", "nodes").([]any) {
			names = append(names, at(one, "name").(string))
		}
		require.Equal(t, want, fmt.Sprint(names), filter)
	}

	// The engineer is cleared by null, and what is left out stays.
	admin.mutated(`mutation($input: AssignPeopleInput!) { assignPeople(input: $input) { change { id } } }`, object{"organizationIds": []string{organizations["Beta"]}, "engineerId": nil})
	require.Equal(t, object{"engineer": nil, "vcio": object{"name": "Ann"}},
		at(viewer.do(`query($id: ID!) { node(id: $id) { ... on Organization { engineer { name } vcio { name } } } }`, object{"id": organizations["Beta"]}), "node"))
	undone := admin.mutated(`mutation($input: UndoChangeInput!) { undoChange(input: $input) { reverted change { summary } userErrors { message } } }`, object{"changeId": at(assigned, "change", "id")})
	require.Equal(t, 3.0, undone["reverted"], "the cleared engineer is left")

	// Viewers read names, and neither addresses nor tokens.
	people := at(viewer.do(`{ people { totalCount nodes { name email signedInAt } } viewer { person { name } } }`, nil), "people").(object)
	require.Equal(t, []any{object{"name": "Ada s-1", "email": nil, "signedInAt": nil}, object{"name": "Ann", "email": nil, "signedInAt": nil}}, people["nodes"])
	require.Equal(t, "Ada s-1", at(viewer.do("{ viewer { person { name } } }", nil), "viewer", "person", "name"))
	require.Nil(t, at(admin.do("{ viewer { person { name } } }", nil), "viewer", "person"), "a token is no person")
	require.Contains(t, fmt.Sprint(viewer.ask("{ apiTokens { id } }", nil)), "FORBIDDEN")
	for _, field := range []string{
		`savePerson(input: {name: "x"}) { userErrors { code } }`, `saveGroup(input: {name: "x"}) { userErrors { code } }`, `updateAccount(input: {name: "x"}) { userErrors { code } }`,
		`createApiToken(input: {name: "x", role: VIEWER}) { secret }`, `assignPeople(input: {organizationIds: []}) { userErrors { code } }`,
	} {
		require.Contains(t, fmt.Sprint(viewer.ask("mutation { "+field+" }", nil)), "FORBIDDEN", field)
	}

	next, stop := viewer.watch(`subscription($after: String) { accountChanges(after: $after) { __typename ... on GroupsChanged { groups { name } organizations { name } }
		... on PeopleChanged { people { name } } ... on OrganizationsChanged { organizations { name } } } }`, object{"after": cursor})
	defer stop()
	var kinds []string
	for range 8 {
		kinds = append(kinds, at(next(), "accountChanges", "__typename").(string))
	}
	require.Equal(t, "OrganizationsChanged OrganizationsChanged OrganizationsChanged PeopleChanged GroupsChanged OrganizationsChanged GroupsChanged OrganizationsChanged", strings.Join(kinds, " "))
}

// A page takes as many statements for 200 organizations as for one.
func TestPeopleAndGroups_TakeAFixedNumberOfStatements(t *testing.T) {
	t.Parallel()
	admin := newWorld(t).newAccount(1000)
	for _, statement := range []string{
		"INSERT INTO people (account_id, id, name) SELECT $1, gen_random_uuid(), 'Person ' || n FROM generate_series(1, 30) AS n",
		"INSERT INTO organization_groups (account_id, id, name, folded, color) SELECT $1, gen_random_uuid(), 'Group ' || n, 'group ' || n, 'teal' FROM generate_series(1, 20) AS n",
		"INSERT INTO organizations (account_id, id, name, folded) SELECT $1, gen_random_uuid(), 'Client ' || n, 'client ' || n FROM generate_series(1, 300) AS n",
		`INSERT INTO organization_details (account_id, organization_id, engineer_id, vcio_id, note)
			SELECT $1, o.id, (SELECT p.id FROM people AS p WHERE p.account_id = $1 ORDER BY md5(p.id::text || o.id) LIMIT 1), (SELECT p.id FROM people AS p WHERE p.account_id = $1 ORDER BY md5(o.id || p.id::text) LIMIT 1), 'note'
			FROM organizations AS o WHERE o.account_id = $1`,
		"INSERT INTO organization_group_members (account_id, group_id, organization_id, member) SELECT $1, g.id, o.id, true FROM organization_groups AS g, organizations AS o WHERE g.account_id = $1 AND o.account_id = $1",
	} {
		_, err := admin.connection().Exec(t.Context(), statement, admin.account)
		require.NoError(t, err, statement)
	}
	one, many := admin.statements(peopleQuery, object{"first": 1}), admin.statements(peopleQuery, object{"first": 50})
	require.Equal(t, one, many)
	t.Logf("a page with people and groups takes %d statements", many)
}

func TestAPIToken_IsShownOnceAndKeptNowhere(t *testing.T) {
	t.Parallel()
	admin := newWorld(t).newAccount(1)
	create := func() object {
		return admin.ask(`mutation { createApiToken(input: {name: "billing", role: VIEWER}) { t: token { id name role createdBy { name } } s: secret userErrors { message } } }`, nil, "Idempotency-Key", "one").Data["createApiToken"].(object)
	}
	first := create()
	secret := first["s"].(string)
	require.Equal(t, "VIEWER", at(admin.with(secret).do("{ viewer { role } }", nil), "viewer", "role"))
	again := create()
	require.Equal(t, first["t"], again["t"], "the same token")
	require.Nil(t, again["s"])
	require.Empty(t, admin.tablesWith(secret))
	require.Empty(t, admin.mutated(`mutation($input: RevokeApiTokenInput!) { revokeApiToken(input: $input) { userErrors { message } } }`, object{"tokenId": at(first, "t", "id")})["userErrors"])
	require.Contains(t, fmt.Sprint(at(admin.do("{ auditTrail { nodes { kind actor { name } subject { name } } } }", nil), "auditTrail")), "TOKEN_REVOKED")
}

func TestSchema_IsServedToWhoeverHasSignedIn(t *testing.T) {
	t.Parallel()
	admin := newWorld(t).newAccount(1)
	get := func(token string) (int, string) {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, admin.url+"/schema.graphqls", http.NoBody)
		require.NoError(t, err)
		if token != "" {
			request.Header.Set("Authorization", "Bearer "+token)
		}
		response, err := http.DefaultClient.Do(request)
		require.NoError(t, err)
		defer func() { require.NoError(t, response.Body.Close()) }()
		text, err := io.ReadAll(response.Body)
		require.NoError(t, err)
		return response.StatusCode, string(text)
	}
	status, text := get(admin.token)
	require.Equal(t, http.StatusOK, status)
	require.Contains(t, text, "type OrganizationGroup implements Node")
	require.Contains(t, text, "A named, colored set of organizations.")
	status, text = get("")
	require.Equal(t, http.StatusUnauthorized, status)
	require.NotContains(t, text, "type ")
}

// mutated sends a mutation with one field, and returns its payload.
func (c *client) mutated(document string, input object) object {
	c.t.Helper()
	for _, payload := range c.do(document, object{"input": input}) {
		return payload.(object)
	}
	return nil
}
