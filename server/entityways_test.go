package main

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator/rules"

	"github.com/orgmap/orgmap/internal/vendors"
)

// way is an operation that shows entities. Its document spreads the entity's fragment wherever it can.
type way struct {
	name      string
	document  string
	variables object
	shows     []string // IDs that the response must contain, or the type of what the operation creates
	list      source
	omits     map[string]string // fields of a mutation's input that are not set, and why
}

// source says where a response's lists come from.
type source int

const (
	anywhere source = iota
	memory          // unless the server keeps no lists in memory
	postgres
)

const (
	organizationSet = `{ nodes { ...Organization } edges { node { ...Organization } } }`
	externalSet     = `{ nodes { ...ExternalOrg } edges { node { ...ExternalOrg } } }`
)

// queries returns the queries that show stored rows. The ways of one type differ in their statements or their caches.
func (s *showing) queries() []way {
	r := s.rows
	of := object{"id": r.integration}
	organizations := func(is, arguments string, list source, shows ...string) way {
		return way{name: "organizations " + is, document: `{ organizations(first: 50, ` + arguments + `) ` + organizationSet + ` }`, list: list, shows: shows}
	}
	externals := func(is, arguments string, list source, shows ...string) way {
		return way{
			name:     "external organizations " + is,
			document: `query($id: ID!) { node(id: $id) { ... on Integration { externalOrgs(first: 50, ` + arguments + `) ` + externalSet + ` } } }`, variables: of, list: list, shows: shows,
		}
	}
	lens := func(is, arguments string, shows ...string) way {
		return way{name: "external organizations of all integrations " + is, document: `{ externalOrgs(first: 50, ` + arguments + `) ` + externalSet + ` }`, list: postgres, shows: shows}
	}
	ways := []way{
		{name: "viewer", document: `{ viewer { account { ...Account quota { ...Quota } } } quota { ...Quota } }`, shows: []string{r.account, "Quota"}},

		organizations("by name, from memory", "", memory, r.organization, r.unmapped),
		organizations("by a search, from memory", `search: "folded"`, memory, r.organization, r.unmapped),
		organizations("by age, from Postgres", "orderBy: {field: CREATED_AT, direction: ASC}", postgres, r.organization, r.unmapped),
		organizations("by age and a search, from Postgres", `search: "folded", orderBy: {field: CREATED_AT, direction: DESC}`, postgres, r.organization, r.unmapped),
		organizations("that are mapped, from Postgres", `filter: {mappedIn: ["`+r.integration+`"]}`, postgres, r.organization),
		organizations("that are deactivated, from Postgres", "filter: {active: false}", postgres, r.deactivated),

		externals("from memory", "", memory, r.listed, r.unnamed, r.importable, r.overwriting, r.free),
		externals("by a search, from memory", `search: "folded"`, memory, r.listed, r.unnamed, r.importable, r.overwriting, r.free),
		externals("that are mapped, from memory", "filter: {mapped: true}", memory, r.listed),
		externals("with removed ones, from Postgres", "filter: {removed: null}", postgres, r.listed, r.removed, r.unnamed, r.importable, r.overwriting, r.free),
		externals("by a search, from Postgres", `search: "folded", filter: {removed: true}`, postgres, r.removed),

		{name: "history", document: `{ changes(first: 5) { nodes { edits(first: 5) { nodes {
			... on MappingEdit { integration { ...Integration } externalOrg { ...ExternalOrg } before { ...Organization } after { ...Organization } }
			... on OrganizationEdit { organization { ...Organization } } ... on IntegrationEdit { integration { ...Integration } }
			... on DecisionEdit { externalOrg { ...ExternalOrg } } ... on FieldEdit { subject { ...Integration } } } } } } }`},
		{name: "integrations", document: `{ integrations { ...Integration lastRefresh { ...RefreshRun } lastSuccess { ...RefreshRun } } }`, shows: []string{r.integration, r.bare, r.succeeded, r.live, r.bareRun}},
		{
			name:     "mappings of organizations",
			document: `{ organizations(first: 10) { nodes { mappings { ...Mapping organization { ...Organization } externalOrg { ...ExternalOrg } integration { ...Integration } } } } }`,
			shows:    []string{r.mapping, r.ofRemoved, r.organization, r.listed, r.removed, r.integration},
		},
		{
			name: "mappings of external organizations", variables: of,
			document: `query($id: ID!) { node(id: $id) { ... on Integration { externalOrgs(first: 50, filter: {removed: null}) { nodes { mapping { ...Mapping } integration { ...Integration } } } } } }`,
			shows:    []string{r.mapping, r.ofRemoved, r.integration},
		},
		lens("by name", "", r.listed, r.removed, r.unnamed, r.importable, r.overwriting, r.free),
		lens("by a search", `search: "folded"`, r.listed, r.removed, r.unnamed, r.importable, r.overwriting, r.free),
		lens("by age", "orderBy: {field: ADDED_AT, direction: DESC}", r.listed, r.removed, r.unnamed, r.importable, r.overwriting, r.free),
		lens("by score", "filter: {states: [SUGGESTED]}, orderBy: {field: SCORE, direction: DESC}", r.free),
		{
			name: "external organization by the vendor's ID", document: `query($id: ID!) { externalOrg(integrationId: $id, remoteId: "listed") { ...ExternalOrg } }`,
			variables: of, shows: []string{r.listed},
		},
		{
			name: "hints of external organizations", document: `query($id: ID!) { node(id: $id) { ... on ExternalOrg { hints { externalOrg { ...ExternalOrg } } } } }`,
			variables: object{"id": r.free}, shows: []string{r.listed},
		},
		{
			name: "suggestions and candidates of external organizations", variables: of,
			document: `query($id: ID!) { node(id: $id) { ... on Integration { externalOrgs(first: 10) { nodes {
				suggestion { externalOrg { ...ExternalOrg } organization { ...Organization } signals { path { externalOrg { ...ExternalOrg } } } }
				candidates { organization { ...Organization } } } } } } }`,
			shows: []string{r.free, r.listed, r.organization, r.unmapped},
		},
		{
			name:     "suggestions of organizations",
			document: `{ organizations(first: 5) { nodes { suggestions { externalOrg { ...ExternalOrg } organization { ...Organization } } } } }`,
			shows:    []string{r.free, r.unmapped},
		},
		{
			name:     "organizations of groups",
			document: `{ groups { organizations(first: 1) { nodes { ...Organization } } } }`,
		},
		{
			name:     "rejections",
			document: `{ rejections { nodes { externalOrg { ...ExternalOrg } organization { ...Organization } } } }`,
			shows:    []string{r.free, r.deactivated},
		},
		{
			name:     "aliases",
			document: `{ aliases { nodes { organization { ...Organization } from { ...ExternalOrg } } } }`,
			shows:    []string{r.organization, r.listed, r.removed},
		},
		{
			name:     "runs",
			document: `{ refreshRuns(first: 50) { nodes { ...RefreshRun integration { ...Integration } } edges { node { ...RefreshRun } } } }`,
			shows:    []string{r.succeeded, r.live, r.bareRun, r.integration, r.bare},
		},
		{
			name:     "import candidates",
			document: `{ importCandidates(first: 50) { nodes { externalOrg { ...ExternalOrg } organization { ...Organization } } } }`,
			shows:    []string{r.importable, r.overwriting, r.organization},
		},
	}
	for of, ids := range map[string][]string{
		"Account": {r.account}, "Organization": {r.organization, r.deactivated, r.unmapped}, "Integration": {r.integration, r.bare},
		"ExternalOrg": {r.listed, r.removed, r.unnamed, r.importable, r.overwriting, r.free}, "Mapping": {r.mapping, r.ofRemoved},
		"RefreshRun": {r.succeeded, r.live, r.bareRun},
	} {
		ways = append(ways,
			way{name: "node of " + of, document: `query($id: ID!) { node(id: $id) { ...` + of + ` } }`, variables: object{"id": ids[0]}, shows: ids[:1]},
			way{name: "nodes of " + of, document: `query($ids: [ID!]!) { nodes(ids: $ids) { ...` + of + ` } }`, variables: object{"ids": ids}, shows: ids},
		)
	}
	return ways
}

