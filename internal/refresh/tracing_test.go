package refresh

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

// tracedBy is a requester's trace.
type tracedBy struct{ asked string }

func (t tracedBy) Carry(context.Context) string { return t.asked }

func (t tracedBy) Refresh(ctx context.Context, _, _ string, _ int) (context.Context, func(string)) {
	return ctx, func(string) {}
}

func TestRun_KeepsTheRequestersTraceOverAttempts(t *testing.T) {
	t.Parallel()
	b := newBench(t, openDatabase(t))
	b.Service.Trace(tracedBy{"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"})
	integration := b.integration()
	asked := b.request(integration)
	b.Service.Trace(tracedBy{"00-another"})
	b.request(integration) // joins the run
	carriers := func() (found []string) {
		for attempt := 1; attempt <= 2; attempt++ {
			found = append(found, one[string](b, "SELECT coalesce(string_agg(metadata ->> 'traceparent', ' '), '') FROM river_job WHERE args ->> 'run_id' = ? AND args ->> 'attempt' = ?",
				asked.ID.String(), fmt.Sprint(attempt)))
		}
		return found
	}
	require.Equal(t, []string{"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", ""}, carriers())

	given := lease{store: b.worker.store, account: b.account, run: asked.ID, attempt: 1}
	_, err := given.acquire(t.Context())
	require.NoError(t, err)
	require.NoError(t, given.release(t.Context())) // by a worker that stops; the sweep does the same for one that died
	require.Equal(t, []string{"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}, carriers())
}

func TestCodeOf_OmitsTheErrorsText(t *testing.T) {
	t.Parallel()
	require.Empty(t, codeOf(nil))
	require.Empty(t, codeOf(fmt.Errorf("wrapped: %w", errLost)))
	require.Equal(t, "RATE_LIMITED", codeOf(errors.Join(nil, &runError{code: RateLimited, message: "secret"})))
	require.Equal(t, "cancelled", codeOf(context.Canceled))
	require.Equal(t, "INTERNAL", codeOf(errors.New("secret")))
}
