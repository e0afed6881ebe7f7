package csvfile

import (
	"fmt"
	"io"
	"strings"
)

// Delimiters are the characters that may separate fields, the most common first.
const Delimiters = ",;\t"

// Reader reads the rows of a text. Lines end with CRLF, LF or CR. A field in quotation marks may contain delimiters, line
// breaks, and quotation marks written twice.
type Reader struct {
	Delimiter byte

	text   string
	at     int // where the next field begins
	line   int // number of the line there, from 1
	fields []string
}

// Row is a row that is not blank. Its fields are valid until the next row is read.
type Row struct {
	Line   int // where the row begins
	Fields []string
	Text   string // of the whole row
}

// Parse returns the fields of a row's text again.
func Parse(text string, delimiter byte) []string {
	r := Reader{Delimiter: delimiter, text: text, line: 1}
	row, err := r.row()
	if err != nil {
		return nil
	}
	return row.Fields
}

// SyntaxError says where a file is not CSV.
type SyntaxError struct {
	Line, Column int // the field's number in its row, from 1
	Problem      string
}

func (e *SyntaxError) Error() string {
	return fmt.Sprintf("Line %d, column %d: %s", e.Line, e.Column, e.Problem)
}

// separatorPrefix begins a first line with which some spreadsheets name the delimiter.
const separatorPrefix = "sep="

// NewReader returns a reader of a text. It chooses the delimiter that divides the first row into the most fields.
func NewReader(text string) *Reader {
	r := &Reader{Delimiter: Delimiters[0], text: text, line: 1}
	if named, found := strings.CutPrefix(text, separatorPrefix); found && named != "" && strings.IndexByte(Delimiters, named[0]) >= 0 {
		if end := lineBreak(named[1:]); end > 0 || len(named) == 1 {
			r.Delimiter, r.at, r.line = named[0], len(separatorPrefix)+1+end, 2
			return r
		}
	}
	most := 0
	for _, delimiter := range []byte(Delimiters) {
		trial := Reader{Delimiter: delimiter, text: text, line: 1}
		if row, err := trial.Next(); err == nil && len(row.Fields) > most {
			most, r.Delimiter = len(row.Fields), delimiter
		}
	}
	return r
}

// Next returns the next row that is not blank, io.EOF after the last one, or a *SyntaxError.
func (r *Reader) Next() (Row, error) {
	for r.at < len(r.text) {
		row, err := r.row()
		if err != nil {
			return Row{}, err
		}
		for _, field := range row.Fields {
			if strings.TrimSpace(field) != "" {
				return row, nil
			}
		}
	}
	return Row{}, io.EOF
}

func (r *Reader) row() (Row, error) {
	row, from := Row{Line: r.line}, r.at
	r.fields = r.fields[:0]
	for more := true; more; {
		if len(r.fields) == MaximumColumns {
			return row, &SyntaxError{r.line, len(r.fields) + 1, fmt.Sprintf("A row can have at most %d columns.", MaximumColumns)}
		}
		var field string
		var err error
		if r.at < len(r.text) && r.text[r.at] == '"' {
			field, err = r.quoted()
		} else {
			field = r.bare()
		}
		if err != nil {
			return row, err
		}
		r.fields = append(r.fields, field)
		more = r.at < len(r.text) && r.text[r.at] == r.Delimiter
		if more {
			r.at++
		}
	}
	row.Fields, row.Text = r.fields, r.text[from:r.at]
	r.breakLine()
	return row, nil
}

// bare reads a field without quotation marks around it.
func (r *Reader) bare() string {
	from := r.at
	for r.at < len(r.text) && r.text[r.at] != r.Delimiter && r.text[r.at] != '\r' && r.text[r.at] != '\n' {
		r.at++
	}
	return r.text[from:r.at]
}

// quoted reads a field in quotation marks. The text of the file is copied only if marks inside were written twice.
func (r *Reader) quoted() (string, error) {
	line, column := r.line, len(r.fields)+1
	r.at++
	from, twice := r.at, false
	for r.at < len(r.text) {
		switch {
		case lineBreak(r.text[r.at:]) > 0:
			r.breakLine()
		case r.text[r.at] != '"':
			r.at++
		case r.at+1 < len(r.text) && r.text[r.at+1] == '"':
			twice = true
			r.at += 2
		default:
			field := r.text[from:r.at]
			r.at++
			if rest := r.text[r.at:]; rest != "" && rest[0] != r.Delimiter && lineBreak(rest) == 0 {
				return "", &SyntaxError{r.line, column, "There is text after the closing quotation mark."}
			}
			if twice {
				field = strings.ReplaceAll(field, `""`, `"`)
			}
			return field, nil
		}
	}
	return "", &SyntaxError{line, column, "The quotation mark is never closed."}
}

// breakLine skips a line break, if there is one.
func (r *Reader) breakLine() {
	if length := lineBreak(r.text[r.at:]); length > 0 {
		r.at += length
		r.line++
	}
}

// lineBreak returns the length of the line break that the text begins with, or 0.
func lineBreak(text string) int {
	switch {
	case strings.HasPrefix(text, "\r\n"):
		return 2
	case text != "" && (text[0] == '\r' || text[0] == '\n'):
		return 1
	}
	return 0
}
