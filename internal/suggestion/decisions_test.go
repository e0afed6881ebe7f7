package suggestion_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/decision"
	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/matching"
	"github.com/orgmap/orgmap/internal/page"
	"github.com/orgmap/orgmap/internal/pg"
	"github.com/orgmap/orgmap/internal/suggestion"
)

func (n *tenant) as(role auth.Role) context.Context {
	return auth.WithActor(n.t.Context(), auth.Actor{AccountID: n.id, Kind: auth.PersonActor, ID: id.New(), Name: "Robin", Role: role})
}

func (n *tenant) reject(external, organization uuid.UUID) *decision.Rejection {
	n.t.Helper()
	rejected, err := n.decisions.Reject(n.as(auth.Editor), external, organization)
	require.NoError(n.t, err)
	return rejected
}

func (n *tenant) rename(table string, row uuid.UUID, called string) {
	n.t.Helper()
	n.execute("UPDATE "+table+" SET name = ?, folded = lower(?) WHERE id = ?", called, called, row)
}

func (n *tenant) count(statement string, arguments ...any) (count int) {
	n.t.Helper()
	require.NoError(n.t, n.db.Read(n.t.Context(), n.id, func(ctx context.Context, tx pg.ReadTx) error {
		return tx.NewRaw(statement, arguments...).Scan(ctx, &count)
	}))
	return count
}

func TestRejection_RemovesTheSuggestionAtOnceAndForGood(t *testing.T) {
	t.Parallel()
	n := newTenant(t, openDB(t))
	organization := n.organization("Halvorsen Dental Clinic")
	external := n.external(n.list, "1", "Halvorsen Dental Clinic", "[]")
	require.Equal(t, matching.Suggested, n.match(external).State)

	rejection := n.reject(external, organization)
	found, err := n.service.ByExternalOrgs(n.viewer(), []uuid.UUID{external})
	require.NoError(t, err)
	require.Nil(t, found[external].Suggestion, "before a worker has computed it again")
	match := n.match(external)
	require.Equal(t, matching.NeedsDecision, match.State)
	require.Equal(t, matching.BecauseRejected, match.Because)
	require.Empty(t, match.Candidates)

	n.external(n.list, "2", "Cedar Steel Works", "[]")
	n.execute("UPDATE external_orgs SET removed_at = now() WHERE id = ?", external)
	n.match(external)
	n.execute("UPDATE external_orgs SET removed_at = NULL WHERE id = ?", external)
	require.Equal(t, matching.BecauseRejected, n.match(external).Because, "after the vendor removed it and listed it again")

	_, err = n.decisions.RevokeRejection(n.as(auth.Editor), rejection.ID)
	require.NoError(t, err)
	require.Equal(t, matching.Suggested, n.match(external).State)
}

func TestRejection_LapsesWhenANameChangesToOtherWords(t *testing.T) {
	t.Parallel()
	for title, test := range map[string]struct {
		table, name string
		lapses      bool
	}{
		"case and punctuation":          {"external_orgs", "HALVORSEN, DENTAL CLINIC.", false},
		"legal form":                    {"external_orgs", "Halvorsen Dental Clinic Inc.", false},
		"another external organization": {"external_orgs", "Halvorsen Dental Clinic North", true},
		"case of the organization":      {"organizations", "halvorsen dental clinic", false},
		"another organization":          {"organizations", "Halvorsen Dental Clinics of Oslo", true},
	} {
		t.Run(title, func(t *testing.T) {
			t.Parallel()
			n := newTenant(t, openDB(t))
			organization := n.organization("Halvorsen Dental Clinic")
			external := n.external(n.list, "1", "Halvorsen Dental Clinic", "[]")
			n.reject(external, organization)
			renamed := external
			if test.table == "organizations" {
				renamed = organization
			}
			n.rename(test.table, renamed, test.name)
			n.match(external)
			rejections := n.count("SELECT count(*) FROM rejections")
			if test.lapses {
				require.Zero(t, rejections)
			} else {
				require.Equal(t, 1, rejections)
				require.Nil(t, n.match(external).Suggestion)
			}
		})
	}
}

