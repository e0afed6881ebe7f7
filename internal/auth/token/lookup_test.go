package token

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/auth"
)

func TestLookups_WhoComesLaterIsAnsweredByALaterLookup(t *testing.T) {
	t.Parallel()
	all := lookups{flights: map[string]*flight{}}
	const joining = 50
	release := make(chan struct{})
	began := make(chan struct{}, joining+1)
	var count atomic.Int64
	find := func(context.Context) (auth.Actor, error) {
		number := count.Add(1)
		began <- struct{}{}
		<-release
		return auth.Actor{Role: auth.Role(number)}, nil
	}
	answers := make([]auth.Role, joining+1)
	var group sync.WaitGroup
	ask := func(i int) {
		group.Go(func() {
			actor, err := all.do(t.Context(), []byte("hash"), find)
			if err != nil {
				t.Error(err)
			}
			answers[i] = actor.Role
		})
	}
	ask(0)
	<-began
	joined, gone := context.WithCancel(t.Context())
	gone()
	_, err := all.do(joined, []byte("hash"), find)
	require.ErrorIs(t, err, context.Canceled, "who leaves does not wait")
	for i := 1; i <= joining; i++ {
		ask(i)
	}
	close(release)
	group.Wait()
	require.EqualValues(t, 1, answers[0])
	for _, role := range answers[1:] {
		require.Greater(t, role, auth.Role(1), "none of those who came during the first lookup got what that one found")
	}
	all.mutex.Lock()
	defer all.mutex.Unlock()
	require.Empty(t, all.flights)
}
