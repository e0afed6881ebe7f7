package refresh

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/page"
	"github.com/orgmap/orgmap/internal/pg"
)

// next waits for the next state, with a deadline.
func next(t *testing.T, states <-chan *Run) *Run {
	t.Helper()
	select {
	case run := <-states:
		return run
	case <-time.After(20 * time.Second):
		t.Fatal("no state came")
		return nil
	}
}

// states returns a channel of what a watcher delivers until it ends.
func states(ctx context.Context, watcher *Watcher, err error) (<-chan *Run, error) {
	if err != nil {
		return nil, err
	}
	given := make(chan *Run)
	go func() {
		defer close(given)
		for {
			run, more := watcher.Next(ctx)
			if !more {
				return
			}
			select {
			case given <- run:
			case <-ctx.Done():
				return
			}
		}
	}()
	return given, nil
}

// watch is Watch with a channel.
func (b *bench) watch(ctx context.Context, runID *uuid.UUID, integrations []uuid.UUID) (<-chan *Run, error) {
	watcher, err := b.Watch(ctx, runID, integrations)
	return states(ctx, watcher, err)
}

func TestService_Watch(t *testing.T) {
	t.Parallel()
	db := openDatabase(t)
	t.Run("of one run starts with its state, only advances, and ends with its final state", func(t *testing.T) {
		t.Parallel()
		b := newBench(t, db)
		run := b.request(b.integration())
		b.vendor.setMany(40)
		states, err := b.watch(b.editor, &run.ID, nil)
		require.NoError(t, err)
		require.Equal(t, StateQueued, next(t, states).State)
		done := b.start(t.Context(), b.worker, run)
		var last *Run
		for {
			state, open := <-states
			if !open {
				break
			}
			require.Equal(t, run.ID, state.ID)
			if last != nil {
				require.Greater(t, state.Sequence, last.Sequence)
			}
			last = state
		}
		require.NoError(t, <-done)
		require.Equal(t, StateSucceeded, last.State)
	})
	t.Run("of a finished run sends its state and ends", func(t *testing.T) {
		t.Parallel()
		b := newBench(t, db)
		run := b.refresh(b.integration())
		states, err := b.watch(b.editor, &run.ID, nil)
		require.NoError(t, err)
		require.Equal(t, StateSucceeded, next(t, states).State)
		_, open := <-states
		require.False(t, open)
	})
	t.Run("of all sends the newest run of each integration and later ones", func(t *testing.T) {
		t.Parallel()
		b := newBench(t, db)
		first, second := b.integration(), b.integration()
		b.refresh(first)
		newest := b.refresh(first)
		ctx, stop := context.WithCancel(b.editor)
		states, err := b.watch(ctx, nil, nil)
		require.NoError(t, err)
		require.Equal(t, newest.ID, next(t, states).ID)
		following := b.request(second)
		require.Equal(t, following.ID, next(t, states).ID)
		b.work(following)
		for state := next(t, states); !state.Finished(); state = next(t, states) {
			require.Equal(t, following.ID, state.ID)
		}
		stop()
		for range states { // the channel must be closed
		}
	})
	t.Run("of some integrations omits the others", func(t *testing.T) {
		t.Parallel()
		b := newBench(t, db)
		wanted, other := b.integration(), b.integration()
		ctx, stop := context.WithCancel(b.editor)
		defer stop()
		states, err := b.watch(ctx, nil, []uuid.UUID{wanted})
		require.NoError(t, err)
		b.refresh(other)
		run := b.refresh(wanted)
		require.Equal(t, run.ID, next(t, states).ID)
	})
	t.Run("of a run ends when its integration is deleted", func(t *testing.T) {
		t.Parallel()
		b := newBench(t, db)
		run := b.request(b.integration())
		watcher, err := b.Watch(b.editor, &run.ID, nil)
		require.NoError(t, err)
		b.exec("DELETE FROM integrations")
		watcher.checkAfter = 10 * time.Millisecond
		states, err := states(b.editor, watcher, nil)
		require.NoError(t, err)
		require.Equal(t, StateQueued, (<-states).State)
		_, open := <-states
		require.False(t, open)
	})
	t.Run("resumes from the cursor of another watcher", func(t *testing.T) {
		t.Parallel()
		b := newBench(t, db)
		integration := b.integration()
		run := b.request(integration)
		begin := func(integrations ...uuid.UUID) *Watcher {
			watcher, err := b.Watch(b.editor, nil, integrations)
			require.NoError(t, err)
			require.Empty(t, watcher.Cursor(), "nothing was delivered")
			return watcher
		}
		first, second := begin(integration), begin(integration, integration)
		require.Equal(t, first.Filter(), second.Filter())
		require.NotEqual(t, first.Filter(), begin(uuid.New()).Filter())
		queued, more := first.Next(b.editor)
		require.True(t, more)
		require.Equal(t, StateQueued, queued.State)
		b.work(run)
		for !run.Finished() {
			run, more = first.Next(b.editor)
			require.True(t, more)
		}
		counting, statements := pg.WithStatementCount(b.editor)
		second.Seek(first.Cursor())
		require.Equal(t, first.Cursor(), second.Cursor())
		following := b.request(integration)
		next, more := second.Next(counting)
		require.True(t, more)
		require.Equal(t, following.ID, next.ID, "and not what the first one was given")
		require.Zero(t, statements.Load(), "its reader was not closed")
	})
	t.Run("of an unknown run or another account's is refused", func(t *testing.T) {
		t.Parallel()
		b := newBench(t, db)
		run := b.request(b.integration())
		for asking, id := range map[context.Context]uuid.UUID{b.editor: uuid.New(), b.as(b.newAccount(), auth.Admin): run.ID} {
			_, err := b.Watch(asking, &id, nil)
			require.Equal(t, apperr.BadUserInput, apperr.CodeOf(err))
		}
	})
}

