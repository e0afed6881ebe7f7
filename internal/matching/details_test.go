package matching_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/matching"
	"github.com/orgmap/orgmap/internal/matching/matchingtest"
)

func organizationID(name string) uuid.UUID { return idOf("organization " + name) }

// weights returns the weights of a suggestion's or a first candidate's signals, by kind.
func weights(o matching.Outcome) map[string]float64 {
	all := map[string]float64{}
	var signals []matching.Signal
	switch {
	case o.Suggestion != nil:
		signals = o.Suggestion.Signals
	case len(o.Candidates) > 0:
		signals = o.Candidates[0].Signals
	}
	for _, s := range signals {
		all[s.Kind] = s.Weight.Float()
	}
	return all
}

// namesakes is an account with two organizations that only their legal forms tell apart, a record
// that is mapped to the second one, and a record of the common name in another list.
func namesakes(mapped, open matching.Record) matching.World {
	world := office("Otterburn Textiles Ltd", "Otterburn Textiles plc")
	mapped.RemoteID, mapped.Name = "1", "Otterburn"
	if mapped.Organization == uuid.Nil {
		mapped.Organization = organizationID("Otterburn Textiles plc")
	}
	open.RemoteID, open.Name = "2", "Otterburn Textiles"
	world.Lists = []matching.List{list("AUTOTASK", mapped), list("HUDU", open)}
	return world
}

func TestDetails_SameWebsiteTellsNamesakesApart(t *testing.T) {
	t.Parallel()
	for mapped, open := range map[string]string{
		"https://otterburn.co.uk":         "https://otterburn.co.uk",
		"http://www.otterburn.co.uk/home": "https://otterburn.co.uk:8443/?x=y",
		"https://OTTERBURN.co.uk":         "https://www.otterburn.co.uk",
	} {
		o := outcomes(t, namesakes(matching.Record{Website: mapped}, matching.Record{Website: open}))["Otterburn Textiles"]
		require.NotNil(t, o.Suggestion, "%s %s", mapped, open)
		require.Equal(t, organizationID("Otterburn Textiles plc"), o.Suggestion.Organization)
		require.InDelta(t, 6, weights(o)[matching.SignalSameWebsite], 0)
		require.Equal(t, matching.SignalSameWebsite, o.Suggestion.Signals[slices.IndexFunc(o.Suggestion.Signals, func(s matching.Signal) bool { return s.Left == "otterburn.co.uk" })].Kind)
		require.False(t, o.Suggestion.Automatic)
		require.Contains(t, o.Suggestion.Explain("Otterburn Textiles", "Hudu", "Otterburn Textiles plc"), "the website is the same as that of a mapped record (+6)")
	}
}

func TestDetails_WebsiteThatProvesNothingIsIgnored(t *testing.T) {
	t.Parallel()
	const website = "https://otterburn.co.uk"
	same := func() matching.World {
		return namesakes(matching.Record{Website: website}, matching.Record{Website: website})
	}
	worlds := map[string]matching.World{
		"no website":        namesakes(matching.Record{}, matching.Record{}),
		"another website":   namesakes(matching.Record{Website: website}, matching.Record{Website: "https://otterburn.example"}),
		"another subdomain": namesakes(matching.Record{Website: website}, matching.Record{Website: "https://shop.otterburn.co.uk"}),
		"a malformed one":   namesakes(matching.Record{Website: "::"}, matching.Record{Website: "::"}),
	}
	for _, shared := range []string{"https://www.facebook.com/otterburn", "https://de.linkedin.com/otterburn", "https://otterburn.wixsite.com/home", "https://sites.google.com/view/otterburn"} {
		worlds[shared] = namesakes(matching.Record{Website: shared}, matching.Record{Website: shared})
	}
	unmapped := same()
	unmapped.Lists[0].Records[0].Organization = uuid.Nil
	worlds["of a record that is not mapped"] = unmapped
	removed := same()
	removed.Lists[0].Records[0].Removed = true
	worlds["of a record that is no longer listed"] = removed
	oneList := same()
	oneList.Lists = []matching.List{list("HUDU", oneList.Lists[0].Records[0], oneList.Lists[1].Records[0])}
	worlds["of a record in the same list"] = oneList
	both := same()
	both.Lists = append(both.Lists, list("DATTO_RMM", matching.Record{RemoteID: "3", Name: "OT", Website: website, Organization: organizationID("Otterburn Textiles Ltd")}))
	worlds["of records of two organizations"] = both
	for name, world := range worlds {
		o := outcomes(t, world)["Otterburn Textiles"]
		candidates := o.Candidates
		if o.Suggestion != nil {
			candidates = append(candidates, o.Suggestion.Candidate)
		}
		require.NotEmpty(t, candidates, name)
		for _, c := range candidates {
			for _, s := range c.Signals {
				require.NotEqual(t, matching.SignalSameWebsite, s.Kind, name)
			}
		}
	}
}