// mutations returns the mutations, in the order they run. Every field of their input is set, so that an ignored one is
// noticed. Texts and numbers not set here are made up.
func (s *showing) mutations() []way {
	r := s.rows
	simulated, address := s.vendor(vendors.ApplicationHudu, listed("Acme")...)
	credentials := []object{}
	for name, value := range simulated.Credentials() {
		credentials = append(credentials, object{"name": name, "value": value})
	}
	mutation := func(field, input, payload string, given object, shows ...string) way {
		return way{name: field, document: `mutation($input: ` + input + `!) { ` + field + `(input: $input) { ` + payload + ` userErrors { code message path } } }`, variables: object{"input": given}, shows: shows}
	}
	update := mutation("updateIntegration", "UpdateIntegrationInput", "integration { ...Integration }",
		object{"integrationId": r.bare, "name": "The renamed integration", "enabled": true, "schedule": "EVERY_FOUR_HOURS"}, r.bare)
	update.omits = map[string]string{"credentials": "the vendor would be asked; they are never shown"}
	connect := mutation("connectIntegration", "ConnectIntegrationInput", "integrations { ...Integration }",
		object{"application": simulated.Application(), "name": "The connected integration", "baseUrl": address, "credentials": credentials}, "Integration")
	connect.omits = map[string]string{"restores": "nothing was disconnected"}
	requested := mutation("refresh", "RefreshInput", "runs { ...RefreshRun }",
		object{"integrationIds": []string{r.integration, r.bare}, "acceptShrink": true, "acceptTotalMismatch": true}, r.live, "RefreshRun")
	requested.name = "refresh, of a queued run and a new one"
	hash := at(s.do(`mutation($id: ID!) { previewSuggestions(input: {externalOrgIds: [$id]}) { hash } }`, object{"id": r.acceptable}), "previewSuggestions", "hash")
	preview := mutation("previewSuggestions", "PreviewSuggestionsInput", "rows { externalOrg { ...ExternalOrg } organization { ...Organization } } leftOut { externalOrg { ...ExternalOrg } }",
		object{"externalOrgIds": []string{r.acceptable, r.unnamed}}, r.acceptable, r.deactivated, r.unnamed)
	preview.omits = map[string]string{"filter": "IDs are given", "search": "IDs are given"}
	file := object{"text": "Organization\nZephyr Quarry\n"}
	planned := at(s.do(`mutation($file: CsvFileInput!) { planCsv(input: {file: $file}) { plan { hash } } }`, object{"file": file}), "planCsv", "plan", "hash")
	applied := mutation("applyCsv", "ApplyCsvInput", "quota { ...Quota }", object{"file": file, "hash": planned, "lines": []int{2}}, "Quota")
	applied.omits = map[string]string{"instead": "the line creates an organization"}
	return []way{
		preview,
		mutation("acceptSuggestions", "AcceptSuggestionsInput", "organizations { ...Organization }", object{"hash": hash, "externalOrgIds": []string{r.acceptable}}, r.deactivated),
		mutation("rejectSuggestion", "RejectSuggestionInput", "rejection { externalOrg { ...ExternalOrg } organization { ...Organization } }",
			object{"externalOrgId": r.unnamed, "organizationId": r.organization}, r.unnamed, r.organization),
		mutation("revokeRejection", "RevokeRejectionInput", "externalOrg { ...ExternalOrg }", object{"rejectionId": r.rejection}, r.free),
		mutation("excludeExternalOrgs", "ExcludeExternalOrgsInput", "externalOrgs { ...ExternalOrg }",
			object{"externalOrgIds": []string{r.unnamed}, "reason": "PROSPECT", "until": time.Now().Add(time.Hour).Format(time.RFC3339)}, r.unnamed),
		mutation("includeExternalOrgs", "IncludeExternalOrgsInput", "externalOrgs { ...ExternalOrg }", object{"externalOrgIds": []string{r.unnamed}}, r.unnamed),
		mutation("pinAlias", "PinAliasInput", "alias { organization { ...Organization } from { ...ExternalOrg } }", object{"aliasId": r.secondAlias}, r.organization, r.removed),
		mutation("revokeAlias", "RevokeAliasInput", "organization { ...Organization }", object{"aliasId": r.alias}, r.organization),
		mutation("createOrganization", "CreateOrganizationInput", "organization { ...Organization } quota { ...Quota }", object{"name": "The created organization"}, "Organization", "Quota"),
		mutation("updateOrganization", "UpdateOrganizationInput", "organization { ...Organization } quota { ...Quota }",
			object{"organizationId": r.deactivated, "name": "The renamed organization", "active": true}, r.deactivated, "Quota"),
		mutation("updateOrganizations", "UpdateOrganizationsInput", "organizations { ...Organization } quota { ...Quota }",
			object{"organizationIds": []string{r.unmapped}, "active": true}, r.unmapped, "Quota"),
		mutation("assignPeople", "AssignPeopleInput", "organizations { ...Organization }",
			object{"organizationIds": []string{r.unmapped}, "engineerId": r.person, "vcioId": r.person}, r.unmapped),
		mutation("setGroupMembers", "SetGroupMembersInput", "organizations { ...Organization }",
			object{"groupId": r.group, "addOrganizationIds": []string{r.unmapped}, "removeOrganizationIds": []string{r.organization}}, r.unmapped),
		mutation("updateAccount", "UpdateAccountInput", "account { ...Account }", object{"name": s.account.String() + " renamed", "timeZone": "Europe/Berlin"}, r.account),
		connect,
		mutation("deleteOrganizations", "DeleteOrganizationsInput", "quota { ...Quota }", object{"organizationIds": []string{r.unmapped}, "dryRun": true}, "Quota"),
		update,
		mutation("saveMappings", "SaveMappingsInput", "organizations { ...Organization }", object{"cells": []object{{
			"organizationId": r.unmapped, "integrationId": r.integration, "externalOrgIds": []string{r.free}, "expectedExternalOrgIds": []string{},
		}}}, r.unmapped),
		mutation("clearMapping", "ClearMappingInput", "organization { ...Organization }", object{"mappingId": r.ofRemoved}, r.organization),
		mutation("createOrganizationsFrom", "CreateOrganizationsFromInput",
			"results { externalOrg { ...ExternalOrg } organization { ...Organization } replaced { ...ExternalOrg } } quota { ...Quota }",
			object{"externalOrgIds": []string{r.creatable, r.overwriting}, "createDespiteSimilar": []string{r.creatable}, "dryRun": false},
			r.creatable, r.overwriting, r.organization, "Organization", "Quota"),
		mutation("importFromITGlue", "ImportFromITGlueInput",
			"results { externalOrg { ...ExternalOrg } organization { ...Organization } replaced { ...ExternalOrg } } quota { ...Quota }",
			object{"externalOrgIds": []string{r.importable, r.overwriting}}, r.importable, r.overwriting, r.listed, r.organization, "Organization", "Quota"),
		applied,
		requested,
	}
}

