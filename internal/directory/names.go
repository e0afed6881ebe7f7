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

// Others holds more names of a list's items. A search finds an item by any one of its names.
type Others struct {
	Folded *name.Index
	Items  []int32 // for each name, the index in the list of the item that has it; ascending
}

// bound is a position in the order, whether or not an item is there.
type bound struct {
	folded string
	id     uuid.UUID
}

// boundOf returns a window's sort key as a bound; nil: none.
func boundOf(key page.SortKey) *bound {
	if key == nil {
		return nil
	}
	return &bound{folded: key[0].(string), id: key[1].(uuid.UUID)} //nolint:forcetypeassert // the order of names has only these values
}

// Query requests a page of a list.
type Query struct {
	Part   string                                 // the search, as in name.Words; "": any name
	Others *Others                                // more names of the items; nil: none
	Window page.Window                            // in the list's order: by folded name, then by ID
	Filter func(indexes []int32) ([]int32, error) // filters the hits, in place; nil: keep all
}

// indexPool holds reusable buffers for the indexes of hits: there may be as many hits as names.
var indexPool = sync.Pool{New: func() any { return new([]int32) }} //nolint:gochecknoglobals // pools are shared

// Page returns the indexes in the list of the items on the page, plus one more if there is one, in the window's order:
// the same items as from Postgres. total is the number of items on all pages.
func (n Names) Page(query Query) (indexes []int, total int, err error) {
	if query.Part == "" && query.Filter == nil {
		whole := hits{names: n, length: n.Folded.Len()}
		return whole.within(query), whole.length, nil
	}
	buffer := indexPool.Get().(*[]int32) //nolint:forcetypeassert // the pool contains only buffers
	defer indexPool.Put(buffer)
	*buffer = n.Folded.Find((*buffer)[:0], query.Part)
	if query.Others != nil {
		*buffer = query.Others.find(*buffer, query.Part)
	}
	some := hits{names: n, indexes: *buffer}
	if query.Filter != nil {
		if some.indexes, err = query.Filter(some.indexes); err != nil {
			return nil, 0, err
		}
	}
	some.length = len(some.indexes)
	return some.within(query), some.length, nil
}

// find adds to found the items that have a name with all words of the search. Both found and the result ascend.
func (o *Others) find(found []int32, search string) []int32 {
	buffer := indexPool.Get().(*[]int32) //nolint:forcetypeassert // the pool contains only buffers
	defer indexPool.Put(buffer)
	*buffer = o.Folded.Find((*buffer)[:0], search)
	more, i := (*buffer)[:0], 0
	for _, named := range *buffer {
		item := o.Items[named]
		for i < len(found) && found[i] < item {
			i++
		}
		if (i == len(found) || found[i] != item) && (len(more) == 0 || more[len(more)-1] != item) {
			more = append(more, item)
		}
	}
	last := len(found) - 1
	found = append(found, more...)
	for at, next := len(found)-1, len(more)-1; next >= 0; at-- { // merge in place, from the end
		if last >= 0 && found[last] > more[next] {
			found[at] = found[last]
			last--
		} else {
			found[at] = more[next]
			next--
		}
	}
	return found
}

// hits holds the items of a list that match a search.
type hits struct {
	names   Names
	length  int
	indexes []int32 // in order; nil: all
}

// index returns the index in the list of the i-th hit.
func (h hits) index(i int) int {
	if h.indexes != nil {
		return int(h.indexes[i])
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
		order := h.names.compare(bound, h.index(i))
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
	indexes := make([]int, count)
	for i := range indexes {
		if descending != window.Backward {
			indexes[i] = h.index(to - 1 - window.Offset - i)
		} else {
			indexes[i] = h.index(from + window.Offset + i)
		}
	}
	return indexes
}
