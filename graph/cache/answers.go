package cache

import (
	"cmp"
	"container/heap"
	"container/list"
	"crypto/sha256"
	"sync"

	"github.com/google/uuid"
)

// question is everything that a response depends on except the account's version.
type question struct {
	account uuid.UUID
	hash    [sha256.Size]byte // of role, document, operation, variables, and the caller's name if it is shown
}

const (
	entryBytes   = 512 // what a response takes besides its text
	largestShare = 8   // a response larger than the limit divided by this is not cached
)

// answers caches responses up to a number of bytes. Each account has one shelf, which holds responses of one version of
// its data; a later version clears it. If the cache is full, the largest shelf evicts its least recently used response,
// so no account evicts responses of an account that uses less.
type answers struct {
	limit   int64
	metrics *metrics

	mutex   sync.Mutex // protects the fields below
	shelves map[uuid.UUID]*shelf
	fullest shelves // all of them, as a heap
	bytes   int64
}

// shelf holds the cached responses of one account.
type shelf struct {
	account uuid.UUID
	moment  Moment
	places  map[[sha256.Size]byte]*list.Element // of *answer
	recent  list.List                           // most recently used first
	bytes   int64
	index   int // in the heap
}

func newAnswers(limit int64, m *metrics) *answers {
	return &answers{limit: limit, metrics: m, shelves: map[uuid.UUID]*shelf{}}
}

// find returns the response that is cached for exactly this version.
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
	return place.Value.(*answer) //nolint:forcetypeassert // the list holds nothing else
}

// keep caches a response under the version at which it was read.
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

// after reports whether m is a later version of the account than other.
func (m Moment) after(other Moment) bool {
	return cmp.Or(cmp.Compare(m.Era, other.Era), cmp.Compare(m.Position, other.Position)) > 0
}

// shelf returns the account's shelf for a version, or nil if the account already has a later one.
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

// grow adds to the cache's size, and evicts responses if it is over the limit.
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
	gone := from.recent.Remove(oldest).(*answer) //nolint:forcetypeassert // the list holds nothing else
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

// shelves is a heap of shelves, the largest first.
type shelves []*shelf

func (s shelves) Len() int           { return len(s) }
func (s shelves) Less(i, j int) bool { return s[i].bytes > s[j].bytes }
func (s shelves) Swap(i, j int) {
	s[i], s[j] = s[j], s[i]
	s[i].index, s[j].index = i, j
}

// Push adds a shelf.
func (s *shelves) Push(one any) {
	added := one.(*shelf) //nolint:forcetypeassert // the heap holds nothing else
	added.index = len(*s)
	*s = append(*s, added)
}

// Pop removes and returns the last shelf.
func (s *shelves) Pop() any {
	last := len(*s) - 1
	gone := (*s)[last]
	(*s)[last] = nil
	*s = (*s)[:last]
	return gone
}
