package main

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/journal"
	"github.com/orgmap/orgmap/internal/vendors"
)

const (
	historyQuery = `query($first: Int, $after: String, $filter: ChangeFilter, $order: ChangeOrder) { changes(first: $first, after: $after, filter: $filter, order: $order) {
		totalCount pageInfo { hasNextPage endCursor }
		nodes { id cursor at action summary editCount revertedCount incomplete actor { id name kind } undoes { id } undoneBy { id }
			undo { possible cursor reverts skippedCount skipped { reason now because { id } edit { __typename } } }
			edits(first: 5) { totalCount pageInfo { hasNextPage endCursor } nodes { __typename
				... on MappingEdit { integrationName integration { id } externalName externalOrg { id name } beforeName before { id } afterName after { id name } }
				... on OrganizationEdit { kind name beforeName organization { id } }
				... on IntegrationEdit { name what added updated removed integration { id } }
				... on DecisionEdit { externalName what externalOrg { id } }
				... on FieldEdit { subjectName field was: before is: after subject { id } } } } } } }`
	undoMutation = `mutation($input: UndoChangeInput!) { undoChange(input: $input) { reverted change { id action undoes { id } summary } skipped { reason }
		preview { cursor reverts } userErrors { code path message } } }`
	saveQuery = `mutation($input: SaveMappingsInput!) { saveMappings(input: $input) { change { id summary } userErrors { message } } }`
	snapQuery = `query($at: Time, $cursor: String, $after: String, $search: String) { snapshot(at: $at, cursor: $cursor) { at cursor organizations(first: 2, after: $after, search: $search) {
		totalCount pageInfo { hasNextPage endCursor } nodes { id name active mappings { externalOrgId externalName remoteId integrationId integrationName } } } } }`
	wholeGrid = `{ organizations(first: 200) { nodes { id name active mappings { externalOrg { id name remoteId } integration { id name } } } } }`
)

func (d *decider) changes(filter object) []any {
	d.t.Helper()
	return at(d.do(historyQuery, object{"filter": filter}), "changes", "nodes").([]any)
}

func (d *decider) saveCell(organization string, externals ...string) object {
	d.t.Helper()
	if externals == nil {
		externals = []string{}
	}
	saved := d.mutate(saveQuery, object{"cells": []object{{"organizationId": organization, "integrationId": d.integration, "externalOrgIds": externals}}})
	require.Empty(d.t, saved["userErrors"])
	return saved
}

