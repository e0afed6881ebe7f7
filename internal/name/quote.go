package name

import (
	"strings"
	"unicode"
)

// Quote puts a name in quotation marks for a sentence, as it is: nothing is escaped. Vendors send names of any length
// and with any characters, so Quote shortens a name that is longer than an organization's may be, and replaces
// characters that would break the sentence into lines or reorder it.
func Quote(text string) string {
	letters := []rune(text) // invalid bytes become replacement characters
	long := len(letters) > MaximumLength
	if long {
		letters = letters[:MaximumLength]
	}
	var quoted strings.Builder
	quoted.Grow(len(text) + len("“…”"))
	quoted.WriteString("“")
	for _, letter := range letters {
		if unicode.IsControl(letter) || unicode.In(letter, unicode.Zl, unicode.Zp, unicode.Bidi_Control) {
			letter = unicode.ReplacementChar
		}
		quoted.WriteRune(letter)
	}
	if long {
		quoted.WriteString("…")
	}
	quoted.WriteString("”")
	return quoted.String()
}