const (
	progressDocument = `subscription($ids: [ID!]) { refreshProgress(integrationIds: $ids) { run { ...RefreshRun integration { ...Integration } } } }`
	matchesDocument  = `subscription($ids: [ID!]) { matchingChanges(integrationIds: $ids) { integration { ...Integration } } }`
	cancelDocument   = `mutation($input: CancelRefreshInput!) { cancelRefresh(input: $input) { run { ...RefreshRun } userErrors { code message path } } }`
	changesDocument  = `subscription($after: String) { accountChanges(after: $after) { __typename
		... on OrganizationsChanged { organizations { ...Organization } quota { ...Quota } }
		... on MappingsChanged { organizations { ...Organization } quota { ...Quota } }
		... on GroupsChanged { organizations { ...Organization } }
		... on SettingsChanged { account { ...Account } }
		... on IntegrationsChanged { integrations { ...Integration } externalOrgs { ...ExternalOrg } } } }`
)

var fragmentName = regexp.MustCompile(`\.\.\.(\w+)`)

// whole returns the document with the fragments that it spreads.
func (s *showing) whole(document string) string {
	spreads := map[string]bool{}
	for _, one := range fragmentName.FindAllStringSubmatch(document, -1) {
		spreads[one[1]] = true
	}
	for _, of := range slices.Sorted(maps.Keys(spreads)) {
		document += " " + s.fragment(of)
	}
	return document
}

