package main

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/pg"
	"github.com/orgmap/orgmap/internal/vendors"
)

const suggestionsQuery = `query($id: ID!) { node(id: $id) { ... on Integration {
	matchCounts { mapped suggested needsDecision conflict excluded removed } organizationCounts { total mapped suggested unmapped }
	externalOrgs(first: 50) { nodes { name matchState needsDecisionBecause candidates { score organization { name } signals { kind weight explanation } }
		suggestion { tier score margin automatic bulk warnings explanation organization { name suggestions { externalOrg { name } } } externalOrg { name }
			signals { kind weight left right explanation path { saysSo externalOrg { name } } } } } } } } }`

// Within two seconds of a refresh, every page of the list has suggestions, and so does whatever changes later. A page
// that was cached before shows them too.
func TestSuggestions_FollowListsMappingsAndNames(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	admin := w.newAccount(10)
	ids := admin.create("Halvorsen Dental Clinic", "Cedar Steel Works", "Otterburn Textiles")
	vendor, url := w.vendor(vendors.ApplicationHudu)
	vendor.Set([]vendors.Organization{
		{RemoteID: "1", Name: "HALVORSEN DENTAL CLINIC"}, {RemoteID: "2", Name: "Otterburn Textiles Ltd"}, {RemoteID: "3", Name: "Zebra Quarry"},
	})
	list := admin.connect(vendor, url)
	admin.refresh(object{"integrationIds": []string{list}})

	stands := func() map[string]object {
		found := map[string]object{}
		for _, one := range at(admin.do(suggestionsQuery, object{"id": list}), "node", "externalOrgs", "nodes").([]any) {
			found[at(one, "name").(string)] = one.(object)
		}
		return found
	}
	eventually := func(what string, is func(map[string]object) bool) map[string]object {
		t.Helper()
		var now map[string]object
		require.Eventually(t, func() bool { now = stands(); return is(now) }, waitTimeout, 20*time.Millisecond, what)
		return now
	}
	now := eventually("the first suggestions", func(now map[string]object) bool {
		return at(now["HALVORSEN DENTAL CLINIC"], "matchState") == "SUGGESTED"
	})
	suggested := at(now["HALVORSEN DENTAL CLINIC"], "suggestion").(object)
	require.Equal(t, "Halvorsen Dental Clinic", at(suggested, "organization", "name"))
	require.Equal(t, "EXACT", suggested["tier"])
	require.Equal(t, "HALVORSEN DENTAL CLINIC", at(suggested, "organization", "suggestions", 0, "externalOrg", "name"))
	require.Contains(t, suggested["explanation"], "almost certainly Halvorsen Dental Clinic")
	sum := 0.0
	for _, signal := range suggested["signals"].([]any) {
		sum += at(signal, "weight").(float64)
	}
	require.Equal(t, suggested["score"], sum, "to the digit") //nolint:testifylint // quarters are exact
	require.Equal(t, "NEEDS_DECISION", at(now["Zebra Quarry"], "matchState"))
	require.Nil(t, at(now["Zebra Quarry"], "suggestion"))
	require.NotEmpty(t, at(now["Zebra Quarry"], "needsDecisionBecause"))
	counts := at(admin.do(suggestionsQuery, object{"id": list}), "node").(object)
	require.Equal(t, object{"mapped": 0.0, "suggested": 2.0, "needsDecision": 1.0, "conflict": 0.0, "excluded": 0.0, "removed": 0.0}, counts["matchCounts"])
	require.Equal(t, object{"total": 3.0, "mapped": 0.0, "suggested": 2.0, "unmapped": 1.0}, counts["organizationCounts"])

	externals := admin.externals(list)
	require.Empty(t, admin.save(ids["Halvorsen Dental Clinic"], list, []string{externals["1"]}))
	require.Equal(t, "MAPPED", at(stands()["HALVORSEN DENTAL CLINIC"], "matchState"), "at once")
	admin.do(`mutation($id: ID!) { updateOrganization(input: {organizationId: $id, name: "Zebra Quarry"}) { userErrors { code } } }`, object{"id": ids["Cedar Steel Works"]})
	eventually("the renamed organization is suggested", func(now map[string]object) bool {
		return at(now["Zebra Quarry"], "matchState") == "SUGGESTED" && at(now["Zebra Quarry"], "suggestion", "organization", "name") == "Zebra Quarry"
	})
	vendor.Set([]vendors.Organization{{RemoteID: "1", Name: "HALVORSEN DENTAL CLINIC"}, {RemoteID: "2", Name: "Otterburn Textiles Ltd"}, {RemoteID: "3", Name: "Yellow Submarine"}})
	admin.refresh(object{"integrationIds": []string{list}})
	eventually("the renamed record loses its suggestion", func(now map[string]object) bool {
		return at(now["Yellow Submarine"], "matchState") == "NEEDS_DECISION" && !strings.Contains(strings.Join(keysOf(now), ","), "Zebra")
	})
}

