package mapping

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/orgmap/orgmap/internal/apperr"
)

func TestCompareRemoteIDs_IsATotalOrder(t *testing.T) {
	t.Parallel()
	ids := rapid.OneOf(rapid.StringMatching(`0{0,2}[0-9]{0,3}`), rapid.StringMatching(`[0-9a٣-]{0,3}`))
	rapid.Check(t, func(t *rapid.T) {
		a, b, c := ids.Draw(t, "a"), ids.Draw(t, "b"), ids.Draw(t, "c")
		require.Equal(t, compareRemoteIDs(a, b), -compareRemoteIDs(b, a))
		require.Equal(t, a == b, compareRemoteIDs(a, b) == 0)
		if compareRemoteIDs(a, b) <= 0 && compareRemoteIDs(b, c) <= 0 {
			require.LessOrEqual(t, compareRemoteIDs(a, c), 0)
		}
	})
}

// importAccount is an account in memory: external organizations, organizations and mappings.
type importAccount struct {
	integrations  []uuid.UUID
	externals     []importable
	organizations map[string]uuid.UUID
	holder        map[uuid.UUID]cellKey // by external organization
}

func drawImportAccount(t *rapid.T) importAccount {
	account := importAccount{organizations: map[string]uuid.UUID{}, holder: map[uuid.UUID]cellKey{}}
	names := []string{"a", "A", "b", "c"}
	for _, text := range names {
		if rapid.Bool().Draw(t, "exists "+text) {
			account.organizations[text] = called("organization " + text)
		}
	}
	existing := slices.Sorted(maps.Values(mapValues(account.organizations)))
	for i := range rapid.IntRange(1, 3).Draw(t, "integrations") {
		integration := fmt.Sprint("i", i)
		account.integrations = append(account.integrations, called(integration))
		for e := range rapid.IntRange(0, 6).Draw(t, "external organizations") {
			external := offeredIn(integration, fmt.Sprint(e*5), rapid.SampledFrom(names).Draw(t, "name"))
			external.Folded = strings.ToLower(external.Name)
			switch rapid.IntRange(0, 7).Draw(t, "state") {
			case 0:
				external = external.removed()
			case 1:
				external = external.nameless("")
			case 2, 3:
				if len(existing) > 0 {
					external = external.mapped()
					account.holder[external.ID] = cellKey{uuid.MustParse(rapid.SampledFrom(existing).Draw(t, "holder")), external.IntegrationID}
				}
			}
			if len(existing) > 0 && rapid.IntRange(0, 3).Draw(t, "suggested") == 0 {
				suggested := uuid.MustParse(rapid.SampledFrom(existing).Draw(t, "suggestion"))
				external.Suggested = &suggested
			}
			external.Excluded = rapid.IntRange(0, 7).Draw(t, "excluded") == 0
			account.externals = append(account.externals, external)
		}
	}
	return account
}

func mapValues(organizations map[string]uuid.UUID) map[string]string {
	texts := make(map[string]string, len(organizations))
	for text, organization := range organizations {
		texts[text] = organization.String()
	}
	return texts
}

// seenBy returns the part of the account that an import of these external organizations reads.
func (a importAccount) seenBy(externals []importable) importWorld {
	world := importWorld{integrations: a.integrations, externalOrgs: map[uuid.UUID]importable{}, organizations: map[string]uuid.UUID{}, cells: map[cellKey][]cellMapping{}}
	for _, external := range externals {
		world.externalOrgs[external.ID] = external
		if external.MatchName == nil {
			continue
		}
		if organization, exists := a.organizations[*external.MatchName]; exists {
			world.organizations[*external.MatchName] = organization
		}
	}
	for _, organization := range world.organizations {
		for _, integration := range a.integrations {
			cell := cellKey{organization, integration}
			for _, external := range a.externals {
				if a.holder[external.ID] == cell {
					world.cells[cell] = append(world.cells[cell], cellMapping{
						ID: called("mapping of " + external.ID.String()), OrganizationID: organization, IntegrationID: integration, ExternalOrgID: external.ID,
					})
				}
			}
		}
	}
	return world
}

