// Package directory answers lists of names from memory.
//
// A directory is a list at a version, sorted by name; names.go finds pages in it. A Cache holds the directories of all
// lists that are requested. The domain packages define the contents of a directory and read it.
package directory

import (
	"container/list"
	"context"
	"errors"
	"sync"
	"time"

	"github.com/google/uuid"
)

// Directory is a list at a version. It is immutable.
type Directory interface {
	Version() int64 // at least 0; every write of the list sets a version that no write set before
	Size() int64    // approximate size in bytes
}

// Key identifies a list of an account.
type Key struct {
	Account uuid.UUID
	List    string    // what the list holds
	Owner   uuid.UUID // what in the account the list belongs to; Nil: the account itself
	Era     int64     // of the server that was read: another server counts its versions separately
}

// Read reads a directory. It returns nil if the directory does not fit into memory.
type Read func(context.Context) (Directory, error)

// ErrAnotherEra is returned by a Read that reached a different server than the request that wanted the list.
var ErrAnotherEra = errors.New("directory: the server is another one by now")

// Cache holds directories up to a number of bytes and evicts the least recently used first. It reads directories in
// the background: until then, and right after a change, Postgres answers the requests.
//
// A directory pays off only if the list is requested repeatedly, so it is read when a list is requested for the second
// time at the same version.
type Cache struct {
	limit int64

	mutex    sync.Mutex // protects the fields below
	entries  map[Key]*list.Element
	recent   list.List // of *entry, most recently used first
	bytes    int64
	answered Answered
	reading  bool      // only one at a time
	nextRead time.Time // no read starts earlier
}

// entry is the state of a list.
type entry struct {
	key           Key
	directory     Directory // nil: not read yet
	requested     int64     // the version last requested
	tooLargeUntil time.Time // until then the list is considered too large
}

// Answered counts the lists answered from memory and from Postgres.
type Answered struct {
	FromMemory, FromPostgres uint64
}

// Unknown is passed to Miss if the list's version is not known.
const Unknown = -1

const (
	never = -2 // the list has not been requested yet

	entryBytes = 256 // overhead of a list besides its directory

	readTimeout = 30 * time.Second
	// If lists change all the time, or do not all fit into memory, a tenth of the time is spent on reading.
	pauseFactor = 9
	// retryTooLarge is how long to wait before reading a list again that did not fit.
	retryTooLarge = time.Hour
)

// New returns a cache of at most limit bytes; 0: it holds nothing.
func New(limit int64) *Cache {
	return &Cache{limit: limit, entries: map[Key]*list.Element{}}
}

// Fits reports whether a directory of the given size fits.
func (c *Cache) Fits(size int64) bool { return size+entryBytes <= c.limit }

// Get returns the directory of the list, at whatever version; nil: none. Call Hit if you answer from it.
func (c *Cache) Get(key Key) Directory {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if element := c.entries[key]; element != nil {
		c.recent.MoveToFront(element)
		return entryAt(element).directory
	}
	return nil
}

// Hit counts an answer from memory.
func (c *Cache) Hit() {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.answered.FromMemory++
}

// Miss records that a list was requested at a version that is not cached, so that Postgres answers. It evicts a directory of
// another version of the list, and may start to read a new one.
func (c *Cache) Miss(key Key, version int64, read Read) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.answered.FromPostgres++
	one := c.entryOf(key)
	if one.directory != nil && version != Unknown && one.directory.Version() != version {
		c.put(one, nil)
	}
	again := one.requested == version || version == Unknown && one.requested != never
	one.requested = version
	if now := time.Now(); again && !c.reading && !now.Before(c.nextRead) && !now.Before(one.tooLargeUntil) {
		c.reading = true
		go c.load(key, read)
	}
}

// entryOf returns the state of the list and marks the list as recently used.
func (c *Cache) entryOf(key Key) *entry {
	element := c.entries[key]
	if element == nil {
		element = c.recent.PushFront(&entry{key: key, requested: never})
		c.entries[key] = element
		c.grow(entryBytes)
	}
	c.recent.MoveToFront(element)
	return entryAt(element)
}

func entryAt(element *list.Element) *entry {
	return element.Value.(*entry) //nolint:forcetypeassert // the list contains only entries
}

// load reads the list's directory and stores it. If the read fails, nothing changes.
func (c *Cache) load(key Key, read Read) {
	ctx, cancel := context.WithTimeout(context.Background(), readTimeout) // may outlast the request that triggered it
	defer cancel()
	began := time.Now()
	found, err := read(ctx)
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.reading = false
	c.nextRead = time.Now().Add(pauseFactor * time.Since(began))
	if err != nil {
		return
	}
	one := c.entryOf(key)
	if found == nil || !c.Fits(found.Size()) {
		one.tooLargeUntil = time.Now().Add(retryTooLarge)
		return
	}
	c.put(one, found)
}

// put replaces the list's directory; nil removes it.
func (c *Cache) put(one *entry, found Directory) {
	growth := sizeOf(found) - sizeOf(one.directory)
	one.directory = found
	c.grow(growth)
}

func sizeOf(directory Directory) int64 {
	if directory == nil {
		return 0
	}
	return directory.Size()
}

// grow adds to the bytes in use and evicts lists until they fit.
func (c *Cache) grow(bytes int64) {
	c.bytes += bytes
	for c.bytes > c.limit {
		last := c.recent.Back()
		evicted := entryAt(last)
		c.recent.Remove(last)
		delete(c.entries, evicted.key)
		c.bytes -= entryBytes + sizeOf(evicted.directory)
	}
}

// State returns the bytes in use and the counts of answers.
func (c *Cache) State() (bytes int64, answered Answered) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	return c.bytes, c.answered
}
