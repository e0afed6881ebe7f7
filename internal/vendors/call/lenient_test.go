package call_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/orgmap/orgmap/internal/vendors/call"
)

// read decodes a JSON value. Decoding must never fail.
func read[T any](t require.TestingT, data string) T {
	var value T
	require.NoError(t, json.Unmarshal([]byte(data), &value), data)
	return value
}

func TestText_KeepsEveryDigit(t *testing.T) {
	t.Parallel()
	for data, want := range map[string]string{
		`"abc"`: "abc", `"0"`: "0", `0`: "0", `-7`: "-7", `9007199254740993`: "9007199254740993", `123456789012345678901234567890`: "123456789012345678901234567890",
		`5.0`: "5", `5.000`: "5", `-0`: "0", `-0.0`: "0", `"5.0"`: "5.0", `1.50`: "1.50", `1e400`: "1e400",
		`null`: "", `"株式会社"`: "株式会社", `"\u00e9"`: "é", `true`: "", `{}`: "", `[]`: "", `["5"]`: "", `{"a":"b"}`: "",
	} {
		require.Equal(t, want, string(read[call.Text](t, data)), data)
	}
}

func TestNumber_AcceptsAnyForm(t *testing.T) {
	t.Parallel()
	for data, want := range map[string]float64{`3600`: 3600, `"3600"`: 3600, `" 3600 "`: 3600, `3600.0`: 3600, `"3600.5"`: 3600.5, `3.6e3`: 3600, `0`: 0, `"-1"`: -1} {
		require.Equal(t, call.Number{Value: want, Given: true}, read[call.Number](t, data), data)
	}
	for _, data := range []string{`null`, `""`, `"soon"`, `true`, `[]`, `{}`, `[3600]`, `"NaN"`, `"Infinity"`, `1e400`, `"1,200"`, strings.Repeat("9", 400)} {
		require.Equal(t, call.Number{}, read[call.Number](t, data), data)
	}
	for data, want := range map[string]int{`0`: 0, `"12"`: 12, `12.0`: 12} {
		count := read[call.Number](t, data).Count()
		require.NotNil(t, count, data)
		require.Equal(t, want, *count, data)
	}
	for _, data := range []string{`-1`, `1.5`, `1e18`, `null`, `"x"`} {
		require.Nil(t, read[call.Number](t, data).Count(), data)
	}
}

func TestFlag_AcceptsAnyForm(t *testing.T) {
	t.Parallel()
	for _, data := range []string{`true`, `"true"`, `"True"`, `1`, `"1"`, `"yes"`, `1.0`} {
		require.Equal(t, call.Flag{Value: true, Given: true}, read[call.Flag](t, data), data)
	}
	for _, data := range []string{`false`, `"false"`, `"FALSE"`, `0`, `"0"`, `"no"`} {
		require.Equal(t, call.Flag{Given: true}, read[call.Flag](t, data), data)
	}
	for _, data := range []string{`null`, `""`, `"maybe"`, `2`, `[]`, `{}`, `[true]`} {
		require.Equal(t, call.Flag{}, read[call.Flag](t, data), data)
	}
}

func TestLink_MarksUnreadableValues(t *testing.T) {
	t.Parallel()
	require.Equal(t, call.Link{Address: "/next"}, read[call.Link](t, `"/next"`))
	for _, data := range []string{`null`, `""`, `false`} {
		require.Equal(t, call.Link{}, read[call.Link](t, data), data)
	}
	for _, data := range []string{`{}`, `[]`, `5`, `true`, `{"href":"/next"}`} {
		require.True(t, read[call.Link](t, data).Odd, data)
	}
}

type row struct {
	ID   call.Text `json:"id"`
	Name call.Text `json:"name"`
	Note call.Text `json:"note"`
}

