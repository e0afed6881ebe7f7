package matching

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

var foldCase = cases.Fold()

// fold returns the text in one width and case, with one kind of dash, quote and blank, and without
// invisible characters.
func fold(text string) string {
	if isASCII(text) {
		return strings.Join(strings.Fields(strings.ToLower(text)), " ")
	}
	text = foldCase.String(norm.NFKC.String(text))
	text = norm.NFC.String(text)
	text = strings.Map(func(r rune) rune {
		switch {
		case r < utf8.RuneSelf:
			return r
		case unicode.Is(unicode.Cf, r):
			return -1
		case unicode.Is(unicode.Pd, r), r == '\u2212':
			return '-'
		case r == '\u2018', r == '\u2019', r == '\u201b', r == '\u02bc', r == '\u00b4', r == '\uff07':
			return '\''
		case unicode.IsSpace(r):
			return ' '
		}
		return r
	}, text)
	return strings.Join(strings.Fields(strings.ReplaceAll(text, "`", "'")), " ")
}

// isASCII reports whether a text is ASCII without a backtick.
func isASCII(text string) bool {
	for i := range len(text) {
		if text[i] >= utf8.RuneSelf || text[i] == '`' {
			return false
		}
	}
	return true
}

// latin returns a word in Latin letters without marks.
func (t *Tables) latin(word string) string {
	if isASCII(word) {
		return word
	}
	mixed := t.mixed(word)
	var out strings.Builder
	for _, r := range norm.NFD.String(word) {
		if unicode.Is(unicode.Mn, r) {
			continue
		}
		if alike, known := t.lookAlikes[r]; known && mixed {
			out.WriteRune(alike)
			continue
		}
		if latin, known := t.letters[r]; known {
			out.WriteString(latin)
			continue
		}
		out.WriteRune(r)
	}
	return norm.NFC.String(out.String())
}

// spelledOut returns a word with letters such as ä written as two letters.
func (t *Tables) spelledOut(word string) string {
	if isASCII(word) {
		return word
	}
	var out strings.Builder
	for _, r := range word {
		if two, known := t.spellings[r]; known {
			out.WriteString(two)
			continue
		}
		out.WriteRune(r)
	}
	return t.latin(out.String())
}

// mixed reports whether a word has both Latin letters and letters that look like them.
func (t *Tables) mixed(word string) bool {
	latin, alike := false, false
	for _, r := range word {
		_, known := t.lookAlikes[r]
		alike = alike || known
		latin = latin || unicode.Is(unicode.Latin, r)
	}
	return latin && alike
}

// singular removes a plural s from a word.
func singular(word string) string {
	switch {
	case len(word) <= 3 || word[len(word)-1] != 's':
		return word
	case strings.HasSuffix(word, "ss"), strings.HasSuffix(word, "us"), strings.HasSuffix(word, "is"):
		return word
	case len(word) > 4 && strings.HasSuffix(word, "ies"):
		return word[:len(word)-3] + "y"
	}
	return word[:len(word)-1]
}
