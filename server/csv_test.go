package main

import (
	"context"
	"encoding/base64"
	"encoding/csv"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/encoding/unicode"

	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/pg"
	"github.com/orgmap/orgmap/internal/vendors"
)

// file gets a CSV file.
func (c *client) file(path string, header ...string) reply {
	c.t.Helper()
	return c.send(http.MethodGet, path, "", append(header, "Authorization", "Bearer "+c.token)...)
}

const planCSV = `mutation($input: PlanCsvInput!) { planCsv(input: $input) {
	plan { hash encoding delimiter rowCount creates remaining moreRows columns { index header kind integrationId samples } counts { outcome count }
		rows { line values organizationName organizationId outcome explanation similarId similarName
			moves { externalOrgId externalName integrationId integrationName fromId fromName mappedBy mappedAt leaves } problems { code column line message } } }
	userErrors { code message path } } }`

const applyCSV = `mutation($input: ApplyCsvInput!) { applyCsv(input: $input) { created mapped moved cleared change { action summary undo { reverts skippedCount } } quota { used } userErrors { code message path } } }`

// listing connects a vendor with these external organizations, whose remote IDs count from 1.
func (c *client) listing(application vendors.Application, names ...string) string {
	c.t.Helper()
	list := listed(names...)
	for i := range list {
		list[i].RemoteID = strconv.Itoa(i + 1)
	}
	simulated, address := c.vendor(application, list...)
	integration := c.connect(simulated, address)
	c.refresh(object{"integrationIds": []string{integration}})
	return integration
}

func TestCSV_PlanAndApply(t *testing.T) {
	t.Parallel()
	admin := newWorld(t).newAccount(10)
	editor, viewer := admin.newClient(admin.account, auth.Editor), admin.newClient(admin.account, auth.Viewer)
	integration := admin.listing(vendors.ApplicationHudu, "Acme", "Beta", "Gamma")
	called := at(admin.do(`query($id: ID!) { node(id: $id) { ... on Integration { name } } }`, object{"id": integration}), "node", "name").(string)
	externals, organizations := admin.externals(integration), admin.create("Acme", "Beta")
	require.Empty(t, admin.save(organizations["Acme"], integration, []string{externals["1"]}))

	text := "Client;" + called + "\r\nNew;3\r\nBeta;1\r\nAcme;9\r\n"
	input := object{"file": object{"text": text}}
	plan := at(viewer.do(planCSV, object{"input": input}), "planCsv", "plan").(object)
	require.Equal(t, "UTF-8", plan["encoding"])
	require.Equal(t, ";", plan["delimiter"])
	require.Equal(t, []any{
		object{"index": 0.0, "header": "Client", "kind": "ORGANIZATION_NAME", "integrationId": nil, "samples": []any{"New", "Beta", "Acme"}},
		object{"index": 1.0, "header": called, "kind": "EXTERNAL_ORG", "integrationId": integration, "samples": []any{"3", "1", "9"}},
	}, plan["columns"])
	rows := plan["rows"].([]any)
	require.Equal(t, []any{"CREATES", "REPLACES", "CANNOT_APPLY"}, []any{at(rows, 0, "outcome"), at(rows, 1, "outcome"), at(rows, 2, "outcome")})
	require.Equal(t, []any{"Beta", "1"}, at(rows, 1, "values"))
	require.Equal(t, organizations["Beta"], at(rows, 1, "organizationId"))
	move := at(rows, 1, "moves", 0).(object)
	require.Equal(t, []any{externals["1"], "Acme", integration, called, organizations["Acme"], "Acme", "the ADMIN", false},
		[]any{move["externalOrgId"], move["externalName"], move["integrationId"], move["integrationName"], move["fromId"], move["fromName"], move["mappedBy"], move["leaves"]})
	require.Equal(t, []any{"UNKNOWN_EXTERNAL_ORG", 1.0, nil}, []any{at(rows, 2, "problems", 0, "code"), at(rows, 2, "problems", 0, "column"), at(rows, 2, "problems", 0, "line")})
	require.Equal(t, []any{3.0, 1.0, 8.0, false}, []any{plan["rowCount"], plan["creates"], plan["remaining"], plan["moreRows"]})

	page := at(viewer.do(planCSV, object{"input": object{"file": input["file"], "first": 1, "afterLine": 2, "outcomes": []string{"CREATES", "REPLACES", "CANNOT_APPLY"}}}), "planCsv", "plan").(object)
	require.Equal(t, []any{plan["hash"], 3.0, true}, []any{page["hash"], at(page, "rows", 0, "line"), page["moreRows"]})
	require.Equal(t, []any{object{"outcome": "CREATES", "count": 1.0}, object{"outcome": "MAPS", "count": 0.0}}, page["counts"].([]any)[:2])

	apply := object{"file": input["file"], "hash": plan["hash"], "lines": []int{2}, "instead": []object{{"line": 3, "organizationId": organizations["Acme"]}}}
	require.Equal(t, "FORBIDDEN", viewer.ask(applyCSV, object{"input": apply}).Errors[0].Extensions["code"])
	key := []string{"Idempotency-Key", "once"}
	applied := editor.ask(applyCSV, object{"input": apply}, key...)
	require.Empty(t, applied.Errors)
	require.Equal(t, []any{1.0, 1.0, 0.0, 3.0}, []any{at(applied.Data, "applyCsv", "created"), at(applied.Data, "applyCsv", "mapped"), at(applied.Data, "applyCsv", "moved"), at(applied.Data, "applyCsv", "quota", "used")})
	newest := editor.do(`{ changes(first: 1) { nodes { action summary undo { reverts skippedCount } } } }`, nil)
	require.Equal(t, object{"action": "CSV_APPLIED", "summary": `the EDITOR applied a CSV file: created “New” and mapped “Gamma” in “` + called + `” to “New”.`, "undo": object{"reverts": 2.0, "skippedCount": 0.0}}, at(newest, "changes", "nodes", 0))
	require.Equal(t, applied.Data, editor.ask(applyCSV, object{"input": apply}, key...).Data, "the same response, and no second change")
	require.Equal(t, []string{"CONFLICT"}, codes(at(editor.do(applyCSV, object{"input": apply}), "applyCsv")))
	other := object{"file": object{"text": "Name\nDelta"}}
	other["hash"], other["lines"] = at(editor.do(planCSV, object{"input": object{"file": other["file"]}}), "planCsv", "plan", "hash"), []int{2}
	require.Equal(t, "CSV_APPLIED", at(editor.do(applyCSV, object{"input": other}), "applyCsv", "change", "action"))
}

