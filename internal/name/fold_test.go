package name_test

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/cases"
	"golang.org/x/text/language"
	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"

	"github.com/orgmap/orgmap/internal/name"
)

func TestFold(t *testing.T) {
	t.Parallel()
	for folded, spellings := range map[string][]string{
		"acme":             {"Acme", "ACME", " acme ", "Ácmè", "A\u0301cme", "ＡＣＭＥ", "a\u200dc\u00adm\u2060e", "\u202eacme\u202c", "A\ufe0fcme", "𝐀𝐜𝐦𝐞", "acme\x00", "a\x1bcme"},
		"acme west":        {"Acme  West", "acme\u00a0west", "\u3000acme\u2003 \u2003west", "acme\u2800west", "acme\t\nwest"},
		"οδοσ":             {"ΟΔΟΣ", "οδος", "οδοσ", "Οδός", "οδο\u0301ς"},
		"istanbul":         {"İstanbul", "I\u0307stanbul", "i\u0307stanbul", "ISTANBUL", "ıstanbul", "ISTANBUL"},
		"strasse":          {"Straße", "STRASSE", "STRAẞE", "ſtraſſe"},
		"office":           {"Oﬃce", "oﬀice", "OFFICE"},
		"lodz":             {"Łódź", "łodz", "LODZ"},
		"soren":            {"Søren", "SØREN", "so\u0338ren"},
		"dordevic":         {"Đorđević", "DORDEVIC"},
		"aebleskiver":      {"Æbleskiver", "ÆBLESKIVER", "ǣbleskiver"},
		"ωιδηιον":          {"ᾠδῇον", "ὨΙΔΗ͂ΙΟΝ"},
		"50%":              {"50%", "５０％"},
		"한국":               {"한국", norm.NFD.String("한국")},
		"ガス":               {"ガス", "ｶﾞｽ", norm.NFD.String("ガス")},
		"カス":               {"カス", "ｶｽ"},
		"שלום":             {"שלום", "שָׁלוֹם"},
		"กิน":              {"กิน"},
		"\ufffd":           {"\xff"},
		"":                 {"", " ", "\u200b", "\u0301", "\u3164", "\u2800", "\x00", "\u00a0\u2003"},
		"կրարմենիա եւ մեւ": {"ԿՐԱՐՄԵՆԻԱ և մև"},
	} {
		for _, spelling := range spellings {
			require.Equal(t, folded, name.Fold(spelling), "%q", spelling)
		}
	}
}

