package mapping

import (
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/apperr"
)

func (e importable) suggested(organization string) importable {
	suggested := called(organization)
	e.Suggested = &suggested
	return e
}

func (e importable) excluded() importable { e.Excluded = true; return e }

func TestPlanCreateFrom_Outcomes(t *testing.T) {
	t.Parallel()
	for title, c := range map[string]struct {
		chosen  []importable
		confirm []importable
		want    []ImportOutcome
		similar map[int]string // organizations that are reported, by index
		creates []string
	}{
		"creates an organization if nothing is suggested": {
			chosen: []importable{offered("1", "New")}, want: []ImportOutcome{Created}, creates: []string{"New"},
		},
		"maps to an organization of the same name": {
			chosen: []importable{offered("1", "Existing")}, want: []ImportOutcome{MappedExisting},
		},
		"reports a suggestion": {
			chosen: []importable{offered("1", "New").suggested("Existing")}, want: []ImportOutcome{SimilarExists}, similar: map[int]string{0: "Existing"},
		},
		"reports a suggestion even if another organization has the same name": {
			chosen: []importable{offered("1", "Existing").suggested("Full")}, want: []ImportOutcome{SimilarExists}, similar: map[int]string{0: "Full"},
		},
		"creates an organization despite a suggestion that is confirmed": {
			chosen: []importable{offered("1", "New").suggested("Existing")}, confirm: []importable{offered("1", "New")},
			want: []ImportOutcome{Created}, creates: []string{"New"},
		},
		"maps to an organization of the same name despite a suggestion that is confirmed": {
			chosen: []importable{offered("1", "Existing").suggested("Full")}, confirm: []importable{offered("1", "Existing")}, want: []ImportOutcome{MappedExisting},
		},
		"confirms each one separately": {
			chosen:  []importable{offered("1", "A").suggested("Existing"), offered("2", "B").suggested("Existing")},
			confirm: []importable{offered("2", "B")}, want: []ImportOutcome{SimilarExists, Created}, similar: map[int]string{0: "Existing"}, creates: []string{"B"},
		},
		"ignores a confirmation that is not needed": {
			chosen: []importable{offered("1", "New")}, confirm: []importable{offered("1", "New"), offered("1", "New")}, want: []ImportOutcome{Created}, creates: []string{"New"},
		},
		"reports the organization of the same name if its cell is not empty": {
			chosen: []importable{offered("1", "Full")}, want: []ImportOutcome{SimilarExists}, similar: map[int]string{0: "Full"},
		},
		"never replaces a mapping, even if it is confirmed": {
			chosen: []importable{offered("1", "Full").suggested("Existing")}, confirm: []importable{offered("1", "Full")},
			want: []ImportOutcome{SimilarExists}, similar: map[int]string{0: "Full"},
		},
		"reports every one of the same name if the cell is not empty": {
			chosen: []importable{offered("2", "Full"), offered("1", "Full")}, want: []ImportOutcome{SimilarExists, SimilarExists}, similar: map[int]string{0: "Full", 1: "Full"},
		},
		"skips a mapped one, whatever is suggested for it": {
			chosen: []importable{offered("1", "Full").suggested("Existing").mapped(), offered("2", "").nameless("").excluded().mapped()},
			want:   []ImportOutcome{SkippedAlreadyImported, SkippedAlreadyImported},
		},
		"skips duplicates of a name": {
			chosen: []importable{offered("10", "New"), offered("9", "New")}, want: []ImportOutcome{SkippedDuplicateName, Created}, creates: []string{"New"},
		},
		"does not skip a duplicate of one that is only reported": {
			chosen: []importable{offered("1", "New").suggested("Existing"), offered("2", "New")},
			want:   []ImportOutcome{SimilarExists, Created}, similar: map[int]string{0: "Existing"}, creates: []string{"New"},
		},
		"takes the lowest remote ID of those that are confirmed": {
			chosen:  []importable{offered("1", "New").suggested("Existing"), offered("3", "New").suggested("Existing"), offered("2", "New").suggested("Existing")},
			confirm: []importable{offered("3", "New"), offered("2", "New")},
			want:    []ImportOutcome{SimilarExists, SkippedDuplicateName, Created}, similar: map[int]string{0: "Existing"}, creates: []string{"New"},
		},
		"creates one organization for two integrations": {
			chosen: []importable{offeredIn("RMM", "1", "New"), offered("1", "New")}, want: []ImportOutcome{MappedExisting, Created}, creates: []string{"New"},
		},
		"maps in another integration than the one in which the organization is mapped": {
			chosen: []importable{offeredIn("RMM", "1", "Full")}, want: []ImportOutcome{MappedExisting},
		},
		"does nothing without a selection": {want: []ImportOutcome{}},
	} {
		t.Run(title, func(t *testing.T) {
			t.Parallel()
			world := importSample(c.chosen...)
			world.integrations = allCalled("Glue", "RMM")
			plan, problems := planCreateFrom(world, CreateFrom{ExternalOrgIDs: idsOf(c.chosen), DespiteSimilar: idsOf(c.confirm)})
			require.Empty(t, problems)
			outcomes, similar := make([]ImportOutcome, len(plan.decisions)), map[int]string(nil)
			for i, decided := range plan.decisions {
				require.Equal(t, c.chosen[i], decided.externalOrg, "results are in the requested order")
				require.Empty(t, decided.replaced)
				outcomes[i] = decided.outcome
				if decided.similar == uuid.Nil {
					continue
				}
				if similar == nil {
					similar = map[int]string{}
				}
				for _, name := range []string{"Existing", "Full"} {
					if decided.similar == called(name) {
						similar[i] = name
					}
				}
			}
			require.Equal(t, c.want, outcomes)
			require.Equal(t, c.similar, similar)
			require.Equal(t, c.creates, plan.creates)
		})
	}
}

