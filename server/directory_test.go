package main

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/dbtest"
	"github.com/orgmap/orgmap/internal/vendors"
)

// Two servers serve a list while refreshes rename and so reorder all of it. Each response must come from exactly one
// refresh, and from none older than the last one that ended.
func TestDirectory_RefreshIsVisibleAtOnceOnAllServers(t *testing.T) {
	t.Parallel()
	needs(t, partDirectory)
	const size, rounds = 30, 5
	stores := worldStores{database: dbtest.Database(t), redis: dbtest.Redis(t), keyset: newKeyset(t), adjust: func(s *serving) {
		s.CacheBytes, s.CostBudget = 0, 0
	}}
	worlds := [2]*world{bootWorld(t, stores), bootWorld(t, stores)}
	admin := worlds[0].newAccount(10)
	var clients [2]*client
	for i, one := range worlds {
		clients[i] = &client{world: one, account: admin.account, token: admin.token}
	}
	list := func(round int) (list []vendors.Organization) {
		for n := range size {
			list = append(list, vendors.Organization{RemoteID: fmt.Sprint(n), Name: fmt.Sprintf("Client %02d of %d", (n+7*round)%size, round)})
		}
		return list
	}
	simulated, address := worlds[0].vendor(vendors.ApplicationITGlue, list(0)...)
	integration := admin.connect(simulated, address)
	admin.refresh(nil)

	// offered returns the refresh round of everything in a server's list.
	offered := func(c *client) (round string, problem error) {
		got := c.ask(`query($id: ID!) { node(id: $id) { ... on Integration { externalOrgs(first: 50, search: "client") { totalCount nodes { name } } } } }`, object{"id": integration})
		nodes, _ := at(got.Data, "node", "externalOrgs", "nodes").([]any)
		if len(nodes) != size {
			return "", fmt.Errorf("%d are offered: %v", len(nodes), got)
		}
		_, round, _ = strings.Cut(at(nodes[0], "name").(string), " of ")
		for n, node := range nodes {
			if at(node, "name") != fmt.Sprintf("Client %02d of %s", n, round) {
				return "", fmt.Errorf("more than one refresh is seen: %v", nodes)
			}
		}
		return round, nil
	}

	var readers sync.WaitGroup
	reading, stop := context.WithCancel(t.Context())
	for i := range 4 {
		readers.Go(func() {
			for reading.Err() == nil {
				if _, problem := offered(clients[i%2]); problem != nil {
					t.Error(problem)
				}
			}
		})
	}
	for round := range rounds {
		for _, one := range worlds {
			_, before := one.app.lists.State()
			require.Eventually(t, func() bool {
				_, now := one.app.lists.State()
				return now.FromMemory > before.FromMemory
			}, waitTimeout, time.Millisecond)
		}
		simulated.Set(list(round + 1))
		require.Equal(t, "SUCCEEDED", admin.refresh(nil)[0]["state"])
		for _, one := range clients {
			seen, problem := offered(one)
			require.NoError(t, problem)
			require.Equal(t, fmt.Sprint(round+1), seen)
		}
	}
	stop()
	readers.Wait()
}

// fromMemory calls ask until memory answers every list that it asks for, or once if the server keeps no lists. Each time
// it must ask in another way: the cache of responses must not answer.
func (w *world) fromMemory(ask func()) {
	w.t.Helper()
	for deadline := time.Now().Add(waitTimeout); ; {
		before := w.app.directories()
		ask()
		after := w.app.directories()
		if w.app.settings.without(partDirectory) || after.FromMemory > before.FromMemory && after.FromPostgres == before.FromPostgres {
			return
		}
		require.True(w.t, time.Now().Before(deadline), "the lists are never read into memory")
	}
}