// requireEveryWay requires that each field of the schema that shows an entity is in one of the documents.
func (s *showing) requireEveryWay(t *testing.T) {
	t.Helper()
	documents := []string{progressDocument, matchesDocument, cancelDocument, changesDocument}
	for _, one := range append(s.queries(), s.mutations()...) {
		documents = append(documents, one.document)
	}
	is := func(of string) bool { return s.entities[of].table != "" || of == "Quota" || of == "Node" }
	seen := map[string]bool{}
	for _, document := range documents {
		parsed, problems := gqlparser.LoadQueryWithRules(s.schema, s.whole(document), rules.NewDefaultRules())
		require.Empty(t, problems, document)
		everyField(parsed.Operations[0].SelectionSet, func(field *ast.Field) {
			if spreads := slices.ContainsFunc(field.SelectionSet, func(one ast.Selection) bool { _, is := one.(*ast.FragmentSpread); return is }); spreads {
				seen[field.ObjectDefinition.Name+"."+field.Name] = true
			}
		})
	}
	seen["Account.quota"] = true // an account's fragment selects all of it
	for _, definition := range s.schema.Types {
		for _, field := range definition.Fields {
			if definition.Kind == ast.Object && !definition.BuiltIn && is(field.Type.Name()) {
				require.True(t, seen[definition.Name+"."+field.Name], "%s.%s shows a %s: add a way that asks for it", definition.Name, field.Name, field.Type.Name())
			}
		}
	}
}

