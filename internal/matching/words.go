package matching

import (
	"slices"
	"strings"
	"unicode"
)

// token is a word as a name spells it.
type token struct {
	text string
	tail bool
}

// tokens splits a folded name into its words and marks the ones that qualify the others.
func (t *Tables) tokens(name string) []token {
	s := scanner{name: name}
	s.scan()
	return withoutAcronym(joinedLetters(s.tokens))
}

// scanner splits a name into words. It removes dots and apostrophes within a word, and separates
// letters from digits.
type scanner struct {
	name   string
	tokens []token
	depth  int
	dashed bool
}

func (s *scanner) scan() {
	start := -1
	end := func(at int) {
		if start >= 0 {
			s.word(s.name[start:at])
			start = -1
		}
	}
	for at, r := range s.name {
		switch {
		case unicode.IsLetter(r), unicode.IsDigit(r), unicode.IsMark(r):
			if start < 0 {
				start = at
			}
			continue
		case start >= 0 && (r == '.' || r == '\'' || r == '/' || r == '&' || r == '-') && s.inside(at, r):
			continue
		}
		end(at)
		switch r {
		case '(', '[', '{':
			s.depth++
		case ')', ']', '}':
			s.depth = max(0, s.depth-1)
		case ':':
			s.dashed = true
		case '-':
			s.dashed = s.dashed || at > 0 && s.name[at-1] == ' ' && at+1 < len(s.name) && s.name[at+1] == ' '
		case '&', '+':
			s.add("and")
		}
	}
	end(len(s.name))
}

// inside reports whether a sign is part of the word around it: the dot of "d.d.s.", the apostrophe
// of "o'driscoll", the slash of "24/7", the ampersand of "at&t", the dash of "24-7".
func (s *scanner) inside(at int, sign rune) bool {
	after := rune(0)
	for _, r := range s.name[at+1:] {
		after = r
		break
	}
	before := s.name[at-1]
	digits := before >= '0' && before <= '9' && unicode.IsDigit(after)
	switch sign {
	case '\'':
		return true
	case '.':
		return unicode.IsLetter(after) || digits
	case '&':
		return unicode.IsLetter(after) && s.short(at)
	}
	return digits && s.short(at)
}

// short reports whether the text on each side of a sign has at most two letters or digits.
func (s *scanner) short(at int) bool {
	before := strings.LastIndexAny(s.name[:at], " (") + 1
	after := strings.IndexAny(s.name[at:]+" ", " )")
	return at-before <= 2 && after-1 <= 2
}

var withoutJoints = strings.NewReplacer("'", "", "/", "", "&", "", "-", "") //nolint:gochecknoglobals // a constant, slow to build

// word adds a run of letters, digits and the signs inside it.
func (s *scanner) word(text string) {
	text = withoutJoints.Replace(text)
	if strings.Contains(text, ".") {
		parts := strings.Split(text, ".")
		if slices.ContainsFunc(parts, func(part string) bool { return len(part) > 2 }) {
			for _, part := range parts {
				s.parted(part)
			}
			return
		}
		text = strings.Join(parts, "")
	}
	s.parted(text)
}

// parted adds a word, with letters and digits separated. Ordinals such as 45th stay whole.
func (s *scanner) parted(text string) {
	if ordinal(text) {
		s.add(text)
		return
	}
	start := 0
	for at, r := range text {
		if at > start && unicode.IsDigit(r) != unicode.IsDigit(firstRune(text[start:])) && !unicode.IsMark(r) {
			s.add(text[start:at])
			start = at
		}
	}
	s.add(text[start:])
}

func (s *scanner) add(text string) {
	if text != "" {
		s.tokens = append(s.tokens, token{text, s.depth > 0 || s.dashed})
	}
}

// ordinal reports whether a word is a number with its ending, such as 1st.
func ordinal(text string) bool {
	digits := strings.TrimLeft(text, "0123456789")
	return len(digits) < len(text) && (digits == "st" || digits == "nd" || digits == "rd" || digits == "th")
}

