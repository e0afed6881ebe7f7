package organization

import (
	"container/list"
	"context"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"github.com/orgmap/orgmap/internal/name"
	"github.com/orgmap/orgmap/internal/pg"
)

// directories are those of the accounts that are asked for, as many as bytes allow: whoever was not asked for the longest time
// goes first. They are read beside the requests: whoever comes meanwhile, or right after a change, is answered by Postgres.
//
// A directory pays where it is asked again, so it is read when the account's list is wanted for the second time at a version.
type directories struct {
	db    *pg.DB
	limit int64

	mutex    sync.Mutex // protects what follows
	kept     map[uuid.UUID]*list.Element
	recent   list.List // of *held, what was asked for last in front
	bytes    int64
	answered Answered
	reading  bool      // one at a time
	next     time.Time // none is read before
}

// held is what is kept of an account.
type held struct {
	account   uuid.UUID
	directory *directory // nil: none was read so far
	asked     int64      // the version that was wanted last
}

// Answered counts the lists that could be answered from memory.
type Answered struct {
	FromMemory, FromPostgres uint64
}

const (
	entryBytes = 256 // what an account takes beside its directory

	readTimeout = 30 * time.Second
	// Where organizations change all the time, or there are more accounts than memory, a tenth of the time goes into reading.
	restFactor = 9
)

func newDirectories(db *pg.DB, limit int64) *directories {
	return &directories{db: db, limit: limit, kept: map[uuid.UUID]*list.Element{}}
}

// at is the account's directory as the transaction of ctx sees the account. nil: it is not there.
func (d *directories) at(ctx context.Context, account uuid.UUID) *directory {
	active, version, known := pg.Organizations(ctx)
	if !known || int64(active)*organizationBytes >= d.limit || active > name.MaximumIndexed {
		return nil
	}
	d.mutex.Lock()
	defer d.mutex.Unlock()
	one := d.of(account)
	if one.directory != nil && one.directory.version == version {
		d.answered.FromMemory++
		return one.directory
	}
	d.answered.FromPostgres++
	again := one.asked == version
	one.asked = version
	if again && !d.reading && !time.Now().Before(d.next) {
		d.reading = true
		go d.renew(account)
	}
	return nil
}

// of is what is kept of the account, which was asked for now.
func (d *directories) of(account uuid.UUID) *held {
	place := d.kept[account]
	if place == nil {
		place = d.recent.PushFront(&held{account: account, asked: -1})
		d.kept[account] = place
		d.grow(entryBytes)
	}
	d.recent.MoveToFront(place)
	return place.Value.(*held) //nolint:forcetypeassert // there is nothing else in it
}

// renew reads the account's directory and keeps it. Where Postgres does not answer it is as if nothing was tried.
func (d *directories) renew(account uuid.UUID) {
	ctx, cancel := context.WithTimeout(context.Background(), readTimeout) // longer than the request that it began with
	defer cancel()
	began := time.Now()
	found, err := d.read(ctx, account)
	d.mutex.Lock()
	defer d.mutex.Unlock()
	d.reading = false
	d.next = time.Now().Add(restFactor * time.Since(began))
	if err != nil || found == nil || found.size() > d.limit {
		return
	}
	one := d.of(account)
	growth := found.size() - one.directory.size()
	one.directory = found
	d.grow(growth)
}

func (d *directories) read(ctx context.Context, account uuid.UUID) (found *directory, err error) {
	ctx, session := d.db.WithSession(ctx)
	defer session.Close()
	err = d.db.Read(ctx, account, func(ctx context.Context, _ bun.Tx) (err error) {
		if active, version, known := pg.Organizations(ctx); known {
			found, err = readDirectory(ctx, account, version, active)
		}
		return err
	})
	return found, err
}

// grow counts bytes in, and makes room for them.
func (d *directories) grow(bytes int64) {
	d.bytes += bytes
	for d.bytes > d.limit {
		gone := d.recent.Remove(d.recent.Back()).(*held) //nolint:forcetypeassert // there is nothing else in it
		delete(d.kept, gone.account)
		d.bytes -= entryBytes + gone.directory.size()
	}
}

func (d *directories) state() (bytes int64, answered Answered) {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	return d.bytes, d.answered
}