func TestExclusion_IsAStateOfItsOwn(t *testing.T) {
	t.Parallel()
	n := newTenant(t, openDB(t))
	organization := n.organization("Halvorsen Dental Clinic")
	external := n.external(n.list, "1", "Halvorsen Dental Clinic", "[]")
	require.Equal(t, matching.Suggested, n.match(external).State)
	_, err := n.decisions.Exclude(n.as(auth.Editor), []uuid.UUID{external}, decision.Excluding{Reason: decision.Test})
	require.NoError(t, err)

	requireExcluded := func() {
		t.Helper()
		found, err := n.service.ByExternalOrgs(n.viewer(), []uuid.UUID{external})
		require.NoError(t, err)
		require.Equal(t, matching.Excluded, found[external].State)
		require.Nil(t, found[external].Suggestion)
		suggestions, err := n.service.ByOrganizations(n.viewer(), []uuid.UUID{organization})
		require.NoError(t, err)
		require.Empty(t, suggestions[organization])
		counts, err := n.service.CountsOf(n.viewer(), []uuid.UUID{n.list})
		require.NoError(t, err)
		require.Equal(t, suggestion.Counts{Excluded: 1}, counts[n.list])
		organizations, err := n.service.OrganizationCountsOf(n.viewer(), []uuid.UUID{n.list})
		require.NoError(t, err)
		require.Equal(t, suggestion.OrganizationCounts{Total: 1, Unmapped: 1}, organizations[n.list])
	}
	requireExcluded() // before a worker has computed it again
	n.match(external)
	requireExcluded()

	_, err = n.decisions.Include(n.as(auth.Editor), []uuid.UUID{external})
	require.NoError(t, err)
	require.Equal(t, matching.Suggested, n.match(external).State)
}

func TestExclusion_EndsAtItsEnd(t *testing.T) {
	t.Parallel()
	n := newTenant(t, openDB(t))
	n.organization("Halvorsen Dental Clinic")
	external := n.external(n.list, "1", "Halvorsen Dental Clinic", "[]")
	end := time.Now().Add(time.Hour)
	_, err := n.decisions.Exclude(n.as(auth.Editor), []uuid.UUID{external}, decision.Excluding{Reason: decision.Prospect, Until: &end})
	require.NoError(t, err)
	require.Equal(t, matching.Excluded, n.match(external).State)
	n.execute("UPDATE exclusions SET created_at = now() - interval '2 hours', until = now() - interval '1 hour'")
	require.Equal(t, matching.Suggested, n.match(external).State)
	require.Equal(t, 1, n.count("SELECT count(*) FROM journal WHERE action = 'exclusion.ended' AND external_org_ids = ARRAY[?::uuid]", external))
}

func TestExclusion_AndRejectionEndWithAMapping(t *testing.T) {
	t.Parallel()
	n := newTenant(t, openDB(t))
	organization, other := n.organization("Halvorsen Dental Clinic"), n.organization("Cedar Steel Works")
	external := n.external(n.list, "1", "Halvorsen Dental Clinic", "[]")
	n.reject(external, organization)
	n.reject(external, other)
	_, err := n.decisions.Exclude(n.as(auth.Editor), []uuid.UUID{external}, decision.Excluding{Reason: decision.Other})
	require.NoError(t, err)
	n.mapped(organization, n.list, external)
	n.execute("DELETE FROM mappings")
	require.Equal(t, matching.Suggested, n.match(external).State)
	require.Equal(t, 1, n.count("SELECT count(*) FROM rejections"), "only that of the mapped pair ends")
}

func TestAliases_AreLearnedFromMappings(t *testing.T) {
	t.Parallel()
	n := newTenant(t, openDB(t))
	organization := n.organization("Otterburn Textiles")
	n.organization("Cedar Steel Works")
	glue := n.integration("IT Glue", "IT_GLUE")
	source := n.external(glue, "1", "Fairweather Looms", "[]")
	external := n.external(n.list, "2", "Fairweather Looms", "[]")
	require.Equal(t, matching.NeedsDecision, n.match(external).State)

	n.mapped(organization, glue, source)
	match := n.match(external)
	require.Equal(t, matching.Suggested, match.State)
	require.Equal(t, organization, match.Suggestion.Organization)
	require.False(t, match.Suggestion.Automatic, "an alias alone never maps on its own")
	require.Contains(t, kindsOf(match.Suggestion.Signals), matching.SignalKnownAs)
	aliases, err := n.decisions.AliasesOf(n.viewer(), []uuid.UUID{organization})
	require.NoError(t, err)
	require.Len(t, aliases[organization], 1)
	require.Equal(t, "Fairweather Looms", aliases[organization][0].Name)
	require.Equal(t, source, *aliases[organization][0].ExternalOrgID)

	_, err = n.decisions.RevokeAlias(n.as(auth.Editor), aliases[organization][0].ID)
	require.NoError(t, err)
	require.Equal(t, matching.NeedsDecision, n.match(external).State)
	n.execute("SELECT 1")
	require.Equal(t, matching.NeedsDecision, n.match(external).State, "it is not learned again from the same mapping")

	n.execute("DELETE FROM mappings")
	n.mapped(organization, glue, source)
	require.Equal(t, matching.Suggested, n.match(external).State, "somebody has decided again")
	n.execute("DELETE FROM mappings")
	require.Equal(t, matching.NeedsDecision, n.match(external).State, "an alias ends with its mapping")
}

func kindsOf(signals []matching.Signal) (kinds []string) {
	for _, signal := range signals {
		kinds = append(kinds, signal.Kind)
	}
	return kinds
}