// imported imports the chosen external organizations the simple way, one after the other, and changes the account.
func (a *importAccount) imported(chosen []importable) map[uuid.UUID]ImportOutcome {
	outcomes := map[uuid.UUID]ImportOutcome{}
	ordered := slices.SortedFunc(slices.Values(chosen), func(left, right importable) int {
		return cmp.Or(cmp.Compare(slices.Index(a.integrations, left.IntegrationID), slices.Index(a.integrations, right.IntegrationID)), compareRemoteIDs(left.RemoteID, right.RemoteID))
	})
	done := map[namesake]bool{}
	for _, external := range ordered {
		switch {
		case external.Mapped:
			outcomes[external.ID] = SkippedAlreadyImported
			continue
		case done[external.namesake()]:
			outcomes[external.ID] = SkippedDuplicateName
			continue
		}
		done[external.namesake()] = true
		organization, exists := a.organizations[*external.MatchName]
		if !exists {
			organization = called("made " + *external.MatchName)
			a.organizations[*external.MatchName] = organization
		}
		cell := cellKey{organization, external.IntegrationID}
		outcomes[external.ID] = MappedExisting
		for other, holder := range a.holder {
			if holder == cell {
				delete(a.holder, other)
				outcomes[external.ID] = OverwroteMapping
			}
		}
		if !exists {
			outcomes[external.ID] = Created
		}
		a.holder[external.ID] = cell
	}
	return outcomes
}

func drawChosen(t *rapid.T, externals []importable) []importable {
	chosen := []importable{}
	for _, external := range externals {
		if !external.Removed && (external.MatchName != nil || external.Mapped) && rapid.IntRange(0, 3).Draw(t, "chosen") > 0 {
			chosen = append(chosen, external)
		}
	}
	if len(chosen) > 1 {
		chosen = rapid.Permutation(chosen).Draw(t, "order")
	}
	return chosen
}

func TestPlanImport_EqualsImportingOneByOne(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		account := drawImportAccount(t)
		chosen := drawChosen(t, account.externals)
		plan, problems := planImport(account.seenBy(chosen), idsOf(chosen))
		require.Empty(t, problems)

		holder := maps.Clone(account.holder)
		organizations := maps.Clone(account.organizations)
		want := account.imported(chosen)

		made := map[string]uuid.UUID{}
		for _, text := range plan.creates {
			require.NotContains(t, organizations, text)
			made[text] = called("made " + text)
			organizations[text] = made[text]
		}
		done := withIDs(plan, made)
		deletes := setOf(done.deletes)
		for external := range holder {
			if deletes[called("mapping of "+external.String())] {
				delete(holder, external)
			}
		}
		for _, one := range done.inserts {
			require.NotContains(t, holder, one.externalOrgID, "an external organization is mapped at most once")
			holder[one.externalOrgID] = one.cell
		}
		for i, result := range done.results {
			require.Equal(t, chosen[i].ID, result.ExternalOrgID)
			require.Equal(t, want[result.ExternalOrgID], result.Outcome)
			require.Equal(t, result.Outcome == OverwroteMapping, len(result.Replaced) > 0)
			require.Equal(t, plan.decisions[i].maps(), result.OrganizationID != nil)
		}
		require.Equal(t, account.organizations, organizations)
		require.Equal(t, account.holder, holder)
	})
}

