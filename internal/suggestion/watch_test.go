package suggestion_test

import (
	"context"
	"errors"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/directory"
	"github.com/orgmap/orgmap/internal/suggestion"
)

// feed is a reader of given changes.
type feed struct{ changes []*suggestion.Change }

func (f *feed) TryNext() (*suggestion.Change, bool) {
	if len(f.changes) == 0 {
		return nil, false
	}
	next := f.changes[0]
	f.changes = f.changes[1:]
	return next, true
}

func (f *feed) Next(context.Context) (*suggestion.Change, error) {
	if next, ok := f.TryNext(); ok {
		return next, nil
	}
	return nil, errors.New("closed")
}

func (*feed) Close() {}

func TestWatcher_DeliversTheNewestState(t *testing.T) {
	t.Parallel()
	n := newTenant(t, openDB(t))
	organization := n.organization("Halvorsen Dental Clinic")
	other := n.integration("IT Glue", "IT_GLUE")
	external := n.external(n.list, "1", "Halvorsen Dental Clinic", "[]")

	source := &feed{}
	service := suggestion.New(n.db, directory.New(0), func(ctx context.Context, _ uuid.UUID, snapshot func(context.Context) ([]*suggestion.Change, error)) (suggestion.Reader, error) {
		changes, err := snapshot(ctx)
		source.changes = changes
		return source, err
	})
	load := func() *suggestion.Change {
		t.Helper()
		changes, err := service.Load(t.Context(), n.id, []uuid.UUID{n.list})
		require.NoError(t, err)
		require.Len(t, changes, 1)
		return changes[0]
	}
	watcher, err := service.Watch(n.viewer(), nil)
	require.NoError(t, err)
	for _, want := range []uuid.UUID{n.list, other} {
		change, more := watcher.Next(t.Context())
		require.True(t, more)
		require.Equal(t, want, change.IntegrationID)
		require.Zero(t, change.Sequence)
		require.False(t, change.More)
		require.Empty(t, change.OrganizationIDs)
	}

	n.match(external)
	first := load()
	source.changes = []*suggestion.Change{first, first}
	change, more := watcher.Next(t.Context())
	require.True(t, more)
	require.Equal(t, []any{int64(1), []uuid.UUID{organization}, false}, []any{change.Sequence, change.OrganizationIDs, change.More})
	require.Equal(t, suggestion.Counts{Suggested: 1}, change.Counts)
	require.Equal(t, suggestion.OrganizationCounts{Total: 1, Suggested: 1}, change.OrganizationCounts)
	_, more = watcher.TryNext()
	require.False(t, more, "the same state is not delivered twice")

	n.rename("external_orgs", external, "Zebra Quarry")
	n.match(external)
	n.rename("external_orgs", external, "Halvorsen Dental")
	n.match(external)
	source.changes = []*suggestion.Change{load()}
	change, more = watcher.TryNext()
	require.True(t, more)
	require.True(t, change.More, "a state was skipped")
	require.Empty(t, change.OrganizationIDs)

	sequences, err := service.Sequences(t.Context(), []uuid.UUID{n.id, uuid.New()})
	require.NoError(t, err)
	require.Equal(t, map[uuid.UUID]map[uuid.UUID]int64{n.id: {n.list: 3}}, sequences)

	second, err := service.Watch(n.viewer(), []uuid.UUID{n.list})
	require.NoError(t, err)
	_, more = second.Next(t.Context())
	require.True(t, more)
	third, err := service.Watch(n.viewer(), []uuid.UUID{n.list})
	require.NoError(t, err)
	third.Seek(second.Cursor())
	require.Equal(t, second.Cursor(), third.Cursor())
	_, more = third.TryNext()
	require.False(t, more, "after seeking, it has seen what the other has")
}
