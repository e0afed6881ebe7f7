package matching_test

import (
	"slices"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/matching"
)

// office is an account with enough other clients for words to be rare.
func office(organizations ...string) matching.World {
	var world matching.World
	others := []string{
		"Juniper Landscaping", "Quartz Machining", "Tidewater Marine", "Marigold Montessori", "Bramble Bookshop", "Halcyon Hospice", "Onyx Optical",
		"Saffron Catering", "Vanguard Roofing", "Wren Veterinary Clinic",
	}
	for _, name := range slices.Concat(organizations, others) {
		world.Organizations = append(world.Organizations, matching.Organization{ID: idOf("organization " + name), Name: name, Active: true})
	}
	return world
}

func list(application string, records ...matching.Record) matching.List {
	for i := range records {
		records[i].ID = idOf(application + " " + records[i].RemoteID + records[i].Name)
	}
	return matching.List{Name: application, Application: application, Records: records}
}

func named(names ...string) (records []matching.Record) {
	for i, name := range names {
		records = append(records, matching.Record{RemoteID: string(rune('a' + i)), Name: name})
	}
	return records
}

// outcomes returns the outcome of each record, by name.
func outcomes(t *testing.T, world matching.World) map[string]matching.Outcome {
	t.Helper()
	names := map[uuid.UUID]string{}
	for _, list := range world.Lists {
		for _, r := range list.Records {
			names[r.ID] = r.Name
		}
	}
	all := map[string]matching.Outcome{}
	for o := range matching.New(world).All {
		addsUp(t, o)
		all[names[o.Record]] = o
	}
	return all
}

func TestOutcome_ACommonPartOfNamesIsNotDecisive(t *testing.T) {
	t.Parallel()
	world := office("Hartwell Dental Group", "Hartwell Orthodontics", "Hartwell Properties LLC")
	world.Lists = []matching.List{list("HUDU", named("Hartwell", "Hartwell Dental")...)}
	all := outcomes(t, world)
	require.Equal(t, matching.BecauseShared, all["Hartwell"].Because)
	require.Len(t, all["Hartwell"].Candidates, 3)
	require.Equal(t, idOf("organization Hartwell Dental Group"), all["Hartwell Dental"].Suggestion.Organization)
}

func TestOutcome_DifferentNumbersAreDifferentNames(t *testing.T) {
	t.Parallel()
	world := office("Otterburn Textiles 21")
	world.Lists = []matching.List{list("HUDU", named("Otterburn Textiles 21", "Otterburn Textiles 24")...)}
	all := outcomes(t, world)
	require.NotNil(t, all["Otterburn Textiles 21"].Suggestion)
	require.Nil(t, all["Otterburn Textiles 24"].Suggestion)
}

func TestOutcome_TwoMatchesNeedADecision(t *testing.T) {
	t.Parallel()
	world := office("Otterburn Textiles Ltd", "Otterburn Textiles plc")
	world.Lists = []matching.List{list("HUDU", named("Otterburn Textiles")...)}
	o := outcomes(t, world)["Otterburn Textiles"]
	require.Equal(t, matching.NeedsDecision, o.State)
	require.Equal(t, matching.BecauseTwoFit, o.Because)
	require.Len(t, o.Candidates, 2)
}

func TestOutcome_RejectedOrganizationIsNeitherSuggestedNorShown(t *testing.T) {
	t.Parallel()
	world := office("Otterburn Textiles")
	records := named("Otterburn Textiles")
	records[0].Rejected = []uuid.UUID{idOf("organization Otterburn Textiles")}
	world.Lists = []matching.List{list("HUDU", records...)}
	o := outcomes(t, world)["Otterburn Textiles"]
	require.Equal(t, matching.NeedsDecision, o.State)
	require.Equal(t, matching.BecauseRejected, o.Because)
	for _, c := range o.Candidates {
		require.NotEqual(t, idOf("organization Otterburn Textiles"), c.Organization)
	}
}

func TestOutcome_IsAutomaticOnlyForAUniqueName(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		organizations []string
		records       []string
		automatic     bool
	}{
		"a unique name":                       {[]string{"Otterburn Textiles"}, []string{"OTTERBURN TEXTILES"}, true},
		"a similar name in the list":          {[]string{"Otterburn Textiles"}, []string{"Otterburn Textiles", "Otterburn Textiles Ltd"}, false},
		"another legal form":                  {[]string{"Otterburn Textiles Ltd", "Otterburn Textiles plc"}, []string{"Otterburn Textiles Ltd"}, false},
		"a longer similar name":               {[]string{"Otterburn Textiles Ltd", "Otterburn Textiles Export"}, []string{"Otterburn Textiles"}, false},
		"a record marked as out of use":       {[]string{"Otterburn Textiles"}, []string{"zz_Otterburn Textiles"}, false},
		"a name of common words":              {[]string{"The Service Company"}, []string{"The Service Company"}, false},
		"equal words with another legal form": {[]string{"Otterburn Textiles Ltd"}, []string{"Otterburn Textiles LLC"}, false},
		"equal words without the legal form":  {[]string{"Otterburn Textiles Ltd"}, []string{"Otterburn Textiles"}, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			world := office(test.organizations...)
			world.Lists = []matching.List{list("HUDU", named(test.records...)...)}
			o := outcomes(t, world)[test.records[0]]
			require.Equal(t, test.automatic, o.Suggestion != nil && o.Suggestion.Automatic, "%+v", o)
		})
	}
	t.Run("an inactive organization", func(t *testing.T) {
		t.Parallel()
		world := office("Otterburn Textiles")
		world.Organizations[0].Active = false
		world.Lists = []matching.List{list("HUDU", named("Otterburn Textiles")...)}
		s := outcomes(t, world)["Otterburn Textiles"].Suggestion
		require.False(t, s.Automatic)
		require.Contains(t, s.Warnings, matching.WarnInactive)
	})
}

