// Package directory answers lists of names from memory.
//
// A directory is a list in the order of its names as it stood at a version; names.go finds pages in it. A Keeper holds the
// directories of all lists that are asked for. What is in them and how they are read is the domains' own.
package directory

import (
	"container/list"
	"context"
	"errors"
	"sync"
	"time"

	"github.com/google/uuid"
)

// Directory is a list as it stood at a version. Nobody changes it.
type Directory interface {
	Version() int64 // 0 or more; every write of the list draws another one, which no write had before
	Size() int64    // about how many bytes it takes
}

// Key names a list of an account.
type Key struct {
	Account uuid.UUID
	Owner   uuid.UUID // what of the account the list belongs to; Nil: the account itself
	Era     int64     // of the server that was asked: another one counts its versions by itself
}

// Read reads a directory. nil: there is none that fits into memory.
type Read func(context.Context) (Directory, error)

// ErrAnotherEra is what a Read fails with that came to another server than the one that the list was wanted from.
var ErrAnotherEra = errors.New("directory: the server is another one by now")

// Keeper holds directories, as many as bytes allow: what was not asked for the longest time goes first. They are read beside the
// requests: whoever comes meanwhile, or right after a change, is answered by Postgres.
//
// A directory pays where it is asked again, so it is read when a list is wanted for the second time at a version.
type Keeper struct {
	limit int64

	mutex    sync.Mutex // protects what follows
	kept     map[Key]*list.Element
	recent   list.List // of *held, what was asked for last in front
	bytes    int64
	answered Answered
	reading  bool      // one at a time
	next     time.Time // none is read before
}

// held is what is kept of a list.
type held struct {
	key       Key
	directory Directory // nil: none was read so far
	asked     int64     // the version that was wanted last
	misfit    time.Time // until then it is taken for too large
}

// Answered counts the lists that could be answered from memory.
type Answered struct {
	FromMemory, FromPostgres uint64
}

// Unknown is wanted by whoever does not know which version a list has.
const Unknown = -1

const (
	never = -2 // was the list asked for so far

	entryBytes = 256 // what a list takes beside its directory

	readTimeout = 30 * time.Second
	// Where lists change all the time, or there are more of them than memory, a tenth of the time goes into reading.
	restFactor = 9
	// misfitRest is how long a list that had no room is not read again.
	misfitRest = time.Hour
)

// New makes a keeper of as many bytes; 0: it keeps nothing.
func New(limit int64) *Keeper {
	return &Keeper{limit: limit, kept: map[Key]*list.Element{}}
}

// Fits tells whether there is room for a directory of the size.
func (k *Keeper) Fits(size int64) bool { return size+entryBytes <= k.limit }

// Kept is what is kept of the list, of whatever version; nil: nothing. Who answers from it says so with Served.
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

// Want says that the list was wanted at a version that is not kept, and is answered by Postgres. It lets go of another one.
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

// of is what is kept of the list, which was asked for now.
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
	return place.Value.(*held) //nolint:forcetypeassert // there is nothing else in it
}

// renew reads the list's directory and keeps it. Where Postgres does not answer it is as if nothing was tried.
func (k *Keeper) renew(key Key, read Read) {
	ctx, cancel := context.WithTimeout(context.Background(), readTimeout) // longer than the request that it began with
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

// put has a directory stand for what was kept of the list before; nil: nothing does.
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

// grow counts bytes in, and makes room for them.
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

// State tells how many bytes are kept, and how lists were answered.
func (k *Keeper) State() (bytes int64, answered Answered) {
	k.mutex.Lock()
	defer k.mutex.Unlock()
	return k.bytes, k.answered
}
