package call_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/orgmap/orgmap/internal/vendors"
	"github.com/orgmap/orgmap/internal/vendors/call"
)

// shown returns what a page keeps of an address.
func shown(address string) string {
	page := call.NewPage([]vendors.Organization{{RemoteID: "1", Name: "Northwind", URL: address}}, nil, "")
	return page.Organizations[0].URL
}

func TestNewPage_KeepsAddressesThatAreSafeInHTML(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"https://acme.example/c/1?x=a&y=%20#top":  "https://acme.example/c/1?x=a&y=%20#top",
		" HTTPS://Acme.Example:8443/C ":           "https://acme.example:8443/C",
		"http://10.0.0.1/x":                       "http://10.0.0.1/x",
		`https://x.example/<img src=x onerror=a>`: "https://x.example/%3Cimg%20src=x%20onerror=a%3E",
		`https://x.example/?a="b'c<d>e` + "`":     "https://x.example/?a=%22b%27c%3Cd%3Ee%60",
		"https://x.example/#'\"<":                 "https://x.example/#%27%22%3C",
		"https://x.example/caf\u00e9":             "https://x.example/caf%C3%A9",
		`https://x"onmouseover="alert(1)`:         "", `https://x.example"/`: "", "https://x y.example/": "", "https://user@x.example/": "", "//x.example/": "",
		"https:x.example": "", "https:///x": "", "javascript:alert(1)": "", "data:text/html,x": "", "ftp://x.example": "", "https://x_y.example": "",
		"https://[::1]/": "", "https://x.example:/": "", "https://x.example:x/": "", "https://\u0441.example": "", "https://.": "", "": "", "x": "",
		"https://x.example/\x00": "", "https://x.example/\n/": "", "https://x.example/" + strings.Repeat("a", 2048): "",
		"https://x.example/" + strings.Repeat("<", 1000): "",
	} {
		require.Equal(t, want, shown(address), "%q", address)
	}
}

func TestNewPage_DropsAddressesThatEscapeAnAttribute(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		address := "https://" + rapid.SampledFrom([]string{"x.example", ""}).Draw(t, "host") + rapid.String().Draw(t, "rest")
		kept := shown(address)
		require.NotRegexp(t, `[^-a-zA-Z0-9._~:/?#@!$&()*+,;=%]`, kept)
		if kept != "" {
			parsed, err := url.Parse(kept)
			require.NoError(t, err)
			require.Regexp(t, `^[a-z0-9.-]+$`, parsed.Hostname())
			require.Nil(t, parsed.User)
			require.Equal(t, kept, shown(kept), "the safe form is stable")
		}
	})
}

func TestNewPage_KeepsHintsThatCanBeStored(t *testing.T) {
	t.Parallel()
	many := []vendors.Hint{{RemoteID: ""}, {RemoteID: "a\x00"}, {RemoteID: strings.Repeat("9", 256)}}
	for range 60 {
		many = append(many, vendors.Hint{Application: vendors.ApplicationHudu, RemoteID: "7"})
	}
	page := call.NewPage([]vendors.Organization{{RemoteID: "1", Name: "A", Hints: many}, {RemoteID: "2", Name: "B", Hints: []vendors.Hint{{}}}}, nil, "")
	require.Len(t, page.Organizations[0].Hints, 50)
	require.Equal(t, "7", page.Organizations[0].Hints[0].RemoteID)
	require.Nil(t, page.Organizations[1].Hints)
}
