package live

import (
	"context"
	"fmt"
	"maps"
	"math"
	"slices"
	"sync"
	"time"

	"github.com/google/uuid"
)

// stateRetention is how long a state is kept after the source last returned it. No notification is in flight nearly
// that long, so a late one cannot deliver the same state again.
const stateRetention = 10 * time.Minute

// latestFeed loads what changes in one account, for all its readers. Every loaded state gets the next version; a
// reader only remembers the version up to which it has seen everything.
type latestFeed[E any] struct {
	latest    *Latest[E]
	accountID uuid.UUID

	mu       sync.Mutex // protects the fields below and each reader's version and busy
	states   map[uuid.UUID]state[E]
	version  int64
	wanted   map[uuid.UUID]int64 // sequences announced but not loaded yet
	loadedAt time.Time
	readers  map[*LatestReader[E]]struct{}
	busy     int           // readers that have got a state and not yet asked for the next one
	changed  chan struct{} // closed and replaced when there is a new version

	forgotten int64 // highest version dropped so far
}

type state[E any] struct {
	value    E
	sequence int64
	version  int64
	seenAt   time.Time // when the source last returned it, or when it was loaded
}

func newLatestFeed[E any](latest *Latest[E], accountID uuid.UUID) *latestFeed[E] {
	return &latestFeed[E]{
		latest:    latest,
		accountID: accountID,
		states:    map[uuid.UUID]state[E]{},
		wanted:    map[uuid.UUID]int64{},
		readers:   map[*LatestReader[E]]struct{}{},
		changed:   make(chan struct{}),
	}
}

// join makes the reader see everything loaded from now on.
func (f *latestFeed[E]) join(reader *LatestReader[E]) {
	f.mu.Lock()
	defer f.mu.Unlock()
	reader.version = f.version
	f.readers[reader] = struct{}{}
}

func (f *latestFeed[E]) leave(reader *LatestReader[E]) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.readers, reader)
	f.setBusy(reader, false)
}

// setBusy marks the reader as busy or not. The caller holds f.mu.
func (f *latestFeed[E]) setBusy(reader *LatestReader[E], busy bool) {
	if reader.busy == busy {
		return
	}
	reader.busy = busy
	if busy {
		f.busy++
	} else {
		f.busy--
	}
}

// hint reports whether the sequence is new.
func (f *latestFeed[E]) hint(id uuid.UUID, sequence int64) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.want(id, sequence)
}

// want records a sequence that is not loaded yet and reports whether it is new. The caller holds f.mu.
func (f *latestFeed[E]) want(id uuid.UUID, sequence int64) bool {
	if known, ok := f.states[id]; ok && sequence <= known.sequence {
		return false
	}
	earlier, waits := f.wanted[id]
	if waits && sequence <= earlier {
		return false
	}
	if waits {
		f.latest.coalesced.Inc()
	}
	f.wanted[id] = sequence
	return true
}

// markBusy records that the reader has got a state.
func (f *latestFeed[E]) markBusy(reader *LatestReader[E]) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if _, reads := f.readers[reader]; reads {
		f.setBusy(reader, true)
	}
}

// markWaiting records that the reader is waiting, and reports whether there is something to load.
func (f *latestFeed[E]) markWaiting(reader *LatestReader[E]) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.setBusy(reader, false)
	return len(f.wanted) > 0
}

// hasWaitingReader reports whether at least one reader is waiting. The caller holds f.mu.
func (f *latestFeed[E]) hasWaitingReader() bool { return f.busy < len(f.readers) }

// compare reports whether the feed lags behind the source's sequences, and drops states that have not changed for a
// long time.
func (f *latestFeed[E]) compare(sequences map[uuid.UUID]int64) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	lags := false
	now := time.Now()
	for id, sequence := range sequences {
		if f.want(id, sequence) && f.hasWaitingReader() {
			lags = true
		}
		if known, ok := f.states[id]; ok {
			known.seenAt = now
			f.states[id] = known
		}
	}
	f.dropOldStates(now)
	return lags
}

