// Package loader batches the reads of one response: values that its fields ask for one by one are read in one statement
// per kind.
package loader

import (
	"context"
	"iter"
	"maps"
	"slices"
	"sync"
)

// Batch reads values by key, many at a time. A resolver that returns a list tells the batch which keys the list's items
// will ask for; the first item to ask reads them all. Unlike a loader that waits a moment for more keys, it adds no
// latency and always takes the same number of statements.
//
// A Batch serves one response: it caches what it read.
type Batch[K comparable, V any] struct {
	read func(context.Context, []K) (map[K]V, error)

	reading sync.Mutex // held during a read: concurrent callers want the same result

	mutex    sync.Mutex    // protects the fields below; not held during a read, which may call Expect on other batches
	expected []iter.Seq[K] // keys passed to ExpectAll; iterated only when one is asked for, because most never are
	known    map[K]V
}

// NewBatch returns a batch that reads values with read, which omits a key without a value from its map.
func NewBatch[K comparable, V any](read func(context.Context, []K) (map[K]V, error)) *Batch[K, V] {
	return &Batch[K, V]{read: read}
}

// Expect announces keys that will be asked for. It reads nothing yet. The caller must not change the keys.
func (b *Batch[K, V]) Expect(keys ...K) { b.ExpectAll(slices.Values(keys)) }

// ExpectAll is Expect for an iterator. The batch iterates over keys when it is asked for a key that it has not read,
// and again if reading failed.
func (b *Batch[K, V]) ExpectAll(keys iter.Seq[K]) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	b.expected = append(b.expected, keys)
}

// Load returns the value of the key, or the zero value if it has none.
func (b *Batch[K, V]) Load(ctx context.Context, key K) (V, error) {
	if value, known := b.lookup(key); known {
		return value, nil
	}
	b.reading.Lock()
	defer b.reading.Unlock()
	if value, known := b.lookup(key); known {
		return value, nil
	}
	keys, announced := b.wanted(key)
	found, err := b.read(ctx, keys)
	if err != nil {
		var none V
		return none, err // the keys stay expected: the next call of Load retries
	}
	b.store(keys, announced, found)
	return found[key], nil
}

// loadLike is Load for a batch that is seldom needed: it is made by its first use, which reads the keys announced to the
// other batch.
func (b *Batch[K, V]) loadLike(ctx context.Context, key K, other *Batch[K, V], read func(context.Context, []K) (map[K]V, error)) (V, error) {
	if value, known := b.lookup(key); known {
		return value, nil
	}
	b.reading.Lock()
	b.read = read
	b.reading.Unlock()
	other.mutex.Lock()
	announced := slices.Clone(other.expected)
	other.mutex.Unlock()
	for _, keys := range announced {
		b.ExpectAll(keys)
	}
	return b.Load(ctx, key)
}

func (b *Batch[K, V]) lookup(key K) (value V, known bool) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	value, known = b.known[key]
	return value, known
}

// wanted returns the key and all expected keys that are not known, and the number of calls of ExpectAll that this
// covers.
func (b *Batch[K, V]) wanted(key K) (keys []K, announced int) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	keys, seen := []K{key}, map[K]struct{}{key: {}}
	for _, expected := range b.expected {
		for key := range expected {
			if _, known := b.known[key]; known {
				continue
			}
			if _, twice := seen[key]; !twice {
				seen[key] = struct{}{}
				keys = append(keys, key)
			}
		}
	}
	return keys, len(b.expected)
}

// keys returns the keys that were announced or read so far.
func (b *Batch[K, V]) keys() []K {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	all := slices.Collect(maps.Keys(b.known))
	for _, expected := range b.expected {
		all = slices.AppendSeq(all, expected)
	}
	return all
}

func (b *Batch[K, V]) store(keys []K, announced int, found map[K]V) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	if b.known == nil {
		b.known = make(map[K]V, max(len(keys), len(found)))
	}
	maps.Copy(b.known, found) // keep values that read returned beyond the keys
	for _, key := range keys {
		if _, is := found[key]; !is {
			var none V
			b.known[key] = none
		}
	}
	b.expected = b.expected[announced:] // keys announced since then have not been read
}

// All returns the values of the keys in order, without missing ones.
func All[K comparable, V any](ctx context.Context, batch *Batch[K, *V], keys []K) ([]*V, error) {
	batch.Expect(keys...)
	values := make([]*V, 0, len(keys))
	for _, key := range keys {
		value, err := batch.Load(ctx, key)
		if err != nil {
			return nil, err
		}
		if value != nil {
			values = append(values, value)
		}
	}
	return values, nil
}