func TestCSV_Inputs(t *testing.T) {
	t.Parallel()
	viewer := newWorld(t).newAccount(10)
	utf16, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String("Client\tX\nCafé\t")
	require.NoError(t, err)
	for title, c := range map[string]struct {
		content, encoding string
	}{
		"UTF-16":       {utf16, "UTF-16"},
		"Windows-1252": {"Client,X\nCaf\xe9,", "Windows-1252"},
		"a large file": {"Client,X\nCafé," + strings.Repeat("x", 4<<20), "UTF-8"},
	} {
		plan := at(viewer.do(planCSV, object{"input": object{"file": object{"base64": base64.StdEncoding.EncodeToString([]byte(c.content))}}}), "planCsv", "plan").(object)
		require.Equal(t, c.encoding, plan["encoding"], title)
		require.Equal(t, "Café", at(plan, "rows", 0, "organizationName"), title)
	}
	broken := viewer.do(planCSV, object{"input": object{"file": object{"text": "Kunde,Ort\nA,B"}}})
	require.Equal(t, []string{"INVALID"}, codes(at(broken, "planCsv")))
	require.Equal(t, "Kunde", at(broken, "planCsv", "plan", "columns", 0, "header"))
	chosen := viewer.do(planCSV, object{"input": object{"file": object{"text": "Kunde,Ort\nA,B", "columns": []object{{"index": 0, "kind": "ORGANIZATION_NAME"}}}}})
	require.Equal(t, "CREATES", at(chosen, "planCsv", "plan", "rows", 0, "outcome"))
	unreadable := viewer.do(planCSV, object{"input": object{"file": object{"text": ""}}})
	require.Equal(t, []string{"INVALID"}, codes(at(unreadable, "planCsv")))
	binary := viewer.do(planCSV, object{"input": object{"file": object{"base64": "AAAA"}}})
	require.Nil(t, at(binary, "planCsv", "plan"))
	for _, file := range []object{{}, {"text": "a", "base64": "a"}, {"base64": "?"}} {
		require.Equal(t, "BAD_USER_INPUT", viewer.ask(planCSV, object{"input": object{"file": file}}).Errors[0].Extensions["code"])
	}
	require.Equal(t, "BAD_USER_INPUT", viewer.ask(planCSV, object{"input": object{"file": object{"text": "Client\nA"}, "first": 2001}}).Errors[0].Extensions["code"])
}

