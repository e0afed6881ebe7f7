package integration_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/directory"
	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/integration"
	"github.com/orgmap/orgmap/internal/page"
	"github.com/orgmap/orgmap/internal/pg"
)

// another returns a second server on the same database.
func (b *bench) another(directoryBytes int64) *bench {
	other := *b
	other.kept = directory.New(directoryBytes)
	other.Service = integration.New(b.db, b.journal, b.sealer, b.vendor.reach(), b.runs, other.kept)
	return &other
}

// externals returns the integration's list and reports whether it came from memory. Nothing else may use this server
// meanwhile.
func (b *bench) externals(t require.TestingT, ctx context.Context, of uuid.UUID, arguments page.Arguments, search string, mapped *bool) (listed *page.Connection[*integration.ExternalOrg], fromMemory bool) {
	_, before := b.kept.State()
	listed, err := b.ExternalOrgs(ctx, of, arguments, &search, integration.ExternalOrgFilter{Mapped: mapped})
	require.NoError(t, err)
	_, after := b.kept.State()
	return listed, after.FromMemory > before.FromMemory
}

// remember waits until the list is in memory.
func (b *bench) remember(t require.TestingT, ctx context.Context, of uuid.UUID) {
	require.Eventually(t, func() bool {
		_, fromMemory := b.externals(t, ctx, of, page.Arguments{}, "", nil)
		return fromMemory
	}, 20*time.Second, time.Millisecond)
}

// both asks a server that has the list in memory and one that never does, and requires the same result.
func (b *bench) both(t require.TestingT, ctx context.Context, of uuid.UUID, arguments page.Arguments, search string, mapped *bool) *page.Connection[*integration.ExternalOrg] {
	listed, fromMemory := b.externals(t, ctx, of, arguments, search, mapped)
	require.True(t, fromMemory)
	stored, fromMemory := b.another(0).externals(t, ctx, of, arguments, search, mapped)
	require.False(t, fromMemory)
	require.Equal(t, stored.Edges, listed.Edges)
	require.Equal(t, stored.PageInfo, listed.PageInfo)
	total, err := stored.TotalCount(ctx)
	require.NoError(t, err)
	known, err := listed.TotalCount(ctx)
	require.NoError(t, err)
	require.Equal(t, total, known)
	return listed
}

func TestDirectory_AgreesWithPostgres(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ctx, account := b.actor(auth.Admin)
	// Few letters, so that many folded names are equal, and some that are special in LIKE.
	letters := rapid.StringOfN(rapid.SampledFrom([]rune("aAbB\u00e9\u00c9\u0130zZ%_\\',.&\U0001F600 ")), 0, 4, -1)
	made := b.connect(ctx)
	rapid.Check(t, func(t *rapid.T) {
		b.write(account, "DELETE FROM external_orgs WHERE integration_id = ?", made.ID)
		all := rapid.SliceOfN(letters, 0, 12).Draw(t, "names")
		ids := b.list(made, all...)
		for _, gone := range rapid.SliceOfN(rapid.SampledFrom(append(ids, uuid.New())), 0, 3).Draw(t, "gone") {
			b.write(account, "UPDATE external_orgs SET removed_at = now(), url = 'https://example.com' WHERE id = ?", gone)
		}
		for _, one := range rapid.SliceOfNDistinct(rapid.SampledFrom(append(ids, uuid.Nil)), 0, 4, rapid.ID).Draw(t, "mapped") {
			if one != uuid.Nil {
				b.organization(made, id.New().String(), one)
			}
		}
		b.remember(t, ctx, made.ID)
		mapped := rapid.SampledFrom(both()).Draw(t, "narrowed")
		search := letters.Draw(t, "search")
		size := rapid.IntRange(1, 5).Draw(t, "size")
		places := b.both(t, ctx, made.ID, page.Arguments{}, search, mapped).Edges
		for offset := range len(places) + 2 {
			b.both(t, ctx, made.ID, page.Arguments{First: &size, Offset: &offset}, search, mapped)
		}
		for left := range places {
			right := rapid.IntRange(left, len(places)-1).Draw(t, "right")
			after, before := &places[left].Cursor, &places[right].Cursor
			for _, arguments := range []page.Arguments{
				{First: &size, After: after},
				{Last: &size, Before: before},
				{First: &size, After: after, Before: before},
				{Last: &size, After: after, Before: before},
				{First: &size, After: before, Before: after},
			} {
				b.both(t, ctx, made.ID, arguments, search, mapped)
			}
		}
		elsewhere := page.Cursor{letters.Draw(t, "place"), id.New().String()}.String()
		b.both(t, ctx, made.ID, page.Arguments{First: &size, After: &elsewhere}, search, mapped)
		b.both(t, ctx, made.ID, page.Arguments{Last: &size, After: &elsewhere}, search, mapped)
	})
}

