package name

import (
	"cmp"
	"math/bits"
	"slices"
	"strings"
)

// Index finds parts of names among many, as Postgres' LIKE does with Patterns, without asking it. Nobody changes it.
//
// It knows which names have which two bytes beside each other. Of a part's pairs the rarest says which names to look at: a
// hundredth of them for most words, all for a part of one byte.
type Index struct {
	text   string
	starts []int32 // where each name begins in the text, and where another one would
	shift  int     // a pair's bucket is its hash without so many bits
	ends   []int32 // where each bucket ends in names
	names  []int32 // that have a pair of the bucket, in order
}

const (
	// MaximumIndexed is how many names an index takes: of the longest, no more bytes than it can count.
	MaximumIndexed = 2_000_000

	leastBuckets, mostBuckets = 1 << 8, 1 << 16
	hashBits                  = 32
)

// NewIndex makes an index of at most MaximumIndexed folded names.
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

// file files the names under their pairs: each bucket is counted first, so that all of them fit into one piece of memory.
func (x *Index) file() {
	newest := make([]int32, len(x.ends)) // the number of the name that was filed last, from 1
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

// bucket is where a pair is filed: with few names several pairs share one.
func (x *Index) bucket(left, right byte) uint32 {
	const spread = 0x9E3779B1 // 2^32 divided by the golden ratio: spreads what lies together
	return (uint32(left)<<8 | uint32(right)) * spread >> x.shift
}

// filed are the names that have a pair of the bucket.
func (x *Index) filed(bucket uint32) []int32 {
	begin := int32(0)
	if bucket > 0 {
		begin = x.ends[bucket-1]
	}
	return x.names[begin:x.ends[bucket]]
}

// Len is how many names there are.
func (x *Index) Len() int { return len(x.starts) - 1 }

// At is the i-th name.
func (x *Index) At(i int) string { return x.text[x.starts[i]:x.starts[i+1]] }

// Size is how many bytes it takes.
func (x *Index) Size() int { return len(x.text) + 4*(len(x.starts)+len(x.ends)+len(x.names)) }

// Find appends to found the names that the search finds, as Words says, in their order. A search without words finds all.
func (x *Index) Find(found []int32, search string) []int32 {
	search = Fold(search)
	if search == "" {
		for i := range x.Len() {
			found = append(found, int32(i)) //nolint:gosec // MaximumIndexed
		}
		return found
	}
	if !strings.Contains(search, " ") {
		return x.findWord(found, search) // without garbage
	}
	words := Words(search)
	longest := slices.MaxFunc(words, func(a, b string) int { return cmp.Compare(len(a), len(b)) })
	before := len(found)
	found = x.findWord(found, longest)
	kept := slices.DeleteFunc(found[before:], func(i int32) bool { return !containsAll(x.At(int(i)), words) })
	return found[:before+len(kept)]
}

// containsAll reports whether text contains every one of the words.
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

// findByte leaps through the text of all names, from one that has the byte to the next.
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
