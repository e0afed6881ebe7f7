package directory

import (
	"bytes"
	"cmp"
	"sort"
	"sync"

	"github.com/google/uuid"

	"github.com/orgmap/orgmap/internal/name"
	"github.com/orgmap/orgmap/internal/page"
)

// Names holds a list's names in its order: by folded name, then by ID.
type Names struct {
	Folded *name.Index
	ID     func(i int) uuid.UUID // of the i-th name
}

// bound is a position in the order, whether or not an item is there.
type bound struct {
	folded string
	id     uuid.UUID
}

// boundOf returns a window's place as a bound; nil: none.
func boundOf(place page.Place) *bound {
	if place == nil {
		return nil
	}
	return &bound{folded: place[0].(string), id: place[1].(uuid.UUID)} //nolint:forcetypeassert // the order of names has only these values
}

// Query requests a page of a list.
type Query struct {
	Part   string                                // "": any name
	Window page.Window                           // in the list's order: by folded name, then by ID
	Narrow func(places []int32) ([]int32, error) // filters the hits, in place; nil: keep all
}

// found holds reusable buffers for the places of hits: there may be as many hits as names.
var found = sync.Pool{New: func() any { return new([]int32) }} //nolint:gochecknoglobals // pools are shared

// Page returns the places in the list of the items on the page, plus one more if there is one, in the window's order:
// the same items as from Postgres. total is the number of items on all pages.
func (n Names) Page(query Query) (places []int, total int, err error) {
	if query.Part == "" && query.Narrow == nil {
		whole := hits{names: n, length: n.Folded.Len()}
		return whole.within(query), whole.length, nil
	}
	buffer := found.Get().(*[]int32) //nolint:forcetypeassert // the pool holds nothing else
	defer found.Put(buffer)
	*buffer = n.Folded.Find((*buffer)[:0], query.Part)
	some := hits{names: n, places: *buffer}
	if query.Narrow != nil {
		if some.places, err = query.Narrow(some.places); err != nil {
			return nil, 0, err
		}
	}
	some.length = len(some.places)
	return some.within(query), some.length, nil
}

// hits holds the items of a list that match a search.
type hits struct {
	names  Names
	length int
	places []int32 // in order; nil: all
}

// place returns the place in the list of the i-th hit.
func (h hits) place(i int) int {
	if h.places != nil {
		return int(h.places[i])
	}
	return i
}

// compare orders as Postgres does: by bytes, then by ID.
func (n Names) compare(bound bound, i int) int {
	id := n.ID(i)
	return cmp.Or(cmp.Compare(bound.folded, n.Folded.At(i)), bytes.Compare(bound.id[:], id[:]))
}

// before returns how many hits come before the bound, including the one at the bound if inclusive is set.
func (h hits) before(bound bound, inclusive bool) int {
	return sort.Search(h.length, func(i int) bool {
		order := h.names.compare(bound, h.place(i))
		return order < 0 || order == 0 && !inclusive
	})
}

func (h hits) within(query Query) []int {
	window, descending := query.Window, query.Window.Order.Descending
	low, high := boundOf(window.After), boundOf(window.Before) // in the list's order
	if descending {
		low, high = high, low
	}
	from, to := 0, h.length
	if low != nil {
		from = h.before(*low, true)
	}
	if high != nil {
		to = h.before(*high, false)
	}
	count := min(to-from-window.Offset, window.Size+1)
	if count <= 0 {
		return nil
	}
	places := make([]int, count)
	for i := range places {
		if descending != window.Backward {
			places[i] = h.place(to - 1 - window.Offset - i)
		} else {
			places[i] = h.place(from + window.Offset + i)
		}
	}
	return places
}
