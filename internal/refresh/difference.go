package refresh

import (
	"encoding/json"
	"slices"

	"github.com/google/uuid"

	"github.com/orgmap/orgmap/internal/name"
	"github.com/orgmap/orgmap/internal/vendors"
)

// listed is an external organization as the store has it. Its texts are only good until the next one is read.
type listed struct {
	id                                            uuid.UUID
	remoteID, name, folded, matchName, url, hints []byte // matchName and url are empty where there is none
	gone                                          bool   // no longer listed; what is gone may come back
}

// difference is what must be written so that the store lists what a walk has read.
type difference struct {
	listed  int         // external organizations that were listed before
	added   []int       // those that the store does not know, by their places in the walk
	changed []change    // those that it knows otherwise, or as gone
	gone    []uuid.UUID // those of listed that were not read
}

// change makes an external organization what the walk has at that place. The remote id decides which one it is: a rename keeps the
// row, and so its mapping.
type change struct {
	id    uuid.UUID
	place int
}

// comparison finds the difference while the store's list goes by, of which it keeps nothing but what differs.
type comparison struct {
	walked []vendors.Organization
	kept   map[string]bool // remote ids that the vendor lists in a form that cannot be used: they stay as they are
	places map[string]int  // by remote id
	met    []bool          // by place
	found  difference
}

// newComparison begins a comparison with a walk that has each remote id once.
func newComparison(walked []vendors.Organization, kept map[string]bool) *comparison {
	places := make(map[string]int, len(walked))
	for place, organization := range walked {
		places[organization.RemoteID] = place
	}
	return &comparison{walked: walked, kept: kept, places: places, met: make([]bool, len(walked))}
}

// meet takes the next one of the store's list, in any order.
func (c *comparison) meet(known listed) {
	if !known.gone {
		c.found.listed++
	}
	place, read := c.places[string(known.remoteID)]
	switch {
	case read:
		c.met[place] = true
		if known.gone || !known.is(c.walked[place]) {
			c.found.changed = append(c.found.changed, change{known.id, place})
		}
	case !known.gone && !c.kept[string(known.remoteID)]:
		c.found.gone = append(c.found.gone, known.id)
	}
}

// end gives the difference once all were met.
func (c *comparison) end() difference {
	for place, met := range c.met {
		if !met {
			c.found.added = append(c.found.added, place)
		}
	}
	return c.found
}

// is tells whether nothing of an organization must be written. What is derived from the name is compared too, so that a list heals that an
// older version derived otherwise.
func (l listed) is(organization vendors.Organization) bool {
	normal, _ := name.Normalize(organization.Name)
	return string(l.name) == organization.Name && string(l.url) == organization.URL && sameHints(l.hints, organization.Hints) &&
		string(l.folded) == name.Fold(organization.Name) && string(l.matchName) == normal
}

// hint is a vendors.Hint as the column holds it.
type hint struct {
	Application vendors.Application `json:"application"`
	RemoteID    string              `json:"remoteId"`
}

func sameHints(stored []byte, hints []vendors.Hint) bool {
	if len(hints) == 0 {
		return string(stored) == "[]"
	}
	var decoded []hint
	return json.Unmarshal(stored, &decoded) == nil &&
		slices.EqualFunc(decoded, hints, func(a hint, b vendors.Hint) bool { return a.Application == b.Application && a.RemoteID == b.RemoteID })
}

func encodeHints(hints []vendors.Hint) (string, error) {
	written := make([]hint, len(hints))
	for i, one := range hints {
		written[i] = hint{Application: one.Application, RemoteID: one.RemoteID}
	}
	encoded, err := json.Marshal(written)
	return string(encoded), err
}
