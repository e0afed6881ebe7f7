package refresh

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/vendors"
)

func requireList(t *testing.T, b *bench, integration uuid.UUID, want map[string]string) {
	t.Helper()
	require.Empty(t, cmp.Diff(want, b.list(integration)))
}

func TestWorker_Swaps(t *testing.T) {
	t.Parallel()
	db := openDatabase(t)
	t.Run("stores a first list", func(t *testing.T) {
		t.Parallel()
		b := newBench(t, db)
		integration := b.integration()
		b.vendor.set("1", "Acme", "2", "Bolt", "3", "  Crème\x00 ", "4", "", "5", strings.Repeat("long ", 100))
		b.vendor.all[0].URL = "https://vendor.example/1"
		b.vendor.all[0].Hints = []vendors.Hint{{Application: vendors.ApplicationAutotask, RemoteID: "29"}}
		run := b.refresh(integration)
		require.Equal(t, StateSucceeded, run.State, "%+v", run.Failure())
		require.Equal(t, 4, run.Added)
		require.Equal(t, 4, run.Fetched)
		require.Equal(t, 5, *run.Total)
		require.Nil(t, run.Failure())
		require.NotNil(t, run.StartedAt)
		require.NotNil(t, run.FinishedAt)
		requireList(t, b, integration, map[string]string{"1": "Acme", "2": "Bolt", "3": "  Crème ", "5": strings.Repeat("long ", 100)})
		require.Equal(t, "Crème", one[string](b, "SELECT match_name FROM external_orgs WHERE remote_id = '3'"))
		require.Equal(t, "creme", one[string](b, "SELECT folded FROM external_orgs WHERE remote_id = '3'"))
		require.Equal(t, 1, one[int](b, "SELECT count(*) FROM external_orgs WHERE match_name IS NULL"), "no organization can have this name")
		require.Equal(t, `[{"remoteId": "29", "application": "AUTOTASK"}]`, one[string](b, "SELECT hints::text FROM external_orgs WHERE remote_id = '1'"))
		require.Equal(t, "https://vendor.example/1", one[string](b, "SELECT url FROM external_orgs WHERE remote_id = '1'"))
		require.Equal(t, 1, one[int](b, "SELECT count(*) FROM journal WHERE action = 'integration.refreshed' AND integration_ids = ARRAY[?::uuid]", integration))
	})
	t.Run("writes and journals nothing if nothing changed", func(t *testing.T) {
		t.Parallel()
		b := newBench(t, db)
		integration := b.integration()
		b.vendor.set("1", "Acme", "2", "Bolt", "3", "Cog")
		b.refresh(integration)
		before := one[string](b, "SELECT string_agg(xmin::text || ctid::text, ',' ORDER BY id) FROM external_orgs")
		run := b.refresh(integration)
		require.Equal(t, StateSucceeded, run.State)
		require.Equal(t, [3]int{0, 0, 0}, [3]int{run.Added, run.Updated, run.Removed})
		require.Equal(t, before, one[string](b, "SELECT string_agg(xmin::text || ctid::text, ',' ORDER BY id) FROM external_orgs"))
		require.Equal(t, 1, one[int](b, "SELECT count(*) FROM journal"))
	})
	t.Run("keeps mappings of renamed, removed and restored organizations", func(t *testing.T) {
		t.Parallel()
		b := newBench(t, db)
		integration := b.integration()
		b.vendor.set("1", "Acme", "2", "Bolt", "3", "Cog")
		b.refresh(integration)
		organization := id.New()
		b.exec("INSERT INTO organizations (account_id, id, name, folded) VALUES (?, ?, 'Acme', 'acme')", b.account, organization)
		b.exec(`INSERT INTO mappings (account_id, id, organization_id, integration_id, external_org_id, origin, created_by)
			SELECT account_id, gen_random_uuid(), ?, integration_id, id, 'MANUAL', 'Pat' FROM external_orgs`, organization)
		mapped := func() int { // mapped, and with the external organization's current name
			return one[int](b, `SELECT count(*) FROM mappings AS m JOIN external_orgs AS x ON x.id = m.external_org_id
				WHERE (m.external_name, m.external_folded) = (x.name, x.folded)`)
		}
		require.Equal(t, 3, mapped())
		b.vendor.set("1", "Acme Limited", "3", "Cog", "4", "Dynamo")
		run := b.refresh(integration)
		require.Equal(t, [3]int{1, 1, 1}, [3]int{run.Added, run.Updated, run.Removed})
		requireList(t, b, integration, map[string]string{"1": "Acme Limited", "2": "Bolt (gone)", "3": "Cog", "4": "Dynamo"})
		require.Equal(t, 3, mapped())

		b.vendor.set("1", "Acme Limited", "2", "Bolt", "3", "Cog", "4", "Dynamo")
		run = b.refresh(integration)
		require.Equal(t, [3]int{0, 1, 0}, [3]int{run.Added, run.Updated, run.Removed})
		requireList(t, b, integration, map[string]string{"1": "Acme Limited", "2": "Bolt", "3": "Cog", "4": "Dynamo"})
		require.Equal(t, 3, mapped())
	})
	t.Run("a new website or city is an update; one that is too long is left out", func(t *testing.T) {
		t.Parallel()
		b := newBench(t, db)
		integration := b.integration()
		details := func(websites ...string) {
			b.vendor.set("1", "Acme", "2", "Bolt")
			for i, website := range websites {
				b.vendor.all[i].Website, b.vendor.all[i].City = website, "Reno"
			}
		}
		stored := func(remoteID string) string {
			return one[string](b, "SELECT coalesce(website, 'none') || ' ' || coalesce(city, 'none') FROM external_orgs WHERE remote_id = ?", remoteID)
		}
		details("https://acme.example")
		run := b.refresh(integration)
		require.Equal(t, [3]int{2, 0, 0}, [3]int{run.Added, run.Updated, run.Removed})
		require.Equal(t, "https://acme.example Reno", stored("1"))
		require.Equal(t, "none none", stored("2"))

		details("https://acme.test", "https://bolt.example/"+strings.Repeat("x", 2000))
		b.vendor.all[0].City = strings.Repeat("x", 201)
		run = b.refresh(integration)
		require.Equal(t, [3]int{0, 2, 0}, [3]int{run.Added, run.Updated, run.Removed})
		require.Equal(t, "https://acme.test none", stored("1"))
		require.Equal(t, "none Reno", stored("2"))

		run = b.refresh(integration)
		require.Equal(t, [3]int{0, 0, 0}, [3]int{run.Added, run.Updated, run.Removed})
		details()
		run = b.refresh(integration)
		require.Equal(t, [3]int{0, 2, 0}, [3]int{run.Added, run.Updated, run.Removed})
		require.Equal(t, "none none", stored("1"))
	})
	t.Run("reconnects an integration that needed attention", func(t *testing.T) {
		t.Parallel()
		b := newBench(t, db)
		integration := b.integration()
		b.exec("UPDATE integrations SET state = 'NEEDS_ATTENTION'")
		b.refresh(integration)
		require.Equal(t, "CONNECTED", one[string](b, "SELECT state FROM integrations"))
		require.Equal(t, 1, one[int](b, "SELECT count(*) FROM journal"), "a first list may be empty")
	})
	t.Run("writes only its own integration", func(t *testing.T) {
		t.Parallel()
		b := newBench(t, db)
		first, second := b.integration(), b.integration()
		b.vendor.set("1", "Acme", "2", "Bolt")
		b.refresh(first)
		b.vendor.set("1", "Another Acme")
		b.refresh(second)
		requireList(t, b, first, map[string]string{"1": "Acme", "2": "Bolt"})
		requireList(t, b, second, map[string]string{"1": "Another Acme"})
	})
	t.Run("keeps the last row of an id and skips rows without one", func(t *testing.T) {
		t.Parallel()
		b := newBench(t, db)
		integration := b.integration()
		b.vendor.mute = true
		b.vendor.set("1", "Acme", "", "Nobody", "2", "Bolt", "1", "Acme again", "3", strings.Repeat("x", 100_000))
		run := b.refresh(integration)
		require.Equal(t, StateSucceeded, run.State)
		require.Nil(t, run.Total)
		requireList(t, b, integration, map[string]string{"1": "Acme again", "2": "Bolt"})
	})
}

