package main

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net/http"
	"os"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/dbtest"
	"github.com/orgmap/orgmap/internal/integration"
	"github.com/orgmap/orgmap/internal/pg/pgtest"
	"github.com/orgmap/orgmap/internal/secret"
	"github.com/orgmap/orgmap/internal/vendors"
)

// logFile collects a server's whole log.
type logFile struct {
	mutex sync.Mutex // protects text
	text  bytes.Buffer
}

func (l *logFile) Write(line []byte) (int, error) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	return l.text.Write(line)
}

func (l *logFile) String() string {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	return l.text.String()
}

// disguises returns the forms in which someone could find a secret.
func disguises(secret string) []string {
	forms := []string{secret, hex.EncodeToString([]byte(secret))}
	for shift := range 3 { // in base64, a text looks different at each of three offsets
		for _, encoding := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
			encoded := encoding.EncodeToString([]byte(strings.Repeat("x", shift) + secret))
			forms = append(forms, encoded[(shift*8+5)/6:len(encoded)-2]) // without what depends on its neighbors
		}
	}
	return forms
}

func TestDisguises_FindASecretAtAnyOffset(t *testing.T) {
	t.Parallel()
	for shift := range 3 {
		hidden := base64.StdEncoding.EncodeToString([]byte(strings.Repeat("?", shift) + "the secret itself" + "!!"))
		require.True(t, containsAny(hidden, disguises("the secret itself")), hidden)
	}
	require.False(t, containsAny("unrelated text", disguises("the secret itself")))
}

func containsAny(text string, forms []string) bool {
	text = strings.ToLower(text)
	for _, form := range forms {
		if strings.Contains(text, strings.ToLower(form)) {
			return true
		}
	}
	return false
}

// dump returns everything in the database as text, with binary columns as they are.
func (w *world) dump() string {
	w.t.Helper()
	conn := w.connection()
	var all strings.Builder
	for _, table := range w.tables("") {
		rows, err := conn.Query(w.t.Context(), fmt.Sprintf("SELECT %[1]s::text FROM %[1]s", table))
		require.NoError(w.t, err)
		for rows.Next() {
			var row string
			require.NoError(w.t, rows.Scan(&row))
			fmt.Fprintln(&all, table, row)
		}
		require.NoError(w.t, rows.Err())
	}
	return all.String()
}

