package gather

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const atOnce, most = 2, 200

// store answers a question when the test says so, with the question's number.
type store struct {
	began   chan int64
	release chan struct{}
	count   atomic.Int64
	err     error
}

func newStore() *store {
	return &store{began: make(chan int64, 1000), release: make(chan struct{})}
}

func (s *store) find(_ context.Context, keys []string) (map[string]int64, error) {
	number := s.count.Add(1)
	s.began <- number
	<-s.release
	found := map[string]int64{}
	for _, key := range keys {
		found[key] = number
	}
	return found, s.err
}

// answer waits for a key's answer.
func answer(g *Gatherer[string, int64], key string) (int64, bool, error) {
	question := g.Join(context.Background(), key)
	<-question.Done()
	return question.Found(key)
}

func TestGatherer_LaterKeysAreAnsweredByALaterQuery(t *testing.T) {
	t.Parallel()
	stored := newStore()
	all := New(Options{AtOnce: atOnce, Most: most}, stored.find)
	const joining = 3*most + 1
	var group sync.WaitGroup
	ask := func(key string, later bool) {
		group.Go(func() {
			number, is, err := answer(all, key)
			if err != nil || !is {
				t.Errorf("%s: %t %v", key, is, err)
			}
			if later && number <= atOnce {
				t.Errorf("%s came during query %d and got its result", key, number)
			}
		})
	}
	for i := range atOnce {
		ask(fmt.Sprint("first ", i), false)
		<-stored.began
	}
	for i := range joining {
		ask(fmt.Sprint("later ", i), true)
	}
	ask("first 0", true)
	require.Eventually(t, func() bool { return all.gathered() == joining+1 }, 10*time.Second, time.Millisecond)
	close(stored.release)
	group.Wait()
	require.LessOrEqual(t, stored.count.Load(), int64(atOnce+joining/most+1), "concurrent keys share a query")
	all.mutex.Lock()
	defer all.mutex.Unlock()
	require.Nil(t, all.waiting)
}

func TestGatherer_WaitingKeysFailWithAnUnavailableStore(t *testing.T) {
	t.Parallel()
	stored := newStore()
	stored.err = errors.New("away")
	all := New(Options{AtOnce: atOnce, Most: most, Hopeless: func(err error) bool { return errors.Is(err, stored.err) }}, stored.find)
	var group sync.WaitGroup
	ask := func(key string) {
		group.Go(func() {
			if _, _, err := answer(all, key); !errors.Is(err, stored.err) {
				t.Errorf("%s: %v", key, err)
			}
		})
	}
	for i := range atOnce {
		ask(fmt.Sprint("first ", i))
		<-stored.began
	}
	for i := range most + 1 {
		ask(fmt.Sprint("later ", i))
	}
	require.Eventually(t, func() bool { return all.gathered() == most+1 }, 10*time.Second, time.Millisecond)
	close(stored.release)
	group.Wait()
	require.EqualValues(t, atOnce, stored.count.Load())
}

func TestGatherer_FirstKeyWaitsForMore(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var asked [][]int
		all := New(Options{AtOnce: 1, Most: 10, Wait: time.Second}, func(_ context.Context, keys []int) (map[int]bool, error) {
			asked = append(asked, keys)
			return nil, nil
		})
		began := time.Now()
		first := all.Join(t.Context(), 1)
		time.Sleep(time.Second / 2)
		second := all.Join(t.Context(), 2)
		<-first.Done()
		<-second.Done()
		require.Equal(t, time.Second, time.Since(began))
		require.Len(t, asked, 1)
		require.ElementsMatch(t, []int{1, 2}, asked[0])
		_, is, err := first.Found(1)
		require.False(t, is, "a key without a result is not found")
		require.NoError(t, err)
		synctest.Wait()
	})
}

// gathered returns how many keys are waiting for a lookup.
func (g *Gatherer[Key, Value]) gathered() (count int) {
	g.mutex.Lock()
	defer g.mutex.Unlock()
	for one := g.waiting; one != nil; one = one.next {
		count += len(one.keys)
	}
	return count
}
