package matching

import (
	"cmp"
	"slices"
	"sort"
	"strings"
)

// nameRef is one reading of a name of an organization.
type nameRef struct {
	organization int32
	alias        bool
	same         string
	text         string
	reading      reading
}

// index finds the organizations that a name may mean.
type index struct {
	names    []nameRef
	words    map[wordID][]int32
	keys     map[string][]int32
	sames    map[string][]int32
	joined   map[string][]int32 // adjacent words written as one
	runs     map[string][]int32 // initials of adjacent words
	acronyms map[string][]int32
	bigrams  map[[2]wordID][]int32 // adjacent words that are both common
	extended map[string]int        // prefixes of keys -> how many organizations' names continue from there
	sorted   []wordID              // the organizations' words, sorted
	typos    map[string][]wordID   // a word with letters removed -> words that it may be
	common   int                   // a word in more names than this finds no candidates alone
	sums     []Bits
	scored   []int32
}

const (
	maxCompared   = 10 // names compared in full
	maxChecked    = 60 // names whose words are all checked
	commonShare   = 40 // a word in more than 1/40 of the names is common
	minCommon     = 40 // if it is in more than 40
	longestJoined = 3  // words
	longestRun    = 6  // initials
)

func (e *Engine) buildIndex() {
	x := &e.index
	x.words, x.keys, x.sames = map[wordID][]int32{}, map[string][]int32{}, map[string][]int32{}
	x.joined, x.runs, x.acronyms = map[string][]int32{}, map[string][]int32{}, map[string][]int32{}
	x.bigrams, x.extended, x.typos = map[[2]wordID][]int32{}, map[string]int{}, map[string][]wordID{}
	x.common = max(minCommon, len(x.names)/commonShare)
	x.sums = make([]Bits, len(x.names))
	for at := range x.names {
		x.add(e, int32(at))
	}
	for at := range x.names {
		words := x.names[at].reading.words
		for i := 1; i < len(words); i++ {
			if bigram := [2]wordID{words[i-1], words[i]}; x.isCommon(bigram[0]) && x.isCommon(bigram[1]) {
				x.bigrams[bigram] = appendOnce(x.bigrams[bigram], int32(at))
			}
		}
	}
	slices.SortFunc(x.sorted, func(a, b wordID) int { return strings.Compare(e.word(a).text, e.word(b).text) })
	for _, id := range x.sorted {
		for _, left := range deletions([]rune(e.word(id).text)) {
			x.typos[left] = append(x.typos[left], id)
		}
	}
	x.countLonger()
}

func (x *index) add(e *Engine, at int32) {
	name := &x.names[at]
	for _, id := range name.reading.words {
		if word := e.word(id); !word.inOrganization {
			word.inOrganization = true
			x.sorted = append(x.sorted, id)
		}
		x.words[id] = appendOnce(x.words[id], at)
	}
	x.keys[name.reading.key] = append(x.keys[name.reading.key], at)
	x.sames[name.same] = appendOnce(x.sames[name.same], at)
	for _, initials := range name.reading.initials {
		x.acronyms[initials] = appendOnce(x.acronyms[initials], at)
	}
	words := name.reading.words
	for from := range words {
		joined, spelled, run := e.word(words[from]).text, name.reading.spelled(from), name.reading.initial(from)
		for to := from + 1; to < len(words) && to < from+longestRun; to++ {
			run += name.reading.initial(to)
			x.runs[run] = appendOnce(x.runs[run], at)
			if to < from+longestJoined {
				joined += e.word(words[to]).text
				spelled += name.reading.spelled(to)
				x.joined[joined] = appendOnce(x.joined[joined], at)
				x.joined[spelled] = appendOnce(x.joined[spelled], at)
			}
		}
	}
}

// countLonger counts, for each beginning of a key, the organizations whose own names continue from
// there.
func (x *index) countLonger() {
	last := map[string]int32{}
	for _, name := range x.names {
		if name.alias {
			continue
		}
		key := name.reading.key
		for at := range len(key) {
			if key[at] != ' ' {
				continue
			}
			if seen, known := last[key[:at]]; !known || seen != name.organization {
				x.extended[key[:at]]++
				last[key[:at]] = name.organization
			}
		}
	}
}

