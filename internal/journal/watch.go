package journal

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun/dialect/pgdialect"

	"github.com/orgmap/orgmap/internal/auth"
)

// Reader delivers the changes of one account in order, each once. Next waits for the next one; it returns ErrPruned
// where changes behind the reader's place are no longer kept.
type Reader interface {
	Next(ctx context.Context) (*Change, error)
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

// Watch delivers every change behind the cursor, or from now on where it is nil, until ctx ends; the channel is closed
// then. The caller must keep reading.
func (j *Journal) Watch(ctx context.Context, after *string) (<-chan Event, error) {
	actor, err := auth.Require(ctx, auth.Viewer)
	if err != nil {
		return nil, err
	}
	head, err := j.head(ctx, actor.AccountID)
	if err != nil {
		return nil, err
	}
	position, resync := head, ""
	if after != nil {
		if position, err = ParseCursor(*after); err != nil {
			return nil, err
		}
		if position > head { // another account's cursor, or the store was restored from a backup
			position, resync = head, "The cursor is ahead of the journal."
		}
	}
	events := make(chan Event)
	go func() {
		defer close(events)
		j.deliver(ctx, actor.AccountID, position, resync, events)
	}()
	return events, nil
}

func (j *Journal) deliver(ctx context.Context, account uuid.UUID, position int64, resync string, events chan<- Event) {
	send := func(event Event) bool {
		select {
		case events <- event:
			return true
		case <-ctx.Done():
			return false
		}
	}
	for {
		if resync != "" && !send(Event{Position: position, Resync: resync}) {
			return
		}
		reader := j.follow(account, position)
		err := forward(ctx, reader, send)
		reader.Close()
		if !errors.Is(err, ErrPruned) {
			return
		}
		// The newest position is read before the client reads again what it shows: nothing falls between.
		if position, err = j.awaitHead(ctx, account); err != nil {
			return
		}
		resync = "The cursor is older than the 30 days that the journal keeps."
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
		select {
		case <-ctx.Done():
		case <-time.After(headRetry):
		}
	}
}

func forward(ctx context.Context, reader Reader, send func(Event) bool) error {
	for {
		change, err := reader.Next(ctx)
		if err != nil {
			return err
		}
		if !send(Event{Change: change, Position: change.Position}) {
			return ctx.Err()
		}
	}
}

func uuidArray(ids []uuid.UUID) any {
	if ids == nil {
		ids = []uuid.UUID{}
	}
	return pgdialect.Array(ids)
}

// jsonText encodes what was before or after; nothing is NULL.
func jsonText(value any) any {
	if value == nil {
		return nil
	}
	encoded, err := json.Marshal(value)
	if err != nil {
		panic("journal: before and after are plain values: " + err.Error())
	}
	return string(encoded)
}
