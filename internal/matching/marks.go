package matching

import (
	"strings"
	"unicode"
)

// minCodes is how many different codes of one shape show that a list uses codes.
const minCodes = 3

// codeShapes returns the shapes of client codes that at least three names of a list have in front,
// or in brackets at the end.
func codeShapes(names []string) map[string]bool {
	found := map[string]map[string]bool{}
	for _, name := range names {
		folded := fold(name)
		for _, code := range [2]string{leadingCode(folded), trailingCode(folded)} {
			if code == "" {
				continue
			}
			shape := shapeOf(code)
			if found[shape] == nil {
				found[shape] = map[string]bool{}
			}
			found[shape][code] = true
		}
	}
	shapes := map[string]bool{}
	for shape, codes := range found {
		if len(codes) >= minCodes {
			shapes[shape] = true
		}
	}
	return shapes
}

// leadingCode returns the code at the start of a folded name, including the separator: "c0112 -".
func leadingCode(name string) string {
	word, rest, found := strings.Cut(name, " ")
	if !found {
		return ""
	}
	letters, digits := 0, 0
	for _, r := range word {
		switch {
		case unicode.IsDigit(r):
			digits++
		case unicode.IsLetter(r):
			letters++
		case r != '-' && r != '.' && r != ':' && r != '#':
			return ""
		}
	}
	separated := strings.HasPrefix(rest, "- ") || strings.HasSuffix(word, ":")
	switch {
	case digits == 0, letters == 0 && !separated && digits < 4, letters > 0 && digits < 2:
		return ""
	case strings.HasPrefix(rest, "- "):
		return word + " -"
	}
	return word
}

// trailingCode returns the code in brackets at the end of a folded name, including the brackets.
func trailingCode(name string) string {
	at := strings.LastIndexAny(name, "([")
	if at <= 0 || !strings.HasSuffix(name, ")") && !strings.HasSuffix(name, "]") {
		return ""
	}
	digits := 0
	for _, r := range name[at+1 : len(name)-1] {
		switch {
		case unicode.IsDigit(r):
			digits++
		case !unicode.IsLetter(r) && r != '-':
			return ""
		}
	}
	if digits < 2 {
		return ""
	}
	return name[at:]
}

// shapeOf returns a code with each letter as A and each digit as 9.
func shapeOf(code string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsDigit(r):
			return '9'
		case unicode.IsLetter(r):
			return 'A'
		}
		return r
	}, code)
}

// withoutCode returns a folded name without its client code, if its list uses such codes.
func (r *Reader) withoutCode(name string) string {
	if len(r.codes) == 0 {
		return name
	}
	if code := leadingCode(name); code != "" && r.codes[shapeOf(code)] {
		return strings.TrimSpace(name[len(code):])
	}
	if code := trailingCode(name); code != "" && r.codes[shapeOf(code)] {
		return strings.TrimSpace(name[:len(name)-len(code)])
	}
	return name
}

// withoutMarks returns a folded name without the marks of a record out of use, and the first mark.
// A name that consists only of a mark is kept.
func (t *Tables) withoutMarks(name string) (rest, mark string) {
	for {
		shorter, found := t.withoutMark(name)
		if found == "" || !hasWord(shorter) {
			return name, mark
		}
		name = shorter
		if mark == "" {
			mark = found
		}
	}
}

func (t *Tables) withoutMark(name string) (rest, mark string) {
	if before, inside, after, found := bracketed(name); found && t.marks[inside] == markApart {
		return strings.TrimSpace(before + " " + after), inside
	}
	if at := strings.LastIndex(name, " -"); at >= 0 {
		if last := bare(name[at+2:]); t.marks[last] == markApart {
			return strings.TrimSpace(name[:at]), last
		}
	}
	trimmed := strings.TrimLeft(name, "*_-~#!. ")
	at := strings.IndexAny(trimmed, "-_:*|~")
	if at > 0 {
		first := bare(trimmed[:at])
		if position, known := t.marks[first]; known && (position != markFront || separated(trimmed, at)) {
			return strings.TrimLeft(trimmed[at:], "-_:*|~ "), first
		}
	}
	if first, after, found := strings.Cut(trimmed, " "); found {
		if first = bare(first); t.marks[first] == markPrefix {
			return after, first
		}
	}
	return name, ""
}

// separated reports whether the sign at a position separates words, rather than parts of one word
// as in "x-ray".
func separated(name string, at int) bool {
	return name[at] != '-' || name[at-1] == ' ' || at+1 < len(name) && name[at+1] == ' '
}

// bracketed returns what is before, inside and after the last pair of brackets.
func bracketed(name string) (before, inside, after string, found bool) {
	open := strings.LastIndexAny(name, "([{")
	if open < 0 {
		return "", "", "", false
	}
	closing := strings.IndexAny(name[open:], ")]}")
	if closing < 0 {
		return "", "", "", false
	}
	return name[:open], bare(name[open+1 : open+closing]), name[open+closing+1:], true
}

// bare returns a text without the signs around it.
func bare(text string) string { return strings.Trim(text, " *_-~#!.:|") }

func hasWord(text string) bool {
	return strings.ContainsFunc(text, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) })
}
