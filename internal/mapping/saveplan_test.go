package mapping

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/journal"
)

// called returns the ID for a name used in tests.
func called(text string) uuid.UUID { return uuid.NewSHA1(uuid.Nil, []byte(text)) }

func allCalled(texts ...string) []uuid.UUID {
	ids := make([]uuid.UUID, len(texts))
	for i, text := range texts {
		ids[i] = called(text)
	}
	return ids
}

// cellOf returns the cell named "Organization/Integration".
func cellOf(text string, externals ...string) Cell {
	organization, integration, _ := strings.Cut(text, "/")
	return Cell{OrganizationID: called(organization), IntegrationID: called(integration), ExternalOrgIDs: allCalled(externals...)}
}

func (c Cell) expecting(externals ...string) Cell {
	expected := allCalled(externals...)
	c.Expected = &expected
	return c
}

// sampleWorld has the organizations Acme, Beta and Gamma, the integrations Glue (g1 to g9) and RMM (r1 to r9), and:
//
//	        Glue     RMM
//	Acme    g1, g2   r1
//	Beta    g3
//	Gamma   g4
func sampleWorld() saveWorld {
	world := saveWorld{
		organizations: map[uuid.UUID]string{called("Acme"): "Acme", called("Beta"): "Beta", called("Gamma"): "Gamma"},
		integrations:  map[uuid.UUID]string{called("Glue"): "Glue", called("RMM"): "RMM"},
		externalOrgs:  map[uuid.UUID]externalOrg{},
	}
	for i := 1; i <= 9; i++ {
		for prefix, integration := range map[string]string{"g": "Glue", "r": "RMM"} {
			text := fmt.Sprint(prefix, i)
			world.externalOrgs[called(text)] = externalOrg{called(text), called(integration), text}
		}
	}
	for _, text := range []string{"Acme/Glue/g1", "Acme/Glue/g2", "Acme/RMM/r1", "Beta/Glue/g3", "Gamma/Glue/g4"} {
		parts := strings.Split(text, "/")
		world.mappings = append(world.mappings, cellMapping{
			ID: called("mapping of " + parts[2]), OrganizationID: called(parts[0]), IntegrationID: called(parts[1]),
			ExternalOrgID: called(parts[2]), ExternalName: parts[2], OrganizationName: parts[0],
		})
	}
	return world
}

func TestPlanSave_Changes(t *testing.T) {
	t.Parallel()
	for title, c := range map[string]struct {
		cells   []Cell
		deletes []string // external organizations whose mappings are deleted
		inserts []string // "Organization/Integration/external"
		cellsN  int      // number of changed cells
	}{
		"fills an empty cell":                        {cells: []Cell{cellOf("Beta/RMM", "r2")}, inserts: []string{"Beta/RMM/r2"}, cellsN: 1},
		"adds to a cell and keeps existing mappings": {cells: []Cell{cellOf("Acme/Glue", "g2", "g9", "g1")}, inserts: []string{"Acme/Glue/g9"}, cellsN: 1},
		"replaces a cell's mappings":                 {cells: []Cell{cellOf("Beta/Glue", "g9")}, deletes: []string{"g3"}, inserts: []string{"Beta/Glue/g9"}, cellsN: 1},
		"clears a cell":                              {cells: []Cell{cellOf("Acme/Glue")}, deletes: []string{"g1", "g2"}, cellsN: 1},
		"changes nothing if the cells already match": {cells: []Cell{cellOf("Acme/Glue", "g2", "g1"), cellOf("Beta/RMM")}},
		"moves from one cell to another":             {cells: []Cell{cellOf("Acme/Glue", "g1"), cellOf("Beta/Glue", "g3", "g2")}, deletes: []string{"g2"}, inserts: []string{"Beta/Glue/g2"}, cellsN: 2},
		"moves in any order of cells":                {cells: []Cell{cellOf("Beta/Glue", "g2", "g3"), cellOf("Acme/Glue", "g1")}, deletes: []string{"g2"}, inserts: []string{"Beta/Glue/g2"}, cellsN: 2},
		"swaps two external organizations":           {cells: []Cell{cellOf("Gamma/Glue", "g3"), cellOf("Beta/Glue", "g4")}, deletes: []string{"g3", "g4"}, inserts: []string{"Beta/Glue/g4", "Gamma/Glue/g3"}, cellsN: 2},
		"rotates three external organizations":       {cells: []Cell{cellOf("Gamma/Glue", "g3"), cellOf("Beta/Glue", "g1"), cellOf("Acme/Glue", "g4", "g2")}, deletes: []string{"g1", "g3", "g4"}, inserts: []string{"Acme/Glue/g4", "Beta/Glue/g1", "Gamma/Glue/g3"}, cellsN: 3},
		"accepts the expected content in any order":  {cells: []Cell{cellOf("Acme/Glue", "g1").expecting("g2", "g1")}, deletes: []string{"g2"}, cellsN: 1},
		"accepts an expected empty cell":             {cells: []Cell{cellOf("Beta/RMM", "r2").expecting()}, inserts: []string{"Beta/RMM/r2"}, cellsN: 1},
		"keeps the organization's other cells":       {cells: []Cell{cellOf("Acme/RMM", "r5")}, deletes: []string{"r1"}, inserts: []string{"Acme/RMM/r5"}, cellsN: 1},
		"saves nothing":                              {},
	} {
		t.Run(title, func(t *testing.T) {
			t.Parallel()
			plan, problems := planSave(sampleWorld(), c.cells)
			require.Empty(t, problems)
			deletes := []uuid.UUID{}
			for _, external := range c.deletes {
				deletes = append(deletes, called("mapping of "+external))
			}
			require.ElementsMatch(t, deletes, plan.deletes)
			inserts := []newMapping{}
			for _, text := range c.inserts {
				parts := strings.Split(text, "/")
				inserts = append(inserts, newMapping{cellKey{called(parts[0]), called(parts[1])}, called(parts[2])})
			}
			require.ElementsMatch(t, inserts, plan.inserts)
			require.Len(t, plan.touched, c.cellsN)
		})
	}
}

