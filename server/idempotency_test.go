package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/vendors"
)

const createQuery = `mutation($name: String!) { createOrganization(input: {name: $name}) { organization { id name updatedAt } quota { used } userErrors { code } } }`

// names returns the names of the account's organizations, in order.
func (c *client) names() []string {
	c.t.Helper()
	var names []string
	for _, node := range at(c.do(`{ organizations(first: 200) { nodes { name } } }`, nil), "organizations", "nodes").([]any) {
		names = append(names, at(node, "name").(string))
	}
	return names
}

// answerCodes returns the codes of a response's top-level errors.
func answerCodes(got answer) []string {
	var found []string
	for _, one := range got.Errors {
		found = append(found, fmt.Sprint(one.Extensions["code"]))
	}
	return found
}

func TestIdempotencyKey_RepeatsTheFirstResponse(t *testing.T) {
	t.Parallel()
	admin := newWorld(t).newAccount(20)
	first := admin.ask(createQuery, object{"name": "Acme"}, "Idempotency-Key", "k-1")
	require.Empty(t, first.Errors)
	require.Empty(t, codes(at(first.Data, "createOrganization")))
	admin.create("Another") // data changes, and the stored response does not
	require.Equal(t, first, admin.ask(createQuery, object{"name": "Acme"}, "Idempotency-Key", "k-1"))
	require.Equal(t, []string{"Acme", "Another"}, admin.names())

	for what, again := range map[string]answer{
		"other variables": admin.ask(createQuery, object{"name": "Other"}, "Idempotency-Key", "k-1"),
		"other text":      admin.ask(strings.Replace(createQuery, "quota { used } ", "", 1), object{"name": "Acme"}, "Idempotency-Key", "k-1"),
		"another caller":  admin.newClient(admin.account, auth.Admin).ask(createQuery, object{"name": "Acme"}, "Idempotency-Key", "k-1"),
	} {
		require.Equal(t, []string{"BAD_USER_INPUT"}, answerCodes(again), what)
		require.Contains(t, again.Errors[0].Message, "Idempotency-Key", what)
		require.Nil(t, again.Data, what)
	}
	require.Equal(t, []string{"Acme", "Another"}, admin.names())

	// The key is independent under another mutation, and in another account.
	update := admin.ask(`mutation($id: ID!) { updateOrganization(input: {organizationId: $id, name: "Acme 2"}) { userErrors { code } } }`,
		object{"id": at(first.Data, "createOrganization", "organization", "id")}, "Idempotency-Key", "k-1")
	require.Empty(t, update.Errors)
	stranger := admin.newAccount(20)
	require.Empty(t, stranger.ask(createQuery, object{"name": "Acme"}, "Idempotency-Key", "k-1").Errors)
	require.Equal(t, []string{"Acme"}, stranger.names())
}

func TestIdempotencyKey_StoresUserErrorsButNoFailures(t *testing.T) {
	t.Parallel()
	admin := newWorld(t).newAccount(20)
	admin.create("Acme")
	taken := admin.ask(createQuery, object{"name": "Acme"}, "Idempotency-Key", "taken")
	require.Equal(t, []string{"NAME_TAKEN"}, codes(at(taken.Data, "createOrganization")))
	require.Equal(t, taken, admin.ask(createQuery, object{"name": "Acme"}, "Idempotency-Key", "taken"))
	invalid := admin.ask(createQuery, object{"name": " "}, "Idempotency-Key", "invalid")
	require.Equal(t, []string{"INVALID"}, codes(at(invalid.Data, "createOrganization")))
	require.Equal(t, invalid, admin.ask(createQuery, object{"name": " "}, "Idempotency-Key", "invalid"))

	viewer := admin.newClient(admin.account, auth.Viewer)
	require.Equal(t, []string{"FORBIDDEN"}, answerCodes(viewer.ask(createQuery, object{"name": "B"}, "Idempotency-Key", "v")))
	require.Equal(t, 2, admin.count("SELECT count(*) FROM idempotency_keys"), "a refusal is not stored")

	// If the payload cannot be read, the change is rolled back: nothing is done without a response.
	admin.execute(`ALTER TABLE accounts RENAME COLUMN plan TO away`)
	broken := admin.ask(createQuery, object{"name": "Half"}, "Idempotency-Key", "half")
	require.Equal(t, []string{"INTERNAL"}, answerCodes(broken))
	admin.execute(`ALTER TABLE accounts RENAME COLUMN away TO plan`)
	require.Equal(t, []string{"Acme"}, admin.names())
	require.Empty(t, admin.ask(createQuery, object{"name": "Half"}, "Idempotency-Key", "half").Errors)
	require.Equal(t, []string{"Acme", "Half"}, admin.names())
}

