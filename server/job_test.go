package main

import (
	"fmt"
	"strconv"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/vendors"
	"github.com/orgmap/orgmap/internal/vendors/sim"
)

// The whole workflow over HTTP with simulated vendors behind the real connectors: connect, refresh, create, import,
// map, clear.
func TestWorkflow_ConnectRefreshImportMapAndClear(t *testing.T) {
	t.Parallel()
	admin := newWorld(t).newAccount(10)
	glue, glueURL := admin.vendor(vendors.ApplicationITGlue, listed("Acme", "Beta", "Gamma", "Gamma")...)
	datto, dattoURL := admin.vendor(vendors.ApplicationDattoRMM, listed("acme inc", "beta")...)
	glueID, dattoID := admin.connect(glue, glueURL), admin.connect(datto, dattoURL)
	for _, run := range admin.refresh(nil) {
		require.Equal(t, "SUCCEEDED", run["state"], run)
	}
	own := admin.create("Acme")
	inGlue, inDatto := admin.externals(glueID), admin.externals(dattoID)
	require.Len(t, inGlue, 4)

	candidates := admin.do(`{ importCandidates { totalCount nodes { outcome externalOrg { id name } organization { name } } } }`, nil)
	require.EqualValues(t, 4, at(candidates, "importCandidates", "totalCount"))
	var chosen []string
	for _, node := range at(candidates, "importCandidates", "nodes").([]any) {
		chosen = append(chosen, at(node, "externalOrg", "id").(string))
	}
	imported := admin.do(`mutation($ids: [ID!]!) { importFromITGlue(input: {externalOrgIds: $ids}) { results { outcome externalOrg { name } organization { name mappings { origin } } } quota { used remaining } userErrors { code } } }`, object{"ids": chosen})
	outcomes := map[string]int{}
	for _, result := range at(imported, "importFromITGlue", "results").([]any) {
		outcomes[at(result, "outcome").(string)]++
	}
	require.Equal(t, map[string]int{"MAPPED_EXISTING": 1, "CREATED": 2, "SKIPPED_DUPLICATE_NAME": 1}, outcomes)
	require.EqualValues(t, 3, at(imported, "importFromITGlue", "quota", "used"))

	require.Empty(t, admin.save(own["Acme"], dattoID, []string{inDatto["1000001"]}, []string{}))
	require.Equal(t, []string{"CONFLICT"}, admin.save(own["Acme"], dattoID, []string{}, []string{}))
	grid := admin.do(`query($id: ID!) { node(id: $id) { ... on Organization { mappings { id origin externalOrg { name mapping { organization { name } } } integration { name } } } } }`, object{"id": own["Acme"]})
	require.Equal(t, "IT Glue", at(grid, "node", "mappings", 0, "integration", "name"))
	require.Equal(t, "IMPORT", at(grid, "node", "mappings", 0, "origin"))
	require.Equal(t, "acme inc", at(grid, "node", "mappings", 1, "externalOrg", "name"))
	require.Equal(t, "Acme", at(grid, "node", "mappings", 1, "externalOrg", "mapping", "organization", "name"))

	cleared := admin.do(`mutation($id: ID!) { clearMapping(input: {mappingId: $id}) { organization { mappings { id } } userErrors { code } } }`, object{"id": at(grid, "node", "mappings", 1, "id")})
	require.Len(t, at(cleared, "clearMapping", "organization", "mappings"), 1)

	// A renamed organization keeps its mapping. A removed one keeps it too, and becomes active again when it is listed
	// again.
	glue.Set([]vendors.Organization{{RemoteID: "1000001", Name: "Acme Holdings"}, {RemoteID: "1000002", Name: "Beta"}, {RemoteID: "1000003", Name: "Gamma"}})
	run := admin.refresh(object{"integrationIds": []string{glueID}})[0]
	require.EqualValues(t, 1, run["removed"])
	require.EqualValues(t, 1, run["updated"])
	node := admin.do(`query($id: ID!) { node(id: $id) { ... on ExternalOrg { name mapping { organization { name } } } } }`, object{"id": inGlue["1000001"]})
	require.Equal(t, "Acme Holdings", at(node, "node", "name"))
	require.Equal(t, "Acme", at(node, "node", "mapping", "organization", "name"))

	gone := admin.do(`mutation($id: ID!) { disconnectIntegration(input: {integrationId: $id, confirmName: "Datto RMM"}) { integrationId userErrors { code } } }`, object{"id": dattoID})
	require.Equal(t, dattoID, at(gone, "disconnectIntegration", "integrationId"))
	require.Len(t, at(admin.do(`{ integrations { id } }`, nil), "integrations"), 1)
}

