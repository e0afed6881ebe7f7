package matching

import (
	"math"
	"slices"
	"unicode/utf8"
)

const (
	minWeight = 1 * perBit
	maxWeight = 13 * perBit
	// backgroundNames is how many names in general count against an account's own names in a word's
	// frequency.
	backgroundNames = 500
	// unknownShare is the share of names in general with a word that is not in the background list.
	unknownShare = 1.0 / 20_000
)

// Frequencies count how many of an account's names contain each word. Scores depend on them, so they are kept from one
// computation to the next until the account has changed a lot.
type Frequencies struct {
	Names         int            `json:"names"`
	Organizations int            `json:"organizations"`
	Words         map[string]int `json:"words"`
	Tables        string         `json:"tables"` // the version of the tables that the words come from
}

// share returns the share of names that contain a word.
func (f *Frequencies) share(word string) float64 {
	if f.Names == 0 {
		return 0
	}
	return float64(f.Words[word]) / float64(f.Names)
}

// wordID identifies a word of a world.
type wordID int32

type wordInfo struct {
	text           string
	weight         Bits
	number         bool
	filler         bool
	background     bool
	inOrganization bool // a word of an organization's name
	meanings       []meaning
	resolved       bool // meanings is set
}

// vocabulary holds the words of a world.
type vocabulary struct {
	ids   map[string]wordID
	words []wordInfo
}

// id returns the id of a word.
func (v *vocabulary) id(text string, tables *Tables) wordID {
	if id, known := v.ids[text]; known {
		return id
	}
	id := wordID(len(v.words))
	v.ids[text] = id
	_, background := tables.background[text]
	v.words = append(v.words, wordInfo{
		text: text, number: isNumber(text), filler: tables.fillers[text], background: background,
	})
	return id
}

// forgetOrganizations forgets which words occur in organizations' names, and which meanings follow from that.
func (v *vocabulary) forgetOrganizations() {
	for i := range v.words {
		word := &v.words[i]
		word.inOrganization, word.resolved, word.meanings = false, false, nil
	}
}

// weigh sets the weight of each word: the rarer, the heavier.
func (v *vocabulary) weigh(tables *Tables, frequencies *Frequencies) {
	own := float64(frequencies.Organizations)
	for i := range v.words {
		word := &v.words[i]
		atLarge, known := tables.background[word.text]
		if !known {
			atLarge = unknownShare
		}
		share := (frequencies.share(word.text)*own + backgroundNames*atLarge) / (own + backgroundNames)
		word.weight = min(maxWeight, max(minWeight, bitsOf(-math.Log2(share))))
	}
}

// reading is a Reading with its words as ids.
type reading struct {
	words    []wordID
	tail     uint64 // one bit per word that qualifies the others
	form     string
	key      string
	initials []string
	bits     Bits // of all its words
	source   *Reading
}

const maxWords = 64 // per name; the rest is ignored

func (v *vocabulary) reading(source *Reading, tables *Tables) reading {
	r := reading{form: source.Form, key: source.Key, initials: source.Initials, source: source}
	words := source.Words[:min(len(source.Words), maxWords)]
	r.words = make([]wordID, len(words))
	for i, word := range words {
		r.words[i] = v.id(word.Text, tables)
		if word.Tail {
			r.tail |= 1 << i
		}
	}
	return r
}

// spelled returns a word as the name spells it, without marks on its letters.
func (r *reading) spelled(i int) string { return r.source.Words[i].Spelled }

// initial returns the first letter of a word as the name spells it. For "first" that is f, although matching reads the
// word as the number 1.
func (r *reading) initial(i int) string { return firstLetter(r.spelled(i)) }

func (r *reading) hasTail() bool { return r.tail != 0 }

func (r *reading) isTail(i int) bool { return r.tail&(1<<i) != 0 }

func (r *reading) weigh(v *vocabulary) {
	r.bits = 0
	for i, id := range r.words {
		if !slices.Contains(r.words[:i], id) {
			r.bits += v.words[id].weight
		}
	}
}

// relation is the way in which one word stands for another.
type relation uint8

const (
	same relation = iota
	abbreviation
	typo
)

// meaning is an organization's word that a word may stand for, and the share of its weight that
// counts.
type meaning struct {
	word   wordID
	kind   relation
	factor float64
}

// related reports whether a record's word and an organization's word are related without being
// equal, and the share of the weight that counts: one is a prefix of the other, or has its
// consonants in order, or both share a long stem.
func related(a, b string) (factor float64, found bool) {
	short, long := a, b
	if len(short) > len(long) {
		short, long = long, short
	}
	if len(short) < 3 || short == long || isNumber(short) || isNumber(long) {
		return 0, false
	}
	common := commonPrefix(short, long)
	switch {
	case common == len(short) && len(short) >= 4:
		return 0.7, true
	case common == len(short):
		return 0.6, true
	case len(short) <= 6 && skeleton(short, long):
		return 0.55, true
	case common >= 6 && 3*common >= 2*len(long):
		return 0.5, true
	}
	return 0, false
}

func commonPrefix(a, b string) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	for n > 0 && n < len(a) && !utf8.RuneStart(a[n]) {
		n--
	}
	return n
}

// skeleton reports whether a short word consists of the consonants of a long one, like whse for
// warehouse: both start and end with the same letter, there is no vowel in between, and the rest
// follows in order.
func skeleton(short, long string) bool {
	if short[0] != long[0] || len(long) < len(short)+2 {
		return false
	}
	for i := 1; i < len(short)-1; i++ {
		if vowel(short[i]) {
			return false
		}
	}
	if short[len(short)-1] != long[len(long)-1] {
		return false
	}
	at := 0
	for i := range len(long) {
		if at < len(short) && long[i] == short[at] {
			at++
		}
	}
	return at == len(short)
}

func vowel(letter byte) bool {
	switch letter {
	case 'a', 'e', 'i', 'o', 'u', 'y':
		return true
	}
	return false
}

// mistyped reports whether a word may be a misspelling of another, and the share of the weight that
// counts then.
func mistyped(a, b []rune) (factor float64, found bool) {
	length := min(len(a), len(b))
	if length < 4 {
		return 0, false
	}
	most := 1
	if length >= 9 {
		most = 2
	}
	switch distance := editDistance(a, b, most); {
	case distance > most:
		return 0, false
	case distance == 1:
		factor = 0.8
	default:
		factor = 0.55
	}
	if length < 7 {
		factor -= 0.25
	}
	if a[0] != b[0] {
		factor -= 0.3
	}
	return factor, factor > 0
}

// editDistance returns how many letters to insert, delete, replace or swap with their neighbor, or
// more than most.
func editDistance(a, b []rune, most int) int {
	if len(a)-len(b) > most || len(b)-len(a) > most {
		return most + 1
	}
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		least := row[0]
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
			least = min(least, row[j])
		}
		if least > most {
			return most + 1
		}
		before, last, row = last, row, before
	}
	return min(last[len(b)], most+1)
}
