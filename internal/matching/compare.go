package matching

import (
	"slices"
	"strings"
)

// rank orders candidates before the score does: the organization's own name outranks any similar
// name.
type rank uint8

const (
	rankAlike      rank = iota // similar
	rankEqualWords             // equal words, and legal forms that do not contradict each other
	rankSameName               // the same name except for case
	rankSameCase               // exactly the same name
)

// likeness is the result of comparing a record's name with one name of an organization.
type likeness struct {
	organization int32
	alias        bool
	rank         rank
	score        Bits // of the names only, without the prior
	signals      []Signal
	// shared is set if all words of the record are words of the organization, which has more.
	shared bool
	// acronym is set if the record's name consists only of first letters.
	acronym bool
	// tailed is set if the record's reading qualifies the name.
	tailed bool
	// formDropped is set if the names are equal only without a legal form.
	formDropped bool
	// disjoint is set if the names have nothing in common.
	disjoint bool
	key      string
	bits     Bits // of the record's words
}

// pairing is a comparison of two readings in progress.
type pairing struct {
	e       *Engine
	x, o    *reading
	xUsed   uint64
	oUsed   uint64
	signals []Signal
	exact   int // words that are equal or joined
	inexact int
}

// compare compares a reading of a record with one of an organization's names.
func (e *Engine) compare(x *reading, xSame string, name *nameRef) likeness {
	o := &name.reading
	p := pairing{e: e, x: x, o: o}
	like := likeness{
		organization: name.organization, alias: name.alias, tailed: x.hasTail(), key: x.key, bits: x.bits,
		formDropped: x.form != o.form,
	}
	if p.acronym() {
		like.acronym = true
	} else {
		p.equalWords()
		p.joinedWords()
		p.relatedWords()
		p.initialsOfSome()
	}
	xLeft, oLeft := p.left(x, p.xUsed), p.left(o, p.oUsed)
	like.disjoint = p.exact+p.inexact == 0 && !like.acronym
	if !like.acronym {
		p.leftovers(xLeft, oLeft)
	}
	like.shared = !like.acronym && !like.disjoint && len(xLeft) == 0 && len(oLeft) > 0 && p.inexact == 0
	contradicting := x.form != "" && o.form != "" && x.form != o.form
	switch {
	case xSame == name.same:
		like.rank = rankSameName
		p.add(SignalSameName, 6*perBit, xSame, name.same)
	case len(xLeft) == 0 && len(oLeft) == 0 && p.inexact == 0 && !like.acronym && !like.disjoint:
		p.add(SignalSameWords, 4*perBit, "", "")
		if x.key == o.key && !contradicting {
			like.rank = rankEqualWords
		}
	}
	switch {
	case contradicting:
		p.add(SignalFormDiffers, -4*perBit, x.form, o.form)
	case x.form != "" && x.form == o.form:
		p.add(SignalForm, perBit, x.form, o.form)
	}
	if name.alias {
		p.add(SignalKnownAs, -perBit/2, "", name.text)
	}
	like.signals = p.signals
	for _, signal := range p.signals {
		like.score += signal.Weight
	}
	return like
}

func (p *pairing) add(kind string, weight Bits, left, right string) {
	if weight != 0 {
		p.signals = append(p.signals, Signal{Kind: kind, Weight: weight, Left: left, Right: right})
	}
}

// spelled returns words of a reading as they are spelled.
func spelled(r *reading, from, to int) string {
	if to == from+1 {
		return r.source.Words[from].Spelled
	}
	return spelledTogether(r.source.Words[from:to])
}

// acronym detects a name that consists only of the first letters of the other.
func (p *pairing) acronym() bool {
	switch {
	case p.spelledOut(p.x, p.o):
		p.xUsed, p.oUsed = 1, ^uint64(0)
	case p.spelledOut(p.o, p.x):
		p.xUsed, p.oUsed = ^uint64(0), 1
	default:
		return false
	}
	length := len(p.short())
	p.add(SignalAcronym, bitsOf(3.2*float64(length)-1), spelled(p.x, 0, len(p.x.words)), spelled(p.o, 0, len(p.o.words)))
	return true
}

func (p *pairing) short() string {
	if len(p.x.words) == 1 {
		return p.x.spelled(0)
	}
	return p.o.spelled(0)
}

