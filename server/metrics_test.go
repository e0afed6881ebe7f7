package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/vendors"
)

// scrape reads the metrics.
func (w *world) scrape() string {
	w.t.Helper()
	if w.app == nil { // another process, which serves its metrics publicly
		return w.send(http.MethodGet, "/metrics", "").body
	}
	recorder := httptest.NewRecorder()
	w.app.scrapes.ServeHTTP(recorder, httptest.NewRequestWithContext(w.t.Context(), http.MethodGet, "/metrics", nil))
	require.Equal(w.t, http.StatusOK, recorder.Code)
	return recorder.Body.String()
}

// busyWorld returns the metrics of a server on which everything that is counted has happened.
func busyWorld(t *testing.T) (text string) {
	t.Helper()
	world := newWorld(t)
	admin := world.newAccount(10)
	glue, address := admin.vendor(vendors.ApplicationITGlue, listed("Acme")...)
	admin.connect(glue, address)
	admin.refresh(nil)
	next, stop := admin.watch(changesQuery, object{"after": nil})
	admin.do(`{ viewer { name } }`, nil)
	created := make(chan struct{})
	done := make(chan struct{})
	go func() { // the subscription starts before one of these
		defer close(done)
		for n := 0; ; n++ {
			select {
			case <-created:
				return
			default:
				admin.ask(`mutation { createOrganization(input: {name: "Once"}) { userErrors { code } } }`, nil)
				admin.ask(`mutation($name: String!) { createOrganization(input: {name: $name}) { userErrors { code } } }`, object{"name": strings.Repeat("n", n+1)})
			}
		}
	}()
	next()
	close(created)
	<-done
	stop()
	admin.ask(`{ nothingOfTheKind }`, nil)
	// A scrape has no runs if Postgres does not answer within a second, as on a machine that is busy with other tests.
	require.Eventually(t, func() bool {
		text = world.scrape()
		return strings.Contains(text, `orgmap_sockets_closed_total{reason="gone"}`) && strings.Contains(text, "\norgmap_refresh_runs{")
	}, waitTimeout, 10e6)
	return text
}

func TestMetrics_ReportActivity(t *testing.T) {
	t.Parallel()
	text := busyWorld(t)
	for _, line := range []string{
		`orgmap_http_requests_total{route="/graphql",status="200"} `,
		`orgmap_graphql_operations_total{outcome="ok",type="query"} `,
		`orgmap_graphql_operations_total{outcome="ok",type="mutation"} `,
		`orgmap_graphql_operations_total{outcome="ok",type="subscription"} `,
		`orgmap_graphql_operations_total{outcome="GRAPHQL_VALIDATION_FAILED",type="refused"} 1`,
		`orgmap_graphql_operation_seconds_count{type="mutation"} `,
		`orgmap_vendor_calls_total{application="IT_GLUE",outcome="200"} `,
		`orgmap_refresh_runs_ended_total{failure="",state="SUCCEEDED"} 1`,
		`orgmap_refresh_run_seconds_count{state="SUCCEEDED"} 1`,
		`orgmap_refresh_runs{state="RUNNING"} 0`,
		`orgmap_refresh_runs_without_worker 0`,
		`orgmap_sockets_closed_total{reason="gone"} 1`,
		`orgmap_streams_open 0`,
		`orgmap_postgres_connections_max 20`,
		`orgmap_live_subscribers{kind="log"} 0`,
		`orgmap_vendor_wait_seconds_count{application="IT_GLUE"} `,
		`orgmap_scrape_failures_total `,
	} {
		require.Contains(t, text, "\n"+line)
	}
	require.NotContains(t, text, "\norgmap_journal_delay_seconds_count 0\n")
}

// Of several watchers of the same data, one reads for all. Each watcher's events are still counted.
func TestMetrics_CountDeliveriesToEachWatcher(t *testing.T) {
	t.Parallel()
	const watchers, changes = 10, 5
	world := newWorld(t)
	admin := world.newAccount(10)
	var nexts []func() object
	for range watchers {
		next, stop := admin.watch(changesQuery, nil)
		t.Cleanup(stop)
		nexts = append(nexts, next)
	}
	require.Eventually(t, func() bool {
		return strings.Contains(world.scrape(), fmt.Sprintf("\norgmap_live_subscribers{kind=\"log\"} %d\n", watchers))
	}, waitTimeout, 10*time.Millisecond)
	for n := range changes {
		admin.create(fmt.Sprint("Organization ", n))
		for _, next := range nexts { // all have it before the next one, and are idle meanwhile
			require.NotNil(t, next())
		}
	}
	require.Eventually(t, func() bool {
		return strings.Contains(world.scrape(), fmt.Sprintf("\norgmap_live_delivered_total{kind=\"log\"} %d\n", watchers*changes))
	}, waitTimeout, 10*time.Millisecond)
}

var metricName = regexp.MustCompile(`\b(?:orgmap|go|process)_[a-z0-9_]+`)

// Someone on call at night must not look at a panel that is empty because a metric was renamed.
func TestMetrics_DashboardAndAlertsUseExistingMetrics(t *testing.T) {
	t.Parallel()
	needs(t, partCache)
	known := map[string]bool{}
	for line := range strings.Lines(busyWorld(t)) {
		if name, is := strings.CutPrefix(line, "# TYPE "); is {
			known[strings.Fields(name)[0]] = true
		}
	}
	manual, err := os.ReadFile("../docs/operations.md")
	require.NoError(t, err)
	for name := range known {
		if strings.HasPrefix(name, "orgmap_") {
			require.Regexp(t, "`"+name+"[`{]", string(manual), "docs/operations.md does not say what %s is", name)
		}
	}
	for _, file := range []string{"../docs/grafana/orgmap.json", "../docs/alerts/orgmap.yaml"} {
		content, err := os.ReadFile(file)
		require.NoError(t, err)
		var expressions []string
		if strings.HasSuffix(file, ".json") {
			expressions = dashboardExpressions(t, content)
		} else {
			for _, line := range bytes.Split(content, []byte("\n")) {
				if _, expression, is := strings.Cut(string(line), "expr: "); is {
					expressions = append(expressions, expression)
				}
			}
		}
		require.Greater(t, len(expressions), 8, file)
		for _, expression := range expressions {
			names := metricName.FindAllString(expression, -1)
			require.NotEmpty(t, names, expression)
			for _, name := range names {
				exists := slices.ContainsFunc([]string{"", "_bucket", "_sum", "_count"}, func(part string) bool {
					return strings.HasSuffix(name, part) && known[strings.TrimSuffix(name, part)]
				})
				require.True(t, exists, "%s: there is no metric %s in %s", file, name, expression)
			}
		}
	}
}

// dashboardExpressions returns the queries of a dashboard's panels.
func dashboardExpressions(t *testing.T, content []byte) []string {
	t.Helper()
	var dashboard struct {
		Panels []struct {
			Title   string
			Targets []struct{ Expr string }
		}
	}
	require.NoError(t, json.Unmarshal(content, &dashboard))
	var expressions []string
	for _, panel := range dashboard.Panels {
		for _, target := range panel.Targets {
			expressions = append(expressions, target.Expr)
		}
	}
	return expressions
}
