package matching

import (
	"slices"
	"strings"
)

// Name is what matching reads from a name.
type Name struct {
	// Text is the name as the vendor sent it.
	Text string
	// Same is equal for names that differ only in case, width, blanks, and kinds of dashes and quotes.
	Same string
	// OutOfUse is the mark of a record that is out of use, or "".
	OutOfUse string
	// Readings are the names that the text may stand for: with and without a client code, each side of
	// a trade name, and with letters such as ä written as one or two. The first is the plainest.
	Readings []Reading
}

// Reading is one name that a text may stand for, as words.
type Reading struct {
	Words []Word
	// Form is the class of the legal form that was removed, or "" if there was none or it is
	// unspecific.
	Form string
	// Initials are the first letters of the words, with and without what was removed.
	Initials []string
	// Key is the words in order. Names with the same key have equal words.
	Key string
}

// Word is one word of a reading.
type Word struct {
	// Text is the canonical spelling.
	Text string
	// Spelled is the name's spelling after case folding.
	Spelled string
	// Tail is set for words that qualify the name: after a dash or colon, or in brackets.
	Tail bool
}

// HasTail reports whether a word of the reading qualifies the others.
func (r Reading) HasTail() bool {
	return slices.ContainsFunc(r.Words, func(w Word) bool { return w.Tail })
}

// Reader reads the names of one list.
type Reader struct {
	tables *Tables
	codes  map[string]bool // shapes of the client codes that the list uses
}

// NewReader returns a Reader for a list with these names. It recognizes the list's client codes
// because several have the same shape.
func NewReader(tables *Tables, names []string) *Reader {
	return &Reader{tables: tables, codes: codeShapes(names)}
}

// Read returns what matching reads from a name.
func (r *Reader) Read(text string) Name {
	name := Name{Text: text, Same: fold(text)}
	without := r.withoutCode(name.Same)
	name.OutOfUse = r.readText(&name, without)
	if without != name.Same {
		mark := r.readText(&name, name.Same)
		if name.OutOfUse == "" {
			name.OutOfUse = mark
		}
	}
	return name
}

// readText appends the readings of a folded text to name and returns the mark of a record out of
// use.
func (r *Reader) readText(name *Name, text string) string {
	text, mark := r.tables.withoutMarks(text)
	text = r.tables.inOrder(text)
	for _, side := range tradeNames(text) {
		tokens := r.tables.tokens(side)
		for _, second := range []bool{false, true} {
			reading, differs := r.tables.reading(tokens, second)
			if len(reading.Words) == 0 || second && !differs {
				continue
			}
			known := slices.ContainsFunc(name.Readings, func(other Reading) bool {
				return other.Key == reading.Key && other.Form == reading.Form && other.HasTail() == reading.HasTail()
			})
			if !known {
				name.Readings = append(name.Readings, reading)
			}
		}
	}
	return mark
}

// tradeMarks separate a company's name from the name it trades under.
var tradeMarks = []string{
	" d/b/a ", " dba ", " d.b.a. ", " d.b.a ", " doing business as ", " t/a ", " trading as ", " a/k/a ", " aka ", " also known as ",
	" f/k/a ", " fka ", " formerly known as ",
}

var withoutBrackets = strings.NewReplacer("(", " ", ")", " ", "[", " ", "]", " ") //nolint:gochecknoglobals // a constant, slow to build

// tradeNames returns the names on both sides of "trading as" and the like, or the text itself if
// there is none.
func tradeNames(text string) []string {
	if !mayHaveTradeName(text) {
		return []string{text}
	}
	plain := " " + withoutBrackets.Replace(text) + " "
	for _, mark := range tradeMarks {
		before, after, found := strings.Cut(plain, mark)
		if !found {
			continue
		}
		before, after = strings.Trim(before, " -,:"), strings.Trim(after, " -,:")
		if before != "" && after != "" {
			return append(tradeNames(before), tradeNames(after)...)
		}
	}
	return []string{text}
}

// mayHaveTradeName is a cheap check before the expensive one.
func mayHaveTradeName(text string) bool {
	return strings.Contains(text, "/a") || strings.Contains(text, "ba ") || strings.Contains(text, "b.a") ||
		strings.Contains(text, " as ") || strings.Contains(text, "ka ")
}

// inOrder undoes sorting by name, and puts a region after a comma in brackets: "prescott, city of"
// becomes "city of prescott", "sandpoint, id" becomes "sandpoint (id)".
func (t *Tables) inOrder(text string) string {
	at := strings.LastIndexByte(text, ',')
	if at < 0 {
		return text
	}
	head, tail := strings.TrimSpace(text[:at]), strings.TrimSpace(text[at+1:])
	if head == "" || tail == "" {
		return text
	}
	if tail == "the" || tail == "a" || strings.HasSuffix(tail, " of") && strings.Count(tail, " ") <= 3 {
		return tail + " " + head
	}
	region := strings.ReplaceAll(tail, ".", "")
	if _, form := t.forms[region]; t.regions[region] && !form {
		return head + " (" + region + ")"
	}
	return text
}
