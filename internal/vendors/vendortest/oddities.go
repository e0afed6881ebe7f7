package vendortest

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/vendors"
	"github.com/orgmap/orgmap/internal/vendors/sim"
)

// oddity is another way to write a value. write returns false for values that cannot be written
// that way.
type oddity struct {
	name  string
	write func(value any) (any, bool)
}

// absent stands for a field that is left out.
type absent struct{}

// sameMeaning are different ways in which vendors write the same value: a connector must treat them
// alike.
//
//nolint:gochecknoglobals // a table
var sameMeaning = []oddity{
	{"a number as text", func(value any) (any, bool) { number, is := value.(json.Number); return number.String(), is }},
	{"a whole number with a fraction", func(value any) (any, bool) {
		number, is := value.(json.Number)
		return json.Number(number.String() + ".0"), is && !strings.ContainsAny(number.String(), ".eE")
	}},
	{"text as a number", func(value any) (any, bool) {
		text, _ := value.(string)
		_, err := strconv.ParseUint(text, 10, 64)
		return json.Number(text), err == nil && (text == "0" || text[0] != '0')
	}},
	{"a boolean as text", func(value any) (any, bool) { flag, is := value.(bool); return strconv.FormatBool(flag), is }},
	{"a boolean as a number", func(value any) (any, bool) {
		flag, is := value.(bool)
		if flag {
			return 1, is
		}
		return 0, is
	}},
	{"null left out", func(value any) (any, bool) { return absent{}, value == nil }},
	{"an array as an object", func(value any) (any, bool) {
		array, is := value.([]any)
		keyed := map[string]any{}
		for at, one := range array {
			keyed[strconv.Itoa(at)] = one
		}
		return keyed, is
	}},
	{"an array of one as its element", func(value any) (any, bool) {
		array, is := value.([]any)
		if !is || len(array) != 1 {
			return nil, false
		}
		_, object := array[0].(map[string]any)
		return array[0], object
	}},
	{"an empty object as an array", func(value any) (any, bool) {
		object, is := value.(map[string]any)
		return []any{}, is && len(object) == 0
	}},
	{"an object with more fields", func(value any) (any, bool) {
		object, is := value.(map[string]any)
		if !is {
			return nil, false
		}
		more := maps.Clone(object)
		more["zzUnknown"], more[""] = map[string]any{"id": 1, "name": []any{}}, nil
		return more, true
	}},
}

// nonsense are replacements for any value: they may cost at most that row or that field.
//
//nolint:gochecknoglobals // a table
var nonsense = map[string]any{
	"null": nil, "left out": absent{}, "true": true, "text": "x", "empty text": "", "a number": json.Number("12345"), "a huge number": json.Number("1" + strings.Repeat("0", 400)),
	"a huge exponent": json.Number("1e400"), "an empty array": []any{}, "an empty object": map[string]any{}, "an array of arrays": []any{[]any{}},
	"an object of objects": map[string]any{"a": map[string]any{"b": map[string]any{}}}, "a deep array": deep(500), "NUL": "a\x00b",
}

func deep(levels int) any {
	var value any = "x"
	for range levels {
		value = []any{value}
	}
	return value
}

func runOddAnswers(t *testing.T, c Case) {
	kinds := []sim.Kind{sim.List}
	if c.Tokens {
		kinds = append(kinds, sim.SignIn)
	}
	for _, rows := range []int{1, 2, 3} {
		for _, kind := range kinds {
			t.Run(fmt.Sprintf("for %s with %d rows", kind, rows), func(t *testing.T) {
				t.Parallel()
				lab := newLab(t, c, kind, rows)
				for _, where := range paths(lab.document, nil) {
					lab.writeOddly(t, where)
					lab.writeNonsense(t, where)
				}
			})
		}
	}
}

// lab requests a page repeatedly, each time with one value of one response written in another way.
type lab struct {
	c        Case
	kind     sim.Kind
	rows     int
	document any          // the vendor's own response
	list     []any        // the path of its rows
	page     vendors.Page // the page it decodes to
}

func newLab(t *testing.T, c Case, kind sim.Kind, rows int) *lab {
	t.Helper()
	made := &lab{c: c, kind: kind, rows: rows}
	page, err := made.ask(t, func(document any) any { made.document = document; return document })
	require.NoError(t, err)
	require.NotNil(t, made.document)
	made.page = page
	places := paths(made.document, nil)
	if first := slices.IndexFunc(places, func(place []any) bool { _, is := at(made.document, place).([]any); return is }); first >= 0 {
		made.list = places[first]
	}
	require.Len(t, page.Organizations, min(rows, labPage))
	return made
}

// labPage is the number of rows per page: of three rows, one is on a second page.
const labPage = 2

