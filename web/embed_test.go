package web_test

import (
	"compress/gzip"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/web"
)

// get asks for a path, with header fields given in pairs.
func get(t *testing.T, path string, fields ...string) *http.Response {
	t.Helper()
	request := httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil)
	for i := 0; i < len(fields); i += 2 {
		request.Header.Set(fields[i], fields[i+1])
	}
	recorder := httptest.NewRecorder()
	web.Handler().ServeHTTP(recorder, request)
	return recorder.Result()
}

func body(t *testing.T, response *http.Response) string {
	t.Helper()
	content, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	return string(content)
}

// loaded are the files that a page names.
var loaded = regexp.MustCompile(`(?:src|href)="(/[^"]+)"`)

// title is a line of the app's table of titles.
var title = regexp.MustCompile(`(?m)^    '(/[^']*)': '`)

// appPages returns the paths of the app's pages, as the app knows them.
func appPages(t *testing.T) (paths []string) {
	t.Helper()
	words, err := os.ReadFile("app/src/words/shell.ts")
	require.NoError(t, err)
	_, titles, _ := strings.Cut(string(words), "titles: {")
	titles, _, _ = strings.Cut(titles, "}")
	for _, line := range title.FindAllStringSubmatch(titles, -1) {
		paths = append(paths, line[1])
	}
	require.Contains(t, paths, "/history")
	return paths
}

func TestHandler_ServesPagesAndTheirAssets(t *testing.T) {
	t.Parallel()
	for _, page := range append(appPages(t), "/explorer") {
		t.Run(page, func(t *testing.T) {
			t.Parallel()
			response := get(t, page)
			require.Equal(t, http.StatusOK, response.StatusCode)
			require.Equal(t, "text/html; charset=utf-8", response.Header.Get("Content-Type"))
			require.Equal(t, "no-cache", response.Header.Get("Cache-Control"))
			names := loaded.FindAllStringSubmatch(body(t, response), -1)
			require.NotEmpty(t, names)
			for _, name := range names {
				require.Equal(t, http.StatusOK, get(t, name[1]).StatusCode, name[1])
			}
		})
	}
}

func TestHandler_HashedAssetsAreImmutable(t *testing.T) {
	t.Parallel()
	assets, err := fs.Glob(os.DirFS("dist/app"), "assets/*")
	require.NoError(t, err)
	require.NotEmpty(t, assets)
	for _, asset := range assets {
		response := get(t, "/"+asset)
		require.Equal(t, http.StatusOK, response.StatusCode, asset)
		require.Equal(t, "public, max-age=31536000, immutable", response.Header.Get("Cache-Control"), asset)
		require.NotEqual(t, "application/octet-stream", response.Header.Get("Content-Type"), asset)
	}
}

func TestHandler_UnknownPathsAreNotFound(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"/nowhere", "/assets/", "/assets/old-0123.js", "/index.html", "/explorer/index.html", "/sync/", "/dist/app/index.html", "//", "/../embed.go"} {
		require.Equal(t, http.StatusNotFound, get(t, "http://orgmap.example"+path).StatusCode, path)
	}
}

func TestHandler_BrowsersGetTheAppForUnknownPages(t *testing.T) {
	t.Parallel()
	app := body(t, get(t, "/"))
	for name, test := range map[string]struct {
		fields []string
		page   bool
	}{
		"a browser":                     {[]string{"Accept", "text/html,application/xhtml+xml,*/*;q=0.8"}, true},
		"a browser with Sec-Fetch-Dest": {[]string{"Accept", "*/*", "Sec-Fetch-Dest", "document"}, true},
		"a script's request":            {[]string{"Accept", "text/html", "Sec-Fetch-Dest", "empty"}, false},
		"a missing script":              {[]string{"Accept", "*/*", "Sec-Fetch-Dest", "script"}, false},
		"a program":                     {[]string{"Accept", "*/*"}, false},
		"an API call":                   {[]string{"Accept", "application/json"}, false},
		"no headers":                    {nil, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			response := get(t, "http://orgmap.example/nowhere", test.fields...)
			require.Equal(t, http.StatusNotFound, response.StatusCode)
			require.Equal(t, test.page, body(t, response) == app)
		})
	}
}

