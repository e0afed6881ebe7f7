package history

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestRevertedCounts(t *testing.T) {
	t.Parallel()
	for title, c := range map[string]struct {
		undoings []undoing
		want     int // of change 1
	}{
		"not undone":             {nil, 0},
		"undone":                 {[]undoing{{2, 1, 3}}, 3},
		"undone in two parts":    {[]undoing{{2, 1, 1}, {5, 1, 2}}, 3},
		"redone":                 {[]undoing{{2, 1, 3}, {3, 2, 3}}, 0},
		"partly redone":          {[]undoing{{2, 1, 3}, {3, 2, 1}}, 2},
		"undone again":           {[]undoing{{2, 1, 3}, {3, 2, 3}, {4, 3, 2}}, 2},
		"one of two parts":       {[]undoing{{2, 1, 1}, {3, 1, 2}, {4, 2, 1}}, 2},
		"in another order":       {[]undoing{{4, 3, 2}, {2, 1, 3}, {3, 2, 3}}, 2},
		"others are undone too":  {[]undoing{{3, 2, 7}, {4, 1, 1}}, 1},
		"redone, then in a part": {[]undoing{{2, 1, 2}, {3, 2, 2}, {4, 3, 1}, {5, 4, 1}}, 0},
	} {
		t.Run(title, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, c.want, revertedCounts(c.undoings)[1])
		})
	}
}

// Changes are undone and objects changed at random. An edit is reverted now if an odd number of the changes that undo
// its change, that undo these, and so on, have an edit of its object.
func TestRevertedCounts_Properties(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		type change struct {
			undoes  int64
			objects []int
		}
		changes := []change{{}} // position 0
		last := map[int]int64{} // the position at which each object changed last
		var undoings []undoing
		for range rapid.IntRange(1, 25).Draw(t, "changes") {
			position := int64(len(changes))
			made := change{undoes: rapid.Int64Range(0, position-1).Draw(t, "undoes")}
			if made.undoes == 0 {
				made.objects = rapid.SliceOfNDistinct(rapid.IntRange(0, 5), 1, 6, rapid.ID[int]).Draw(t, "objects")
			}
			for _, object := range changes[made.undoes].objects {
				if last[object] == made.undoes && made.undoes > 0 {
					made.objects = append(made.objects, object)
				}
			}
			if len(made.objects) == 0 {
				continue // an undo that reverts nothing makes no change
			}
			for _, object := range made.objects {
				last[object] = position
			}
			changes = append(changes, made)
			if made.undoes > 0 {
				undoings = append(undoings, undoing{position, made.undoes, len(made.objects)})
			}
		}
		flips := make([]map[int]int, len(changes))
		for position := len(changes) - 1; position > 0; position-- {
			if flips[position] == nil {
				flips[position] = map[int]int{}
			}
			for ancestor := changes[position].undoes; ancestor > 0; ancestor = changes[ancestor].undoes {
				if flips[ancestor] == nil {
					flips[ancestor] = map[int]int{}
				}
				for _, object := range changes[position].objects {
					flips[ancestor][object]++
				}
			}
		}
		counts := revertedCounts(undoings)
		for position := range changes {
			reverted := 0
			for _, times := range flips[position] {
				reverted += times % 2
			}
			require.Equal(t, reverted, counts[int64(position)], "change %d of %v", position, changes)
		}
	})
}
