package main

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/vendors"
)

// Other everyday requests also need as many statements for long lists as for short ones, so their round trips do not
// depend on the machine. The bounds are exact, so that an added statement fails this test.
func TestStatements_DoNotDependOnListLengths(t *testing.T) {
	t.Parallel()
	needs(t, partPlan)
	const organizations, few, many = 60, 1, 20
	admin := newWorld(t).newAccount(4 * organizations)
	list := make([]vendors.Organization, organizations)
	for n := range list {
		list[n] = vendors.Organization{RemoteID: fmt.Sprint(1000 + n), Name: fmt.Sprintf("Client %02d", n)}
	}
	var integrations []string
	for _, application := range []vendors.Application{vendors.ApplicationITGlue, vendors.ApplicationDattoRMM} {
		simulated, url := admin.vendor(application, list...)
		integrations = append(integrations, admin.connect(simulated, url))
	}
	for _, run := range admin.refresh(nil) {
		require.Equal(t, "SUCCEEDED", run["state"])
	}
	importable, offered := admin.externals(integrations[0]), admin.externals(integrations[1])
	name := func(n int) string { return list[n].Name }

	// read counts the statements for a list of one and for a list of many.
	read := func(title string, most int64, query string, variables object) {
		one := admin.statements(query, with(variables, "first", few))
		require.Equal(t, one, admin.statements(query, with(variables, "first", many)), title)
		require.LessOrEqual(t, one, most, title)
		t.Logf("%s: %d statements", title, one)
	}
	read("drop-down", 5, `query($id: ID!, $first: Int, $search: String) { node(id: $id) { ... on Integration {
		externalOrgs(first: $first, search: $search) { totalCount pageInfo { hasNextPage } nodes { id name mapping { id organization { id name } } } } } } }`,
		object{"id": integrations[1], "search": "client"})
	read("import candidates", 9, `query($first: Int, $search: String) { importCandidates(first: $first, search: $search) {
		totalCount pageInfo { hasNextPage } nodes { outcome externalOrg { id name } organization { id name } } } }`, object{"search": "client"})

	const importing = `mutation($ids: [ID!]!) { importFromITGlue(input: {externalOrgIds: $ids}) { results { outcome organization { id } } quota { used } userErrors { code } } }`
	ids := func(from, to int) (ids []string) {
		for n := from; n < to; n++ {
			ids = append(ids, importable[list[n].RemoteID])
		}
		return ids
	}
	one := admin.statements(importing, object{"ids": ids(0, few)})
	require.Equal(t, one, admin.statements(importing, object{"ids": ids(few, few+many)}), "import")
	require.LessOrEqual(t, one, int64(13), "import")
	t.Logf("import: %d statements", one)
	admin.do(importing, object{"ids": ids(few+many, few+many+2)})

	const saving = `mutation($cells: [MappingCellInput!]!) { saveMappings(input: {cells: $cells}) { organizations { id name } userErrors { code message } } }`
	imported := map[string]string{}
	data := admin.do(`{ organizations(first: 100) { nodes { id name } } }`, nil)
	for _, node := range at(data, "organizations", "nodes").([]any) {
		imported[at(node, "name").(string)] = at(node, "id").(string)
	}
	cells := func(from, to int) (cells []object) {
		for n := from; n < to; n++ {
			cells = append(cells, object{"organizationId": imported[name(n)], "integrationId": integrations[1], "externalOrgIds": []string{offered[list[n].RemoteID]}})
		}
		return cells
	}
	one = admin.statements(saving, object{"cells": cells(0, few)})
	require.Equal(t, one, admin.statements(saving, object{"cells": cells(few, few+many)}), "save")
	require.LessOrEqual(t, one, int64(5), "save")
	t.Logf("save: %d statements", one)

	const savingAlone = `mutation($cells: [MappingCellInput!]!) { saveMappings(input: {cells: $cells}) { organizations { __typename id } userErrors { code message } } }`
	one = admin.statements(savingAlone, object{"cells": cells(few+many, few+many+1)})
	require.LessOrEqual(t, one, int64(2), "a save that returns only ids")
	const savingTwice = `mutation($cells: [MappingCellInput!]!) { saveMappings(input: {cells: $cells}) {
		organizations { id } named: organizations { ... on Organization { name } } userErrors { code } } }`
	saved := at(admin.do(savingTwice, object{"cells": cells(few+many+1, few+many+2)}), "saveMappings")
	require.Empty(t, codes(saved))
	require.Equal(t, imported[name(few+many+1)], at(saved, "organizations", 0, "id"))
	require.Equal(t, name(few+many+1), at(saved, "named", 0, "name"), "a field with an alias is read")
}

// with adds a variable.
func with(variables object, name string, value any) object {
	more := object{name: value}
	for key, one := range variables {
		more[key] = one
	}
	return more
}