func TestOutcome_FollowsLinksToMappings(t *testing.T) {
	t.Parallel()
	hint := func(application, remoteID string) []matching.Hint {
		return []matching.Hint{{Application: application, RemoteID: remoteID}}
	}
	world := office("Otterburn Textiles", "Pendle Witch Tours")
	otterburn, pendle := idOf("organization Otterburn Textiles"), idOf("organization Pendle Witch Tours")
	world.Lists = []matching.List{
		list("IT_GLUE", matching.Record{RemoteID: "1", Name: "Otterburn", Organization: otterburn}, matching.Record{RemoteID: "2", Name: "Pendle", Organization: pendle}),
		list(
			"HALO_PSA",
			matching.Record{RemoteID: "11", Name: "Brown Holdings", Hints: hint("IT_GLUE", "1")},
			matching.Record{RemoteID: "12", Name: "Torn Between", Hints: append(hint("IT_GLUE", "1"), hint("IT_GLUE", "2")...)},
			matching.Record{RemoteID: "13", Name: "Pendle Witch Tours", Hints: hint("IT_GLUE", "1")},
			matching.Record{RemoteID: "14", Name: "Zero", Hints: hint("IT_GLUE", "0")},
			matching.Record{RemoteID: "15", Name: "Elsewhere", Hints: hint("HUDU", "1")},
		),
		list("HUDU", matching.Record{RemoteID: "21", Name: "Two Steps", Hints: hint("HALO_PSA", "11")}),
	}
	all := outcomes(t, world)

	linked := all["Brown Holdings"].Suggestion
	require.Equal(t, matching.Identity, linked.Tier)
	require.Equal(t, otterburn, linked.Organization)
	require.False(t, linked.Automatic, "a link alone is never automatic")
	require.False(t, linked.Bulk, "a suggestion between unrelated names is accepted individually")

	far := all["Two Steps"].Suggestion
	require.Equal(t, matching.Identity, far.Tier)
	at := slices.IndexFunc(far.Signals, func(s matching.Signal) bool { return s.Kind == matching.SignalLink })
	require.Equal(t, []matching.Step{
		{Record: idOf("HALO_PSA 11Brown Holdings"), SaysSo: "HUDU"}, {Record: idOf("IT_GLUE 1Otterburn"), SaysSo: "HALO_PSA"},
	}, far.Signals[at].Path)

	require.Equal(t, matching.Conflict, all["Torn Between"].State)
	require.Len(t, all["Torn Between"].Candidates, 2)
	require.Equal(t, matching.BecauseLinkAgainst, all["Pendle Witch Tours"].Because)
	require.Equal(t, matching.NeedsDecision, all["Zero"].State)
	require.Equal(t, matching.NeedsDecision, all["Elsewhere"].State)
}

func TestOutcome_ARecordThatManyLinkToIsNoEvidence(t *testing.T) {
	t.Parallel()
	world := office("Lakeshore IT Partners")
	pile := matching.Record{RemoteID: "1", Name: "Lakeshore IT Partners", Organization: idOf("organization Lakeshore IT Partners")}
	var sites []matching.Record
	for _, name := range []string{"Aardvark Foods", "Barnacle Boats", "Cobalt Paints", "Dragonfly Yoga"} {
		sites = append(sites, matching.Record{RemoteID: name, Name: name, Hints: []matching.Hint{{Application: "AUTOTASK", RemoteID: "1"}}})
	}
	world.Lists = []matching.List{list("AUTOTASK", pile), list("DATTO_RMM", sites...)}
	require.Nil(t, outcomes(t, world)["Aardvark Foods"].Suggestion)
	world.Lists[1].Records = world.Lists[1].Records[:3]
	require.NotNil(t, outcomes(t, world)["Aardvark Foods"].Suggestion)
}

func TestOutcome_ASharedAliasIsNoEvidence(t *testing.T) {
	t.Parallel()
	world := office("Contoso", "Fabrikam")
	world.Lists = []matching.List{list("HUDU", named("Acorn Builders")...)}
	world.Organizations[0].Aliases = []string{"Acorn Builders"}
	s := outcomes(t, world)["Acorn Builders"].Suggestion
	require.Equal(t, idOf("organization Contoso"), s.Organization)
	require.False(t, s.Automatic)
	world.Organizations[1].Aliases = []string{"Acorn Builders"}
	o := outcomes(t, world)["Acorn Builders"]
	require.Nil(t, o.Suggestion)
	require.Equal(t, matching.BecauseNothingAlike, o.Because)
}

func TestOutcome_ReportsStatesThatNeedNoMatching(t *testing.T) {
	t.Parallel()
	world := office("Otterburn Textiles")
	world.Lists = []matching.List{list(
		"HUDU",
		matching.Record{RemoteID: "1", Name: "Mapped", Organization: idOf("organization Otterburn Textiles")},
		matching.Record{RemoteID: "2", Name: "Removed", Removed: true},
		matching.Record{RemoteID: "3", Name: "Excluded", Excluded: true},
	)}
	all := outcomes(t, world)
	require.Equal(t, matching.Mapped, all["Mapped"].State)
	require.Equal(t, matching.Removed, all["Removed"].State)
	require.Equal(t, matching.Excluded, all["Excluded"].State)
}
