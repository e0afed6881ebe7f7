package matching_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/matching"
	"github.com/orgmap/orgmap/internal/matching/matchingtest"
)

// lived is a made-up account that has mappings, websites and cities.
func lived(r *rand.Rand) matching.World {
	const organizations = 200
	world := matchingtest.World(organizations, 1_200)
	for l := range world.Lists {
		for i := range world.Lists[l].Records {
			record := &world.Lists[l].Records[i]
			if r.IntN(3) == 0 {
				record.Name = matchingtest.Respelled(r, world.Organizations[r.IntN(organizations)].Name)
			}
			if r.IntN(4) == 0 {
				record.Organization = world.Organizations[r.IntN(organizations)].ID
			}
			if r.IntN(3) == 0 {
				record.Website, record.City = "https://"+string(rune('a'+r.IntN(26)))+".example", matchingtest.Places[r.IntN(9)]
			}
		}
	}
	world.Frequencies = matching.New(world).Frequencies()
	return world
}

// change maps, moves, clears, rejects or excludes a few records, and returns what a scope must know of it.
func change(r *rand.Rand, world *matching.World) (records, organizations map[uuid.UUID]bool) {
	records, organizations = map[uuid.UUID]bool{}, map[uuid.UUID]bool{}
	for range 1 + r.IntN(4) {
		list := &world.Lists[r.IntN(len(world.Lists))]
		record := &list.Records[r.IntN(len(list.Records))]
		to := world.Organizations[r.IntN(len(world.Organizations))].ID
		records[record.ID] = true
		switch r.IntN(5) {
		case 0:
			record.Rejected = append(slices.Clone(record.Rejected), to)
		case 1:
			record.Excluded = !record.Excluded
		case 2:
			to = uuid.Nil
			fallthrough
		default:
			for _, one := range []uuid.UUID{to, record.Organization} {
				if one != uuid.Nil {
					organizations[one] = true
				}
			}
			record.Organization = to
		}
	}
	return records, organizations
}

// learn sets the aliases that the world's mappings show, and returns the organizations that have gained and lost one.
func learn(world *matching.World, engine *matching.Engine) (gained, lost map[uuid.UUID]bool) {
	gained, lost = map[uuid.UUID]bool{}, map[uuid.UUID]bool{}
	aliases := map[uuid.UUID][]string{}
	for one := range engine.Aliases {
		aliases[one.Organization] = append(aliases[one.Organization], one.Name)
	}
	for i := range world.Organizations {
		own := &world.Organizations[i]
		slices.Sort(aliases[own.ID])
		for _, alias := range aliases[own.ID] {
			if !slices.Contains(own.Aliases, alias) {
				gained[own.ID] = true
			}
		}
		for _, alias := range own.Aliases {
			if !slices.Contains(aliases[own.ID], alias) {
				lost[own.ID] = true
			}
		}
		own.Aliases = aliases[own.ID]
	}
	return gained, lost
}

func copied(world matching.World) matching.World {
	world.Organizations, world.Lists = slices.Clone(world.Organizations), slices.Clone(world.Lists)
	for i := range world.Lists {
		world.Lists[i].Records = slices.Clone(world.Lists[i].Records)
	}
	return world
}

// Outcomes outside of a change's scope stay as they were, and those inside are what a whole computation finds.
func TestScope_LeavesOutOnlyWhatStays(t *testing.T) {
	t.Parallel()
	inScope, total := 0, 0
	for seed := range uint64(6) {
		r := rand.New(rand.NewPCG(seed, 17)) //nolint:gosec // a test
		world := lived(r)
		engine := matching.New(world)
		learn(&world, engine)
		engine.SetAliases(world.Organizations)
		before := slices.Collect(engine.All)
		for round := range 3 {
			world = copied(world)
			records, organizations := change(r, &world)
			engine = matching.New(world)
			scope := engine.NewScope(records, organizations)
			gained, lost := learn(&world, engine)
			if len(gained)+len(lost) > 0 {
				scope.SetAliases(world.Organizations, gained, lost)
			}
			after := slices.Collect(matching.New(world).All)
			inside := 0
			for i := range scope.Records {
				inside++
				before[i] = engine.Outcome(i)
			}
			for i := range after {
				require.Equal(t, after[i], before[i], "seed %d, round %d, record %d", seed, round, i)
			}
			inScope, total = inScope+inside, total+len(after)
		}
	}
	t.Logf("%d of %d in scope", inScope, total)
	require.Less(t, inScope, total/2)
}

// A word that is in one name too many finds no organization any more: that concerns every record with the word, whatever
// organization the alias belongs to.
func TestScope_IsEverythingWhenAWordBecomesCommon(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(5, 17)) //nolint:gosec // a test
	world := matchingtest.World(60, 160)
	for i := range 40 {
		world.Organizations[i].Name = "Kestrel " + matchingtest.Name(r)
	}
	mapped := &world.Lists[0].Records[0]
	mapped.Name, mapped.Organization = "Kestrel Quarry and Gravel", world.Organizations[50].ID
	world.Frequencies = matching.New(world).Frequencies()
	engine := matching.New(world)
	scope := engine.NewScope(map[uuid.UUID]bool{mapped.ID: true}, map[uuid.UUID]bool{mapped.Organization: true})
	gained, lost := learn(&world, engine)
	require.Equal(t, map[uuid.UUID]bool{mapped.Organization: true}, gained)
	scope.SetAliases(world.Organizations, gained, lost)
	require.Len(t, slices.Collect(scope.Records), engine.Count())
}

// A website that a second organization turns out to have proves nothing any more, also for records of the first.
func TestScope_HoldsTheRecordsThatShareAWebsite(t *testing.T) {
	t.Parallel()
	world := matchingtest.World(40, 80)
	site := func(record *matching.Record, name string, organization uuid.UUID) {
		record.Name, record.Website, record.Organization = name, "https://shared.example", organization
	}
	first, second := world.Organizations[0], world.Organizations[1]
	site(&world.Lists[0].Records[0], first.Name, first.ID)
	site(&world.Lists[1].Records[0], first.Name, uuid.Nil)
	site(&world.Lists[2].Records[0], "Zebra Quarry", second.ID)
	engine := matching.New(world)
	scope := engine.NewScope(nil, map[uuid.UUID]bool{second.ID: true})
	require.Contains(t, slices.Collect(scope.Records), 10, "the first record of the second list")
}
