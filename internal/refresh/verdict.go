package refresh

// verdict is what to do with a list that was read to its end.
type verdict int

const (
	apply         verdict = iota // it becomes the integration's list
	walkAgain                    // it changed while it was read, or may have: read it once more
	stillChanging                // it changed again: the run fails
	needsReview                  // it shrank suspiciously: a person decides
	totalMismatch                // two identical walks differ from the announced total: a person decides
)

// How much a list may shrink before a person is asked. A fault at the vendor, or a key that sees less than before,
// looks like many organizations gone at once.
const (
	removedAllowed = 5  // losing this many never needs review
	removedPercent = 20 // of the organizations listed before
)

// evidence is everything that the verdict depends on.
type evidence struct {
	distinct     int  // remote ids read
	skipped      int  // unusable rows
	unidentified int  // unusable rows without an id
	total        *int // as announced by the vendor; nil: not announced
	totalChanged bool // the total changed during the walk
	again        bool // this is the second walk
	stable       bool // the second walk read the same as the first

	listed       int  // external organizations listed before
	removed      int  // listed organizations that the walk did not read
	acceptShrink bool // a person accepts that they are gone

	acceptMismatch bool // a person accepts the list as read, whatever the total
	acceptedGap    int  // the gap that a person accepted last
}

// judge returns the verdict. It needs listed and removed only if the list is whole.
func (e evidence) judge() verdict {
	switch {
	case !e.whole() && !e.again, e.unsure() && !e.again:
		return walkAgain
	case !e.whole() && (!e.stable || e.totalChanged):
		return stillChanging
	case !e.whole() && !e.accepted():
		return totalMismatch
	case e.shrunk() && !e.acceptShrink:
		return needsReview
	}
	return apply
}

// whole reports whether the walk read exactly as many organizations as announced, or as many fewer as a person has
// accepted.
func (e evidence) whole() bool { return !e.totalChanged && (e.gap() == 0 || e.gap() == e.acceptedGap) }

// gap returns how many more organizations the vendor announces than it lists; negative if it lists more.
func (e evidence) gap() int {
	if e.total == nil {
		return 0
	}
	return *e.total - e.distinct - e.skipped
}

// accepted reports whether a person accepts the mismatch: for this run, or earlier with a gap at least as large.
func (e evidence) accepted() bool {
	return e.acceptMismatch || e.gap() > 0 && e.gap() <= e.acceptedGap
}

// unsure reports whether organizations seem gone from a list without an announced total. If a list loses a row while
// its pages are being read, another row can slip between pages; only a second walk shows which rows are really gone.
func (e evidence) unsure() bool { return e.total == nil && e.removed > 0 && !e.excused() }

// excused reports whether the missing organizations may just be the rows without an id, in which case they do not
// count as gone.
func (e evidence) excused() bool { return e.removed <= e.unidentified }

func (e evidence) shrunk() bool {
	all := e.removed > 0 && e.removed == e.listed
	many := e.removed > removedAllowed && e.removed*100 > e.listed*removedPercent
	return all || many
}
