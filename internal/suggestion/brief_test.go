package suggestion_test

import (
	"math/rand/v2"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/matching"
	"github.com/orgmap/orgmap/internal/matching/matchingtest"
	"github.com/orgmap/orgmap/internal/suggestion"
)

// Without their reasons, suggestions are the same, in the same order.
func TestBriefs_AreTheSuggestionsWithoutTheirReasons(t *testing.T) {
	t.Parallel()
	n := newTenant(t, openDB(t))
	world := matchingtest.World(60, 400)
	n.fill(&world)
	first := world.Lists[0].Records[0].ID
	n.match(first)
	lists := n.listsOf()
	random := rand.New(rand.NewPCG(5, 7)) //nolint:gosec // not a secret
	for external, list := range lists {   // what became of some of them since, before a worker computes again
		switch random.IntN(6) {
		case 0:
			n.mapped(world.Organizations[random.IntN(len(world.Organizations))].ID, list, external)
		case 1:
			n.execute("INSERT INTO exclusions (account_id, external_org_id, external_name, reason, actor_kind, actor_name) VALUES (?, ?, 'x', 'TEST', 'SYSTEM', 'Orgmap')", n.id, external)
		case 2:
			n.execute("UPDATE external_orgs SET removed_at = now() WHERE id = ?", external)
		case 3:
			n.execute("UPDATE external_orgs SET name = 'Renamed ' || name WHERE id = ?", external)
		}
	}
	ids := make([]uuid.UUID, len(world.Organizations))
	for i := range world.Organizations {
		ids[i] = world.Organizations[i].ID
	}
	whole, err := n.service.ByOrganizations(n.viewer(), ids)
	require.NoError(t, err)
	briefs, err := n.service.BriefsByOrganizations(n.viewer(), ids)
	require.NoError(t, err)
	tiers := map[matching.Tier]int{}
	for _, all := range whole {
		for _, one := range all {
			tiers[one.Tier]++
			one.Signals, one.Margin, one.Warnings = nil, nil, nil
		}
	}
	require.Greater(t, len(tiers), 1)
	require.Equal(t, whole, briefs)

	none, err := n.service.BriefsByOrganizations(n.viewer(), nil)
	require.NoError(t, err)
	require.Empty(t, none)
	of, err := n.service.BriefsByOrganizations(n.viewer(), []uuid.UUID{uuid.New()})
	require.NoError(t, err)
	require.Empty(t, of)
	_, err = suggestion.New(n.db, nil).BriefsByOrganizations(t.Context(), ids)
	require.Error(t, err, "nobody is signed in")
}
