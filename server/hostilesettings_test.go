package main

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/dbtest"
	"github.com/orgmap/orgmap/internal/name"
	"github.com/orgmap/orgmap/internal/vendors"
)

// nastyNames would end a literal, an identifier or a statement if a value were written into its text.
var nastyNames = []string{
	`'`, `\`, `\'`, `\\'`, `\'||(SELECT current_user)||\'`, `'||(SELECT current_user)||'`, `$1`, `$$`, `?`, `?0`, `"`, `--`, `/*`, `;`,
	`E'\''`, `{"a":1}`, `{}`, `NULL`, `%`, `_`, `::text`, `😀`,
}

// Orgmap works on a database with settings that break code relying on the defaults, and with names that are SQL.
func TestApp_WorksWithHostileDatabaseSettings(t *testing.T) {
	t.Parallel()
	database := dbtest.Empty(t)
	dbtest.SetHostile(t, database)
	admin := bootWorld(t, worldStores{database: database, redis: dbtest.Redis(t), keyset: newKeyset(t)}).newAccount(1000)
	list := make([]vendors.Organization, len(nastyNames))
	for i, called := range nastyNames {
		admin.create(called)
		list[i] = vendors.Organization{RemoteID: strings.Repeat("7", i+1), Name: called, URL: "https://vendor.example/"}
	}
	glue, url := admin.vendor(vendors.ApplicationITGlue, list...)
	integration := admin.connect(glue, url)
	for _, run := range admin.refresh(nil) {
		require.Equal(t, "SUCCEEDED", run["state"], run)
	}

	for _, searched := range nastyNames {
		words := name.Words(searched)
		for range 3 { // from Postgres, then from memory
			found := at(admin.do(`query($s: String) { organizations(search: $s, first: 200) { nodes { name } } }`, object{"s": searched}), "organizations", "nodes").([]any)
			var want, got []string
			for _, other := range nastyNames {
				folded := strings.ToLower(other)
				if !slices.ContainsFunc(words, func(word string) bool { return !strings.Contains(folded, word) }) {
					want = append(want, other)
				}
			}
			for _, node := range found {
				got = append(got, at(node, "name").(string))
			}
			require.ElementsMatch(t, want, got, searched)
		}
	}
	externals := slices.Collect(maps.Values(admin.externals(integration)))
	require.Len(t, externals, len(nastyNames))
	imported := at(admin.do(`mutation($ids: [ID!]!) { importFromITGlue(input: {externalOrgIds: $ids}) { results { outcome } userErrors { code } } }`,
		object{"ids": externals}), "importFromITGlue")
	require.Empty(t, codes(imported))
	for _, result := range at(imported, "results").([]any) {
		require.Equal(t, "MAPPED_EXISTING", at(result, "outcome"))
	}
	refused := admin.ask(`query($s: String) { organizations(search: $s) { nodes { name } } }`, object{"s": "a\x00b"})
	for _, one := range refused.Errors {
		require.Equal(t, "BAD_USER_INPUT", one.Extensions["code"])
	}
}
