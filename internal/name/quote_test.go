package name_test

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/orgmap/orgmap/internal/name"
)

func TestQuote(t *testing.T) {
	t.Parallel()
	for title, c := range map[string]struct{ text, want string }{
		"plain":               {"Northwind Dental", "“Northwind Dental”"},
		"quotation marks":     {`The "Best" Dentist`, `“The "Best" Dentist”`},
		"backslash":           {`ACME\Sales`, `“ACME\Sales”`},
		"other scripts":       {"Café 株式会社 👩\u200d🚒", "“Café 株式会社 👩\u200d🚒”"},
		"no-break space":      {"A\u00a0B", "“A\u00a0B”"},
		"empty":               {"", "“”"},
		"line break":          {"a\nb\u2028c", "“a\ufffdb\ufffdc”"},
		"escape sequence":     {"\x1b[31mred", "“\ufffd[31mred”"},
		"bidirectional marks": {"a\u202eb\u200fc", "“a\ufffdb\ufffdc”"},
		"invalid UTF-8":       {"a\xffb", "“a\ufffdb”"},
		"longest":             {strings.Repeat("界", 200), "“" + strings.Repeat("界", 200) + "”"},
		"too long":            {strings.Repeat("界", 201), "“" + strings.Repeat("界", 200) + "…”"},
	} {
		t.Run(title, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, c.want, name.Quote(c.text))
		})
	}
}

// Whatever an organization can be called stands in a message letter by letter, and nothing breaks it into lines.
func TestQuote_KeepsNamesAndLines(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		raw := rapid.String().Draw(t, "raw")
		quoted := name.Quote(raw)
		require.True(t, utf8.ValidString(quoted))
		require.Less(t, strings.IndexFunc(quoted, unicode.IsControl), 0)
		require.LessOrEqual(t, utf8.RuneCountInString(quoted), name.MaximumLength+len([]rune("“…”")))
		normal, err := name.Normalize(raw)
		if err == nil && !strings.ContainsFunc(normal, func(r rune) bool { return unicode.In(r, unicode.Zl, unicode.Zp, unicode.Bidi_Control) }) {
			require.Equal(t, "“"+normal+"”", name.Quote(normal))
		}
	})
}
