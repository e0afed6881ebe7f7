package refresh

import (
	"sync"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/auth"
)

func requireUserError(t *testing.T, err error, code apperr.UserErrorCode, path ...string) {
	t.Helper()
	found, failure := apperr.Split(err)
	require.NoError(t, failure)
	require.Len(t, found, 1, "user errors: %v", err)
	require.Equal(t, code, found[0].Code)
	require.Equal(t, path, found[0].Path)
}

func TestService_Request(t *testing.T) {
	t.Parallel()
	db := openDatabase(t)
	t.Run("queues a run and its job together", func(t *testing.T) {
		t.Parallel()
		b := newBench(t, db)
		integration := b.integration()
		run := b.request(integration)
		require.Equal(t, StateQueued, run.State)
		require.Equal(t, 1, run.Attempt)
		require.Equal(t, "Pat", run.RequestedBy)
		require.Equal(t, integration, run.IntegrationID)
		require.EqualValues(t, 1, b.news[run.ID])
		require.Equal(t, 1, one[int](b, `SELECT count(*) FROM river_job AS j JOIN refresh_runs AS r ON r.job_id = j.id
			WHERE j.kind = 'refresh' AND j.args ->> 'run_id' = r.id::text AND j.state = 'available' AND j.max_attempts = 1`))
	})
	t.Run("joins the live run, also under twenty concurrent requests", func(t *testing.T) {
		t.Parallel()
		b := newBench(t, db)
		integration := b.integration()
		var group errgroup.Group
		var mutex sync.Mutex // protects got
		got := map[uuid.UUID]bool{}
		for range 20 {
			group.Go(func() error {
				runs, err := b.Request(b.editor, []uuid.UUID{integration}, Accepted{})
				if err != nil {
					return err
				}
				mutex.Lock()
				defer mutex.Unlock()
				got[runs[0].ID] = true
				return nil
			})
		}
		require.NoError(t, group.Wait())
		require.Len(t, got, 1)
		require.Equal(t, 1, one[int](b, "SELECT count(*) FROM refresh_runs"))
		require.Equal(t, 1, b.jobs("available"))
	})
	t.Run("adds acceptShrink to the live run", func(t *testing.T) {
		t.Parallel()
		b := newBench(t, db)
		integration := b.integration()
		run := b.request(integration)
		require.False(t, one[bool](b, "SELECT accept_shrink FROM refresh_runs"))
		require.Equal(t, run.ID, b.request(integration, true).ID)
		require.True(t, one[bool](b, "SELECT accept_shrink FROM refresh_runs"))
		b.request(integration)
		require.True(t, one[bool](b, "SELECT accept_shrink FROM refresh_runs"), "joining without acceptShrink keeps it")
	})
	t.Run("requests all that are not disabled if none is named", func(t *testing.T) {
		t.Parallel()
		b := newBench(t, db)
		first, second, third := b.integration(), b.integration(), b.integration()
		b.exec("UPDATE integrations SET state = 'DISABLED' WHERE id = ?", second)
		b.exec("UPDATE integrations SET state = 'NEEDS_ATTENTION' WHERE id = ?", third)
		live := b.request(third)
		for _, none := range [][]uuid.UUID{nil, {}} {
			runs, err := b.Request(b.editor, none, Accepted{})
			require.NoError(t, err)
			require.Len(t, runs, 2)
			require.Equal(t, first, runs[0].IntegrationID)
			require.Equal(t, live.ID, runs[1].ID)
		}
	})
	t.Run("returns runs in the requested order without repeats", func(t *testing.T) {
		t.Parallel()
		b := newBench(t, db)
		first, second := b.integration(), b.integration()
		runs, err := b.Request(b.editor, []uuid.UUID{second, first, second}, Accepted{})
		require.NoError(t, err)
		require.Len(t, runs, 2)
		require.Equal(t, second, runs[0].IntegrationID)
		require.Equal(t, first, runs[1].IntegrationID)
	})
	t.Run("queues nothing if one is unknown, another account's or disabled", func(t *testing.T) {
		t.Parallel()
		b := newBench(t, db)
		good, disabled := b.integration(), b.integration()
		b.exec("UPDATE integrations SET state = 'DISABLED' WHERE id = ?", disabled)
		for _, unknown := range []uuid.UUID{uuid.New(), uuid.Nil} {
			_, err := b.Request(b.editor, []uuid.UUID{good, unknown}, Accepted{})
			requireUserError(t, err, apperr.NotFound, "input", "integrationIds", "1")
		}
		_, err := b.Request(b.editor, []uuid.UUID{disabled}, Accepted{})
		requireUserError(t, err, apperr.Invalid, "input", "integrationIds", "0")
		stranger := b.as(b.newAccount(), auth.Editor)
		_, err = b.Request(stranger, []uuid.UUID{good}, Accepted{})
		requireUserError(t, err, apperr.NotFound, "input", "integrationIds", "0")
		none, err := b.Request(stranger, nil, Accepted{})
		require.NoError(t, err)
		require.Empty(t, none)
		require.Zero(t, one[int](b, "SELECT count(*) FROM refresh_runs"))
		require.Zero(t, b.jobs("available"))
	})
	t.Run("refuses viewers", func(t *testing.T) {
		t.Parallel()
		b := newBench(t, db)
		viewer := b.as(b.account, auth.Viewer)
		_, err := b.Request(viewer, nil, Accepted{})
		require.Equal(t, apperr.Forbidden, apperr.CodeOf(err))
		_, err = b.Cancel(viewer, uuid.New())
		require.Equal(t, apperr.Forbidden, apperr.CodeOf(err))
	})
}

func TestService_Cancel(t *testing.T) {
	t.Parallel()
	db := openDatabase(t)
	b := newBench(t, db)
	integration := b.integration()
	run := b.request(integration)

	cancelled, err := b.Cancel(b.editor, run.ID)
	require.NoError(t, err)
	require.Equal(t, StateCancelled, cancelled.State)
	require.NotNil(t, cancelled.FinishedAt)
	require.Greater(t, cancelled.Sequence, run.Sequence)
	require.Equal(t, cancelled.Sequence, b.news[run.ID])
	require.Equal(t, 1, b.jobs("cancelled"))
	require.Equal(t, StateCancelled, b.work(run).State, "its worker finds nothing to do")
	require.Zero(t, b.vendor.count())

	again, err := b.Cancel(b.editor, run.ID)
	requireUserError(t, err, apperr.Invalid, "input", "runId")
	require.Equal(t, run.ID, again.ID)
	_, err = b.Cancel(b.as(b.newAccount(), auth.Editor), run.ID)
	requireUserError(t, err, apperr.NotFound, "input", "runId")
	require.NotEqual(t, run.ID, b.request(integration).ID, "a new run can be requested")
}
