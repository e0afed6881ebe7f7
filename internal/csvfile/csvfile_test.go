package csvfile_test

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/orgmap/orgmap/internal/csvfile"
)

func TestDecode_RecognizesTheEncoding(t *testing.T) {
	t.Parallel()
	for title, c := range map[string]struct {
		content  string
		text     string
		encoding csvfile.Encoding
	}{
		"empty":                       {"", "", csvfile.UTF8},
		"UTF-8":                       {"Café", "Café", csvfile.UTF8},
		"UTF-8 with a mark":           {"\xEF\xBB\xBFCafé", "Café", csvfile.UTF8},
		"UTF-16, low byte first":      {"\xFF\xFEC\x00\xE9\x00", "Cé", csvfile.UTF16},
		"UTF-16, high byte first":     {"\xFE\xFF\x00C\x00\xE9", "Cé", csvfile.UTF16},
		"Windows-1252":                {"Caf\xE9 \x80 \x96", "Café € –", csvfile.Windows},
		"UTF-16 with half of a pair":  {"\xFF\xFE\x00\xD8", "\uFFFD", csvfile.UTF16},
		"UTF-16 with a byte too many": {"\xFF\xFEC\x00\xE9", "C\uFFFD", csvfile.UTF16},
	} {
		t.Run(title, func(t *testing.T) {
			t.Parallel()
			text, encoding, err := csvfile.Decode([]byte(c.content))
			require.NoError(t, err)
			require.Equal(t, c.text, text)
			require.Equal(t, c.encoding, encoding)
		})
	}
}

func TestDecode_Refuses(t *testing.T) {
	t.Parallel()
	for title, content := range map[string]string{
		"UTF-16 without a mark": "C\x00l\x00i\x00",
		"too many bytes":        strings.Repeat("a", csvfile.MaximumBytes+1),
	} {
		t.Run(title, func(t *testing.T) {
			t.Parallel()
			_, _, err := csvfile.Decode([]byte(content))
			require.Error(t, err)
		})
	}
	_, _, err := csvfile.Decode([]byte(strings.Repeat("a", csvfile.MaximumBytes)))
	require.NoError(t, err)
}

// row is a row that outlives the next one.
type row struct {
	line   int
	fields []string
}

func readAll(text string) (rows []row, delimiter byte, err error) {
	reader := csvfile.NewReader(text)
	for {
		next, err := reader.Next()
		if errors.Is(err, io.EOF) {
			return rows, reader.Delimiter, nil
		}
		if err != nil {
			return rows, reader.Delimiter, err
		}
		rows = append(rows, row{next.Line, append([]string{}, next.Fields...)})
	}
}

func TestReader(t *testing.T) {
	t.Parallel()
	for title, c := range map[string]struct {
		text      string
		delimiter byte
		want      []row
	}{
		"commas":                          {"a,b\r\n1,2\r\n", ',', []row{{1, []string{"a", "b"}}, {2, []string{"1", "2"}}}},
		"semicolons":                      {"a;b,c;d\n1;2;3", ';', []row{{1, []string{"a", "b,c", "d"}}, {2, []string{"1", "2", "3"}}}},
		"tabs":                            {"a\tb\r1\t2", '\t', []row{{1, []string{"a", "b"}}, {2, []string{"1", "2"}}}},
		"one column":                      {"a\nb", ',', []row{{1, []string{"a"}}, {2, []string{"b"}}}},
		"delimiters in quotation marks":   {"\"a,b,c\";d", ';', []row{{1, []string{"a,b,c", "d"}}}},
		"a named delimiter":               {"sep=;\r\na,b,c;d\n", ';', []row{{2, []string{"a,b,c", "d"}}}},
		"a named delimiter and no more":   {"sep=;", ';', nil},
		"a column that begins like that":  {"sep=;x,b,c\n", ',', []row{{1, []string{"sep=;x", "b", "c"}}}},
		"doubled quotation marks":         {`"a ""b""",""""`, ',', []row{{1, []string{`a "b"`, `"`}}}},
		"quotation marks inside a field":  {`a "b" c,d`, ',', []row{{1, []string{`a "b" c`, "d"}}}},
		"line breaks in quotation marks":  {"a,b\n\"1\r\n\n2\",3\nx,y", ',', []row{{1, []string{"a", "b"}}, {2, []string{"1\r\n\n2", "3"}}, {5, []string{"x", "y"}}}},
		"blank rows count as lines":       {"\n\na,b\n,  ,\n\r\n1,2", ',', []row{{3, []string{"a", "b"}}, {6, []string{"1", "2"}}}},
		"empty fields":                    {"a,,\n,\"\",b", ',', []row{{1, []string{"a", "", ""}}, {2, []string{"", "", "b"}}}},
		"no line break at the end":        {"a,\"b\"", ',', []row{{1, []string{"a", "b"}}}},
		"an empty file":                   {"", ',', nil},
		"white space around fields stays": {" a , b ", ',', []row{{1, []string{" a ", " b "}}}},
	} {
		t.Run(title, func(t *testing.T) {
			t.Parallel()
			rows, delimiter, err := readAll(c.text)
			require.NoError(t, err)
			require.Equal(t, c.want, rows)
			require.Equal(t, string(c.delimiter), string(delimiter))
		})
	}
}

