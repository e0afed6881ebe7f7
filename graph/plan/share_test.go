package plan

import (
	"context"
	"errors"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/stretchr/testify/require"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"
)

func answering() context.Context {
	return graphql.WithResponseContext(context.Background(), graphql.DefaultErrorPresenter, graphql.DefaultRecover)
}

func TestShares_AreMadeOnceForAllWhoAskTheSame(t *testing.T) {
	t.Parallel()
	shared := newShares()
	var made atomic.Int64
	var group sync.WaitGroup
	for range 500 {
		group.Go(func() {
			response := shared.get(answering(), shareKey{scope: "ours", event: "1"}, time.Time{}, func() *graphql.Response {
				made.Add(1)
				return &graphql.Response{Data: []byte("one")}
			})
			if string(response.Data) != "one" {
				t.Errorf("got %s", response.Data)
			}
		})
	}
	group.Wait()
	require.EqualValues(t, 1, made.Load())
	for what, other := range map[string]shareKey{
		"another account or role": {scope: "theirs", event: "1"},
		"another event":           {scope: "ours", event: "2"},
		"other variables":         {scope: "ours", event: "1", choices: "{}"},
		"another selection":       {scope: "ours", event: "1", plan: new(plan)},
	} {
		response := shared.get(answering(), other, time.Time{}, func() *graphql.Response { return &graphql.Response{Data: []byte("other")} })
		require.Equal(t, "other", string(response.Data), what)
	}
}

func TestShares_OfAFailureNobodyHasAnything(t *testing.T) {
	t.Parallel()
	shared := newShares()
	failing := answering()
	key := shareKey{scope: "ours", event: "1"}
	response := shared.get(failing, key, time.Time{}, func() *graphql.Response {
		graphql.AddError(failing, errors.New("the store is away"))
		return &graphql.Response{Data: []byte("null")}
	})
	require.Equal(t, "null", string(response.Data))
	response = shared.get(answering(), key, time.Time{}, func() *graphql.Response { return &graphql.Response{Data: []byte("mine")} })
	require.Equal(t, "mine", string(response.Data))
}

func TestShares_APanicLetsThoseWhoWaitGoOn(t *testing.T) {
	t.Parallel()
	shared := newShares()
	key := shareKey{scope: "ours", event: "1"}
	require.Panics(t, func() { shared.get(answering(), key, time.Time{}, func() *graphql.Response { panic("boom") }) })
	response := shared.get(answering(), key, time.Time{}, func() *graphql.Response { return &graphql.Response{Data: []byte("mine")} })
	require.Equal(t, "mine", string(response.Data))
}

func TestInnerVariables_AreThoseThatDecideWhatIsMadeOfAnEvent(t *testing.T) {
	t.Parallel()
	document, err := parser.ParseQuery(&ast.Source{Input: `
		subscription($after: String, $a: ID, $b: Boolean, $c: ID, $d: ID) {
			accountChanges(after: $after) @include(if: $b) { mappings(integrationIds: [$a]) { id } ...F }
		}
		fragment F on X { deep(in: {one: {two: $c}}) { id } }`})
	require.NoError(t, err)
	operation := &graphql.OperationContext{Operation: document.Operations[0], Doc: document}
	names := innerVariables(operation)
	require.Equal(t, []string{"a", "b", "c"}, names)
	one, err := choices(names, map[string]any{"after": "x", "a": "1", "d": "9"})
	require.NoError(t, err)
	other, err := choices(names, map[string]any{"after": "y", "a": "1"})
	require.NoError(t, err)
	require.Equal(t, one, other, "where a subscriber resumes decides nothing")
	different, err := choices(names, map[string]any{"after": "x", "a": "2"})
	require.NoError(t, err)
	require.NotEqual(t, one, different)
}

// What was made before somebody subscribed, or two seconds ago, is made anew: it may be older than what they have seen.
func TestShares_NothingIsOlderThanPromised(t *testing.T) {
	t.Parallel()
	shared := newShares()
	key := shareKey{scope: "ours", event: "1"}
	made := 0
	get := func(since time.Time) string {
		response := shared.get(answering(), key, since, func() *graphql.Response {
			made++
			return &graphql.Response{Data: []byte(strconv.Itoa(made))}
		})
		return string(response.Data)
	}
	began := time.Now()
	require.Equal(t, "1", get(began))
	require.Equal(t, "1", get(began), "subscribed before it was made")
	require.Equal(t, "2", get(time.Now()), "subscribed after it was made")
	require.Equal(t, "2", get(began), "the newest is kept")
	shared.young[key].begun = time.Now().Add(-shareFor)
	require.Equal(t, "3", get(began), "two seconds old")
}
