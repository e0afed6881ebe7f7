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

// Reader delivers the changes of one account in order, each exactly once. Next waits for the next change; it returns
// ErrPruned if changes after the reader's position are no longer kept. TryNext never waits: it returns the next change
// only if it is already known. Only one goroutine at a time may call Next and TryNext; any may call Close.
type Reader interface {
	Next(ctx context.Context) (*Change, error)
	TryNext() (*Change, bool)
	Close()
}

// Follow opens a reader of the account's changes after a position.
type Follow func(account uuid.UUID, after int64) Reader

// ErrPruned says that changes which the reader has not seen are older than ResumeWindow or were deleted.
var ErrPruned = errors.New("journal: the changes asked for are no longer kept")

// Event is a change or a resync. If Resync is not empty, changes were lost to age and the client must read everything
// it shows again; Position is then the journal's position from before that.
type Event struct {
	Change   *Change
	Position int64
	Resync   string // the reason
}

// Watcher delivers the changes of one account in order, each exactly once, and a resync if changes were lost to age.
// Only one goroutine at a time may use it.
type Watcher struct {
	journal  *Journal
	account  uuid.UUID
	position int64  // of the last event delivered
	resync   string // reason of a resync to be delivered; "": none

	lifetime context.Context // closes each reader when it ends
	reader   Reader
	detach   func() bool // keeps the end of lifetime from closing the reader
}

// Watch delivers every change after the cursor, or from now on if the cursor is nil, until ctx ends.
func (j *Journal) Watch(ctx context.Context, after *string) (*Watcher, error) {
	actor, err := auth.Require(ctx, auth.Viewer)
	if err != nil {
		return nil, err
	}
	head, err := j.head(ctx, actor.AccountID)
	if err != nil {
		return nil, err
	}
	w := &Watcher{journal: j, account: actor.AccountID, position: head, lifetime: ctx}
	if after != nil {
		if w.position, err = ParseCursor(*after); err != nil {
			return nil, err
		}
		if w.position > head { // another account's cursor, or the database was restored from a backup
			w.position, w.resync = head, "The cursor is ahead of the journal."
		}
	}
	w.follow() // before the client is told that it is subscribed
	return w, nil
}

// Next waits for the next event. It returns false if there will be none: ctx has ended or the server is shutting
// down.
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
		// The newest position is read before the client reads again what it shows, so nothing is missed in between.
		if w.position, err = w.journal.awaitHead(ctx, w.account); err != nil {
			return Event{}, false
		}
		w.follow()
		w.resync = "The cursor is older than the 30 days that the journal keeps."
	}
	return Event{}, false
}

// TryNext returns the next event if it is already known.
func (w *Watcher) TryNext() (event Event, ok bool) {
	if w.resync == "" {
		if change, ok := w.reader.TryNext(); ok {
			return w.deliver(change), true
		}
	}
	return Event{}, false
}

func (w *Watcher) deliver(change *Change) Event {
	w.position = change.Position
	return Event{Change: change, Position: change.Position}
}

// Cursor returns the watcher's position. Another watcher of the account that seeks to it gets the same events from
// there. It is "" while a resync is to be delivered.
func (w *Watcher) Cursor() string {
	if w.resync != "" {
		return ""
	}
	return FormatCursor(w.position)
}

// Seek moves the watcher to the cursor of another watcher of the account.
func (w *Watcher) Seek(cursor string) {
	position, err := ParseCursor(cursor)
	if err != nil {
		panic("journal: no watcher's cursor: " + err.Error())
	}
	w.position, w.resync = position, ""
	w.follow()
}

// follow opens a reader at the watcher's position before it closes the previous one, so that the account's feed stays
// open.
func (w *Watcher) follow() {
	before, detach := w.reader, w.detach
	w.reader = w.journal.follow(w.account, w.position)
	w.detach = context.AfterFunc(w.lifetime, w.reader.Close)
	if before != nil && detach() {
		before.Close()
	}
}

// headRetry is how long a watcher waits before it queries the database again if that failed.
const headRetry = 500 * time.Millisecond

// awaitHead returns the head, and retries until the database answers or ctx ends.
func (j *Journal) awaitHead(ctx context.Context, account uuid.UUID) (int64, error) {
	for {
		position, err := j.head(ctx, account)
		if err == nil || ctx.Err() != nil {
			return position, err
		}
		_ = clock.Wait(ctx, headRetry)
	}
}

// jsonText returns value as JSON, or NULL if it is nil.
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
