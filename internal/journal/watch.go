package journal

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/google/uuid"

	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/clock"
	"github.com/orgmap/orgmap/internal/pg"
)

// Reader delivers the changes of one account in order, each once. Next waits for the next one; it returns ErrPruned if changes after
// the reader's position are no longer kept. Take does not wait: it has the next one or none. One goroutine at a time calls them,
// anyone Close.
type Reader interface {
	Next(ctx context.Context) (*Change, error)
	Take() (*Change, bool)
	Close()
}

// Follow opens a reader of the account's changes after a position.
type Follow func(account uuid.UUID, after int64) Reader

// ErrPruned says that changes which a reader has not seen are older than Retention and gone.
var ErrPruned = errors.New("journal: the changes asked for are no longer kept")

// Event is what a watcher gets: a change or, if Resync is not empty, the word that changes were lost to age and
// all that is on the screen must be read again; Position is then where the journal stood before that.
type Event struct {
	Change   *Change
	Position int64
	Resync   string // the reason
}

// Watcher delivers the changes of one account in order, each once, and a resync where some are lost to age. One goroutine
// at a time uses it.
type Watcher struct {
	journal  *Journal
	account  uuid.UUID
	position int64  // what was delivered goes up to here
	resync   string // why the watcher must be told that changes are lost; "": it need not

	life   context.Context // each reader is closed when it ends
	reader Reader
	keep   func() bool // undoes that the reader is closed with life
}

// Watch delivers every change after the cursor, or from now on if it is nil, until ctx ends.
func (j *Journal) Watch(ctx context.Context, after *string) (*Watcher, error) {
	actor, err := auth.Require(ctx, auth.Viewer)
	if err != nil {
		return nil, err
	}
	head, err := j.head(ctx, actor.AccountID)
	if err != nil {
		return nil, err
	}
	w := &Watcher{journal: j, account: actor.AccountID, position: head, life: ctx}
	if after != nil {
		if w.position, err = ParseCursor(*after); err != nil {
			return nil, err
		}
		if w.position > head { // another account's cursor, or the store was restored from a backup
			w.position, w.resync = head, "The cursor is ahead of the journal."
		}
	}
	w.follow() // before the client is told that it watches
	return w, nil
}

// Next waits for the next event. It reports false if there is none: ctx ended, or the server stops.
func (w *Watcher) Next(ctx context.Context) (event Event, more bool) {
	for ctx.Err() == nil {
		if w.resync != "" {
			event = Event{Position: w.position, Resync: w.resync}
			w.resync = ""
			return event, true
		}
		change, err := w.reader.Next(ctx)
		if err == nil {
			return w.deliver(change), true
		}
		if !errors.Is(err, ErrPruned) {
			return Event{}, false
		}
		// The newest position is read before the client reads again what it shows: nothing falls between.
		if w.position, err = w.journal.awaitHead(ctx, w.account); err != nil {
			return Event{}, false
		}
		w.follow()
		w.resync = "The cursor is older than the 30 days that the journal keeps."
	}
	return Event{}, false
}

// Take returns the next event if it is known already.
func (w *Watcher) Take() (event Event, ok bool) {
	if w.resync == "" {
		if change, ok := w.reader.Take(); ok {
			return w.deliver(change), true
		}
	}
	return Event{}, false
}

func (w *Watcher) deliver(change *Change) Event {
	w.position = change.Position
	return Event{Change: change, Position: change.Position}
}

// Cursor is where the watcher is: another one of the account that seeks it gets the same events. It is "" while the watcher has to be
// told that changes are lost.
func (w *Watcher) Cursor() string {
	if w.resync != "" {
		return ""
	}
	return FormatCursor(w.position)
}

// Seek moves the watcher to the cursor of another one of the account.
func (w *Watcher) Seek(cursor string) {
	position, err := ParseCursor(cursor)
	if err != nil {
		panic("journal: no watcher's cursor: " + err.Error())
	}
	w.position, w.resync = position, ""
	w.follow()
}

// follow opens a reader at the watcher's position, and then closes the one before: the account's feed lasts.
func (w *Watcher) follow() {
	before, keep := w.reader, w.keep
	w.reader = w.journal.follow(w.account, w.position)
	w.keep = context.AfterFunc(w.life, w.reader.Close)
	if before != nil && keep() {
		before.Close()
	}
}

// headRetry is how long a watcher whose store is away waits before it asks again.
const headRetry = 500 * time.Millisecond

// awaitHead is head, asked again until the store answers or ctx ends.
func (j *Journal) awaitHead(ctx context.Context, account uuid.UUID) (int64, error) {
	for {
		position, err := j.head(ctx, account)
		if err == nil || ctx.Err() != nil {
			return position, err
		}
		_ = clock.Wait(ctx, headRetry)
	}
}

// jsonText encodes what was before or after; nothing is NULL.
func jsonText(value any) pg.Argument {
	if value == nil {
		return nil
	}
	encoded, err := json.Marshal(value)
	if err != nil {
		panic("journal: before and after are plain values: " + err.Error())
	}
	return encoded
}