func TestHistory_SaysWhoDidWhatAndUndoesIt(t *testing.T) {
	t.Parallel()
	d := newDecider(t, "Acme", "Beta")
	acme, beta := d.organizations["Acme"], d.organizations["Beta"]
	saved := d.saveCell(acme, d.externals["Acme"], d.externals["Beta"])
	require.Equal(t, `the ADMIN mapped 2 external organizations in “Hudu”.`, at(saved, "change", "summary"))
	d.saveCell(beta)
	d.saveCell(acme, d.externals["Acme"])

	all := d.changes(nil)
	newest := all[0].(object)
	require.Equal(t, "MAPPINGS_SAVED", newest["action"])
	require.Equal(t, "TOKEN", at(newest, "actor", "kind"))
	require.NotEmpty(t, at(newest, "actor", "id"))
	require.Nil(t, newest["incomplete"])
	require.Equal(t, object{
		"__typename": "MappingEdit", "integrationName": "Hudu", "integration": object{"id": d.integration}, "externalName": "Beta Ltd",
		"externalOrg": object{"id": d.externals["Beta"], "name": "Beta Ltd"}, "beforeName": "Acme", "before": object{"id": acme}, "afterName": nil, "after": nil,
	}, at(newest, "edits", "nodes", 0))
	require.Equal(t, object{"possible": true, "cursor": at(newest, "undo", "cursor"), "reverts": 1., "skippedCount": 0., "skipped": []any{}}, newest["undo"])

	older := all[1].(object)
	require.Equal(t, at(saved, "change", "id"), older["id"])
	require.Equal(t, "CHANGED_SINCE", at(older, "undo", "skipped", 0, "reason"))
	require.Equal(t, newest["id"], at(older, "undo", "skipped", 0, "because", "id"))
	require.InDelta(t, 1, at(older, "undo", "reverts"), 0)

	undone := d.mutate(undoMutation, object{"changeId": newest["id"], "previewCursor": at(newest, "undo", "cursor")})
	require.Empty(t, undone["userErrors"])
	require.InDelta(t, 1, undone["reverted"], 0)
	require.Equal(t, newest["id"], at(undone, "change", "undoes", "id"))
	require.Equal(t, at(undone, "change", "id"), at(d.changes(nil), 1, "undoneBy", "id"))
	conflict := d.mutate(undoMutation, object{"changeId": older["id"], "previewCursor": at(older, "undo", "cursor")})
	require.Equal(t, []string{"CONFLICT"}, codes(conflict))
	require.NotEmpty(t, at(conflict, "preview", "cursor"))
	require.Nil(t, conflict["change"])

	for title, filter := range map[string]object{
		"organization": {"organizationIds": []string{acme}}, "external organization": {"externalOrgIds": []string{d.externals["Beta"]}},
		"actor and action":       {"actorIds": []any{at(newest, "actor", "id")}, "actions": []string{"MAPPINGS_SAVED", "UNDONE"}},
		"integration and period": {"integrationIds": []string{d.integration}, "actions": []string{"MAPPINGS_SAVED", "UNDONE"}, "from": older["at"], "to": time.Now().Add(time.Hour)},
	} {
		found := []any{}
		for _, one := range d.changes(filter) {
			if action := at(one, "action"); action == "MAPPINGS_SAVED" || action == "UNDONE" {
				found = append(found, at(one, "id"))
			}
		}
		require.Equal(t, []any{at(undone, "change", "id"), newest["id"], older["id"]}, found, title)
	}
	require.Empty(t, d.changes(object{"from": time.Now().Add(time.Hour)}))
	history := d.do(`query($o: ID!, $x: ID!) { o: node(id: $o) { ... on Organization { history(first: 1) { nodes { id } totalCount } mappings { change { id } createdByActor { name kind } } } }
		x: node(id: $x) { ... on ExternalOrg { history { nodes { id } } } } }`, object{"o": acme, "x": d.externals["Beta"]})
	require.Equal(t, at(undone, "change", "id"), at(history, "o", "history", "nodes", 0, "id"))
	require.Equal(t, "TOKEN", at(history, "o", "mappings", 0, "createdByActor", "kind"))
	require.Equal(t, []any{at(undone, "change", "id"), newest["id"], older["id"]}, []any{at(history, "x", "history", "nodes", 0, "id"), at(history, "x", "history", "nodes", 1, "id"), at(history, "x", "history", "nodes", 2, "id")})

	node := d.do(`query($id: ID!) { node(id: $id) { id ... on Change { summary } } }`, object{"id": newest["id"]})
	require.Equal(t, newest["summary"], at(node, "node", "summary"))
	other := d.newAccount(50)
	for i := range 20 { // so that it has changes at the same positions
		other.create(fmt.Sprint("Client ", i))
	}
	require.Nil(t, at(other.do(`query($id: ID!) { node(id: $id) { id } }`, object{"id": newest["id"]}), "node"))
	first := d.do(historyQuery, object{"first": 1})
	got := other.ask(historyQuery, object{"after": at(first, "changes", "pageInfo", "endCursor")})
	require.Equal(t, "after is a cursor of another account.", got.Errors[0].Message)
}

func TestHistory_PagesInBothOrders(t *testing.T) {
	t.Parallel()
	d := newDecider(t, "Acme", "Beta", "Gamma")
	for range 3 {
		d.saveCell(d.organizations["Acme"], d.externals["Acme"])
		d.saveCell(d.organizations["Acme"])
	}
	walk := func(order string, filter object) (ids []any) {
		variables := object{"first": 2, "order": order, "filter": filter}
		for {
			page := at(d.do(historyQuery, variables), "changes")
			for _, one := range at(page, "nodes").([]any) {
				ids = append(ids, at(one, "id"))
			}
			if at(page, "pageInfo", "hasNextPage") == false {
				require.Len(d.t, ids, int(at(page, "totalCount").(float64)))
				return ids
			}
			variables["after"] = at(page, "pageInfo", "endCursor")
		}
	}
	for _, filter := range []object{nil, {"organizationIds": []string{d.organizations["Acme"]}}} {
		newest, oldest := walk("NEWEST_FIRST", filter), walk("OLDEST_FIRST", filter)
		require.GreaterOrEqual(t, len(newest), 6)
		slices.Reverse(oldest)
		require.Equal(t, newest, oldest)
	}
}

// grid is what the account shows, in the form of a snapshot.
func (d *decider) grid() []any {
	d.t.Helper()
	return shownAs(at(d.do(wholeGrid, nil), "organizations", "nodes").([]any))
}