func TestDetails_CitiesCountIfTheMappedRecordsAgree(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		mapped []string // the cities of the mapped records
		open   string
		want   map[string]float64
	}{
		"the same":                {[]string{"Reno"}, "reno", map[string]float64{matching.SignalSameCity: 1}},
		"written otherwise":       {[]string{"Saint Paul", "St. Paul"}, "St Paul", map[string]float64{matching.SignalSameCity: 1}},
		"with and without marks":  {[]string{"Z\u00fcrich"}, "Zurich", map[string]float64{matching.SignalSameCity: 1}},
		"another":                 {[]string{"Reno"}, "Boulder", map[string]float64{matching.SignalDifferentCity: -1}},
		"some without a city":     {[]string{"", "Reno"}, "Reno", map[string]float64{matching.SignalSameCity: 1}},
		"none of the record":      {[]string{"Reno"}, "", map[string]float64{}},
		"none of mapped records":  {[]string{"", ""}, "Reno", map[string]float64{}},
		"mapped records disagree": {[]string{"Reno", "Boulder"}, "Reno", map[string]float64{}},
	} {
		world := office("Otterburn Textiles")
		for i, city := range test.mapped {
			world.Lists = append(world.Lists, list(fmt.Sprint("TOOL_", i), matching.Record{RemoteID: "1", Name: "Otterburn", City: city, Organization: organizationID("Otterburn Textiles")}))
		}
		world.Lists = append(world.Lists, list("HUDU", matching.Record{RemoteID: "1", Name: "Otterburn Textiles", City: test.open}))
		found := weights(outcomes(t, world)["Otterburn Textiles"])
		got := map[string]float64{}
		for _, kind := range []string{matching.SignalSameCity, matching.SignalDifferentCity} {
			if weight, is := found[kind]; is {
				got[kind] = weight
			}
		}
		require.Equal(t, test.want, got, name)
	}
}

func TestDetails_MakeNoCandidate(t *testing.T) {
	t.Parallel()
	world := office("Otterburn Textiles")
	details := matching.Record{Website: "https://otterburn.co.uk", City: "Reno"}
	mapped, open := details, details
	mapped.RemoteID, mapped.Name, mapped.Organization = "1", "Otterburn", organizationID("Otterburn Textiles")
	open.RemoteID, open.Name = "2", "Zebra Quarry"
	world.Lists = []matching.List{list("AUTOTASK", mapped), list("HUDU", open)}
	o := outcomes(t, world)["Zebra Quarry"]
	require.Equal(t, matching.BecauseNothingAlike, o.Because)
	require.Empty(t, o.Candidates)

	// A link makes a candidate. Details still say nothing of it.
	world.Lists[1].Records[0].Hints = []matching.Hint{{Application: "AUTOTASK", RemoteID: "1"}}
	o = outcomes(t, world)["Zebra Quarry"]
	require.NotNil(t, o.Suggestion)
	require.Equal(t, matching.Identity, o.Suggestion.Tier)
	require.NotContains(t, weights(o), matching.SignalSameWebsite)
	require.NotContains(t, weights(o), matching.SignalSameCity)
}

