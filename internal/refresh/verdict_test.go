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
		"a first list":                               {evidence{distinct: 3, total: number(3)}, apply},
		"a first list that is empty":                 {evidence{total: number(0)}, apply},
		"a list of unknown total":                    {evidence{distinct: 3}, apply},
		"rows that cannot be used count":             {evidence{distinct: 2, skipped: 1, total: number(3)}, apply},
		"fewer than announced":                       {evidence{distinct: 2, total: number(3)}, walkAgain},
		"more than announced":                        {evidence{distinct: 4, total: number(3)}, walkAgain},
		"fewer than announced, twice":                {evidence{distinct: 2, total: number(3), again: true}, moving},
		"a total that moved":                         {evidence{distinct: 3, total: number(3), moved: true}, walkAgain},
		"a total that moved twice":                   {evidence{distinct: 3, total: number(3), moved: true, again: true}, moving},
		"whole at the second time":                   {evidence{distinct: 3, total: number(3), again: true}, apply},
		"five of six gone":                           {evidence{distinct: 1, total: number(1), listed: 6, gone: 5}, apply},
		"six of thirty gone, which is 20 %":          {evidence{distinct: 24, total: number(24), listed: 30, gone: 6}, apply},
		"six of 29 gone":                             {evidence{distinct: 23, total: number(23), listed: 29, gone: 6}, needsReview},
		"six of 29 gone, taken as true":              {evidence{distinct: 23, total: number(23), listed: 29, gone: 6, acceptShrink: true}, apply},
		"the only one gone":                          {evidence{total: number(0), listed: 1, gone: 1}, needsReview},
		"all gone, and others in their place":        {evidence{distinct: 50, total: number(50), listed: 3, gone: 3}, needsReview},
		"one gone, of a list of unknown total":       {evidence{distinct: 8, listed: 9, gone: 1}, walkAgain},
		"gone from both walks of it":                 {evidence{distinct: 8, listed: 9, gone: 1, again: true}, apply},
		"as few gone as could not be used":           {evidence{distinct: 8, skipped: 1, listed: 9, gone: 1}, apply},
		"all gone from a list of unknown total":      {evidence{listed: 9, gone: 9, again: true}, needsReview},
		"shrunk, but not whole: acceptShrink or not": {evidence{distinct: 1, total: number(9), listed: 9, gone: 8, acceptShrink: true}, walkAgain},
	}
	for name, one := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, one.want, one.evidence.judge())
		})
	}
}

func TestEvidence_NothingMuchIsLostUnasked(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		facts := evidence{
			distinct: rapid.IntRange(0, 300).Draw(t, "distinct"), skipped: rapid.IntRange(0, 3).Draw(t, "skipped"),
			moved: rapid.Bool().Draw(t, "moved"), again: rapid.Bool().Draw(t, "again"),
			listed: rapid.IntRange(0, 300).Draw(t, "listed"), acceptShrink: rapid.Bool().Draw(t, "acceptShrink"),
		}
		facts.gone = rapid.IntRange(0, facts.listed).Draw(t, "gone")
		if rapid.Bool().Draw(t, "announced") {
			total := rapid.IntRange(0, 303).Draw(t, "total")
			facts.total = &total
		}
		switch facts.judge() {
		case apply:
			if facts.moved || facts.total != nil && *facts.total != facts.distinct+facts.skipped {
				t.Fatal("applied a list that is not whole")
			}
			if facts.total == nil && !facts.again && facts.gone > facts.skipped {
				t.Fatal("took for gone what one walk of a list without a total did not see")
			}
			if !facts.acceptShrink && facts.gone > 5 && float64(facts.gone) > 0.2*float64(facts.listed) {
				t.Fatal("applied a list that shrank by more than 20 % and more than 5")
			}
			if !facts.acceptShrink && facts.listed > 0 && facts.gone == facts.listed {
				t.Fatal("applied a list of which all is gone")
			}
		case walkAgain:
			if facts.again {
				t.Fatal("a third walk")
			}
		case needsReview:
			if facts.acceptShrink || facts.gone == 0 {
				t.Fatal("a person is asked for nothing")
			}
		case moving:
			if !facts.again {
				t.Fatal("failed before the second walk")
			}
		}
	})
}