func TestSecrets_AreNeitherInTheDatabaseNorInTheLog(t *testing.T) {
	t.Parallel()
	log := new(logFile)
	issuer := newIssuer(t)
	sealing := newKeyset(t)
	world := bootWorld(t, worldStores{database: dbtest.Database(t), redis: dbtest.Redis(t), keyset: sealing, log: log, adjust: func(s *serving) {
		s.OIDCIssuer, s.OIDCClientID, s.OIDCClientSecret = issuer.url, oidcClient, oidcSecret
		s.OIDCAccountClaim, s.OIDCRoleClaim = "orgmap_account", "orgmap_role"
	}})
	admin := world.newAccount(20)
	var secrets []string
	for _, application := range []vendors.Application{vendors.ApplicationITGlue, vendors.ApplicationDattoRMM} {
		simulated, address := admin.vendor(application, listed("A", "B")...)
		for _, value := range simulated.Credentials() {
			if len(value) >= 8 {
				secrets = append(secrets, value)
			}
		}
		admin.connect(simulated, address)
		var wrong []object
		for name := range simulated.Credentials() {
			wrong = append(wrong, object{"name": name, "value": "wrong-but-secret-" + name})
		}
		refused := admin.ask(`mutation($input: ConnectIntegrationInput!) { connectIntegration(input: $input) { userErrors { code message } } }`,
			object{"input": object{"application": application, "baseUrl": address, "credentials": wrong}}, "Idempotency-Key", "with-a-secret-key-"+string(application))
		require.NotEmpty(t, codes(at(refused.Data, "connectIntegration")))
		secrets = append(secrets, "wrong-but-secret", "with-a-secret-key")
	}
	admin.refresh(nil)
	// Failures are logged, but what was sent must not be.
	admin.send(http.MethodPost, "/graphql", `{"query":"{"}`, "Authorization", "Bearer "+admin.token, "Content-Type", "application/json")
	admin.send(http.MethodPost, "/graphql", `{"query":"{ viewer { name } }"}`, "Authorization", "Bearer orgmap_unknownbutsecret", "Content-Type", "application/json")
	admin.send(http.MethodGet, "/graphql?query={viewer{name}}&token=query-string-secret", "", "Authorization", "Bearer "+admin.token)
	admin.send(http.MethodPost, "/session", `{"token":"`+admin.token+`"}`, "Content-Type", "application/json")
	issuer.person(admin.account, "s-1", "editor")
	jwt := issuer.sign(nil)
	admin.with(jwt).create("By a person")
	admin.with(issuer.sign(object{"exp": 1})).ask(viewerQuery, nil)
	jar := map[string]string{}
	browse(t, jar, admin.url+"/auth/login?return=/setup")
	admin.send(http.MethodGet, "/auth/callback?state=a&code=code-that-is-secret", "")
	secrets = append(secrets, admin.token, "unknownbutsecret", "query-string-secret", "code-that-is-secret", jwt, strings.Split(jwt, ".")[2], jar[sessionCookie], oidcSecret)
	keyset, err := os.ReadFile(sealing)
	require.NoError(t, err)
	key := regexp.MustCompile(`"value":\s*"([^"]{16,})"`).FindSubmatch(keyset)
	require.NotNil(t, key)

	dump, logged := world.dump(), log.String()
	require.Contains(t, dump, "By a person", "the dump contains stored text")
	require.Contains(t, logged, `"path":"/auth/callback"`, "the log contains logged text")
	for _, hidden := range append(secrets, string(key[1])) {
		forms := disguises(hidden)
		require.False(t, containsAny(dump, forms), "%s is in the database", hidden)
		require.False(t, containsAny(logged, forms), "%s is in the log", hidden)
	}
}

func TestKeysetRotation_UnderLoadFailsNoCall(t *testing.T) {
	t.Parallel()
	stores := worldStores{database: dbtest.Database(t), redis: dbtest.Redis(t), keyset: newKeyset(t)}
	world := bootWorld(t, stores)
	admin := world.newAccount(20)
	glue, address := admin.vendor(vendors.ApplicationITGlue, listed("A", "B")...)
	admin.connect(glue, address)
	before := world.count("SELECT hashtext(string_agg(sealed_credentials::text, '')) FROM connections")

	var refreshes atomic.Int64
	stop := make(chan struct{})
	failed := make(chan any, 1)
	go func() {
		defer close(failed)
		for {
			select {
			case <-stop:
				return
			default:
			}
			for _, run := range admin.refresh(nil) {
				if run["state"] != "SUCCEEDED" {
					failed <- run
					return
				}
			}
			refreshes.Add(1)
		}
	}()
	rounds := func(more int64) {
		from := refreshes.Load()
		require.Eventually(t, func() bool { return refreshes.Load() >= from+more }, waitTimeout, waitTimeout/1000)
	}
	rounds(2)
	for range 3 { // as 'keys rotate' does, then as a server with the new keyset
		keyset, err := secret.ReadKeyset(stores.keyset)
		require.NoError(t, err)
		keyset, err = secret.Rotate(keyset)
		require.NoError(t, err)
		require.NoError(t, secret.WriteKeyset(stores.keyset, keyset))
		sealer, err := secret.NewSealer(keyset)
		require.NoError(t, err)
		resealed, err := integration.RotateCredentials(t.Context(), pgtest.Operator(t, world.app.db), sealer)
		require.NoError(t, err)
		require.Equal(t, 1, resealed)
		rounds(2)
	}
	close(stop)
	for run := range failed {
		t.Fatalf("a refresh failed while keys were rotated: %v", run)
	}
	require.NotEqual(t, before, world.count("SELECT hashtext(string_agg(sealed_credentials::text, '')) FROM connections"))
}