// everyField calls with for every field of a selection that needs no fragment.
func everyField(selected ast.SelectionSet, with func(*ast.Field)) {
	for _, one := range selected {
		switch one := one.(type) {
		case *ast.Field:
			with(one)
			everyField(one.SelectionSet, with)
		case *ast.InlineFragment:
			everyField(one.SelectionSet, with)
		}
	}
}

// query reads all fields, twice if the response may come from the cache, and then each field alone.
func (s *showing) query(t *testing.T, one way) {
	s.everything()
	s.remember(t, one)
	s.compare(t, one, s.listing(t, one))

	volatile := func(field *ast.FieldDefinition) bool {
		return field.Directives.ForName("volatile") != nil || s.schema.Types[field.Type.Name()].Directives.ForName("volatile") != nil
	}
	s.selecting = func(_ string, field *ast.FieldDefinition) bool { return !volatile(field) }
	s.compare(t, one, s.listing(t, one))
	s.do(s.whole(one.document), one.variables)
	data, result := s.cachedAsk(s.whole(one.document), one.variables)
	if s.app.cache != nil && !strings.Contains(one.document, "...RefreshRun") {
		require.Equal(t, "HIT", result)
	}
	s.compare(t, one, data)

	for _, part := range fragmentName.FindAllStringSubmatch(one.document, -1) {
		for _, alone := range s.schema.Types[part[1]].Fields {
			s.selecting = func(of string, field *ast.FieldDefinition) bool { return of == part[1] && field.Name == alone.Name }
			s.compare(t, one, s.listing(t, one))
		}
	}
}

// remember waits until the server has the way's lists in memory.
func (s *showing) remember(t *testing.T, one way) {
	t.Helper()
	if one.list != memory || !s.hasDirectories() {
		return
	}
	require.Eventually(t, func() bool {
		before := s.fromMemory()
		s.uncached(one)
		return s.fromMemory() > before
	}, waitTimeout, time.Millisecond)
}

// uncached sends the query with a unique comment, so that the response is not cached yet.
func (s *showing) uncached(one way) object {
	s.asked++
	return s.do(fmt.Sprintf("%s # %d", s.whole(one.document), s.asked), one.variables)
}

func (s *showing) hasDirectories() bool { return !s.app.settings.without(partDirectory) }

func (s *showing) fromMemory() uint64 {
	_, answered := s.app.lists.State()
	return answered.FromMemory
}

// listing sends the query and checks where the list came from.
func (s *showing) listing(t *testing.T, one way) object {
	t.Helper()
	before := s.fromMemory()
	data := s.uncached(one)
	if s.hasDirectories() && one.list == memory {
		require.Greater(t, s.fromMemory(), before, "the list did not come from memory")
	}
	if one.list == postgres {
		require.Equal(t, before, s.fromMemory(), "the list came from memory")
	}
	return data
}

// compare compares everything that a response shows of entities with the stored rows.
func (s *showing) compare(t *testing.T, one way, data object) {
	t.Helper()
	found := s.found(data)
	for _, wanted := range one.shows {
		require.True(t, found[wanted] != nil || slices.ContainsFunc(slices.Collect(maps.Keys(found)), func(key string) bool { return s.typeOf(key) == wanted }),
			"%s does not show %s: %s", one.name, wanted, text(data))
	}
	for key, objects := range found {
		truth := s.truth(t, key)
		for _, shown := range objects {
			for _, field := range s.fields(s.typeOf(key)) {
				if !covers(shown[field], truth[field]) {
					s.fail(t, s.typeOf(key)+"."+field+" by "+one.name, "%s.%s is %s by %s, but %s is stored", s.typeOf(key), field, text(shown[field]), one.name, text(truth[field]))
				}
			}
		}
	}
}

// fail reports each kind of failure once.
func (s *showing) fail(t *testing.T, title, message string, arguments ...any) {
	t.Helper()
	if !s.failed[title] {
		s.failed[title] = true
		t.Errorf(message, arguments...)
	}
}