func TestWorker_DestroysNothing(t *testing.T) {
	t.Parallel()
	db := openDatabase(t)
	whole := []string{"1", "A", "2", "B", "3", "C", "4", "D", "5", "E", "6", "F", "7", "G", "8", "H"}
	list := map[string]string{"1": "A", "2": "B", "3": "C", "4": "D", "5": "E", "6": "F", "7": "G", "8": "H"}
	number := func(value int) *int { return &value }
	cases := map[string]struct {
		change func(*vendor)
		state  State
		code   FailureCode
		calls  int // at most
	}{
		"an empty list":           {func(v *vendor) { v.set() }, StateNeedsReview, "", 1},
		"a list that shrank":      {func(v *vendor) { v.set("1", "A", "2", "B") }, StateNeedsReview, "", 1},
		"another account's list":  {func(v *vendor) { v.set("x", "X", "y", "Y", "z", "Z") }, StateNeedsReview, "", 2},
		"garbage after two pages": {func(v *vendor) { v.respond(failFrom(v, 3, vendors.BadResponse)) }, StateFailed, BadResponse, 6},
		"an outage":               {func(v *vendor) { v.respond(failFrom(v, 1, vendors.Unavailable)) }, StateFailed, VendorUnavailable, 4},
		"a vendor that hangs":     {func(v *vendor) { v.respond(failFrom(v, 2, vendors.Timeout)) }, StateFailed, VendorTimeout, 5},
		"an error without a class": {func(v *vendor) {
			v.respond(func(int, string) (vendors.Page, error) { return vendors.Page{}, errors.New("?") })
		}, StateFailed, BadResponse, 4},
		"a loop of cursors": {func(v *vendor) {
			v.respond(func(_ int, cursor string) (vendors.Page, error) {
				page, err := v.page(cursor)
				if page.Next == "2" {
					page.Next = "1"
				}
				return page, err
			})
		}, StateFailed, BadResponse, 2},
		"a loop of pages": {func(v *vendor) {
			v.respond(func(call int, _ string) (vendors.Page, error) {
				page, err := v.page("")
				page.Total, page.Next = nil, fmt.Sprint(call)
				return page, err
			})
		}, StateFailed, BadResponse, 3},
		"endless pages": {func(v *vendor) {
			v.respond(func(call int, _ string) (vendors.Page, error) {
				return vendors.Page{Organizations: []vendors.Organization{{RemoteID: fmt.Sprint(call), Name: "N"}}, Total: number(8), Next: fmt.Sprint(call)}, nil
			})
		}, StateFailed, BadResponse, 14},
		"a total that changes with every page": {func(v *vendor) {
			v.respond(func(call int, cursor string) (vendors.Page, error) {
				page, err := v.page(cursor)
				page.Total = number(call)
				return page, err
			})
		}, StateFailed, BadResponse, 8},
		"a panic": {func(v *vendor) {
			v.respond(func(int, string) (vendors.Page, error) { panic("connector") })
		}, StateFailed, Internal, 1},
	}
	for name, one := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t, db)
			integration := b.integration()
			b.vendor.set(whole...)
			b.refresh(integration)
			b.vendor.respond(nil)
			one.change(b.vendor)
			run := b.refresh(integration)
			require.Equal(t, one.state, run.State)
			if one.code != "" {
				require.NotNil(t, run.Failure())
				require.Equal(t, one.code, run.Failure().Code)
				require.NotEmpty(t, run.Failure().Message)
			}
			require.LessOrEqual(t, b.vendor.count(), one.calls)
			require.Equal(t, [3]int{0, 0, 0}, [3]int{run.Added, run.Updated, run.Removed})
			requireList(t, b, integration, list)
		})
	}
	t.Run("a panic before the first page fails only this run", func(t *testing.T) {
		t.Parallel()
		b := newBench(t, db)
		integration, other := b.integration(), b.integration()
		b.vendor.set(whole...)
		b.refresh(integration)
		sound := b.worker.sources
		b.worker.sources = panicking{}
		run := b.refresh(integration)
		require.Equal(t, StateFailed, run.State)
		require.Equal(t, Internal, run.Failure().Code)
		requireList(t, b, integration, list)
		b.worker.sources = sound
		require.Equal(t, StateSucceeded, b.refresh(other).State)
		require.Equal(t, StateSucceeded, b.refresh(integration).State)
	})
	t.Run("applies a list that a person accepted", func(t *testing.T) {
		t.Parallel()
		b := newBench(t, db)
		integration := b.integration()
		b.vendor.set(whole...)
		b.refresh(integration)
		b.vendor.set()
		require.Equal(t, StateNeedsReview, b.refresh(integration).State)
		run := b.refresh(integration, true)
		require.Equal(t, StateSucceeded, run.State)
		require.Equal(t, 8, run.Removed)
	})
	t.Run("applies a list that a person accepted during the run", func(t *testing.T) {
		t.Parallel()
		b := newBench(t, db)
		integration := b.integration()
		b.vendor.set(whole...)
		b.refresh(integration)
		b.vendor.set()
		b.vendor.interrupt(func(context.Context, int) { b.request(integration, true) })
		require.Equal(t, StateSucceeded, b.refresh(integration).State)
	})
}

