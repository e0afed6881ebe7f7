// Package matchingtest makes up accounts for tests of matching.
package matchingtest

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"github.com/google/uuid"

	"github.com/orgmap/orgmap/internal/matching"
)

var ( //nolint:gochecknoglobals // constants
	// Places are words that many names begin with.
	Places = strings.Fields("Lake River Cedar Maple Oak Pine North South East West Summit Valley Prairie Harbor Stone Silver Golden Red Blue Green Iron Copper Eagle Fox Bear Wolf Falcon Heron Willow Birch Aspen Canyon Mesa Ridge Grove Spring Creek Falls Bay Cape Dune")
	trades = strings.Fields("Dental Plumbing Law Accounting Construction Medical Veterinary Logistics Brewing Bakery Insurance Realty Roofing Electric Engineering Consulting Landscaping Orthodontics Pediatrics Pharmacy Foods Farms Motors Machining Fabrication Printing Packaging Transport Marine Aviation Academy Church Bank Credit Hardware Lumber Flooring Cabinets Windows Security")
	ends   = strings.Fields("Group Services Company Center Partners Associates Solutions Works Clinic Supply Studio Agency Systems Holdings Office")
	forms  = []string{"", "", "", " LLC", " Inc.", ", Inc.", " Ltd", " Corp", " Co."}
	sounds = strings.Fields("ba be bi bo da de di do fa fe ga ge ka ke la le li lo ma me mi mo na ne ni no pa pe ra re ri ro sa se si so ta te ti to va ve wa we za zo han son berg stein ford ley ton man")
)

// Name returns a made-up company name: a family or a place, a trade, an ending, a legal form.
func Name(r *rand.Rand) string {
	pick := func(words []string) string { return words[r.IntN(len(words))] }
	family := ""
	for range 2 + r.IntN(2) {
		family += pick(sounds)
	}
	family = strings.ToUpper(family[:1]) + family[1:]
	var name string
	switch r.IntN(4) {
	case 0:
		name = family + " " + pick(trades)
	case 1:
		name = family + " " + pick(trades) + " " + pick(ends)
	case 2:
		name = pick(Places) + " " + family + " " + pick(trades)
	default:
		name = pick(Places) + " " + pick(Places) + " " + pick(trades) + " " + pick(ends)
	}
	return name + pick(forms)
}

// Respelled returns a name as another tool might spell it.
func Respelled(r *rand.Rand, name string) string {
	switch r.IntN(9) {
	case 0:
		return strings.ToUpper(name)
	case 1:
		name, _, _ = strings.Cut(name, ",")
		return name
	case 2:
		words := strings.Fields(name)
		return strings.Join(words[:max(1, len(words)-1)], " ")
	case 3:
		at := 1 + r.IntN(len(name)-1)
		return name[:at-1] + name[at:]
	case 4:
		return name + " - " + Places[r.IntN(len(Places))]
	case 5:
		return strings.ReplaceAll(name, "Services", "Svcs")
	}
	return name
}

// World returns a made-up account with the given number of organizations, and lists of eight
// tools with the given number of records in total.
func World(organizations, records int) matching.World {
	r := rand.New(rand.NewPCG(1, 2))
	var world matching.World
	for i := range organizations {
		world.Organizations = append(world.Organizations, matching.Organization{ID: madeID("o", i), Name: Name(r), Active: true})
	}
	const tools = 8
	for tool := range tools {
		list := matching.List{Name: fmt.Sprint("Tool ", tool), Application: fmt.Sprint("TOOL_", tool)}
		for i := range records / tools {
			name := Name(r)
			if r.IntN(3) > 0 {
				name = Respelled(r, world.Organizations[r.IntN(organizations)].Name)
			}
			record := matching.Record{ID: madeID("r", tool*records+i), RemoteID: fmt.Sprint(i + 1), Name: name}
			if tool > 0 && r.IntN(3) == 0 {
				record.Hints = []matching.Hint{{Application: "TOOL_0", RemoteID: fmt.Sprint(r.IntN(records/tools) + 1)}}
			}
			list.Records = append(list.Records, record)
		}
		world.Lists = append(world.Lists, list)
	}
	return world
}

func madeID(kind string, i int) uuid.UUID {
	return uuid.NewSHA1(uuid.NameSpaceOID, fmt.Append(nil, kind, i))
}
