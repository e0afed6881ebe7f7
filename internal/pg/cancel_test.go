package pg_test

import (
	"context"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/pg"
)

// Clients disconnect at any time. A disconnect must not disturb a connection that is running a statement.
func TestCancellation_LeavesConnectionsUsable(t *testing.T) {
	t.Parallel()
	db := open(t, pg.Options{MaxConnections: 4})
	account := newAccount(t, db)
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for range 100 {
				ctx, leave := context.WithTimeout(t.Context(), rand.N(4*time.Millisecond))
				ctx, session := db.WithSession(ctx)
				for ctx.Err() == nil {
					_ = db.Read(ctx, account, func(ctx context.Context, tx pg.ReadTx) error {
						return tx.Send(ctx, pg.Statement{SQL: "SELECT generate_series(1, 2000)"})
					})
					_ = db.Write(ctx, account, func(ctx context.Context, tx pg.Tx) error {
						_, err := tx.Jobs().Exec(ctx, "SELECT count(*) FROM generate_series(1, 2000)")
						return err
					})
				}
				session.Close()
				leave()
			}
		})
	}
	group.Wait()
	require.Zero(t, count(t, t.Context(), db, account), "connections can be used afterwards")
	require.Eventually(t, func() bool { return db.Pool().Stat().AcquiredConns() == 0 }, 10*time.Second, 10*time.Millisecond, "all connections are released")
}

func TestWrite_AStatementThatIsNotSentKeepsItsConnection(t *testing.T) {
	t.Parallel()
	db := open(t, pg.Options{MaxConnections: 1})
	account := newAccount(t, db)
	before := db.Pool().Stat().NewConnsCount()
	for range 20 {
		ctx, cancel := context.WithCancel(t.Context())
		err := db.Write(ctx, account, func(ctx context.Context, tx pg.Tx) error {
			cancel()
			_, err := tx.Exec(ctx, "SELECT 1")
			return err
		})
		require.ErrorIs(t, err, context.Canceled)
		err = db.Read(t.Context(), account, func(_ context.Context, tx pg.ReadTx) error {
			canceled, cancel := context.WithCancel(t.Context())
			cancel()
			var one int
			return tx.NewRaw("SELECT 1").Scan(canceled, &one)
		})
		require.ErrorIs(t, err, context.Canceled)
	}
	require.Equal(t, before, db.Pool().Stat().NewConnsCount(), "no connection was replaced")
}
