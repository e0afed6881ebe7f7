package main

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/nodetest"
)

func TestClients_ApolloAndUrql(t *testing.T) {
	t.Parallel()
	admin := newWorld(t).newAccount(20)
	admin.create("Acme", "Bolt", "Cog")
	nodetest.Run(t, 18, "clients.mjs", admin.url+"/graphql", admin.token)
}

// The server answers what Relay's compiler generates for a page, and accepts its documents as a manifest of trusted
// ones.
func TestClients_RelayCompiler(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	admin := newWorld(t).newAccount(20)
	admin.create("Acme", "Bolt", "Cog")
	nodetest.Run(t, 6, "relay.mjs", admin.url+"/graphql", admin.token, folder)

	manifest := filepath.Join(folder, "persisted.json")
	content, err := os.ReadFile(manifest)
	require.NoError(t, err)
	var documents map[string]string
	require.NoError(t, json.Unmarshal(content, &documents))
	require.Len(t, documents, 5)
	strict := newWorldWith(t, func(s *serving) { s.TrustedDocuments, s.TrustedDocumentsOnly = manifest, true })
	viewer := strict.newClient(strict.newAccount(20).account, auth.Viewer)
	for id, text := range documents {
		if !strings.Contains(text, "query GridQuery") {
			continue
		}
		body, err := json.Marshal(object{"extensions": object{"persistedQuery": object{"version": 1, "sha256Hash": id}}, "variables": object{"first": 1}})
		require.NoError(t, err)
		got := viewer.send(http.MethodPost, "/graphql", string(body), "Content-Type", "application/json", "Authorization", "Bearer "+viewer.token)
		require.Contains(t, got.body, `"viewer":{"name":"the VIEWER","role":"VIEWER"}`)
	}
	require.NotEmpty(t, viewer.ask(`{ viewer { role } }`, nil).Errors)
}
