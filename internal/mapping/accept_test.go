package mapping

import (
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/id"
)

// suggest stores a suggestion as a worker does.
func (n *tenant) suggest(external, integration, organization uuid.UUID, tier string, automatic bool) {
	n.t.Helper()
	n.execute(`INSERT INTO suggestions (account_id, external_org_id, integration_id, state, organization_id, tier, score, automatic, bulk, warnings, because, signals, candidates, digest)
		VALUES (?, ?, ?, 'SUGGESTED', ?, ?, 100, ?, ?, '{}', '', '[]', '[]', 0)`, n.id, external, integration, organization, tier, automatic, tier != "WEAK")
}

func (n *tenant) preview(externals ...uuid.UUID) SuggestionPreview {
	n.t.Helper()
	preview, err := n.service.PreviewSuggestions(n.editor(), externals)
	require.NoError(n.t, err)
	return preview
}

func TestPlanAccept_LeavesOut(t *testing.T) {
	t.Parallel()
	good := suggested{
		ExternalOrgID: called("x1"), IntegrationID: called("RMM"), ExternalName: "Acme Ltd", OrganizationID: called("Acme"), OrganizationName: "Acme", Tier: "STRONG", Bulk: true,
	}
	for title, test := range map[string]struct {
		change func(*suggested)
		reason string
	}{
		"nothing":                         {func(*suggested) {}, ""},
		"a mapped one":                    {func(s *suggested) { s.MappedTo = "Beta" }, `already mapped to “Beta”`},
		"a removed external organization": {func(s *suggested) { s.Removed = true }, "no longer lists it"},
		"an excluded one":                 {func(s *suggested) { s.Excluded = true }, "excluded"},
		"one without a suggestion":        {func(s *suggested) { s.OrganizationID = uuid.Nil }, "Nothing is suggested"},
		"a rejected one":                  {func(s *suggested) { s.Rejected = true }, `rejected “Acme”`},
		"a weak one":                      {func(s *suggested) { s.Bulk = false }, "too uncertain"},
		"one whose cell is taken":         {func(s *suggested) { s.Holder = "Acme Holding" }, `“Acme” already has “Acme Holding”`},
		"one that was applied once":       {func(s *suggested) { s.Applied = true }, ""},
	} {
		t.Run(title, func(t *testing.T) {
			t.Parallel()
			one := good
			test.change(&one)
			plan := planAccept(acceptWorld{one.ExternalOrgID: one}, []uuid.UUID{one.ExternalOrgID})
			if test.reason == "" {
				require.Equal(t, []suggested{one}, plan.rows)
				return
			}
			require.Empty(t, plan.rows)
			require.Len(t, plan.leftOut, 1)
			require.Contains(t, plan.leftOut[0].Reason, test.reason)
		})
	}
	t.Run("two for one cell", func(t *testing.T) {
		t.Parallel()
		twin, elsewhere := good, good
		twin.ExternalOrgID, elsewhere.ExternalOrgID, elsewhere.IntegrationID = called("x2"), called("x3"), called("Glue")
		plan := planAccept(acceptWorld{good.ExternalOrgID: good, twin.ExternalOrgID: twin, elsewhere.ExternalOrgID: elsewhere}, allCalled("x1", "x2", "x3", "none"))
		require.Equal(t, []suggested{elsewhere}, plan.rows)
		require.Len(t, plan.leftOut, 2)
		require.Equal(t, []int{3}, plan.notFound)
	})
}

func TestAcceptPlan_AutomaticRows(t *testing.T) {
	t.Parallel()
	plan := acceptPlan{rows: []suggested{{ExternalName: "a", Automatic: true}, {ExternalName: "b"}, {ExternalName: "c", Automatic: true, Applied: true}}}
	require.Equal(t, []suggested{{ExternalName: "a", Automatic: true}}, plan.automatic())
}