func keysOf(values map[string]object) []string {
	keys := make([]string, 0, len(values))
	for key := range values {
		keys = append(keys, key)
	}
	return keys
}

// However many external organizations a page has, suggestions and candidates take the same number of statements.
func TestSuggestions_StatementsDoNotDependOnListLengths(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	admin := w.newAccount(200)
	names := make([]string, 60)
	list := make([]vendors.Organization, len(names))
	for i := range names {
		names[i] = "Client " + strings.Repeat(string(rune('A'+i%26)), 1+i/26) + " Trading"
		list[i] = vendors.Organization{RemoteID: names[i], Name: strings.ToUpper(names[i])}
	}
	admin.create(names...)
	vendor, url := w.vendor(vendors.ApplicationHudu)
	vendor.Set(list)
	integration := admin.connect(vendor, url)
	admin.refresh(object{"integrationIds": []string{integration}})
	page := func(first int) string {
		return strings.Replace(suggestionsQuery, "first: 50", "first: "+map[int]string{2: "2", 49: "49"}[first], 1)
	}
	require.Eventually(t, func() bool {
		return at(admin.do(suggestionsQuery, object{"id": integration}), "node", "matchCounts", "suggested") == 60.0
	}, waitTimeout, 20*time.Millisecond)
	w.suggested(admin.account) // the last write of the suggestions makes what describes integrations stale
	asked := 0
	w.fromMemory(func() {
		asked++
		admin.do(fmt.Sprintf("%s # %d", page(49), asked), object{"id": integration})
	})
	few, many := admin.statements(page(2), object{"id": integration}), admin.statements(page(49), object{"id": integration})
	require.Equal(t, few, many)
}

// suggested waits until an account's suggestions are as new as its data.
func (w *world) suggested(account uuid.UUID) {
	w.t.Helper()
	require.Eventually(w.t, func() (is bool) {
		err := w.app.db.Read(w.t.Context(), account, func(ctx context.Context, tx pg.ReadTx) error {
			return tx.NewRaw(`SELECT a.journal_position = 0 OR EXISTS (
				SELECT FROM matchings AS m WHERE m.account_id = a.id AND m.position = a.journal_position)
				FROM accounts AS a WHERE a.id = ?`, account).Scan(ctx, &is)
		})
		require.NoError(w.t, err)
		return is
	}, waitTimeout, 10*time.Millisecond, "a worker has computed the suggestions")
}

// What the grid asks for is read without the reasons, and is the same as with them.
func TestSuggestions_OfThePageAreThoseWithReasons(t *testing.T) {
	t.Parallel()
	d := newDecider(t, "Acme", "Beta", "Gamma")
	const page = `{ organizations { nodes { suggestions { tier score automatic bulk externalOrg { id name integration { id } } } } } }`
	brief := d.do(page, nil)
	whole := d.do(strings.Replace(page, "tier", "tier warnings", 1), nil)
	suggested := 0
	for _, organization := range at(whole, "organizations", "nodes").([]any) {
		for _, one := range at(organization, "suggestions").([]any) {
			suggested++
			delete(one.(object), "warnings")
		}
	}
	require.Equal(t, 3, suggested)
	require.Equal(t, whole, brief)
	more := d.do(strings.Replace(page, "name integration", "name remoteId integration", 1), nil)
	require.NotEmpty(t, at(more, "organizations", "nodes", 0, "suggestions", 0, "externalOrg", "remoteId"))
}
