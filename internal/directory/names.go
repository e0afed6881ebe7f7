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

// Names are those of a list in its order: by the folded name, then by id.
type Names struct {
	Folded *name.Index
	ID     func(i int) uuid.UUID // of the i-th
}

// bound is a place in the order, whether something stands there or not.
type bound struct {
	folded string
	id     uuid.UUID
}

// boundOf is a window's place as a bound; nil: there is none.
func boundOf(place page.Place) *bound {
	if place == nil {
		return nil
	}
	return &bound{folded: place[0].(string), id: place[1].(uuid.UUID)} //nolint:forcetypeassert // the order of names has no other values
}

// Query asks for a page of a list.
type Query struct {
	Part   string                                // of the name; "": any name
	Window page.Window                           // in the order of names: by the folded name, then by id
	Narrow func(places []int32) ([]int32, error) // leaves some of the hits, in place; nil: all count
}

// found holds the places of a search's hits. It is used again: there may be as many hits as names.
var found = sync.Pool{New: func() any { return new([]int32) }} //nolint:gochecknoglobals // a pool is for all

// Page tells where in the list those stand that are on the page, and one more where there is one, in the order of the walk: what
// Postgres would bring for it. total is how many there are on all pages.
func (n Names) Page(query Query) (places []int, total int, err error) {
	if query.Part == "" && query.Narrow == nil {
		whole := hits{names: n, length: n.Folded.Len()}
		return whole.within(query), whole.length, nil
	}
	buffer := found.Get().(*[]int32) //nolint:forcetypeassert // there is nothing else in it
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

// hits are those of a list that a search finds.
type hits struct {
	names  Names
	length int
	places []int32 // in order; nil: all
}

// place is where the i-th of them stands in the list.
func (h hits) place(i int) int {
	if h.places != nil {
		return int(h.places[i])
	}
	return i
}

// compare is the order that Postgres has them in: by bytes, then by id.
func (n Names) compare(bound bound, i int) int {
	id := n.ID(i)
	return cmp.Or(cmp.Compare(bound.folded, n.Folded.At(i)), bytes.Compare(bound.id[:], id[:]))
}

// before is how many come before the bound; with the one that stands there, where that is wanted.
func (h hits) before(bound bound, inclusive bool) int {
	return sort.Search(h.length, func(i int) bool {
		order := h.names.compare(bound, h.place(i))
		return order < 0 || order == 0 && !inclusive
	})
}

func (h hits) within(query Query) []int {
	window, descending := query.Window, query.Window.Order.Descending
	low, high := boundOf(window.After), boundOf(window.Before) // in the order of names
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
