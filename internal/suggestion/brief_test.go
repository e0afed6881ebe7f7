package suggestion_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/directory"
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
	_, err = suggestion.New(n.db, directory.New(0), nil).BriefsByOrganizations(t.Context(), ids)
	require.Error(t, err, "nobody is signed in")
}

// From memory, suggestions are the same as from Postgres, and never older than what the response has read.
func TestBriefs_FromMemoryAreThoseOfPostgres(t *testing.T) {
	t.Parallel()
	n := newTenant(t, openDB(t))
	world := matchingtest.World(60, 400)
	n.fill(&world)
	n.match(world.Lists[0].Records[0].ID)
	lists := n.listsOf()
	ids := make([]uuid.UUID, len(world.Organizations))
	for i := range world.Organizations {
		ids[i] = world.Organizations[i].ID
	}
	kept := directory.New(1 << 20)
	remembering := suggestion.New(n.db, kept, nil)
	read := func(service *suggestion.Service) map[uuid.UUID][]*suggestion.Suggestion {
		ctx, session := n.db.WithSession(n.viewer())
		defer session.Close()
		found, err := service.BriefsByOrganizations(ctx, ids)
		require.NoError(t, err)
		return found
	}
	fromMemory := func() bool {
		_, before := kept.State()
		found := read(remembering)
		_, after := kept.State()
		require.Equal(t, read(n.service), found)
		return after.FromMemory > before.FromMemory
	}
	for range 3 {
		require.Eventually(t, fromMemory, 10*time.Second, time.Millisecond)
		suggested := read(n.service)
		require.NotEmpty(t, suggested)
		for organization, all := range suggested { // another change, seen at once
			n.mapped(organization, lists[all[0].ExternalOrgID], all[0].ExternalOrgID)
			n.execute("UPDATE accounts SET journal_position = journal_position + 1 WHERE id = ?", n.id)
			break
		}
		require.False(t, fromMemory())
	}

	tiny := suggestion.New(n.db, directory.New(1_000), nil)
	for range 4 { // what does not fit is read from Postgres
		require.Equal(t, read(n.service), read(tiny))
	}
}
