package pg_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/pg"
)

// count counts the account's organizations as ctx sees them.
func count(t *testing.T, ctx context.Context, db *pg.DB, account uuid.UUID) (found int) {
	t.Helper()
	require.NoError(t, db.Read(ctx, account, func(ctx context.Context, tx pg.ReadTx) (err error) {
		found, err = countOrganizations(ctx, tx)
		return err
	}))
	return found
}

func nothing(context.Context, pg.Tx) error { return nil }

func readNothing(context.Context, pg.ReadTx) error { return nil }

func TestEnclosure_OwnerCommitsAllWritesTogether(t *testing.T) {
	t.Parallel()
	db := open(t, pg.Options{})
	account := newAccount(t, db)
	ctx, session := db.WithSession(t.Context())
	defer session.Close()
	ctx, enclosure := db.WithEnclosure(ctx, account, nothing)
	defer enclosure.Rollback() // releases the connection if the test fails
	announced := 0
	add := func(name string) error {
		return db.Write(ctx, account, func(ctx context.Context, tx pg.Tx) error {
			tx.AfterCommit(func() { announced++ })
			return addOrganization(ctx, tx, account, name)
		})
	}
	require.Zero(t, count(t, ctx, db, account))
	require.NoError(t, add("One"))
	require.True(t, pg.Violates(add("One"), "organizations_name_key"), "a write that fails")
	require.NoError(t, add("Two"), "does not fail the enclosure")
	require.Equal(t, 2, count(t, ctx, db, account), "reads in the enclosure see its writes")
	require.Zero(t, count(t, t.Context(), db, account), "other reads do not see its writes")
	require.Zero(t, announced)
	require.NoError(t, enclosure.Commit(func(ctx context.Context, tx pg.Tx) error { return addOrganization(ctx, tx, account, "Last") }))
	require.Equal(t, 3, count(t, t.Context(), db, account))
	require.Equal(t, 2, announced, "a rolled back write is not announced")
	enclosure.Rollback() // after a commit, Rollback changes nothing
	require.Equal(t, 3, count(t, t.Context(), db, account))
	require.Error(t, add("Late"), "the enclosure has ended")
}

func TestEnclosure_RollsBackEveryWrite(t *testing.T) {
	t.Parallel()
	db := open(t, pg.Options{MaxConnections: 2})
	account := newAccount(t, db)
	for _, end := range []func(*pg.Enclosure){
		func(enclosure *pg.Enclosure) { enclosure.Rollback() },
		func(enclosure *pg.Enclosure) {
			failure := errors.New("the last of it fails")
			require.ErrorIs(t, enclosure.Commit(func(context.Context, pg.Tx) error { return failure }), failure)
		},
	} {
		for range 5 { // more often than there are connections: each is released
			ctx, enclosure := db.WithEnclosure(t.Context(), account, nothing)
			t.Cleanup(enclosure.Rollback)
			require.NoError(t, db.Write(ctx, account, func(ctx context.Context, tx pg.Tx) error {
				tx.AfterCommit(func() { t.Error("AfterCommit ran without a commit") })
				return addOrganization(ctx, tx, account, "One")
			}))
			end(enclosure)
			require.Zero(t, count(t, t.Context(), db, account))
		}
	}
}

func TestEnclosure_WritesNothingIfItsSetupFails(t *testing.T) {
	t.Parallel()
	db := open(t, pg.Options{})
	account, other := newAccount(t, db), newAccount(t, db)
	failure := errors.New("not now")
	ctx, enclosure := db.WithEnclosure(t.Context(), account, func(context.Context, pg.Tx) error { return failure })
	for range 2 {
		require.ErrorIs(t, db.Write(ctx, account, func(ctx context.Context, tx pg.Tx) error { return addOrganization(ctx, tx, account, "One") }), failure)
	}
	require.ErrorIs(t, enclosure.Commit(nothing), failure)
	ctx, enclosure = db.WithEnclosure(t.Context(), account, nothing)
	defer enclosure.Rollback()
	require.Error(t, db.Write(ctx, other, nothing), "another account's write cannot join it")
}

func TestShares_LeaveConnectionsToOtherAccounts(t *testing.T) {
	t.Parallel()
	db := open(t, pg.Options{MaxConnections: 3, PerAccount: 2})
	noisy, quiet := newAccount(t, db), newAccount(t, db)
	holding, release := make(chan struct{}, 20), make(chan struct{})
	letGo := sync.OnceFunc(func() { close(release) })
	defer letGo() // releases the connections if the test fails
	var group sync.WaitGroup
	for range 20 {
		group.Go(func() {
			ctx, session := db.WithSession(t.Context())
			defer session.Close()
			if err := db.Read(ctx, noisy, func(context.Context, pg.ReadTx) error {
				holding <- struct{}{}
				<-release
				return nil
			}); err != nil {
				t.Error(err)
			}
		})
	}
	<-holding
	<-holding
	for range 3 {
		ctx, session := db.WithSession(t.Context())
		ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
		require.Zero(t, count(t, ctx, db, quiet), "a connection must be left")
		session.Close()
		cancel()
	}
	require.Empty(t, holding, "the noisy account never gets a third connection")
	letGo()
	group.Wait()
	require.Len(t, holding, 18, "every read is served in the end")
}

func TestShares_LongWaitIsRateLimited(t *testing.T) {
	t.Parallel()
	db := open(t, pg.Options{PerAccount: 1})
	account := newAccount(t, db)
	ctx, session := db.WithSession(t.Context())
	defer session.Close()
	require.Zero(t, count(t, ctx, db, account)) // the session keeps its snapshot
	waiting, other := db.WithSession(t.Context())
	defer other.Close()
	began := time.Now()
	err := db.Read(waiting, account, readNothing)
	require.Equal(t, apperr.RateLimited, apperr.CodeOf(err), fmt.Sprint(err))
	require.GreaterOrEqual(t, time.Since(began), 5*time.Second)
	gone, cancel := context.WithCancel(waiting)
	cancel()
	require.ErrorIs(t, db.Read(gone, account, readNothing), context.Canceled)
	session.Close()
	require.NoError(t, db.Read(waiting, account, readNothing), "a released share is free")
}
