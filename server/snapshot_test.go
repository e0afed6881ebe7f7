package main

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/vendors"
)

// everything is what the account shows of all organizations, also of deactivated ones, by ID.
func (d *decider) everything() map[string]any {
	d.t.Helper()
	all := map[string]any{}
	for _, active := range []bool{true, false} {
		data := d.do(`query($active: Boolean) { organizations(first: 200, filter: {active: $active}) { nodes { id name active mappings { externalOrg { id name remoteId } integration { id name } } } } }`, object{"active": active})
		for _, one := range shownAs(at(data, "organizations", "nodes").([]any)) {
			all[at(one, "id").(string)] = one
		}
	}
	return all
}

// Whatever has happened since, a snapshot is what the account showed at that moment. The seed is logged: to repeat a
// failure, set it.
func TestSnapshot_OfRandomHistoriesIsWhatWasShown(t *testing.T) {
	t.Parallel()
	seed := rand.Uint64() //nolint:gosec // not a secret
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0)) //nolint:gosec // not a secret
	w := newWorld(t)
	d := &decider{client: w.newAccount(100)}
	vendor, url := w.vendor(vendors.ApplicationHudu)
	list := make([]vendors.Organization, 6)
	for i := range list {
		list[i] = vendors.Organization{RemoteID: fmt.Sprint(i), Name: fmt.Sprintf("External %d", i)}
	}
	vendor.Set(list)
	d.integration = d.connect(vendor, url)
	d.refresh(object{"integrationIds": []string{d.integration}})
	d.create("Acme", "Beta", "Gamma")

	const (
		rename     = `mutation($input: UpdateOrganizationInput!) { updateOrganization(input: $input) { userErrors { message } } }`
		remove     = `mutation($input: DeleteOrganizationsInput!) { deleteOrganizations(input: $input) { userErrors { message } } }`
		call       = `mutation($input: UpdateIntegrationInput!) { updateIntegration(input: $input) { userErrors { message } } }`
		disconnect = `mutation($input: DisconnectIntegrationInput!) { disconnectIntegration(input: $input) { userErrors { message } } }`
		connect    = `mutation($input: ConnectIntegrationInput!) { connectIntegration(input: $input) { userErrors { message } } }`
	)
	var credentials []object
	for name, value := range vendor.Credentials() {
		credentials = append(credentials, object{"name": name, "value": value})
	}
	called := "Hudu"
	step := func(number int) {
		organizations := d.everything()
		var ids []string
		for one := range organizations {
			ids = append(ids, one)
		}
		pick := func() string { return ids[random.IntN(len(ids))] }
		switch kind := random.IntN(10); {
		case kind < 4 && len(ids) > 0:
			externals := d.client.externals(d.integration)
			cell := []string{}
			for _, external := range externals {
				if random.IntN(3) == 0 {
					cell = append(cell, external)
				}
			}
			d.ask(saveQuery, object{"input": object{"cells": []object{{"organizationId": pick(), "integrationId": d.integration, "externalOrgIds": cell}}}})
		case kind == 4 && len(ids) > 0:
			d.mutate(rename, object{"organizationId": pick(), "name": fmt.Sprintf("Name %d", number)})
		case kind == 5 && len(ids) > 0:
			d.mutate(rename, object{"organizationId": pick(), "active": random.IntN(2) == 0})
		case kind == 6 && len(ids) > 1:
			d.mutate(remove, object{"organizationIds": []string{pick()}}) // refused if it has mappings
		case kind == 7:
			list[random.IntN(len(list))].Name = fmt.Sprintf("Listed %d", number)
			vendor.Set(list)
			d.refresh(object{"integrationIds": []string{d.integration}})
			called = fmt.Sprintf("Hudu %d", number)
			require.Empty(t, d.mutate(call, object{"integrationId": d.integration, "name": called})["userErrors"])
		case kind == 8:
			require.Empty(t, d.mutate(disconnect, object{"integrationId": d.integration, "confirmName": called})["userErrors"])
			require.Empty(t, d.mutate(connect, object{"application": "HUDU", "baseUrl": url, "credentials": credentials, "restores": d.integration})["userErrors"])
		default:
			changes := d.changes(nil)
			d.mutate(undoMutation, object{"changeId": at(changes, random.IntN(len(changes)), "id")})
		}
	}
	shown := map[string]map[string]any{}
	for number := range 40 {
		shown[at(d.do(`{ journalCursor }`, nil), "journalCursor").(string)] = d.everything()
		step(number)
	}
	for cursor, want := range shown {
		got := map[string]any{}
		for _, one := range d.snapshot(object{"cursor": cursor}) {
			got[at(one, "id").(string)] = one
		}
		require.Equal(t, want, got, "seed %d, %s", seed, cursor)
	}
}

