package organization_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/directory"
	"github.com/orgmap/orgmap/internal/journal"
	"github.com/orgmap/orgmap/internal/organization"
	"github.com/orgmap/orgmap/internal/pg"
)

// another returns a second server on the same database.
func (b *bench) another(t testing.TB, directoryBytes int64) *bench {
	t.Helper()
	db, err := pg.Open(t.Context(), b.url, pg.Options{})
	require.NoError(t, err)
	t.Cleanup(db.Close)
	kept := directory.New(directoryBytes)
	return &bench{url: b.url, db: db, announced: b.announced, service: organization.New(db, journal.New(db, b.announced.note, nil), kept), kept: kept}
}

// compare compares the service's list with the table, in one snapshot, and reports whether the service answered from
// memory.
func (b *bench) compare(t require.TestingT, account uuid.UUID, order organization.Order) (fromMemory bool) {
	counted, statements := pg.WithStatementCount(as(account, auth.Viewer))
	ctx, session := b.db.WithSession(counted)
	defer session.Close()
	listed, err := b.service.List(ctx, organization.Query{Order: order})
	require.NoError(t, err)
	fromMemory = statements.Load() == 1
	var stored []string
	require.NoError(t, b.db.Read(ctx, account, func(ctx context.Context, tx pg.ReadTx) error {
		return tx.NewRaw("SELECT name FROM organizations WHERE account_id = ? AND active ORDER BY folded, id LIMIT 50", account).Scan(ctx, &stored)
	}))
	require.Equal(t, stored, names(listed.Nodes()))
	return fromMemory
}

// Whatever is written on either server, each list that is read meanwhile must match its snapshot.
func TestDirectory_IsNeverStale(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ctx, account := b.editor(t)
	servers := []*bench{b, b.another(t, directoryBytes)}
	made := b.insert(t, account, "a", "b", "c", "d", "e", "f", "g", "h")

	var readers sync.WaitGroup
	var remembered [2]atomic.Int64
	reading, stop := context.WithCancel(t.Context())
	for i := range 4 {
		readers.Go(func() {
			for reading.Err() == nil {
				if servers[i%2].compare(t, account, organization.Order{Field: organization.ByName}) {
					remembered[i%2].Add(1)
				}
			}
		})
	}
	random := rand.New(rand.NewPCG(1, 2))
	for round := range 40 {
		one := made[random.IntN(len(made))]
		switch server := servers[random.IntN(2)].service; random.IntN(3) {
		case 0:
			_, err := server.Update(ctx, organization.Update{OrganizationID: one.ID, Name: pointer(fmt.Sprintf("%c%d", 'a'+rune(random.IntN(26)), round))})
			require.NoError(t, err)
		case 1:
			_, err := server.Update(ctx, organization.Update{OrganizationID: one.ID, Active: pointer(random.IntN(2) == 0)})
			require.NoError(t, err)
		default:
			created, err := server.Create(ctx, fmt.Sprintf("%c%d", 'a'+rune(random.IntN(26)), round))
			require.NoError(t, err)
			made = append(made, created)
		}
		if round%4 == 0 { // the other writes follow each other without a pause
			before := [2]int64{remembered[0].Load(), remembered[1].Load()}
			require.Eventually(t, func() bool {
				return remembered[0].Load() > before[0] && remembered[1].Load() > before[1]
			}, 20*time.Second, time.Millisecond)
		}
	}
	stop()
	readers.Wait()
}

// A write's own uncommitted changes must not be in any directory.
func TestDirectory_ContainsOnlyCommittedWrites(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ctx, account := b.editor(t)
	b.insert(t, account, "a")
	byName := organization.Query{Order: organization.Order{Field: organization.ByName}}
	_, err := b.remembered(t, ctx, byName)
	require.NoError(t, err)
	b.write(t, account, func(writing context.Context, tx pg.Tx) error {
		if _, err := tx.Exec(writing, "UPDATE organizations SET name = 'z', folded = 'z'"); err != nil {
			return err
		}
		inside := auth.WithActor(writing, auth.Actor{AccountID: account, Name: "Kim", Role: auth.Viewer})
		listed, err := b.service.List(inside, byName)
		require.NoError(t, err)
		require.Equal(t, []string{"z"}, names(listed.Nodes()))
		return nil
	})
	require.Equal(t, []string{"z"}, names(b.list(t, ctx, byName).Nodes()))
}

func TestDirectory_StaysWithinItsMemoryLimit(t *testing.T) {
	t.Parallel()
	const limit = 32 << 10
	b := newBench(t).another(t, limit)
	names := make([]string, 40)
	for i := range names {
		names[i] = fmt.Sprintf("organization %d", i)
	}
	byName := organization.Order{Field: organization.ByName}
	var accounts []uuid.UUID
	for range 4 { // only two of them fit
		account := b.account(t, nil)
		accounts = append(accounts, account)
		b.insert(t, account, names...)
		require.Eventually(t, func() bool { return b.compare(t, account, byName) }, 20*time.Second, time.Millisecond)
		bytes, _ := b.kept.State()
		require.LessOrEqual(t, bytes, int64(limit))
	}
	require.True(t, b.compare(t, accounts[3], byName), "the most recently used list is kept")
	require.False(t, b.compare(t, accounts[0], byName), "the least recently used list is evicted")

	large := b.account(t, nil)
	for part := range 4 {
		var more []string
		for _, one := range names {
			more = append(more, fmt.Sprintf("%s in %d", one, part))
		}
		b.insert(t, large, more...)
	}
	for range 20 {
		require.False(t, b.compare(t, large, byName), "a list that does not fit is not read")
	}
	require.True(t, b.compare(t, accounts[3], byName), "a list that does not fit evicts nothing")

	off := b.another(t, 0)
	for range 20 {
		require.False(t, off.compare(t, accounts[3], byName))
	}
	_, answered := b.kept.State()
	require.NotZero(t, answered.FromMemory)
	require.NotZero(t, answered.FromPostgres)
}