func (x *index) isCommon(id wordID) bool { return len(x.words[id]) > x.common }

func appendOnce(list []int32, at int32) []int32 {
	if len(list) > 0 && list[len(list)-1] == at {
		return list
	}
	return append(list, at)
}

func firstLetter(text string) string {
	for i := range text {
		if i > 0 {
			return text[:i]
		}
	}
	return text
}

// deletions returns a word and all its variants with one letter removed; for a long word, also with
// two.
func deletions(word []rune) []string {
	if len(word) < 3 || len(word) > 24 {
		return nil
	}
	out := []string{string(word)}
	for i := range word {
		one := slices.Delete(slices.Clone(word), i, i+1)
		out = append(out, string(one))
		if len(word) < 9 {
			continue
		}
		for j := i; j < len(one); j++ {
			out = append(out, string(slices.Delete(slices.Clone(one), j, j+1)))
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// meaningsOf returns the organizations' words that a word may stand for, itself first.
func (e *Engine) meaningsOf(id wordID) []meaning {
	word := e.word(id)
	if word.resolved {
		return word.meanings
	}
	var found []meaning
	if word.inOrganization {
		found = append(found, meaning{id, same, 1})
	}
	text := word.text
	if !word.number && len(text) >= 3 {
		found = append(found, e.relatives(id, text)...)
		if !word.inOrganization && !word.background {
			found = append(found, e.misspellings(text, found)...)
		}
	}
	e.word(id).meanings, e.word(id).resolved = found, true
	return found
}

// relatives returns the words that extend a word, that it extends, that share its stem, or that it
// abbreviates.
func (e *Engine) relatives(id wordID, text string) (found []meaning) {
	sorted := e.index.sorted
	note := func(other wordID) {
		if factor, fits := related(text, e.word(other).text); fits && other != id {
			found = append(found, meaning{other, abbreviation, factor})
		}
	}
	from := sort.Search(len(sorted), func(i int) bool { return e.word(sorted[i]).text >= text })
	stem := text[:min(len(text), 6)]
	if len(text) > 6 {
		from = sort.Search(len(sorted), func(i int) bool { return e.word(sorted[i]).text >= stem })
	}
	for i := from; i < len(sorted) && strings.HasPrefix(e.word(sorted[i]).text, stem); i++ {
		note(sorted[i])
	}
	for length := 3; length < len(stem) || length < len(text) && length <= 6; length++ {
		if other, known := e.vocabulary.ids[text[:min(length, len(text))]]; known && e.word(other).inOrganization && other != id {
			note(other)
		}
	}
	if len(text) <= 6 {
		first := sort.Search(len(sorted), func(i int) bool { return e.word(sorted[i]).text >= text[:1] })
		for i := first; i < len(sorted) && e.word(sorted[i]).text[0] == text[0]; i++ {
			if other := e.word(sorted[i]).text; !strings.HasPrefix(other, text) && skeleton(text, other) {
				note(sorted[i])
			}
		}
	}
	slices.SortFunc(found, e.compareMeanings)
	return slices.CompactFunc(found, func(a, b meaning) bool { return a.word == b.word })
}

// misspellings returns the words that a word may be a misspelling of, one or two letters apart.
func (e *Engine) misspellings(text string, known []meaning) (found []meaning) {
	letters := []rune(text)
	for _, left := range deletions(letters) {
		for _, other := range e.index.typos[left] {
			taken := func(s meaning) bool { return s.word == other }
			if slices.ContainsFunc(found, taken) || slices.ContainsFunc(known, taken) {
				continue
			}
			if factor, fits := mistyped(letters, []rune(e.word(other).text)); fits {
				found = append(found, meaning{other, typo, factor})
			}
		}
	}
	slices.SortFunc(found, e.compareMeanings)
	return found
}

// compareMeanings puts the best meanings first, and equally good ones in the order of their words. The order of their ids would
// depend on what was read before.
func (e *Engine) compareMeanings(a, b meaning) int {
	return cmp.Or(cmp.Compare(b.factor, a.factor), strings.Compare(e.word(a.word).text, e.word(b.word).text))
}

// find returns the organizations' names that are worth comparing with a reading, because they may
// have something in common.
func (e *Engine) find(r *reading) []int32 {
	e.lookUp(r, e.index.addScore)
	return e.index.best(e, r)
}

// lookUp calls visit once for each thing that a reading may have in common with names: with these names, and the weight of the
// thing.
func (e *Engine) lookUp(r *reading, visit func(names []int32, weight Bits)) {
	x := &e.index
	rare := func(names []int32, weight Bits) {
		if len(names) <= x.common {
			visit(names, weight)
		}
	}
	for i, id := range r.words {
		if slices.Contains(r.words[:i], id) {
			continue
		}
		for _, s := range e.meaningsOf(id) {
			rare(x.words[s.word], e.word(s.word).weight.times(s.factor))
		}
		text, spelled, joined := e.word(id).text, r.spelled(i), e.word(id).text
		rare(x.joined[text], e.word(id).weight)
		if spelled != text {
			rare(x.joined[spelled], e.word(id).weight)
		}
		if len(spelled) <= longestRun {
			rare(x.runs[spelled], e.word(id).weight.times(0.5))
		}
		rare(x.acronyms[spelled], Bits(len(spelled)*3*perBit))
		for j := i + 1; j < len(r.words) && j < i+longestJoined; j++ {
			joined += e.word(r.words[j]).text
			if other, known := e.vocabulary.ids[joined]; known && e.word(other).inOrganization {
				rare(x.words[other], e.word(other).weight)
			}
		}
		if i > 0 {
			visit(x.bigrams[[2]wordID{r.words[i-1], id}], e.word(id).weight+e.word(r.words[i-1]).weight)
		}
	}
	for _, initials := range r.initials {
		if id, known := e.vocabulary.ids[initials]; known && len(initials) >= 3 {
			rare(x.words[id], e.word(id).weight)
		}
	}
	for from := range r.words { // words of ours that are initials of adjacent words
		run := r.initial(from)
		for to := from + 1; to < len(r.words) && to < from+longestRun; to++ {
			run += r.initial(to)
			if id, known := e.vocabulary.ids[run]; known && e.word(id).inOrganization {
				rare(x.words[id], e.word(id).weight.times(0.5))
			}
		}
	}
}

func (x *index) addScore(names []int32, weight Bits) {
	for _, at := range names {
		if x.sums[at] == 0 {
			x.scored = append(x.scored, at)
		}
		x.sums[at] += weight
	}
}

// best returns the names with the highest sums, and resets them.
func (x *index) best(e *Engine, r *reading) []int32 {
	slices.SortFunc(x.scored, func(a, b int32) int { return cmp.Or(cmp.Compare(x.sums[b], x.sums[a]), cmp.Compare(a, b)) })
	checked := x.scored[:min(len(x.scored), maxChecked)]
	if len(checked) > maxCompared { // common words find nothing, but separate what rare words have found
		for _, at := range checked {
			words := x.names[at].reading.words
			for _, id := range r.words {
				if x.isCommon(id) && slices.Contains(words, id) {
					x.sums[at] += e.word(id).weight
				}
			}
			x.sums[at] -= x.names[at].reading.bits / 16 // among equals, prefer the name with fewer extra words
		}
		slices.SortFunc(checked, func(a, b int32) int { return cmp.Or(cmp.Compare(x.sums[b], x.sums[a]), cmp.Compare(a, b)) })
	}
	found := slices.Clone(checked[:min(len(checked), maxCompared)])
	for _, at := range x.scored {
		x.sums[at] = 0
	}
	x.scored = x.scored[:0]
	for _, at := range x.keys[r.key] {
		if !slices.Contains(found, at) {
			found = append(found, at)
		}
	}
	return found
}
