package name_test

import (
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/orgmap/orgmap/internal/name"
)

// nothings are texts without visible characters, by description.
var nothings = map[string]string{
	"a zero width space":       "\u200b",
	"a word joiner":            "\u2060",
	"a byte order mark":        "\ufeff",
	"a soft hyphen":            "\u00ad",
	"joiners":                  "\u200d\u200c",
	"direction marks":          "\u200e\u200f\u202a\u202c",
	"a no-break space":         "\u00a0",
	"an ideographic space":     "\u3000",
	"a Hangul filler":          "\u3164",
	"a halfwidth filler":       "\uffa0",
	"a Braille blank":          "\u2800",
	"a combining mark":         "\u0301",
	"a variation selector":     "\ufe0f",
	"tags":                     "\U000e0041\U000e007f",
	"a Mongolian separator":    "\u180e",
	"an invisible operator":    "\u2062",
	"a combining joiner":       "\u034f",
	"a Khmer inherent vowel":   "\u17b4",
	"several, between letters": "\u200b \u3164\u00ad",
}

func TestVisible(t *testing.T) {
	t.Parallel()
	for what, text := range nothings {
		require.False(t, name.Visible(text), what)
		_, err := name.Normalize(text)
		require.Error(t, err, what)
	}
	for _, text := range []string{"A", "1", "-", "é", "e\u0301", "株", "\u200bA\u200b", "❤\ufe0f", "👩\u200d🚒", "ᅡ", "\u0600", "·"} {
		require.True(t, name.Visible(text), "%q", text)
		_, err := name.Normalize(text)
		require.NoError(t, err, "%q", text)
	}
}

// One letter or digit makes any name visible; without a letter, digit, sign or symbol, nothing
// does.
func TestVisible_DependsOnVisibleCharacters(t *testing.T) {
	t.Parallel()
	hidden := make([]string, 0, len(nothings))
	for _, text := range nothings {
		hidden = append(hidden, text)
	}
	rapid.Check(t, func(t *rapid.T) {
		padding := strings.Join(rapid.SliceOfN(rapid.SampledFrom(hidden), 0, 6).Draw(t, "padding"), "")
		if name.Visible(padding) {
			t.Fatalf("%q must not be visible", padding)
		}
		letter := rapid.RuneFrom(nil, unicode.Latin, unicode.Nd, unicode.Han).Draw(t, "letter")
		if !name.Visible(padding + string(letter) + padding) {
			t.Fatalf("%q must be visible", string(letter))
		}
	})
}
