package refresh

import (
	"fmt"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/name"
	"github.com/orgmap/orgmap/internal/vendors"
)

// stored returns the organization as stored after it was written.
func stored(t require.TestingT, row uuid.UUID, organization vendors.Organization) listed {
	hints, err := encodeHints(organization.Hints)
	require.NoError(t, err)
	normal, _ := name.Normalize(organization.Name)
	return listed{
		id: row, remoteID: []byte(organization.RemoteID), name: []byte(organization.Name), folded: []byte(name.Fold(organization.Name)),
		matchName: []byte(normal), url: []byte(organization.URL), hints: []byte(hints),
		website: []byte(organization.Website), city: []byte(organization.City),
	}
}

func TestDifference(t *testing.T) {
	t.Parallel()
	acme := vendors.Organization{
		RemoteID: "1", Name: "Acmé", URL: "https://vendor.example/1", Hints: []vendors.Hint{{Application: vendors.ApplicationAutotask, RemoteID: "29"}},
		Website: "https://acme.example", City: "Reno",
	}
	known := id.New()
	same := func(change func(*listed)) []listed {
		one := stored(t, known, acme)
		change(&one)
		return []listed{one}
	}
	changed := difference{listed: 1, changed: []change{{id: known}}}
	for title, c := range map[string]struct {
		stored []listed
		walked []vendors.Organization
		want   difference
	}{
		"two empty lists":                  {nil, nil, difference{}},
		"new":                              {nil, []vendors.Organization{acme}, difference{added: []int{0}}},
		"unchanged":                        {same(func(*listed) {}), []vendors.Organization{acme}, difference{listed: 1}},
		"missing":                          {same(func(*listed) {}), nil, difference{listed: 1, removed: []gone{{known, "Acmé"}}}},
		"removed before and still missing": {same(func(l *listed) { l.removed = true }), nil, difference{}},
		"listed again":                     {same(func(l *listed) { l.removed = true }), []vendors.Organization{acme}, difference{changed: []change{{id: known, returned: true}}}},
		"another name":                     {same(func(l *listed) { l.name = []byte("Acme") }), []vendors.Organization{acme}, difference{listed: 1, changed: []change{{id: known, previousName: "Acme"}}}},
		"no address":                       {same(func(l *listed) { l.url = nil }), []vendors.Organization{acme}, changed},
		"no website":                       {same(func(l *listed) { l.website = nil }), []vendors.Organization{acme}, changed},
		"another city":                     {same(func(l *listed) { l.city = []byte("Boulder") }), []vendors.Organization{acme}, changed},
		"no hints":                         {same(func(l *listed) { l.hints = []byte("[]") }), []vendors.Organization{acme}, changed},
		"another hint": {
			same(func(l *listed) { l.hints = []byte(`[{"application":"AUTOTASK","remoteId":"30"}]`) }), []vendors.Organization{acme}, changed,
		},
		"hints as Postgres writes them": {
			same(func(l *listed) { l.hints = []byte(`[{"remoteId": "29", "application": "AUTOTASK"}]`) }), []vendors.Organization{acme}, difference{listed: 1},
		},
		"folded by an older version":     {same(func(l *listed) { l.folded = []byte("another") }), []vendors.Organization{acme}, changed},
		"normalized by an older version": {same(func(l *listed) { l.matchName = nil }), []vendors.Organization{acme}, changed},
		"another id under the same name": {
			same(func(l *listed) { l.remoteID = []byte("2") }), []vendors.Organization{acme}, difference{listed: 1, added: []int{0}, removed: []gone{{known, "Acmé"}}},
		},
	} {
		t.Run(title, func(t *testing.T) {
			t.Parallel()
			comparison := newComparison(c.walked, nil)
			for _, one := range c.stored {
				comparison.add(one)
			}
			require.Equal(t, c.want, comparison.end())
		})
	}
}

func TestDifference_KeepsUnusableRows(t *testing.T) {
	t.Parallel()
	acme, bolt := vendors.Organization{RemoteID: "1", Name: "Acme"}, vendors.Organization{RemoteID: "2", Name: "Bolt"}
	unusable, absent := id.New(), id.New()
	comparison := newComparison(nil, map[string]bool{acme.RemoteID: true})
	comparison.add(stored(t, unusable, acme))
	comparison.add(stored(t, absent, bolt))
	require.Equal(t, difference{listed: 2, removed: []gone{{absent, "Bolt"}}}, comparison.end(), "the vendor still lists the first one")
}

// TestDifference_TurnsTheListIntoTheWalk writes differences to a list in memory. Afterwards the list equals the walk, each
// row still has its remote id, and rows that were already right are untouched.
func TestDifference_TurnsTheListIntoTheWalk(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		organizations := rapid.Custom(func(t *rapid.T) vendors.Organization {
			return vendors.Organization{
				RemoteID: fmt.Sprint(rapid.IntRange(1, 12).Draw(t, "id")),
				Name:     rapid.SampledFrom([]string{"", "Acme", "ACME", "Bolt\t", "Crème"}).Draw(t, "name"),
				URL:      rapid.SampledFrom([]string{"", "https://vendor.example"}).Draw(t, "url"),
				Website:  rapid.SampledFrom([]string{"", "https://acme.example"}).Draw(t, "website"),
				City:     rapid.SampledFrom([]string{"", "Reno"}).Draw(t, "city"),
			}
		})
		lists := rapid.SliceOfDistinct(organizations, func(o vendors.Organization) string { return o.RemoteID })
		rows := map[uuid.UUID]listed{}
		for range rapid.IntRange(1, 5).Draw(t, "refreshes") {
			walked := lists.Draw(t, "walk")
			comparison := newComparison(walked, nil)
			before := 0
			for _, row := range rows {
				comparison.add(row)
				if !row.removed {
					before++
				}
			}
			found := comparison.end()
			require.Equal(t, before, found.listed)
			for _, one := range found.changed {
				written := stored(t, one.id, walked[one.index])
				require.Equal(t, rows[one.id].remoteID, written.remoteID, "a row became another organization")
				require.NotEqual(t, rows[one.id], written, "an unchanged row was written")
				rows[one.id] = written
			}
			for _, index := range found.added {
				row := id.New()
				rows[row] = stored(t, row, walked[index])
			}
			for _, gone := range found.removed {
				row := rows[gone.id]
				require.False(t, row.removed, "a removed row was removed again")
				row.removed = true
				rows[gone.id] = row
			}
			want, have := map[string]listed{}, map[string]listed{}
			for _, organization := range walked {
				want[organization.RemoteID] = stored(t, uuid.Nil, organization)
			}
			for _, row := range rows {
				if !row.removed {
					row.id = uuid.Nil
					require.NotContains(t, have, string(row.remoteID))
					have[string(row.remoteID)] = row
				}
			}
			require.Equal(t, want, have)
		}
	})
}