// A record with two names could be either of two organizations. Its website decides which one is
// suggested, but not that nobody has to look.
func TestDetails_MakeNothingAutomatic(t *testing.T) {
	t.Parallel()
	const name = "Otterburn Textiles dba Pendle Tours"
	world := office("Otterburn Textiles", "Pendle Tours")
	world.Lists = []matching.List{
		list("AUTOTASK", matching.Record{RemoteID: "1", Name: "OT", Website: "https://otterburn.co.uk", Organization: organizationID("Otterburn Textiles")}),
		list("HUDU", matching.Record{RemoteID: "1", Name: name}),
	}
	require.Equal(t, matching.BecauseTwoFit, outcomes(t, world)[name].Because)
	world.Lists[1].Records[0].Website = "https://otterburn.co.uk"
	s := outcomes(t, world)[name].Suggestion
	require.NotNil(t, s)
	require.Equal(t, organizationID("Otterburn Textiles"), s.Organization)
	require.Equal(t, matching.Normalized, s.Tier)
	require.False(t, s.Automatic)
}

// detailedWorld returns a made-up account in which many records are mapped and have details.
func detailedWorld(seed uint64) matching.World {
	world := matchingtest.World(60, 400)
	r := rand.New(rand.NewPCG(seed, 3))
	website := func(name string) string {
		return "https://" + strings.ToLower(strings.Trim(strings.Fields(name)[0], ",.")) + ".example"
	}
	cities := []string{"Reno", "Boulder", "St. Paul", "Saint Paul", "Z\u00fcrich"}
	for _, list := range world.Lists {
		for i := range list.Records {
			record := &list.Records[i]
			named := record.Name
			if r.IntN(3) == 0 {
				organization := world.Organizations[r.IntN(len(world.Organizations))]
				record.Organization, named = organization.ID, organization.Name
			}
			if r.IntN(2) == 0 {
				record.Website = website(named)
			}
			if r.IntN(2) == 0 {
				record.City = cities[r.IntN(len(cities))]
			}
		}
	}
	return world
}

func TestDetails_ChangeNeitherLinksNorWhatIsAutomatic(t *testing.T) {
	t.Parallel()
	for seed := range uint64(4) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			t.Parallel()
			world, bare := detailedWorld(seed), detailedWorld(seed)
			for _, list := range bare.Lists {
				for i := range list.Records {
					list.Records[i].Website, list.Records[i].City = "", ""
				}
			}
			without := map[uuid.UUID]matching.Outcome{}
			for o := range matching.New(bare).All {
				without[o.Record] = o
			}
			counted := map[string]int{}
			for o := range matching.New(world).All {
				addsUp(t, o)
				was := without[o.Record]
				require.Equal(t, was.State == matching.Conflict, o.State == matching.Conflict)
				if was.Suggestion != nil && was.Suggestion.Tier == matching.Identity {
					require.NotNil(t, o.Suggestion)
					require.Equal(t, matching.Identity, o.Suggestion.Tier)
					require.Equal(t, was.Suggestion.Organization, o.Suggestion.Organization)
				}
				if o.Suggestion != nil && o.Suggestion.Automatic {
					require.True(t, was.Suggestion != nil && was.Suggestion.Automatic && was.Suggestion.Organization == o.Suggestion.Organization)
				}
				for kind := range weights(o) {
					counted[kind]++
				}
			}
			for _, kind := range []string{matching.SignalSameWebsite, matching.SignalSameCity, matching.SignalDifferentCity} {
				require.NotZero(t, counted[kind], "no outcome has %s, so this test says little", kind)
			}
		})
	}
}

func TestDetails_DependOnNoOrder(t *testing.T) {
	t.Parallel()
	want := outcomesByRecord(t, detailedWorld(1))
	for seed := range uint64(3) {
		world, r := detailedWorld(1), rand.New(rand.NewPCG(seed, 9))
		r.Shuffle(len(world.Organizations), func(i, j int) {
			world.Organizations[i], world.Organizations[j] = world.Organizations[j], world.Organizations[i]
		})
		r.Shuffle(len(world.Lists), func(i, j int) { world.Lists[i], world.Lists[j] = world.Lists[j], world.Lists[i] })
		for _, list := range world.Lists {
			r.Shuffle(len(list.Records), func(i, j int) { list.Records[i], list.Records[j] = list.Records[j], list.Records[i] })
		}
		require.Equal(t, want, outcomesByRecord(t, world))
	}
}