func TestIdempotencyKey_RefusesInvalidKeysAndSeveralMutations(t *testing.T) {
	t.Parallel()
	admin := newWorld(t).newAccount(20)
	two := `mutation { a: createOrganization(input: {name: "A"}) { userErrors { code } } b: createOrganization(input: {name: "B"}) { userErrors { code } } }`
	require.Equal(t, []string{"BAD_USER_INPUT"}, answerCodes(admin.ask(two, nil, "Idempotency-Key", "two")))
	for _, unfit := range []string{"", " ", "with blank", strings.Repeat("x", 256), "ümlaut"} {
		require.Equal(t, []string{"BAD_USER_INPUT"}, answerCodes(admin.ask(createQuery, object{"name": "A"}, "Idempotency-Key", unfit)), unfit)
	}
	require.Equal(t, []string{"BAD_USER_INPUT"}, answerCodes(admin.ask(createQuery, object{"name": "A"}, "Idempotency-Key", "one", "Idempotency-Key", "two")))
	require.Empty(t, admin.names())
	require.Empty(t, admin.ask(`{ quota { used } }`, nil, "Idempotency-Key", "query").Errors, "a query may have a key")
}

func TestIdempotencyKey_ConcurrentRequestsRunOnce(t *testing.T) {
	t.Parallel()
	admin := newWorld(t).newAccount(200)
	const keys, requests = 10, 6
	answers := [keys][requests]answer{}
	var group sync.WaitGroup
	for key := range keys {
		for request := range requests {
			group.Go(func() {
				answers[key][request] = admin.ask(createQuery, object{"name": fmt.Sprint("Client ", key)}, "Idempotency-Key", fmt.Sprint(key))
			})
		}
	}
	group.Wait()
	for _, of := range answers {
		require.Empty(t, of[0].Errors)
		for _, one := range of {
			require.Equal(t, of[0], one)
		}
	}
	require.Len(t, admin.names(), keys)
}

func TestIdempotencyKey_WaitsBrieflyForTheFirstRequest(t *testing.T) {
	t.Parallel()
	admin := newWorld(t).newAccount(20)
	// Another transaction holds the key, like a first request that does not end.
	conn := admin.connection()
	_, err := conn.Exec(t.Context(), "BEGIN")
	require.NoError(t, err)
	_, err = conn.Exec(t.Context(), `INSERT INTO idempotency_keys (account_id, operation, key, request_hash, expires_at)
		VALUES ($1, 'createOrganization', sha256('slow'), 'x', now() + interval '1 day')`, admin.account)
	require.NoError(t, err)
	began := time.Now()
	busy := admin.ask(createQuery, object{"name": "Slow"}, "Idempotency-Key", "slow")
	require.Less(t, time.Since(began), waitTimeout)
	require.Equal(t, []string{"UNAVAILABLE"}, answerCodes(busy))
	require.Contains(t, busy.Errors[0].Message, "still in progress")
	_, err = conn.Exec(t.Context(), "ROLLBACK")
	require.NoError(t, err)
	require.Empty(t, admin.ask(createQuery, object{"name": "Slow"}, "Idempotency-Key", "slow").Errors)
	require.Equal(t, []string{"Slow"}, admin.names())
}

