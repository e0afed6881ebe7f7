package name_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/name"
)

func TestNormalizeEmail(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]string{
		"Ann@Example.COM":                 "ann@example.com",
		"  a+b@example.com\n":             "a+b@example.com",
		"\u212a@example.com":              "\u212a@example.com", // the Kelvin sign is no k
		"\u00c9va@example.com":            "\u00c9va@example.com",
		"ann":                             "",
		"@example.com":                    "",
		"ann@":                            "",
		"ann@b@example.com":               "",
		"a nn@example.com":                "",
		"ann\x00@example.com":             "",
		"ann\xff@example.com":             "",
		strings.Repeat("a", 250) + "@b.c": "a",
		strings.Repeat("a", 251) + "@b.c": "",
	} {
		normal, err := name.NormalizeEmail(raw)
		if want == "" {
			require.Error(t, err, "%q", raw)
			continue
		}
		require.NoError(t, err, "%q", raw)
		if want != "a" {
			require.Equal(t, want, normal)
		}
	}
}
