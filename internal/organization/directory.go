package organization

import (
	"bytes"
	"cmp"
	"context"
	"sort"
	"unsafe"

	"github.com/google/uuid"

	"github.com/orgmap/orgmap/internal/name"
	"github.com/orgmap/orgmap/internal/page"
	"github.com/orgmap/orgmap/internal/pg"
)

// directory is an account's active organizations as they stood at a version, in the order of their names. It says what
// Postgres would say of the same version. Nobody changes it.
type directory struct {
	version int64
	all     []Organization
	folded  *name.Index
}

// readDirectory reads it in the transaction of ctx, which sees that version.
func readDirectory(ctx context.Context, account uuid.UUID, version int64, expected int) (*directory, error) {
	all, folded := make([]Organization, 0, expected), make([]string, 0, expected)
	statement := "SELECT id, name, folded, created_at, updated_at FROM organizations WHERE account_id = '" + account.String() + "' AND active ORDER BY folded, id"
	err := pg.Rows(ctx, statement, func(row pg.Row) {
		all = append(all, Organization{AccountID: account, ID: row.UUID(0), Name: row.Text(1), Active: true, CreatedAt: row.Time(3), UpdatedAt: row.Time(4)})
		folded = append(folded, row.Text(2))
	})
	if err != nil {
		return nil, err
	}
	index := name.NewIndex(folded)
	for i := range all {
		all[i].Folded = index.At(i) // the text that the index has already
	}
	return &directory{version, all, index}, nil
}

const (
	nameBytes = 32 // about what a name takes
	// organizationBytes is about what one takes in all; the index takes three times its folded name.
	organizationBytes = int64(unsafe.Sizeof(Organization{})) + nameBytes + 3*nameBytes
)

// size is about how many bytes it takes; nil takes none.
func (d *directory) size() int64 {
	if d == nil {
		return 0
	}
	return int64(len(d.all))*(int64(unsafe.Sizeof(Organization{}))+nameBytes) + int64(d.folded.Size())
}

// listed is a list in a directory: the places of its items there, in order.
type listed struct {
	directory *directory
	places    []int32 // nil: all
	length    int
}

// list is what a search finds; "" finds all.
func (d *directory) list(search string) listed {
	if search == "" {
		return listed{directory: d, length: len(d.all)}
	}
	found := d.folded.Find(search)
	return listed{d, found, len(found)}
}

func (l listed) at(i int) *Organization {
	if l.places != nil {
		i = int(l.places[i])
	}
	return &l.directory.all[i]
}

// place is where one stands in the order of names.
type place struct {
	folded string
	id     uuid.UUID
}

// compare is the order that Postgres has them in: by bytes, then by id.
func (p place) compare(other *Organization) int {
	return cmp.Or(cmp.Compare(p.folded, other.Folded), bytes.Compare(p.id[:], other.ID[:]))
}

// before is how many of the list come before the place; with the one that stands there, where that is wanted.
func (l listed) before(bound place, inclusive bool) int {
	return sort.Search(l.length, func(i int) bool {
		order := bound.compare(l.at(i))
		return order < 0 || order == 0 && !inclusive
	})
}

// within returns one item more than the window holds, where there is one, in the order of the walk: what the statement of a
// selection would bring.
func (l listed) within(window page.Window, after, before *place, descending bool) []*Organization {
	low, high := after, before // the bounds in the order of names
	if descending {
		low, high = before, after
	}
	from, to := 0, l.length
	if low != nil {
		from = l.before(*low, true)
	}
	if high != nil {
		to = l.before(*high, false)
	}
	count := min(to-from-window.Offset, window.Size+1)
	if count <= 0 {
		return nil
	}
	items := make([]*Organization, count)
	for i := range items {
		if descending != window.Backward {
			items[i] = l.at(to - 1 - window.Offset - i)
		} else {
			items[i] = l.at(from + window.Offset + i)
		}
	}
	return items
}
