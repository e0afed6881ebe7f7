package page_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/page"
)

func pointer[T any](value T) *T { return &value }

// byName is the order of the lists in these tests.
var byName = page.Order{Values: []page.Value{page.Text("name"), page.Text("id")}}

func TestArguments_Window(t *testing.T) {
	t.Parallel()
	sortKey := page.SortKey{"acme", "1"}
	cursor := pointer(page.Cursor{"acme", "1"}.String())
	for _, test := range []struct {
		sentence  string
		arguments page.Arguments
		window    page.Window
		refusal   string // part of the message
	}{
		{sentence: "returns the first fifty by default", window: page.Window{Size: 50}},
		{sentence: "returns the first few", arguments: page.Arguments{First: pointer(3)}, window: page.Window{Size: 3}},
		{sentence: "returns the last few", arguments: page.Arguments{Last: pointer(3)}, window: page.Window{Size: 3, Backward: true}},
		{sentence: "returns one", arguments: page.Arguments{First: pointer(1)}, window: page.Window{Size: 1}},
		{sentence: "returns the largest page", arguments: page.Arguments{Last: pointer(200)}, window: page.Window{Size: 200, Backward: true}},
		{sentence: "continues after a cursor", arguments: page.Arguments{After: cursor}, window: page.Window{Size: 50, After: sortKey}},
		{sentence: "goes back before a cursor", arguments: page.Arguments{Last: pointer(3), Before: cursor}, window: page.Window{Size: 3, Backward: true, Before: sortKey}},
		{sentence: "stays between two cursors", arguments: page.Arguments{First: pointer(3), After: cursor, Before: cursor}, window: page.Window{Size: 3, After: sortKey, Before: sortKey}},
		{sentence: "skips an offset", arguments: page.Arguments{First: pointer(3), Offset: pointer(9)}, window: page.Window{Size: 3, Offset: 9}},
		{sentence: "accepts a zero offset", arguments: page.Arguments{Offset: pointer(0)}, window: page.Window{Size: 50}},
		{sentence: "refuses first with last", arguments: page.Arguments{First: pointer(1), Last: pointer(1)}, refusal: "first or last"},
		{sentence: "refuses an empty page", arguments: page.Arguments{First: pointer(0)}, refusal: "first must be from 1 to 200, not 0"},
		{sentence: "refuses a negative page", arguments: page.Arguments{Last: pointer(-1)}, refusal: "last must be from 1 to 200, not -1"},
		{sentence: "refuses a page that is too large", arguments: page.Arguments{Last: pointer(201)}, refusal: "last must be from 1 to 200, not 201"},
		{sentence: "refuses a negative offset", arguments: page.Arguments{Offset: pointer(-1)}, refusal: "offset must not be negative"},
		{sentence: "refuses an offset with after", arguments: page.Arguments{Offset: pointer(1), After: cursor}, refusal: "offset goes with first alone"},
		{sentence: "refuses an offset with before", arguments: page.Arguments{Offset: pointer(1), Before: cursor}, refusal: "offset goes with first alone"},
		{sentence: "refuses an offset with last", arguments: page.Arguments{Offset: pointer(0), Last: pointer(1)}, refusal: "offset goes with first alone"},
		{sentence: "refuses an empty cursor", arguments: page.Arguments{After: pointer("")}, refusal: "after is not a cursor"},
		{sentence: "refuses an invalid cursor", arguments: page.Arguments{Before: pointer("no!")}, refusal: "before is not a cursor"},
		{sentence: "refuses a cursor with too many values", arguments: page.Arguments{After: pointer(page.Cursor{"a", "b", "c"}.String())}, refusal: "after is not a cursor"},
		{sentence: "refuses a cursor with too few values", arguments: page.Arguments{After: pointer(page.Cursor{"a"}.String())}, refusal: "after is not a cursor"},
		{sentence: "refuses a cursor without values", arguments: page.Arguments{After: pointer(page.Cursor(nil).String())}, refusal: "after is not a cursor"},
		{sentence: "refuses a cursor with NUL, which Postgres does not accept", arguments: page.Arguments{After: pointer(page.Cursor{"a\x00", "1"}.String())}, refusal: "after is not a cursor"},
	} {
		t.Run(test.sentence, func(t *testing.T) {
			t.Parallel()
			window, err := test.arguments.Window(byName)
			if test.refusal != "" {
				require.Equal(t, apperr.BadUserInput, apperr.CodeOf(err))
				require.ErrorContains(t, err, test.refusal)
				require.Zero(t, window)
				return
			}
			require.NoError(t, err)
			require.Equal(t, []string{"name", "id"}, window.Order.Columns())
			window.Order = page.Order{} // functions are never equal
			require.Equal(t, test.window, window)
		})
	}
}

func TestCursor_RoundTrips(t *testing.T) {
	t.Parallel()
	text := rapid.Map(rapid.String(), func(text string) string { return strings.ReplaceAll(text, "\x00", "") })
	rapid.Check(t, func(t *rapid.T) {
		cursor := page.Cursor(rapid.SliceOfN(text, 1, 4).Draw(t, "values"))
		written := cursor.String()
		decoded, err := base64.RawURLEncoding.DecodeString(written)
		require.NoError(t, err)
		plain, err := json.Marshal([]string(cursor))
		require.NoError(t, err)
		require.JSONEq(t, string(plain), string(decoded))
		values := make([]page.Value, len(cursor))
		want := make(page.SortKey, len(cursor))
		for i := range cursor {
			values[i], want[i] = page.Text(strconv.Itoa(i)), cursor[i]
		}
		window, err := page.Arguments{After: &written}.Window(page.Order{Values: values})
		require.NoError(t, err)
		require.Equal(t, want, window.After)
	})
}