func TestPlanSave_RecordsMovesOfExternalOrganizations(t *testing.T) {
	t.Parallel()
	plan, problems := planSave(sampleWorld(), []Cell{cellOf("Acme/RMM", "r1"), cellOf("Beta/Glue"), cellOf("Acme/Glue", "g3", "g1", "g2")})
	require.Empty(t, problems)
	ref := func(title string) *journal.Ref { return &journal.Ref{ID: called(title), Name: title} }
	require.Equal(t, []journal.MappingEdit{{ExternalOrg: *ref("g3"), Integration: *ref("Glue"), Before: ref("Beta"), After: ref("Acme")}}, plan.edits)
	require.Equal(t, allCalled("Beta", "Acme"), plan.touched)
}

// problem is a user error reduced to what tests compare.
type problem struct {
	code apperr.UserErrorCode
	path string // joined with /
	says string // part of the message
}

func requireProblems(t *testing.T, want []problem, got apperr.UserErrors) {
	t.Helper()
	require.Len(t, got, len(want), "%v", got)
	for i := range want {
		require.Equal(t, want[i].code, got[i].Code, got[i].Message)
		require.Equal(t, want[i].path, strings.Join(got[i].Path, "/"))
		require.Contains(t, got[i].Message, want[i].says)
	}
}

