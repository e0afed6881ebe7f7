package call

import (
	"context"
	"sync"
	"time"
)

// sharedValue is a value shared by many callers: the first one that needs it fetches it for all. The zero
// value of T means none.
type sharedValue[T comparable] struct {
	fetching chan struct{} // a mutex taken while fetching; waiting for it can be canceled by a context

	mu      sync.Mutex // guards value and expires
	value   T
	expires time.Time // zero: unknown
}

func newSharedValue[T comparable]() *sharedValue[T] {
	return &sharedValue[T]{fetching: make(chan struct{}, 1)}
}

// get returns the value, and fetches it first if there is none. fetch returns how long the value
// may be used; 0: until it is dropped.
func (k *sharedValue[T]) get(ctx context.Context, fetch func(context.Context) (T, time.Duration, error)) (T, error) {
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

// drop forgets a value, unless another caller has already replaced it.
func (k *sharedValue[T]) drop(old T) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.value == old {
		var none T
		k.value = none
	}
}

func (k *sharedValue[T]) current() T {
	k.mu.Lock()
	defer k.mu.Unlock()
	if !k.expires.IsZero() && time.Now().After(k.expires) {
		var none T
		k.value = none
	}
	return k.value
}
