package live

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"github.com/google/uuid"
)

const unknownPosition = -1

// logFeed reads one account's journal for all its readers and keeps a window of its newest events. Each reader takes
// the event after its own position from the window, so a reader that does not read delays nothing and occupies
// nothing.
type logFeed[E any] struct {
	log       *Log[E]
	accountID uuid.UUID

	mu      sync.Mutex    // protects the fields below and each reader's ahead
	head    int64         // position of the newest event read; unknownPosition before the first reader is admitted
	events  []E           // the window: the positions up to head, without gaps
	target  int64         // the journal is known to reach this position
	hinted  int64         // the journal is said to reach this position
	again   bool          // read in any case
	joining []joiner[E]   // readers whose position has not been compared with the journal yet
	broken  bool          // the journal went back; no reader can continue
	changed chan struct{} // closed and replaced when something above changes that readers wait for
}

type joiner[E any] struct {
	reader *LogReader[E]
	after  int64
}

func newLogFeed[E any](log *Log[E], accountID uuid.UUID) *logFeed[E] {
	return &logFeed[E]{log: log, accountID: accountID, head: unknownPosition, changed: make(chan struct{})}
}

// join reports whether the feed has work to do for the reader.
func (f *logFeed[E]) join(reader *LogReader[E], after int64) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if after <= f.target && f.head != unknownPosition {
		return false
	}
	f.joining = append(f.joining, joiner[E]{reader, after})
	return true
}

// hint reports whether the position is new.
func (f *logFeed[E]) hint(position int64) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if position <= max(f.head, f.hinted) {
		return false
	}
	f.hinted = position
	return true
}

// setTarget reports whether the feed lags behind head, which the source returned.
func (f *logFeed[E]) setTarget(head int64) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.target = max(f.target, head)
	return f.target > f.head
}

func (f *logFeed[E]) reached() int64 {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.head
}

func (f *logFeed[E]) invalidate() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.broken = true
	f.wakeReaders()
}

// wakeReaders wakes the waiting readers. The caller holds f.mu.
func (f *logFeed[E]) wakeReaders() {
	close(f.changed)
	f.changed = make(chan struct{})
}

// work admits joining readers and reads the journal to its end.
func (f *logFeed[E]) work(ctx context.Context) error {
	if err := f.admit(ctx); err != nil {
		return err
	}
	for {
		after, target, due := f.takeDue()
		if !due {
			return nil
		}
		var page []E
		err := read(ctx, f.log.scheduler.permits, func(ctx context.Context) (err error) {
			page, err = f.log.source.Read(ctx, f.accountID, after, f.log.window)
			return err
		})
		if err != nil {
			f.postpone()
			return fmt.Errorf("read after %d: %w", after, err)
		}
		f.extend(page, target)
	}
}

// admit compares the positions of joining readers with the journal's head.
func (f *logFeed[E]) admit(ctx context.Context) error {
	f.mu.Lock()
	joining := f.joining
	f.joining = nil
	f.mu.Unlock()
	if len(joining) == 0 {
		return nil
	}
	var heads map[uuid.UUID]int64
	err := read(ctx, f.log.scheduler.permits, func(ctx context.Context) (err error) {
		heads, err = f.log.source.Heads(ctx, []uuid.UUID{f.accountID})
		return err
	})
	f.mu.Lock()
	defer f.mu.Unlock()
	if err != nil {
		f.joining = append(joining, f.joining...)
		return fmt.Errorf("head: %w", err)
	}
	head := heads[f.accountID]
	f.joining = slices.DeleteFunc(f.joining, func(late joiner[E]) bool {
		if late.after <= head {
			joining = append(joining, late)
			return true
		}
		return false
	})
	f.startWindow(joining, head)
	return nil
}

// startWindow starts a new feed at the position of its first readers, so that one read serves all of them, but no
// further back than the window reaches. Readers further back catch up on their own. The caller holds f.mu.
func (f *logFeed[E]) startWindow(joining []joiner[E], head int64) {
	start := head
	for _, each := range joining {
		start = min(start, each.after)
		if each.after > head {
			each.reader.ahead = true
		}
	}
	f.target = max(f.target, head)
	if f.head == unknownPosition {
		f.head = max(start, head-int64(f.log.window))
	}
	f.wakeReaders()
}

// takeDue reports whether to read, after which position, and how far the journal is known to go. Later notifications
// count again, because this read may be too early to see their events.
func (f *logFeed[E]) takeDue() (after, target int64, due bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	due = f.again || f.hinted > f.head || f.target > f.head
	f.again, f.hinted = false, 0
	return f.head, f.target, due
}

func (f *logFeed[E]) postpone() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.again = true
}

// extend appends a page to the window. When the page was read, the journal reached target at least. If the journal
// has a gap, the window restarts after it, and readers before the gap find out on their own what was pruned.
func (f *logFeed[E]) extend(page []E, target int64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	before := f.head
	for _, event := range page {
		position := f.log.position(event)
		if position <= f.head {
			continue
		}
		if position != f.head+1 {
			f.events = nil
		}
		f.events = append(f.events, event)
		f.head = position
	}
	f.again = f.again || len(page) == f.log.window && f.head > before
	if f.head == before && f.head < target {
		f.events, f.head = nil, target // all pruned
	}
	f.target = max(f.target, f.head)
	f.trim()
	if f.head != before {
		f.wakeReaders()
	}
}

// trim copies the newest events, so that older ones can be garbage collected. The caller holds f.mu.
func (f *logFeed[E]) trim() {
	if surplus := len(f.events) - f.log.window; surplus >= f.log.window {
		f.events = append(make([]E, 0, 2*f.log.window), f.events[surplus:]...)
	}
}

// view is what a reader sees of the feed.
type view[E any] struct {
	event   E
	found   bool            // event follows the reader's last one
	head    int64           // the journal reaches this position at least
	changed <-chan struct{} // closed when it is worth looking again
	invalid bool            // the reader's position is not valid in this journal
}

func (f *logFeed[E]) look(reader *LogReader[E], last int64) view[E] {
	f.mu.Lock()
	defer f.mu.Unlock()
	seen := view[E]{head: f.head, changed: f.changed, invalid: f.broken || reader.ahead}
	first := f.head - int64(len(f.events)) + 1
	if last+1 >= first && last < f.head {
		seen.event, seen.found = f.events[last+1-first], true
	}
	return seen
}
