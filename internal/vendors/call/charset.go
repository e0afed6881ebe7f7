package call

import (
	"bytes"
	"io"
	"mime"
	"net/http"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// inUTF8 returns a body in UTF-8 without a byte order mark. A byte order mark decides the encoding;
// without one, the declared charset does. A body in an unknown charset is returned as it is.
func inUTF8(header http.Header, body []byte) ([]byte, error) {
	if marked, found := bytes.CutPrefix(body, []byte("\xef\xbb\xbf")); found {
		return marked, nil
	}
	written := charset(header, body)
	if written == nil {
		return body, nil
	}
	read, err := io.ReadAll(io.LimitReader(transform.NewReader(bytes.NewReader(body), written.NewDecoder()), MaxBody+1))
	switch {
	case err != nil:
		return body, nil //nolint:nilerr // the body is not in its declared charset: leave it as it is
	case len(read) > MaxBody:
		return nil, errTooLarge
	default:
		return read, nil
	}
}

// charset returns the encoding to decode a body from, or nil if it is UTF-8 or unknown.
func charset(header http.Header, body []byte) encoding.Encoding {
	_, parameters, _ := mime.ParseMediaType(header.Get("Content-Type"))
	declared := strings.ToLower(strings.Trim(parameters["charset"], `'" `))
	// JSON starts with an ASCII character, so the position of its zero byte shows the byte order of
	// undeclared UTF-16.
	littleEndian, bigEndian := len(body) > 1 && body[1] == 0, len(body) > 1 && body[0] == 0
	switch {
	case bytes.HasPrefix(body, []byte("\xff\xfe")), bytes.HasPrefix(body, []byte("\xfe\xff")):
		return unicode.UTF16(unicode.BigEndian, unicode.ExpectBOM)
	case bigEndian:
		return unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)
	case littleEndian:
		return unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)
	case strings.HasPrefix(declared, "utf-16"), declared == "utf-8", declared == "utf8", declared == "":
		return nil
	case strings.HasSuffix(declared, "ascii") && utf8.Valid(body):
		return nil // "ASCII" says nothing about the other characters
	}
	found, err := htmlindex.Get(declared)
	if err != nil {
		return nil
	}
	return found
}
