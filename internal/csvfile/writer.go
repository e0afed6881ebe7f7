package csvfile

import (
	"io"
	"strings"
)

// Writer writes rows as RFC 4180 says: fields separated by commas, lines ended by CRLF. Call Flush after the last row.
type Writer struct {
	to     io.Writer
	buffer []byte
	err    error
}

// flushSize is how many bytes are written together.
const flushSize = 32 << 10

// NewWriter returns a writer. mark begins the file with a byte order mark, which tells spreadsheets that it is UTF-8.
func NewWriter(to io.Writer, mark bool) *Writer {
	w := &Writer{to: to, buffer: make([]byte, 0, flushSize+flushSize/2)}
	if mark {
		w.buffer = append(w.buffer, byteOrderMark...)
	}
	return w
}

// Row writes a row. A row is written even if all its fields are empty.
func (w *Writer) Row(fields ...string) {
	for i, field := range fields {
		if i > 0 {
			w.buffer = append(w.buffer, ',')
		}
		w.buffer = appendField(w.buffer, Harmless(field))
	}
	w.buffer = append(w.buffer, "\r\n"...)
	if len(w.buffer) >= flushSize {
		w.flush()
	}
}

func (w *Writer) flush() {
	if w.err == nil && len(w.buffer) > 0 {
		_, w.err = w.to.Write(w.buffer)
	}
	w.buffer = w.buffer[:0]
}

// Flush writes what is left.
func (w *Writer) Flush() error {
	w.flush()
	return w.err
}

// Err returns the first error of writing. Rows after it are dropped.
func (w *Writer) Err() error { return w.err }

func appendField(to []byte, field string) []byte {
	if !strings.ContainsAny(field, "\",\r\n") {
		return append(to, field...)
	}
	to = append(to, '"')
	to = append(to, strings.ReplaceAll(field, `"`, `""`)...)
	return append(to, '"')
}

// formulaStarts are the characters with which a field begins that a spreadsheet may run.
const formulaStarts = "=+-@\t\r"

// likeFormula reports whether a field begins like a formula, after any number of apostrophes.
func likeFormula(field string) bool {
	rest := strings.TrimLeft(field, "'")
	return rest != "" && strings.IndexByte(formulaStarts, rest[0]) >= 0
}

// Harmless returns a field so that no spreadsheet runs it: one that begins like a formula gets an apostrophe before it.
// Apostrophes that it has already are kept apart from that one by adding to them.
func Harmless(field string) string {
	if likeFormula(field) {
		return "'" + field
	}
	return field
}

// Original undoes Harmless.
func Original(field string) string {
	if rest, found := strings.CutPrefix(field, "'"); found && likeFormula(rest) {
		return rest
	}
	return field
}