func TestList_AcceptsAnyForm(t *testing.T) {
	t.Parallel()
	both := []row{{ID: "5", Name: "A"}, {ID: "6", Name: "B"}}
	for data, want := range map[string]call.List[row]{
		`[{"id":5,"name":"A"},{"id":"6","name":"B"}]`:                {Rows: both, Given: true},
		` [ {"id":5, "name":"A"} , {"ID":"6","Name":"B","x":[1]} ] `: {Rows: both, Given: true}, //nolint:gocritic // the white space is what is tested
		`{"0":{"id":5,"name":"A"},"7":{"id":6,"name":"B"}}`:          {Rows: both, Given: true},
		`{"id":5,"name":"A"}`:                                        {Rows: both[:1], Given: true},
		`{"NAME":"A","Id":5}`:                                        {Rows: both[:1], Given: true},
		`[{"id":5,"name":"A"},null,7,"x",[{}],{"id":6,"name":"B"}]`:  {Rows: both, Unreadable: 4, Given: true},
		`[{"id":5,"name":"A","note":"a]}\",{\\"},{"id":6,"name":"B","note":{"a":[1,{}]}}]`: {
			Rows: []row{{ID: "5", Name: "A", Note: `a]}",{\`}, {ID: "6", Name: "B"}}, Given: true,
		},
		`[]`: {Given: true}, `null`: {}, `""`: {}, `false`: {}, `0`: {}, `"sorry"`: {}, `{"status":"ok"}`: {}, `{"id":5}`: {}, `{"error":{"id":1,"name":"x"}}`: {},
	} {
		require.Equal(t, want, read[call.List[row]](t, data), data)
	}
	empty := read[call.List[row]](t, ` {} `)
	require.True(t, empty.Given, "an empty list, as PHP writes it")
	require.False(t, empty.IsAnswer(), "without an envelope it is not a list")
	full := read[call.List[row]](t, `{"0":{"id":5,"name":"A"}}`)
	require.True(t, full.IsAnswer())
	require.Len(t, read[call.List[row]](t, `[1,{"id":5,"name":"A"}]`).Rows, 1)
	mixed := read[call.List[row]](t, `[1,{"id":5,"name":"A"}]`)
	require.Len(t, mixed.Skipped(), 1)
	require.Equal(t, 2, mixed.Len())
}

func TestList_RefusesMoreThan100000Rows(t *testing.T) {
	t.Parallel()
	whole := read[call.List[row]](t, "["+strings.Repeat("{},", 99_999)+"{}]")
	require.Len(t, whole.Rows, 100_000)
	more := read[call.List[row]](t, "["+strings.Repeat("{},", 100_000)+"{}]")
	require.False(t, more.Given)
	require.Empty(t, more.Rows)
}

func TestObject_AcceptsAnEmptyArray(t *testing.T) {
	t.Parallel()
	require.Equal(t, call.Object[row]{Value: row{ID: "5"}, Given: true}, read[call.Object[row]](t, `{"id":5}`))
	for _, data := range []string{`[]`, `null`, `""`, `"x"`, `7`, `[{"id":5}]`} {
		require.Equal(t, call.Object[row]{}, read[call.Object[row]](t, data), data)
	}
}

// Every row of a list is found, with any spacing and any content in its strings.
func TestList_FindsEveryRow(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		ids := rapid.SliceOfN(rapid.String(), 0, 20).Draw(t, "ids")
		plain := make([]map[string]any, len(ids))
		keyed := map[string]any{}
		for at, id := range ids {
			plain[at] = map[string]any{"id": id, "name": rapid.String().Draw(t, "name"), "more": []any{map[string]any{id: id}, id}}
			keyed[fmt.Sprint(at)] = plain[at]
		}
		indent := rapid.SampledFrom([]string{"", " ", "\t"}).Draw(t, "indent")
		array, err := json.MarshalIndent(plain, "", indent)
		require.NoError(t, err)
		list := read[call.List[row]](t, string(array))
		require.Len(t, list.Rows, len(ids))
		for at, one := range list.Rows {
			require.Equal(t, ids[at], string(one.ID))
			require.Equal(t, plain[at]["name"], string(one.Name))
		}
		object, err := json.MarshalIndent(keyed, "", indent)
		require.NoError(t, err)
		require.ElementsMatch(t, list.Rows, read[call.List[row]](t, string(object)).Rows)
	})
}
