// Package enum writes and reads GraphQL enum values that are stored as strings.
package enum

import (
	"fmt"
	"io"
	"slices"
	"strconv"
)

// Write writes a value as JSON.
func Write[E ~string](w io.Writer, value E) {
	_, _ = io.WriteString(w, strconv.Quote(string(value))) // the response's buffer does not fail
}

// Read sets target to value, which must be one of known; anything else is an error.
func Read[E ~string](target *E, value any, known ...E) error {
	text, _ := value.(string)
	if !slices.Contains(known, E(text)) {
		return fmt.Errorf("%q is none of %v", text, known)
	}
	*target = E(text)
	return nil
}