func TestHandler_RefusesOtherMethods(t *testing.T) {
	t.Parallel()
	recorder := httptest.NewRecorder()
	web.Handler().ServeHTTP(recorder, httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", nil))
	require.Equal(t, http.StatusMethodNotAllowed, recorder.Code)
	require.Equal(t, "GET, HEAD", recorder.Header().Get("Allow"))
}

func TestHandler_HeadReturnsOnlyHeaders(t *testing.T) {
	t.Parallel()
	recorder := httptest.NewRecorder()
	web.Handler().ServeHTTP(recorder, httptest.NewRequestWithContext(t.Context(), http.MethodHead, "/", nil))
	require.Equal(t, http.StatusOK, recorder.Code)
	require.NotEqual(t, "0", recorder.Header().Get("Content-Length"))
	require.Empty(t, recorder.Body.Bytes())
}

func TestHandler_CompressesIfAccepted(t *testing.T) {
	t.Parallel()
	plain := body(t, get(t, "/"))
	for accepted, zipped := range map[string]bool{
		"gzip": true, "br, gzip;q=0.5": true, "GZIP": true, "gzip; q=0": false, "br": false, "": false, "gzip;q=none": false,
	} {
		response := get(t, "/", "Accept-Encoding", accepted)
		require.Equal(t, "Accept-Encoding", response.Header.Get("Vary"))
		if !zipped {
			require.Empty(t, response.Header.Get("Content-Encoding"), accepted)
			require.Equal(t, plain, body(t, response), accepted)
			continue
		}
		require.Equal(t, "gzip", response.Header.Get("Content-Encoding"), accepted)
		reader, err := gzip.NewReader(response.Body)
		require.NoError(t, err)
		content, err := io.ReadAll(reader)
		require.NoError(t, err)
		require.Equal(t, plain, string(content), accepted)
	}
}

func TestHandler_PolicyAllowsOnlyOwnScripts(t *testing.T) {
	t.Parallel()
	response := get(t, "http://orgmap.example:8080/")
	policy := response.Header.Get("Content-Security-Policy")
	require.Contains(t, policy, "default-src 'none'; script-src 'self';")
	require.Contains(t, policy, "connect-src 'self' ws://orgmap.example:8080 wss://orgmap.example:8080;")
	require.Contains(t, policy, "frame-ancestors 'none'")
	require.NotContains(t, policy, "unsafe-eval")
	require.Equal(t, "nosniff", response.Header.Get("X-Content-Type-Options"))
	require.NotRegexp(t, `<script(?:[^>]*[^>]src=)?[^>]*>[^<]`, body(t, response), "an inline script would not run")
	require.NotEmpty(t, get(t, "/nowhere").Header.Get("Content-Security-Policy"))
}

func TestHandler_InvalidHostIsNotInThePolicy(t *testing.T) {
	t.Parallel()
	for _, host := range []string{"evil; script-src *", "a b", "*", "[::1]; x", ""} {
		request := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
		request.Host = host
		recorder := httptest.NewRecorder()
		web.Handler().ServeHTTP(recorder, request)
		require.Contains(t, recorder.Header().Get("Content-Security-Policy"), "connect-src 'self'; ", host)
	}
	require.Contains(t, get(t, "http://[::1]:8080/").Header.Get("Content-Security-Policy"), "wss://[::1]:8080")
}

func TestHandler_PagesLoadNothingFromOtherHosts(t *testing.T) {
	t.Parallel()
	for _, page := range []string{"/", "/explorer"} {
		require.False(t, strings.Contains(body(t, get(t, page)), "https://"), page)
	}
}
