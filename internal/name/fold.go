package name

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

const (
	// maximumFolded is the maximum length of folded text in bytes: compatibility forms expand one
	// character to up to 18, and a Postgres index entry, which may also contain the name, is limited to
	// 2,700 bytes.
	maximumFolded = 1600

	// maximumWords is how many words of a search count. It limits the cost of a search.
	maximumWords = 10
)

// Fold returns the form of a name that lists sort by and search in. It ignores case, accents,
// character width, ligatures, repeated white space and invisible characters. It is stored next to
// each name, so a change of Fold needs a migration that rewrites the column.
func Fold(raw string) string {
	folded, plain := foldASCII(raw)
	if !plain {
		folded = foldUnicode(raw)
	}
	return cut(folded)
}

// foldASCII folds printable ASCII, which most names are, and reports whether raw is printable
// ASCII.
func foldASCII(raw string) (folded string, is bool) {
	isFolded := true
	for i := range len(raw) {
		switch c := raw[i]; {
		case c < ' ' || c >= 0x7f:
			return "", false
		case 'A' <= c && c <= 'Z', c == ' ' && (i == 0 || i == len(raw)-1 || raw[i-1] == ' '):
			isFolded = false
		}
	}
	if isFolded {
		return raw, true
	}
	return strings.ToLower(strings.Join(strings.Fields(raw), " ")), true
}

// foldUnicode applies Unicode's compatibility caseless matching (definition D146) and also removes
// accents.
func foldUnicode(raw string) string {
	caseless := cases.Fold()
	text := caseless.String(norm.NFD.String(strings.ToValidUTF8(raw, string(utf8.RuneError))))
	text = norm.NFKD.String(caseless.String(norm.NFKD.String(text)))
	var folded strings.Builder
	folded.Grow(len(text))
	gap := false
	for _, r := range text {
		switch {
		case blank(r):
			gap = true
			continue
		case unicode.IsControl(r), ignorable(r), accent(r):
			continue
		}
		if gap && folded.Len() > 0 {
			folded.WriteByte(' ')
		}
		gap = false
		if plain := withoutStroke(r); plain != "" {
			folded.WriteString(plain)
		} else {
			folded.WriteRune(unicode.ToLower(r)) // Cherokee folds to capitals, but not in every version of the tables
		}
	}
	return norm.NFC.String(folded.String())
}

// accent reports whether r is a mark that readers can do without. In other scripts, marks write
// vowels or, in Japanese, a different consonant.
func accent(r rune) bool {
	const voiced, halfVoiced = '\u3099', '\u309a'
	return unicode.In(r, unicode.Mn, unicode.Me) && r != voiced && r != halfVoiced &&
		unicode.In(r, unicode.Inherited, unicode.Latin, unicode.Greek, unicode.Cyrillic, unicode.Hebrew, unicode.Arabic, unicode.Syriac)
}

// withoutStroke returns the plain spelling of a small Latin letter that Unicode does not decompose,
// or "" if there is none.
func withoutStroke(r rune) string {
	switch r {
	case 'ı':
		return "i"
	case 'ȷ':
		return "j"
	case 'ø':
		return "o"
	case 'ł', 'ƚ', 'ⱡ':
		return "l"
	case 'đ', 'ð':
		return "d"
	case 'ħ', 'ⱨ':
		return "h"
	case 'ŧ', 'ⱦ':
		return "t"
	case 'ƀ':
		return "b"
	case 'ǥ':
		return "g"
	case 'ƶ':
		return "z"
	case 'ⱥ':
		return "a"
	case 'ȼ':
		return "c"
	case 'ɇ':
		return "e"
	case 'ɨ':
		return "i"
	case 'ɉ':
		return "j"
	case 'ɍ':
		return "r"
	case 'ɏ':
		return "y"
	case 'æ':
		return "ae"
	case 'œ':
		return "oe"
	}
	return ""
}

// cut returns the leading characters of folded text that fit into maximumFolded.
func cut(folded string) string {
	if len(folded) <= maximumFolded {
		return folded
	}
	end := maximumFolded
	for !utf8.RuneStart(folded[end]) {
		end--
	}
	return strings.TrimRight(folded[:end], " ")
}

// Words returns the folded words of a search. A search finds a name if its folded form contains
// every word, in any order, also as part of a longer word.
//
// Blanks and punctuation between words separate them, and periods and apostrophes around a word are
// ignored, unless the search consists of nothing else. Only the first ten words count.
func Words(search string) []string {
	folded := Fold(search)
	words := strings.FieldsFunc(folded, separates)
	for i, word := range words {
		words[i] = strings.Trim(word, aroundWords)
	}
	words = slices.DeleteFunc(words, func(word string) bool { return word == "" })
	if len(words) == 0 {
		words = strings.Fields(folded)
	}
	return words[:min(len(words), maximumWords)]
}

const (
	betweenWords = " ,;:&/()\"\u2010\u2011\u2012\u2013\u2014-" // with all hyphens and dashes
	aroundWords  = ".'\u2018\u2019"
)

func separates(r rune) bool { return strings.ContainsRune(betweenWords, r) }

// oneWord reports whether a folded search is its only word.
func oneWord(folded string) bool { return !strings.ContainsAny(folded, betweenWords+aroundWords) }

// Patterns returns one LIKE pattern per word of a search. The search finds the folded names that
// match all of them.
func Patterns(search string) []string {
	words := Words(search)
	escaper := strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`)
	for i, word := range words {
		words[i] = "%" + escaper.Replace(word) + "%"
	}
	return words
}