// From memory, the organizations of a snapshot are those that were listed then, whatever has happened since.
func TestSnapshot_FromMemoryIsWhatWasListed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.newAccount(100)
	made := c.create("Acme", "Beta", "Beta Two", "Gamma", "Delta")
	type moment struct {
		cursor string
		listed map[string]any // by search: nodes and totalCount
	}
	searches := []string{"", "beta", "two be", "nothing"}
	var moments []moment
	note := func() {
		now := moment{at(c.do(`{ journalCursor }`, nil), "journalCursor").(string), map[string]any{}}
		for _, search := range searches {
			now.listed[search] = at(c.do(`query($search: String) { organizations(first: 200, search: $search) { nodes { id name active } totalCount } }`, object{"search": search}), "organizations")
		}
		moments = append(moments, now)
	}
	const rename = `mutation($input: UpdateOrganizationInput!) { updateOrganization(input: $input) { userErrors { message } } }`
	note()
	c.do(rename, object{"input": object{"organizationId": made["Acme"], "name": "Zeta"}})
	note()
	c.do(rename, object{"input": object{"organizationId": made["Beta Two"], "name": "Beta Three"}})
	note()
	asked := 0
	compare := func() {
		for _, then := range moments {
			for _, search := range searches {
				nodes, total, variables := []any{}, any(nil), object{"cursor": then.cursor, "search": search}
				for more := true; more; {
					asked++ // another document each time: the cache of responses must not answer
					page := at(c.do(fmt.Sprintf(`query Page%d($cursor: String, $search: String, $after: String) { snapshot(cursor: $cursor) {
						organizations(first: 2, after: $after, search: $search) { nodes { id name active } totalCount pageInfo { hasNextPage endCursor } } } }`, asked), variables), "snapshot", "organizations")
					nodes, total = append(nodes, at(page, "nodes").([]any)...), at(page, "totalCount")
					more, variables["after"] = at(page, "pageInfo", "hasNextPage").(bool), at(page, "pageInfo", "endCursor")
				}
				require.Equal(t, then.listed[search], object{"nodes": nodes, "totalCount": total}, "%s %q", then.cursor, search)
			}
		}
	}
	w.fromMemory(compare)
}

// A snapshot has the names that external organizations had then, also of mappings that have ended.
func TestSnapshot_HasTheNamesOfItsMoment(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	d := &decider{client: w.newAccount(100)}
	d.organizations = d.create("Acme", "Beta")
	vendor, url := w.vendor(vendors.ApplicationHudu)
	list := []vendors.Organization{{RemoteID: "a", Name: "First"}, {RemoteID: "b", Name: "Other"}}
	vendor.Set(list)
	d.integration = d.connect(vendor, url)
	d.refresh(object{"integrationIds": []string{d.integration}})
	d.externals = d.client.externals(d.integration)
	cursors, grids := []string{}, [][]any{}
	note := func() {
		cursors, grids = append(cursors, at(d.do(`{ journalCursor }`, nil), "journalCursor").(string)), append(grids, d.grid())
	}
	named := func(name string) {
		list[0].Name = name
		vendor.Set(list)
		d.refresh(object{"integrationIds": []string{d.integration}})
		note()
	}
	d.saveCell(d.organizations["Acme"], d.externals["a"], d.externals["b"])
	note()
	named("Second")
	named("Third")
	d.saveCell(d.organizations["Acme"], d.externals["b"])
	note()
	d.saveCell(d.organizations["Beta"], d.externals["a"])
	note()
	named("Fourth")
	for i, cursor := range cursors {
		require.Equal(t, grids[i], d.snapshot(object{"cursor": cursor}), "snapshot %d", i)
	}
}