func TestAliases_PinnedOnesOutliveTheirMapping(t *testing.T) {
	t.Parallel()
	n := newTenant(t, openDB(t))
	organization := n.organization("Otterburn Textiles")
	glue := n.integration("IT Glue", "IT_GLUE")
	source := n.external(glue, "1", "Fairweather Looms", "[]")
	external := n.external(n.list, "2", "Fairweather Looms", "[]")
	n.mapped(organization, glue, source)
	n.match(external)
	listed, err := n.decisions.Aliases(n.viewer(), page.Arguments{}, &organization)
	require.NoError(t, err)
	_, err = n.decisions.PinAlias(n.as(auth.Editor), listed.Nodes()[0].ID)
	require.NoError(t, err)
	n.execute("DELETE FROM mappings")
	require.Equal(t, organization, n.match(external).Suggestion.Organization)
	n.execute("DELETE FROM external_orgs WHERE id = ?", source)
	require.Equal(t, organization, n.match(external).Suggestion.Organization, "even without its external organization")
}

func TestAliases_AreNotLearnedFromNamesThatSayTooLittle(t *testing.T) {
	t.Parallel()
	n := newTenant(t, openDB(t))
	organization := n.organization("Otterburn Textiles")
	for i, called := range []string{"Services", "Fairweather Looms (OLD)", "OTTERBURN TEXTILES, Ltd."} {
		n.mapped(organization, n.list, n.external(n.list, string(rune('1'+i)), called, "[]"))
	}
	require.NoError(t, n.updater.Update(t.Context()))
	require.Zero(t, n.count("SELECT count(*) FROM aliases"))
}

func TestAutomatic_AppliesWhatIsCertainOnceAndOnlyIfTheAccountWantsIt(t *testing.T) {
	t.Parallel()
	n := newTenant(t, openDB(t))
	organization := n.organization("Halvorsen Dental Clinic")
	n.organization("Cedar Steel Works")
	external := n.external(n.list, "1", "Halvorsen Dental Clinic", "[]")
	n.external(n.list, "2", "Cedar Steel", "[]")
	require.True(t, n.match(external).Suggestion.Automatic)
	require.Zero(t, n.count("SELECT count(*) FROM mappings"))

	automatic := true
	_, err := n.decisions.Update(n.as(auth.Admin), decision.SettingsUpdate{Automatic: &automatic})
	require.NoError(t, err)
	n.match(external)
	require.Equal(t, matching.Mapped, n.match(external).State)
	require.Equal(t, 1, n.count("SELECT count(*) FROM mappings WHERE organization_id = ? AND external_org_id = ? AND origin = 'SUGGESTION' AND created_by = 'Orgmap'", organization, external))
	require.Equal(t, 1, n.count("SELECT count(*) FROM mappings"))
	require.Equal(t, 1, n.count("SELECT count(*) FROM journal WHERE action = 'suggestions.applied' AND actor = 'Orgmap'"))

	n.execute("DELETE FROM mappings")
	n.match(external)
	require.Equal(t, matching.Suggested, n.match(external).State, "what somebody has undone is only suggested")
}

func TestFrequencies_StayUntilTheAccountHasChangedALot(t *testing.T) {
	t.Parallel()
	n := newTenant(t, openDB(t))
	n.organization("Halvorsen Dental Clinic")
	for _, called := range []string{"Cedar Steel Works", "Otterburn Textiles", "Fairweather Opticians", "Zebra Quarry", "Nordeen Paper", "Prescott Bakery", "Barron Glass", "Hartwell Farms", "Acorn Construction"} {
		n.organization(called)
	}
	external := n.external(n.list, "1", "Halvorsen Dental", "[]")
	for i := range 20 {
		n.external(n.list, "x"+string(rune('a'+i)), "Unrelated "+string(rune('a'+i)), "[]")
	}
	score := n.match(external).Suggestion.Score
	n.external(n.list, "2", "Halvorsen Sons", "[]")
	require.Equal(t, score, n.match(external).Suggestion.Score, "one more name moves no score")
	for i := range 10 {
		n.external(n.list, "y"+string(rune('a'+i)), "Halvorsen "+string(rune('a'+i)), "[]")
	}
	match := n.match(external)
	require.NotNil(t, match.Suggestion)
	require.Less(t, match.Suggestion.Score, score, "a word that many names have now says less")
}

func TestUpdater_AnnouncesWhatPeopleCanSee(t *testing.T) {
	t.Parallel()
	n := newTenant(t, openDB(t))
	n.organization("Halvorsen Dental Clinic")
	external := n.external(n.list, "1", "Halvorsen Dental Clinic", "[]")
	n.match(external)
	n.execute("SELECT 1")
	n.match(external)
	require.Equal(t, []int64{1}, n.sequences, "a computation that changes nothing is not announced")
	n.rename("external_orgs", external, "Zebra Quarry")
	n.match(external)
	require.Equal(t, []int64{1, 2}, n.sequences)
}