// mutate sets every field of the input, and compares the payload with the input and with the stored rows.
func (s *showing) mutate(t *testing.T, one way) {
	s.everything()
	document := s.whole(one.document)
	parsed, problems := gqlparser.LoadQueryWithRules(s.schema, document, rules.NewDefaultRules())
	require.Empty(t, problems)
	given := one.variables["input"].(object)
	for _, field := range s.schema.Types[parsed.Operations[0].VariableDefinitions[0].Type.Name()].Fields {
		if given[field.Name] == nil && one.omits[field.Name] == "" {
			given[field.Name] = s.anInput(t, one, field)
		}
	}
	data := s.do(document, one.variables)
	payload := data[parsed.Operations[0].SelectionSet[0].(*ast.Field).Name]
	require.Empty(t, codes(payload), text(payload))
	s.truths = map[string]object{}
	s.compare(t, one, data)
	for key, objects := range s.found(data) {
		for name, value := range given {
			if definition := s.schema.Types[s.typeOf(key)].Fields.ForName(name); definition != nil && !covers(objects[0][name], plainly(value)) {
				t.Errorf("%s.%s is %s after %s was given %s", s.typeOf(key), name, text(objects[0][name]), one.name, text(value))
			}
		}
	}
}

// anInput returns a value for an input field that differs from the stored one.
func (s *showing) anInput(t *testing.T, one way, field *ast.FieldDefinition) any {
	t.Helper()
	s.asked++
	switch field.Type.NamedType {
	case "String":
		return fmt.Sprintf("given as %s %d", field.Name, s.asked)
	case "Int":
		return s.asked
	}
	t.Fatalf("%s takes %s: give it a value in mutations()", one.name, field.Name)
	return nil
}

// plainly returns a variable in the form it has in a response.
func plainly(value any) any {
	if application, is := value.(vendors.Application); is {
		return string(application)
	}
	return value
}

// runEvents watches runs: the first event, each change, and the payload of the mutation that causes it.
func (s *showing) runEvents(t *testing.T) {
	s.everything()
	for name, watched := range map[string]way{
		"of a run":          {document: strings.NewReplacer("$ids: [ID!]", "$id: ID", "integrationIds: $ids", "runId: $id").Replace(progressDocument), variables: object{"id": s.rows.succeeded}, shows: []string{s.rows.succeeded}},
		"of an integration": {document: progressDocument, variables: object{"ids": []string{s.rows.integration}}, shows: []string{s.rows.live}},
	} {
		next, stop := s.watch(s.whole(watched.document), watched.variables)
		watched.name = "refreshProgress " + name
		s.compare(t, watched, next())
		stop()
	}
	first, end := s.watch(s.whole(matchesDocument), object{"ids": []string{s.rows.integration}})
	s.compare(t, way{name: "matchingChanges", shows: []string{s.rows.integration}}, first())
	end()
	watched := way{name: "refreshProgress, of a change", shows: []string{s.rows.bareRun, s.rows.bare}}
	next, stop := s.watch(s.whole(progressDocument), object{"ids": []string{s.rows.bare}})
	defer stop()
	s.compare(t, watched, next())
	s.mutate(t, way{name: "cancelRefresh", document: cancelDocument, variables: object{"input": object{"runId": s.rows.bareRun}}, shows: []string{s.rows.bareRun}})
	s.compare(t, watched, next())
}

// changeEvents reads everything that the mutations changed. An event's data is read after the change.
func (s *showing) changeEvents(t *testing.T, cursor string) {
	s.everything()
	s.truths = map[string]object{}
	next, stop := s.watch(s.whole(changesDocument), object{"after": cursor})
	defer stop()
	kinds := map[string]bool{}
	for len(kinds) < 5 { // organizations, groups, settings, integrations, mappings
		event := next()
		kind := at(event, "accountChanges", "__typename").(string)
		shows := map[string][]string{
			"OrganizationsChanged": {"Organization", "Quota"}, "MappingsChanged": {"Organization", "Quota"}, "IntegrationsChanged": {"Integration"},
			"GroupsChanged": {"Organization"}, "SettingsChanged": {"Account"},
		}[kind]
		if kind == "DecisionsChanged" {
			continue // it shows IDs only
		}
		s.compare(t, way{name: "accountChanges", shows: shows}, event)
		kinds[kind] = true
	}
}