// both returns the possible values of the filter by mapping.
func both() []*bool {
	yes, no := true, false
	return []*bool{nil, &yes, &no}
}

// With many hits, their mappings are not looked up individually.
func TestDirectory_FiltersManyHitsLikePostgres(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ctx, account := b.actor(auth.Admin)
	made := b.connect(ctx)
	b.write(account, `INSERT INTO external_orgs (account_id, id, integration_id, remote_id, name, folded)
		SELECT ?, gen_random_uuid(), ?, n::text, 'Client ' || n, 'client ' || n FROM generate_series(1, 700) AS n`, account, made.ID)
	b.write(account, `INSERT INTO organizations (account_id, id, name, folded) SELECT account_id, id, name, folded FROM external_orgs WHERE remote_id::int % 3 = 0`)
	b.write(account, `INSERT INTO mappings (account_id, id, organization_id, integration_id, external_org_id, origin, created_by)
		SELECT account_id, id, id, integration_id, id, 'MANUAL', 'Pat' FROM external_orgs WHERE remote_id::int % 3 = 0`)
	b.remember(t, ctx, made.ID)
	for _, mapped := range both() {
		for _, search := range []string{"", "client", "7"} {
			for _, offset := range []int{0, 30, 600} {
				b.both(t, ctx, made.ID, page.Arguments{Offset: &offset}, search, mapped)
			}
		}
	}
}

// Whatever is written on either server, each list that is read meanwhile must match its snapshot.
func TestDirectory_IsNeverStale(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ctx, account := b.actor(auth.Admin)
	made := b.connect(ctx)
	ids := b.list(made, "a", "b", "c", "d", "e", "f", "g", "h")
	b.organization(made, "Acme", ids[0])
	servers := []*bench{b, b.another(directoryBytes)}

	var readers sync.WaitGroup
	var remembered [2]atomic.Uint64
	reading, stop := context.WithCancel(t.Context())
	for i, server := range servers {
		readers.Go(func() {
			for reading.Err() == nil {
				server.compare(ctx, made, "", false)
				server.compare(ctx, made, "1", false)
				server.compare(ctx, made, "", true)
				_, answered := server.kept.State()
				remembered[i].Store(answered.FromMemory)
			}
		})
	}
	random := rand.New(rand.NewPCG(1, 2))
	for round := range 60 {
		one := ids[random.IntN(len(ids))]
		switch random.IntN(7) {
		case 0:
			changed := fmt.Sprintf("%c%d", 'a'+rune(random.IntN(26)), round)
			b.write(account, "UPDATE external_orgs SET name = ?0, folded = ?0 WHERE id = ?1", changed, one)
		case 1:
			b.write(account, "UPDATE external_orgs SET removed_at = now() WHERE id = ?", one)
		case 2:
			b.write(account, "UPDATE external_orgs SET removed_at = NULL WHERE id = ?", one)
		case 3:
			b.write(account, "DELETE FROM external_orgs WHERE id = ?", one)
		case 4:
			b.write(account, `INSERT INTO mappings (account_id, id, organization_id, integration_id, external_org_id, origin, created_by)
				SELECT x.account_id, ?, o.id, x.integration_id, x.id, 'MANUAL', 'Pat' FROM external_orgs AS x, organizations AS o WHERE x.id = ? ON CONFLICT DO NOTHING`, id.New(), one)
		case 5:
			b.write(account, "DELETE FROM mappings WHERE external_org_id = ?", one)
		default:
			ids = append(ids, b.list(made, fmt.Sprintf("%c%d", 'a'+rune(random.IntN(26)), round))...)
		}
		if round%4 == 0 { // the other writes follow each other without a pause
			before := [2]uint64{remembered[0].Load(), remembered[1].Load()}
			require.Eventually(t, func() bool {
				return remembered[0].Load() > before[0] && remembered[1].Load() > before[1]
			}, 20*time.Second, time.Millisecond)
		}
	}
	stop()
	readers.Wait()
}

