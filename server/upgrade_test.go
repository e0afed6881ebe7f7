package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"flag"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/graph/gen"
	"github.com/orgmap/orgmap/internal/dbtest"
	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/secret"
	"github.com/orgmap/orgmap/internal/vendors"
)

// release names the version to write test data for. Set it once, before that version is tagged.
//
//nolint:gochecknoglobals // a flag
var release = flag.String("release", "", "write testdata/releases for this version")

// Each release has a folder of test data, named by its version.
const (
	releases    = "testdata/releases"
	dumpFile    = "database.sql.gz" // written by pg_dump
	keysetFile  = "keyset.json"     // seals the credentials in the dump, which are those of simulated vendors
	answersFile = "answers.json"
	dumpOptions = "--inserts --rows-per-insert=500 --no-owner"
)

// recorded is what the API of a release answered about its database.
type recorded struct {
	Token, Account string
	Asked          []asked
}

type asked struct {
	Query     string
	Variables object
	Data      object
}

// Each release's database is migrated to the newest schema. Then the API must answer what that release answered.
func TestUpgrade_FromEachRelease(t *testing.T) {
	t.Parallel()
	if *release != "" {
		writeRelease(t, filepath.Join(releases, *release))
	}
	folders, err := filepath.Glob(filepath.Join(releases, "*"))
	require.NoError(t, err)
	require.NotEmpty(t, folders)
	for _, folder := range folders {
		t.Run(filepath.Base(folder), func(t *testing.T) {
			t.Parallel()
			text, err := os.ReadFile(filepath.Join(folder, answersFile))
			require.NoError(t, err)
			var then recorded
			require.NoError(t, json.Unmarshal(text, &then))

			app := upgraded(t, folder)
			for _, one := range then.Asked {
				now := app.ask(t, then.Token, one.Query, one.Variables)
				require.Empty(t, now.Errors, one.Query)
				require.Equal(t, one.Data, now.Data, one.Query)
			}
			created := app.ask(t, then.Token, `mutation { createOrganization(input: {name: "After the upgrade"}) { organization { name } userErrors { message } } }`, nil)
			require.Equal(t, "After the upgrade", at(created.Data, "createOrganization", "organization", "name"), created)
			integration := at(app.ask(t, then.Token, `{ integrations { id } }`, nil).Data, "integrations", 0, "id")
			require.NotNil(t, integration)
			account, err := uuid.Parse(then.Account)
			require.NoError(t, err)
			_, node, _ := id.Parse(integration.(string))
			_, err = app.resolver.Integrations.OpenSource(t.Context(), account, node)
			require.NoError(t, err, "the release's keys still open its credentials")
		})
	}
}

// idle is an app that answers requests but runs no background jobs: they would delete what is old in the dump.
type idle struct{ *App }

func (d idle) ask(t *testing.T, token, query string, variables object) (got answer) {
	t.Helper()
	body, err := json.Marshal(object{"query": query, "variables": variables})
	require.NoError(t, err)
	request := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/graphql", bytes.NewReader(body))
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Authorization", "Bearer "+token)
	recorder := httptest.NewRecorder()
	d.handler.ServeHTTP(recorder, request)
	require.NoError(t, json.Unmarshal(recorder.Body.Bytes(), &got), recorder.Body.String())
	return got
}

// upgraded restores a release's database and opens this version on it.
func upgraded(t *testing.T, folder string) idle {
	t.Helper()
	_ = dbtest.Database(t) // creates the roles that the dump grants rights to
	url := dbtest.Empty(t)
	restore(t, url, filepath.Join(folder, dumpFile))
	keyset, err := os.ReadFile(filepath.Join(folder, keysetFile))
	require.NoError(t, err)
	path := filepath.Join(t.TempDir(), keysetFile)
	require.NoError(t, secret.WriteKeyset(path, keyset))
	sealer, err := secret.LoadKeyset(path)
	require.NoError(t, err)
	app, err := newApp(t.Context(), settings{
		serving:     serving{Role: roleAPI, DatabaseConns: 8, ShutdownGrace: testGrace, CacheBytes: 1 << 20, DirectoryBytes: 1 << 20, Without: leftOut()},
		databaseURL: url, redisURL: dbtest.Redis(t), sealer: sealer,
	}, slog.New(slog.NewTextHandler(t.Output(), nil)))
	require.NoError(t, err)
	t.Cleanup(app.Close)
	return idle{app}
}

// restore loads a dump into the database, as psql would.
func restore(t *testing.T, url, path string) {
	t.Helper()
	file, err := os.Open(path)
	require.NoError(t, err)
	defer file.Close()
	packed, err := gzip.NewReader(file)
	require.NoError(t, err)
	dump, err := io.ReadAll(packed)
	require.NoError(t, err)
	connection, err := pgx.Connect(t.Context(), url)
	require.NoError(t, err)
	defer func() { require.NoError(t, connection.Close(context.WithoutCancel(t.Context()))) }()
	ours := regexp.MustCompile(`(?m)^\\.*$`).ReplaceAllString(string(dump), "") // psql's own commands
	_, err = connection.PgConn().Exec(t.Context(), ours).ReadAll()
	require.NoError(t, err)
}

// writeRelease creates an account with something of every kind, and records what this version answers about it.
func writeRelease(t *testing.T, folder string) {
	t.Helper()
	stores := worldStores{database: dbtest.Database(t), redis: dbtest.Redis(t), keyset: newKeyset(t)}
	world := bootWorld(t, stores)
	admin := world.newAccount(40)
	glue, address := world.vendor(vendors.ApplicationITGlue, listed("Acme Alpha", "Bravo", "Müller & Söhne", "Delta", "Alpine")...)
	mine := settle(t, admin, address, glue)
	created := admin.create("Bravo", "Zenith", "Østfold Dental")
	admin.do(`mutation($input: UpdateOrganizationInput!) { updateOrganization(input: $input) { userErrors { message } } }`,
		object{"input": object{"organizationId": created["Zenith"], "active": false}})
	glue.Set(listed("Acme Alpha", "Bravo", "Müller & Söhne", "Delta Renamed"))
	admin.refresh(nil)

	then := recorded{Token: admin.token, Account: admin.account.String()}
	schema := gen.NewExecutableSchema(gen.Config{}).Schema()
	queries := everything(schema, mine.ids)
	maps.DeleteFunc(queries, func(query string, _ object) bool { // later versions may compute these differently
		return strings.Contains(query, "applications") || strings.Contains(query, "importCandidates")
	})
	queries[`{ integrations `+shownOf(schema, schema.Types["Integration"], 1)+` }`] = nil
	for query, variables := range queries {
		then.Asked = append(then.Asked, asked{query, variables, admin.do(query, variables)})
	}
	require.NoError(t, world.stop())

	require.NoError(t, os.MkdirAll(folder, 0o755))
	text, err := json.MarshalIndent(then, "", "  ")
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(folder, answersFile), append(text, '\n'), 0o600))
	keyset, err := os.ReadFile(stores.keyset)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(folder, keysetFile), keyset, 0o600))
	dump, err := exec.CommandContext(t.Context(), "pg_dump", append(strings.Fields(dumpOptions), stores.database)...).Output()
	require.NoError(t, err)
	var packed bytes.Buffer
	writer := gzip.NewWriter(&packed)
	_, err = writer.Write(dump)
	require.NoError(t, err)
	require.NoError(t, writer.Close())
	require.NoError(t, os.WriteFile(filepath.Join(folder, dumpFile), packed.Bytes(), 0o600))
}
