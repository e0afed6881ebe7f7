package refresh

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/vendors"
)

func TestWorker_SkipsUnusableRows(t *testing.T) {
	t.Parallel()
	db := openDatabase(t)
	t.Run("counts them once per id, shows examples, and keeps their stored rows", func(t *testing.T) {
		t.Parallel()
		b := newBench(t, db)
		integration := b.integration()
		b.vendor.set("1", "Acme", "2", "Bolt")
		b.refresh(integration)
		b.vendor.set("1", "Acme", "2", "\u200b", "3", strings.Repeat("n", 501), "4", " ", "2", "\u200b", "", "Nobody")
		total := 5
		b.vendor.respond(func(int, string) (vendors.Page, error) {
			return vendors.Page{
				Organizations: b.vendor.all, Total: &total,
				Skipped: []vendors.SkippedRow{{RemoteID: "4", Reason: vendors.UnreadableRow}},
			}, nil
		})
		run := b.refresh(integration)
		require.Equal(t, StateSucceeded, run.State, "%+v", run.Failure())
		require.Equal(t, 4, run.Skipped)
		reasons := map[string]vendors.SkipReason{}
		for _, row := range run.SkippedRows {
			require.NotEmpty(t, row.Message())
			if row.RemoteID == nil {
				reasons[""] = row.Reason
				continue
			}
			reasons[*row.RemoteID] = row.Reason
		}
		require.Equal(t, map[string]vendors.SkipReason{
			"2": vendors.InvisibleName, "3": vendors.NameTooLong, "4": vendors.UnreadableRow, "": vendors.NoID,
		}, reasons)
		requireList(t, b, integration, map[string]string{"1": "Acme", "2": "Bolt"})
	})
	t.Run("keeps a bounded number of examples of bounded length", func(t *testing.T) {
		t.Parallel()
		b := newBench(t, db)
		skipped := make([]vendors.SkippedRow, 100)
		for i := range skipped {
			skipped[i] = vendors.SkippedRow{RemoteID: fmt.Sprint(i), Name: strings.Repeat("\x00\xff名", 10_000), Reason: vendors.UnreadableRow}
		}
		b.vendor.respond(func(int, string) (vendors.Page, error) { return vendors.Page{Skipped: skipped}, nil })
		run := b.refresh(b.integration())
		require.Equal(t, StateSucceeded, run.State, "%+v", run.Failure())
		require.Equal(t, 100, run.Skipped)
		require.Len(t, run.SkippedRows, 20)
		require.Len(t, []rune(*run.SkippedRows[0].Name), 201)
	})
}

func TestWorker_TotalMismatchNeedsReview(t *testing.T) {
	t.Parallel()
	b := newBench(t, openDatabase(t))
	integration := b.integration()
	hidden := 2
	b.vendor.set("1", "Acme", "2", "Bolt", "3", "Cog")
	b.vendor.respond(func(_ int, cursor string) (vendors.Page, error) {
		page, err := b.vendor.page(cursor)
		total := *page.Total + hidden
		page.Total = &total
		return page, err
	})
	refresh := func(accepted Accepted) *Run {
		runs, err := b.Request(b.editor, []uuid.UUID{integration}, accepted)
		require.NoError(t, err)
		return b.work(runs[0])
	}
	run := refresh(Accepted{})
	require.Equal(t, StateNeedsReview, run.State)
	require.Equal(t, ReviewTotalMismatch, *run.ReviewReason())
	require.Equal(t, []int{3, 5}, []int{run.Fetched, *run.Total})
	require.Empty(t, b.list(integration), "nothing was changed")
	require.Equal(t, StateNeedsReview, refresh(Accepted{Shrink: true}).State, "accepting a shrunk list does not accept a mismatch")

	run = refresh(Accepted{TotalMismatch: true})
	require.Equal(t, StateSucceeded, run.State)
	require.Nil(t, run.ReviewReason())
	requireList(t, b, integration, map[string]string{"1": "Acme", "2": "Bolt", "3": "Cog"})
	require.Equal(t, StateSucceeded, refresh(Accepted{}).State, "the accepted gap is remembered")
	hidden = 3
	require.Equal(t, StateNeedsReview, refresh(Accepted{}).State, "a larger gap needs another review")
	hidden = 1
	require.Equal(t, StateSucceeded, refresh(Accepted{}).State)
	hidden = 2
	require.Equal(t, StateNeedsReview, refresh(Accepted{}).State, "the smaller gap is remembered")
}

func TestWorker_RespectsRetryAfterOfAFailingServer(t *testing.T) {
	t.Parallel()
	b := newBench(t, openDatabase(t))
	b.vendor.set("1", "Acme")
	b.vendor.respond(func(call int, cursor string) (vendors.Page, error) {
		if call <= 2 {
			return vendors.Page{}, &vendors.Error{Class: vendors.Unavailable, Message: "The vendor is down for maintenance.", RetryAfter: 42 * time.Second}
		}
		return b.vendor.page(cursor)
	})
	run := b.refresh(b.integration())
	require.Equal(t, StateSucceeded, run.State)
	require.Subset(t, b.pauses, []time.Duration{42 * time.Second})

	b.vendor.respond(func(int, string) (vendors.Page, error) {
		return vendors.Page{}, &vendors.Error{Class: vendors.Unavailable, Message: "The vendor is down for maintenance.", RetryAfter: time.Hour}
	})
	run = b.refresh(b.integration())
	require.Equal(t, StateFailed, run.State)
	require.Equal(t, VendorUnavailable, run.Failure().Code)
	require.NotNil(t, run.Failure().RetryAt, "the time to retry is reported")
}
