package directory

import (
	"bytes"
	"cmp"
	"sort"

	"github.com/google/uuid"

	"github.com/orgmap/orgmap/internal/name"
	"github.com/orgmap/orgmap/internal/page"
)

// Names are those of a list in its order: by the folded name, then by id.
type Names struct {
	Folded *name.Index
	ID     func(i int) uuid.UUID // of the i-th
}

// Found is what a search finds of a list.
type Found struct {
	Length int

	names  Names
	places []int32 // in order; nil: all
}

// Find finds those that have the part; "" finds all.
func (n Names) Find(part string) Found {
	if part == "" {
		return Found{Length: n.Folded.Len(), names: n}
	}
	found := n.Folded.Find(part)
	return Found{Length: len(found), names: n, places: found}
}

// place is where the i-th of them stands in the list.
func (f Found) place(i int) int {
	if f.places != nil {
		return int(f.places[i])
	}
	return i
}

// Bound is a place in the order, whether something stands there or not.
type Bound struct {
	Folded string
	ID     uuid.UUID
}

// compare is the order that Postgres has them in: by bytes, then by id.
func (n Names) compare(bound Bound, i int) int {
	id := n.ID(i)
	return cmp.Or(cmp.Compare(bound.Folded, n.Folded.At(i)), bytes.Compare(bound.ID[:], id[:]))
}

// before is how many come before the bound; with the one that stands there, where that is wanted.
func (f Found) before(bound Bound, inclusive bool) int {
	return sort.Search(f.Length, func(i int) bool {
		order := f.names.compare(bound, f.place(i))
		return order < 0 || order == 0 && !inclusive
	})
}

// Within tells where in the list those stand that the window holds, and one more where there is one, in the order of the walk:
// what Postgres would bring for it. after and before are the window's, nil where it has none.
func (f Found) Within(window page.Window, after, before *Bound, descending bool) []int {
	low, high := after, before // the bounds in the order of names
	if descending {
		low, high = before, after
	}
	from, to := 0, f.Length
	if low != nil {
		from = f.before(*low, true)
	}
	if high != nil {
		to = f.before(*high, false)
	}
	count := min(to-from-window.Offset, window.Size+1)
	if count <= 0 {
		return nil
	}
	places := make([]int, count)
	for i := range places {
		if descending != window.Backward {
			places[i] = f.place(to - 1 - window.Offset - i)
		} else {
			places[i] = f.place(from + window.Offset + i)
		}
	}
	return places
}