// joinedLetters joins consecutive single letters into one word: "e z lube" becomes "ez lube", "r &
// r" becomes "rr".
func joinedLetters(tokens []token) []token {
	single := func(i int) bool {
		return i < len(tokens) && len([]rune(tokens[i].text)) == 1 && unicode.IsLetter(firstRune(tokens[i].text))
	}
	joined := tokens[:0:0]
	for i := 0; i < len(tokens); i++ {
		one := tokens[i]
		for single(i) {
			switch {
			case single(i+1) && tokens[i+1].tail == one.tail:
				i++
			case i+2 < len(tokens) && tokens[i+1].text == "and" && single(i+2) && tokens[i+2].tail == one.tail:
				i += 2
			default:
				joined = append(joined, one)
				one = token{}
			}
			if one.text == "" {
				break
			}
			one.text += tokens[i].text
		}
		if one.text != "" {
			joined = append(joined, one)
		}
	}
	return joined
}

// withoutAcronym removes an acronym of the rest that is in front of a dash or in brackets. If
// nothing else is left, the tail becomes the name.
func withoutAcronym(tokens []token) []token {
	cut := slices.IndexFunc(tokens, func(p token) bool { return p.tail })
	switch {
	case cut < 0:
		return tokens
	case cut == 0:
		return asHead(tokens)
	}
	head, tail := tokens[:cut], tokens[cut:]
	if len(head) == 1 && spells(head[0].text, tail) {
		return asHead(tail)
	}
	if len(tail) == 1 && spells(tail[0].text, head) {
		return head
	}
	return tokens
}

// asHead returns tokens as the name itself instead of its tail.
func asHead(tokens []token) []token {
	tokens = slices.Clone(tokens)
	for i := range tokens {
		tokens[i].tail = false
	}
	return tokens
}

// spells reports whether an acronym consists of the first letters of the words, with or without the
// small ones.
func spells(acronym string, tokens []token) bool {
	if len(acronym) < 2 || len(tokens) < 2 {
		return false
	}
	var all, large strings.Builder
	for _, p := range tokens {
		all.WriteRune(firstRune(p.text))
		if p.text != "and" && p.text != "of" && p.text != "the" && p.text != "for" {
			large.WriteRune(firstRune(p.text))
		}
	}
	return acronym == all.String() || acronym == large.String()
}

// reading returns the reading of a name's tokens. If second is set, it writes letters such as ä as
// two; differs reports whether that changes anything.
func (t *Tables) reading(tokens []token, second bool) (_ Reading, differs bool) {
	words := make([]Word, 0, len(tokens))
	for _, p := range tokens {
		text := t.latin(p.text)
		if second {
			two := t.spelledOut(p.text)
			differs = differs || two != text
			text = two
		}
		words = append(words, Word{Text: text, Spelled: p.text, Tail: p.tail})
	}
	if second && !differs {
		return Reading{}, false
	}
	reading := Reading{}
	all := t.withoutSmall(words)
	words, reading.Form = t.withoutForms(words)
	reading.Initials = initials(all, t.withoutSmall(words), words)
	words = t.withoutSmall(t.oneSpelling(words))
	reading.Words = t.withDigits(words)
	keys := make([]string, len(reading.Words))
	for i, word := range reading.Words {
		keys[i] = word.Text
	}
	reading.Key = strings.Join(keys, " ")
	return reading, differs
}

// initials returns the distinct rows of first letters, for rows of 3 to 12 words.
func initials(rows ...[]Word) []string {
	var found []string
	for _, row := range rows {
		if len(row) < 3 || len(row) > 12 {
			continue
		}
		var letters strings.Builder
		for _, word := range row {
			letters.WriteRune(firstRune(word.Text))
		}
		if !slices.Contains(found, letters.String()) {
			found = append(found, letters.String())
		}
	}
	return found
}