func (l *lab) ask(t *testing.T, edit func(any) any) (vendors.Page, error) {
	t.Helper()
	vendor, _ := sim.New(l.c.Descriptor.Application)
	list := Organizations(l.c, l.rows)
	for at := range list {
		list[at].URL = "https://vendor.example/" + strconv.Itoa(at)
		list[at].Website, list[at].City = "https://client.example/"+strconv.Itoa(at), "Reno"
		list[at].Hints = []vendors.Hint{{Application: vendors.ApplicationAutotask, RemoteID: "29683607"}}
	}
	vendor.Set(list)
	vendor.SetPageLimit(labPage)
	vendor.Inject(sim.Edited(edit).On(l.kind))
	return direct(t, l.c, vendor).Organizations(t.Context(), "")
}

func (l *lab) writeOddly(t *testing.T, where []any) {
	t.Helper()
	for _, odd := range sameMeaning {
		written, possible := odd.write(at(l.document, where))
		if !possible {
			continue
		}
		page, err := l.ask(t, func(document any) any { return replaced(document, where, written) })
		require.NoError(t, err, "%v: %s", where, odd.name)
		require.Equal(t, l.page, page, "%v: %s", where, odd.name)
	}
}

func (l *lab) writeNonsense(t *testing.T, where []any) {
	t.Helper()
	honest, err := json.Marshal(at(l.document, where))
	require.NoError(t, err)
	for name, value := range nonsense {
		about := fmt.Sprintf("%v: %s", where, name)
		page, err := l.ask(t, func(document any) any { return replaced(document, where, value) })
		if l.kind == sim.SignIn {
			if !strings.Contains(string(honest), "simulated-token-0") {
				require.NoError(t, err, about)
				require.Equal(t, l.page, page, about)
			}
			continue
		}
		if err != nil {
			RequireClass(t, err, vendors.BadResponse)
			require.False(t, l.inRow(where), "with %s the list fails: %v", about, err)
			continue
		}
		if len(where) == 0 || l.isList(where) {
			require.Empty(t, page.Organizations, "%s: the result is not a row of the list", about)
			continue
		}
		was := at(l.document, where)
		l.requireOthers(t, page, was, about)
		// A missing value may mean that there is no next page.
		_, whole := was.(map[string]any)
		if !whole && name != "null" && name != "left out" && name != "empty text" {
			require.False(t, page.Next == "" && l.page.Next != "", "with %s the list ends", about)
		}
	}
}

// requireOthers checks that at most one row was lost, and that it was counted.
func (l *lab) requireOthers(t *testing.T, page vendors.Page, was any, about string) {
	t.Helper()
	if _, flag := was.(bool); !flag { // an archived or deleted row is left out without being skipped
		require.GreaterOrEqual(t, len(page.Organizations)+len(page.Skipped), len(l.page.Organizations), about)
	}
	kept := 0
	for _, want := range l.page.Organizations {
		if slices.ContainsFunc(page.Organizations, func(got vendors.Organization) bool { return got.RemoteID == want.RemoteID && got.Name == want.Name }) {
			kept++
		}
	}
	require.GreaterOrEqual(t, kept, len(l.page.Organizations)-1, about)
}

// inRow reports whether a path is in a row of a list, or is the row. NinjaOne continues after a
// row's id: on a page with a single row, it needs that row.
func (l *lab) inRow(where []any) bool {
	_, is := firstIndex(where)
	return is && (!l.c.AfterID || len(l.page.Organizations) > 1)
}

// isList reports whether a path is the list of rows: the first list in the response.
func (l *lab) isList(where []any) bool {
	return reflect.DeepEqual(l.list, where)
}

func firstIndex(where []any) (int, bool) {
	for _, step := range where {
		if index, is := step.(int); is {
			return index, true
		}
	}
	return 0, false
}

// paths returns the path of every value in a document, as keys and indices.
func paths(value any, here []any) [][]any {
	all := [][]any{slices.Clone(here)}
	switch value := value.(type) {
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(value)) {
			all = append(all, paths(value[key], append(slices.Clone(here), key))...)
		}
	case []any:
		for index, one := range value {
			all = append(all, paths(one, append(slices.Clone(here), index))...)
		}
	}
	return all
}

func at(value any, where []any) any {
	for _, step := range where {
		switch step := step.(type) {
		case string:
			value = value.(map[string]any)[step]
		case int:
			value = value.([]any)[step]
		}
	}
	return value
}

// replaced returns a document with another value at a path; absent removes the field.
func replaced(document any, where []any, value any) any {
	if len(where) == 0 {
		if isAbsent(value) {
			return nil
		}
		return value
	}
	switch step := where[0].(type) {
	case string:
		object := maps.Clone(document.(map[string]any))
		if len(where) == 1 && isAbsent(value) {
			delete(object, step)
			return object
		}
		object[step] = replaced(object[step], where[1:], value)
		return object
	case int:
		array := slices.Clone(document.([]any))
		if len(where) == 1 && isAbsent(value) {
			value = nil
		}
		array[step] = replaced(array[step], where[1:], value)
		return array
	default:
		return document
	}
}

func isAbsent(value any) bool {
	_, is := value.(absent)
	return is
}
