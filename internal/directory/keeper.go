// Package directory answers lists of names from memory.
//
// A directory is a list at a version, sorted by name; names.go finds pages in it. A Keeper holds the directories of all
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
	Owner   uuid.UUID // what in the account the list belongs to; Nil: the account itself
	Era     int64     // of the server that was read: another server counts its versions separately
}

// Read reads a directory. It returns nil if the directory does not fit into memory.
type Read func(context.Context) (Directory, error)

// ErrAnotherEra is returned by a Read that reached a different server than the request that wanted the list.
var ErrAnotherEra = errors.New("directory: the server is another one by now")

// Keeper holds directories up to a number of bytes and evicts the least recently used first. It reads directories in
// the background: until then, and right after a change, Postgres answers the requests.
//
// A directory pays off only if the list is requested repeatedly, so it is read when a list is requested for the second
// time at the same version.
type Keeper struct {
	limit int64

	mutex    sync.Mutex // protects the fields below
	kept     map[Key]*list.Element
	recent   list.List // of *held, most recently used first
	bytes    int64
	answered Answered
	reading  bool      // only one at a time
	next     time.Time // no read starts earlier
}

// held is the state of a list.
type held struct {
	key       Key
	directory Directory // nil: not read yet
	asked     int64     // the version last requested
	misfit    time.Time // until then the list is considered too large
}

// Answered counts the lists answered from memory and from Postgres.
type Answered struct {
	FromMemory, FromPostgres uint64
}

// Unknown is passed to Want if the list's version is not known.
const Unknown = -1

const (
	never = -2 // the list has not been requested yet

	entryBytes = 256 // overhead of a list besides its directory

	readTimeout = 30 * time.Second
	// If lists change all the time, or do not all fit into memory, a tenth of the time is spent on reading.
	restFactor = 9
	// misfitRest is how long to wait before reading a list again that did not fit.
	misfitRest = time.Hour
)

// New returns a keeper of at most limit bytes; 0: it holds nothing.
func New(limit int64) *Keeper {
	return &Keeper{limit: limit, kept: map[Key]*list.Element{}}
}

// Fits reports whether a directory of the given size fits.
func (k *Keeper) Fits(size int64) bool { return size+entryBytes <= k.limit }

// Kept returns the directory of the list, at whatever version; nil: none. Call Served if you answer from it.
func (k *Keeper) Kept(key Key) Directory {
	k.mutex.Lock()
	defer k.mutex.Unlock()
	if place := k.kept[key]; place != nil {
		k.recent.MoveToFront(place)
		return heldAt(place).directory
	}
	return nil
}

// Served counts an answer from memory.
func (k *Keeper) Served() {
	k.mutex.Lock()
	defer k.mutex.Unlock()
	k.answered.FromMemory++
}

// Want records that the list was requested at a version that the keeper does not have, and is answered by Postgres. It
// evicts the list's directory if that is of another version, and may start reading a new one.
func (k *Keeper) Want(key Key, version int64, read Read) {
	k.mutex.Lock()
	defer k.mutex.Unlock()
	k.answered.FromPostgres++
	one := k.of(key)
	if one.directory != nil && version != Unknown && one.directory.Version() != version {
		k.put(one, nil)
	}
	again := one.asked == version || version == Unknown && one.asked != never
	one.asked = version
	if now := time.Now(); again && !k.reading && !now.Before(k.next) && !now.Before(one.misfit) {
		k.reading = true
		go k.renew(key, read)
	}
}

// of returns the state of the list and marks the list as recently used.
func (k *Keeper) of(key Key) *held {
	place := k.kept[key]
	if place == nil {
		place = k.recent.PushFront(&held{key: key, asked: never})
		k.kept[key] = place
		k.grow(entryBytes)
	}
	k.recent.MoveToFront(place)
	return heldAt(place)
}

func heldAt(place *list.Element) *held {
	return place.Value.(*held) //nolint:forcetypeassert // the list holds nothing else
}

// renew reads the list's directory and stores it. If the read fails, nothing changes.
func (k *Keeper) renew(key Key, read Read) {
	ctx, cancel := context.WithTimeout(context.Background(), readTimeout) // may outlast the request that triggered it
	defer cancel()
	began := time.Now()
	found, err := read(ctx)
	k.mutex.Lock()
	defer k.mutex.Unlock()
	k.reading = false
	k.next = time.Now().Add(restFactor * time.Since(began))
	if err != nil {
		return
	}
	one := k.of(key)
	if found == nil || !k.Fits(found.Size()) {
		one.misfit = time.Now().Add(misfitRest)
		return
	}
	k.put(one, found)
}

// put replaces the list's directory; nil removes it.
func (k *Keeper) put(one *held, found Directory) {
	growth := sizeOf(found) - sizeOf(one.directory)
	one.directory = found
	k.grow(growth)
}

func sizeOf(directory Directory) int64 {
	if directory == nil {
		return 0
	}
	return directory.Size()
}

// grow adds to the bytes in use and evicts lists until they fit.
func (k *Keeper) grow(bytes int64) {
	k.bytes += bytes
	for k.bytes > k.limit {
		last := k.recent.Back()
		gone := heldAt(last)
		k.recent.Remove(last)
		delete(k.kept, gone.key)
		k.bytes -= entryBytes + sizeOf(gone.directory)
	}
}

// State returns the bytes in use and the counts of answers.
func (k *Keeper) State() (bytes int64, answered Answered) {
	k.mutex.Lock()
	defer k.mutex.Unlock()
	return k.bytes, k.answered
}