func TestPlanSave_Refuses(t *testing.T) {
	t.Parallel()
	for title, c := range map[string]struct {
		cells []Cell
		want  []problem
	}{
		"an unknown organization":                           {[]Cell{cellOf("Nobody/Glue", "g9")}, []problem{{apperr.NotFound, "input/cells/0/organizationId", "organization"}}},
		"an unknown integration":                            {[]Cell{cellOf("Acme/Nothing", "g9")}, []problem{{apperr.NotFound, "input/cells/0/integrationId", "integration"}}},
		"an unknown external org":                           {[]Cell{cellOf("Acme/Glue", "g1", "g77")}, []problem{{apperr.NotFound, "input/cells/0/externalOrgIds/1", "external organization"}}},
		"missing ids in every cell":                         {[]Cell{{}, {}}, []problem{{apperr.NotFound, "input/cells/0/organizationId", ""}, {apperr.NotFound, "input/cells/0/integrationId", ""}, {apperr.NotFound, "input/cells/1/organizationId", ""}, {apperr.NotFound, "input/cells/1/integrationId", ""}}},
		"the same cell twice":                               {[]Cell{cellOf("Acme/Glue", "g1"), cellOf("Acme/Glue", "g2")}, []problem{{apperr.Invalid, "input/cells/1", `“Acme” in “Glue”`}}},
		"the same external org twice in one cell":           {[]Cell{cellOf("Acme/Glue", "g1", "g1")}, []problem{{apperr.Invalid, "input/cells/0/externalOrgIds/1", `“g1” is given twice`}}},
		"the same external org in two cells":                {[]Cell{cellOf("Acme/Glue", "g9"), cellOf("Beta/Glue", "g9")}, []problem{{apperr.Invalid, "input/cells/1/externalOrgIds/0", `“g9” is given twice`}}},
		"an external org of another integration":            {[]Cell{cellOf("Acme/Glue", "r9")}, []problem{{apperr.Invalid, "input/cells/0/externalOrgIds/0", `“r9” is not an external organization of “Glue”`}}},
		"an external org mapped in a cell outside the save": {[]Cell{cellOf("Acme/Glue", "g1", "g3")}, []problem{{apperr.AlreadyMapped, "input/cells/0/externalOrgIds/1", `“g3” is already mapped to “Beta”`}}},
		"an external org that moves and stays":              {[]Cell{cellOf("Beta/Glue", "g3"), cellOf("Gamma/Glue", "g3")}, []problem{{apperr.Invalid, "input/cells/1/externalOrgIds/0", "given twice"}}},
		"a cell with other content than expected":           {[]Cell{cellOf("Acme/Glue", "g9").expecting("g1")}, []problem{{apperr.Conflict, "input/cells/0/expectedExternalOrgIds", `“Acme” in “Glue” now contains “g1”, “g2”`}}},
		"a cell with as many but other external orgs":       {[]Cell{cellOf("Acme/Glue", "g9").expecting("g1", "g5")}, []problem{{apperr.Conflict, "input/cells/0/expectedExternalOrgIds", `now contains “g1”, “g2”`}}},
		"a cell with more than a repeated expectation":      {[]Cell{cellOf("Acme/Glue", "g9").expecting("g1", "g1")}, []problem{{apperr.Conflict, "input/cells/0/expectedExternalOrgIds", `now contains “g1”, “g2”`}}},
		"a cell that is now empty":                          {[]Cell{cellOf("Beta/RMM").expecting("r9")}, []problem{{apperr.Conflict, "input/cells/0/expectedExternalOrgIds", "now contains nothing"}}},
		"a cell that is no longer empty":                    {[]Cell{cellOf("Gamma/Glue").expecting()}, []problem{{apperr.Conflict, "input/cells/0/expectedExternalOrgIds", `now contains “g4”`}}},
		"several problems, all reported": {
			[]Cell{cellOf("Acme/Glue", "g3", "r2", "g1").expecting("g4"), cellOf("Nobody/Glue", "g8"), cellOf("Gamma/Glue", "g4", "g77", "g1")},
			[]problem{
				{apperr.Conflict, "input/cells/0/expectedExternalOrgIds", ""},
				{apperr.AlreadyMapped, "input/cells/0/externalOrgIds/0", "Beta"},
				{apperr.Invalid, "input/cells/0/externalOrgIds/1", ""},
				{apperr.NotFound, "input/cells/1/organizationId", ""},
				{apperr.NotFound, "input/cells/2/externalOrgIds/1", ""},
				{apperr.Invalid, "input/cells/2/externalOrgIds/2", ""},
			},
		},
	} {
		t.Run(title, func(t *testing.T) {
			t.Parallel()
			plan, problems := planSave(sampleWorld(), c.cells)
			requireProblems(t, c.want, problems)
			require.Empty(t, plan)
		})
	}
}

func TestPlanSave_LimitsReportedProblems(t *testing.T) {
	t.Parallel()
	_, problems := planSave(sampleWorld(), make([]Cell, MaximumCells))
	require.Len(t, problems, apperr.MaximumProblems)
	require.Contains(t, problems[len(problems)-1].Message, "more problems")
}

func TestDescribe_TruncatesTheListAndItsNames(t *testing.T) {
	t.Parallel()
	content := make([]cellMapping, 7)
	for i := range content {
		content[i].ExternalName = strings.Repeat("界", 10_000)
	}
	text := describe(content)
	require.Contains(t, text, "and 2 more")
	require.Less(t, len(text), 5*3*210)
}