// shownAs returns organizations of today in the form of a snapshot.
func shownAs(organizations []any) (all []any) {
	for _, one := range organizations {
		mappings := []any{}
		for _, m := range at(one, "mappings").([]any) {
			mappings = append(mappings, object{
				"externalOrgId": at(m, "externalOrg", "id"), "externalName": at(m, "externalOrg", "name"), "remoteId": at(m, "externalOrg", "remoteId"),
				"integrationId": at(m, "integration", "id"), "integrationName": at(m, "integration", "name"),
			})
		}
		all = append(all, object{"id": at(one, "id"), "name": at(one, "name"), "active": at(one, "active"), "mappings": mappings})
	}
	return all
}

func (d *decider) snapshot(variables object) (all []any) {
	d.t.Helper()
	for {
		page := at(d.do(snapQuery, variables), "snapshot", "organizations")
		all = append(all, at(page, "nodes").([]any)...)
		if at(page, "pageInfo", "hasNextPage") == false {
			return all
		}
		variables["after"] = at(page, "pageInfo", "endCursor")
	}
}

func TestSnapshot_IsWhatOrganizationsAnsweredThen(t *testing.T) {
	t.Parallel()
	d := newDecider(t, "Acme", "Beta", "Gamma")
	grids := map[string][]any{}
	order := []string{}
	note := func() {
		cursor := at(d.do(`{ journalCursor }`, nil), "journalCursor").(string)
		grids[cursor] = d.grid()
		order = append(order, cursor)
	}
	rename := `mutation($input: UpdateOrganizationInput!) { updateOrganization(input: $input) { userErrors { message } } }`
	note()
	d.saveCell(d.organizations["Acme"], d.externals["Acme"], d.externals["Beta"])
	note()
	d.mutate(rename, object{"organizationId": d.organizations["Acme"], "name": "Zeta"})
	note()
	d.saveCell(d.organizations["Acme"], d.externals["Beta"])
	note()
	d.mutate(`mutation($input: UpdateIntegrationInput!) { updateIntegration(input: $input) { userErrors { message } } }`, object{"integrationId": d.integration, "name": "Docs"})
	note()
	removed := d.mutate(`mutation($input: DeleteOrganizationsInput!) { deleteOrganizations(input: $input) { change { id summary } quota { used } userErrors { code path message } } }`,
		object{"organizationIds": []string{d.organizations["Gamma"]}})
	require.Empty(t, removed["userErrors"])
	note()
	for _, cursor := range order {
		require.Equal(t, grids[cursor], d.snapshot(object{"cursor": cursor}))
	}
	require.Equal(t, "Gamma", at(d.do(snapQuery, object{"cursor": order[0], "search": "gam"}), "snapshot", "organizations", "nodes", 0, "name"))
	changes := d.changes(nil)
	moment := at(changes, 1, "at")
	require.Equal(t, grids[order[4]], d.snapshot(object{"at": moment}))
	for message, variables := range map[string]object{
		"at is in the future.": {"at": time.Now().Add(time.Hour)}, "Give either at or cursor.": {},
		"cursor is ahead of the journal. It may belong to another account.": {"cursor": journal.FormatCursor(999)},
	} {
		require.Equal(t, message, d.ask(snapQuery, variables).Errors[0].Message)
	}
	require.Equal(t, object{"code": "BAD_USER_INPUT", "reason": "IN_FUTURE"}, d.ask(snapQuery, object{"at": time.Now().Add(time.Hour)}).Errors[0].Extensions)
	begins := d.historyBegins()
	for _, early := range []any{"2001-01-01T00:00:00Z", begins.Add(-time.Microsecond)} {
		refused := d.ask(snapQuery, object{"at": early}).Errors[0]
		require.Equal(t, "History begins at "+begins.Format(time.RFC3339)+".", refused.Message)
		require.Equal(t, object{"code": "BAD_USER_INPUT", "reason": "BEFORE_HISTORY", "historyBegins": begins.Format(time.RFC3339Nano)}, refused.Extensions)
	}
	d.snapshot(object{"at": begins})
	kept := d.mutate(`mutation($input: DeleteOrganizationsInput!) { deleteOrganizations(input: $input) { change { id } userErrors { code path message } } }`,
		object{"organizationIds": []string{d.organizations["Beta"], d.organizations["Acme"], id.Format(id.Organization, id.New())}})
	require.Equal(t, []string{"INVALID", "NOT_FOUND"}, codes(kept))
	undone := d.mutate(undoMutation, object{"changeId": at(removed, "change", "id")})
	require.InDelta(t, 1, undone["reverted"], 0)
	require.Equal(t, grids[order[4]], d.grid(), "the deleted organization is back")
}

