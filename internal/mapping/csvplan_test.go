package mapping

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// csvSample returns a world with the integrations RMM and PSA. Organizations: Acme holds RMM 1 (One) and PSA 7 (Seven),
// Beta holds RMM 2 (Two), Gamma nothing. RMM also lists 3 (Three), 4 and 5 (both Twin), 6 (Gone, removed), 8 (Office,
// excluded), 9 (Gamma Ltd, suggested for Gamma), "a;b" (Semi;colon) and none (None).
func csvSample() csvWorld {
	world := csvWorld{
		integrations: map[uuid.UUID]string{called("RMM"): "RMM", called("PSA"): "PSA"}, organizations: map[uuid.UUID]*csvOrganization{},
		byName: map[string]*csvOrganization{}, byRemoteID: map[csvText]*csvExternal{}, byMatchName: map[csvText][]*csvExternal{},
		cells: map[cellKey][]cellMapping{}, similar: map[string]*csvOrganization{}, nearest: map[csvText]string{},
	}
	for _, one := range []string{"Acme", "Beta", "Gamma"} {
		world.organization(called(one), one)
	}
	world.similar["Betta"] = world.byName["Beta"]
	list := func(integration, remoteID, name, holder string) *csvExternal {
		one := &csvExternal{id: called(integration + remoteID), integration: called(integration), remoteID: remoteID, name: name}
		if holder != "" {
			one.holder = cellMapping{called("mapping " + integration + remoteID), called(holder), one.integration, one.id, name, holder}
			world.cells[one.holder.cell()] = append(world.cells[one.holder.cell()], one.holder)
		}
		world.byRemoteID[csvText{one.integration, remoteID}] = one
		key := csvText{one.integration, name}
		world.byMatchName[key] = append(world.byMatchName[key], one)
		return one
	}
	list("RMM", "1", "One", "Acme")
	list("PSA", "7", "Seven", "Acme")
	list("RMM", "2", "Two", "Beta")
	list("RMM", "3", "Three", "")
	list("RMM", "4", "Twin", "")
	list("RMM", "5", "Twin", "")
	list("RMM", "6", "Gone", "").removed = true
	list("RMM", "8", "Office", "").excluded = true
	list("RMM", "9", "Gamma Ltd", "").suggested = called("Gamma")
	list("RMM", "a;b", "Semi;colon", "")
	list("RMM", "none", "None", "")
	list("PSA", "3", "Three", "")
	world.nearest[csvText{called("RMM"), "33"}] = "3"
	return world
}

func csvSampleIntegrations() []csvIntegration {
	return []csvIntegration{{called("RMM"), "RMM", "DATTO_RMM"}, {called("PSA"), "PSA", "AUTOTASK"}}
}

// planText plans a file in the world.
func planText(t *testing.T, world csvWorld, text string) []csvDecision {
	t.Helper()
	file, err := readCSV(CSVInput{Content: []byte(text)}, csvSampleIntegrations())
	require.NoError(t, err)
	return planCSV(world, &file)
}

// told returns decisions as lines of text.
func told(world csvWorld, decisions []csvDecision) []string {
	lines := make([]string, len(decisions))
	for i := range decisions {
		lines[i] = fmt.Sprintf("%d %s: %s", decisions[i].row.line, decisions[i].outcome, decisions[i].explain(world))
	}
	return lines
}

