// Package loader gathers what the fields of one answer ask for one by one into one statement each.
package loader

import (
	"context"
	"iter"
	"maps"
	"slices"
	"sync"
)

// Batch reads values by key, many at a time. Whoever hands out a list tells the batch which keys its items will ask
// for; the first one to ask reads them all. Unlike a loader that waits a moment to see who else asks, it costs no time
// and always takes the same number of statements.
//
// A Batch is for one answer: it keeps what it read.
type Batch[K comparable, V any] struct {
	read func(context.Context, []K) (map[K]V, error)

	reading sync.Mutex // held for a read: whoever else asks meanwhile wants the same result

	mutex    sync.Mutex    // protects the two below; never held for a read, which may tell other batches what to expect
	expected []iter.Seq[K] // what was told; most of it is never asked for, so that it costs next to nothing until it is
	known    map[K]V
}

// NewBatch makes a batch on what reads the values of the keys; a key that has none is left out of its map.
func NewBatch[K comparable, V any](read func(context.Context, []K) (map[K]V, error)) *Batch[K, V] {
	return &Batch[K, V]{read: read}
}

// Expect tells which keys will be asked for. Nothing is read yet. The keys must stay as they are.
func (b *Batch[K, V]) Expect(keys ...K) { b.ExpectAll(slices.Values(keys)) }

// ExpectAll is Expect for keys that are gone through where the batch is asked for one that it does not know, and again if
// they could not be read.
func (b *Batch[K, V]) ExpectAll(keys iter.Seq[K]) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	b.expected = append(b.expected, keys)
}

// Load returns the value of the key, the zero value where it has none.
func (b *Batch[K, V]) Load(ctx context.Context, key K) (V, error) {
	if value, known := b.lookup(key); known {
		return value, nil
	}
	b.reading.Lock()
	defer b.reading.Unlock()
	if value, known := b.lookup(key); known {
		return value, nil
	}
	keys, told := b.wanted(key)
	found, err := b.read(ctx, keys)
	if err != nil {
		var none V
		return none, err // the keys stay expected: the next one to ask tries again
	}
	b.learn(keys, told, found)
	return found[key], nil
}

func (b *Batch[K, V]) lookup(key K) (value V, known bool) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	value, known = b.known[key]
	return value, known
}

// wanted are the key and all that are expected and not known, and how often keys have been told for that.
func (b *Batch[K, V]) wanted(key K) (keys []K, told int) {
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

func (b *Batch[K, V]) learn(keys []K, told int, found map[K]V) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	if b.known == nil {
		b.known = make(map[K]V, max(len(keys), len(found)))
	}
	maps.Copy(b.known, found) // what was read beside what was asked for is known too
	for _, key := range keys {
		if _, is := found[key]; !is {
			var none V
			b.known[key] = none
		}
	}
	b.expected = b.expected[told:] // what was told since was not read
}

// All returns the values of the keys in their order, without those that have none.
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