// Creating organizations from a list equals importing the part of it that has no similar organization.
func TestPlanCreateFrom_EqualsImportingTheRest(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		account := drawImportAccount(t)
		chosen := slices.DeleteFunc(drawChosen(t, account.externals), func(one importable) bool { return one.Excluded && !one.Mapped })
		request, confirmed := CreateFrom{ExternalOrgIDs: idsOf(chosen)}, map[uuid.UUID]bool{}
		for _, external := range chosen {
			if confirmed[external.ID] = rapid.Bool().Draw(t, "confirmed"); confirmed[external.ID] {
				request.DespiteSimilar = append(request.DespiteSimilar, external.ID)
			}
		}
		plan, problems := planCreateFrom(account.seenBy(chosen), request)
		require.Empty(t, problems)

		similar, rest := map[uuid.UUID]uuid.UUID{}, []importable{}
		for _, external := range chosen {
			taken := false
			for _, holder := range account.holder {
				taken = taken || external.MatchName != nil && holder == cellKey{account.organizations[*external.MatchName], external.IntegrationID}
			}
			switch {
			case !external.Mapped && external.Suggested != nil && !confirmed[external.ID]:
				similar[external.ID] = *external.Suggested
			case !external.Mapped && taken:
				similar[external.ID] = account.organizations[*external.MatchName]
			default:
				rest = append(rest, external)
			}
		}
		alone, problems := planImport(account.seenBy(rest), idsOf(rest))
		require.Empty(t, problems)
		require.Equal(t, alone.creates, plan.creates)
		want := account.imported(rest)
		done := withIDs(plan, map[string]uuid.UUID{"a": called("made a"), "A": called("made A"), "b": called("made b"), "c": called("made c")})
		require.Empty(t, done.deletes, "no mapping is replaced")
		for i, result := range done.results {
			require.Equal(t, chosen[i].ID, result.ExternalOrgID)
			if organization, reported := similar[result.ExternalOrgID]; reported {
				require.Equal(t, SimilarExists, result.Outcome)
				require.Equal(t, organization, *result.OrganizationID)
				continue
			}
			require.Equal(t, want[result.ExternalOrgID], result.Outcome)
			require.NotEqual(t, OverwroteMapping, result.Outcome)
		}
		for _, one := range done.inserts {
			require.Equal(t, account.holder[one.externalOrgID], one.cell)
		}
	})
}

func TestPlanImport_EnforcesTheQuotaExactly(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		account := drawImportAccount(t)
		chosen := drawChosen(t, account.externals)
		world := account.seenBy(chosen)
		unlimited, problems := planImport(world, idsOf(chosen))
		require.Empty(t, problems)
		left := rapid.IntRange(0, 4).Draw(t, "left")
		world.remaining = &left
		plan, problems := planImport(world, idsOf(chosen))
		if len(unlimited.creates) > left {
			require.Equal(t, apperr.QuotaExceeded, problems[0].Code)
			return
		}
		require.Empty(t, problems)
		require.Equal(t, unlimited, plan)
	})
}

func TestPreview_EqualsTheImportOfAll(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		account := drawImportAccount(t)
		candidates := []importable{}
		for _, external := range account.externals {
			if !external.Mapped && !external.Removed && external.MatchName != nil {
				candidates = append(candidates, external)
			}
		}
		listed, rest := []importable{}, map[string]bool{}
		for _, candidate := range candidates {
			if rapid.Bool().Draw(t, "on the page") {
				listed = append(listed, candidate)
				rest[*candidate.MatchName] = true
			}
		}
		namesakes := slices.DeleteFunc(slices.Clone(candidates), func(one importable) bool { return !rest[*one.MatchName] })
		previewed, err := preview(account.seenBy(namesakes), listed)
		require.NoError(t, err)
		before := maps.Clone(account.organizations)
		want := account.imported(candidates)
		for i, candidate := range previewed {
			require.Equal(t, listed[i].ID, candidate.ExternalOrgID)
			require.Equal(t, want[candidate.ExternalOrgID], candidate.Outcome)
			if organization, exists := before[*listed[i].MatchName]; exists && candidate.Outcome != SkippedDuplicateName {
				require.Equal(t, organization, *candidate.OrganizationID)
			} else {
				require.Nil(t, candidate.OrganizationID)
			}
		}
	})
}
