package matching

import (
	"bufio"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"math"
	"slices"
	"strconv"
	"strings"
)

//go:embed data/*.txt
var data embed.FS

// logicVersion must change whenever the code changes what is suggested. The files in data are
// versioned by their content.
const logicVersion = "2"

// Positions of a mark of a record out of use.
const (
	markApart  = "apart"  // alone in brackets, after a dash, or in front with a separator
	markFront  = "front"  // in front, with a separator
	markPrefix = "prefix" // in front, a blank is enough of a separator
)

// Tables hold what matching knows about names in general. An account may add its own words.
type Tables struct {
	version       string
	forms         map[string]string   // spelling -> class
	frontForms    map[string]string   // the same, for forms that may also be in front
	lastFormWords map[string]bool     // last words of spellings
	longestForm   int                 // in words
	one           map[string]string   // word -> canonical spelling
	phrases       map[string][]phrase // first word -> phrases of several words
	marks         map[string]string   // mark -> position
	small         map[string]bool
	fillers       map[string]bool
	background    map[string]float64 // word -> share of company names in general
	letters       map[rune]string
	lookAlikes    map[rune]rune
	spellings     map[rune]string
	numbers       map[string]number
	regions       map[string]bool
	sharedHosts   map[string]bool // hosts of websites that are not one company's own
}

// phrase is several words that are written as one.
type phrase struct {
	words []string
	one   string
}

type number struct {
	value   int
	ordinal bool
}

// Abbreviation is a short spelling that an account uses for a long one.
type Abbreviation struct {
	Short string `json:"short"`
	Long  string `json:"long"`
}

// DefaultTables returns the built-in tables.
func DefaultTables() *Tables { return newTables(nil, nil) }

// WithWords returns the tables with an account's own filler words and abbreviations added.
func WithWords(fillers []string, abbreviations []Abbreviation) *Tables {
	return newTables(fillers, abbreviations)
}

func newTables(fillers []string, abbreviations []Abbreviation) *Tables {
	t := &Tables{
		forms: map[string]string{}, frontForms: map[string]string{}, lastFormWords: map[string]bool{},
		one: map[string]string{}, phrases: map[string][]phrase{}, marks: map[string]string{},
		small: map[string]bool{}, fillers: map[string]bool{}, background: map[string]float64{},
		letters: map[rune]string{}, lookAlikes: map[rune]rune{}, spellings: map[rune]string{}, numbers: map[string]number{},
		regions: map[string]bool{}, sharedHosts: map[string]bool{},
	}
	t.readLetters()
	t.readForms()
	for line := range lines("small_words.txt") {
		t.small[line] = true
	}
	for line := range lines("regions.txt") {
		for region := range strings.SplitSeq(line, "|") {
			t.regions[region] = true
		}
	}
	for line := range lines("shared_hosts.txt") {
		t.sharedHosts[line] = true
	}
	t.readNumbers()
	for position, marks := range pairs("markers.txt") {
		for mark := range strings.SplitSeq(marks, "|") {
			t.marks[mark] = position
		}
	}
	t.readAbbreviations(abbreviations)
	for line := range lines("fillers.txt") {
		t.fillers[t.canonical(line)] = true
	}
	for _, filler := range fillers {
		t.fillers[t.canonical(filler)] = true
	}
	for rate, words := range pairs("background.txt") {
		share, err := strconv.Atoi(rate)
		if err != nil {
			panic(fmt.Sprintf("background.txt: %q is no number", rate))
		}
		for word := range strings.FieldsSeq(words) {
			word = t.canonical(word)
			t.background[word] = max(t.background[word], float64(share)/10_000)
		}
	}
	t.version = version(fillers, abbreviations)
	return t
}

// Version identifies the content of the tables and the rules that use them. Suggestions of
// different versions may differ.
func (t *Tables) Version() string { return t.version }

func version(fillers []string, abbreviations []Abbreviation) string {
	sum := sha256.New()
	fmt.Fprintln(sum, logicVersion)
	names, err := fs.Glob(data, "data/*.txt")
	if err != nil {
		panic(err)
	}
	for _, name := range names {
		content, err := data.ReadFile(name)
		if err != nil {
			panic(err)
		}
		fmt.Fprintf(sum, "%s %d\n%s", name, len(content), content)
	}
	fmt.Fprintf(sum, "%q %q", fillers, abbreviations)
	return hex.EncodeToString(sum.Sum(nil)[:8])
}

