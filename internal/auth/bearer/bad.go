package bearer

import (
	"time"
)

const (
	badFor    = time.Second // how long a bad hash is remembered at least; at most twice as long
	badAtMost = 4096        // hashes per second: with those of the second before, 600 KiB at most
)

// badHashes remembers hashes that are not valid, in two halves: if the newer half is full or too
// old, the older half is forgotten.
type badHashes struct {
	newer, older map[string]bool
	began        time.Time // when the newer half was started
}

func (b *badHashes) has(hash string, now time.Time) bool {
	if len(b.newer) == 0 && len(b.older) == 0 {
		return false
	}
	b.rotate(now)
	return b.newer[hash] || b.older[hash]
}

func (b *badHashes) add(hash string, now time.Time) {
	b.rotate(now)
	if b.newer == nil {
		b.newer, b.began = map[string]bool{}, now
	}
	b.newer[hash] = true
}

// rotate makes the newer half the older one if it is full or too old.
func (b *badHashes) rotate(now time.Time) {
	switch age := now.Sub(b.began); {
	case age > 2*badFor:
		b.newer, b.older = nil, nil
	case age > badFor || len(b.newer) >= badAtMost:
		b.newer, b.older, b.began = nil, b.newer, now
	}
}
