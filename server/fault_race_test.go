//go:build fault

package main

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/vendors"
)

const (
	saveCells   = `mutation($cells: [MappingCellInput!]!) { saveMappings(input: {cells: $cells}) { organizations { id } userErrors { code message } } }`
	importThese = `mutation($ids: [ID!]!) { importFromITGlue(input: {externalOrgIds: $ids}) { results { outcome } quota { used limit } userErrors { code } } }`
	renameOne   = `mutation($id: ID!, $name: String!) { updateOrganization(input: {organizationId: $id, name: $name}) { organization { id } userErrors { code } } }`
)

// pairOfServers returns a fleet of two with an account whose IT Glue lists the given number of organizations.
func pairOfServers(t *testing.T, places, externals int) (f *fleet, admin *client, integration string, ids []string) {
	t.Helper()
	f = newFleet(t, 2, false)
	admin = f.admin(places)
	glue, address := admin.vendor(vendors.ApplicationITGlue, renamed(externals, "Client 0")...)
	integration = admin.connect(glue, address)
	require.Equal(t, "SUCCEEDED", admin.refresh(nil)[0]["state"])
	byRemote := admin.externals(integration)
	for _, remote := range slices.Sorted(maps.Keys(byRemote)) {
		ids = append(ids, byRemote[remote])
	}
	return f, admin, integration, ids
}

// payload sends one mutation to the n-th server and returns the payload. A failed request fails the test.
func (f *fleet) payload(asking *requester, n int, query string, variables object) any {
	got, err := asking.send(context.Background(), f.seats[n%len(f.seats)].url, "", query, variables)
	if err != nil || got.code() != "" {
		f.t.Errorf("%v %v", err, got)
		return nil
	}
	for _, payload := range got.Data {
		return payload
	}
	return nil
}

// Forty workers save the same cells fifty times each on two servers, half of them in the opposite order. There is no
// deadlock, and no worker sees an error caused by another's transaction.
func TestFault_SavesInOppositeOrders(t *testing.T) {
	const workers, rounds, cells = 40, 50, 4
	f, admin, integration, externals := pairOfServers(t, cells, cells)
	organizations := make([]string, cells)
	for n := range organizations {
		name := fmt.Sprint("Organization ", n)
		organizations[n] = admin.create(name)[name]
	}
	asking := newRequester(t, admin.token, waitTimeout)
	var group sync.WaitGroup
	for worker := range workers {
		group.Go(func() {
			for round := range rounds {
				list := make([]object, cells)
				for n := range list {
					at := n
					if worker%2 == 0 {
						at = cells - 1 - n
					}
					list[n] = object{"organizationId": organizations[at], "integrationId": integration, "externalOrgIds": []string{externals[(at+worker+round)%cells]}}
				}
				if wrong := codes(f.payload(asking, worker/2, saveCells, object{"cells": list})); len(wrong) > 0 {
					t.Errorf("save %d of %d: %v", round, worker, wrong)
				}
			}
		})
	}
	group.Wait()
	database := superuser(t, f.stores.database)
	require.Equal(t, cells, count(t, database, `SELECT count(*) FROM mappings`))
	deadlocks := count(t, database, `SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()`)
	t.Logf("%d saves of %d cells, 0 failed; Postgres counted %d deadlocks", workers*rounds, cells, deadlocks)
	requireInvariants(t, f.stores.database)
}

// Two people save the same cell at once, a hundred times. One of them wins, and the other is told the cell's new
// content.
func TestFault_TwoUsersOneCell(t *testing.T) {
	const pairs = 100
	f, admin, integration, externals := pairOfServers(t, pairs, 2*pairs)
	people := []*requester{newRequester(t, admin.token, waitTimeout), newRequester(t, f.seats[0].world.newClient(admin.account, auth.Editor).token, waitTimeout)}
	won, lost := 0, 0
	for n := range pairs {
		name := fmt.Sprint("Organization ", n)
		organization := admin.create(name)[name]
		var both sync.WaitGroup
		payloads := make([]any, 2)
		for who, asking := range people {
			both.Go(func() {
				payloads[who] = f.payload(asking, who, saveCells, object{"cells": []object{{
					"organizationId": organization, "integrationId": integration,
					"externalOrgIds": []string{externals[2*n+who]}, "expectedExternalOrgIds": []string{},
				}}})
			})
		}
		both.Wait()
		for who, payload := range payloads {
			wrong := codes(payload)
			if len(wrong) == 0 {
				won++
				continue
			}
			lost++
			require.Equal(t, []string{"CONFLICT"}, wrong)
			held := at(admin.do(`query($id: ID!) { node(id: $id) { ... on ExternalOrg { name } } }`, object{"id": externals[2*n+1-who]}), "node", "name")
			require.Contains(t, at(payload, "userErrors", 0, "message"), held, "what the cell holds now")
		}
	}
	require.Equal(t, pairs, won)
	require.Equal(t, pairs, lost)
	t.Logf("2 x %d saves: %d won, %d were told CONFLICT", pairs, won, lost)
	requireInvariants(t, f.stores.database)
}

