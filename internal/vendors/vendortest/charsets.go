package vendortest

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"github.com/orgmap/orgmap/internal/vendors"
	"github.com/orgmap/orgmap/internal/vendors/sim"
)

// charsets are encodings of the same response.
//
//nolint:gochecknoglobals // a table
var charsets = map[string]struct {
	contentType string
	encoding    encoding.Encoding
	mark        string
}{
	"Latin 1":                                   {"application/json; charset=ISO-8859-1", charmap.ISO8859_1, ""},
	"Windows":                                   {`application/json;charset="windows-1252"`, charmap.Windows1252, ""},
	"in single quotes":                          {"application/json; charset='latin1'", charmap.ISO8859_1, ""},
	"UTF-8":                                     {"application/json; charset=utf-8", encoding.Nop, ""},
	"UTF-8 with a byte order mark":              {"application/json", encoding.Nop, "\xef\xbb\xbf"},
	"UTF-8 declared as ASCII":                   {"application/json; charset=us-ascii", encoding.Nop, ""},
	"UTF-8 with an unknown charset":             {"application/json; charset=klingon", encoding.Nop, ""},
	"UTF-16 with a byte order mark":             {"application/json", unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), ""},
	"UTF-16 as declared":                        {"application/json; charset=utf-16", unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM), ""},
	"UTF-16 without a declaration":              {"application/json", unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), ""},
	"a byte order mark against a wrong charset": {"application/json; charset=iso-8859-1", encoding.Nop, "\xef\xbb\xbf"},
}

func runCharsets(t *testing.T, c Case) {
	for name, one := range charsets {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			bench := Open(t, c, 0)
			bench.Vendor.Set([]vendors.Organization{{RemoteID: "1", Name: "Caf\u00e9 Z\u00fcrich"}})
			bench.Vendor.Inject(sim.Recoded(one.contentType, func(body []byte) []byte {
				recoded, err := one.encoding.NewEncoder().Bytes(body)
				if err != nil {
					panic(err)
				}
				return bytes.Join([][]byte{[]byte(one.mark), recoded}, nil)
			}))
			page, err := bench.Source.Organizations(t.Context(), "")
			require.NoError(t, err)
			require.Equal(t, "Caf\u00e9 Z\u00fcrich", page.Organizations[0].Name)
		})
	}
}
