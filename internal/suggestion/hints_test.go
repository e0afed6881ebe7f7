package suggestion_test

import (
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/matching"
	"github.com/orgmap/orgmap/internal/pg"
)

func TestHints_AreReadForManyInOneStatement(t *testing.T) {
	t.Parallel()
	n := newTenant(t, openDB(t))
	two := n.external(n.list, "1", "Two hints", `[{"application":"HUDU","remoteId":"7"},{"application":"IT_GLUE","remoteId":"8"}]`)
	one := n.external(n.list, "2", "One hint", `[{"application":"UNKNOWN","remoteId":"9"}]`)
	none := n.external(n.list, "3", "No hint", "[]")
	ctx, statements := pg.WithStatementCount(n.viewer())
	found, err := n.service.HintsOf(ctx, []uuid.UUID{two, one, none})
	require.NoError(t, err)
	require.EqualValues(t, 3, statements.Load(), "begin, one select, commit")
	require.Equal(t, map[uuid.UUID][]matching.Hint{two: {{Application: "HUDU", RemoteID: "7"}, {Application: "IT_GLUE", RemoteID: "8"}}, one: {{Application: "UNKNOWN", RemoteID: "9"}}}, found)
}

func TestHints_LeadToWhatExactlyOneIntegrationListsNow(t *testing.T) {
	t.Parallel()
	n := newTenant(t, openDB(t))
	hudu, glue, secondGlue := n.integration("Hudu", "HUDU"), n.integration("IT Glue", "IT_GLUE"), n.integration("IT Glue 2", "IT_GLUE")
	inHudu := n.external(hudu, "1", "In Hudu", "[]")
	inGlue := n.external(glue, "1", "In IT Glue", "[]")
	n.external(glue, "2", "In both", "[]")
	n.external(secondGlue, "2", "In both", "[]")
	gone := n.external(hudu, "3", "Removed", "[]")
	goneInOne, kept := n.external(glue, "4", "Removed in one", "[]"), n.external(secondGlue, "4", "Removed in one", "[]")
	n.execute("UPDATE external_orgs SET removed_at = now() WHERE id IN (?, ?)", gone, goneInOne)

	hint := func(application, remoteID string) matching.Hint {
		return matching.Hint{Application: application, RemoteID: remoteID}
	}
	ctx, statements := pg.WithStatementCount(n.viewer())
	found, err := n.service.HintTargets(ctx, []matching.Hint{
		hint("HUDU", "1"), hint("IT_GLUE", "1"), hint("IT_GLUE", "2"), hint("HUDU", "3"), hint("IT_GLUE", "4"), hint("HUDU", "404"), hint("NINJA_ONE", "1"), hint("UNKNOWN", ""),
	})
	require.NoError(t, err)
	require.EqualValues(t, 3, statements.Load(), "begin, one select, commit")
	require.Equal(t, map[matching.Hint]uuid.UUID{hint("HUDU", "1"): inHudu, hint("IT_GLUE", "1"): inGlue, hint("IT_GLUE", "4"): kept}, found)
}
