package bearer

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/pg"
)

// store answers lookups when it is told to, and numbers them.
type store struct {
	began   chan int64
	release chan struct{}
	count   atomic.Int64
	err     error
}

func newStore() *store {
	return &store{began: make(chan int64, 1000), release: make(chan struct{})}
}

func (s *store) find(_ context.Context, hashes []string) (map[string]Holder, error) {
	number := s.count.Add(1)
	s.began <- number
	<-s.release
	found := map[string]Holder{}
	for _, hash := range hashes {
		found[hash] = Holder{Actor: auth.Actor{Name: hash}, Moment: pg.Moment{Position: number}}
	}
	return found, s.err
}

func TestLookups_WhoComesLaterIsAnsweredByALaterLookup(t *testing.T) {
	t.Parallel()
	stored := newStore()
	all := NewLookups(stored.find)
	const joining = 3*hashesAtOnce + 1
	var group sync.WaitGroup
	ask := func(name string, later bool) {
		group.Go(func() {
			holder, good, err := all.Do(t.Context(), name)
			if err != nil || !good || holder.Name != name {
				t.Errorf("%s: %v %t %v", name, holder, good, err)
			}
			if later && holder.Moment.Position <= statementsAtOnce {
				t.Errorf("%s came during lookup %d and got what that one found", name, holder.Moment.Position)
			}
		})
	}
	for i := range statementsAtOnce {
		ask(fmt.Sprint("first ", i), false)
		<-stored.began
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	_, _, err := all.Do(gone, "gone")
	require.ErrorIs(t, err, context.Canceled, "who leaves does not wait")
	for i := range joining {
		ask(fmt.Sprint("later ", i), true)
	}
	ask("first 0", true)
	require.Eventually(t, func() bool { return all.gathered() == joining+2 }, 1e10, 1e6)
	close(stored.release)
	group.Wait()
	require.LessOrEqual(t, stored.count.Load(), int64(statementsAtOnce+joining/hashesAtOnce+1), "those who come together are looked up together")
	all.mutex.Lock()
	defer all.mutex.Unlock()
	require.Nil(t, all.waiting)
}

func TestLookups_NobodyWaitsTwiceForAStoreThatIsAway(t *testing.T) {
	t.Parallel()
	stored := newStore()
	stored.err = apperr.New(apperr.Unavailable, "away")
	all := NewLookups(stored.find)
	var group sync.WaitGroup
	ask := func(name string) {
		group.Go(func() {
			if _, _, err := all.Do(t.Context(), name); apperr.CodeOf(err) != apperr.Unavailable {
				t.Errorf("%s: %v", name, err)
			}
		})
	}
	for i := range statementsAtOnce {
		ask(fmt.Sprint("first ", i))
		<-stored.began
	}
	for i := range hashesAtOnce + 1 {
		ask(fmt.Sprint("later ", i))
	}
	require.Eventually(t, func() bool { return all.gathered() == hashesAtOnce+1 }, 1e10, 1e6)
	close(stored.release)
	group.Wait()
	require.EqualValues(t, statementsAtOnce, stored.count.Load())
}

// gathered is how many tokens wait for a lookup.
func (l *Lookups[V]) gathered() (count int) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	for one := l.waiting; one != nil; one = one.next {
		count += len(one.hashes)
	}
	return count
}