func TestPlanCreateFrom_Refuses(t *testing.T) {
	t.Parallel()
	one := 1
	for title, c := range map[string]struct {
		chosen  []importable
		confirm []uuid.UUID
		change  func(*importWorld)
		want    []problem
	}{
		"an unknown external organization": {
			chosen: []importable{offered("1", "New"), offered("2", "Other")}, change: func(world *importWorld) { delete(world.externalOrgs, called("Glue2")) },
			want: []problem{{apperr.NotFound, "input/externalOrgIds/1", "external organization does not exist"}},
		},
		"an account without integrations": {
			chosen: []importable{offered("1", "New")}, change: func(world *importWorld) { *world = importWorld{} },
			want: []problem{{apperr.NotFound, "input/externalOrgIds/0", "external organization does not exist"}},
		},
		"a removed external organization": {
			chosen: []importable{offered("1", "New").removed(), offered("1", "New").removed()},
			want:   []problem{{apperr.NotFound, "input/externalOrgIds/0", `no longer lists “New”`}, {apperr.NotFound, "input/externalOrgIds/1", `no longer lists “New”`}},
		},
		"an excluded external organization": {
			chosen: []importable{offered("1", "New").excluded()}, want: []problem{{apperr.Invalid, "input/externalOrgIds/0", `“New” is excluded`}},
		},
		"the same external organization twice": {
			chosen: []importable{offered("1", "New"), offered("1", "New")}, want: []problem{{apperr.Invalid, "input/externalOrgIds/1", `“New” is given twice`}},
		},
		"names that no organization can have": {
			chosen: []importable{offered("1", "").nameless(" "), offered("2", "").nameless("a\nb").suggested("Existing")},
			want:   []problem{{apperr.Invalid, "input/externalOrgIds/0", "The name is empty."}, {apperr.Invalid, "input/externalOrgIds/1", "control character"}},
		},
		"a confirmation of one that is not chosen": {
			chosen: []importable{offered("1", "New")}, confirm: allCalled("Glue1", "Glue2"),
			want: []problem{{apperr.Invalid, "input/createDespiteSimilar/1", "not in externalOrgIds"}},
		},
		"all problems at once": {
			chosen: []importable{offered("1", "New").removed()}, confirm: allCalled("Glue2"),
			want: []problem{{apperr.NotFound, "input/externalOrgIds/0", ""}, {apperr.Invalid, "input/createDespiteSimilar/0", ""}},
		},
		"more new organizations than the quota allows": {
			chosen: []importable{offered("1", "A"), offered("2", "B"), offered("3", "C").suggested("Full"), offered("4", "Existing")},
			change: func(world *importWorld) { world.remaining = &one },
			want:   []problem{{apperr.QuotaExceeded, "input/externalOrgIds", "This would create 2 organizations, and your plan allows 1 more"}},
		},
	} {
		t.Run(title, func(t *testing.T) {
			t.Parallel()
			world := importSample(c.chosen...)
			if c.change != nil {
				c.change(&world)
			}
			plan, problems := planCreateFrom(world, CreateFrom{ExternalOrgIDs: idsOf(c.chosen), DespiteSimilar: c.confirm})
			requireProblems(t, c.want, problems)
			require.Empty(t, plan)
		})
	}
}

func TestPlanImport_IgnoresSuggestionsAndExclusions(t *testing.T) {
	t.Parallel()
	chosen := []importable{offered("1", "New").suggested("Existing"), offered("2", "Full").excluded()}
	plan, problems := planImport(importSample(chosen...), idsOf(chosen))
	require.Empty(t, problems)
	require.Equal(t, Created, plan.decisions[0].outcome)
	require.Equal(t, OverwroteMapping, plan.decisions[1].outcome)
}

func TestImportPlan_ResultsOfADryRun(t *testing.T) {
	t.Parallel()
	chosen := []importable{offered("1", "New"), offeredIn("RMM", "1", "New"), offered("2", "Existing"), offered("3", "Full"), offered("4", "New")}
	world := importSample(chosen...)
	world.integrations = allCalled("Glue", "RMM")
	plan, problems := planCreateFrom(world, CreateFrom{ExternalOrgIDs: idsOf(chosen)})
	require.Empty(t, problems)
	organizations := make([]*uuid.UUID, len(chosen))
	for i, result := range plan.results(nil) {
		organizations[i] = result.OrganizationID
	}
	existing, full := called("Existing"), called("Full")
	require.Equal(t, []*uuid.UUID{nil, nil, &existing, &full, nil}, organizations, "an organization that would be created has no ID")
}
