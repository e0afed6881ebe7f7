package csvfile

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// None is the word that clears a cell.
const None = "none"

// IsNone reports whether a cell consists of the word that clears it, in any case.
func IsNone(cell string) bool { return strings.EqualFold(strings.TrimSpace(cell), None) }

// The characters of a list: values are separated by the first, and the second makes whatever follows it an ordinary
// character.
const (
	listSeparator = ';'
	listEscape    = '\\'
)

// JoinList returns values, none of which is empty, as one cell. White space at the ends of a value is escaped, because
// SplitList ignores it around values, and so is the only value that would be taken for None.
func JoinList(values []string) string {
	if len(values) == 1 && IsNone(values[0]) && strings.TrimSpace(values[0]) == values[0] {
		return string(listEscape) + values[0]
	}
	var cell strings.Builder
	for i, value := range values {
		if i > 0 {
			cell.WriteRune(listSeparator)
		}
		appendEscaped(&cell, value)
	}
	return cell.String()
}

func appendEscaped(cell *strings.Builder, value string) {
	core := strings.TrimSpace(value)
	begin := strings.Index(value, core)
	for at := 0; at < len(value); {
		r, size := utf8.DecodeRuneInString(value[at:])
		outside := at < begin || at >= begin+len(core)
		if r == listSeparator || r == listEscape || outside && unicode.IsSpace(r) {
			cell.WriteRune(listEscape)
		}
		cell.WriteString(value[at : at+size])
		at += size
	}
}

// SplitList returns the values of a cell that JoinList returned, or that a person wrote. Values are without white space
// around them; empty ones are left out.
func SplitList(cell string) (values []string) {
	var value strings.Builder
	kept := 0 // length of the value up to its last character that is not to be trimmed
	end := func() {
		if kept > 0 {
			values = append(values, value.String()[:kept])
		}
		value.Reset()
		kept = 0
	}
	escaped := false
	for at := 0; at < len(cell); {
		r, size := utf8.DecodeRuneInString(cell[at:])
		piece := cell[at : at+size]
		at += size
		switch {
		case !escaped && r == listEscape && at < len(cell):
			escaped = true
			continue
		case !escaped && r == listSeparator:
			end()
			continue
		case !escaped && unicode.IsSpace(r):
			if kept > 0 {
				value.WriteString(piece)
			}
		default:
			value.WriteString(piece)
			kept = value.Len()
		}
		escaped = false
	}
	end()
	return values
}
