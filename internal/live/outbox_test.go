package live

import (
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

func TestOutbox(t *testing.T) {
	t.Parallel()
	account, run := uuid.New(), uuid.New()

	t.Run("keeps the highest numbers of each topic in order of arrival", func(t *testing.T) {
		t.Parallel()
		o := newOutbox()
		for _, notification := range []Notification{
			{AccountID: account, Position: 2},
			{AccountID: account, RunID: run, Sequence: 1},
			{AccountID: account, Position: 3},
			{AccountID: account, Position: 1},
			{AccountID: account, RunID: run, Sequence: 4, Position: 2},
		} {
			_, taken := o.put(notification)
			require.True(t, taken)
		}
		require.Equal(t, []Notification{
			{AccountID: account, Position: 3},
			{AccountID: account, RunID: run, Sequence: 4, Position: 2},
		}, o.take())
		require.Empty(t, o.take())
	})

	t.Run("refuses topics over its limit but keeps merging", func(t *testing.T) {
		t.Parallel()
		o := newOutbox()
		for range outboxLimit {
			_, taken := o.put(Notification{AccountID: account, RunID: uuid.New()})
			require.True(t, taken)
		}
		first := o.take()
		require.Len(t, first, publishBatch)
		for _, notification := range first {
			_, taken := o.put(notification)
			require.True(t, taken)
		}
		_, taken := o.put(Notification{AccountID: account, RunID: uuid.New()})
		require.False(t, taken)
		merged, taken := o.put(first[0])
		require.True(t, merged)
		require.True(t, taken)
	})
}
