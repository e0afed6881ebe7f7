//go:build fault

package main

import (
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/vendors"
	"github.com/orgmap/orgmap/internal/vendors/sim"
)

// Whatever a vendor does to one page of its list, the run ends as it must, after no more calls than allowed. The old
// list and all eight mappings are kept, and the next refresh works.
func TestFault_FailingVendors(t *testing.T) {
	const size, perPage = 8, 2
	type outcome struct {
		faults []sim.Fault
		state  string
		code   string        // of the failure
		calls  int           // maximum, for pages
		least  time.Duration // from the first call to the last
	}
	cases := map[string]outcome{
		"a permanent 500":              {[]sim.Fault{sim.Status(500).At(2)}, "FAILED", "VENDOR_UNAVAILABLE", 5, 3500 * time.Millisecond},
		"500 on page 2, three times":   {[]sim.Fault{sim.Status(500).At(2).Times(3)}, "SUCCEEDED", "", 7, 3500 * time.Millisecond},
		"a web page":                   {[]sim.Fault{sim.HTML().At(2)}, "FAILED", "BAD_RESPONSE", 5, 3500 * time.Millisecond},
		"truncated":                    {[]sim.Fault{sim.Truncated().At(2)}, "FAILED", "BAD_RESPONSE", 5, 3500 * time.Millisecond},
		"cut":                          {[]sim.Fault{sim.Cut().At(2)}, "FAILED", "", 5, 3500 * time.Millisecond},
		"401":                          {[]sim.Fault{sim.Rejected()}, "FAILED", "CREDENTIALS_REJECTED", 3, 0},
		"401 on page 3":                {[]sim.Fault{sim.Rejected().At(3)}, "FAILED", "CREDENTIALS_REJECTED", 4, 0},
		"429 for an hour":              {[]sim.Fault{sim.Throttled("3600").At(2)}, "FAILED", "RATE_LIMITED", 2, 0},
		"rows that come twice":         {[]sim.Fault{sim.Duplicates()}, "SUCCEEDED", "", 4, 0},
		"rows without an id":           {[]sim.Fault{sim.NullIDs().At(2).Times(1)}, "SUCCEEDED", "", 8, 0},
		"names of 100 kB":              {[]sim.Fault{sim.HugeNames().At(2).Times(1)}, "SUCCEEDED", "", 8, 0},
		"a loop":                       {[]sim.Fault{sim.Loop()}, "FAILED", "BAD_RESPONSE", 300, 0},
		"a wrong total, on every page": {[]sim.Fault{sim.Total(7)}, "NEEDS_REVIEW", "", 300, 0},
		"a row slips on page 2":        {[]sim.Fault{sim.Shrunk(1).At(2).Times(1)}, "SUCCEEDED", "", 8, 0},
		"a list that shrank":           {[]sim.Fault{sim.Shrunk(6)}, "NEEDS_REVIEW", "", 4, 0},
		"an empty list":                {[]sim.Fault{sim.Empty()}, "NEEDS_REVIEW", "", 2, 0},
	}
	f := newFleet(t, 2, false)
	database := superuser(t, f.stores.database)
	type trial struct {
		name  string
		admin *client
		glue  *sim.Server
		calls []sim.Call
		run   object
	}
	var trials []*trial
	for name, want := range cases {
		admin := f.seats[0].world.newAccount(size)
		glue, address := admin.vendor(vendors.ApplicationITGlue, renamed(size, "Client 0")...)
		glue.SetPageLimit(perPage)
		integration := admin.connect(glue, address)
		require.Equal(t, "SUCCEEDED", admin.refresh(nil)[0]["state"])
		for remote, external := range admin.externals(integration) {
			require.Empty(t, admin.save(admin.create(remote)[remote], integration, []string{external}))
		}
		glue.Clear()
		glue.Inject(want.faults...)
		trials = append(trials, &trial{name: name, admin: admin, glue: glue})
	}
	var all sync.WaitGroup
	for _, one := range trials {
		all.Go(func() {
			before := len(one.glue.Calls())
			one.run = one.admin.refresh(nil)[0]
			one.calls = one.glue.Calls()[before:]
		})
	}
	all.Wait()
	for _, one := range trials {
		want := cases[one.name]
		require.Equal(t, want.state, one.run["state"], "%s: %v", one.name, one.run)
		if want.code != "" {
			require.Equal(t, want.code, at(one.run, "failure", "code"), one.name)
		}
		require.LessOrEqual(t, len(one.calls), want.calls, one.name)
		require.GreaterOrEqual(t, one.calls[len(one.calls)-1].At.Sub(one.calls[0].At), want.least, "%s: retries come too fast", one.name)
		after := one.admin.do(`{ integrations { state counts { removed } } }`, nil)
		require.EqualValues(t, 0, at(after, "integrations", 0, "counts", "removed"), one.name)
		require.Equal(t, size, count(t, database, `SELECT count(*) FROM mappings WHERE account_id = $1`, one.admin.account), one.name)
		state := "CONNECTED"
		if want.code == "CREDENTIALS_REJECTED" {
			state = "NEEDS_ATTENTION"
		}
		require.Equal(t, state, at(after, "integrations", 0, "state"), one.name)
		one.glue.Clear()
		if want.code == "RATE_LIMITED" { // requests within the hour are told so, and the vendor is not called
			calls := len(one.glue.Calls())
			held := one.admin.refresh(nil)[0]
			require.Equal(t, "RATE_LIMITED", at(held, "failure", "code"), one.name)
			require.Len(t, one.glue.Calls(), calls, one.name)
			minutes := count(t, database, `SELECT extract(epoch FROM retry_at - now())::integer / 60 FROM refresh_runs WHERE account_id = $1 ORDER BY id DESC LIMIT 1`, one.admin.account)
			require.InDelta(t, 60, minutes, 2, "the time to retry")
			_, err := database.Exec(t.Context(), `UPDATE vendor_keys SET paused_until = now()`) // the hour is over
			require.NoError(t, err)
		}
		require.Equal(t, "SUCCEEDED", one.admin.refresh(nil)[0]["state"], one.name)
		require.Equal(t, size, count(t, database, `SELECT count(*) FROM external_orgs WHERE account_id = $1 AND removed_at IS NULL`, one.admin.account), "%s: the next refresh works", one.name)
		t.Logf("%s: %s after %d calls; 8 of 8 mappings stand", one.name, one.run["state"], len(one.calls))
	}
	requireInvariants(t, f.stores.database)
}
