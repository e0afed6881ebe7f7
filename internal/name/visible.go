package name

import (
	"strings"
	"unicode"
)

// Visible reports whether text has a visible character: anything but white space, control and
// format characters, fillers, and combining marks.
func Visible(text string) bool { return strings.ContainsFunc(text, visible) }

func visible(r rune) bool {
	if r < 0x80 {
		return r > ' ' && r < 0x7f
	}
	return !blank(r) && !ignorable(r) && !unicode.In(r, unicode.M, unicode.Cc, unicode.Cs, unicode.Noncharacter_Code_Point)
}

// blank reports whether r takes space but draws nothing.
func blank(r rune) bool {
	const brailleBlank, nullNotehead = '\u2800', '\U0001D159'
	return unicode.In(r, unicode.Z, unicode.White_Space) || r == brailleBlank || r == nullNotehead
}

// ignorable reports whether r is invisible and takes no space: joiners, direction marks, soft
// hyphens, Hangul fillers, variation selectors, tags and the like.
func ignorable(r rune) bool {
	return unicode.In(r, unicode.Cf, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector) &&
		!unicode.Is(unicode.Prepended_Concatenation_Mark, r) // visible format characters, like the Arabic number sign
}
