package matching

import (
	"strconv"
	"strings"
)

// withDigits writes number words as digits: three becomes 3, forty-fifth 45th, 007 7.
func (t *Tables) withDigits(words []Word) []Word {
	out := make([]Word, 0, len(words))
	for i := 0; i < len(words); i++ {
		word := words[i]
		first, spelled := t.numbers[word.Text]
		switch {
		case spelled && first.value >= 20 && first.value < 100 && !first.ordinal && i+1 < len(words):
			if ones, follows := t.numbers[words[i+1].Text]; follows && ones.value < 10 {
				first = number{first.value + ones.value, ones.ordinal}
				word.Spelled += "-" + words[i+1].Spelled
				i++
			}
			word.Text = first.String()
		case spelled:
			word.Text = first.String()
		case isNumber(word.Text):
			if trimmed := strings.TrimLeft(word.Text, "0"); trimmed != "" {
				word.Text = trimmed
			}
		}
		out = append(out, word)
	}
	return out
}

// String returns the number in digits, with its ending if it is an ordinal.
func (n number) String() string {
	text := strconv.Itoa(n.value)
	switch {
	case !n.ordinal:
		return text
	case n.value%100 >= 11 && n.value%100 <= 13:
		return text + "th"
	case n.value%10 >= 1 && n.value%10 <= 3:
		return text + [...]string{"st", "nd", "rd"}[n.value%10-1]
	}
	return text + "th"
}

// isNumber reports whether a word is a number or an ordinal.
func isNumber(word string) bool { return word != "" && word[0] >= '0' && word[0] <= '9' }
