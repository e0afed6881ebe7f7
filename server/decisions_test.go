package main

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/vendors"
)

const decisionsQuery = `query($id: ID!) {
	node(id: $id) { ... on ExternalOrg { matchState exclusion { reason note renamed until actor { id name kind } } suggestion { tier organization { id name aliases { name } } } candidates { organization { name } } } }
	rejections { totalCount nodes { id at actor { name kind } externalOrg { name } organization { name } } }
	aliases { totalCount nodes { id name pinned organization { name } from { name } actor { name } } }
}`

// decider is an account with organizations, and an integration with a list of their names.
type decider struct {
	*client
	organizations map[string]string // IDs by name
	externals     map[string]string // IDs by remote ID
	integration   string
}

func newDecider(t *testing.T, names ...string) *decider {
	t.Helper()
	w := newWorld(t)
	d := &decider{client: w.newAccount(100)}
	d.organizations = d.create(names...)
	vendor, url := w.vendor(vendors.ApplicationHudu)
	list := make([]vendors.Organization, len(names))
	for i, name := range names {
		list[i] = vendors.Organization{RemoteID: name, Name: name + " Ltd"}
	}
	vendor.Set(list)
	d.integration = d.connect(vendor, url)
	d.refresh(object{"integrationIds": []string{d.integration}})
	w.suggested(d.account)
	d.externals = d.client.externals(d.integration)
	return d
}

func (d *decider) mutate(document string, input object) object {
	d.t.Helper()
	for _, payload := range d.do(document, object{"input": input}) {
		return payload.(object)
	}
	return nil
}

func (d *decider) state(external string) object {
	d.t.Helper()
	d.suggested(d.account)
	return d.do(decisionsQuery, object{"id": external})
}

func TestDecisions_RejectAndRevoke(t *testing.T) {
	t.Parallel()
	d := newDecider(t, "Halvorsen Dental Clinic", "Cedar Steel Works")
	external, organization := d.externals["Halvorsen Dental Clinic"], d.organizations["Halvorsen Dental Clinic"]
	next, stop := d.watch(`subscription { accountChanges { __typename by ... on DecisionsChanged { externalOrgIds organizationIds } } }`, nil)
	defer stop()
	require.Equal(t, "SUGGESTED", at(d.state(external), "node", "matchState"))
	rejected := d.mutate(`mutation($input: RejectSuggestionInput!) { rejectSuggestion(input: $input) { rejection { id organization { id } externalOrg { matchState suggestion { tier } } } userErrors { message } } }`,
		object{"externalOrgId": external, "organizationId": organization})
	require.Empty(t, rejected["userErrors"])
	require.Equal(t, "NEEDS_DECISION", at(rejected, "rejection", "externalOrg", "matchState"))
	require.Equal(t, object{"__typename": "DecisionsChanged", "by": "the ADMIN", "externalOrgIds": []any{external}, "organizationIds": []any{organization}}, at(next(), "accountChanges"))

	now := d.state(external)
	require.Nil(t, at(now, "node", "suggestion"))
	require.Empty(t, at(now, "node", "candidates"))
	require.InDelta(t, 1, at(now, "rejections", "totalCount"), 0)
	require.Equal(t, "Halvorsen Dental Clinic Ltd", at(now, "rejections", "nodes", 0, "externalOrg", "name"))
	require.Equal(t, "TOKEN", at(now, "rejections", "nodes", 0, "actor", "kind"))
	read := d.do(`query($id: ID!) { node(id: $id) { id ... on Rejection { organization { name } } } }`, object{"id": at(rejected, "rejection", "id")})
	require.Equal(t, "Halvorsen Dental Clinic", at(read, "node", "organization", "name"))

	revoked := d.mutate(`mutation($input: RevokeRejectionInput!) { revokeRejection(input: $input) { externalOrg { id } userErrors { code } } }`, object{"rejectionId": at(rejected, "rejection", "id")})
	require.Equal(t, external, at(revoked, "externalOrg", "id"))
	require.Equal(t, "SUGGESTED", at(d.state(external), "node", "matchState"))
	revoked = d.mutate(`mutation($input: RevokeRejectionInput!) { revokeRejection(input: $input) { externalOrg { id } userErrors { code path } } }`, object{"rejectionId": at(rejected, "rejection", "id")})
	require.Equal(t, []any{object{"code": "NOT_FOUND", "path": []any{"input", "rejectionId"}}}, revoked["userErrors"])
}

