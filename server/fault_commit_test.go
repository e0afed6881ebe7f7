//go:build fault

package main

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/dbtest"
	"github.com/orgmap/orgmap/internal/vendors"
)

// commitBreaker breaks the connection to Postgres at the COMMIT of one write.
type commitBreaker struct {
	marker []byte // sent by the write, together with its COMMIT at the latest

	mu     sync.Mutex // protects the fields below
	order  verdict    // what to do at the write's next commit
	writer *pair      // the write's connection; other connections commit too
	broken int
}

func (b *commitBreaker) judge(of *pair, toServer bool, passing []byte) verdict {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !toServer || b.order == pass {
		return pass
	}
	if bytes.Contains(passing, b.marker) {
		b.writer = of
	}
	if of != b.writer || !bytes.Contains(bytes.ToLower(passing), []byte("commit\x00")) {
		return pass
	}
	decided := b.order
	b.order, b.writer = pass, nil
	b.broken++
	return decided
}

// next sets what happens to the next commit.
func (b *commitBreaker) next(order verdict) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.order, b.writer = order, nil
}

func (b *commitBreaker) breaks() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.broken
}

// breakingWorld returns a server whose connections to Postgres go through the breaker.
func breakingWorld(t *testing.T, breaker *commitBreaker, role string) (w *world, database string) {
	t.Helper()
	requireNothingLeft(t)
	database = dbtest.Database(t)
	requireConnectionsClosed(t, database)
	address, err := url.Parse(database)
	require.NoError(t, err)
	config, err := pgx.ParseConfig(database)
	require.NoError(t, err)
	network, target := pgconn.NetworkAddress(config.Host, config.Port)
	t.Logf("Postgres listens on %s %s", network, target)
	through := newProxy(t, target)
	query := address.Query()
	query.Del("host")
	query.Del("port")
	address.Host, address.RawQuery = through.addr(), query.Encode()
	w = bootWorld(t, worldStores{database: address.String(), redis: dbtest.Redis(t), keyset: newKeyset(t), role: role})
	through.watchBytes(breaker.judge)
	return w, database
}

// The connection to Postgres breaks exactly at the COMMIT, before or after it arrives. The response is never a false
// success, and retries with the same key always result in one organization.
func TestFault_ResetAtCommit(t *testing.T) {
	runs := 200
	if testing.Short() {
		runs = 40
	}
	random := rand.New(rand.NewPCG(newSeed(t), 0))
	breaker := &commitBreaker{marker: []byte("organization.created")}
	world, database := breakingWorld(t, breaker, roleAPI)
	admin := world.newAccount(runs)
	asking := newRequester(t, admin.token, 15*time.Second)
	unknown := 0
	for n := range runs {
		breaker.next([]verdict{cutBefore, cutAfter}[random.IntN(2)])
		send := func() answer {
			got, err := asking.send(t.Context(), world.url, fmt.Sprint("key-", n), createOne, object{"name": fmt.Sprint("Organization ", n)})
			require.NoError(t, err)
			return got
		}
		got := send()
		require.Equal(t, "UNAVAILABLE", got.code(), "run %d: %v", n, got)
		unknown++
		require.Eventually(t, func() bool { got = send(); return got.code() != "UNAVAILABLE" }, waitTimeout, 10*time.Millisecond)
		require.Empty(t, got.code())
		require.Empty(t, codes(at(got.Data, "createOrganization")), "run %d", n)
	}
	require.Equal(t, runs, breaker.breaks())
	connection := superuser(t, database)
	require.Equal(t, runs, count(t, connection, `SELECT count(*) FROM organizations`))
	require.Equal(t, runs, count(t, connection, `SELECT count(*) FROM journal`))
	t.Logf("%d of %d commits were broken and answered UNAVAILABLE; 0 duplicates, 0 losses", unknown, runs)
	requireInvariants(t, database)
	require.NoError(t, connection.Close(t.Context()))
}

// The same for a save without a key, whose COMMIT is sent with its last statements. A COMMIT that does not arrive
// changes nothing. One that arrives may take effect, completely or not at all: a server that gets no response also asks
// Postgres to cancel the statement. Neither is reported as done, and a retry leaves the cell and the journal as one
// save does.
func TestFault_ResetAtCommitOfASave(t *testing.T) {
	runs := 200
	if testing.Short() {
		runs = 40
	}
	random := rand.New(rand.NewPCG(newSeed(t), 0))
	breaker := &commitBreaker{marker: []byte("mapping.saved")}
	world, database := breakingWorld(t, breaker, "")
	admin := world.newAccount(1)
	glue, address := admin.vendor(vendors.ApplicationITGlue, renamed(2, "Client 0")...)
	integration := admin.connect(glue, address)
	require.Equal(t, "SUCCEEDED", admin.refresh(nil)[0]["state"])
	var externals []string
	for _, external := range admin.externals(integration) {
		externals = append(externals, external)
	}
	organization := admin.create("Organization")["Organization"]
	asking := newRequester(t, admin.token, 15*time.Second)
	connection := superuser(t, database)
	saves := func() int { return count(t, connection, `SELECT count(*) FROM journal WHERE action = 'mapping.saved'`) }
	stood := 0
	for n := range runs {
		order := []verdict{cutBefore, cutAfter}[random.IntN(2)]
		breaker.next(order)
		send := func() answer {
			got, err := asking.send(t.Context(), world.url, "", saveCells, object{"cells": []object{{
				"organizationId": organization, "integrationId": integration, "externalOrgIds": []string{externals[n%2]},
			}}})
			require.NoError(t, err)
			return got
		}
		got := send()
		require.Equal(t, "UNAVAILABLE", got.code(), "run %d: %v", n, got)
		if order == cutBefore {
			require.Equal(t, n, saves(), "run %d", n)
		} else if saves() == n+1 {
			stood++
		}
		require.Eventually(t, func() bool { got = send(); return got.code() != "UNAVAILABLE" }, waitTimeout, 10*time.Millisecond)
		require.Empty(t, got.code())
		require.Empty(t, codes(at(got.Data, "saveMappings")), "run %d", n)
		require.Equal(t, n+1, saves(), "run %d", n)
		require.Equal(t, 1, count(t, connection, `SELECT count(*) FROM mappings`))
	}
	require.Equal(t, runs, breaker.breaks())
	t.Logf("%d of %d saves had their commit broken, %d of them stood at once all the same; all were answered UNAVAILABLE; 0 duplicates, 0 losses", runs, runs, stood)
	requireInvariants(t, database)
	require.NoError(t, connection.Close(t.Context()))
}
