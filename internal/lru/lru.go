// Package lru provides a cache with a size limit in bytes.
package lru

import (
	"container/list"
	"sync"
)

// entryBytes is the approximate overhead of an entry besides its key and value: a list element, the entry and its map
// slot.
const entryBytes = 200

// Cache holds values up to a number of bytes and evicts the least recently used first. It is safe for concurrent use.
type Cache[K comparable, V any] struct {
	limit   int64
	largest int64

	mutex   sync.Mutex // protects the fields below
	entries map[K]*list.Element
	recent  list.List // of *entry, most recently used first
	bytes   int64
}

type entry[K comparable, V any] struct {
	key   K
	value V
	bytes int64
}

// New returns a cache that holds at most limit bytes. A value of more than largest bytes is not stored: it would evict
// too many others.
func New[K comparable, V any](limit, largest int64) *Cache[K, V] {
	return &Cache[K, V]{limit: limit, largest: min(largest, limit-entryBytes), entries: map[K]*list.Element{}}
}

// Get returns the value of the key and marks it as used.
func (c *Cache[K, V]) Get(key K) (value V, found bool) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	element := c.entries[key]
	if element == nil {
		return value, false
	}
	c.recent.MoveToFront(element)
	return entryAt[K, V](element).value, true
}

// Add stores the value, replacing the key's previous one. bytes is the size of key and value. Add returns the growth of
// the cache in bytes, which is negative if it evicted more than it added, and whether it stored the value: a value that
// is too large is not stored, and the previous one is removed.
func (c *Cache[K, V]) Add(key K, value V, bytes int64) (growth int64, kept bool) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	before := c.bytes
	if element := c.entries[key]; element != nil {
		c.remove(element)
	}
	kept = c.add(key, value, bytes)
	return c.bytes - before, kept
}

// add stores a value for a key that is not in the cache. Call it with mutex held.
func (c *Cache[K, V]) add(key K, value V, bytes int64) bool {
	if bytes > c.largest {
		return false
	}
	c.entries[key] = c.recent.PushFront(&entry[K, V]{key: key, value: value, bytes: bytes + entryBytes})
	c.bytes += bytes + entryBytes
	c.makeRoom()
	return true
}

// Load returns the value of the key. If there is none, it stores and returns the value from make, which also returns
// its size in bytes. A value that is too large is returned without being stored.
func (c *Cache[K, V]) Load(key K, make func() (value V, bytes int64)) V {
	if value, found := c.Get(key); found {
		return value
	}
	value, bytes := make()
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if element := c.entries[key]; element != nil { // another caller was faster
		return entryAt[K, V](element).value
	}
	c.add(key, value, bytes)
	return value
}

// Grow changes the recorded size of the key's value by bytes, which may be negative. A value that becomes too large is
// removed.
func (c *Cache[K, V]) Grow(key K, bytes int64) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	element := c.entries[key]
	if element == nil {
		return
	}
	one := entryAt[K, V](element)
	one.bytes += bytes
	c.bytes += bytes
	if one.bytes > c.largest+entryBytes {
		c.remove(element)
		return
	}
	c.makeRoom()
}

// Bytes returns how many bytes the cache holds.
func (c *Cache[K, V]) Bytes() int64 {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	return c.bytes
}

// Len returns how many values the cache holds.
func (c *Cache[K, V]) Len() int {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	return c.recent.Len()
}

// makeRoom evicts values until the cache is within its limit. No value exceeds the limit, so the most recent one stays.
// Call it with mutex held.
func (c *Cache[K, V]) makeRoom() {
	for c.bytes > c.limit {
		c.remove(c.recent.Back())
	}
}

// remove removes an entry. Call it with mutex held.
func (c *Cache[K, V]) remove(element *list.Element) {
	one := entryAt[K, V](element)
	c.recent.Remove(element)
	delete(c.entries, one.key)
	c.bytes -= one.bytes
}

func entryAt[K comparable, V any](element *list.Element) *entry[K, V] {
	return element.Value.(*entry[K, V]) //nolint:forcetypeassert // the list contains only entries
}
