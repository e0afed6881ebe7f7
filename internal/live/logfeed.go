package live

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"github.com/google/uuid"
)

const unknownPosition = -1

// logFeed reads one account's journal for all its readers and keeps a window of its newest events. A reader takes from the window what
// follows its own position, so a reader that does not read holds nothing up and holds nothing.
type logFeed[E any] struct {
	log       *Log[E]
	accountID uuid.UUID

	mu      sync.Mutex    // protects what follows and each reader's ahead
	head    int64         // position of the newest event read; unknownPosition before the first reader is admitted
	events  []E           // the window: the positions up to head, without a gap
	target  int64         // the journal is known to have come this far
	hinted  int64         // the journal is said to have come this far
	again   bool          // read in any case
	joining []joiner[E]   // readers whose position is not compared with the journal yet
	broken  bool          // the journal went back; no reader can go on
	changed chan struct{} // closed and replaced when something above changes that readers wait for
}

type joiner[E any] struct {
	reader *LogReader[E]
	after  int64
}

func newLogFeed[E any](log *Log[E], accountID uuid.UUID) *logFeed[E] {
	return &logFeed[E]{log: log, accountID: accountID, head: unknownPosition, changed: make(chan struct{})}
}

// join says whether the feed has work to do for the reader.
func (f *logFeed[E]) join(reader *LogReader[E], after int64) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if after <= f.target && f.head != unknownPosition {
		return false
	}
	f.joining = append(f.joining, joiner[E]{reader, after})
	return true
}

// hint says whether the position is news.
func (f *logFeed[E]) hint(position int64) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if position <= max(f.head, f.hinted) {
		return false
	}
	f.hinted = position
	return true
}

// aim says whether the feed lags behind head, which the source gave.
func (f *logFeed[E]) aim(head int64) bool {
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

func (f *logFeed[E]) breakOff() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.broken = true
	f.tell()
}

// tell wakes the readers that wait. f.mu is held.
func (f *logFeed[E]) tell() {
	close(f.changed)
	f.changed = make(chan struct{})
}

// work admits who joined and reads the journal to its end.
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
		err := read(ctx, f.log.roster.permits, func(ctx context.Context) (err error) {
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

// admit compares the positions of those who joined with the journal's own.
func (f *logFeed[E]) admit(ctx context.Context) error {
	f.mu.Lock()
	joining := f.joining
	f.joining = nil
	f.mu.Unlock()
	if len(joining) == 0 {
		return nil
	}
	var heads map[uuid.UUID]int64
	err := read(ctx, f.log.roster.permits, func(ctx context.Context) (err error) {
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
	f.place(joining, head)
	return nil
}

// place lets a new feed start where its first readers stand, so that one read serves them all, but no further back than the window
// reaches: who stands behind that catches up alone. f.mu is held.
func (f *logFeed[E]) place(joining []joiner[E], head int64) {
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
	f.tell()
}

// takeDue says whether to read, after which position, and how far the journal is known to go. What is heard from now on counts anew,
// since the read may be too early for it.
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

// extend appends a page to the window; the journal went to target at least when the page was read. Where the journal has a hole the
// window begins anew behind it, and the readers before it find out by themselves what is gone.
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
		f.tell()
	}
}

// trim copies the newest events, so that the older ones can be collected. f.mu is held.
func (f *logFeed[E]) trim() {
	if surplus := len(f.events) - f.log.window; surplus >= f.log.window {
		f.events = append(make([]E, 0, 2*f.log.window), f.events[surplus:]...)
	}
}

// view is what a reader sees of the feed.
type view[E any] struct {
	event   E
	found   bool            // event follows the reader's last
	head    int64           // the journal goes to here at least
	changed <-chan struct{} // closed when another look is worth while
	severed bool            // the reader's position means nothing in this journal
}

func (f *logFeed[E]) look(reader *LogReader[E], last int64) view[E] {
	f.mu.Lock()
	defer f.mu.Unlock()
	seen := view[E]{head: f.head, changed: f.changed, severed: f.broken || reader.ahead}
	first := f.head - int64(len(f.events)) + 1
	if last+1 >= first && last < f.head {
		seen.event, seen.found = f.events[last+1-first], true
	}
	return seen
}
