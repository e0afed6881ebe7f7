package refresh

// verdict is what is done with a list that was read to its end.
type verdict int

const (
	apply         verdict = iota // it becomes the integration's list
	walkAgain                    // it moved while it was read, or may have: read it once more
	moving                       // it moved again: the run fails
	needsReview                  // it shrank suspiciously: a person decides
	totalMismatch                // it was read twice in the same way and is not as long as announced: a person decides
)

// What a list may lose before a person is asked: a fault of the vendor's, or a key that sees less than before, looks
// like many organizations gone at once.
const (
	removedFew     = 5  // up to so many may always go
	removedPercent = 20 // of those listed
)

// evidence is all that the verdict rests on.
type evidence struct {
	distinct     int  // remote ids that were read
	skipped      int  // rows that could not be used
	unidentified int  // those of them without an id
	total        *int // as the vendor announced it; nil: it did not
	moved        bool // the total changed on the way
	again        bool // this is the second walk
	stable       bool // the second walk read what the first one did

	listed       int  // external organizations that were listed before
	gone         int  // those of them that were not read
	acceptShrink bool // a person takes it as true that they are gone

	acceptMismatch bool // a person takes the list as it can be read, whatever the total says
	acceptedGap    int  // how many more were announced than listed when a person did so last
}

// judge decides. It needs listed and gone only where the list is whole.
func (e evidence) judge() verdict {
	switch {
	case !e.whole() && !e.again, e.unsure() && !e.again:
		return walkAgain
	case !e.whole() && (!e.stable || e.moved):
		return moving
	case !e.whole() && !e.accepted():
		return totalMismatch
	case e.shrunk() && !e.acceptShrink:
		return needsReview
	}
	return apply
}

// whole tells whether the walk has seen exactly what the vendor announced, or misses as many as a person has accepted.
func (e evidence) whole() bool { return !e.moved && (e.gap() == 0 || e.gap() == e.acceptedGap) }

// gap returns how many more organizations the vendor announces than it lists. It is negative if it lists more.
func (e evidence) gap() int {
	if e.total == nil {
		return 0
	}
	return *e.total - e.distinct - e.skipped
}

// accepted reports whether a person takes the list although the total is another, now or before and with a gap no smaller.
func (e evidence) accepted() bool {
	return e.acceptMismatch || e.gap() > 0 && e.gap() <= e.acceptedGap
}

// unsure tells that something seems gone from a list of which nobody says how long it is. A list that loses a row while
// its pages are turned lets another slip past, and only a second look tells that one from what is gone.
func (e evidence) unsure() bool { return e.total == nil && e.gone > 0 && !e.excused() }

// excused tells that what is missing may be just the rows without an id: it is not taken for gone.
func (e evidence) excused() bool { return e.gone <= e.unidentified }

func (e evidence) shrunk() bool {
	all := e.gone > 0 && e.gone == e.listed
	many := e.gone > removedFew && e.gone*100 > e.listed*removedPercent
	return all || many
}