func TestCSV_Files(t *testing.T) {
	t.Parallel()
	admin := newWorld(t).newAccount(10)
	viewer := admin.newClient(admin.account, auth.Viewer)
	integration := admin.listing(vendors.ApplicationHudu, "Acme", "Beta")
	organizations := admin.create("Acme")
	require.Empty(t, admin.save(organizations["Acme"], integration, []string{admin.externals(integration)["1"]}))
	for path, rows := range map[string]int{
		"/csv/organizations": 2, "/csv/mappings": 2, "/csv/external-organizations?integration=" + integration: 3,
		"/csv/history?to=2020-01-01T00:00:00%2B01:00": 1, "/csv/history?from=2020-01-01T00:00:00Z": 5,
	} {
		got := viewer.file(path)
		require.Equal(t, http.StatusOK, got.StatusCode, "%s: %s", path, got.body)
		require.Equal(t, "text/csv; charset=utf-8", got.Header.Get("Content-Type"))
		require.Equal(t, "private, no-store", got.Header.Get("Cache-Control"))
		require.Regexp(t, `^attachment; filename=orgmap-[a-z-]+-\d{4}-\d\d-\d\d\.csv$`, got.Header.Get("Content-Disposition"))
		found, err := csv.NewReader(strings.NewReader(got.body)).ReadAll()
		require.NoError(t, err)
		require.Len(t, found, rows, "%s:\n%s", path, got.body)
		marked := viewer.file(path + map[bool]string{true: "&", false: "?"}[strings.Contains(path, "?")] + "bom=1")
		require.Equal(t, "\ufeff"+got.body, marked.body)
		require.Empty(t, viewer.send(http.MethodHead, path, "", "Authorization", "Bearer "+viewer.token).body)
	}
	exported := at(viewer.do(planCSV, object{"input": object{"file": object{"text": viewer.file("/csv/organizations").body}}}), "planCsv", "plan").(object)
	var kinds []any
	for _, column := range exported["columns"].([]any) {
		kinds = append(kinds, at(column, "header"), at(column, "kind"))
	}
	require.Equal(t, []any{"Groups", "IGNORED", "Engineer", "IGNORED", "vCIO", "IGNORED", "Note", "IGNORED"}, kinds[8:], "details come last and are not read")
	require.Equal(t, "ALREADY_SO", at(exported, "rows", 0, "outcome"))
	cookie := viewer.signedIn()
	kept := cookie.Name + "=" + cookie.Value
	require.Equal(t, http.StatusOK, viewer.send(http.MethodGet, "/csv/organizations", "", "Cookie", kept).StatusCode)
	for title, c := range map[string]struct {
		path, method string
		status       int
		header       []string
	}{
		"nobody":                 {"/csv/organizations", "GET", 401, nil},
		"an unknown token":       {"/csv/mappings", "GET", 401, []string{"Authorization", "Bearer nobody"}},
		"a page of another site": {"/csv/organizations", "GET", 403, []string{"Cookie", kept, "Sec-Fetch-Site", "cross-site"}},
		"a foreign origin":       {"/csv/organizations", "GET", 401, []string{"Cookie", kept, "Origin", "https://evil.test"}},
		"no integration":         {"/csv/external-organizations", "GET", 400, []string{"Cookie", kept}},
		"another kind of ID":     {"/csv/external-organizations?integration=" + organizations["Acme"], "GET", 400, []string{"Cookie", kept}},
		"a time that is none":    {"/csv/history?from=yesterday", "GET", 400, []string{"Cookie", kept}},
		"another method":         {"/csv/organizations", "DELETE", 405, []string{"Authorization", "Bearer " + viewer.token}},
		"another file":           {"/csv/passwords", "GET", 404, []string{"Authorization", "Bearer " + viewer.token}},
	} {
		got := viewer.send(c.method, c.path, "", c.header...)
		require.Equal(t, c.status, got.StatusCode, "%s: %s", title, got.body)
		require.Empty(t, got.Header.Get("Content-Disposition"), title)
	}
}

