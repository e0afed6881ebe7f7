package name

import (
	"errors"
	"strings"
	"unicode"
	"unicode/utf8"
)

// longestEmail is the maximum length of an email address, in bytes.
const longestEmail = 254

var errEmail = errors.New("This is not an email address. Example: ann@example.com.")

// NormalizeEmail returns an email address as it is stored and compared: without surrounding white space, ASCII letters in
// lower case. Other letters stay as they are: two addresses are the same only if the identity provider cannot mean two
// people. The error is a sentence for people.
func NormalizeEmail(raw string) (string, error) {
	text := strings.Map(func(r rune) rune {
		if 'A' <= r && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, strings.TrimSpace(raw))
	before, after, found := strings.Cut(text, "@")
	odd := func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }
	if !found || before == "" || after == "" || strings.Contains(after, "@") || len(text) > longestEmail || !utf8.ValidString(raw) || strings.ContainsFunc(text, odd) {
		return "", errEmail
	}
	return text, nil
}