func TestDisconnected_ComesBackWithItsMappings(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	d := &decider{client: w.newAccount(100)}
	d.organizations = d.create("Acme", "Beta")
	vendor, url := w.vendor(vendors.ApplicationHudu)
	vendor.Set([]vendors.Organization{{RemoteID: "a", Name: "Acme Ltd"}, {RemoteID: "b", Name: "Beta Ltd"}})
	d.integration = d.connect(vendor, url)
	d.refresh(object{"integrationIds": []string{d.integration}})
	d.externals = d.client.externals(d.integration)
	d.saveCell(d.organizations["Acme"], d.externals["a"])
	d.saveCell(d.organizations["Beta"], d.externals["b"])
	before := d.grid()
	disconnect := func(forget bool) {
		gone := d.mutate(`mutation($input: DisconnectIntegrationInput!) { disconnectIntegration(input: $input) { integrationId userErrors { message } } }`,
			object{"integrationId": d.integration, "confirmName": "Hudu", "forget": forget})
		require.Empty(t, gone["userErrors"])
	}
	const list = `{ disconnectedIntegrations { id name application mappings restorableUntil disconnectedAt actor { name kind } } integrations { id } }`
	disconnect(false)
	gone := d.do(list, nil)
	require.Empty(t, gone["integrations"])
	require.Equal(t, d.integration, at(gone, "disconnectedIntegrations", 0, "id"))
	require.InDelta(t, 2, at(gone, "disconnectedIntegrations", 0, "mappings"), 0)
	require.Equal(t, "INTEGRATION_DISCONNECTED", at(d.changes(nil), 0, "action"))
	cursor := at(d.changes(nil), 1, "cursor")
	require.Equal(t, before, d.snapshot(object{"cursor": cursor}), "the past keeps its names and remote IDs")

	var credentials []object
	for name, value := range vendor.Credentials() {
		credentials = append(credentials, object{"name": name, "value": value})
	}
	const connect = `mutation($input: ConnectIntegrationInput!) { connectIntegration(input: $input) { integrations { id name } userErrors { code path message } } }`
	unknown := d.mutate(connect, object{"application": "HUDU", "baseUrl": url, "credentials": credentials, "restores": id.Format(id.Integration, id.New())})
	require.Equal(t, []string{"NOT_FOUND"}, codes(unknown))
	back := d.mutate(connect, object{"application": "HUDU", "baseUrl": url, "credentials": credentials, "restores": d.integration})
	require.Empty(t, back["userErrors"])
	require.Equal(t, []any{object{"id": d.integration, "name": "Hudu"}}, back["integrations"])
	require.Equal(t, before, d.grid())
	restored := d.changes(nil)[0]
	require.Equal(t, "INTEGRATION_RESTORED", at(restored, "action"))
	require.InDelta(t, 3, at(restored, "editCount"), 0)
	require.Empty(t, at(d.do(list, nil), "disconnectedIntegrations"))

	disconnect(true)
	require.Empty(t, at(d.do(list, nil), "disconnectedIntegrations"))
	require.Equal(t, before, d.snapshot(object{"cursor": cursor}))
}

func TestHistory_ReadsWhatOlderVersionsWrote(t *testing.T) {
	t.Parallel()
	d := newDecider(t, "Acme", "Beta")
	_, acme, _ := id.Parse(d.organizations["Acme"])
	_, external, _ := id.Parse(d.externals["Acme"])
	_, integration, _ := id.Parse(d.integration)
	d.execute(fmt.Sprintf(`WITH advanced AS (UPDATE accounts SET journal_position = journal_position + 1 WHERE id = '%[1]s' RETURNING journal_position)
		INSERT INTO journal (account_id, position, kind, action, actor, organization_ids, before, after)
		SELECT '%[1]s', journal_position, 'MAPPINGS', 'mapping.saved', 'Ann', ARRAY['%[2]s']::uuid[],
			'[{"organizationId": "%[2]s", "integrationId": "%[3]s", "externalOrgIds": []}]', '[{"organizationId": "%[2]s", "integrationId": "%[3]s", "externalOrgIds": ["%[4]s", "%[5]s"]}]' FROM advanced`,
		d.account, acme, integration, external, id.New()))
	old := d.changes(nil)[0]
	require.Equal(t, "Ann changed mappings.", at(old, "summary"))
	require.Contains(t, at(old, "incomplete"), "older version")
	require.Equal(t, "Acme Ltd", at(old, "edits", "nodes", 0, "externalName"))
	require.Equal(t, "(name not recorded)", at(old, "edits", "nodes", 1, "externalName"))
	require.Equal(t, "Acme", at(old, "edits", "nodes", 0, "afterName"))
	require.Equal(t, false, at(old, "undo", "possible"))
	require.Equal(t, "NOT_UNDOABLE", at(old, "undo", "skipped", 0, "reason"))
}