func TestPlanCSV_Outcomes(t *testing.T) {
	t.Parallel()
	for title, c := range map[string]struct {
		file string
		want []string
	}{
		"creates an organization":            {"Client,RMM\nNew,", []string{`2 CREATES: Creates it.`}},
		"creates an organization and maps":   {"Client,RMM,PSA\nNew,3,Three", []string{`2 CREATES: Creates it, maps “Three” in RMM, maps “Three” in PSA.`}},
		"maps by ID":                         {"Client,RMM ID\nGamma,3", []string{`2 MAPS: Maps “Three” in RMM.`}},
		"maps by name":                       {"Client,RMM name\nGamma,Three", []string{`2 MAPS: Maps “Three” in RMM.`}},
		"maps several":                       {"Client,RMM\nGamma,3; 4", []string{`2 MAPS: Maps “Three” in RMM, maps “Twin” in RMM.`}},
		"takes a name with a separator":      {"Client,RMM\nGamma,Semi;colon", []string{`2 MAPS: Maps “Semi;colon” in RMM.`}},
		"takes an escaped separator":         {"Client,RMM ID\nGamma,a\\;b", []string{`2 MAPS: Maps “Semi;colon” in RMM.`}},
		"takes an escaped none":              {"Client,RMM ID\nGamma,\\none", []string{`2 MAPS: Maps “None” in RMM.`}},
		"trims names":                        {"Client,RMM\n  Gamma , Three ", []string{`2 MAPS: Maps “Three” in RMM.`}},
		"compares names with case":           {"Client,RMM\nACME,", []string{`2 CREATES: Creates it.`}},
		"does nothing twice":                 {"Client,RMM,PSA\nAcme,1,Seven", []string{`2 ALREADY_SO: Nothing to do.`}},
		"leaves empty cells alone":           {"Client,RMM,PSA\nAcme,,", []string{`2 ALREADY_SO: Nothing to do.`}},
		"clears":                             {"Client,RMM,PSA\nAcme,None,", []string{`2 CLEARS: Removes “One” in RMM.`}},
		"clears an empty cell":               {"Client,RMM\nGamma,none", []string{`2 ALREADY_SO: Nothing to do.`}},
		"maps and clears":                    {"Client,RMM,PSA\nAcme,none,7; 3", []string{`2 MAPS: Maps “Three” in PSA, removes “One” in RMM.`}},
		"moves":                              {"Client,RMM\nGamma,2", []string{`2 REPLACES: “Two” in RMM moves here from “Beta”.`}},
		"replaces the content of a cell":     {"Client,RMM\nAcme,3", []string{`2 REPLACES: Removes “One” in RMM.`}},
		"moves to a new organization":        {"Client,RMM\nNew,2", []string{`2 REPLACES: “Two” in RMM moves here from “Beta”.`}},
		"reports a similar name":             {"Client,RMM\nBetta,3", []string{`2 LOOKS_LIKE: Like your “Beta”.`}},
		"reports a suggestion":               {"Client,RMM\nGamma Limited,9", []string{`2 LOOKS_LIKE: Like your “Gamma”.`}},
		"maps despite a suggestion":          {"Client,RMM\nAcme,1;9", []string{`2 MAPS: Maps “Gamma Ltd” in RMM.`}},
		"finds an organization by its ID":    {"Organization ID,RMM\n" + orgID("Gamma") + ",3", []string{`2 MAPS: Maps “Three” in RMM.`}},
		"adds with a row for each mapping":   {"Organization,Integration,External ID\nAcme,RMM,3\nAcme,rmm,1", []string{`2 MAPS: Maps “Three” in RMM.`, `3 ALREADY_SO: Nothing to do.`}},
		"creates once with several rows":     {"Organization,Integration,External ID\nNew,RMM,3\nNew,PSA,3", []string{`2 CREATES: Creates it, maps “Three” in RMM.`, `3 CREATES: Creates it, maps “Three” in PSA.`}},
		"leaves a row without a value alone": {"Organization,Integration,External ID\nAcme,RMM, ", []string{`2 ALREADY_SO: Nothing to do.`}},
		"clears with a row":                  {"Organization,Integration,External name\nAcme,PSA,none", []string{`2 CLEARS: Removes “Seven” in PSA.`}},
		"takes an ID called none in a row":   {"Organization,Integration,External ID\nGamma,RMM,none", []string{`2 MAPS: Maps “None” in RMM.`}},
		"prefers the ID of two columns":      {"Client,RMM name,RMM ID\nGamma,Two,3", []string{`2 MAPS: Maps “Three” in RMM.`}},
		"takes the name if the ID is absent": {"Client,RMM name,RMM ID\nGamma,Three,", []string{`2 MAPS: Maps “Three” in RMM.`}},
	} {
		t.Run(title, func(t *testing.T) {
			t.Parallel()
			world := csvSample()
			require.Equal(t, c.want, told(world, planText(t, world, c.file)))
		})
	}
}