func TestDecisions_ExcludeAndInclude(t *testing.T) {
	t.Parallel()
	d := newDecider(t, "Halvorsen Dental Clinic", "Cedar Steel Works")
	external := d.externals["Cedar Steel Works"]
	const exclude = `mutation($input: ExcludeExternalOrgsInput!) { excludeExternalOrgs(input: $input) { externalOrgs { id matchState } userErrors { code path message } } }`
	past := d.mutate(exclude, object{"externalOrgIds": []string{external}, "reason": "TEST", "until": time.Now().Add(-time.Hour).Format(time.RFC3339)})
	require.Equal(t, "INVALID", at(past, "userErrors", 0, "code"))
	until := time.Now().Add(time.Hour).UTC().Format(time.RFC3339)
	excluded := d.mutate(exclude, object{"externalOrgIds": []string{external}, "reason": "PROSPECT", "note": "maybe in May", "until": until})
	require.Empty(t, excluded["userErrors"])
	require.Equal(t, "EXCLUDED", at(excluded, "externalOrgs", 0, "matchState"))
	now := at(d.state(external), "node")
	require.Equal(t, "PROSPECT", at(now, "exclusion", "reason"))
	require.Equal(t, "maybe in May", at(now, "exclusion", "note"))
	require.Equal(t, false, at(now, "exclusion", "renamed"))
	require.NotNil(t, at(now, "exclusion", "actor", "id"))
	counts := d.do(`query($id: ID!) { node(id: $id) { ... on Integration { matchCounts { suggested excluded } } } }`, object{"id": d.integration})
	require.Equal(t, object{"suggested": 1.0, "excluded": 1.0}, at(counts, "node", "matchCounts"))
	included := d.mutate(`mutation($input: IncludeExternalOrgsInput!) { includeExternalOrgs(input: $input) { externalOrgs { id exclusion { reason } } userErrors { code } } }`, object{"externalOrgIds": []string{external}})
	require.Nil(t, at(included, "externalOrgs", 0, "exclusion"))
	require.Equal(t, "SUGGESTED", at(d.state(external), "node", "matchState"))
}

func TestDecisions_AcceptWhatAPreviewShows(t *testing.T) {
	t.Parallel()
	d := newDecider(t, "Halvorsen Dental Clinic", "Cedar Steel Works", "Otterburn Textiles")
	const preview = `mutation($input: PreviewSuggestionsInput!) { previewSuggestions(input: $input) {
		hash counts { tier count } rows { externalOrg { id } organization { name } tier } leftOut { externalOrg { name } reason } userErrors { code path } } }`
	const accept = `mutation($input: AcceptSuggestionsInput!) { acceptSuggestions(input: $input) { organizations { name mappings { origin externalOrg { name } } } userErrors { code path message } } }`
	all := []string{d.externals["Halvorsen Dental Clinic"], d.externals["Cedar Steel Works"], d.externals["Otterburn Textiles"]}
	require.Empty(t, d.save(d.organizations["Otterburn Textiles"], d.integration, all[2:]))
	d.suggested(d.account)

	shown := d.mutate(preview, object{"externalOrgIds": append(all, "xorg_00000000000000000000000000")})
	require.Len(t, shown["rows"], 2)
	require.Equal(t, []any{object{"tier": "NORMALIZED", "count": 2.0}}, shown["counts"])
	require.Equal(t, "Otterburn Textiles Ltd", at(shown, "leftOut", 0, "externalOrg", "name"))
	require.Contains(t, at(shown, "leftOut", 0, "reason"), "already mapped")
	require.Equal(t, []any{object{"code": "NOT_FOUND", "path": []any{"input", "externalOrgIds", "3"}}}, shown["userErrors"])

	filtered := d.mutate(strings.Replace(preview, "hash", "hash hasMore", 1), object{"search": "halvorsen", "filter": object{"integrationIds": []string{d.integration}, "tiers": []string{"NORMALIZED"}}})
	require.Len(t, filtered["rows"], 1)
	require.Equal(t, all[0], at(filtered, "rows", 0, "externalOrg", "id"))
	require.Equal(t, []any{object{"tier": "NORMALIZED", "count": 1.0}}, filtered["counts"])
	require.Equal(t, false, filtered["hasMore"])
	require.Len(t, d.mutate(preview, object{})["rows"], 2, "everything that is suggested")
	both := d.ask(preview, object{"input": object{"externalOrgIds": all, "search": "x"}})
	require.Equal(t, "BAD_USER_INPUT", both.Errors[0].Extensions["code"])

	d.do(`mutation($id: ID!) { updateOrganization(input: {organizationId: $id, name: "Cedar Steel Works West"}) { userErrors { code } } }`, object{"id": d.organizations["Cedar Steel Works"]})
	refused := d.mutate(accept, object{"hash": shown["hash"], "externalOrgIds": all[:2]})
	require.Equal(t, "CONFLICT", at(refused, "userErrors", 0, "code"))
	require.Equal(t, []any{"input", "externalOrgIds", "1"}, at(refused, "userErrors", 0, "path"))
	require.Len(t, refused["userErrors"], 1, "only the row that has changed is named")
	require.Empty(t, refused["organizations"])

	accepted := d.mutate(accept, object{"hash": shown["hash"], "externalOrgIds": all[:1]})
	require.Empty(t, accepted["userErrors"])
	require.Equal(t, []any{object{"name": "Halvorsen Dental Clinic", "mappings": []any{object{"origin": "SUGGESTION", "externalOrg": object{"name": "Halvorsen Dental Clinic Ltd"}}}}}, accepted["organizations"])
	require.Equal(t, "MAPPED", at(d.state(all[0]), "node", "matchState"))
}

