package call

import (
	"context"
	"sync"
	"time"
)

// kept is a value that many callers share: the first who needs it fetches it for all. The zero value of T means none.
type kept[T comparable] struct {
	fetching chan struct{} // held by the one who fetches: a lock that a context can stop waiting for

	mu      sync.Mutex // guards value and expires
	value   T
	expires time.Time // zero: not known
}

func newKept[T comparable]() *kept[T] {
	return &kept[T]{fetching: make(chan struct{}, 1)}
}

// get gives the value, after fetching it where there is none. fetch says how long it may be used; 0: until it is dropped.
func (k *kept[T]) get(ctx context.Context, fetch func(context.Context) (T, time.Duration, error)) (T, error) {
	var none T
	if value := k.current(); value != none {
		return value, nil
	}
	select {
	case k.fetching <- struct{}{}:
		defer func() { <-k.fetching }()
	case <-ctx.Done():
		return none, ctx.Err()
	}
	if value := k.current(); value != none {
		return value, nil
	}
	value, life, err := fetch(ctx)
	if err != nil {
		return none, err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.value, k.expires = value, time.Time{}
	if life > 0 {
		k.expires = time.Now().Add(life)
	}
	return value, nil
}

// drop forgets a value. Where another caller has fetched a new one by now, that one stays.
func (k *kept[T]) drop(old T) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.value == old {
		var none T
		k.value = none
	}
}

func (k *kept[T]) current() T {
	k.mu.Lock()
	defer k.mu.Unlock()
	if !k.expires.IsZero() && time.Now().After(k.expires) {
		var none T
		k.value = none
	}
	return k.value
}