func TestShown(t *testing.T) {
	t.Parallel()
	integration, other := uuid.New(), uuid.New()
	older, newer := uuid.UUID{1}, uuid.UUID{2}
	state := func(run uuid.UUID, sequence int64, state State) *Run {
		return &Run{ID: run, IntegrationID: integration, Sequence: sequence, State: state}
	}
	shown := shown{}
	show := func(run *Run) bool {
		before := parseShown(shown.cursor())
		require.Equal(t, shown, before, "a cursor contains the whole state")
		is := shown.show(run)
		require.Equal(t, is, before.show(run))
		require.Equal(t, shown.cursor(), before.cursor(), "watchers at the same cursor continue alike")
		return is
	}
	require.True(t, show(state(older, 3, StateRunning)))
	require.False(t, show(state(older, 3, StateRunning)), "again")
	require.False(t, show(state(older, 2, StateRunning)), "back")
	require.True(t, show(state(newer, 1, StateQueued)))
	require.True(t, show(state(older, 5, StateSucceeded)), "a run that was shown is shown until it ends")
	require.False(t, show(state(older, 5, StateSucceeded)))
	require.True(t, show(state(newer, 4, StateFailed)))
	require.False(t, show(state(newer, 4, StateFailed)))
	require.False(t, show(state(uuid.UUID{1, 1}, 9, StateFailed)), "an older run that was never shown stays hidden")
	require.True(t, show(&Run{ID: uuid.UUID{1, 2}, IntegrationID: other, Sequence: 1, State: StateQueued}), "a run of another integration is shown")
	for n := byte(3); n < 50; n++ {
		require.True(t, show(state(uuid.UUID{n}, 2, StateSucceeded)))
	}
	require.Len(t, shown, 2, "a long subscription uses no more memory")
}

func TestService_Lists(t *testing.T) {
	t.Parallel()
	b := newBench(t, openDatabase(t))
	first, second, never := b.integration(), b.integration(), b.integration()
	var all []uuid.UUID
	for _, integration := range []uuid.UUID{first, second, first, second, first} {
		all = append([]uuid.UUID{b.refresh(integration).ID}, all...)
	}
	ids := func(connection *page.Connection[*Run]) []uuid.UUID {
		var found []uuid.UUID
		for _, run := range connection.Nodes() {
			found = append(found, run.ID)
		}
		return found
	}
	two := 2
	t.Run("lists the newest first, by page, in both directions", func(t *testing.T) {
		t.Parallel()
		for _, backward := range []bool{false, true} {
			arguments := page.Arguments{First: &two}
			if backward {
				arguments = page.Arguments{Last: &two}
			}
			var walked []uuid.UUID
			for more := true; more; {
				found, err := b.List(b.editor, arguments, nil)
				require.NoError(t, err)
				if backward {
					walked = append(ids(found), walked...)
					arguments.Before, more = found.PageInfo.StartCursor, found.PageInfo.HasPreviousPage
				} else {
					walked = append(walked, ids(found)...)
					arguments.After, more = found.PageInfo.EndCursor, found.PageInfo.HasNextPage
				}
			}
			require.Equal(t, all, walked, "backward %t", backward)
		}
	})
	t.Run("lists the runs of one integration", func(t *testing.T) {
		t.Parallel()
		found, err := b.List(b.editor, page.Arguments{}, &second)
		require.NoError(t, err)
		require.Equal(t, []uuid.UUID{all[1], all[3]}, ids(found))
		total, err := found.TotalCount(b.editor)
		require.NoError(t, err)
		require.Equal(t, 2, total)
	})
	t.Run("refuses a foreign cursor", func(t *testing.T) {
		t.Parallel()
		foreign := page.Cursor{"not an id"}.String()
		_, err := b.List(b.editor, page.Arguments{After: &foreign}, nil)
		require.Equal(t, apperr.BadUserInput, apperr.CodeOf(err))
	})
	t.Run("reads the newest of each integration in one statement", func(t *testing.T) {
		t.Parallel()
		counting, statements := pg.WithStatementCount(b.editor)
		newest, err := b.Latest(counting, []uuid.UUID{first, second, never, uuid.New()})
		require.NoError(t, err)
		require.EqualValues(t, 3, statements.Load(), "begin, select, commit")
		require.Len(t, newest, 2)
		require.Equal(t, all[0], newest[first].ID)
		require.Equal(t, all[1], newest[second].ID)
	})
	// Not parallel: a run that ended more than a minute ago no longer counts, and a parallel subtest may wait that
	// long.
	//nolint:paralleltest // see above
	t.Run("returns sequences of live and recently ended runs of the given accounts", func(t *testing.T) {
		sequences, err := b.Sequences(t.Context(), []uuid.UUID{b.account, uuid.New()})
		require.NoError(t, err)
		require.Len(t, sequences, 1)
		require.Len(t, sequences[b.account], len(all))
		for run, sequence := range sequences[b.account] {
			require.Equal(t, b.get(run).Sequence, sequence, fmt.Sprint(run))
		}
		none, err := b.Sequences(t.Context(), nil)
		require.NoError(t, err)
		require.Empty(t, none)
	})
}
