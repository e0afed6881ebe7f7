package name

import (
	"cmp"
	"math/bits"
	"slices"
	"strings"
)

// Index searches many names for substrings, like LIKE with Patterns in Postgres, but in memory. It
// is immutable.
//
// It stores which names contain which pair of adjacent bytes. A search looks only at the names with
// the rarest pair of the word: 1% of them for most words, all of them for a single byte.
type Index struct {
	text   string
	starts []int32 // where each name starts in text, and the end of the last
	shift  int     // a pair's bucket is its hash shifted right by this
	ends   []int32 // where each bucket ends in names
	names  []int32 // numbers of the names with a pair of the bucket, in order
}

const (
	// MaximumIndexed is the maximum number of names: even with the longest names, an int32 can count
	// the bytes.
	MaximumIndexed = 2_000_000

	leastBuckets, mostBuckets = 1 << 8, 1 << 16
	hashBits                  = 32
)

// NewIndex returns an index of at most MaximumIndexed folded names.
func NewIndex(folded []string) *Index {
	buckets := max(leastBuckets, min(mostBuckets, 1<<bits.Len(uint(4*len(folded)))))
	x := &Index{starts: make([]int32, 0, len(folded)+1), shift: hashBits - bits.Len(uint(buckets-1)), ends: make([]int32, buckets)}
	x.text = strings.Join(folded, "")
	begin := int32(0)
	for _, one := range folded {
		x.starts = append(x.starts, begin)
		begin += int32(len(one)) //nolint:gosec // MaximumIndexed
	}
	x.starts = append(x.starts, begin)
	x.file()
	return x
}

// file adds the names to the buckets of their pairs. It counts each bucket first, so all of them
// fit into one allocation.
func (x *Index) file() {
	newest := make([]int32, len(x.ends)) // per bucket, the number of the last name added, from 1
	filed := int32(0)
	x.eachPair(func(bucket uint32, i int32) {
		if newest[bucket] != i+1 {
			newest[bucket] = i + 1
			x.ends[bucket]++
			filed++
		}
	})
	x.names = make([]int32, filed)
	begin := int32(0)
	for bucket, count := range x.ends {
		x.ends[bucket], newest[bucket] = begin, 0
		begin += count
	}
	x.eachPair(func(bucket uint32, i int32) {
		if newest[bucket] != i+1 {
			newest[bucket] = i + 1
			x.names[x.ends[bucket]] = i
			x.ends[bucket]++
		}
	})
}

func (x *Index) eachPair(visit func(bucket uint32, i int32)) {
	for i := range x.Len() {
		one := x.At(i)
		for k := 1; k < len(one); k++ {
			visit(x.bucket(one[k-1], one[k]), int32(i)) //nolint:gosec // MaximumIndexed
		}
	}
}

// bucket returns the bucket of a pair. If there are few names, several pairs share one.
func (x *Index) bucket(left, right byte) uint32 {
	const spread = 0x9E3779B1 // 2^32 divided by the golden ratio: spreads neighboring values
	return (uint32(left)<<8 | uint32(right)) * spread >> x.shift
}

// filed returns the names with a pair of the bucket.
func (x *Index) filed(bucket uint32) []int32 {
	begin := int32(0)
	if bucket > 0 {
		begin = x.ends[bucket-1]
	}
	return x.names[begin:x.ends[bucket]]
}

// Len returns the number of names.
func (x *Index) Len() int { return len(x.starts) - 1 }

// At returns the i-th name.
func (x *Index) At(i int) string { return x.text[x.starts[i]:x.starts[i+1]] }

// Size returns the size in bytes.
func (x *Index) Size() int { return len(x.text) + 4*(len(x.starts)+len(x.ends)+len(x.names)) }

// Find appends to found the names that match the search, as Words describes, in order. A search
// without words matches all names.
func (x *Index) Find(found []int32, search string) []int32 {
	search = Fold(search)
	if search == "" {
		for i := range x.Len() {
			found = append(found, int32(i)) //nolint:gosec // MaximumIndexed
		}
		return found
	}
	if oneWord(search) {
		return x.findWord(found, search) // without allocations
	}
	words := Words(search)
	longest := slices.MaxFunc(words, func(a, b string) int { return cmp.Compare(len(a), len(b)) })
	before := len(found)
	found = x.findWord(found, longest)
	kept := slices.DeleteFunc(found[before:], func(i int32) bool { return !containsAll(x.At(int(i)), words) })
	return found[:before+len(kept)]
}

// containsAll reports whether text contains every word.
func containsAll(text string, words []string) bool {
	for _, word := range words {
		if !strings.Contains(text, word) {
			return false
		}
	}
	return true
}

// findWord appends to found the names that contain a word.
func (x *Index) findWord(found []int32, part string) []int32 {
	if len(part) == 1 {
		return x.findByte(found, part[0])
	}
	candidates := x.filed(x.bucket(part[0], part[1]))
	for k := 2; k < len(part); k++ {
		if fewer := x.filed(x.bucket(part[k-1], part[k])); len(fewer) < len(candidates) {
			candidates = fewer
		}
	}
	for _, i := range candidates {
		if strings.Contains(x.At(int(i)), part) {
			found = append(found, i)
		}
	}
	return found
}

// findByte searches the text of all names and jumps from each match to the next name.
func (x *Index) findByte(found []int32, letter byte) []int32 {
	for i, at := 0, 0; ; at = int(x.starts[i]) {
		leap := strings.IndexByte(x.text[at:], letter)
		if leap < 0 {
			return found
		}
		for int(x.starts[i+1]) <= at+leap {
			i++
		}
		found = append(found, int32(i)) //nolint:gosec // MaximumIndexed
		i++
	}
}
