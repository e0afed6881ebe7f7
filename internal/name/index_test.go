package name_test

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/orgmap/orgmap/internal/name"
)

func TestIndex_FindsNamesThatContainTheWords(t *testing.T) {
	t.Parallel()
	// Few letters, so that words are found, share prefixes, repeat, and are at the edges.
	text := rapid.OneOf(rapid.StringOfN(rapid.SampledFrom([]rune("abAB é\u0301界%_\\,.-&'")), 0, 12, -1), nasty())
	rapid.Check(t, func(t *rapid.T) {
		folded := rapid.SliceOfN(rapid.Map(text, name.Fold), 0, 60).Draw(t, "names")
		index := name.NewIndex(folded)
		require.Equal(t, len(folded), index.Len())
		search := text.Draw(t, "search")
		want := []int32{-1} // previous results are kept
		for i, one := range folded {
			require.Equal(t, one, index.At(i))
			if !slices.ContainsFunc(name.Words(search), func(word string) bool { return !strings.Contains(one, word) }) {
				want = append(want, int32(i))
			}
		}
		require.Equal(t, want, index.Find([]int32{-1}, search))
	})
}

// Searches for a word in 1% of 10,000 names, for one letter, and for a word in none.
func BenchmarkIndex_Find(b *testing.B) {
	random := rand.New(rand.NewPCG(1, 2))
	words := make([]string, 200)
	for i := range words {
		for range 4 {
			words[i] += string("bdfglmnprst"[random.IntN(11)]) + string("aeiou"[random.IntN(5)])
		}
	}
	folded := make([]string, 10_000)
	for i := range folded {
		folded[i] = words[random.IntN(len(words))] + " " + words[random.IntN(len(words))] + " inc."
	}
	index := name.NewIndex(folded)
	for sentence, parts := range map[string][]string{"word": words, "two words": {words[0] + " " + words[1]}, "letter": {"e"}, "no match": {"zebra"}} {
		b.Run(sentence, func(b *testing.B) {
			b.ReportAllocs()
			var found []int32
			for i := 0; b.Loop(); i++ {
				found = index.Find(found[:0], parts[i%len(parts)])
			}
		})
	}
}