func TestService_AcceptSuggestions(t *testing.T) {
	t.Parallel()
	store := newStore(t)

	t.Run("maps some rows of a preview as one change", func(t *testing.T) {
		t.Parallel()
		n := store.newTenant(t, -1)
		acme, beta, externals := n.organization("Acme"), n.organization("Beta"), n.external(n.rmm, "Acme Ltd", "Beta Ltd", "Gamma")
		n.suggest(externals[0], n.rmm, acme, "NORMALIZED", true)
		n.suggest(externals[1], n.rmm, beta, "STRONG", false)
		preview := n.preview(externals...)
		require.Equal(t, externals[:2], preview.Rows)
		require.Len(t, preview.LeftOut, 1)
		require.Zero(t, n.changes(), "a preview changes nothing")

		touched, err := n.service.AcceptSuggestions(n.editor(), preview.Hash, externals[:1])
		require.NoError(t, err)
		require.Equal(t, []uuid.UUID{acme}, touched)
		mappings, err := n.service.ByExternalOrgs(n.editor(), externals)
		require.NoError(t, err)
		require.Len(t, mappings, 1)
		require.Equal(t, OriginSuggestion, mappings[externals[0]].Origin)
		change := n.lastChange()
		require.Equal(t, []any{"MAPPINGS", "suggestions.accepted", "Robin", []uuid.UUID{acme}}, []any{change.Kind, change.Action, change.Actor, change.OrganizationIDs})
		require.Equal(t, 1, n.changes())

		_, err = n.service.AcceptSuggestions(n.editor(), preview.Hash, externals[1:2])
		require.NoError(t, err, "the rest of the preview still holds")
		n.requireSound()
	})

	t.Run("writes nothing if what a row rests on has changed", func(t *testing.T) {
		t.Parallel()
		for title, change := range map[string]func(n *tenant, external, organization, other uuid.UUID){
			"the external organization was renamed": func(n *tenant, external, _, _ uuid.UUID) {
				n.execute("UPDATE external_orgs SET name = 'Acme Limited' WHERE id = ?", external)
			},
			"the organization was renamed": func(n *tenant, _, organization, _ uuid.UUID) {
				n.execute("UPDATE organizations SET name = 'Acme 2' WHERE id = ?", organization)
			},
			"another organization is suggested": func(n *tenant, external, _, other uuid.UUID) {
				n.execute("UPDATE suggestions SET organization_id = ? WHERE external_org_id = ?", other, external)
			},
			"it was mapped": func(n *tenant, external, _, other uuid.UUID) {
				n.save(Cell{OrganizationID: other, IntegrationID: n.rmm, ExternalOrgIDs: []uuid.UUID{external}})
			},
			"its cell was filled": func(n *tenant, _, organization, _ uuid.UUID) {
				n.save(Cell{OrganizationID: organization, IntegrationID: n.rmm, ExternalOrgIDs: n.external(n.rmm, "Acme Holding")})
			},
			"it was rejected": func(n *tenant, external, organization, _ uuid.UUID) {
				n.execute(`INSERT INTO rejections (account_id, id, external_org_id, organization_id, external_name, organization_name, actor_kind, actor_name)
					VALUES (?, ?, ?, ?, 'a', 'b', 'SYSTEM', 'Orgmap')`, n.id, id.New(), external, organization)
			},
			"it was excluded": func(n *tenant, external, _, _ uuid.UUID) {
				n.execute("INSERT INTO exclusions (account_id, external_org_id, external_name, reason, actor_kind, actor_name) VALUES (?, ?, 'a', 'TEST', 'SYSTEM', 'Orgmap')", n.id, external)
			},
			"it was removed": func(n *tenant, external, _, _ uuid.UUID) {
				n.execute("UPDATE external_orgs SET removed_at = now() WHERE id = ?", external)
			},
		} {
			t.Run(title, func(t *testing.T) {
				t.Parallel()
				n := store.newTenant(t, -1)
				acme, beta, other := n.organization("Acme"), n.organization("Beta"), n.organization("Other")
				externals := n.external(n.rmm, "Beta Ltd", "Acme Ltd")
				n.suggest(externals[0], n.rmm, beta, "STRONG", false)
				n.suggest(externals[1], n.rmm, acme, "STRONG", false)
				preview := n.preview(externals...)
				change(n, externals[1], acme, other)
				before := n.changes()
				_, err := n.service.AcceptSuggestions(n.editor(), preview.Hash, externals)
				requireUserErrors(t, err, problem{apperr.Conflict, "input/externalOrgIds/1", "Preview the suggestions again."})
				require.Equal(t, before, n.changes())
				require.Empty(t, n.holds(beta, n.rmm))
			})
		}
	})

	t.Run("rejects a row that was not in the preview", func(t *testing.T) {
		t.Parallel()
		n := store.newTenant(t, -1)
		acme, externals := n.organization("Acme"), n.external(n.rmm, "Acme Ltd")
		n.suggest(externals[0], n.rmm, acme, "STRONG", false)
		_, err := n.service.AcceptSuggestions(n.editor(), "", externals)
		requireUserErrors(t, err, problem{apperr.Conflict, "input/externalOrgIds/0", "not the one in the preview"})
		_, err = n.service.AcceptSuggestions(n.editor(), "not a hash!", externals)
		require.Equal(t, apperr.BadUserInput, apperr.CodeOf(err))
		require.Zero(t, n.changes())
	})

	t.Run("enforces its bounds and the role", func(t *testing.T) {
		t.Parallel()
		n := store.newTenant(t, -1)
		_, err := n.service.PreviewSuggestions(n.editor(), make([]uuid.UUID, MaximumAccepted+1))
		require.Equal(t, apperr.BadUserInput, apperr.CodeOf(err))
		_, err = n.service.AcceptSuggestions(n.editor(), "", make([]uuid.UUID, MaximumAccepted+1))
		require.Equal(t, apperr.BadUserInput, apperr.CodeOf(err))
		_, err = n.service.AcceptSuggestions(n.as(auth.Viewer), "", nil)
		require.Equal(t, apperr.Forbidden, apperr.CodeOf(err))
	})

	t.Run("does not see another account's suggestions", func(t *testing.T) {
		t.Parallel()
		ours, theirs := store.newTenant(t, -1), store.newTenant(t, -1)
		externals := theirs.external(theirs.rmm, "Acme Ltd")
		theirs.suggest(externals[0], theirs.rmm, theirs.organization("Acme"), "STRONG", false)
		require.Equal(t, []int{0}, ours.preview(externals...).NotFound)
	})
}

