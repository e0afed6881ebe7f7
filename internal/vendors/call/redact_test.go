package call

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html"
	"maps"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// wholeSpellings are ways to encode a whole secret.
//
//nolint:gochecknoglobals // a table
var wholeSpellings = map[string]func(string) string{
	"as it is":            func(secret string) string { return secret },
	"base64":              func(secret string) string { return base64.StdEncoding.EncodeToString([]byte(secret)) },
	"base64, unpadded":    func(secret string) string { return base64.RawStdEncoding.EncodeToString([]byte(secret)) },
	"base64url":           func(secret string) string { return base64.URLEncoding.EncodeToString([]byte(secret)) },
	"base64url, unpadded": func(secret string) string { return base64.RawURLEncoding.EncodeToString([]byte(secret)) },
	"hex":                 func(secret string) string { return hex.EncodeToString([]byte(secret)) },
	"hex in capitals":     func(secret string) string { return strings.ToUpper(hex.EncodeToString([]byte(secret))) },
}

// escapes are ways to escape a text, which can be nested.
//
//nolint:gochecknoglobals // a table
var escapes = map[string]func(string) string{
	"a query": url.QueryEscape,
	"a path":  url.PathEscape,
	"HTML":    html.EscapeString,
	"JSON":    func(text string) string { quoted, _ := json.Marshal(text); return string(quoted[1 : len(quoted)-1]) },
}

// inPart are ways to escape only some characters of a text.
//
//nolint:gochecknoglobals // a table
var inPart = map[string]func(*rapid.T, string) string{
	"some in a query":   some('%', func(r rune) string { return percent(r, "%%%02X") }),
	"some, lower case":  some('%', func(r rune) string { return percent(r, "%%%02x") }),
	"some as JSON has":  some('\\', jsonEscape),
	"some as HTML":      some('&', func(r rune) string { return fmt.Sprintf("&#%d;", r) }),
	"some as HTML, hex": some('&', func(r rune) string { return fmt.Sprintf("&#X%X;", r) }),
}

func percent(r rune, format string) string {
	var text strings.Builder
	for _, one := range []byte(string(r)) {
		fmt.Fprintf(&text, format, one)
	}
	return text.String()
}

func jsonEscape(r rune) string {
	if r < 0x10000 {
		return fmt.Sprintf(`\u%04x`, r)
	}
	return fmt.Sprintf(`\u%04X\u%04X`, 0xd800+(r-0x10000)>>10, 0xdc00+(r-0x10000)&0x3ff)
}

// some escapes randomly drawn characters, and always the one that starts an escape.
func some(begins rune, write func(rune) string) func(*rapid.T, string) string {
	return func(t *rapid.T, text string) string {
		var written strings.Builder
		for _, r := range text {
			if r == begins || rapid.Bool().Draw(t, "escape") {
				written.WriteString(write(r))
			} else {
				written.WriteRune(r)
			}
		}
		return written.String()
	}
}

func TestRedact_FindsSecretsInEveryEncoding(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		// Characters that keys contain, and some that they may contain.
		secret := rapid.StringMatching(`[a-zA-Z0-9+/=_.:!*#&<>"'\\ %~é€😀-]{6,40}`).Draw(t, "secret")
		echoed := wholeSpellings[rapid.SampledFrom(sortedKeys(wholeSpellings)).Draw(t, "spelling")](secret)
		if rapid.Bool().Draw(t, "escaped in part") {
			echoed = inPart[rapid.SampledFrom(sortedKeys(inPart)).Draw(t, "escapes")](t, echoed)
		}
		for range rapid.IntRange(0, 3).Draw(t, "layers") {
			echoed = escapes[rapid.SampledFrom(sortedKeys(escapes)).Draw(t, "encoder")](echoed)
		}
		text := redact("The key <<"+echoed+">> is wrong", []string{secret})
		require.Contains(t, text, cut)
		left := strings.TrimSuffix(strings.TrimPrefix(text, "The key <<"), ">> is wrong")
		require.LessOrEqual(t, len(strings.ReplaceAll(left, cut, "")), 12, "no more is left than padding: %s", left)
	})
}

func TestRedact_KeepsOtherText(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "The key is wrong.", `100 % of \u0041 & &amp; &nope; %zz %`, "日本語 😀", "abc", "\xff\xfe%"} {
		require.Equal(t, text, redact(text, []string{"s3cr3t-value", "abc", ""}))
	}
	require.Equal(t, "a "+cut+" b "+cut, redact("a longer-secret b longer", []string{"longer", "longer-secret"}))
}

func TestClean_ReadsOnlyTheStartOfLongTexts(t *testing.T) {
	t.Parallel()
	secret := "0123456789abcdef"
	line := clean(strings.Repeat("word ", 1<<20), []string{secret})
	require.Equal(t, 201, len([]rune(line)))
	require.Empty(t, clean(strings.Repeat(secret, 600), []string{secret}), "its end would be part of a secret")
}

func sortedKeys[V any](of map[string]V) []string { return slices.Sorted(maps.Keys(of)) }