// A client that does not read its file loses it, and its transaction ends. Meanwhile the account can get another file, but
// no third one.
func TestCSV_SlowReadersHoldNoTransaction(t *testing.T) {
	t.Parallel()
	limits := defaultBounds()
	limits.filePart = time.Second
	admin := boundedWorld(t, limits, nil).newAccount(1_000_000)
	for part := range 4 {
		require.NoError(t, admin.app.db.Write(t.Context(), admin.account, func(ctx context.Context, tx pg.Tx) error {
			_, err := tx.Exec(ctx, `INSERT INTO organizations (account_id, id, name, folded)
				SELECT ?, gen_random_uuid(), repeat('Client ', 25) || i, repeat('client ', 25) || i FROM generate_series(? * 10000 + 1, (? + 1) * 10000) AS i`, admin.account, part, part)
			return err
		}))
	}
	began := time.Now()
	whole := admin.file("/csv/organizations")
	t.Logf("40,000 organizations in %v, %d bytes", time.Since(began), len(whole.body))
	require.Equal(t, 40_001, strings.Count(whole.body, "\r\n"))

	reading := func() int { return len(admin.app.files.all) }
	address := strings.TrimPrefix(admin.url, "http://")
	ask := func() net.Conn {
		connection, err := net.Dial("tcp", address)
		require.NoError(t, err)
		t.Cleanup(func() { _ = connection.Close() })
		require.NoError(t, connection.(*net.TCPConn).SetReadBuffer(64<<10))
		_, err = fmt.Fprintf(connection, "GET /csv/organizations HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\n\r\n", address, admin.token)
		require.NoError(t, err)
		return connection
	}
	first := ask()
	_ = ask()
	require.Eventually(t, func() bool { return reading() == 2 }, waitTimeout, time.Millisecond)
	refused := admin.file("/csv/mappings")
	require.Equal(t, http.StatusTooManyRequests, refused.StatusCode)
	require.NotEmpty(t, refused.Header.Get("Retry-After"))
	other := admin.world.newAccount(1)
	require.Equal(t, http.StatusOK, other.file("/csv/mappings").StatusCode, "another account has its own places")

	require.Eventually(t, func() bool { return reading() == 0 }, waitTimeout, 10*time.Millisecond)
	require.NoError(t, first.SetReadDeadline(time.Now().Add(waitTimeout)))
	part, err := io.ReadAll(first)
	if err == nil {
		require.False(t, strings.HasSuffix(string(part), "\r\n0\r\n\r\n"), "the file must not look complete")
	}
	require.Eventually(t, func() bool { return admin.file("/csv/mappings").StatusCode == http.StatusOK }, waitTimeout, 10*time.Millisecond)
}

func TestImportCSVCommand(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	admin := w.newAccount(10)
	integration := admin.listing(vendors.ApplicationHudu, "Acme", "Beta")
	organizations := admin.create("Acme", "Gamma")
	require.Empty(t, admin.save(organizations["Acme"], integration, []string{admin.externals(integration)["1"]}))
	command := newCLI(t, w.owner)
	path := filepath.Join(t.TempDir(), "clients.csv")
	require.NoError(t, os.WriteFile(path, []byte("Name,Tool\nNew,2\nGamma,1\n,3\nAcme,9\n"), 0o600))
	arguments := []string{"import-csv", "--account", id.Format(id.Account, admin.account), "--column", "1=external_id:" + integration, path}
	require.Equal(t, `line 2: New: Creates it, maps “Beta” in Hudu.
line 3: Gamma: “Acme” in Hudu moves here from “Acme”.
line 4, column "Name": The organization's name is empty.
line 4, column "Tool": Hudu lists no ID 3.
line 5, column "Tool": Hudu lists no ID 9.
4 rows: 1 create (1 organizations), 0 map, 0 clear, 0 are so already, 0 look like another, 1 replace, 2 cannot be applied.
Nothing was changed. Use --apply to apply the rows that create, map and clear.
`, command.ok(arguments...))
	require.Equal(t, 2.0, at(admin.do("{ organizations { totalCount } }", nil), "organizations", "totalCount"))
	var result csvResult
	command.json(&result, append(arguments, "--apply")...)
	require.Equal(t, 1, result.Applied.Created)
	require.Equal(t, 1, result.Applied.Mapped)
	command.json(&result, append(arguments, "--apply", "--lines", "3")...)
	require.Equal(t, 1, result.Applied.Moved)
	command.json(&result, append(arguments, "--apply", "--instead", "3="+organizations["Acme"])...)
	require.Equal(t, 1, result.Applied.Moved, "back again")
	changes := admin.do("{ changes(first: 1) { nodes { action actor { name } } } }", nil)
	require.Equal(t, object{"action": "CSV_APPLIED", "actor": object{"name": "Operator"}}, at(changes, "changes", "nodes", 0))
	require.Contains(t, command.fails(append(arguments, "--apply", "--lines", "4")...), "Line 4 cannot be applied")
	require.Contains(t, command.fails("import-csv", "--account", id.Format(id.Account, admin.account), filepath.Join(t.TempDir(), "none.csv")), "no such file")
	require.Contains(t, command.fails("import-csv", "--account", id.Format(id.Account, id.New()), path), "account")
}