// nasty draws texts that commonly break folding.
func nasty() *rapid.Generator[string] {
	return rapid.Map(rapid.SliceOfN(rapid.OneOf(
		rapid.SampledFrom([]string{
			"İ", "i\u0307", "ı", "I", "Σ", "σ", "ς", "ß", "ẞ", "ﬃ", "ﬁ", "ŉ", "ǰ", "J\u030c", "ΐ", "ᾳ", "ᾼ", "\u0345", "և", "ﬓ", "é", "e\u0301", "\u0323\u0307", "ø", "Ł",
			"각", "\u1100", "\u1161", "\u11a8", "\u3164", "\u200d", "\u200b", "\u202e", "\u00ad", "\ufe0f", "Ａ", "ｶﾞ", "が", "㎏", "ﷺ", "שׁ", "لا", "กิ", "क़", "क\u093c", "👩\u200d👩", "\U0001d160",
			"%", "_", `\`, "'", "?", " ", "\u00a0", "\u3000", "a", "B",
		}),
		rapid.String(),
	), 0, 8), func(parts []string) string { return strings.Join(parts, "") })
}

func TestFold_IsTheSameForEverySpelling(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		raw := strings.ToValidUTF8(nasty().Draw(t, "raw"), "\ufffd")
		folded := name.Fold(raw)
		require.Equal(t, folded, name.Fold(folded))
		require.Equal(t, folded, name.Fold(norm.NFC.String(raw)))
		require.Equal(t, folded, name.Fold(norm.NFD.String(raw)))
		require.Equal(t, folded, name.Fold(norm.NFKC.String(raw)))
		require.Equal(t, folded, name.Fold("\u200b "+strings.ReplaceAll(raw, " ", "\u3000 ")+"\u00a0"))
		require.True(t, norm.NFC.IsNormalString(folded))
		require.Equal(t, strings.Join(strings.Fields(folded), " "), folded)
		require.False(t, strings.ContainsFunc(folded, unicode.IsControl))
		if normal, err := name.Normalize(raw); err == nil {
			require.Equal(t, folded, name.Fold(normal), "a vendor's name folds like the organization that is imported from it")
		}
	})
}

func TestFold_IgnoresTheCaseOfEveryCharacter(t *testing.T) {
	t.Parallel()
	upper, lower, title := cases.Upper(language.Und), cases.Lower(language.Und), cases.Title(language.Und)
	for r := range unicode.MaxRune + 1 {
		if !utf8.ValidRune(r) {
			continue
		}
		own := string(r)
		for _, spelling := range []string{upper.String(own), lower.String(own), title.String(own), string(unicode.ToUpper(r)), string(unicode.ToLower(r))} {
			if spelling != own {
				require.Equal(t, name.Fold(own), name.Fold(spelling), "%U as %q", r, spelling)
			}
		}
	}
}

func TestFold_TruncatesLongExpansions(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		unit := rapid.SampledFrom([]string{"ﷺ", "\U0001d160", "a", "a ", "界", "\U00020000"}).Draw(t, "unit")
		folded := name.Fold(strings.Repeat("x", rapid.IntRange(0, 3).Draw(t, "before")) + strings.Repeat(unit, 2000))
		require.LessOrEqual(t, len(folded), 1600)
		require.Greater(t, len(folded), 1590)
		require.True(t, utf8.ValidString(folded))
		require.Equal(t, folded, name.Fold(folded))
	})
}

// Stored names were folded with this exact function. If this test fails, refold them in a new
// migration, like 20261128210000_folded_names, and update the sum here.
func TestFold_MatchesTheFoldingOfStoredNames(t *testing.T) {
	t.Parallel()
	sum := sha256.New()
	for _, block := range [][2]rune{{0, 0x52f}, {0x1e00, 0x206f}, {0x2100, 0x214f}, {0x3000, 0x30ff}, {0xfb00, 0xfb06}, {0xff00, 0xffef}} {
		for r := block[0]; r <= block[1]; r++ {
			sum.Write([]byte(name.Fold("a"+string(r)+"b") + "\n"))
		}
	}
	require.Equal(t, "43fe2b5bc2fa9df966485345fd3c5a34c6c646da085d25e7f417cd25c0fb4cc2", hex.EncodeToString(sum.Sum(nil)))
}

func TestWords(t *testing.T) {
	t.Parallel()
	for search, words := range map[string][]string{
		"":                        {},
		" \u200b\u3164 ":          {},
		"  West\u00a0 ACME ":      {"west", "acme"},
		"a b c d e f g h i j k l": {"a", "b", "c", "d", "e", "f", "g", "h", "i", "j"},
		"Smith, John":             {"smith", "john"},
		"Smith & Sons (North)":    {"smith", "sons", "north"},
		"lake-view\u2013hospital": {"lake", "view", "hospital"},
		"'Acme' Inc. / A.B.":      {"acme", "inc", "a.b"},
		"O'Neil":                  {"o'neil"},
		"& .":                     {"&", "."},
		"50% off_now":             {"50%", "off_now"},
		"\u0301 e\u0301\u200dtat": {"etat"},
	} {
		require.Equal(t, words, name.Words(search), "%.100q", search)
	}
}

func TestPatterns_EscapeWildcards(t *testing.T) {
	t.Parallel()
	require.Equal(t, []string{`%50\%%`, `%off\_now\\%`}, name.Patterns(` 50%  OFF_now\ `))
	require.Empty(t, name.Patterns(" "))
}
