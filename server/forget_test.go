package main

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/vendors"
)

// Whatever table keeps a name, it is replaced there.
func TestForget_ReplacesANameEverywhere(t *testing.T) {
	t.Parallel()
	issuer, admin := newOIDCWorld(t)
	issuer.person(admin.account, "s-1", "editor")
	ada := &decider{client: admin.with(issuer.sign(nil))}
	vendor, url := admin.vendor(vendors.ApplicationHudu)
	vendor.Set([]vendors.Organization{{RemoteID: "1", Name: "Acme"}, {RemoteID: "2", Name: "Beta Ltd"}, {RemoteID: "3", Name: "Gamma"}})
	ada.integration = admin.connect(vendor, url)
	ada.refresh(object{"integrationIds": []string{ada.integration}})
	ada.organizations = ada.create("Acme", "Beta")
	admin.suggested(admin.account)
	ada.externals = ada.client.externals(ada.integration)
	ada.saveCell(ada.organizations["Acme"], ada.externals["1"])
	ada.saveCell(ada.organizations["Acme"])
	ada.saveCell(ada.organizations["Beta"], ada.externals["1"])
	const excluding = `mutation($input: ExcludeExternalOrgsInput!) { excludeExternalOrgs(input: $input) { userErrors { message } } }`
	const including = `mutation($input: IncludeExternalOrgsInput!) { includeExternalOrgs(input: $input) { userErrors { message } } }`
	for _, one := range []string{"2", "3"} {
		require.Empty(t, ada.mutate(excluding, object{"externalOrgIds": []string{ada.externals[one]}, "reason": "TEST"})["userErrors"])
	}
	require.Empty(t, ada.mutate(including, object{"externalOrgIds": []string{ada.externals["2"]}})["userErrors"])
	require.Empty(t, ada.mutate(`mutation($input: RejectSuggestionInput!) { rejectSuggestion(input: $input) { userErrors { message } } }`,
		object{"externalOrgId": ada.externals["2"], "organizationId": ada.organizations["Beta"]})["userErrors"])
	ada.saveCell(ada.organizations["Beta"], ada.externals["2"], ada.externals["3"])
	admin.create("Delta")
	person := at(admin.do(`{ people { nodes { id } } }`, nil), "people", "nodes", 0, "id").(string)
	assign := func(to any) {
		require.Empty(t, admin.mutated(`mutation($input: AssignPeopleInput!) { assignPeople(input: $input) { userErrors { message } } }`,
			object{"organizationIds": []string{ada.organizations["Acme"], ada.organizations["Beta"]}, "engineerId": to, "vcioId": to})["userErrors"])
	}
	assign(person)
	assign(nil)
	require.Empty(t, admin.mutated(`mutation($input: SavePersonInput!) { savePerson(input: $input) { userErrors { message } } }`, object{"personId": person, "role": "ADMIN"})["userErrors"])
	token := ada.mutate(`mutation($input: CreateApiTokenInput!) { createApiToken(input: $input) { token { createdBy { name } } userErrors { message } } }`, object{"name": "Bot", "role": "VIEWER"})
	require.Equal(t, "Ada s-1", at(token, "token", "createdBy", "name"))

	const named = `{ changes(first: 200) { nodes { actor { name } summary } } }`
	require.Contains(t, ada.said(named), "Ada s-1")
	require.NotEmpty(t, admin.tablesWith("Ada s-1"))
	rows, err := admin.people().Forget(t.Context(), admin.account, "s-1")
	require.NoError(t, err)
	require.Greater(t, rows, int64(10))
	require.Empty(t, admin.tablesWith("Ada s-1"))
	after := admin.said(named)
	require.NotContains(t, after, "Ada")
	require.Contains(t, after, "Former user")
	require.Contains(t, after, "the ADMIN", "the names of others stay")

	_, err = admin.people().Forget(t.Context(), admin.account, "s-2")
	require.ErrorContains(t, err, `nobody with the subject "s-2"`)
	_, err = admin.people().Forget(t.Context(), admin.newAccount(1).account, "s-1")
	require.ErrorContains(t, err, `nobody with the subject "s-1"`)
}

// said returns the response to a query as text.
func (c *client) said(query string) string {
	c.t.Helper()
	return fmt.Sprint(c.do(query, nil))
}

// tablesWith returns the tables that have a row with the text in any column.
func (w *world) tablesWith(text string) (tables []string) {
	w.t.Helper()
	var all []string
	require.NoError(w.t, w.connection().QueryRow(w.t.Context(),
		"SELECT array_agg(table_name::text ORDER BY table_name) FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'").Scan(&all))
	for _, table := range all {
		if w.count("SELECT count(*) FROM "+table+" AS t WHERE t::text LIKE $1", "%"+text+"%") > 0 {
			tables = append(tables, table)
		}
	}
	return tables
}