func TestDecisions_AliasesAndSettings(t *testing.T) {
	t.Parallel()
	d := newDecider(t, "Halvorsen Dental Clinic", "Cedar Steel Works")
	require.Empty(t, d.save(d.organizations["Halvorsen Dental Clinic"], d.integration, []string{d.externals["Cedar Steel Works"]}))
	now := d.state(d.externals["Cedar Steel Works"])
	require.Equal(t, []any{object{
		"id": at(now, "aliases", "nodes", 0, "id"), "name": "Cedar Steel Works Ltd", "pinned": false, "organization": object{"name": "Halvorsen Dental Clinic"},
		"from": object{"name": "Cedar Steel Works Ltd"}, "actor": object{"name": "the ADMIN"},
	}}, at(now, "aliases", "nodes"))
	alias := at(now, "aliases", "nodes", 0, "id")
	pinned := d.mutate(`mutation($input: PinAliasInput!) { pinAlias(input: $input) { alias { id pinned } userErrors { code } } }`, object{"aliasId": alias})
	require.Equal(t, object{"id": alias, "pinned": true}, pinned["alias"])
	revoked := d.mutate(`mutation($input: RevokeAliasInput!) { revokeAlias(input: $input) { organization { aliases { name } } userErrors { code } } }`, object{"aliasId": alias})
	require.Empty(t, at(revoked, "organization", "aliases"))

	const update = `mutation($input: UpdateMatchingInput!) { updateMatching(input: $input) { matching { automatic fillerWords abbreviations { short long } } userErrors { code path } } }`
	updated := d.mutate(update, object{"automatic": true, "fillerWords": []string{"Holdings"}, "abbreviations": []object{{"short": "HDC", "long": "Halvorsen Dental Clinic"}}})
	want := object{"automatic": true, "fillerWords": []any{"Holdings"}, "abbreviations": []any{object{"short": "HDC", "long": "Halvorsen Dental Clinic"}}}
	require.Equal(t, want, updated["matching"])
	require.Equal(t, want, at(d.do(`{ viewer { account { matching { automatic fillerWords abbreviations { short long } } } } }`, nil), "viewer", "account", "matching"))
	refused := d.mutate(update, object{"fillerWords": []string{""}})
	require.Equal(t, []any{object{"code": "INVALID", "path": []any{"input", "fillerWords", "0"}}}, refused["userErrors"])
}