// Many requests race for the last organizations of a quota on two servers: exactly the remaining ones are used, each
// time.
func TestFault_QuotaRace(t *testing.T) {
	const repeats, created, imports, each = 100, 20, 10, 5
	f := newFleet(t, 2, false)
	database := superuser(t, f.stores.database)
	shared := newRequester(t, "", waitTimeout).http
	run := func(places, creates, imported int) {
		admin := f.admin(places)
		asking := &requester{http: shared, token: admin.token}
		var externals []string
		if imported > 0 {
			glue, address := admin.vendor(vendors.ApplicationITGlue, renamed(imported*each, "Client 0")...)
			integration := admin.connect(glue, address)
			require.Equal(t, "SUCCEEDED", admin.refresh(nil)[0]["state"])
			externals = slices.Sorted(maps.Values(admin.externals(integration)))
		}
		var group sync.WaitGroup
		for n := range creates {
			group.Go(func() {
				payload := f.payload(asking, n, createOne, object{"name": fmt.Sprint("Organization ", n)})
				if wrong := codes(payload); len(wrong) > 0 && wrong[0] != "QUOTA_EXCEEDED" {
					t.Errorf("%v", wrong)
				}
			})
		}
		for n := range imported {
			group.Go(func() {
				payload := f.payload(asking, n, importThese, object{"ids": externals[n*each : (n+1)*each]})
				if wrong := codes(payload); len(wrong) > 0 && wrong[0] != "QUOTA_EXCEEDED" {
					t.Errorf("%v", wrong)
				}
			})
		}
		group.Wait()
		used := count(t, database, `SELECT count(*) FROM organizations WHERE account_id = $1 AND active`, admin.account)
		require.Equal(t, used, count(t, database, `SELECT organizations_used FROM accounts WHERE id = $1`, admin.account))
		require.LessOrEqual(t, used, places)
		if creates >= places { // single creates use what imports of several leave
			require.Equal(t, places, used)
		}
	}
	for range repeats {
		run(12, created, imports)
	}
	for range repeats {
		run(1, 50, 0)
	}
	t.Logf("%d times 50 creates for 1 place, %d times %d creates and %d imports of %d for 12: exactly the limit each time", repeats, repeats, created, imports, each)
	requireInvariants(t, f.stores.database)
}

// Twenty identical imports run while one client renames and another clears what they create. There is one organization
// per name, and every mapping is where an import put it, or absent.
func TestFault_ImportRace(t *testing.T) {
	const size, imports = 20, 20
	seed := newSeed(t)
	f, admin, _, externals := pairOfServers(t, 10*size, size)
	asking := newRequester(t, admin.token, waitTimeout)
	database := superuser(t, f.stores.database)
	importing, done := context.WithCancel(t.Context())
	var importers, others sync.WaitGroup
	for n := range imports {
		importers.Go(func() {
			if wrong := codes(f.payload(asking, n, importThese, object{"ids": externals})); len(wrong) > 0 {
				t.Errorf("import %d: %v", n, wrong)
			}
		})
	}
	const mapped = `{ organizations(first: 200) { nodes { id name mappings { id } } } }`
	for who := range 2 {
		random := rand.New(rand.NewPCG(seed, uint64(who)))
		others.Go(func() {
			for round := 0; importing.Err() == nil; round++ {
				got, err := asking.send(context.Background(), f.seats[who].url, "", mapped, nil)
				nodes, _ := at(got.Data, "organizations", "nodes").([]any)
				if err != nil || len(nodes) == 0 {
					continue
				}
				one := nodes[random.IntN(len(nodes))]
				if who == 0 {
					f.payload(asking, who, renameOne, object{"id": at(one, "id"), "name": fmt.Sprint("Renamed ", round)})
				} else if mapping, is := at(one, "mappings", 0, "id").(string); is {
					f.payload(asking, who, `mutation($id: ID!) { clearMapping(input: {mappingId: $id}) { userErrors { code } } }`, object{"id": mapping})
				}
			}
		})
	}
	importers.Wait()
	done()
	others.Wait()
	require.Zero(t, count(t, database, `SELECT count(*) FROM (SELECT FROM organizations GROUP BY account_id, name HAVING count(*) > 1) AS twice`))
	// Afterwards one more import restores what was cleared, and another finds nothing to do.
	require.Empty(t, codes(f.payload(asking, 0, importThese, object{"ids": externals})))
	before := count(t, database, `SELECT count(*) FROM organizations`)
	again := f.payload(asking, 1, importThese, object{"ids": externals})
	for n := range size {
		require.Equal(t, "SKIPPED_ALREADY_IMPORTED", at(again, "results", n, "outcome"))
	}
	require.Equal(t, before, count(t, database, `SELECT count(*) FROM organizations`))
	require.Equal(t, size, count(t, database, `SELECT count(*) FROM mappings`))
	requireInvariants(t, f.stores.database)
}