// withoutForms removes legal forms from the end of the head and of the whole name, and from the
// front if that is customary. It returns the most specific class. The last remaining word of a name
// is never removed.
func (t *Tables) withoutForms(words []Word) (_ []Word, class string) {
	note := func(found string) {
		if class == "" && found != "company" && found != "professional" {
			class = found
		}
	}
	words = t.withoutFormsAtEnd(words, note)
	if cut := slices.IndexFunc(words, func(w Word) bool { return w.Tail }); cut > 0 {
		head := t.withoutFormsAtEnd(words[:cut:cut], note)
		words = append(head, words[cut:]...)
	}
	for length := min(2, len(words)-1); length > 0; length-- {
		if found, known := t.frontForms[joinWords(words[:length])]; known {
			note(found)
			return words[length:], class
		}
	}
	return words, class
}

func (t *Tables) withoutFormsAtEnd(words []Word, note func(class string)) []Word {
	for len(words) > 1 && t.lastFormWords[words[len(words)-1].Text] {
		shorter := words
		for length := min(t.longestForm, len(words)-1); length > 0; length-- {
			at := len(words) - length
			if class, known := t.forms[joinWords(words[at:])]; known {
				note(class)
				shorter = words[:at]
				break
			}
		}
		for len(shorter) > 1 && len(shorter) < len(words) && shorter[len(shorter)-1].Text == "and" {
			shorter = shorter[:len(shorter)-1]
		}
		if len(shorter) == len(words) {
			return words
		}
		words = shorter
	}
	return words
}

func joinWords(words []Word) string {
	if len(words) == 1 {
		return words[0].Text
	}
	texts := make([]string, len(words))
	for i, word := range words {
		texts[i] = word.Text
	}
	return strings.Join(texts, " ")
}

// withoutSmall removes small words, unless nothing would be left.
func (t *Tables) withoutSmall(words []Word) []Word {
	left := make([]Word, 0, len(words))
	for _, word := range words {
		if !t.small[word.Text] {
			left = append(left, word)
		}
	}
	if len(left) == 0 {
		return words
	}
	return left
}

// oneSpelling replaces abbreviations and phrases with their canonical spelling, and plurals with
// singulars. It drops "no" and the like before a number.
func (t *Tables) oneSpelling(words []Word) []Word {
	out := make([]Word, 0, len(words))
	for i := 0; i < len(words); i++ {
		word := words[i]
		numbered := i+1 < len(words) && isNumber(words[i+1].Text)
		if numbered && (word.Text == "no" || word.Text == "nr" || word.Text == "number") {
			continue
		}
		if one, length := t.phraseAt(words[i:]); length > 0 {
			word.Text, word.Spelled = one, spelledTogether(words[i:i+length])
			out = append(out, word)
			i += length - 1
			continue
		}
		if _, spelled := t.numbers[word.Text]; !spelled {
			if one, known := t.one[word.Text]; known {
				word.Text = one
			} else if word.Text = singular(word.Text); t.one[word.Text] != "" {
				word.Text = t.one[word.Text]
			}
		}
		out = append(out, word)
	}
	return out
}

func spelledTogether(words []Word) string {
	texts := make([]string, len(words))
	for i, word := range words {
		texts[i] = word.Spelled
	}
	return strings.Join(texts, " ")
}

// phraseAt returns the canonical spelling of the phrase at the start of words, and its number of
// words.
func (t *Tables) phraseAt(words []Word) (one string, length int) {
	for _, phrase := range t.phrases[words[0].Text] {
		if len(phrase.words) > len(words) {
			continue
		}
		same := true
		for i, word := range phrase.words {
			same = same && words[i].Text == word && words[i].Tail == words[0].Tail
		}
		if same {
			return phrase.one, len(phrase.words)
		}
	}
	return "", 0
}
