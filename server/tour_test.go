package main

import (
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// documentedCommands returns a document's shell blocks as one script, from a heading to the next one of its level.
func documentedCommands(t *testing.T, name, heading string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", name))
	require.NoError(t, err)
	_, section, found := strings.Cut(string(text), "\n"+heading+"\n")
	require.True(t, found, heading)
	rank, _, _ := strings.Cut(heading, " ")
	section, _, _ = strings.Cut(section, "\n"+rank+" ")
	var script strings.Builder
	for _, block := range regexp.MustCompile("(?s)```sh\n(.*?)```").FindAllStringSubmatch(section, -1) {
		script.WriteString(block[1])
	}
	require.NotEmpty(t, script.String())
	return script.String()
}

// TestTour runs the commands of README.md and docs/api.md against the server that make run starts.
func TestTour(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("curl"); err != nil {
		t.Skip("curl is not installed")
	}
	folder := t.TempDir()
	serve := exec.Command(os.Args[0], "serve", "--demo", "--data-dir", ".orgmap", "--listen", "127.0.0.1:0", "--log-format", "text")
	serve.Dir, serve.Env = folder, append(os.Environ(), programVariable+"=1")
	base := "http://" + served(t, serve)
	token, err := os.ReadFile(filepath.Join(folder, ".orgmap", "admin-token"))
	require.NoError(t, err)
	require.Eventually(t, func() bool {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, base+"/graphql", strings.NewReader(`{"query":"{ integrations { lastSuccess { id } } }"}`))
		require.NoError(t, err)
		request.Header.Set("Content-Type", "application/json")
		request.Header.Set("Authorization", "Bearer "+strings.TrimSpace(string(token)))
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			return false
		}
		defer func() { _ = response.Body.Close() }()
		body, err := io.ReadAll(response.Body)
		return err == nil && strings.Contains(string(body), "run_") && !strings.Contains(string(body), "null")
	}, 2*waitTimeout, 100*time.Millisecond, "the lists of the simulated vendors are read")

	tour := documentedCommands(t, "README.md", "## A tour of the API")
	require.Contains(t, tour, "API=http://127.0.0.1:8080/graphql")
	tour = strings.Replace(tour, "http://127.0.0.1:8080", base, 1)
	script := tour
	for _, heading := range []string{"## Connect a vendor", "## Create an organization", "## Import from IT Glue", "## Retry a mutation safely", "## Errors"} {
		script += documentedCommands(t, "docs/api.md", heading)
	}
	// A reader ends the subscription to all changes with Ctrl+C; the test uses a timeout.
	script = "set -u\n" + strings.ReplaceAll(script, `curl -sN "$API"`, `curl -sN --max-time 30 "$API"`)
	bash := exec.CommandContext(t.Context(), "bash", "-c", script)
	bash.Dir = folder
	said, err := bash.CombinedOutput()
	t.Logf("%s", said)
	require.NoError(t, err)
	require.NotContains(t, string(said), "curl:")
	for _, expected := range []string{
		`"role":"ADMIN"`, `"state":"SUCCEEDED"`, "event: complete",
		`"integration":{"name":"Datto RMM"},"externalOrg":{"name":"Abernathy Medical Center"}`,
		`"__typename":"MappingsChanged"`, `"__typename":"OrganizationsChanged"`,
		"CREDENTIALS_REJECTED", `"name":"Second Hudu","state":"CONNECTED"`, `"code":"NAME_TAKEN"`, `"outcome":"CREATED"`, `"outcome":"MAPPED_EXISTING"`,
		"This Idempotency-Key has been used", "UNAUTHENTICATED", "BAD_USER_INPUT", "GRAPHQL_VALIDATION_FAILED", "COMPLEXITY_LIMIT_EXCEEDED",
	} {
		require.Contains(t, string(said), expected)
	}
}