// panicking panics even when asked for a source.
type panicking struct{}

func (panicking) VendorKey(context.Context, uuid.UUID, uuid.UUID) (string, error) { panic("key") }

func (panicking) OpenSource(context.Context, uuid.UUID, uuid.UUID) (vendors.Source, error) {
	panic("sources")
}

// failFrom answers honestly before the given call, and fails from then on.
func failFrom(v *vendor, first int, class vendors.Class) func(int, string) (vendors.Page, error) {
	return func(call int, cursor string) (vendors.Page, error) {
		if call < first {
			return v.page(cursor)
		}
		return vendors.Page{}, &vendors.Error{Class: class, Message: "The vendor is not well."}
	}
}

func TestWorker_ToleratesVendorFailures(t *testing.T) {
	t.Parallel()
	db := openDatabase(t)
	list := []string{"1", "A", "2", "B", "3", "C", "4", "D"}
	once := func(v *vendor, at int, fault *vendors.Error) func(int, string) (vendors.Page, error) {
		return func(call int, cursor string) (vendors.Page, error) {
			if call == at {
				return vendors.Page{}, fault
			}
			return v.page(cursor)
		}
	}
	t.Run("requests a page a fourth time after three failures", func(t *testing.T) {
		t.Parallel()
		b := newBench(t, db)
		integration := b.integration()
		b.vendor.set(list...)
		b.vendor.respond(func(call int, cursor string) (vendors.Page, error) {
			if call == 2 || call == 3 || call == 4 {
				return vendors.Page{}, &vendors.Error{Class: vendors.Unavailable, Message: "Down."}
			}
			return b.vendor.page(cursor)
		})
		require.Equal(t, StateSucceeded, b.refresh(integration).State)
		require.Equal(t, []time.Duration{500 * time.Millisecond, time.Second, 2 * time.Second}, b.pauses)
	})
	t.Run("a pause that the vendor requested from another server uses no attempt", func(t *testing.T) {
		t.Parallel()
		b := newBench(t, db)
		integration := b.integration()
		b.vendor.set(list...)
		const heldBack = 20
		b.vendor.respond(func(call int, cursor string) (vendors.Page, error) {
			if call <= heldBack {
				return vendors.Page{}, &vendors.Error{Class: vendors.RateLimited, Message: "Wait.", RetryAfter: time.Second, Unsent: true}
			}
			return b.vendor.page(cursor)
		})
		require.Equal(t, StateSucceeded, b.refresh(integration).State)
		require.Len(t, b.pauses, heldBack)
	})
	t.Run("requests a page that is too large in parts", func(t *testing.T) {
		t.Parallel()
		b := newBench(t, db)
		integration := b.integration()
		b.vendor.set(list...)
		b.vendor.respond(func(_ int, cursor string) (vendors.Page, error) {
			if cursor == "" {
				return vendors.Page{}, &vendors.Error{Class: vendors.Timeout, Message: "Slow.", Narrower: "0"}
			}
			return b.vendor.page(cursor)
		})
		require.Equal(t, StateSucceeded, b.refresh(integration).State)
		require.Len(t, b.list(integration), 4)
	})
	t.Run("reads a list again that changed meanwhile", func(t *testing.T) {
		t.Parallel()
		b := newBench(t, db)
		integration := b.integration()
		b.vendor.set(list...)
		b.vendor.interrupt(func(_ context.Context, call int) {
			if call == 2 {
				b.vendor.set("1", "A", "2", "B", "3", "C", "4", "D", "5", "E")
			}
		})
		run := b.refresh(integration)
		require.Equal(t, StateSucceeded, run.State)
		require.Equal(t, 5, run.Added)
		require.Equal(t, 3+3, b.vendor.count())
	})
	t.Run("does not remove rows that slip between pages without a total", func(t *testing.T) {
		t.Parallel()
		b := newBench(t, db)
		integration := b.integration()
		b.vendor.mute = true
		b.vendor.set(list...)
		b.refresh(integration)
		b.vendor.respond(nil)
		b.vendor.interrupt(func(_ context.Context, call int) {
			if call == 2 { // "A" and "B" have been read, and "C" slips between the pages
				b.vendor.set("2", "B", "3", "C", "4", "D", "5", "E")
			}
		})
		run := b.refresh(integration)
		require.Equal(t, [3]int{1, 0, 0}, [3]int{run.Added, run.Updated, run.Removed})
		require.Equal(t, 2+2, b.vendor.count(), "the list is read once more")
		requireList(t, b, integration, map[string]string{"1": "A", "2": "B", "3": "C", "4": "D", "5": "E"})

		b.vendor.interrupt(nil)
		run = b.refresh(integration)
		require.Equal(t, [3]int{0, 0, 1}, [3]int{run.Added, run.Updated, run.Removed}, "after two walks without it, it is removed")
		requireList(t, b, integration, map[string]string{"1": "A (gone)", "2": "B", "3": "C", "4": "D", "5": "E"})
	})
	t.Run("waits as long as the vendor requests when throttled, and shows it", func(t *testing.T) {
		t.Parallel()
		b := newBench(t, db)
		integration := b.integration()
		b.vendor.set(list...)
		b.vendor.respond(once(b.vendor, 2, &vendors.Error{Class: vendors.RateLimited, Message: "Too fast.", RetryAfter: 42 * time.Second}))
		run := b.request(integration)
		var shown *Run
		b.onPause = func(time.Duration) { shown = b.get(run.ID) }
		require.Equal(t, StateSucceeded, b.work(run).State)
		require.Equal(t, []time.Duration{42 * time.Second}, b.pauses)
		require.Equal(t, StateRunning, shown.State)
		require.Equal(t, RateLimited, shown.Failure().Code)
		require.Equal(t, "Too fast.", shown.Failure().Message)
		require.WithinDuration(t, time.Now().Add(42*time.Second), *shown.Failure().RetryAt, 10*time.Second)
		require.Nil(t, b.get(run.ID).Failure())
	})
	t.Run("backs off and gives up when throttled without Retry-After", func(t *testing.T) {
		t.Parallel()
		b := newBench(t, db)
		integration := b.integration()
		b.vendor.set(list...)
		b.vendor.respond(failFrom(b.vendor, 2, vendors.RateLimited))
		run := b.refresh(integration)
		require.Equal(t, StateFailed, run.State)
		require.Equal(t, RateLimited, run.Failure().Code)
		require.NotNil(t, run.Failure().RetryAt)
		second := time.Second
		require.Equal(t, []time.Duration{5 * second, 10 * second, 20 * second, 40 * second}, b.pauses)
	})
	t.Run("fails at once with the time to retry if paused for an hour", func(t *testing.T) {
		t.Parallel()
		b := newBench(t, db)
		integration := b.integration()
		b.vendor.set(list...)
		b.vendor.respond(once(b.vendor, 2, &vendors.Error{Class: vendors.RateLimited, Message: "Enough.", RetryAfter: time.Hour}))
		run := b.refresh(integration)
		require.Equal(t, StateFailed, run.State)
		require.WithinDuration(t, time.Now().Add(time.Hour), *run.Failure().RetryAt, time.Minute)
		require.Empty(t, b.pauses)
	})
	t.Run("makes one call with rejected credentials and needs attention", func(t *testing.T) {
		t.Parallel()
		b := newBench(t, db)
		integration := b.integration()
		b.vendor.respond(failFrom(b.vendor, 1, vendors.CredentialsRejected))
		run := b.refresh(integration)
		require.Equal(t, StateFailed, run.State)
		require.Equal(t, CredentialsRejected, run.Failure().Code)
		require.Equal(t, 1, b.vendor.count())
		require.Equal(t, "NEEDS_ATTENTION", one[string](b, "SELECT state FROM integrations"))
		require.Equal(t, 1, one[int](b, "SELECT count(*) FROM journal WHERE action = 'integration.needs_attention'"))
	})
	t.Run("ignores a rejection of credentials that were replaced meanwhile", func(t *testing.T) {
		t.Parallel()
		b := newBench(t, db)
		integration := b.integration()
		b.vendor.respond(func(int, string) (vendors.Page, error) {
			b.exec("UPDATE connections SET updated_at = now()")
			return vendors.Page{}, &vendors.Error{Class: vendors.CredentialsRejected, Message: "Rejected."}
		})
		require.Equal(t, CredentialsRejected, b.refresh(integration).Failure().Code)
		require.Equal(t, "CONNECTED", one[string](b, "SELECT state FROM integrations"))
	})
}
