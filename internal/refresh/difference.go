package refresh

import (
	"encoding/json"
	"slices"

	"github.com/google/uuid"

	"github.com/orgmap/orgmap/internal/name"
	"github.com/orgmap/orgmap/internal/vendors"
)

// listed is an external organization as stored. Its byte slices are valid only until the next row is read.
type listed struct {
	id                                            uuid.UUID
	remoteID, name, folded, matchName, url, hints []byte // matchName and url are empty if there is none
	website, city                                 []byte // empty if there is none
	removed                                       bool   // no longer listed, but may come back
}

// difference is what to write so that the stored list matches a walk.
type difference struct {
	listed  int      // external organizations listed before
	added   []int    // organizations that are not stored yet, as indexes into the walk
	changed []change // organizations that are stored with other values, or as removed
	removed []gone   // listed organizations that the walk did not read
}

// touched returns the ids of the stored organizations that change.
func (d difference) touched() []uuid.UUID {
	ids := make([]uuid.UUID, 0, len(d.changed)+len(d.removed))
	for _, one := range d.changed {
		ids = append(ids, one.id)
	}
	for _, one := range d.removed {
		ids = append(ids, one.id)
	}
	return ids
}

// gone is an external organization that is no longer listed.
type gone struct {
	id   uuid.UUID
	name string
}

// change updates the external organization id to the walk's entry at index. Rows are matched by remote id, so a
// renamed organization keeps its row and its mapping.
type change struct {
	id           uuid.UUID
	index        int
	previousName string // "": the name is the same
	returned     bool   // it was no longer listed
}

// comparison computes the difference while the stored list streams by. It keeps only what differs.
type comparison struct {
	walked  []vendors.Organization
	skipped map[string]bool // remote ids that the vendor lists in an unusable form: their rows are left alone
	indexes map[string]int  // by remote id
	seen    []bool          // by index
	found   difference
}

// newComparison starts a comparison with a walk in which each remote id occurs once.
func newComparison(walked []vendors.Organization, skipped map[string]bool) *comparison {
	indexes := make(map[string]int, len(walked))
	for index, organization := range walked {
		indexes[organization.RemoteID] = index
	}
	return &comparison{walked: walked, skipped: skipped, indexes: indexes, seen: make([]bool, len(walked))}
}

// add takes the next row of the stored list. The order of rows does not matter.
func (c *comparison) add(known listed) {
	if !known.removed {
		c.found.listed++
	}
	index, read := c.indexes[string(known.remoteID)]
	switch {
	case read:
		c.seen[index] = true
		if known.removed || !known.matches(c.walked[index]) {
			changed := change{id: known.id, index: index, returned: known.removed}
			if string(known.name) != c.walked[index].Name {
				changed.previousName = string(known.name)
			}
			c.found.changed = append(c.found.changed, changed)
		}
	case !known.removed && !c.skipped[string(known.remoteID)]:
		c.found.removed = append(c.found.removed, gone{known.id, string(known.name)})
	}
}

// end returns the difference after all rows have been added.
func (c *comparison) end() difference {
	for index, seen := range c.seen {
		if !seen {
			c.found.added = append(c.found.added, index)
		}
	}
	return c.found
}

// matches reports whether the stored row already matches organization. It also compares the values derived from the
// name, so that rows derived differently by an older version are updated.
func (l listed) matches(organization vendors.Organization) bool {
	normal, _ := name.Normalize(organization.Name)
	return string(l.name) == organization.Name && string(l.url) == organization.URL && sameHints(l.hints, organization.Hints) &&
		string(l.folded) == name.Fold(organization.Name) && string(l.matchName) == normal &&
		string(l.website) == organization.Website && string(l.city) == organization.City
}

// hint is a vendors.Hint as stored in the column.
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
