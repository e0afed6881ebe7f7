package journal

import (
	"context"
	"encoding/json"
	"errors"
	"strconv"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/clock"
	"github.com/orgmap/orgmap/internal/pg"
)

// Reader delivers the changes of one account in order, each once. Next waits for the next one; it returns ErrPruned
// where changes behind the reader's place are no longer kept. Take does not wait: it has the next one or none. One goroutine
// at a time calls them, anyone Close.
type Reader interface {
	Next(ctx context.Context) (*Change, error)
	Take() (*Change, bool)
	// Passed is told how many deliveries of this reader's changes were made to others.
	Passed(deliveries int)
	Close()
}

// Follow opens a reader of the account's changes behind a position.
type Follow func(account uuid.UUID, after int64) Reader

// ErrPruned says that changes which a reader has not seen are older than Retention and gone.
var ErrPruned = errors.New("journal: the changes asked for are no longer kept")

// Event is what a watcher gets: a change or, where Resync is not empty, the word that changes were lost to age and
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
	position int64  // what was delivered goes to here
	resync   string // why the watcher must be told that changes are lost; "": it need not

	mu     sync.Mutex // protects what follows
	reader Reader     // nil: opened when it is needed
	closed bool
}

// Watch delivers every change behind the cursor, or from now on where it is nil, until ctx ends.
func (j *Journal) Watch(ctx context.Context, after *string) (*Watcher, error) {
	actor, err := auth.Require(ctx, auth.Viewer)
	if err != nil {
		return nil, err
	}
	head, err := j.head(ctx, actor.AccountID)
	if err != nil {
		return nil, err
	}
	w := &Watcher{journal: j, account: actor.AccountID, position: head}
	if after != nil {
		if w.position, err = ParseCursor(*after); err != nil {
			return nil, err
		}
		if w.position > head { // another account's cursor, or the store was restored from a backup
			w.position, w.resync = head, "The cursor is ahead of the journal."
		}
	}
	w.open() // before the client is told that it watches
	context.AfterFunc(ctx, w.close)
	return w, nil
}

// Next waits for the next event. It reports false where there is none: ctx ended, or the server stops.
func (w *Watcher) Next(ctx context.Context) (event Event, more bool) {
	for ctx.Err() == nil {
		if w.resync != "" {
			event = Event{Position: w.position, Resync: w.resync}
			w.resync = ""
			return event, true
		}
		reader := w.open()
		if reader == nil {
			return Event{}, false
		}
		change, err := reader.Next(ctx)
		if err == nil {
			return w.deliver(change), true
		}
		if !errors.Is(err, ErrPruned) {
			return Event{}, false
		}
		w.drop()
		// The newest position is read before the client reads again what it shows: nothing falls between.
		if w.position, err = w.journal.awaitHead(ctx, w.account); err != nil {
			return Event{}, false
		}
		w.resync = "The cursor is older than the 30 days that the journal keeps."
	}
	return Event{}, false
}

// Take is the next event where it is known already.
func (w *Watcher) Take() (event Event, ok bool) {
	if w.resync != "" {
		return Event{}, false
	}
	reader := w.open()
	if reader == nil {
		return Event{}, false
	}
	change, ok := reader.Take()
	if !ok {
		return Event{}, false
	}
	return w.deliver(change), true
}

func (w *Watcher) deliver(change *Change) Event {
	w.position = change.Position
	return Event{Change: change, Position: change.Position}
}

// Topic is what is followed.
func (w *Watcher) Topic() string { return "changes" }

// Place is what was delivered so far; "" where the watcher must be told that changes are lost.
func (w *Watcher) Place() string {
	if w.resync != "" {
		return ""
	}
	return strconv.FormatInt(w.position, 10)
}

// Resume goes on from a place that another watcher of the account has reached.
func (w *Watcher) Resume(place string) {
	position, err := strconv.ParseInt(place, 10, 64)
	if err != nil {
		return // no watcher's place
	}
	w.drop()
	w.position, w.resync = position, ""
}

// Passed is told how many deliveries of this watcher's changes were made to others.
func (w *Watcher) Passed(deliveries int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.reader != nil {
		w.reader.Passed(deliveries)
	}
}

// Rest is called when another watcher reads for this one, until Resume. The reader stays: an idle one costs nothing.
func (w *Watcher) Rest() {}

func (w *Watcher) drop() {
	w.mu.Lock()
	reader := w.reader
	w.reader = nil
	w.mu.Unlock()
	if reader != nil {
		reader.Close()
	}
}

// open is the reader; nil once the watcher is closed.
func (w *Watcher) open() Reader {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.reader == nil && !w.closed {
		w.reader = w.journal.follow(w.account, w.position)
	}
	return w.reader
}

func (w *Watcher) close() {
	w.mu.Lock()
	w.closed = true
	w.mu.Unlock()
	w.drop()
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