// historyBegins returns when history begins.
func (d *decider) historyBegins() time.Time {
	d.t.Helper()
	account := at(d.do(`{ viewer { account { historyBegins } } }`, nil), "viewer", "account")
	begins, err := time.Parse(time.RFC3339Nano, at(account, "historyBegins").(string))
	require.NoError(d.t, err)
	return begins.UTC()
}

func TestHistory_CountsWhatIsRevertedNow(t *testing.T) {
	t.Parallel()
	d := newDecider(t, "Acme", "Beta", "Gamma")
	deleted := at(d.mutate(`mutation($input: DeleteOrganizationsInput!) { deleteOrganizations(input: $input) { change { id } } }`,
		object{"organizationIds": []string{d.organizations["Beta"], d.organizations["Gamma"]}}), "change", "id")
	requireReverted := func(want int) {
		t.Helper()
		found := d.do(`query($id: ID!) { node(id: $id) { ... on Change { editCount revertedCount } } }`, object{"id": deleted})
		require.Equal(t, object{"editCount": 2., "revertedCount": float64(want)}, found["node"])
	}
	undo := func(change any, edits int) any {
		t.Helper()
		undone := d.mutate(undoMutation, object{"changeId": change})
		require.Empty(t, undone["userErrors"])
		require.InDelta(t, edits, undone["reverted"], 0)
		return at(undone, "change", "id")
	}
	requireReverted(0)
	other := d.create("Beta")["Beta"]
	first := undo(deleted, 1)
	requireReverted(1)
	d.mutate(`mutation($input: UpdateOrganizationInput!) { updateOrganization(input: $input) { userErrors { message } } }`, object{"organizationId": other, "name": "Delta"})
	undo(deleted, 1)
	requireReverted(2)
	again := undo(first, 1)
	requireReverted(1)
	undo(again, 1)
	requireReverted(2)

	const query = `query($first: Int) { changes(first: $first) { nodes { id revertedCount undoneBy { id } } } }`
	few := d.statements(query, object{"first": 1})
	require.Equal(t, few, d.statements(query, object{"first": 8}))
}

func TestHistory_EndsWhereRetentionBegins(t *testing.T) {
	t.Parallel()
	d := newDecider(t, "Acme", "Beta")
	acme := d.organizations["Acme"]
	d.saveCell(acme, d.externals["Acme"])
	d.saveCell(acme, d.externals["Beta"])
	kept := at(d.changes(nil), 0)
	d.saveCell(acme)
	grid := d.snapshot(object{"cursor": at(kept, "cursor")})
	d.execute("UPDATE journal SET at = at - interval '26 months' WHERE account_id = $1 AND position <= (SELECT journal_position - 1 FROM accounts WHERE id = $1)", d.account)
	before, begins := len(d.changes(nil)), d.historyBegins()
	const retention = `{ viewer { account { historyRetention } } }`
	require.Nil(t, at(d.do(retention, nil), "viewer", "account", "historyRetention"), "everything is kept")
	d.app.resolver.HistoryRetention = 25
	pruned, err := d.app.journal.Prune(t.Context(), 0)
	require.NoError(t, err)
	require.Zero(t, pruned, "0 keeps everything")
	pruned, err = d.app.journal.Prune(t.Context(), 25)
	require.NoError(t, err)
	require.EqualValues(t, before-1, pruned)
	left := d.changes(nil)
	require.Len(t, left, 1, "the cached page is outdated")
	require.InDelta(t, 25, at(d.do(retention, nil), "viewer", "account", "historyRetention"), 0)
	require.WithinDuration(t, begins.AddDate(0, -26, 0), d.historyBegins(), 4*24*time.Hour, "it begins with the last change that was deleted")
	require.Equal(t, grid, d.snapshot(object{"cursor": at(kept, "cursor")}), "the state in which history begins")
	require.Contains(t, d.ask(snapQuery, object{"cursor": journal.FormatCursor(1)}).Errors[0].Message, "History begins at ")
	require.Zero(t, d.count("SELECT count(*) FROM past_mappings AS m, accounts AS a WHERE a.id = m.account_id AND m.until <= a.history_position"))
	undone := d.mutate(undoMutation, object{"changeId": at(left, 0, "id")})
	require.InDelta(t, 1, undone["reverted"], 0)
	gone := d.mutate(undoMutation, object{"changeId": at(kept, "id")})
	require.Equal(t, []string{"NOT_FOUND"}, codes(gone))
}