func TestQuota_HoldsUnderFiftyConcurrentCreates(t *testing.T) {
	t.Parallel()
	admin := newWorld(t).newAccount(3)
	admin.create("One", "Two")
	var group sync.WaitGroup
	results := make([][]string, 50)
	for n := range results {
		group.Go(func() {
			data := admin.do(`mutation($name: String!) { createOrganization(input: {name: $name}) { organization { id } userErrors { code } } }`, object{"name": fmt.Sprint("Organization ", n)})
			results[n] = codes(at(data, "createOrganization"))
		})
	}
	group.Wait()
	made := 0
	for _, result := range results {
		if len(result) == 0 {
			made++
		} else {
			require.Equal(t, []string{"QUOTA_EXCEEDED"}, result)
		}
	}
	require.Equal(t, 1, made)
	quota := admin.do(`{ quota { used limit remaining } organizations { totalCount } }`, nil)
	require.EqualValues(t, 3, at(quota, "quota", "used"))
	require.EqualValues(t, 0, at(quota, "quota", "remaining"))
	require.EqualValues(t, 3, at(quota, "organizations", "totalCount"))
}

// Whatever is wrong with a vendor's response, the old list and its mappings are kept.
func TestRefresh_VendorFaultsDestroyNothing(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		fault sim.Fault
		state string
		code  string
	}{
		"an empty list":    {sim.Empty(), "NEEDS_REVIEW", ""},
		"half of the list": {sim.Shrunk(6), "NEEDS_REVIEW", ""},
		"a wrong total":    {sim.Total(3), "NEEDS_REVIEW", ""},
		"a web page":       {sim.HTML(), "FAILED", "BAD_RESPONSE"},
		"rejected":         {sim.Rejected(), "FAILED", "CREDENTIALS_REJECTED"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			admin := newWorld(t).newAccount(10)
			var names []string
			for n := range 9 {
				names = append(names, "Client "+strconv.Itoa(n))
			}
			glue, url := admin.vendor(vendors.ApplicationITGlue, listed(names...)...)
			integration := admin.connect(glue, url)
			require.Equal(t, "SUCCEEDED", admin.refresh(nil)[0]["state"])
			own := admin.create("Mine")["Mine"]
			externals := admin.externals(integration)
			require.Empty(t, admin.save(own, integration, []string{externals["1000001"], externals["1000009"]}))

			glue.Inject(c.fault)
			run := admin.refresh(nil)[0]
			require.Equal(t, c.state, run["state"], run)
			if c.code != "" {
				require.Equal(t, c.code, at(run, "failure", "code"))
				require.NotEmpty(t, at(run, "failure", "message"))
			}
			after := admin.do(`query($id: ID!) { integrations { state counts { total mapped removed } } node(id: $id) { ... on Organization { mappings { id } } } }`, object{"id": own})
			require.Equal(t, object{"total": 9.0, "mapped": 2.0, "removed": 0.0}, at(after, "integrations", 0, "counts"))
			require.Len(t, at(after, "node", "mappings"), 2)
			if c.code == "CREDENTIALS_REJECTED" {
				require.Equal(t, "NEEDS_ATTENTION", at(after, "integrations", 0, "state"))
			}
			glue.Clear()
			require.Equal(t, "SUCCEEDED", admin.refresh(nil)[0]["state"])
			require.Equal(t, "CONNECTED", at(admin.do(`{ integrations { state } }`, nil), "integrations", 0, "state"))
		})
	}
}

func TestRefresh_ShrunkListIsAppliedIfAccepted(t *testing.T) {
	t.Parallel()
	admin := newWorld(t).newAccount(10)
	glue, url := admin.vendor(vendors.ApplicationITGlue, listed("A", "B", "C")...)
	admin.connect(glue, url)
	admin.refresh(nil)
	glue.Set(nil)
	require.Equal(t, "NEEDS_REVIEW", admin.refresh(nil)[0]["state"])
	run := admin.refresh(object{"acceptShrink": true})[0]
	require.Equal(t, "SUCCEEDED", run["state"])
	require.EqualValues(t, 3, run["removed"])
}

func TestRoles(t *testing.T) {
	t.Parallel()
	world := newWorld(t)
	admin := world.newAccount(10)
	viewer, editor := world.newClient(admin.account, auth.Viewer), world.newClient(admin.account, auth.Editor)
	const create = `mutation { createOrganization(input: {name: "X"}) { organization { id } userErrors { code } } }`
	const connect = `mutation { connectIntegration(input: {application: IT_GLUE, credentials: []}) { userErrors { code } } }`
	const introspect = `{ __schema { queryType { name } } }`
	code := func(c *client, query string) any {
		got := c.ask(query, nil)
		if len(got.Errors) == 0 {
			return nil
		}
		return got.Errors[0].Extensions["code"]
	}
	require.Nil(t, code(viewer, `{ viewer { role } organizations { nodes { id } } }`))
	require.Equal(t, "FORBIDDEN", code(viewer, create))
	require.Nil(t, code(editor, create))
	require.Equal(t, "FORBIDDEN", code(editor, connect))
	require.Nil(t, code(admin, connect))
	require.Nil(t, code(admin, introspect))
	require.NotNil(t, code(editor, introspect))
	require.Equal(t, "UNAUTHENTICATED", code(&client{world: world, token: "orgmap_nobody"}, `{ viewer { role } }`))
}

