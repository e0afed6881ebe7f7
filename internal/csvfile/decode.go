// Package csvfile reads and writes CSV files as spreadsheets make them: in several encodings and with several delimiters.
// What it writes it reads back exactly, although a field that looks like a formula is written so that no spreadsheet
// runs it.
package csvfile

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

// The limits of a file.
const (
	MaximumBytes   = 5 << 20
	MaximumRows    = 10_000
	MaximumColumns = 1_000
)

// Encoding is how a file encodes its text.
type Encoding string

// The encodings.
const (
	UTF8    Encoding = "UTF-8"
	UTF16   Encoding = "UTF-16"
	Windows Encoding = "Windows-1252" // of every file that is neither of the others
)

// byteOrderMark begins files of spreadsheets in UTF-8.
const byteOrderMark = "\xEF\xBB\xBF"

// Decode returns the text of a file without its byte order mark, and how it was encoded. The error is a sentence for
// people.
func Decode(content []byte) (text string, encoding Encoding, err error) {
	switch {
	case len(content) > MaximumBytes:
		return "", "", fmt.Errorf("The file has %d bytes; the maximum is %d.", len(content), MaximumBytes)
	case bytes.HasPrefix(content, []byte{0xFF, 0xFE}), bytes.HasPrefix(content, []byte{0xFE, 0xFF}):
		decoded, err := unicode.UTF16(unicode.BigEndian, unicode.ExpectBOM).NewDecoder().Bytes(content)
		if err != nil {
			return "", "", errors.New("The file begins like UTF-16 but is not. Save it as UTF-8.")
		}
		text, encoding = string(decoded), UTF16
	case utf8.Valid(content):
		text, encoding = string(bytes.TrimPrefix(content, []byte(byteOrderMark))), UTF8
	default:
		decoded, err := charmap.Windows1252.NewDecoder().Bytes(content)
		if err != nil {
			return "", "", errors.New("The encoding of the file is unknown. Save it as UTF-8.")
		}
		text, encoding = string(decoded), Windows
	}
	if strings.ContainsRune(text, 0) {
		return "", "", errors.New("This is not a CSV file, or its encoding is unknown. Save it as CSV in UTF-8.")
	}
	return text, encoding, nil
}