func TestMatchingChanges_FollowComputations(t *testing.T) {
	t.Parallel()
	d := newDecider(t, "Halvorsen Dental Clinic", "Cedar Steel Works")
	next, stop := d.watch(`subscription { matchingChanges { integration { id } counts { mapped suggested } organizationCounts { total mapped suggested } organizationIds more sequence } }`, nil)
	defer stop()
	first := at(next(), "matchingChanges").(object)
	require.Equal(t, d.integration, at(first, "integration", "id"))
	require.Equal(t, object{"mapped": 0.0, "suggested": 2.0}, first["counts"])
	require.Equal(t, object{"total": 2.0, "mapped": 0.0, "suggested": 2.0}, first["organizationCounts"])
	require.Empty(t, first["organizationIds"])
	require.Equal(t, false, first["more"])

	organization := d.organizations["Halvorsen Dental Clinic"]
	require.Empty(t, d.save(organization, d.integration, []string{d.externals["Halvorsen Dental Clinic"]}))
	second := at(next(), "matchingChanges").(object)
	require.Equal(t, object{"mapped": 1.0, "suggested": 1.0}, second["counts"])
	require.Equal(t, []any{organization}, second["organizationIds"])
	require.Equal(t, false, second["more"])
	require.Greater(t, second["sequence"], first["sequence"])
}

func TestDecisions_CreateOrganizationsFrom(t *testing.T) {
	t.Parallel()
	d := newDecider(t, "Halvorsen Dental Clinic", "Cedar Steel Works")
	vendor, url := d.vendor(vendors.ApplicationDattoRMM, vendors.Organization{RemoteID: "1", Name: "Nordeen Paper Supply"}, vendors.Organization{RemoteID: "2", Name: "Cedar Steel Works"})
	integration := d.connect(vendor, url)
	d.refresh(object{"integrationIds": []string{integration}})
	d.suggested(d.account)
	listed := d.client.externals(integration)
	const create = `mutation($input: CreateOrganizationsFromInput!) { createOrganizationsFrom(input: $input) {
		results { outcome externalOrg { name matchState mapping { origin } } organization { name } replaced { id } } quota { used } userErrors { code path message } } }`
	result := func(outcome, external, state string, organization any) object {
		mapping, named := any(nil), any(nil)
		if state == "MAPPED" {
			mapping = object{"origin": "IMPORT"}
		}
		if organization != nil {
			named = object{"name": organization}
		}
		return object{"outcome": outcome, "externalOrg": object{"name": external, "matchState": state, "mapping": mapping}, "organization": named, "replaced": []any{}}
	}
	input := object{
		"externalOrgIds":       []string{listed["1"], d.externals["Halvorsen Dental Clinic"], listed["2"]},
		"createDespiteSimilar": []string{listed["2"]}, "dryRun": true,
	}

	planned := d.mutate(create, input)
	require.Empty(t, planned["userErrors"])
	require.Equal(t, []any{
		result("CREATED", "Nordeen Paper Supply", "NEEDS_DECISION", nil),
		result("SIMILAR_EXISTS", "Halvorsen Dental Clinic Ltd", "SUGGESTED", "Halvorsen Dental Clinic"),
		result("MAPPED_EXISTING", "Cedar Steel Works", "SUGGESTED", "Cedar Steel Works"),
	}, planned["results"])
	require.Equal(t, object{"used": 2.0}, planned["quota"], "a dry run changes nothing")

	next, stop := d.watch(`subscription { accountChanges { __typename ... on MappingsChanged { organizations { name } } } }`, nil)
	defer stop()
	delete(input, "dryRun")
	created := d.mutate(create, input)
	require.Empty(t, created["userErrors"])
	require.Equal(t, []any{
		result("CREATED", "Nordeen Paper Supply", "MAPPED", "Nordeen Paper Supply"),
		result("SIMILAR_EXISTS", "Halvorsen Dental Clinic Ltd", "SUGGESTED", "Halvorsen Dental Clinic"),
		result("MAPPED_EXISTING", "Cedar Steel Works", "MAPPED", "Cedar Steel Works"),
	}, created["results"])
	require.Equal(t, object{"used": 3.0}, created["quota"])
	require.Equal(t, object{"__typename": "MappingsChanged", "organizations": []any{object{"name": "Nordeen Paper Supply"}, object{"name": "Cedar Steel Works"}}}, at(next(), "accountChanges"))

	input["externalOrgIds"] = []string{listed["1"], "xorg_00000000000000000000000000"}
	refused := d.mutate(create, input)
	require.Empty(t, refused["results"])
	require.Equal(t, []any{
		object{"code": "NOT_FOUND", "path": []any{"input", "externalOrgIds", "1"}, "message": "This external organization does not exist."},
		object{"code": "INVALID", "path": []any{"input", "createDespiteSimilar", "0"}, "message": "This external organization is not in externalOrgIds."},
	}, refused["userErrors"])
}
