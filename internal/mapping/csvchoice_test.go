package mapping

import (
	"fmt"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/apperr"
)

// done returns what chosen lines change, as text.
func done(t *testing.T, world csvWorld, file string, remaining *int, lines []int, instead ...CSVInstead) ([]string, apperr.UserErrors) {
	t.Helper()
	changes, problems := chooseCSV(world, planText(t, world, file), lines, instead, remaining)
	ids := map[string]uuid.UUID{}
	for _, created := range changes.creates {
		ids[created] = called(created)
	}
	deletes, inserts, edits := changes.executed(world, ids)
	require.Len(t, edits.Mappings, max(len(deletes), len(edits.Mappings)), "each deleted mapping is an edit")
	texts := []string{}
	for i := range edits.Organizations {
		texts = append(texts, "CREATED "+edits.Organizations[i].Organization.Name)
	}
	mapped := 0
	for i := range edits.Mappings {
		edit, from, to := &edits.Mappings[i], "-", "-"
		if edit.Before != nil {
			from = edit.Before.Name
		}
		if edit.After != nil {
			to = edit.After.Name
			require.Equal(t, newMapping{cellKey{edit.After.ID, edit.Integration.ID}, edit.ExternalOrg.ID}, inserts[mapped])
			require.Equal(t, called(to), edit.After.ID)
			mapped++
		}
		texts = append(texts, fmt.Sprintf("%s/%s: %s > %s", edit.Integration.Name, edit.ExternalOrg.Name, from, to))
	}
	require.Len(t, inserts, mapped)
	return texts, problems
}

func TestChooseCSV_Changes(t *testing.T) {
	t.Parallel()
	gamma := CSVInstead{Line: 2, OrganizationID: called("Gamma")}
	for title, c := range map[string]struct {
		file    string
		lines   []int
		instead []CSVInstead
		want    []string
	}{
		"nothing without lines":       {"Client,RMM\nNew,3", nil, nil, []string{}},
		"only the chosen lines":       {"Client,RMM\nNew,3\nOther,4\nThird,5", []int{4, 2}, nil, []string{"CREATED New", "CREATED Third", "RMM/Three: - > New", "RMM/Twin: - > Third"}},
		"nothing if it is so already": {"Client,RMM\nAcme,1", []int{2}, nil, []string{}},
		"a move":                      {"Client,RMM\nGamma,2", []int{2}, nil, []string{"RMM/Two: Beta > Gamma"}},
		"a replaced cell":             {"Client,RMM\nAcme,3", []int{2}, nil, []string{"RMM/Three: - > Acme", "RMM/One: Acme > -"}},
		"a swap":                      {"Client,RMM\nAcme,2\nBeta,1", []int{2, 3}, nil, []string{"RMM/Two: Beta > Acme", "RMM/One: Acme > Beta"}},
		"half of a swap":              {"Client,RMM\nAcme,2\nBeta,1", []int{2}, nil, []string{"RMM/Two: Beta > Acme", "RMM/One: Acme > -"}},
		"a cleared cell whose content moves": {
			"Client,RMM\nAcme,none\nGamma,1", []int{2, 3}, nil, []string{"RMM/One: Acme > Gamma"},
		},
		"one organization for several rows": {
			"Organization,Integration,External ID\nNew,RMM,3\nNew,PSA,3\nNew,RMM,4",
			[]int{3, 4},
			nil,
			[]string{"CREATED New", "PSA/Three: - > New", "RMM/Twin: - > New"},
		},
		"an organization that looks like another": {"Client,RMM\nBetta,3", []int{2}, nil, []string{"CREATED Betta", "RMM/Three: - > Betta"}},
		"another organization instead":            {"Client,RMM\nBetta,3", nil, []CSVInstead{gamma}, []string{"RMM/Three: - > Gamma"}},
		"another organization that has it":        {"Client,RMM\nNew,2", nil, []CSVInstead{{2, called("Beta")}}, []string{}},
		"another organization keeps its cell":     {"Client,RMM\nNew,3", nil, []CSVInstead{{2, called("Acme")}}, []string{"RMM/Three: - > Acme"}},
		"instead of an existing one, whose cell stays": {
			"Client,RMM\nAcme,3", nil, []CSVInstead{gamma}, []string{"RMM/Three: - > Gamma"},
		},
	} {
		t.Run(title, func(t *testing.T) {
			t.Parallel()
			changes, problems := done(t, csvSample(), c.file, nil, c.lines, c.instead...)
			require.Empty(t, problems)
			require.Equal(t, c.want, changes)
		})
	}
}