func TestPlanCSV_Refuses(t *testing.T) {
	t.Parallel()
	type refused struct {
		line int
		code CSVProblemCode
		col  int
		text string
	}
	for title, c := range map[string]struct {
		file string
		want []refused
	}{
		"an unknown ID":           {"Client,RMM ID\nGamma,33", []refused{{2, CSVUnknownExternalOrg, 1, "RMM lists no ID 33. Did you mean 3?"}}},
		"an unknown name":         {"Client,RMM name\nGamma,Thre", []refused{{2, CSVUnknownExternalOrg, 1, `RMM lists nothing with the name “Thre”.`}}},
		"a name instead of an ID": {"Client,RMM ID\nGamma,Three", []refused{{2, CSVUnknownExternalOrg, 1, "RMM lists no ID Three."}}},
		"an ID instead of a name": {"Client,RMM name\nGamma,3", []refused{{2, CSVUnknownExternalOrg, 1, `RMM lists nothing with the name “3”.`}}},
		"an ID of another list":   {"Client,PSA\nGamma,9", []refused{{2, CSVUnknownExternalOrg, 1, `PSA lists nothing with the ID or name “9”.`}}},
		"an ambiguous name":       {"Client,RMM\nGamma,Twin", []refused{{2, CSVAmbiguousName, 1, `RMM lists 2 with the name “Twin”. Use an ID instead: 4, 5.`}}},
		"an empty name":           {"Client,RMM\n  ,3", []refused{{2, CSVNameInvalid, 0, "The organization's name is empty."}}},
		"an impossible name":      {"Client,RMM\n\"a\nb\",3", []refused{{2, CSVNameInvalid, 0, "The name has a control character at position 2."}}},
		"an organization twice":   {"Client,RMM\nAcme,\nGamma,3\n Acme,", []refused{{4, CSVDuplicate, 0, `“Acme” is also on line 2.`}}},
		"a new one twice":         {"Client,RMM\nNew,\nNew,3", []refused{{3, CSVDuplicate, 0, `“New” is also on line 2.`}}},
		"one by ID and by name": {
			"Organization ID,Client\n" + orgID("Acme") + ",\n,Acme", []refused{{3, CSVDuplicate, 1, `“Acme” is also on line 2.`}},
		},
		"the same external organization twice": {
			"Client,RMM\nGamma,3\nNew,\nAcme,1;3", []refused{{4, CSVNamedTwice, 1, `“Three” in RMM is also on line 2. It can be mapped to only one organization.`}},
		},
		"by ID and by name on two lines": {
			"Client,RMM\nGamma,3\nAcme,Three;1", []refused{{3, CSVNamedTwice, 1, `“Three” in RMM is also on line 2. It can be mapped to only one organization.`}},
		},
		"a removed one":   {"Client,RMM ID\nGamma,6", []refused{{2, CSVRemoved, 1, `RMM no longer lists “Gone”.`}}},
		"an excluded one": {"Client,RMM\nGamma,8", []refused{{2, CSVExcluded, 1, `“Office” in RMM is excluded. Include it first.`}}},
		"an unknown organization": {
			"Organization ID,Client\n" + orgID("Nobody") + ",Acme", []refused{{2, CSVUnknownOrganization, 0, "No organization has the ID"}},
		},
		"an ID that is none":     {"Organization ID,Client\n17,Acme", []refused{{2, CSVUnknownOrganization, 0, `No organization has the ID “17”.`}}},
		"another name":           {"Organization ID,Client\n" + orgID("Acme") + ",Acme Inc", []refused{{2, CSVNameDiffers, 1, `is called “Acme”`}}},
		"an unknown integration": {"Client,Integration,External ID\nAcme,XYZ,1", []refused{{2, CSVUnknownIntegration, 1, `There is no integration “XYZ”.`}}},
		"no integration":         {"Client,Integration,External ID\nAcme,,1", []refused{{2, CSVUnknownIntegration, 1, "The row does not name an integration."}}},
		"values without a column": {
			"Client,RMM\nGamma,3,x\nAcme,1,", []refused{{2, CSVTooManyValues, -1, "The row has more values than the file has columns."}},
		},
		"everything at once": {
			"Client,RMM,PSA\n,99,Twin",
			[]refused{{2, CSVNameInvalid, 0, ""}, {2, CSVUnknownExternalOrg, 1, ""}, {2, CSVUnknownExternalOrg, 2, ""}},
		},
	} {
		t.Run(title, func(t *testing.T) {
			t.Parallel()
			decisions := planText(t, csvSample(), c.file)
			found := []CSVProblem{}
			for i := range decisions {
				require.Equal(t, len(decisions[i].problems) > 0, decisions[i].outcome == CSVCannotApply)
				for _, one := range decisions[i].problems {
					require.Less(t, len(found), len(c.want), "%+v", one)
					want := c.want[len(found)]
					require.Equal(t, want.line, decisions[i].row.line)
					require.Equal(t, want.code, one.Code)
					require.Equal(t, want.col, one.Column)
					require.Contains(t, one.Message, want.text)
					if one.Line > 0 {
						require.Contains(t, one.Message, fmt.Sprintf("line %d", one.Line))
					}
					found = append(found, one)
				}
			}
			require.Len(t, found, len(c.want))
		})
	}
}

func TestPlanCSV_RemovedOnesStayWhereTheyAre(t *testing.T) {
	t.Parallel()
	world := csvSample()
	world.byRemoteID[csvText{called("RMM"), "1"}].removed = true
	require.Equal(t, []string{"2 ALREADY_SO: Nothing to do."}, told(world, planText(t, world, "Client,RMM\nAcme,1")))
	require.Equal(t, CSVCannotApply, planText(t, world, "Client,RMM\nBeta,2;1")[0].outcome)
}

func TestQuotaExceeded_MarksRowsInTheOrderOfTheFile(t *testing.T) {
	t.Parallel()
	outcomes := func(file string, remaining *int) string {
		decisions := planText(t, csvSample(), file)
		quotaExceeded(decisions, remaining)
		texts := []string{}
		for i := range decisions {
			texts = append(texts, string(decisions[i].outcome))
			require.True(t, decisions[i].applicable(), "someone can choose other lines instead")
		}
		return strings.Join(texts, " ")
	}
	one, two := 1, 2
	wide, long := "Client\nA\nBetta\nAcme\nB\nC\n", "Client,Integration,External ID\nA,RMM,3\nB,RMM,4\nA,PSA,3\n"
	require.Equal(t, "CREATES LOOKS_LIKE ALREADY_SO CREATES CREATES", outcomes(wide, nil))
	require.Equal(t, "CREATES LOOKS_LIKE ALREADY_SO CREATES CANNOT_APPLY", outcomes(wide, &two))
	require.Equal(t, "CREATES CANNOT_APPLY CREATES", outcomes(long, &one))
}
