package name

import (
	"strings"
	"unicode"
)

// Visible reports whether text shows anything: at least one character that is more than white space, a control or format
// character, a filler, or a mark that needs another character to stand on.
func Visible(text string) bool { return strings.ContainsFunc(text, visible) }

func visible(r rune) bool {
	if r < 0x80 {
		return r > ' ' && r < 0x7f
	}
	return !blank(r) && !ignorable(r) && !unicode.In(r, unicode.M, unicode.Cc, unicode.Cs, unicode.Noncharacter_Code_Point)
}

// blank reports whether r takes room and draws nothing.
func blank(r rune) bool {
	const brailleBlank, nullNotehead = '\u2800', '\U0001D159'
	return unicode.In(r, unicode.Z, unicode.White_Space) || r == brailleBlank || r == nullNotehead
}

// ignorable reports whether r is drawn as nothing at all: joiners, direction marks, soft hyphens, Hangul fillers, variation
// selectors, tags and the like.
func ignorable(r rune) bool {
	return unicode.In(r, unicode.Cf, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector) &&
		!unicode.Is(unicode.Prepended_Concatenation_Mark, r) // format characters that are drawn, such as the Arabic number sign
}