func TestService_AcceptSuggestions_OneOfTwoSucceeds(t *testing.T) {
	t.Parallel()
	n := newStore(t).newTenant(t, -1)
	acme, externals := n.organization("Acme"), n.external(n.rmm, "Acme Ltd")
	n.suggest(externals[0], n.rmm, acme, "STRONG", false)
	preview := n.preview(externals...)
	failed := 0
	for _, err := range atOnce(8, func(int) error {
		_, err := n.service.AcceptSuggestions(n.editor(), preview.Hash, externals)
		return err
	}) {
		if err != nil {
			require.ErrorContains(t, err, "already mapped")
			failed++
		}
	}
	require.Equal(t, 7, failed)
	n.requireSound()
}

func TestService_ApplySuggestions_NeverAppliesAPairTwice(t *testing.T) {
	t.Parallel()
	n := newStore(t).newTenant(t, -1)
	acme, externals := n.organization("Acme"), n.external(n.rmm, "Acme Ltd", "Beta Ltd")
	n.suggest(externals[0], n.rmm, acme, "EXACT", true)
	n.suggest(externals[1], n.rmm, n.organization("Beta"), "STRONG", false)
	touched, err := n.service.ApplySuggestions(n.editor(), externals)
	require.NoError(t, err)
	require.Equal(t, []uuid.UUID{acme}, touched)
	n.save(Cell{OrganizationID: acme, IntegrationID: n.rmm})
	touched, err = n.service.ApplySuggestions(n.editor(), externals)
	require.NoError(t, err)
	require.Empty(t, touched)
	require.Empty(t, n.holds(acme, n.rmm))
	require.False(t, strings.Contains(n.lastChange().Action, "applied"))
}
