package main

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/vendors"
)

const touchedQuery = `subscription($after: String) { accountChanges(after: $after) { cursor
	... on IntegrationsChanged { externalOrgs { name removedAt mapping { organization { name } } } } } }`

const namedQuery = `query($run: ID!) { node(id: $run) { ... on RefreshRun { state added removed
	changes { added renamed returned removed removedMapped first { kind externalOrgId name previousName mapped } } } } }`

// unlisted returns the names of the external organizations in an event, and marks those that are no longer listed.
func unlisted(event object) []string {
	names := []string{}
	for _, one := range at(event, "accountChanges", "externalOrgs").([]any) {
		name := at(one, "name").(string)
		if at(one, "removedAt") != nil {
			name += " (removed)"
		}
		names = append(names, name)
	}
	return names
}

func TestRefresh_TellsOpenPagesWhatItTouched(t *testing.T) {
	t.Parallel()
	admin := newWorld(t).newAccount(20)
	glue, address := admin.vendor(vendors.ApplicationITGlue, listed("Acme", "Bolt", "Cedar")...)
	integration := admin.connect(glue, address)
	admin.refresh(nil)
	externals := admin.externals(integration)
	require.Empty(t, admin.save(admin.create("Bolt")["Bolt"], integration, []string{externals["1000002"]}))

	next, stop := admin.watch(touchedQuery, object{"after": at(admin.do(`{ journalCursor }`, nil), "journalCursor")})
	defer stop()
	changed := listed("Acme", "Bolt & Sons", "Cedar")[:2]
	glue.Set(changed)
	run := admin.refresh(nil)[0]
	event := next()
	require.ElementsMatch(t, []string{"Bolt & Sons", "Cedar (removed)"}, unlisted(event))
	glue.Set(listed("Acme", "Bolt & Sons", "Cedar"))
	admin.refresh(nil)
	require.Equal(t, []string{"Cedar"}, unlisted(next()))

	changes := at(admin.do(namedQuery, object{"run": run["id"]}), "node", "changes").(object)
	require.Equal(t, object{
		"added": 0.0, "renamed": 1.0, "returned": 0.0, "removed": 1.0, "removedMapped": 0.0, "first": []any{
			object{"kind": "RENAMED", "externalOrgId": externals["1000002"], "name": "Bolt & Sons", "previousName": "Bolt", "mapped": true},
			object{"kind": "REMOVED", "externalOrgId": externals["1000003"], "name": "Cedar", "previousName": nil, "mapped": false},
		},
	}, changes)
}

func TestRefresh_SaysThatItTouchedTooManyToName(t *testing.T) {
	t.Parallel()
	admin := newWorld(t).newAccount(20)
	names := func(suffix string) []vendors.Organization {
		all := make([]vendors.Organization, 201)
		for i := range all {
			all[i] = vendors.Organization{RemoteID: fmt.Sprint(1_000 + i), Name: fmt.Sprintf("Client %03d%s", i, suffix)}
		}
		return all
	}
	glue, address := admin.vendor(vendors.ApplicationITGlue, names("")...)
	admin.connect(glue, address)
	admin.refresh(nil)
	next, stop := admin.watch(touchedQuery, object{"after": at(admin.do(`{ journalCursor }`, nil), "journalCursor")})
	defer stop()
	glue.Set(names(" Ltd"))
	admin.refresh(nil)
	require.Nil(t, at(next(), "accountChanges", "externalOrgs"))
}

func TestRefresh_NamesWhatAShrunkListWouldRemove(t *testing.T) {
	t.Parallel()
	admin := newWorld(t).newAccount(20)
	glue, address := admin.vendor(vendors.ApplicationITGlue, listed("Acme", "Bolt")...)
	integration := admin.connect(glue, address)
	admin.refresh(nil)
	require.Empty(t, admin.save(admin.create("Bolt")["Bolt"], integration, []string{admin.externals(integration)["1000002"]}))
	glue.Set(nil)
	run := admin.refresh(nil)[0]
	require.Equal(t, "NEEDS_REVIEW", run["state"])
	shown := at(admin.do(namedQuery, object{"run": run["id"]}), "node").(object)
	require.EqualValues(t, 0, shown["removed"], "nothing was removed")
	require.EqualValues(t, 2, at(shown, "changes", "removed"))
	require.EqualValues(t, 1, at(shown, "changes", "removedMapped"))
	require.Equal(t, "Bolt", at(shown, "changes", "first", 0, "name"))
}
