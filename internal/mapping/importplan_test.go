package mapping

import (
	"slices"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/apperr"
)

// offered returns an external organization of the integration Glue with a name that an organization can have.
func offered(remoteID, text string) importable { return offeredIn("Glue", remoteID, text) }

func offeredIn(integration, remoteID, text string) importable {
	return importable{ID: called(integration + remoteID), IntegrationID: called(integration), RemoteID: remoteID, Name: text, MatchName: &text}
}

func (e importable) mapped() importable  { e.Mapped = true; return e }
func (e importable) removed() importable { e.Removed = true; return e }
func (e importable) nameless(sent string) importable {
	e.Name, e.MatchName = sent, nil
	return e
}

// importSample returns an account with one importable integration, Glue, and the organizations Existing, whose cell is
// empty, and Full, whose cell holds two.
func importSample(externals ...importable) importWorld {
	full := cellKey{called("Full"), called("Glue")}
	world := importWorld{
		integrations:  allCalled("Glue"),
		externalOrgs:  map[uuid.UUID]importable{},
		organizations: map[string]uuid.UUID{"Existing": called("Existing"), "Full": called("Full")},
		cells: map[cellKey][]cellMapping{full: {
			{ID: called("m1"), OrganizationID: full.OrganizationID, IntegrationID: full.IntegrationID, ExternalOrgID: called("old1")},
			{ID: called("m2"), OrganizationID: full.OrganizationID, IntegrationID: full.IntegrationID, ExternalOrgID: called("old2")},
		}},
	}
	for _, external := range externals {
		world.externalOrgs[external.ID] = external
	}
	return world
}

func idsOf(externals []importable) []uuid.UUID {
	ids := make([]uuid.UUID, len(externals))
	for i, external := range externals {
		ids[i] = external.ID
	}
	return ids
}

func TestPlanImport_Outcomes(t *testing.T) {
	t.Parallel()
	for title, c := range map[string]struct {
		chosen  []importable
		want    []ImportOutcome
		creates []string
	}{
		"creates an organization that does not exist":         {chosen: []importable{offered("1", "New")}, want: []ImportOutcome{Created}, creates: []string{"New"}},
		"maps to an existing organization":                    {chosen: []importable{offered("1", "Existing")}, want: []ImportOutcome{MappedExisting}},
		"replaces the cell's mappings":                        {chosen: []importable{offered("1", "Full")}, want: []ImportOutcome{OverwroteMapping}},
		"compares names case-sensitively":                     {chosen: []importable{offered("1", "EXISTING"), offered("2", "existing")}, want: []ImportOutcome{Created, Created}, creates: []string{"EXISTING", "existing"}},
		"skips a mapped external organization":                {chosen: []importable{offered("1", "New").mapped()}, want: []ImportOutcome{SkippedAlreadyImported}},
		"skips a mapped external organization without a name": {chosen: []importable{offered("1", "").nameless("").mapped()}, want: []ImportOutcome{SkippedAlreadyImported}},
		"imports the lowest remote id of a name":              {chosen: []importable{offered("10", "New"), offered("9", "New"), offered("11", "New")}, want: []ImportOutcome{SkippedDuplicateName, Created, SkippedDuplicateName}, creates: []string{"New"}},
		"compares remote ids as numbers of any length":        {chosen: []importable{offered("100000000000000000000000000000000000000", "New"), offered("99999999999999999999999999999999999999", "New")}, want: []ImportOutcome{SkippedDuplicateName, Created}, creates: []string{"New"}},
		"prefers numeric remote ids":                          {chosen: []importable{offered("-1", "New"), offered("999", "New"), offered("a", "New")}, want: []ImportOutcome{SkippedDuplicateName, Created, SkippedDuplicateName}, creates: []string{"New"}},
		"compares other remote ids as text":                   {chosen: []importable{offered("b2", "New"), offered("b10", "New")}, want: []ImportOutcome{SkippedDuplicateName, Created}, creates: []string{"New"}},
		"skips duplicates of an existing organization's name": {chosen: []importable{offered("2", "Full"), offered("1", "Full")}, want: []ImportOutcome{SkippedDuplicateName, OverwroteMapping}},
		"does not count a mapped one as a duplicate":          {chosen: []importable{offered("1", "Existing").mapped(), offered("2", "Existing")}, want: []ImportOutcome{SkippedAlreadyImported, MappedExisting}},
		"treats names that differ in case as different":       {chosen: []importable{offered("1", "New"), offered("2", "NEW")}, want: []ImportOutcome{Created, Created}, creates: []string{"New", "NEW"}},
		"imports different names independently":               {chosen: []importable{offered("1", "Full"), offered("2", "Existing"), offered("3", "New")}, want: []ImportOutcome{OverwroteMapping, MappedExisting, Created}, creates: []string{"New"}},
		"does nothing without a selection":                    {want: []ImportOutcome{}},
		"imports the next remote id if the lowest is mapped":  {chosen: []importable{offered("1", "New").mapped(), offered("3", "New"), offered("2", "New")}, want: []ImportOutcome{SkippedAlreadyImported, SkippedDuplicateName, Created}, creates: []string{"New"}},
	} {
		t.Run(title, func(t *testing.T) {
			t.Parallel()
			plan, problems := planImport(importSample(c.chosen...), idsOf(c.chosen))
			require.Empty(t, problems)
			outcomes := make([]ImportOutcome, len(plan.decisions))
			for i, decided := range plan.decisions {
				require.Equal(t, c.chosen[i], decided.externalOrg, "results are in the requested order")
				outcomes[i] = decided.outcome
			}
			require.Equal(t, c.want, outcomes)
			require.Equal(t, c.creates, plan.creates)
		})
	}
}