func (p *pairing) spelledOut(short, long *reading) bool {
	if len(short.words) != 1 || len(long.words) < 2 {
		return false
	}
	text := short.spelled(0)
	return len(text) >= 3 && !p.e.word(short.words[0]).number && slices.Contains(long.initials, text)
}

func (p *pairing) use(xFrom, xTo, oFrom, oTo int) {
	for i := xFrom; i < xTo; i++ {
		p.xUsed |= 1 << i
	}
	for j := oFrom; j < oTo; j++ {
		p.oUsed |= 1 << j
	}
}

func (p *pairing) xFree(i int) bool { return p.xUsed&(1<<i) == 0 }
func (p *pairing) oFree(j int) bool { return p.oUsed&(1<<j) == 0 }

func (p *pairing) equalWords() {
	for i, id := range p.x.words {
		for j, other := range p.o.words {
			if id == other && p.oFree(j) {
				p.use(i, i+1, j, j+1)
				p.exact++
				if !slices.Contains(p.x.words[:i], id) { // a repeated word counts once
					p.add(SignalWord, p.e.word(id).weight, spelled(p.x, i, i+1), spelled(p.o, j, j+1))
				}
				break
			}
		}
	}
}

// joinedWords finds words that the other name writes as one.
func (p *pairing) joinedWords() {
	for i := range p.x.words {
		for j := range p.o.words {
			if !p.xFree(i) || !p.oFree(j) {
				continue
			}
			if to := p.joins(p.o, p.oFree, j, p.x, i); to > 0 {
				p.add(SignalJoined, p.sum(p.o, j, to).times(0.9), spelled(p.x, i, i+1), spelled(p.o, j, to))
				p.use(i, i+1, j, to)
				p.exact++
			} else if to := p.joins(p.x, p.xFree, i, p.o, j); to > 0 {
				p.add(SignalJoined, p.e.word(p.o.words[j]).weight.times(0.9), spelled(p.x, i, to), spelled(p.o, j, j+1))
				p.use(i, to, j, j+1)
				p.exact++
			}
		}
	}
}

// joins returns the end of the adjacent unused words that form a word of the other reading, or 0 if
// they do not. Either spelling counts.
func (p *pairing) joins(r *reading, free func(int) bool, from int, other *reading, at int) int {
	if to := joinsText(from, len(r.words), free, func(i int) string { return p.e.word(r.words[i]).text }, p.e.word(other.words[at]).text); to > 0 {
		return to
	}
	return joinsText(from, len(r.words), free, r.spelled, other.spelled(at))
}

func joinsText(from, length int, free func(int) bool, word func(int) string, text string) int {
	for to := from; to < length && to < from+longestJoined && free(to); to++ {
		part := word(to)
		rest, begins := strings.CutPrefix(text, part)
		if !begins {
			return 0
		}
		if text = rest; text == "" {
			if to == from {
				return 0
			}
			return to + 1
		}
	}
	return 0
}

func (p *pairing) sum(r *reading, from, to int) (sum Bits) {
	for i := from; i < to; i++ {
		sum += p.e.word(r.words[i]).weight
	}
	return min(sum, maxWeight+maxWeight/2)
}

// relatedWords finds abbreviations and misspellings, best first.
func (p *pairing) relatedWords() {
	for {
		best, weight, at, other := meaning{}, Bits(0), -1, -1
		for i, id := range p.x.words {
			if !p.xFree(i) {
				continue
			}
			for j, candidate := range p.o.words {
				if !p.oFree(j) {
					continue
				}
				for _, s := range p.e.meaningsOf(id) {
					if s.word == candidate && s.kind != same {
						if w := p.e.word(candidate).weight.times(s.factor); w > weight {
							best, weight, at, other = s, w, i, j
						}
					}
				}
			}
		}
		if at < 0 {
			return
		}
		kind := SignalAbbreviation
		if best.kind == typo {
			kind = SignalTypo
		}
		p.add(kind, weight, spelled(p.x, at, at+1), spelled(p.o, other, other+1))
		p.use(at, at+1, other, other+1)
		p.inexact++
	}
}