func (t *Tables) readLetters() {
	for line := range lines("letters.txt") {
		letter, latin, _ := strings.Cut(line, " ")
		t.letters[firstRune(letter)] = latin
	}
	for line := range lines("look_alikes.txt") {
		letter, latin, _ := strings.Cut(line, " ")
		t.lookAlikes[firstRune(letter)] = firstRune(latin)
	}
	for line := range lines("spellings.txt") {
		letter, latin, _ := strings.Cut(line, " ")
		t.spellings[firstRune(letter)] = latin
	}
}

func (t *Tables) readForms() {
	for class, spellings := range pairs("legal_forms.txt") {
		class, front := strings.CutSuffix(class, "^")
		for spelling := range strings.SplitSeq(spellings, "|") {
			words := strings.Fields(spelling)
			t.forms[spelling] = class
			t.lastFormWords[words[len(words)-1]] = true
			t.longestForm = max(t.longestForm, len(words))
			if front {
				t.frontForms[spelling] = class
			}
		}
	}
}

func (t *Tables) readNumbers() {
	for digits, words := range pairs("numbers.txt") {
		value, err := strconv.Atoi(digits)
		if err != nil {
			panic(fmt.Sprintf("numbers.txt: %q is no number", digits))
		}
		for i, word := range strings.Fields(words) {
			t.numbers[word] = number{value, i > 0}
		}
	}
}

func (t *Tables) readAbbreviations(own []Abbreviation) {
	add := func(one, spelling string) {
		words := strings.Fields(spelling)
		if len(words) == 1 {
			t.one[spelling], t.one[singular(spelling)] = one, one
			return
		}
		t.phrases[words[0]] = append(t.phrases[words[0]], phrase{words, one})
	}
	for one, spellings := range pairs("abbreviations.txt") {
		t.one[one], t.one[singular(one)] = one, one
		for spelling := range strings.SplitSeq(spellings, "|") {
			add(one, spelling)
		}
	}
	for _, a := range own {
		short, long := strings.Join(strings.Fields(fold(a.Short)), " "), strings.Join(strings.Fields(fold(a.Long)), " ")
		if short == "" || long == "" {
			continue
		}
		one := strings.ReplaceAll(long, " ", "")
		add(one, short)
		add(one, long)
	}
	for _, phrases := range t.phrases { // longest first
		slices.SortStableFunc(phrases, func(a, b phrase) int { return len(b.words) - len(a.words) })
	}
}

// canonical returns the canonical spelling of a word.
func (t *Tables) canonical(word string) string {
	word = t.latin(fold(word))
	if one, known := t.one[word]; known {
		return one
	}
	word = singular(word)
	if one, known := t.one[word]; known {
		return one
	}
	return word
}

// lines yields the lines of a data file, without comments and empty lines.
func lines(name string) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		file, err := data.Open("data/" + name)
		if err != nil {
			panic(err)
		}
		defer func() { _ = file.Close() }()
		scanner := bufio.NewScanner(file)
		for scanner.Scan() {
			line := strings.TrimSpace(scanner.Text())
			if line != "" && !strings.HasPrefix(line, "#") && !yield(line) {
				return
			}
		}
	}
}

// pairs yields the text before and after the colon of each line of a data file.
func pairs(name string) func(yield func(before, after string) bool) {
	return func(yield func(string, string) bool) {
		for line := range lines(name) {
			before, after, found := strings.Cut(line, ":")
			if !found {
				panic(fmt.Sprintf("%s: no colon in %q", name, line))
			}
			if !yield(strings.TrimSpace(before), strings.TrimSpace(after)) {
				return
			}
		}
	}
}

func firstRune(text string) rune {
	for _, r := range text {
		return r
	}
	return 0
}

// log2 returns the binary logarithm in bits.
func log2(share float64) Bits { return bitsOf(math.Log2(share)) }
