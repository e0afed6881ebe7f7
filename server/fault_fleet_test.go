//go:build fault || load

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/orgmap/orgmap/internal/dbtest"
)

// seat is one server of a fleet. It has its own proxies, one towards clients and one towards Redis, so that each server
// can be cut off separately.
type seat struct {
	front, redis *proxy
	world        *world    // nil if the server is a separate process
	process      *exec.Cmd // nil if the server is not a separate process; replaced after each kill
	apart        bool      // the server is, or will be, a separate process
	url          string    // URL of front
}

// fleet is several servers on one Postgres and one Redis.
type fleet struct {
	t      *testing.T
	stores worldStores
	redis  *dbtest.RedisServer
	seats  []*seat

	mu   sync.Mutex // protects open
	open []bool     // by seat: clients may choose the server
}

// newFleet boots servers in this process and, if withProcess, one more as a separate process. When the test ends, it
// checks the invariants and looks for leaks.
func newFleet(t *testing.T, worlds int, withProcess bool) *fleet {
	t.Helper()
	requireNothingLeft(t)
	f := newStores(t)
	for range worlds {
		f.seats = append(f.seats, f.newSeat())
		f.boot(len(f.seats) - 1)
	}
	if withProcess {
		f.seats = append(f.seats, f.newSeat())
		f.seats[worlds].apart = true
		f.launch(worlds)
	}
	f.open = make([]bool, len(f.seats))
	for index := range f.seats {
		f.setOpen(index, true)
	}
	return f
}

// newStores returns a fleet that has no servers yet.
func newStores(t *testing.T) *fleet {
	t.Helper()
	f := &fleet{t: t, redis: dbtest.NewRedisServer(t), stores: worldStores{database: dbtest.Database(t), keyset: newKeyset(t)}}
	requireConnectionsClosed(t, f.stores.database)
	return f
}

func (f *fleet) newSeat() *seat {
	front := newProxy(f.t, "")
	return &seat{front: front, redis: newProxy(f.t, f.redis.Addr()), url: "http://" + front.addr()}
}

func (f *fleet) storesOf(s *seat) worldStores {
	stores := f.stores
	stores.redis = "redis://" + s.redis.addr() + "/0"
	return stores
}

// boot starts the seat's server in this process.
func (f *fleet) boot(index int) {
	f.t.Helper()
	s := f.seats[index]
	s.world = bootWorld(f.t, f.storesOf(s))
	s.front.aim(strings.TrimPrefix(s.world.url, "http://"))
}

// launch starts the seat's server as a separate process.
func (f *fleet) launch(index int) {
	f.t.Helper()
	s := f.seats[index]
	process, address := startProcess(f.t, f.storesOf(s))
	s.process = process
	s.front.aim(strings.TrimPrefix(address, "http://"))
}

func (f *fleet) setOpen(index int, open bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.open[index] = open
}

// choices returns the seats that a load balancer would offer.
func (f *fleet) choices() []int {
	f.mu.Lock()
	defer f.mu.Unlock()
	var all []int
	for index, open := range f.open {
		if open {
			all = append(all, index)
		}
	}
	return all
}

// admin creates an account on the first server of the fleet.
func (f *fleet) admin(places int) *client { return f.seats[0].world.newAccount(places) }

// requester sends requests without ending the test on errors, so that any goroutine may use it.
type requester struct {
	http  *http.Client
	token string
}

func newRequester(t testing.TB, token string, waitTimeout time.Duration) *requester {
	transport := &http.Transport{MaxIdleConnsPerHost: 64}
	t.Cleanup(transport.CloseIdleConnections)
	return &requester{http: &http.Client{Transport: transport, Timeout: waitTimeout}, token: token}
}

// send sends a request to one server. An error means that the outcome is unknown.
func (r *requester) send(ctx context.Context, address, key, query string, variables object) (answer, error) {
	body, err := json.Marshal(object{"query": query, "variables": variables})
	if err != nil {
		return answer{}, err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, address+"/graphql", bytes.NewReader(body))
	if err != nil {
		return answer{}, err
	}
	request.Header.Set("Authorization", "Bearer "+r.token)
	request.Header.Set("Content-Type", "application/json")
	if key != "" {
		request.Header.Set("Idempotency-Key", key)
	}
	response, err := r.http.Do(request)
	if err != nil {
		return answer{}, err
	}
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	if err != nil {
		return answer{}, err
	}
	var decoded answer
	if err := json.Unmarshal(content, &decoded); err != nil {
		return answer{}, fmt.Errorf("status %d: %w", response.StatusCode, err)
	}
	return decoded, nil
}

// code returns the code of the first error, or "" if there is none.
func (a answer) code() string {
	if len(a.Errors) == 0 {
		return ""
	}
	code, _ := a.Errors[0].Extensions["code"].(string)
	return code
}

const createOne = `mutation($name: String!) { createOrganization(input: {name: $name}) { organization { id } userErrors { code } } }`

