package main

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestNormalOrigin(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"https://b.example":          "https://b.example",
		"https://b.example/":         "https://b.example",
		"HTTPS://B.Example:443":      "https://b.example",
		"https://b.example:443/":     "https://b.example",
		"http://b.example:80":        "http://b.example",
		"https://b.example:80":       "https://b.example:80",
		"http://b.example:443":       "http://b.example:443",
		"https://b.example:8443":     "https://b.example:8443",
		"https://b.example:":         "https://b.example",
		"http://[::1]:80":            "http://[::1]",
		"http://[::1]:8080":          "http://[::1]:8080",
		"http://[::1]":               "http://[::1]",
		"null":                       "",
		"":                           "",
		"b.example":                  "",
		"https://":                   "",
		"https://:443":               "",
		"ftp://b.example":            "",
		"https://user@b.example":     "",
		"https://b.example/path":     "",
		"https://b.example?query":    "",
		"https://b.example#fragment": "",
	} {
		require.Equal(t, want, normalOrigin(text), text)
		if want == "" {
			require.Error(t, checkOrigin(text), text)
		} else {
			require.NoError(t, checkOrigin(text), text)
			require.Equal(t, want, normalOrigin(want), text)
		}
	}
}

func TestAllowOrigin_NormalizesOrigins(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		public  string
		listed  []string
		host    string
		origin  string
		allowed bool
	}{
		"a listed origin with its scheme's port":       {"", []string{"https://b.example:443"}, "a.example", "https://b.example", true},
		"a listed origin without its scheme's port":    {"", []string{"https://b.example"}, "a.example", "https://b.example:443", true},
		"a listed origin at another port":              {"", []string{"https://b.example:8443"}, "a.example", "https://b.example", false},
		"the public origin with its scheme's port":     {"https://a.example:443/", nil, "inner:8080", "https://a.example", true},
		"the server's own host with the scheme's port": {"", nil, "a.example:443", "https://a.example", true},
		"the server's own host":                        {"", nil, "a.example:8080", "http://a.example:8080", true},
		"the server's own host by plain http":          {"https://a.example", nil, "a.example", "http://a.example", false},
		"another port of the server's own host":        {"", nil, "a.example:8080", "http://a.example:9090", false},
		"no origin at all":                             {"", []string{"https://b.example"}, "a.example", "null", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			app := &App{settings: settings{serving: serving{PublicURL: test.public, AllowedOrigins: test.listed}}}
			request := httptest.NewRequest(http.MethodGet, "/graphql", nil)
			request.Host = test.host
			request.Header.Set("Origin", test.origin)
			require.Equal(t, test.allowed, app.allowOrigin(request))
		})
	}
}