func TestPlanImport_ReturnsReplacedMappings(t *testing.T) {
	t.Parallel()
	chosen := []importable{offered("1", "Full")}
	plan, problems := planImport(importSample(chosen...), idsOf(chosen))
	require.Empty(t, problems)
	require.Equal(t, called("Full"), plan.decisions[0].existing)
	require.Equal(t, allCalled("old1", "old2"), externalOrgIDs(plan.decisions[0].replaced))
}

func TestPlanImport_ProcessesIntegrationsInOrder(t *testing.T) {
	t.Parallel()
	chosen := []importable{offeredIn("Glue EU", "1", "New"), offered("7", "New"), offered("6", "New"), offeredIn("Glue EU", "2", "Full")}
	world := importSample(chosen...)
	world.integrations = allCalled("Glue", "Glue EU")
	one := 1
	world.remaining = &one
	plan, problems := planImport(world, idsOf(chosen))
	require.Empty(t, problems)
	outcomes := []ImportOutcome{}
	for _, decided := range plan.decisions {
		outcomes = append(outcomes, decided.outcome)
	}
	require.Equal(t, []ImportOutcome{MappedExisting, SkippedDuplicateName, Created, MappedExisting}, outcomes, "the organization made for Glue exists for Glue EU, and Full is mapped in Glue alone")
	require.Equal(t, []string{"New"}, plan.creates)

	done := withIDs(plan, map[string]uuid.UUID{"New": called("New")})
	require.Equal(t, called("New"), *done.results[0].OrganizationID)
	require.Nil(t, done.results[1].OrganizationID)
	require.Equal(t, called("New"), *done.results[2].OrganizationID)
	require.Equal(t, allCalled("New", "Full"), done.organizations())
}

func TestPlanImport_Refuses(t *testing.T) {
	t.Parallel()
	two, none := 2, 0
	for title, c := range map[string]struct {
		chosen []importable
		change func(*importWorld)
		want   []problem
	}{
		"an account without an importable integration": {
			chosen: []importable{offered("1", "New")}, change: func(world *importWorld) { *world = importWorld{} },
			want: []problem{{apperr.NotImportable, "input/externalOrgIds", "KaseyaOne"}},
		},
		"an external organization of another integration": {
			chosen: []importable{offered("1", "New"), offeredIn("RMM", "1", "Other")},
			want:   []problem{{apperr.NotImportable, "input/externalOrgIds/1", `“Other”`}},
		},
		"an unknown external organization": {
			chosen: []importable{offered("1", "New"), offered("2", "Other")}, change: func(world *importWorld) { delete(world.externalOrgs, called("Glue2")) },
			want: []problem{{apperr.NotFound, "input/externalOrgIds/1", "external organization does not exist"}},
		},
		"a removed external organization": {
			chosen: []importable{offered("1", "New").removed()}, want: []problem{{apperr.NotFound, "input/externalOrgIds/0", ""}},
		},
		"the same external organization twice": {
			chosen: []importable{offered("1", "New"), offered("2", "Other"), offered("1", "New")},
			want:   []problem{{apperr.Invalid, "input/externalOrgIds/2", `“New” is given twice`}},
		},
		"names that no organization can have": {
			chosen: []importable{offered("1", "").nameless(" "), offered("2", "").nameless("a\nb"), offered("3", "").nameless("fine")},
			want: []problem{
				{apperr.Invalid, "input/externalOrgIds/0", "The name is empty."},
				{apperr.Invalid, "input/externalOrgIds/1", "control character"},
				{apperr.Invalid, "input/externalOrgIds/2", "An organization cannot have this name."},
			},
		},
		"more new organizations than the quota allows": {
			chosen: []importable{offered("1", "A"), offered("2", "B"), offered("3", "C"), offered("4", "C"), offered("5", "Full")},
			change: func(world *importWorld) { world.remaining = &two },
			want:   []problem{{apperr.QuotaExceeded, "input/externalOrgIds", "would create 3 organizations, and your plan allows 2 more"}},
		},
		"a new organization if the quota is used up": {
			chosen: []importable{offered("1", "A")}, change: func(world *importWorld) { world.remaining = &none },
			want: []problem{{apperr.QuotaExceeded, "input/externalOrgIds", "would create 1 organization, and"}},
		},
	} {
		t.Run(title, func(t *testing.T) {
			t.Parallel()
			world := importSample(c.chosen...)
			if c.change != nil {
				c.change(&world)
			}
			plan, problems := planImport(world, idsOf(c.chosen))
			requireProblems(t, c.want, problems)
			require.Empty(t, plan)
		})
	}
}

func TestPlanImport_ExistingOrganizationsNeedNoQuota(t *testing.T) {
	t.Parallel()
	none := 0
	chosen := []importable{offered("1", "Existing"), offered("2", "Full"), offered("3", "New").mapped()}
	world := importSample(chosen...)
	world.remaining = &none
	_, problems := planImport(world, idsOf(chosen))
	require.Empty(t, problems)
}

func TestCompareRemoteIDs(t *testing.T) {
	t.Parallel()
	sorted := []string{"0", "01", "1", "2", "010", "10", "18446744073709551616", "", "-1", "1a", "a", "b", "٣"}
	require.True(t, slices.IsSortedFunc(sorted, compareRemoteIDs))
}