func TestChooseCSV_Refuses(t *testing.T) {
	t.Parallel()
	one := 1
	for title, c := range map[string]struct {
		file    string
		lines   []int
		instead []CSVInstead
		want    []problem
	}{
		"lines that do not exist":       {"Client\nNew\n\nOther", []int{1, 3, 5}, nil, []problem{{apperr.NotFound, "input/lines/0", "no row at line 1"}, {apperr.NotFound, "input/lines/1", ""}, {apperr.NotFound, "input/lines/2", ""}}},
		"a line twice":                  {"Client\nNew", []int{2, 2}, nil, []problem{{apperr.Invalid, "input/lines/1", "Line 2 is chosen twice."}}},
		"a line with another choice":    {"Client\nNew", []int{2}, []CSVInstead{{2, called("Acme")}}, []problem{{apperr.Invalid, "input/instead/0/line", "chosen twice"}}},
		"a line that cannot be applied": {"Client,RMM\nNew,Twin", []int{2}, nil, []problem{{apperr.Invalid, "input/lines/0", "Line 2 cannot be applied: RMM lists 2"}}},
		"an unknown organization":       {"Client\nNew", nil, []CSVInstead{{2, called("Nobody")}}, []problem{{apperr.NotFound, "input/instead/0/organizationId", "does not exist"}}},
		"more than the quota":           {"Client\nA\nB\nC", []int{3, 4}, nil, []problem{{apperr.QuotaExceeded, "input/lines", "This file would create 2 organizations, and your plan allows 1 more"}}},
	} {
		t.Run(title, func(t *testing.T) {
			t.Parallel()
			_, problems := done(t, csvSample(), c.file, &one, c.lines, c.instead...)
			requireProblems(t, c.want, problems)
		})
	}
	changes, problems := done(t, csvSample(), "Client\nA\nB\nC", &one, []int{4})
	require.Empty(t, problems, "the quota counts the chosen lines only")
	require.Equal(t, []string{"CREATED C"}, changes)

	many := csvChanges{moves: make([]csvPlacement, MaximumCSVChanges), leaves: make([]cellMapping, 1)}
	requireProblems(t, []problem{{apperr.Invalid, "input/lines", "change 20001 mappings; at most 20000"}}, many.check(nil))
	many.leaves = nil
	require.Empty(t, many.check(nil))
}

func TestHashCSV(t *testing.T) {
	t.Parallel()
	const file = "Client,RMM,PSA\nNew,3,\nAcme,1,\nBeta,4,none\nGamma,2,\nBetta,,3"
	hash := func(change func(*csvWorld), text string) string {
		world := csvSample()
		change(&world)
		return hashCSV(CSVInput{Content: []byte(text)}, planText(t, world, text))
	}
	nothing := func(*csvWorld) {}
	before := hash(nothing, file)
	require.Equal(t, before, hash(nothing, file))
	require.Equal(t, before, hash(func(w *csvWorld) { w.byName["Acme"].name = "Acme Inc" }, file), "only what would be done differently counts")
	for title, change := range map[string]func(*csvWorld){
		"an organization was created": func(w *csvWorld) { w.organization(called("New"), "New") },
		"one was mapped": func(w *csvWorld) {
			w.byRemoteID[csvText{called("RMM"), "3"}].holder = cellMapping{ID: called("m"), OrganizationID: called("Acme")}
		},
		"one was mapped again": func(w *csvWorld) { w.byRemoteID[csvText{called("RMM"), "2"}].holder.ID = called("m") },
		"one was cleared":      func(w *csvWorld) { w.byRemoteID[csvText{called("RMM"), "1"}].holder = cellMapping{} },
		"a cell has more": func(w *csvWorld) {
			w.cells[cellKey{called("Beta"), called("PSA")}] = []cellMapping{{ID: called("m"), ExternalOrgID: called("x")}}
		},
		"one was excluded":   func(w *csvWorld) { w.byRemoteID[csvText{called("RMM"), "3"}].excluded = true },
		"another is similar": func(w *csvWorld) { w.similar["Betta"] = w.byName["Gamma"] },
		"one was deleted":    func(w *csvWorld) { delete(w.byName, "Gamma") },
	} {
		require.NotEqual(t, before, hash(change, file), title)
	}
	require.NotEqual(t, before, hash(nothing, file+"\n"), "another file")
}
