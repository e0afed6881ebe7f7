package cache

import (
	"cmp"
	"container/heap"
	"container/list"
	"crypto/sha256"
	"sync"

	"github.com/google/uuid"
)

// question is everything that an answer depends on, but for the moment.
type question struct {
	account uuid.UUID
	hash    [sha256.Size]byte // of role, document, operation, variables, and of the name where that is shown
}

const (
	entryBytes   = 512 // what an answer takes beside its text
	largestShare = 8   // an answer of more than this part of the whole is not kept
)

// answers are bounded by bytes. Each account has a shelf, for one moment: a later one clears it. Where there is no room, the
// fullest shelf gives up what was not asked for the longest time, so that no account pushes out another that has less.
type answers struct {
	limit   int64
	metrics *metrics

	mutex   sync.Mutex // protects what follows
	shelves map[uuid.UUID]*shelf
	fullest shelves // all of them, as a heap
	bytes   int64
}

// shelf is what is kept of one account.
type shelf struct {
	account uuid.UUID
	moment  Moment
	places  map[[sha256.Size]byte]*list.Element // of *answer
	recent  list.List                           // what was asked for last stands first
	bytes   int64
	index   int // in the heap
}

func newAnswers(limit int64, m *metrics) *answers {
	return &answers{limit: limit, metrics: m, shelves: map[uuid.UUID]*shelf{}}
}

// find returns the answer that is kept for this very moment.
func (a *answers) find(asked question, moment Moment) *answer {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	shelf := a.shelves[asked.account]
	if shelf == nil || shelf.moment != moment {
		return nil
	}
	place := shelf.places[asked.hash]
	if place == nil {
		return nil
	}
	shelf.recent.MoveToFront(place)
	return place.Value.(*answer) //nolint:forcetypeassert // there is nothing else in it
}

// keep files an answer under the moment at which it was read.
func (a *answers) keep(asked question, moment Moment, made *answer) {
	size := made.size()
	if size > a.limit/largestShare {
		return
	}
	a.mutex.Lock()
	defer a.mutex.Unlock()
	one := a.shelf(asked.account, moment)
	if one == nil || one.places[asked.hash] != nil {
		return
	}
	made.hash, made.all, made.shelf = asked.hash, a, one
	one.places[asked.hash] = one.recent.PushFront(made)
	a.grow(one, size)
	a.metrics.entries.Inc()
}

// after tells whether the account has moved on from another moment to this one.
func (m Moment) after(other Moment) bool {
	return cmp.Or(cmp.Compare(m.Era, other.Era), cmp.Compare(m.Position, other.Position)) > 0
}

// shelf is the account's shelf for a moment; nil where the account has moved on since.
func (a *answers) shelf(account uuid.UUID, moment Moment) *shelf {
	found := a.shelves[account]
	if found != nil && found.moment != moment {
		if found.moment.after(moment) {
			return nil
		}
		a.clear(found)
		found = nil
	}
	if found == nil {
		found = &shelf{account: account, moment: moment, places: map[[sha256.Size]byte]*list.Element{}}
		a.shelves[account] = found
		heap.Push(&a.fullest, found)
	}
	return found
}

func (a *answers) clear(one *shelf) {
	heap.Remove(&a.fullest, one.index)
	delete(a.shelves, one.account)
	a.bytes -= one.bytes
	a.metrics.bytes.Set(float64(a.bytes))
	a.metrics.entries.Sub(float64(len(one.places)))
	a.metrics.outdated.Add(float64(len(one.places)))
	one.places = nil
}

// grow counts bytes in, and makes room for them.
func (a *answers) grow(one *shelf, bytes int64) {
	one.bytes += bytes
	a.bytes += bytes
	heap.Fix(&a.fullest, one.index)
	for a.bytes > a.limit {
		a.evict(a.fullest[0])
	}
	a.metrics.bytes.Set(float64(a.bytes))
}

func (a *answers) evict(from *shelf) {
	oldest := from.recent.Back()
	gone := from.recent.Remove(oldest).(*answer) //nolint:forcetypeassert // there is nothing else in it
	delete(from.places, gone.hash)
	size := gone.size()
	from.bytes -= size
	a.bytes -= size
	a.metrics.entries.Dec()
	a.metrics.evicted.Inc()
	if len(from.places) == 0 {
		heap.Remove(&a.fullest, from.index)
		delete(a.shelves, from.account)
		return
	}
	heap.Fix(&a.fullest, from.index)
}

// shelves is a heap of shelves, the fullest first.
type shelves []*shelf

func (s shelves) Len() int           { return len(s) }
func (s shelves) Less(i, j int) bool { return s[i].bytes > s[j].bytes }
func (s shelves) Swap(i, j int) {
	s[i], s[j] = s[j], s[i]
	s[i].index, s[j].index = i, j
}

// Push adds a shelf.
func (s *shelves) Push(one any) {
	added := one.(*shelf) //nolint:forcetypeassert // there is nothing else in it
	added.index = len(*s)
	*s = append(*s, added)
}

// Pop takes the last one.
func (s *shelves) Pop() any {
	last := len(*s) - 1
	gone := (*s)[last]
	(*s)[last] = nil
	*s = (*s)[:last]
	return gone
}
