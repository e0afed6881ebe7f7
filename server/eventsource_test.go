package main

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// chromium returns the path of a browser. Without one it skips the test, or fails it if CHROMIUM is set, as in CI.
func chromium(t *testing.T) string {
	t.Helper()
	for _, name := range []string{os.Getenv("CHROMIUM"), "chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); name != "" && err == nil {
			return path
		}
	}
	if os.Getenv("CHROMIUM") != "" {
		t.Fatal("CHROMIUM is not a program")
	}
	t.Skip("no Chromium to test a browser's EventSource")
	return ""
}

// eventSourcePage signs in as a page of another origin, opens the browser's EventSource, and reports what it receives:
// a query's only response and end, and then changes that the page itself makes.
const eventSourcePage = `<!doctype html><script>
const server = new URLSearchParams(location.search).get('server'), token = new URLSearchParams(location.search).get('token')
const heard = []
const report = () => fetch('/report', { method: 'POST', body: JSON.stringify(heard) })
const send = (query) => fetch(server + '/graphql', { method: 'POST', credentials: 'include', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ query }) })
const open = (query) => new EventSource(server + '/graphql?query=' + encodeURIComponent(query), { withCredentials: true })
function ask() {
  return new Promise((resolve) => {
    const source = open('{ viewer { role } }')
    source.addEventListener('next', (event) => heard.push(JSON.parse(event.data).data.viewer.role))
    source.addEventListener('complete', () => { heard.push('complete'); source.close(); resolve() })
    source.onerror = () => { heard.push('error'); source.close(); resolve() }
  })
}
function follow() {
  return new Promise((resolve) => {
    const source = open('subscription { accountChanges { ... on OrganizationsChanged { organizations { name } } } }')
    source.onopen = () => send('mutation { createOrganization(input: {name: "Heard"}) { userErrors { code } } }')
    source.addEventListener('next', (event) => { heard.push(JSON.parse(event.data).data.accountChanges.organizations[0].name); source.close(); resolve() })
    source.onerror = () => { heard.push('error'); source.close(); resolve() }
  })
}
fetch(server + '/session', { method: 'POST', credentials: 'include', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ token }) })
  .then((answer) => heard.push(answer.status)).then(ask).then(follow).catch((error) => heard.push(String(error))).then(report)
</script>`

func TestEventSource_InARealBrowserReceivesEveryEvent(t *testing.T) {
	t.Parallel()
	browser := chromium(t)
	reported := make(chan string, 1)
	mux := http.NewServeMux()
	mux.HandleFunc("GET /", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = io.WriteString(w, eventSourcePage)
	})
	mux.HandleFunc("POST /report", func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		reported <- string(body)
	})
	page := httptest.NewServer(mux)
	t.Cleanup(page.Close)
	listed := newWorldWith(t, func(s *serving) { s.AllowedOrigins = []string{page.URL} }).newAccount(20)
	require.JSONEq(t, `[204,"ADMIN","complete","Heard"]`, listed.browsed(browser, page.URL, reported))
	unlisted := newWorld(t).newAccount(20)
	require.JSONEq(t, `["TypeError: Failed to fetch"]`, unlisted.browsed(browser, page.URL, reported), "a page of an origin that is not listed gets nothing")
}

// browsed opens the page in a browser and returns its report.
func (c *client) browsed(browser, page string, reported <-chan string) string {
	c.t.Helper()
	profile, err := os.MkdirTemp("", "orgmap-browser-")
	require.NoError(c.t, err)
	command := exec.CommandContext(c.t.Context(), browser, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
		"--no-first-run", "--user-data-dir="+profile, page+"/?server="+c.url+"&token="+c.token)
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	require.NoError(c.t, command.Start())
	defer func() {
		_ = syscall.Kill(-command.Process.Pid, syscall.SIGKILL) // with its child processes
		_ = command.Wait()
		_ = os.RemoveAll(profile) // a child may still be writing
	}()
	var report string
	require.Eventually(c.t, func() bool {
		select {
		case report = <-reported:
			return true
		default:
			return false
		}
	}, 2*waitTimeout, 20*time.Millisecond)
	require.True(c.t, json.Valid([]byte(report)))
	return report
}
