// Package name decides when two names are the same, and which names an organization can have.
package name

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// MaximumLength is the maximum length of an organization's name, in characters.
const MaximumLength = 200

// Normalize returns the form in which names are stored and compared, case-sensitively: Unicode NFC
// without leading and trailing white space. The error is a complete sentence for people that says
// why an organization cannot have the name.
func Normalize(raw string) (string, error) {
	if !utf8.ValidString(raw) {
		return "", errors.New("The name is not valid Unicode.")
	}
	normal := norm.NFC.String(strings.TrimSpace(raw))
	if normal == "" {
		return "", errors.New("The name is empty.")
	}
	if length := utf8.RuneCountInString(normal); length > MaximumLength {
		return "", fmt.Errorf("The name has %d characters; the maximum is %d.", length, MaximumLength)
	}
	if at := strings.IndexFunc(normal, unicode.IsControl); at >= 0 {
		return "", fmt.Errorf("The name has a control character at position %d.", utf8.RuneCountInString(normal[:at])+1)
	}
	if !Visible(normal) {
		return "", errors.New("The name has no visible characters.")
	}
	return normal, nil
}
