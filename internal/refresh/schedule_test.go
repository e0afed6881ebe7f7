package refresh

import (
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// due makes an integration due under a schedule.
func (b *bench) due(integration uuid.UUID, schedule string) {
	b.exec("UPDATE integrations SET schedule = ?, next_refresh_at = now() - interval '1 second' WHERE id = ?", schedule, integration)
}

func (b *bench) runs(integration uuid.UUID) int {
	return one[int](b, "SELECT count(*) FROM refresh_runs WHERE integration_id = ?", integration)
}

func TestWorker_Schedule(t *testing.T) {
	t.Parallel()
	b := newBench(t, openDatabase(t))

	t.Run("queues due refreshes once on many servers and sets the next time within the period", func(t *testing.T) {
		integration := b.integration()
		b.due(integration, "EVERY_FOUR_HOURS")
		var servers sync.WaitGroup
		for range 5 {
			servers.Go(func() {
				if err := b.newWorker().Schedule(t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
		servers.Wait()
		require.Equal(t, 1, b.runs(integration))
		next := one[float64](b, "SELECT extract(epoch FROM next_refresh_at - now())::float8 FROM integrations WHERE id = ?", integration)
		require.Greater(t, next, (3*time.Hour + 30*time.Minute).Seconds())
		require.LessOrEqual(t, next, (4 * time.Hour).Seconds())
		require.Equal(t, "Schedule", one[string](b, "SELECT requested_by FROM refresh_runs WHERE integration_id = ?", integration))
	})
	t.Run("skips integrations that need attention until they are fixed", func(t *testing.T) {
		integration := b.integration()
		b.due(integration, "HOURLY")
		b.exec("UPDATE integrations SET state = 'NEEDS_ATTENTION' WHERE id = ?", integration)
		require.NoError(t, b.worker.Schedule(t.Context()))
		require.Zero(t, one[int](b, "SELECT count(*) FROM due_integrations() WHERE id = ?", integration))
		require.NoError(t, b.worker.queueDue(t.Context(), b.account, integration), "the integration broke after this server checked it")
		require.Zero(t, b.runs(integration))
		b.exec("UPDATE integrations SET state = 'CONNECTED' WHERE id = ?", integration)
		require.NoError(t, b.worker.Schedule(t.Context()))
		require.Equal(t, 1, b.runs(integration))
	})
	t.Run("joins a live run", func(t *testing.T) {
		integration := b.integration()
		asked := b.request(integration)
		b.due(integration, "HOURLY")
		require.NoError(t, b.worker.Schedule(t.Context()))
		require.Equal(t, 1, b.runs(integration))
		require.Equal(t, "Pat", b.get(asked.ID).RequestedBy)
	})
	t.Run("skips integrations that are not due or have no schedule", func(t *testing.T) {
		later, off := b.integration(), b.integration()
		b.exec("UPDATE integrations SET schedule = 'OFF', next_refresh_at = NULL WHERE id = ?", off)
		require.NoError(t, b.worker.Schedule(t.Context()))
		require.NoError(t, b.worker.queueDue(t.Context(), b.account, later), "another server queued it first")
		require.Zero(t, b.runs(later)+b.runs(off))
	})
}
