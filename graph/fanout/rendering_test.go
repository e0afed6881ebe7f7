package fanout

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
	"github.com/vektah/gqlparser/v2/gqlerror"
)

var ours = requestKey{scope: "ours"} //nolint:gochecknoglobals // never changed

func answering() context.Context {
	return graphql.WithResponseContext(context.Background(), graphql.DefaultErrorPresenter, graphql.DefaultRecover)
}

func TestRenderings_AreSharedByIdenticalRequests(t *testing.T) {
	t.Parallel()
	shared := newRenderings()
	var rendered atomic.Int64
	var group sync.WaitGroup
	for range 500 {
		group.Go(func() {
			response := shared.get(answering(), renderingKey{ours, "1"}, time.Time{}, func() *graphql.Response {
				rendered.Add(1)
				return &graphql.Response{Data: []byte("one")}
			})
			if string(response.Data) != "one" {
				t.Errorf("got %s", response.Data)
			}
		})
	}
	group.Wait()
	require.EqualValues(t, 1, rendered.Load())
	for what, other := range map[string]renderingKey{
		"another account or role": {requestKey{scope: "theirs"}, "1"},
		"another event":           {ours, "2"},
		"other variables":         {requestKey{scope: "ours", variables: "{}"}, "1"},
		"another selection":       {requestKey{scope: "ours", document: "another"}, "1"},
	} {
		response := shared.get(answering(), other, time.Time{}, func() *graphql.Response { return &graphql.Response{Data: []byte("other")} })
		require.Equal(t, "other", string(response.Data), what)
	}
}

func TestRenderings_DoNotShareFailures(t *testing.T) {
	t.Parallel()
	for what, fail := range map[string]func(ctx context.Context, leave func(), response *graphql.Response){
		"errors that the executor collects": func(ctx context.Context, _ func(), _ *graphql.Response) {
			graphql.AddError(ctx, errors.New("the store is away"))
		},
		"errors of the response": func(_ context.Context, _ func(), response *graphql.Response) {
			response.Errors = gqlerror.List{gqlerror.Errorf("the store is away")}
		},
		"a subscriber who leaves": func(_ context.Context, leave func(), _ *graphql.Response) { leave() },
	} {
		shared := newRenderings()
		key := renderingKey{ours, "1"}
		failing, leave := context.WithCancel(answering())
		response := shared.get(failing, key, time.Time{}, func() *graphql.Response {
			response := &graphql.Response{Data: []byte("null")}
			fail(failing, leave, response)
			return response
		})
		require.Equal(t, "null", string(response.Data), what)
		response = shared.get(answering(), key, time.Time{}, func() *graphql.Response { return &graphql.Response{Data: []byte("mine")} })
		require.Equal(t, "mine", string(response.Data), what)
		leave()
	}
}

func TestRenderings_APanicDoesNotBlockTheNextRequest(t *testing.T) {
	t.Parallel()
	shared := newRenderings()
	key := renderingKey{ours, "1"}
	require.Panics(t, func() { shared.get(answering(), key, time.Time{}, func() *graphql.Response { panic("boom") }) })
	response := shared.get(answering(), key, time.Time{}, func() *graphql.Response { return &graphql.Response{Data: []byte("mine")} })
	require.Equal(t, "mine", string(response.Data))
}

// A rendering from before a subscriber subscribed, or older than two seconds, is rendered again: it may be older than
// what the subscriber has seen.
func TestRenderings_AreNotReusedIfTooOld(t *testing.T) {
	t.Parallel()
	shared := newRenderings()
	key := renderingKey{ours, "1"}
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
	require.Equal(t, "1", get(began), "subscribed before the rendering")
	require.Equal(t, "2", get(time.Now()), "subscribed after the rendering")
	require.Equal(t, "2", get(began), "the newest rendering is kept")
	shared.young[key].startedAt = time.Now().Add(-maxAge)
	require.Equal(t, "3", get(began), "two seconds old")
}
