package refresh

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestEvidence_Judge(t *testing.T) {
	t.Parallel()
	number := func(value int) *int { return &value }
	cases := map[string]struct {
		evidence evidence
		want     verdict
	}{
		"a first list":                                      {evidence{distinct: 3, total: number(3)}, apply},
		"a first list that is empty":                        {evidence{total: number(0)}, apply},
		"a list of unknown total":                           {evidence{distinct: 3}, apply},
		"unusable rows count":                               {evidence{distinct: 2, skipped: 1, total: number(3)}, apply},
		"fewer than announced":                              {evidence{distinct: 2, total: number(3)}, walkAgain},
		"more than announced":                               {evidence{distinct: 4, total: number(3)}, walkAgain},
		"fewer than announced in two different walks":       {evidence{distinct: 2, total: number(3), again: true}, stillChanging},
		"fewer than announced in two equal walks":           {evidence{distinct: 2, total: number(3), again: true, stable: true}, totalMismatch},
		"more than announced in two equal walks":            {evidence{distinct: 4, total: number(3), again: true, stable: true}, totalMismatch},
		"fewer than announced in two equal walks, accepted": {evidence{distinct: 2, total: number(3), again: true, stable: true, acceptMismatch: true}, apply},
		"accepted, but the walks differ":                    {evidence{distinct: 2, total: number(3), again: true, acceptMismatch: true}, stillChanging},
		"accepted before the second walk":                   {evidence{distinct: 2, total: number(3), acceptMismatch: true}, walkAgain},
		"the gap that was accepted before":                  {evidence{distinct: 2, total: number(5), acceptedGap: 3}, apply},
		"a smaller gap than was accepted before":            {evidence{distinct: 2, total: number(4), acceptedGap: 3, again: true, stable: true}, apply},
		"a larger gap than was accepted before":             {evidence{distinct: 2, total: number(6), acceptedGap: 3, again: true, stable: true}, totalMismatch},
		"an accepted mismatch of a list that shrank":        {evidence{distinct: 2, total: number(5), listed: 9, removed: 7, acceptMismatch: true, again: true, stable: true}, needsReview},
		"a total that changed":                              {evidence{distinct: 3, total: number(3), totalChanged: true}, walkAgain},
		"a total that changed twice":                        {evidence{distinct: 3, total: number(3), totalChanged: true, again: true}, stillChanging},
		"complete in the second walk":                       {evidence{distinct: 3, total: number(3), again: true}, apply},
		"five of six gone":                                  {evidence{distinct: 1, total: number(1), listed: 6, removed: 5}, apply},
		"six of thirty gone, which is 20 %":                 {evidence{distinct: 24, total: number(24), listed: 30, removed: 6}, apply},
		"six of 29 gone":                                    {evidence{distinct: 23, total: number(23), listed: 29, removed: 6}, needsReview},
		"six of 29 gone, accepted":                          {evidence{distinct: 23, total: number(23), listed: 29, removed: 6, acceptShrink: true}, apply},
		"the only one gone":                                 {evidence{total: number(0), listed: 1, removed: 1}, needsReview},
		"all gone and replaced by others":                   {evidence{distinct: 50, total: number(50), listed: 3, removed: 3}, needsReview},
		"one gone from a list of unknown total":             {evidence{distinct: 8, listed: 9, removed: 1}, walkAgain},
		"one gone in both walks of a list of unknown total": {evidence{distinct: 8, listed: 9, removed: 1, again: true}, apply},
		"as many gone as rows without an id":                {evidence{distinct: 8, skipped: 1, unidentified: 1, listed: 9, removed: 1}, apply},
		"all gone from a list of unknown total":             {evidence{listed: 9, removed: 9, again: true}, needsReview},
		"shrunk and incomplete, even with acceptShrink":     {evidence{distinct: 1, total: number(9), listed: 9, removed: 8, acceptShrink: true}, walkAgain},
	}
	for name, one := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, one.want, one.evidence.judge())
		})
	}
}

func TestEvidence_LargeLossesNeedApproval(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		facts := evidence{
			distinct: rapid.IntRange(0, 300).Draw(t, "distinct"), skipped: rapid.IntRange(0, 3).Draw(t, "skipped"),
			totalChanged: rapid.Bool().Draw(t, "moved"), again: rapid.Bool().Draw(t, "again"),
			listed: rapid.IntRange(0, 300).Draw(t, "listed"), acceptShrink: rapid.Bool().Draw(t, "acceptShrink"),
			stable: rapid.Bool().Draw(t, "stable"), acceptMismatch: rapid.Bool().Draw(t, "acceptMismatch"), acceptedGap: rapid.IntRange(-3, 9).Draw(t, "acceptedGap"),
		}
		facts.removed = rapid.IntRange(0, facts.listed).Draw(t, "gone")
		facts.unidentified = rapid.IntRange(0, facts.skipped).Draw(t, "unidentified")
		if rapid.Bool().Draw(t, "announced") {
			total := rapid.IntRange(0, 303).Draw(t, "total")
			facts.total = &total
		}
		switch facts.judge() {
		case apply:
			missing := 0
			if facts.total != nil {
				missing = *facts.total - facts.distinct - facts.skipped
			}
			twice := facts.again && facts.stable
			fewer := 0 < missing && missing <= facts.acceptedGap
			if facts.totalChanged || missing != 0 && missing != facts.acceptedGap && (!twice || !facts.acceptMismatch && !fewer) {
				t.Fatal("applied an incomplete list")
			}
			if facts.total == nil && !facts.again && facts.removed > facts.unidentified {
				t.Fatal("removed rows after one walk of a list without a total")
			}
			if !facts.acceptShrink && facts.removed > 5 && float64(facts.removed) > 0.2*float64(facts.listed) {
				t.Fatal("applied a list that shrank by more than 20 % and more than 5")
			}
			if !facts.acceptShrink && facts.listed > 0 && facts.removed == facts.listed {
				t.Fatal("applied a list from which everything is gone")
			}
		case walkAgain:
			if facts.again {
				t.Fatal("walked a third time")
			}
		case needsReview:
			if facts.acceptShrink || facts.removed == 0 {
				t.Fatal("asked for review without a reason")
			}
		case totalMismatch:
			if facts.acceptMismatch || !facts.again || !facts.stable {
				t.Fatal("asked for review too early, or of an accepted list")
			}
		case stillChanging:
			if !facts.again {
				t.Fatal("failed before the second walk")
			}
		}
	})
}
