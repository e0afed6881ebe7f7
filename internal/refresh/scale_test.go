package refresh

import (
	"context"
	"log/slog"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/vendors"
)

// TestWorker_LargeList checks a list of 100,000: it is read and swapped in within a minute, and a second refresh
// writes only what changed.
func TestWorker_LargeList(t *testing.T) {
	if testing.Short() {
		t.Skip("100,000 organizations take a while")
	}
	t.Parallel()
	const count, onePercent = 100_000, 1_000
	b := newBench(t, openDatabase(t))
	integration := b.integration()
	b.vendor.setMany(count)
	b.vendor.size = 1_000

	begun := time.Now()
	run := b.refresh(integration)
	first := time.Since(begun)
	require.Equal(t, StateSucceeded, run.State, "%+v", run.Failure())
	require.Equal(t, count, run.Added)
	require.Less(t, first, time.Minute)

	for i := range onePercent {
		b.vendor.all[i*count/onePercent].Name += " renamed"
	}
	wal := func() int64 { return one[int64](b, "SELECT (pg_current_wal_insert_lsn() - '0/0')::bigint") }
	walBefore := wal()
	begun = time.Now()
	run = b.refresh(integration)
	second := time.Since(begun)
	require.Equal(t, [3]int{0, onePercent, 0}, [3]int{run.Added, run.Updated, run.Removed})
	require.Equal(t, onePercent, one[int](b, "SELECT count(*) FROM external_orgs WHERE updated_at > created_at"))
	t.Logf("first %v; second with 1 %% changed %v, %d KiB of WAL", first, second, (wal()-walBefore)>>10)
}

// TestWalk_Memory is not parallel, because it measures the heap.
func TestWalk_Memory(t *testing.T) { //nolint:paralleltest // see above
	const count, size = 100_000, 1_000
	list := &vendor{}
	list.setMany(count)
	list.size = size
	list.respond(func(_ int, cursor string) (vendors.Page, error) {
		page, err := list.page(cursor)
		page.Organizations = slices.Clone(page.Organizations)
		for i, one := range page.Organizations { // like a decoder, give each page its own strings
			page.Organizations[i].RemoteID, page.Organizations[i].Name, page.Organizations[i].URL = strings.Clone(one.RemoteID), strings.Clone(one.Name), strings.Clone(one.URL)
		}
		return page, err
	})
	reader := &walker{
		source: list, retry: defaultRetryPolicy(), logger: slog.New(slog.DiscardHandler),
		progress: func(context.Context, int, *int) error { return nil },
	}
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	found, err := reader.walk(t.Context())
	require.NoError(t, err)
	runtime.GC()
	runtime.ReadMemStats(&after)
	held := (int64(after.HeapAlloc) - int64(before.HeapAlloc)) >> 20
	t.Logf("a walk of %d organizations holds %d MiB", len(found.organizations), held)
	require.Less(t, held, int64(60))
	runtime.KeepAlive(reader)
}