func TestIdempotencyKey_ExpiresAfterADay(t *testing.T) {
	t.Parallel()
	admin := newWorld(t).newAccount(20)
	require.Empty(t, admin.ask(createQuery, object{"name": "A"}, "Idempotency-Key", "a").Errors)
	require.Empty(t, admin.ask(createQuery, object{"name": "B"}, "Idempotency-Key", "b").Errors)
	admin.execute(`UPDATE idempotency_keys SET expires_at = now()`)
	again := admin.ask(createQuery, object{"name": "A"}, "Idempotency-Key", "a")
	require.Equal(t, []string{"NAME_TAKEN"}, codes(at(again.Data, "createOrganization")), "it was executed again")
	pruned, err := admin.app.responses.Prune(t.Context())
	require.NoError(t, err)
	require.EqualValues(t, 1, pruned)
	require.Equal(t, 1, admin.count("SELECT count(*) FROM idempotency_keys"))
}

func TestIdempotencyKey_ConnectCallsTheVendorBeforeItsTransaction(t *testing.T) {
	t.Parallel()
	admin := newWorld(t).newAccount(20)
	glue, address := admin.vendor(vendors.ApplicationITGlue, listed("A")...)
	var credentials []object
	for name, value := range glue.Credentials() {
		credentials = append(credentials, object{"name": name, "value": value})
	}
	input := object{"input": object{"application": vendors.ApplicationITGlue, "baseUrl": address, "credentials": credentials}}
	query := `mutation($input: ConnectIntegrationInput!) { connectIntegration(input: $input) { integrations { id name counts { total } } userErrors { code } } }`
	first := admin.ask(query, input, "Idempotency-Key", "c")
	require.Len(t, at(first.Data, "connectIntegration", "integrations"), 1)
	require.Equal(t, first, admin.ask(query, input, "Idempotency-Key", "c"))
	require.Len(t, at(admin.do(`{ integrations { id } }`, nil), "integrations"), 1)

	// A refresh queues its job in the same transaction.
	refresh := admin.ask(`mutation { refresh { runs { id } userErrors { code } } }`, nil, "Idempotency-Key", "r")
	run := at(refresh.Data, "refresh", "runs", 0, "id").(string)
	require.Equal(t, "SUCCEEDED", admin.await(run)["state"])
	require.Equal(t, refresh, admin.ask(`mutation { refresh { runs { id } userErrors { code } } }`, nil, "Idempotency-Key", "r"))
}

func TestIdempotencyKey_OfAWebSocketUpgradeIsIgnored(t *testing.T) {
	t.Parallel()
	admin := newWorld(t).newAccount(20)
	request := httptest.NewRequest(http.MethodGet, "/graphql", nil)
	request.Header.Set("Idempotency-Key", "k")
	require.Equal(t, t.Context(), withIdempotencyKey(t.Context(), request))
	next, stop := admin.watch(createQuery, object{"name": "Over a socket"})
	require.NotNil(t, at(next(), "createOrganization", "organization"))
	stop()
	require.Zero(t, admin.count("SELECT count(*) FROM idempotency_keys"))
}

// connection returns a superuser's connection, which bypasses row-level security.
func (w *world) connection() *pgx.Conn {
	w.t.Helper()
	conn, err := pgx.Connect(w.t.Context(), w.app.settings.databaseURL)
	require.NoError(w.t, err)
	w.t.Cleanup(func() { _ = conn.Close(w.t.Context()) })
	return conn
}

func (w *world) execute(statement string, arguments ...any) {
	w.t.Helper()
	_, err := w.connection().Exec(w.t.Context(), statement, arguments...)
	require.NoError(w.t, err)
}

func (w *world) count(statement string, arguments ...any) (count int) {
	w.t.Helper()
	require.NoError(w.t, w.connection().QueryRow(w.t.Context(), statement, arguments...).Scan(&count))
	return count
}
