package matching

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestEditDistance(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		a, b string
		want int
	}{
		{"halvorsen", "halvoresn", 1},
		{"brewing", "brwing", 1},
		{"winnebago", "winnebego", 1},
		{"company", "copmany", 1},
		{"acme", "acme", 0},
		{"hadley", "hadleigh", 3},
		{"abcdefghij", "abXdefghYj", 2},
	} {
		require.Equal(t, min(test.want, 3), editDistance([]rune(test.a), []rune(test.b), 2), "%s %s", test.a, test.b)
	}
}

func TestEditDistance_IsSymmetric(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.StringMatching(`[a-d]{0,8}`)
		a, b := []rune(word.Draw(t, "a")), []rune(word.Draw(t, "b"))
		if editDistance(a, b, 3) != editDistance(b, a, 3) {
			t.Fatalf("%q and %q", string(a), string(b))
		}
	})
}

func TestRelated(t *testing.T) {
	t.Parallel()
	for _, pair := range [][2]string{{"manuf", "manufacturing"}, {"eng", "engineering"}, {"whse", "warehouse"}, {"upholstery", "upholsterer"}} {
		_, found := related(pair[0], pair[1])
		require.True(t, found, pair)
	}
	for _, pair := range [][2]string{{"ab", "abbey"}, {"glass", "grass"}, {"12", "125"}, {"dental", "rental"}} {
		_, found := related(pair[0], pair[1])
		require.False(t, found, pair)
	}
}
