package call_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/orgmap/orgmap/internal/vendors"
	"github.com/orgmap/orgmap/internal/vendors/call"
)

// detailed returns what a page keeps of a website and a city.
func detailed(t require.TestingT, website, city string) (string, string) {
	page := call.NewPage([]vendors.Organization{{RemoteID: "1", Name: "Northwind", Website: website, City: city}}, nil, "")
	require.Len(t, page.Organizations, 1, "a detail costs no row")
	require.Empty(t, page.Skipped)
	return page.Organizations[0].Website, page.Organizations[0].City
}

func TestNewPage_KeepsWebsitesAsAddresses(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{
		"northwind.example":                         "https://northwind.example",
		" www.Northwind.EXAMPLE ":                   "https://www.northwind.example",
		"HTTP://Northwind.example/Home":             "http://northwind.example/Home",
		"//northwind.example/":                      "https://northwind.example/",
		"northwind.example.":                        "https://northwind.example",
		"northwind.example:8443/x?a=b":              "https://northwind.example:8443/x?a=b",
		"northwind.example/?next=http://x.example":  "https://northwind.example/?next=http://x.example",
		"www.m\u00fcller.example":                   "https://www.xn--mller-kva.example",
		`https://northwind.example/"><script>`:      "https://northwind.example/%22%3E%3Cscript%3E",
		"https://northwind.example/" + long(1_974):  "https://northwind.example/" + long(1_974),
		"https://northwind.example/" + long(1_975):  "",
		"https://northwind.example/<" + long(1_973): "", // too long once it is escaped
		"":                              "",
		"none":                          "",
		"n/a":                           "",
		"5":                             "",
		"1.2":                           "",
		"192.168.1.1":                   "",
		"http://intranet/":              "",
		"info@northwind.example":        "",
		"mailto:info@northwind.example": "",
		"https://user:password@northwind.example":    "",
		"javascript:alert(1)":                        "",
		"javascript://northwind.example/%0aalert(1)": "",
		"ftp://northwind.example":                    "",
		"northwind.example, northwind.test":          "",
		"see northwind.example":                      "",
		"a_b.example":                                "",
		"north\x00wind.example":                      "",
		"\xff.example":                               "",
	} {
		kept, _ := detailed(t, typed, "")
		require.Equal(t, want, kept, "%q", typed)
	}
}

func long(length int) string { return strings.Repeat("a", length) }

func TestNewPage_KeepsCitiesThatCanBeStored(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{
		"Reno": "Reno", "  New \t York ": "New York", "Z\u00fcrich": "Z\u00fcrich", "\u6771\u4eac": "\u6771\u4eac", "Re\x00no": "Reno", "Reno\xff": "Reno",
		long(200): long(200), long(201): "", strings.Repeat("\u00fc", 200): strings.Repeat("\u00fc", 200),
		"": "", " ": "", "-": "", "8001": "",
	} {
		_, kept := detailed(t, "", typed)
		require.Equal(t, want, kept, "%q", typed)
	}
}

func TestNewPage_KeepsNoWebsiteThatLeavesAnAttribute(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		typed := rapid.SampledFrom([]string{"https://x.example", "x.example", "x.example/", ""}).Draw(t, "host") + rapid.String().Draw(t, "rest")
		kept, _ := detailed(t, typed, "")
		require.NotRegexp(t, `[^-a-zA-Z0-9._~:/?#@!$&()*+,;=%]`, kept)
		if kept != "" {
			require.Regexp(t, `^https?://[a-z0-9.-]+`, kept)
			again, _ := detailed(t, kept, "")
			require.Equal(t, kept, again, "a stored website stays the same")
		}
	})
}