func FuzzCursor(f *testing.F) {
	for _, seed := range []string{"", "no!", "bnVsbA", "W10", page.Cursor{"acme", "1"}.String(), page.Cursor{"a\x00", "1"}.String(), page.Cursor{"a"}.String()} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		window, err := page.Arguments{After: &text}.Window(byName)
		if err != nil {
			require.Equal(t, apperr.BadUserInput, apperr.CodeOf(err))
			return
		}
		require.Len(t, window.After, 2)
		written := page.Cursor{fmt.Sprint(window.After[0]), fmt.Sprint(window.After[1])}.String()
		again, err := page.Arguments{Before: &written}.Window(byName)
		require.NoError(t, err)
		require.Equal(t, window.After, again.Before)
	})
}

func numberCursor(number int) page.Cursor { return page.Cursor{strconv.Itoa(number)} }

func TestNew(t *testing.T) {
	t.Parallel()
	somewhere := page.SortKey{"0"}
	for _, test := range []struct {
		sentence       string
		window         page.Window
		items          []int // in the window's order
		nodes          []int
		next, previous bool
	}{
		{sentence: "a whole list", window: page.Window{Size: 3}, items: []int{1, 2, 3}, nodes: []int{1, 2, 3}},
		{sentence: "an empty list", window: page.Window{Size: 3}, nodes: []int{}},
		{sentence: "the beginning", window: page.Window{Size: 2}, items: []int{1, 2, 3}, nodes: []int{1, 2}, next: true},
		{sentence: "the middle", window: page.Window{Size: 2, After: somewhere}, items: []int{1, 2, 3}, nodes: []int{1, 2}, next: true, previous: true},
		{sentence: "the end", window: page.Window{Size: 2, After: somewhere}, items: []int{1, 2}, nodes: []int{1, 2}, previous: true},
		{sentence: "nothing past the end", window: page.Window{Size: 2, After: somewhere}, nodes: []int{}, previous: true},
		{sentence: "backward, the end", window: page.Window{Size: 2, Backward: true}, items: []int{3, 2, 1}, nodes: []int{2, 3}, previous: true},
		{sentence: "backward, the middle", window: page.Window{Size: 2, Backward: true, Before: somewhere}, items: []int{3, 2, 1}, nodes: []int{2, 3}, next: true, previous: true},
		{sentence: "backward, the beginning", window: page.Window{Size: 2, Backward: true, Before: somewhere}, items: []int{2, 1}, nodes: []int{1, 2}, next: true},
		{sentence: "by offset, the beginning", window: page.Window{Size: 2}, items: []int{1, 2, 3}, nodes: []int{1, 2}, next: true},
		{sentence: "by offset, the middle", window: page.Window{Size: 2, Offset: 1}, items: []int{2, 3, 4}, nodes: []int{2, 3}, next: true, previous: true},
		{sentence: "by offset, past the end", window: page.Window{Size: 2, Offset: 9}, nodes: []int{}, previous: true},
	} {
		t.Run(test.sentence, func(t *testing.T) {
			t.Parallel()
			asked := 0
			connection := page.New(test.window, test.items, numberCursor, func(context.Context) (int, error) { asked++; return 42, nil })
			require.Equal(t, test.nodes, connection.Nodes())
			require.Equal(t, test.next, connection.PageInfo.HasNextPage)
			require.Equal(t, test.previous, connection.PageInfo.HasPreviousPage)
			for i, edge := range connection.Edges {
				require.Equal(t, test.nodes[i], edge.Node)
				require.Equal(t, numberCursor(edge.Node).String(), edge.Cursor)
			}
			if len(test.nodes) == 0 {
				require.Nil(t, connection.PageInfo.StartCursor)
				require.Nil(t, connection.PageInfo.EndCursor)
			} else {
				require.Equal(t, numberCursor(test.nodes[0]).String(), *connection.PageInfo.StartCursor)
				require.Equal(t, numberCursor(test.nodes[len(test.nodes)-1]).String(), *connection.PageInfo.EndCursor)
			}
			require.Zero(t, asked, "the list is counted only if requested")
			total, err := connection.TotalCount(t.Context())
			require.NoError(t, err)
			require.Equal(t, 42, total)
		})
	}
}

func TestMap_ReplacesOnlyTheItems(t *testing.T) {
	t.Parallel()
	window := page.Window{Size: 2, After: page.SortKey{"0"}}
	numbers := page.New(window, []int{1, 2, 3}, numberCursor, func(context.Context) (int, error) { return 42, nil })
	texts := page.Map(numbers, strconv.Itoa)
	require.Equal(t, []string{"1", "2"}, texts.Nodes())
	require.Equal(t, numbers.PageInfo, texts.PageInfo)
	require.Equal(t, numberCursor(2).String(), texts.Edges[1].Cursor)
	total, err := texts.TotalCount(t.Context())
	require.NoError(t, err)
	require.Equal(t, 42, total)
}

func TestInt_AcceptsIntegersThatPostgresKnows(t *testing.T) {
	t.Parallel()
	order := page.Order{Values: []page.Value{page.Int("score")}}
	for text, accepted := range map[string]bool{"0": true, "-2147483648": true, "2147483647": true, "2147483648": false, "1.5": false, "": false, "one": false} {
		_, err := page.Arguments{After: pointer(page.Cursor{text}.String())}.Window(order)
		require.Equal(t, accepted, err == nil, text)
	}
}