// ready returns the status of a server's readiness check.
func ready(address string) int {
	asking := &http.Client{Timeout: 5 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
	response, err := asking.Get(address + "/readyz")
	if err != nil {
		return 0
	}
	_ = response.Body.Close()
	return response.StatusCode
}

// superuser connects to the database as superuser, which bypasses row-level security.
func superuser(t testing.TB, database string) *pgx.Conn {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), waitTimeout)
	defer cancel()
	connection, err := pgx.Connect(ctx, database)
	require.NoError(t, err)
	t.Cleanup(func() { _ = connection.Close(context.Background()) })
	return connection
}

// count returns the one number that a statement selects.
func count(t testing.TB, connection *pgx.Conn, statement string, arguments ...any) int {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), waitTimeout)
	defer cancel()
	var found int
	require.NoError(t, connection.QueryRow(ctx, statement, arguments...).Scan(&found), statement)
	return found
}

// requireInvariants checks what must be true after every fault.
func requireInvariants(t testing.TB, database string) {
	t.Helper()
	connection := superuser(t, database)
	for what, statement := range map[string]string{
		"accounts whose used is not the number of active organizations": `
			SELECT count(*) FROM accounts a WHERE organizations_used <> (SELECT count(*) FROM organizations o WHERE o.account_id = a.id AND o.active)`,
		"accounts over their limit": `SELECT count(*) FROM accounts WHERE organizations_used > organization_limit`,
		"mappings that cross accounts or columns": `
			SELECT count(*) FROM mappings m
			LEFT JOIN organizations o ON o.account_id = m.account_id AND o.id = m.organization_id
			LEFT JOIN external_orgs x ON x.account_id = m.account_id AND x.integration_id = m.integration_id AND x.id = m.external_org_id
			WHERE o.id IS NULL OR x.id IS NULL`,
		"external organizations with two mappings": `
			SELECT count(*) FROM (SELECT FROM mappings GROUP BY account_id, external_org_id HAVING count(*) > 1) AS twice`,
		"runs alive without a lease":         `SELECT count(*) FROM refresh_runs WHERE state = 'RUNNING' AND lease_until < now() - interval '60 s'`,
		"integrations with two living runs":  `SELECT count(*) FROM (SELECT FROM refresh_runs WHERE state IN ('QUEUED', 'RUNNING') GROUP BY account_id, integration_id HAVING count(*) > 1) AS twice`,
		"holes or repeats in a journal":      `SELECT count(*) FROM accounts a WHERE (SELECT count(*) FROM journal j WHERE j.account_id = a.id AND position BETWEEN 1 AND a.journal_position) <> a.journal_position`,
		"journal entries past their account": `SELECT count(*) FROM journal j JOIN accounts a ON a.id = j.account_id WHERE j.position > a.journal_position`,
		"journal times out of order": `
			SELECT count(*) FROM (SELECT at, lag(at) OVER (PARTITION BY account_id ORDER BY position) AS before FROM journal) AS pairs WHERE at < before`,
		"organizations that two journal entries create": `
			SELECT count(*) FROM (SELECT FROM journal WHERE action = 'organization.created' GROUP BY account_id, organization_ids HAVING count(*) > 1) AS twice`,
	} {
		require.Zero(t, count(t, connection, statement), what)
	}
	require.NoError(t, connection.Close(context.Background()))
}

// requireNothingLeft checks at the end of the test that it left no goroutines behind.
func requireNothingLeft(t testing.TB) {
	t.Helper()
	before := goleak.IgnoreCurrent()
	t.Cleanup(func() {
		http.DefaultClient.CloseIdleConnections()
		deadline := time.Now().Add(10 * time.Second)
		err := goleak.Find(before, dbtest.Goroutines())
		for err != nil && time.Now().Before(deadline) {
			err = goleak.Find(before, dbtest.Goroutines())
		}
		require.NoError(t, err)
	})
}

// requireConnectionsClosed checks after the servers have ended that no connection to the database is left.
func requireConnectionsClosed(t testing.TB, database string) {
	t.Helper()
	t.Cleanup(func() {
		connection := superuser(t, database)
		require.Eventually(t, func() bool {
			return count(t, connection, `SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`) == 0
		}, 10*time.Second, 50*time.Millisecond, "connections to Postgres are left")
		require.NoError(t, connection.Close(context.Background()))
	})
}

// spread describes the distribution of durations.
func spread(all []time.Duration) string {
	if len(all) == 0 {
		return "none"
	}
	slices.Sort(all)
	return fmt.Sprintf("n %d, p50 %s, p99 %s, max %s", len(all), quantile(all, 50), quantile(all, 99), all[len(all)-1].Round(100*time.Microsecond))
}

// quantile returns a quantile of sorted durations.
func quantile(sorted []time.Duration, percent int) time.Duration {
	return sorted[min(len(sorted)-1, len(sorted)*percent/100)].Round(100 * time.Microsecond)
}
