package cache

import (
	"cmp"
	"container/heap"
	"container/list"
	"crypto/sha256"
	"sync"

	"github.com/google/uuid"
)

// key is everything that a response depends on except the account's version.
type key struct {
	account uuid.UUID
	hash    [sha256.Size]byte // of role, document, operation, variables, and the caller's name if it is shown
}

const (
	entryBytes   = 512 // what a response takes besides its text
	largestShare = 8   // a response larger than the limit divided by this is not cached
)

// store caches responses up to a number of bytes. Each account has one partition, which holds responses of one version
// of its data; a later version clears it. If the cache is full, the largest partition evicts its least recently used
// response, so no account evicts responses of an account that uses less.
type store struct {
	limit   int64
	metrics *metrics

	mutex      sync.Mutex // protects the fields below
	partitions map[uuid.UUID]*partition
	largest    partitions // all of them, as a heap
	bytes      int64
}

// partition holds the cached responses of one account.
type partition struct {
	account  uuid.UUID
	version  Version
	elements map[[sha256.Size]byte]*list.Element // of *entry
	recent   list.List                           // most recently used first
	bytes    int64
	index    int // in the heap
}

func newStore(limit int64, m *metrics) *store {
	return &store{limit: limit, metrics: m, partitions: map[uuid.UUID]*partition{}}
}

// find returns the response that is cached for exactly this version.
func (s *store) find(key key, version Version) *entry {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	partition := s.partitions[key.account]
	if partition == nil || partition.version != version {
		return nil
	}
	element := partition.elements[key.hash]
	if element == nil {
		return nil
	}
	partition.recent.MoveToFront(element)
	return element.Value.(*entry) //nolint:forcetypeassert // the list holds nothing else
}

// keep caches a response under the version at which it was read.
func (s *store) keep(key key, version Version, added *entry) {
	size := added.size()
	if size > s.limit/largestShare {
		return
	}
	s.mutex.Lock()
	defer s.mutex.Unlock()
	one := s.partition(key.account, version)
	if one == nil || one.elements[key.hash] != nil {
		return
	}
	added.hash, added.store, added.partition = key.hash, s, one
	one.elements[key.hash] = one.recent.PushFront(added)
	s.grow(one, size)
	s.metrics.entries.Inc()
}

// after reports whether v is a later version of the account than other.
func (v Version) after(other Version) bool {
	return cmp.Or(cmp.Compare(v.Era, other.Era), cmp.Compare(v.Position, other.Position)) > 0
}

// partition returns the account's partition for a version, or nil if the account already has a later one.
func (s *store) partition(account uuid.UUID, version Version) *partition {
	found := s.partitions[account]
	if found != nil && found.version != version {
		if found.version.after(version) {
			return nil
		}
		s.clear(found)
		found = nil
	}
	if found == nil {
		found = &partition{account: account, version: version, elements: map[[sha256.Size]byte]*list.Element{}}
		s.partitions[account] = found
		heap.Push(&s.largest, found)
	}
	return found
}

func (s *store) clear(one *partition) {
	heap.Remove(&s.largest, one.index)
	delete(s.partitions, one.account)
	s.bytes -= one.bytes
	s.metrics.bytes.Set(float64(s.bytes))
	s.metrics.entries.Sub(float64(len(one.elements)))
	s.metrics.outdated.Add(float64(len(one.elements)))
	one.elements = nil
}

// grow adds to the cache's size, and evicts responses if it is over the limit.
func (s *store) grow(one *partition, bytes int64) {
	one.bytes += bytes
	s.bytes += bytes
	heap.Fix(&s.largest, one.index)
	for s.bytes > s.limit {
		s.evict(s.largest[0])
	}
	s.metrics.bytes.Set(float64(s.bytes))
}

func (s *store) evict(from *partition) {
	oldest := from.recent.Back()
	evicted := from.recent.Remove(oldest).(*entry) //nolint:forcetypeassert // the list holds nothing else
	delete(from.elements, evicted.hash)
	size := evicted.size()
	from.bytes -= size
	s.bytes -= size
	s.metrics.entries.Dec()
	s.metrics.evicted.Inc()
	if len(from.elements) == 0 {
		heap.Remove(&s.largest, from.index)
		delete(s.partitions, from.account)
		return
	}
	heap.Fix(&s.largest, from.index)
}

// partitions is a heap of partitions, the largest first.
type partitions []*partition

func (s partitions) Len() int           { return len(s) }
func (s partitions) Less(i, j int) bool { return s[i].bytes > s[j].bytes }
func (s partitions) Swap(i, j int) {
	s[i], s[j] = s[j], s[i]
	s[i].index, s[j].index = i, j
}

// Push adds a partition.
func (s *partitions) Push(one any) {
	added := one.(*partition) //nolint:forcetypeassert // the heap holds nothing else
	added.index = len(*s)
	*s = append(*s, added)
}

// Pop removes and returns the last partition.
func (s *partitions) Pop() any {
	last := len(*s) - 1
	removed := (*s)[last]
	(*s)[last] = nil
	*s = (*s)[:last]
	return removed
}
