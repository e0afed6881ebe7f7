package refresh

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/account"
	"github.com/orgmap/orgmap/internal/pg"
	"github.com/orgmap/orgmap/internal/pg/pgtest"
)

// allow sets how many external organizations the account may have.
func (b *bench) allow(limit int) {
	b.t.Helper()
	require.NoError(b.t, pgtest.Run(b.t.Context(), b.db, func(ctx context.Context, tx pg.Tx) error {
		_, err := tx.Exec(ctx, "UPDATE accounts SET external_organization_limit = ? WHERE id = ?", limit, b.account)
		return err
	}))
}

func (b *bench) requireExceeded(run *Run, message string) {
	b.t.Helper()
	require.Equal(b.t, StateFailed, run.State)
	require.Equal(b.t, QuotaExceeded, run.Failure().Code)
	require.Contains(b.t, run.Failure().Message, message)
}

func TestAdmit_AllowsExactlyTheLimit(t *testing.T) {
	t.Parallel()
	used := account.Limit{Limit: 5, Used: 3}
	require.NoError(t, admit(used, 2))
	require.Error(t, admit(used, 3))
}

func TestWorker_EnforcesTheAccountLimit(t *testing.T) {
	t.Parallel()
	db := openDatabase(t)
	t.Run("counts all integrations and removed organizations", func(t *testing.T) {
		t.Parallel()
		b := newBench(t, db)
		b.allow(5)
		first, second := b.integration(), b.integration()
		b.vendor.set("1", "Acme", "2", "Bolt", "3", "Cog")
		require.Equal(t, StateSucceeded, b.refresh(first).State)
		b.requireExceeded(b.refresh(second),
			"The vendor's list has 3 organizations that Orgmap does not store yet. Your account has 3 of at most 5 external organizations")
		require.Empty(t, b.list(second))
		b.vendor.set("1", "Acme")
		require.Equal(t, StateSucceeded, b.refresh(first).State)
		b.vendor.set("1", "Acme", "2", "Bolt", "4", "Dynamo", "5", "Elk", "6", "Fan")
		b.requireExceeded(b.refresh(first), "Your account has 3 of at most 5")
		requireList(t, b, first, map[string]string{"1": "Acme", "2": "Bolt (gone)", "3": "Cog (gone)"})
		b.vendor.set("1", "Acme Limited", "2", "Bolt", "3", "Cog")
		require.Equal(t, StateSucceeded, b.refresh(first).State, "a restored organization does not count as new")
		b.vendor.set("1", "Acme", "2", "Bolt")
		require.Equal(t, StateSucceeded, b.refresh(second).State, "the limit can be used completely")
		require.Equal(t, 5, one[int](b, "SELECT external_organizations_used FROM accounts"))

		other := newBench(t, db)
		other.vendor.setMany(10)
		require.Equal(t, StateSucceeded, other.refresh(other.integration()).State, "another account has its own limit")
	})
	t.Run("writes nothing of a list that does not fit", func(t *testing.T) {
		t.Parallel()
		b := newBench(t, db)
		b.allow(partSize)
		b.vendor.setMany(partSize + 1)
		b.vendor.size = partSize
		var parts atomic.Int32
		b.worker.retry.wait = func(context.Context, time.Duration) error { parts.Add(1); return nil }
		b.requireExceeded(b.refresh(b.integration()), "has 0 of at most 1000")
		require.Zero(t, parts.Load())
	})
	t.Run("lets one of two runs succeed if the limit allows one", func(t *testing.T) {
		t.Parallel()
		b := newBench(t, db)
		b.allow(partSize + partSize/2)
		b.vendor.setMany(partSize)
		b.vendor.size = partSize
		written := make(chan struct{}, 2)
		resume := make(chan struct{})
		var runs []*Run
		var ended []<-chan error
		for range 2 {
			worker := b.newWorker()
			worker.retry.wait = func(ctx context.Context, _ time.Duration) error {
				written <- struct{}{}
				select {
				case <-resume:
					return nil
				case <-ctx.Done():
					return ctx.Err()
				}
			}
			run := b.request(b.integration())
			runs, ended = append(runs, run), append(ended, b.start(t.Context(), worker, run))
		}
		for range 2 {
			<-written // both have seen that there is room
		}
		close(resume)
		require.NoError(t, errors.Join(<-ended[0], <-ended[1]))
		passed, refused := b.get(runs[0].ID), b.get(runs[1].ID)
		if passed.State != StateSucceeded {
			passed, refused = refused, passed
		}
		require.Equal(t, StateSucceeded, passed.State)
		b.requireExceeded(refused, "has 1000 organizations that Orgmap does not store yet. Your account has 1000 of at most 1500")
		require.Equal(t, partSize, one[int](b, "SELECT count(*) FROM external_orgs"))
	})
}
