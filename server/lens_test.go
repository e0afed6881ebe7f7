package main

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/vendors"
)

const lensQuery = `query($filter: ExternalOrgLensFilter, $search: String, $order: ExternalOrgOrder, $first: Int, $after: String) {
	externalOrgs(first: $first, after: $after, search: $search, filter: $filter, orderBy: $order) {
		totalCount pageInfo { hasNextPage endCursor } nodes { name matchState remoteId addedAt integration { name } suggestion { score organization { name } }
			hints { application remoteId externalOrg { name matchState hints { application } } } } } }`

// lensNames returns the names that the lens shows.
func (c *client) lensNames(variables object) []string {
	c.t.Helper()
	names := []string{}
	data := c.do(lensQuery, variables)
	for _, one := range at(data, "externalOrgs", "nodes").([]any) {
		names = append(names, at(one, "name").(string))
	}
	require.InDelta(c.t, len(names), at(data, "externalOrgs", "totalCount"), 0)
	return names
}

// The lens shows what all tools list, with its state, and follows references between the tools.
func TestLens_ShowsWhatAllToolsList(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	admin := w.newAccount(10)
	ids := admin.create("Halvorsen Dental Clinic", "Cedar Steel Works")
	hudu, huduURL := w.vendor(vendors.ApplicationHudu)
	hudu.Set([]vendors.Organization{{RemoteID: "1", Name: "HALVORSEN DENTAL CLINIC"}, {RemoteID: "2", Name: "Zebra Quarry"}, {RemoteID: "3", Name: "Cedar Steel Works"}})
	glue, glueURL := w.vendor(vendors.ApplicationITGlue)
	glue.Set([]vendors.Organization{{RemoteID: "77", Name: "Halvorsen Dental Clinic Ltd"}})
	inHudu, inGlue := admin.connect(hudu, huduURL), admin.connect(glue, glueURL)
	admin.refresh(nil)
	w.suggested(admin.account)

	states := func(states ...string) object {
		return object{"filter": object{"states": append([]string{}, states...)}}
	}
	require.Equal(t, []string{"Cedar Steel Works", "HALVORSEN DENTAL CLINIC", "Halvorsen Dental Clinic Ltd", "Zebra Quarry"}, admin.lensNames(nil))
	require.Equal(t, []string{"Zebra Quarry"}, admin.lensNames(states("NEEDS_DECISION")))
	require.Equal(t, []string{"Halvorsen Dental Clinic Ltd"}, admin.lensNames(object{"filter": object{"integrationIds": []string{inGlue}, "states": []string{"SUGGESTED"}}}))
	require.Equal(t, []string{"Cedar Steel Works"}, admin.lensNames(object{"filter": object{"states": []string{"SUGGESTED"}, "tiers": []string{"EXACT"}, "remoteIds": []string{"3", "77"}, "integrationIds": []string{inHudu}}}))
	require.Len(t, admin.lensNames(object{"search": "halvorsen"}), 2)
	require.Empty(t, admin.lensNames(states()), "an empty list matches nothing")
	require.Empty(t, admin.lensNames(object{"filter": object{"addedSince": time.Now().Add(time.Hour).Format(time.RFC3339)}}))
	require.Empty(t, admin.lensNames(object{"filter": object{"integrationIds": []string{ids["Cedar Steel Works"]}}}), "the ID of something else")

	last := at(admin.do(lensQuery, object{"order": object{"field": "SCORE", "direction": "DESC"}}), "externalOrgs", "nodes", 3).(object)
	require.Equal(t, "Zebra Quarry", last["name"], "without a suggestion")
	first := admin.do(lensQuery, object{"first": 1, "order": object{"field": "SCORE", "direction": "ASC"}})
	second := admin.do(lensQuery, object{"first": 3, "after": at(first, "externalOrgs", "pageInfo", "endCursor"), "order": object{"field": "SCORE", "direction": "ASC"}})
	require.Equal(t, "Zebra Quarry", at(second, "externalOrgs", "nodes", 2, "name"), "in this direction too")

	w.execute(`UPDATE external_orgs SET hints = '[{"application":"IT_GLUE","remoteId":"77"},{"application":"IT_GLUE","remoteId":"404"},{"application":"SOMETHING_NEWER","remoteId":"1"}]'
		WHERE account_id = $1 AND name = 'HALVORSEN DENTAL CLINIC'`, admin.account)
	externals := admin.externals(inHudu)
	require.Empty(t, admin.save(ids["Cedar Steel Works"], inHudu, []string{externals["3"]}))
	require.Equal(t, []string{"Cedar Steel Works"}, admin.lensNames(states("MAPPED")), "at once")

	const hintsQuery = `query($integration: ID!, $remote: String!) { externalOrg(integrationId: $integration, remoteId: $remote) {
		name addedAt hints { application remoteId externalOrg { name integration { id } } } } }`
	found := at(admin.do(hintsQuery, object{"integration": inHudu, "remote": "1"}), "externalOrg").(object)
	require.Equal(t, "HALVORSEN DENTAL CLINIC", found["name"])
	require.Equal(t, []any{
		object{"application": "IT_GLUE", "remoteId": "77", "externalOrg": object{"name": "Halvorsen Dental Clinic Ltd", "integration": object{"id": inGlue}}},
		object{"application": "IT_GLUE", "remoteId": "404", "externalOrg": nil},
	}, found["hints"], "without the application that this version does not know")
	require.Nil(t, at(admin.do(hintsQuery, object{"integration": inGlue, "remote": "1"}), "externalOrg"))

	stranger := w.newAccount(10)
	require.Empty(t, stranger.lensNames(nil))
	require.Empty(t, stranger.lensNames(object{"filter": object{"integrationIds": []string{inHudu, inGlue}}}))
	require.Nil(t, at(stranger.do(hintsQuery, object{"integration": inHudu, "remote": "1"}), "externalOrg"))
}