// dropOldStates drops old states, except those that a waiting reader has not seen. A reader that is busy for so long
// learns that it missed some. The caller holds f.mu.
func (f *latestFeed[E]) dropOldStates(now time.Time) {
	seen := int64(math.MaxInt64)
	for reader := range f.readers {
		if !reader.busy {
			seen = min(seen, reader.version)
		}
	}
	maps.DeleteFunc(f.states, func(_ uuid.UUID, known state[E]) bool {
		if known.version > seen || now.Sub(known.seenAt) <= stateRetention {
			return false
		}
		f.forgotten = max(f.forgotten, known.version)
		return true
	})
}

// work loads the wanted states, no sooner after the last load than the pace allows. It does not load while all
// readers are busy passing on what they got, because the states would only become stale. The first reader that
// finishes triggers another call.
func (f *latestFeed[E]) work(ctx context.Context) error {
	f.mu.Lock()
	hasWaitingReader := f.hasWaitingReader()
	f.mu.Unlock()
	if !hasWaitingReader {
		return nil
	}
	if !f.waitForPace(ctx) {
		return ctx.Err()
	}
	wanted := f.takeWanted()
	if len(wanted) == 0 {
		return nil
	}
	var states []E
	err := read(ctx, f.latest.scheduler.permits, func(ctx context.Context) (err error) {
		states, err = f.latest.source.Load(ctx, f.accountID, slices.Collect(maps.Keys(wanted)))
		return err
	})
	if err != nil {
		f.postpone(wanted)
		return fmt.Errorf("load %d states: %w", len(wanted), err)
	}
	f.apply(states)
	return nil
}

func (f *latestFeed[E]) waitForPace(ctx context.Context) bool {
	f.mu.Lock()
	rest := time.Until(f.loadedAt.Add(f.latest.pace))
	f.mu.Unlock()
	if rest <= 0 {
		return true
	}
	timer := time.NewTimer(rest)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// takeWanted returns the wanted states without those that an earlier load has already brought. Later announcements
// count again, because this load may be too early to see them.
func (f *latestFeed[E]) takeWanted() map[uuid.UUID]int64 {
	f.mu.Lock()
	defer f.mu.Unlock()
	wanted := f.wanted
	f.wanted = map[uuid.UUID]int64{}
	maps.DeleteFunc(wanted, func(id uuid.UUID, sequence int64) bool {
		known, ok := f.states[id]
		return ok && sequence <= known.sequence
	})
	if len(wanted) > 0 {
		f.loadedAt = time.Now()
	}
	return wanted
}

func (f *latestFeed[E]) postpone(wanted map[uuid.UUID]int64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for id, sequence := range wanted {
		f.wanted[id] = max(f.wanted[id], sequence)
	}
}

func (f *latestFeed[E]) apply(states []E) {
	f.mu.Lock()
	defer f.mu.Unlock()
	now := time.Now()
	before := f.version
	for _, value := range states {
		id, sequence := f.latest.key(value), f.latest.sequence(value)
		if known, ok := f.states[id]; ok && sequence <= known.sequence {
			continue
		}
		f.version++
		f.states[id] = state[E]{value: value, sequence: sequence, version: f.version, seenAt: now}
	}
	if f.version > before {
		close(f.changed)
		f.changed = make(chan struct{})
	}
}

// next moves the reader to the oldest version it has not seen. changed is nil if a version that it has not seen may
// have been dropped.
func (f *latestFeed[E]) next(reader *LatestReader[E]) (found state[E], ok bool, changed <-chan struct{}) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if reader.version < f.forgotten {
		return found, false, nil
	}
	for _, each := range f.states {
		if each.version > reader.version && (!ok || each.version < found.version) {
			found, ok = each, true
		}
	}
	if ok {
		reader.version = found.version
	}
	return found, ok, f.changed
}

// newest returns the feed's state of id if it is newer than sequence.
func (f *latestFeed[E]) newest(id uuid.UUID, sequence int64) (state[E], bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	known, ok := f.states[id]
	return known, ok && known.sequence > sequence
}
