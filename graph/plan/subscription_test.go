package plan

import (
	"context"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/stretchr/testify/require"
)

// once is a source of one event that records the context of the wait.
type once struct {
	waited []context.Context
	ended  bool
}

func (o *once) Next(ctx context.Context) (string, bool) {
	o.waited = append(o.waited, ctx)
	ended := o.ended
	o.ended = true
	return "event", !ended
}

func (o *once) TryNext() (string, bool) { return "", false }

// An event's context carries what its response reads with, such as a snapshot. A source may wait for hours, and must
// not hold a snapshot meanwhile.
func TestSubscription_SourceWaitsWithTheSubscriptionsContext(t *testing.T) {
	t.Parallel()
	type key struct{}
	answering := func(of string) context.Context {
		ctx := context.WithValue(t.Context(), key{}, of)
		return graphql.WithResponseContext(ctx, graphql.DefaultErrorPresenter, graphql.DefaultRecover)
	}
	source := &once{}
	var rendered []any
	field := &Field{Open: func(x *Execution, _ *Step) *Stream {
		return StreamOf(x, Follow(x.Context(), source), func(x *Execution, event string) bool {
			rendered = append(rendered, x.Context().Value(key{}))
			x.buffer = append(x.buffer, quoted(event)...)
			return true
		})
	}}
	planned := &plan{root: &Selection{steps: []Step{{field: field, key: []byte(`"a":`)}}}}
	handler := new(schema).subscribe(answering("subscription"), planned, &graphql.OperationContext{})
	require.JSONEq(t, `{"a":"event"}`, string(handler(answering("response")).Data))
	require.Nil(t, handler(answering("response")))
	require.Equal(t, []any{"response"}, rendered)
	require.Len(t, source.waited, 2)
	for _, ctx := range source.waited {
		require.Equal(t, "subscription", ctx.Value(key{}))
	}
}