func TestLens_RefusesWhatIsInvalid(t *testing.T) {
	t.Parallel()
	admin := newWorld(t).newAccount(10)
	for title, variables := range map[string]object{
		"a long remote ID":         {"filter": object{"remoteIds": []string{"1", strings.Repeat("1", 1001)}}},
		"too many remote IDs":      {"filter": object{"remoteIds": make([]string, 1001)}},
		"a search with NUL":        {"search": "a\x00"},
		"a foreign cursor":         {"after": "e30"},
		"a page that is too large": {"first": 201},
	} {
		errors := admin.ask(lensQuery, variables).Errors
		require.NotEmpty(t, errors, title)
		require.Equal(t, "BAD_USER_INPUT", errors[0].Extensions["code"], title)
	}
}

// However many external organizations a page has, its hints and what they lead to take the same number of statements.
func TestLens_StatementsAreAsManyForMuchAsForLittle(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	admin := w.newAccount(10)
	hudu, huduURL := w.vendor(vendors.ApplicationHudu)
	glue, glueURL := w.vendor(vendors.ApplicationITGlue)
	inHudu, inGlue := make([]vendors.Organization, 60), make([]vendors.Organization, 60)
	for i := range inHudu {
		remoteID := fmt.Sprint(i)
		inGlue[i] = vendors.Organization{RemoteID: remoteID, Name: "Client " + remoteID}
		inHudu[i] = vendors.Organization{RemoteID: remoteID, Name: "Client " + remoteID}
	}
	hudu.Set(inHudu)
	glue.Set(inGlue)
	list := admin.connect(hudu, huduURL)
	admin.connect(glue, glueURL)
	admin.refresh(nil)
	w.suggested(admin.account)
	w.execute(`UPDATE external_orgs SET hints = jsonb_build_array(jsonb_build_object('application', 'IT_GLUE', 'remoteId', remote_id)) WHERE account_id = $1`, admin.account)
	require.Equal(t, "Client 0", at(admin.do(lensQuery, object{"first": 1}), "externalOrgs", "nodes", 0, "hints", 0, "externalOrg", "name"))
	page := func(first int) int64 {
		return admin.statements(lensQuery, object{"first": first, "filter": object{"integrationIds": []string{list}}})
	}
	require.Equal(t, page(2), page(50))
}