// An ID of another account behaves exactly like one that does not exist.
func TestTenancy_OperationsTreatForeignIDsAsUnknown(t *testing.T) {
	t.Parallel()
	world := newWorld(t)
	ours, theirs := world.newAccount(10), world.newAccount(10)
	glue, url := world.vendor(vendors.ApplicationITGlue, listed("Acme")...)
	integration := theirs.connect(glue, url)
	run := theirs.refresh(nil)[0]["id"].(string)
	organization := theirs.create("Acme")["Acme"]
	external := theirs.externals(integration)["1000001"]
	require.Empty(t, theirs.save(organization, integration, []string{external}))
	mapping := at(theirs.do(`query($id: ID!) { node(id: $id) { ... on Organization { mappings { id } } } }`, object{"id": organization}), "node", "mappings", 0, "id").(string)
	calls := len(glue.Calls())

	operations := map[string]struct {
		query string
		kind  id.Kind
		id    string
	}{
		"node organization":  {`query($id: ID!) { node(id: $id) { id } }`, id.Organization, organization},
		"node integration":   {`query($id: ID!) { node(id: $id) { id } }`, id.Integration, integration},
		"node external":      {`query($id: ID!) { node(id: $id) { id } }`, id.ExternalOrg, external},
		"node mapping":       {`query($id: ID!) { node(id: $id) { id } }`, id.Mapping, mapping},
		"node run":           {`query($id: ID!) { node(id: $id) { id } }`, id.RefreshRun, run},
		"runs":               {`query($id: ID!) { refreshRuns(integrationId: $id) { totalCount nodes { id } } }`, id.Integration, integration},
		"unmapped in":        {`query($id: ID!) { organizations(filter: {unmappedIn: [$id]}) { totalCount nodes { id } } }`, id.Integration, integration},
		"mapped in":          {`query($id: ID!) { organizations(filter: {mappedIn: [$id]}) { totalCount nodes { id } } }`, id.Integration, integration},
		"suggested in":       {`query($id: ID!) { organizations(filter: {suggestedIn: [$id]}) { totalCount nodes { id } } }`, id.Integration, integration},
		"needs decision in":  {`query($id: ID!) { organizations(filter: {needsDecisionIn: [$id]}) { totalCount nodes { id } } }`, id.Integration, integration},
		"update":             {`mutation($id: ID!) { updateOrganization(input: {organizationId: $id, name: "Stolen"}) { organization { id } userErrors { code message path } } }`, id.Organization, organization},
		"save organization":  {`mutation($id: ID!) { saveMappings(input: {cells: [{organizationId: $id, integrationId: "x", externalOrgIds: []}]}) { organizations { id } userErrors { code message path } } }`, id.Organization, organization},
		"save external":      {`mutation($id: ID!) { saveMappings(input: {cells: [{organizationId: "x", integrationId: "x", externalOrgIds: [$id]}]}) { organizations { id } userErrors { code message path } } }`, id.ExternalOrg, external},
		"clear":              {`mutation($id: ID!) { clearMapping(input: {mappingId: $id}) { organization { id } userErrors { code message path } } }`, id.Mapping, mapping},
		"import":             {`mutation($id: ID!) { importFromITGlue(input: {externalOrgIds: [$id]}) { results { outcome } userErrors { code message path } } }`, id.ExternalOrg, external},
		"create from":        {`mutation($id: ID!) { createOrganizationsFrom(input: {externalOrgIds: [$id]}) { results { outcome } userErrors { code message path } } }`, id.ExternalOrg, external},
		"refresh":            {`mutation($id: ID!) { refresh(input: {integrationIds: [$id]}) { runs { id } userErrors { code message path } } }`, id.Integration, integration},
		"cancel":             {`mutation($id: ID!) { cancelRefresh(input: {runId: $id}) { run { id } userErrors { code message path } } }`, id.RefreshRun, run},
		"update integration": {`mutation($id: ID!) { updateIntegration(input: {integrationId: $id, enabled: false}) { integration { id } userErrors { code message path } } }`, id.Integration, integration},
		"new credentials":    {`mutation($id: ID!) { updateIntegration(input: {integrationId: $id, credentials: [{name: "api_key", value: "x"}]}) { integration { id } userErrors { code message path } } }`, id.Integration, integration},
		"disconnect":         {`mutation($id: ID!) { disconnectIntegration(input: {integrationId: $id, confirmName: "IT Glue"}) { integrationId userErrors { code message path } } }`, id.Integration, integration},
	}
	for name, operation := range operations {
		t.Run(name, func(t *testing.T) {
			unknown := ours.ask(operation.query, object{"id": id.Format(operation.kind, id.New())})
			require.Equal(t, unknown, ours.ask(operation.query, object{"id": operation.id}))
			require.Equal(t, unknown, ours.ask(operation.query, object{"id": "garbage"}))
		})
	}
	require.Len(t, glue.Calls(), calls, "no vendor call was made")
	require.Equal(t, "Acme", at(theirs.do(`query($id: ID!) { node(id: $id) { ... on Organization { name } } }`, object{"id": organization}), "node", "name"))
}