// compare compares a page from the service with the table, in one snapshot.
func (b *bench) compare(ctx context.Context, made *integration.Integration, search string, unmapped bool) {
	ctx, session := b.db.WithSession(ctx)
	defer session.Close()
	filter, narrowed := integration.ExternalOrgFilter{}, ""
	if unmapped {
		filter.Mapped, narrowed = new(bool), "AND NOT EXISTS (SELECT FROM mappings AS m WHERE m.external_org_id = x.id)"
	}
	listed, err := b.ExternalOrgs(ctx, made.ID, page.Arguments{}, &search, filter)
	require.NoError(b.t, err)
	stored := []string{}
	require.NoError(b.t, b.db.Read(ctx, made.AccountID, func(ctx context.Context, tx pg.ReadTx) error {
		return tx.NewRaw("SELECT name FROM external_orgs AS x WHERE integration_id = ? AND removed_at IS NULL AND strpos(folded, ?) > 0 "+narrowed+" ORDER BY folded, id LIMIT 50", made.ID, search).Scan(ctx, &stored)
	}))
	require.Equal(b.t, stored, names(listed))
}

// A write's own changes must not be in any directory before the commit, and never if it is rolled back.
func TestDirectory_ContainsOnlyCommittedWrites(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ctx, account := b.actor(auth.Admin)
	made := b.connect(ctx)
	b.list(made, "a")
	b.remember(t, ctx, made.ID)
	taken := fmt.Errorf("taken back")
	err := b.db.Write(ctx, account, func(ctx context.Context, tx pg.Tx) error {
		if _, err := tx.Exec(ctx, "UPDATE external_orgs SET name = 'z', folded = 'z'"); err != nil {
			return err
		}
		listed, fromMemory := b.externals(t, ctx, made.ID, page.Arguments{}, "", nil)
		require.False(t, fromMemory)
		require.Equal(t, []string{"z"}, names(listed))
		return taken
	})
	require.ErrorIs(t, err, taken)
	listed, _ := b.externals(t, ctx, made.ID, page.Arguments{}, "", nil)
	require.Equal(t, []string{"a"}, names(listed))
}

// Every write to external organizations must change the version.
func TestDirectory_EveryWriteChangesTheVersion(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ctx, account := b.actor(auth.Admin)
	made, other := b.connect(ctx), b.connect(ctx)
	ids := b.list(made, "a", "b", "c")
	version := func(of *integration.Integration) int {
		return b.count(account, "SELECT coalesce(max(version), 0) FROM external_org_lists WHERE integration_id = ?", of.ID)
	}
	for _, write := range []struct {
		is, statement string
		moves         bool
	}{
		{"a change", "UPDATE external_orgs SET name = 'x' WHERE id = ?0", true},
		{"an update without matching rows", "UPDATE external_orgs SET name = 'x' WHERE id = ?0 AND name = 'y'", false},
		{"a deletion", "DELETE FROM external_orgs WHERE id = ?0", true},
		{"a deletion of a missing row", "DELETE FROM external_orgs WHERE id = ?0", false},
		{"an insert into organizations", "INSERT INTO organizations (account_id, id, name, folded) VALUES (?1, ?0, 'x', 'x')", false},
	} {
		before, beforeOther := version(made), version(other)
		b.write(account, write.statement, ids[0], account)
		require.Equal(t, write.moves, version(made) != before, write.is)
		require.Equal(t, beforeOther, version(other), write.is)
	}
	err := b.db.Write(t.Context(), account, func(ctx context.Context, tx pg.Tx) error {
		_, err := tx.Exec(ctx, "UPDATE external_orgs SET integration_id = ? WHERE id = ?", other.ID, ids[1])
		return err
	})
	require.ErrorContains(t, err, "an external organization stays in the list of its integration", "a move to another list would change the count of only one list")
	b.organization(made, "Acme", ids[1])
	before := version(made)
	b.write(account, "DELETE FROM mappings")
	require.Equal(t, before, version(made), "saving mappings does not change the version")

	b.write(account, "DELETE FROM integrations WHERE id = ?", made.ID)
	require.Zero(t, version(made), "the version is deleted with its list")
}

func TestDirectory_StaysWithinItsMemoryLimit(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ctx, _ := b.actor(auth.Admin)
	many := slices.Repeat([]string{strings.Repeat("external organization ", 8)}, 300)
	small, large := b.connect(ctx), b.connect(ctx)
	b.list(small, "a")
	b.list(large, many...)
	const limit = 16 << 10 // too small for the large list
	server := b.another(limit)
	server.remember(t, ctx, small.ID)
	for range 200 {
		listed, fromMemory := server.externals(t, ctx, large.ID, page.Arguments{}, "", nil)
		require.False(t, fromMemory, "a list that does not fit is not kept")
		require.Len(t, listed.Nodes(), page.DefaultSize)
	}
	_, fromMemory := server.externals(t, ctx, small.ID, page.Arguments{}, "", nil)
	require.True(t, fromMemory, "and evicts nothing")
	bytes, _ := server.kept.State()
	require.LessOrEqual(t, bytes, int64(limit))
}
