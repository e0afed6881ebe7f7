package live_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/orgmap/orgmap/internal/live"
)

// step is one thing that happens to a log. Fields that are not drawn are zero and have no effect.
type step struct {
	Commit   int64   // events appended
	Announce []int64 // notifications, as distances from the head: some lost, repeated, out of order or wrong
	Join     bool    // a reader joins,
	Back     int64   // this far behind the head,
	Idle     int64   // and pauses this many milliseconds after each event
	Leave    bool    // the oldest reader leaves
	Faults   int     // calls of the source that fail
	Prune    int64   // events that are pruned, all but the newest ones
	Pass     int64   // milliseconds that pass
}

func drawStep(t *rapid.T) step {
	rarely := func(name string) bool { return rapid.IntRange(0, 9).Draw(t, name) == 0 }
	s := step{
		Commit:   rapid.Int64Range(0, 6).Draw(t, "commit"),
		Announce: rapid.SliceOfN(rapid.Int64Range(-3, 6), 0, 4).Draw(t, "announce"),
		Join:     rapid.Bool().Draw(t, "join"),
		Back:     rapid.Int64Range(0, 20).Draw(t, "back"),
		Idle:     rapid.SampledFrom([]int64{0, 0, 1, 700, 5000}).Draw(t, "idle"),
		Leave:    rarely("leave"),
		Pass:     rapid.SampledFrom([]int64{0, 0, 1, 300, 4000}).Draw(t, "pass"),
	}
	if rarely("fail") {
		s.Faults = rapid.IntRange(1, 5).Draw(t, "faults")
	}
	if rarely("prune") {
		s.Prune = rapid.Int64Range(0, 10).Draw(t, "keep") + 1
	}
	return s
}

// witness follows a log and records what it got.
type witness struct {
	reader *live.LogReader[*change]
	after  int64
	idle   time.Duration
	got    []int64
	err    error
	ended  chan struct{}
	left   bool
}

func (w *witness) read(ctx context.Context) {
	defer close(w.ended)
	for {
		event, err := w.reader.Next(ctx)
		if err != nil {
			w.err = err
			return
		}
		w.got = append(w.got, event.position)
		if w.idle > 0 {
			time.Sleep(w.idle)
		}
	}
}

// check compares what the witness got with the journal: every position after its own, in order, exactly once, up to
// the head unless the witness left or its next position was pruned.
func (w *witness) check(head, pruned int64) error {
	next := w.after + 1
	for _, position := range w.got {
		if position != next {
			return fmt.Errorf("got %d where %d is next, after %d", position, next, w.after)
		}
		next++
	}
	switch {
	case w.left && errors.Is(w.err, live.ErrClosed):
		return nil
	case errors.Is(w.err, live.ErrPruned) && next <= pruned:
		return nil
	case errors.Is(w.err, context.Canceled) && next == head+1:
		return nil
	}
	return fmt.Errorf("ended with %w before %d, after %d; the journal has %d to %d", w.err, next, w.after, pruned+1, head)
}

func TestLog_EveryReaderGetsTheWholeJournal(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		window := rapid.IntRange(1, 8).Draw(rt, "window")
		steps := rapid.SliceOfN(rapid.Custom(drawStep), 1, 25).Draw(rt, "steps")
		var err error
		withLog(t, live.LogOptions{Window: window}, func(b *logBench) { err = b.play(steps) })
		if err != nil {
			rt.Fatal(err)
		}
	})
}

func (b *logBench) play(steps []step) error {
	ctx, cancel := context.WithCancel(b.ctx)
	defer cancel()
	var witnesses []*witness
	for _, s := range steps {
		head := b.commit(s.Commit)
		for _, distance := range s.Announce {
			b.hub.Announce(live.Notification{AccountID: b.account, Position: max(head-distance, 0)})
		}
		if s.Join {
			after := max(head-s.Back, 0)
			w := &witness{reader: b.log.Follow(b.account, after), after: after, idle: time.Duration(s.Idle) * time.Millisecond, ended: make(chan struct{})}
			witnesses = append(witnesses, w)
			go w.read(ctx)
		}
		b.journal.set(func() {
			b.journal.faults += s.Faults
			if s.Prune > 0 {
				b.journal.pruned[b.account] = max(head-s.Prune+1, b.journal.pruned[b.account], 0)
			}
		})
		if i := slices.IndexFunc(witnesses, func(w *witness) bool { return !w.left }); s.Leave && i >= 0 {
			witnesses[i].left = true
			witnesses[i].reader.Close()
		}
		if s.Pass > 0 {
			time.Sleep(time.Duration(s.Pass) * time.Millisecond)
		}
	}
	time.Sleep(time.Hour) // bubble time: the slowest reader needs 5 s for each of a few hundred events
	synctest.Wait()
	cancel()
	head, pruned := b.commit(0), b.journal.pruned[b.account]
	var all error
	for _, w := range witnesses {
		<-w.ended
		w.reader.Close()
		all = errors.Join(all, w.check(head, pruned))
	}
	return all
}

// In real time, on all processors: readers come and go while writers write, for the race detector.
func TestLog_IsSafeForConcurrentUse(t *testing.T) {
	t.Parallel()
	const writers, commits, readers = 4, 200, 16
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	hub := live.NewHub(nil, quiet())
	source := newJournal()
	log := live.NewLog(hub, source, changePosition, live.LogOptions{Window: 4, Fallback: 5 * time.Millisecond})
	ended := make(chan error, 1)
	go func() { ended <- log.Run(ctx) }()

	account := uuid.New()
	const last = writers * commits
	var all sync.WaitGroup
	failures := make(chan error, readers)
	for range readers {
		all.Go(func() { failures <- readInStages(ctx, log, account, last) })
	}
	for writer := range writers {
		all.Go(func() {
			for i := range commits {
				position := source.append(account, 1)
				if (i+writer)%3 > 0 { // every third notification is lost
					hub.Announce(live.Notification{AccountID: account, Position: position})
				}
			}
		})
	}
	all.Wait()
	for range readers {
		require.NoError(t, <-failures)
	}
	cancel()
	require.NoError(t, <-ended)
}

// readInStages reads up to last, with a new reader every few events.
func readInStages(ctx context.Context, log *live.Log[*change], account uuid.UUID, last int64) error {
	for position := int64(0); position < last; {
		reader := log.Follow(account, position)
		for stage := 0; stage < 37 && position < last; stage++ {
			event, err := reader.Next(ctx)
			if err == nil && event.position != position+1 {
				err = fmt.Errorf("got %d after %d", event.position, position)
			}
			if err != nil {
				reader.Close()
				return err
			}
			position++
		}
		reader.Close()
	}
	return nil
}