func TestReader_SaysWhereTheFileIsBroken(t *testing.T) {
	t.Parallel()
	for title, c := range map[string]struct{ text, want string }{
		"text after a quotation mark": {"a,b\n1,\"2\n\n3\"x\n", "Line 4, column 2: There is text after the closing quotation mark."},
		"an open quotation mark":      {"a,b\n1,2\n\"3,4\n5,6\n", "Line 3, column 1: The quotation mark is never closed."},
		"too many columns":            {"a\n\n" + strings.Repeat(",", csvfile.MaximumColumns), "Line 3, column 1001: A row can have at most 1000 columns."},
	} {
		t.Run(title, func(t *testing.T) {
			t.Parallel()
			_, _, err := readAll(c.text)
			require.EqualError(t, err, c.want)
		})
	}
}

func TestHarmless(t *testing.T) {
	t.Parallel()
	for field, want := range map[string]string{
		"": "", "Acme": "Acme", "'": "'", "''": "''", "'s-Hertogenbosch": "'s-Hertogenbosch", "a=b": "a=b",
		"=1+1": "'=1+1", "+1": "'+1", "-1": "'-1", "@x": "'@x", "\tx": "'\tx", "\rx": "'\rx", "'=1": "''=1", "''-": "'''-",
	} {
		require.Equal(t, want, csvfile.Harmless(field), "%q", field)
		require.Equal(t, field, csvfile.Original(want), "%q", field)
	}
	require.Equal(t, "'s-Hertogenbosch", csvfile.Original("'s-Hertogenbosch"))
}

// nasty draws texts of the characters that matter here.
func nasty() *rapid.Generator[string] {
	return rapid.OneOf(rapid.StringOfN(rapid.SampledFrom([]rune("ab=+-@'\"\t\r\n,;\\ \u00a0é界nоone")), 0, 8, -1), rapid.String(), rapid.SampledFrom([]string{"none", "None", " none", `\none`}))
}

func TestWriter_IsReadBackExactly(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		rows := rapid.SliceOfN(rapid.SliceOfN(nasty(), 2, 6), 1, 6).Draw(t, "rows")
		mark := rapid.Bool().Draw(t, "mark")
		var file bytes.Buffer
		w := csvfile.NewWriter(&file, mark)
		want := []row{}
		for i := range rows {
			rows[i] = append([]string{"x"}, rows[i]...) // no blank row, and a delimiter in each
			w.Row(rows[i]...)
			want = append(want, row{fields: rows[i]})
		}
		require.NoError(t, w.Flush())
		if bytes.ContainsRune(file.Bytes(), 0) {
			return
		}
		text, encoding, err := csvfile.Decode(file.Bytes())
		require.NoError(t, err)
		require.Equal(t, csvfile.UTF8, encoding)

		reader := csvfile.NewReader(text)
		reader.Delimiter = ','
		for i := range want {
			next, err := reader.Next()
			require.NoError(t, err)
			for j := range next.Fields {
				require.NotContains(t, []string{"=", "+", "-", "@"}, next.Fields[j][:min(1, len(next.Fields[j]))])
				require.Equal(t, want[i].fields[j], csvfile.Original(next.Fields[j]))
			}
			require.Len(t, next.Fields, len(want[i].fields))
		}
		_, err = reader.Next()
		require.ErrorIs(t, err, io.EOF)

		standard := csv.NewReader(strings.NewReader(text)) // another reader of RFC 4180
		standard.FieldsPerRecord = -1
		records, err := standard.ReadAll()
		require.NoError(t, err)
		require.Len(t, records, len(rows))
	})
}

func TestList_IsReadBackExactly(t *testing.T) {
	t.Parallel()
	for cell, want := range map[string][]string{
		"": nil, " ; ;": nil, "1": {"1"}, " 1 ; 2;": {"1", "2"}, `a\;b`: {"a;b"}, `a\\;b`: {`a\`, "b"}, `\none`: {"none"}, `a\`: {`a\`}, `\ a\ `: {" a "}, "a b": {"a b"},
	} {
		require.Equal(t, want, csvfile.SplitList(cell), "%q", cell)
	}
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOfN(nasty().Filter(func(s string) bool { return s != "" }), 1, 4).Draw(t, "values")
		cell := csvfile.JoinList(values)
		require.Equal(t, values, csvfile.SplitList(cell), "%q", cell)
		require.False(t, csvfile.IsNone(cell), "%q", cell)
	})
}

func FuzzReader(f *testing.F) {
	for _, seed := range []string{"a,b\r\n1,2", "\xFF\xFEa\x00,\x00", "sep=;\na;b", "\"a\nb\";c\n\"", "Caf\xE9,b", "'=1,none;\\;"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		text, _, err := csvfile.Decode(content)
		if err != nil {
			return
		}
		reader, line := csvfile.NewReader(text), 0
		for {
			row, err := reader.Next()
			if err != nil {
				return
			}
			if row.Line <= line || len(row.Fields) == 0 || len(row.Fields) > csvfile.MaximumColumns {
				t.Fatalf("row at line %d after line %d with %d fields", row.Line, line, len(row.Fields))
			}
			line = row.Line
			if again := csvfile.Parse(row.Text, reader.Delimiter); !slices.Equal(again, row.Fields) {
				t.Fatalf("%q is %q, and then %q", row.Text, row.Fields, again)
			}
			for _, field := range row.Fields {
				if values := csvfile.SplitList(csvfile.Original(field)); len(values) > 0 && strings.Join(csvfile.SplitList(csvfile.JoinList(values)), "\x00") != strings.Join(values, "\x00") {
					t.Fatalf("%q is not read back", values)
				}
			}
		}
	})
}
