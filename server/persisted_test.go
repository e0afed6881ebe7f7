package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/auth"
)

// ofHash returns a request by hash, with or without the text.
func ofHash(text string, withText bool) string {
	sum := sha256.Sum256([]byte(text))
	request := object{"extensions": object{"persistedQuery": object{"version": 1, "sha256Hash": hex.EncodeToString(sum[:])}}}
	if withText {
		request["query"] = text
	}
	encoded, _ := json.Marshal(request)
	return string(encoded)
}

// post posts a request body and returns the response.
func (c *client) post(body string) answer {
	c.t.Helper()
	got := c.send(http.MethodPost, "/graphql", body, "Content-Type", "application/json", "Authorization", "Bearer "+c.token)
	var decoded answer
	require.NoError(c.t, json.Unmarshal([]byte(got.body), &decoded), got.body)
	return decoded
}

func TestPersistedQueries_AreStoredPerAccount(t *testing.T) {
	t.Parallel()
	admin := newWorld(t).newAccount(20)
	const text = `query Kept { quota { used } }`
	require.Equal(t, []string{"PERSISTED_QUERY_NOT_FOUND"}, answerCodes(admin.post(ofHash(text, false))))
	require.Empty(t, admin.post(ofHash(text, true)).Errors)
	require.Empty(t, admin.newClient(admin.account, auth.Viewer).post(ofHash(text, false)).Errors)
	require.Equal(t, []string{"PERSISTED_QUERY_NOT_FOUND"}, answerCodes(admin.newAccount(1).post(ofHash(text, false))))

	var extensions object
	require.NoError(t, json.Unmarshal([]byte(ofHash(text, false)), &extensions))
	encoded, err := json.Marshal(extensions["extensions"])
	require.NoError(t, err)
	got := admin.send(http.MethodGet, "/graphql?"+url.Values{"extensions": {string(encoded)}}.Encode(), "", "Authorization", "Bearer "+admin.token)
	require.Contains(t, got.body, `"data":{"quota":{"used":0}}`, "GET requests can be cached on the way")

	// A stored document is validated like any other, each time.
	const dear = `{ organizations(first: 200) { nodes { mappings { organization { mappings { id } } } } } }`
	require.Equal(t, []string{"COMPLEXITY_LIMIT_EXCEEDED"}, answerCodes(admin.post(ofHash(dear, true))))
	require.Equal(t, []string{"COMPLEXITY_LIMIT_EXCEEDED"}, answerCodes(admin.post(ofHash(dear, false))))
	const mutation = `mutation { createOrganization(input: {name: "A"}) { organization { name } } }`
	require.Empty(t, admin.post(ofHash(mutation, true)).Errors)
	require.NoError(t, json.Unmarshal([]byte(ofHash(mutation, false)), &extensions))
	encoded, err = json.Marshal(extensions["extensions"])
	require.NoError(t, err)
	got = admin.send(http.MethodGet, "/graphql?"+url.Values{"extensions": {string(encoded)}}.Encode(), "", "Authorization", "Bearer "+admin.token)
	require.Equal(t, http.StatusMethodNotAllowed, got.StatusCode)
}

func TestTrustedDocuments_RunExclusivelyIfConfigured(t *testing.T) {
	t.Parallel()
	manifest := filepath.Join(t.TempDir(), "documents.json")
	require.NoError(t, os.WriteFile(manifest, []byte(`{"used": "{ quota { used } }"}`), 0o600))
	admin := newWorldWith(t, func(s *serving) { s.TrustedDocuments, s.TrustedDocumentsOnly = manifest, true }).newAccount(20)
	editor := admin.newClient(admin.account, auth.Editor)
	require.Empty(t, editor.post(`{"extensions":{"persistedQuery":{"version":1,"sha256Hash":"used"}}}`).Errors)
	require.Empty(t, editor.ask(`{ quota { used } }`, nil).Errors)
	require.Equal(t, []string{"FORBIDDEN"}, answerCodes(editor.ask(`{ quota { limit } }`, nil)))
	require.Empty(t, admin.ask(`{ quota { limit } }`, nil).Errors, "an admin can still use the explorer")

	broken := serving{Role: "all", Workers: 1, DatabaseConns: 4, TrustedDocumentsOnly: true}
	require.ErrorContains(t, broken.Validate(), "ORGMAP_TRUSTED_DOCUMENTS")
	broken.TrustedDocuments = filepath.Join(t.TempDir(), "absent.json")
	_, err := broken.trustedDocuments()
	require.ErrorContains(t, err, "ORGMAP_TRUSTED_DOCUMENTS")
}