// initialsOfSome finds a word that consists of the first letters of adjacent words, if something
// else agrees too.
func (p *pairing) initialsOfSome() {
	if p.exact+p.inexact == 0 {
		return
	}
	for i := range p.x.words {
		if p.xFree(i) {
			if from, to := p.initialsIn(p.x, i, p.o, p.oFree); to > 0 {
				p.addInitials(p.sum(p.o, from, to), to-from, spelled(p.x, i, i+1), spelled(p.o, from, to))
				p.use(i, i+1, from, to)
			}
		}
	}
	for j, id := range p.o.words {
		if p.oFree(j) {
			if from, to := p.initialsIn(p.o, j, p.x, p.xFree); to > 0 {
				p.addInitials(p.e.word(id).weight, to-from, spelled(p.x, from, to), spelled(p.o, j, j+1))
				p.use(from, to, j, j+1)
			}
		}
	}
}

func (p *pairing) addInitials(words Bits, letters int, left, right string) {
	p.add(SignalInitials, min(words.times(0.7), bitsOf(2.6*float64(letters))), left, right)
	p.inexact++
}

func (p *pairing) initialsIn(short *reading, at int, r *reading, free func(int) bool) (from, to int) {
	text := short.spelled(at)
	if p.e.word(short.words[at]).number || len(text) < 2 || len(text) > longestRun {
		return 0, 0
	}
	for from := 0; from+len(text) <= len(r.words); from++ {
		fits := true
		for k := 0; k < len(text) && fits; k++ {
			fits = free(from+k) && r.spelled(from + k)[0] == text[k]
		}
		if fits {
			return from, from + len(text)
		}
	}
	return 0, 0
}

// left returns the positions of the words without a match.
func (p *pairing) left(r *reading, used uint64) (left []int) {
	for i := range r.words {
		if used&(1<<i) == 0 {
			left = append(left, i)
		}
	}
	return left
}

// remainder is the unmatched part of one side.
type remainder struct {
	head, tail, filler Bits // filler is the part of head in words such as "group", which people freely add or drop
	numbers            []string
	words              string
}

func (p *pairing) remainder(r *reading, left []int) (rest remainder) {
	var words []string
	for _, i := range left {
		word := p.e.word(r.words[i])
		words = append(words, r.source.Words[i].Spelled)
		switch {
		case r.isTail(i):
			rest.tail += word.weight
		case word.number:
			rest.numbers = append(rest.numbers, word.text)
		case word.filler:
			rest.head += word.weight
			rest.filler += word.weight
		default:
			rest.head += word.weight
		}
	}
	rest.words = strings.Join(words, " ")
	return rest
}

// tailShare is how much of a qualifier counts against the name itself.
const tailShare = 0.3

// leftovers weighs the unmatched words of both sides.
func (p *pairing) leftovers(xLeft, oLeft []int) {
	if len(xLeft)+len(oLeft) == 0 {
		return
	}
	x, o := p.remainder(p.x, xLeft), p.remainder(p.o, oLeft)
	switch {
	case len(x.numbers) > 0 && len(o.numbers) > 0:
		p.add(SignalNumbersDiffer, -8*perBit, strings.Join(x.numbers, " "), strings.Join(o.numbers, " "))
	case len(x.numbers)+len(o.numbers) > 0:
		p.add(SignalNumberMissing, -3*perBit, strings.Join(x.numbers, " "), strings.Join(o.numbers, " "))
	}
	heads, tails := min(x.head, o.head), min(x.tail, o.tail)
	xHead, oHead, xTail, oTail := x.head-heads, o.head-heads, x.tail-tails, o.tail-tails
	crossed := min(xHead, oTail) + min(xTail, oHead)
	p.add(SignalDifferentWords, -(heads + tails + crossed.times(tailShare)).times(1.25), x.words, o.words)
	// The words that only one side has.
	xMissing, oMissing := xHead-min(xHead, oTail), oHead-min(xTail, oHead)
	p.add(SignalMissingWords, -missing(xMissing, x.filler)-missing(oMissing, o.filler), x.words, o.words)
	qualifier := xTail - min(xTail, oHead) + oTail - min(xHead, oTail)
	p.add(SignalQualifier, -min(qualifier.times(0.2), bitsOf(2.5)), x.words, o.words)
}

func missing(head, filler Bits) Bits {
	filler = min(filler, head)
	return (head - filler).times(0.55) + filler.times(0.2)
}
