package call

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"html"
	"strconv"
	"strings"
	"unicode/utf8"
)

const (
	minSecret = 4 // characters: anything shorter would break up ordinary words
	cut       = "[removed]"
	// layers is how many times an echoed secret may have been encoded, for example as a URL parameter
	// inside JSON inside HTML.
	layers = 4
)

// fragment is a part of a text that stands for some bytes: for itself, or for what its escape means.
type fragment struct {
	from, to int    // in the text
	means    string // one byte, or the character of an escape
}

// redact cuts secrets out of a text in every encoding they travel in: plain, base64 and hex in all
// variants, each with some or all characters escaped as in URLs, JSON or HTML, also nested.
func redact(text string, secrets []string) string {
	wanted := spellings(secrets)
	if len(wanted) == 0 {
		return text
	}
	fragments := plain(text)
	hidden := make([]bool, len(text))
	for layer := 0; ; layer++ {
		hide(fragments, wanted, hidden)
		decoded := unescaped(fragments)
		if len(decoded) == len(fragments) || layer == layers {
			break
		}
		fragments = decoded
	}
	var redacted strings.Builder
	for at := range len(text) {
		switch {
		case !hidden[at]:
			redacted.WriteByte(text[at])
		case at == 0 || !hidden[at-1]:
			redacted.WriteString(cut)
		}
	}
	return redacted.String()
}

// spelling is a form of a secret to search for.
type spelling struct {
	text string
	fold func([]byte) []byte // maps equivalent forms to one; nil: exact match
}

func spellings(secrets []string) []spelling {
	var all []spelling
	for _, secret := range secrets {
		if len(secret) < minSecret {
			continue
		}
		raw := []byte(secret)
		all = append(all, spelling{hex.EncodeToString(raw), lowerASCII})
		for _, encoding := range []*base64.Encoding{base64.StdEncoding, base64.RawStdEncoding, base64.URLEncoding, base64.RawURLEncoding} {
			all = append(all, spelling{encoding.EncodeToString(raw), nil})
		}
		// A secret may contain what looks like an escape; it gets unescaped together with the text around
		// it.
		for _, form := range append(undone(secret), secret) {
			all = append(all, spelling{form, nil})
			if strings.Contains(form, " ") {
				all = append(all, spelling{strings.ReplaceAll(form, " ", "+"), plusForSpace})
			}
		}
	}
	return all
}

// undone returns the forms of a secret after each layer of unescaping, as long as that changes it.
func undone(secret string) []string {
	var all []string
	fragments := plain(secret)
	for range layers {
		decoded := unescaped(fragments)
		if len(decoded) == len(fragments) {
			break
		}
		fragments = decoded
		var form strings.Builder
		for _, one := range fragments {
			form.WriteString(one.means)
		}
		if form.Len() >= minSecret {
			all = append(all, form.String())
		}
	}
	return all
}

func plain(text string) []fragment {
	fragments := make([]fragment, len(text))
	for at := range fragments {
		fragments[at] = fragment{at, at + 1, text[at : at+1]}
	}
	return fragments
}

// hide marks the parts of the text that match a spelling.
func hide(fragments []fragment, wanted []spelling, hidden []bool) {
	var whole []byte
	var of []int // the fragment of each byte
	for at, one := range fragments {
		whole = append(whole, one.means...)
		for range len(one.means) {
			of = append(of, at)
		}
	}
	for _, one := range wanted {
		in, sought := whole, []byte(one.text)
		if one.fold != nil {
			in = one.fold(whole)
		}
		for from := 0; ; {
			found := bytes.Index(in[from:], sought)
			if found < 0 {
				break
			}
			first, last := fragments[of[from+found]].from, fragments[of[from+found+len(sought)-1]].to
			for at := first; at < last; at++ {
				hidden[at] = true
			}
			from += found + 1
		}
	}
}

func lowerASCII(text []byte) []byte {
	lower := bytes.Clone(text)
	for at, one := range lower {
		if one >= 'A' && one <= 'Z' {
			lower[at] = one + 'a' - 'A'
		}
	}
	return lower
}

// plusForSpace replaces spaces with +, as in a query.
func plusForSpace(text []byte) []byte { return bytes.ReplaceAll(text, []byte(" "), []byte("+")) }

// longestEscape is the maximum number of fragments in an escape: &CounterClockwiseContourIntegral; is
// the longest in HTML.
const longestEscape = 34

// unescaped decodes one layer of escapes.
func unescaped(fragments []fragment) []fragment {
	decoded := make([]fragment, 0, len(fragments))
	for at := 0; at < len(fragments); {
		means, length := "", 0
		if start := fragments[at].means; start == "%" || start == `\` || start == "&" {
			means, length = escape(upcoming(fragments[at:]))
		}
		if length == 0 {
			decoded = append(decoded, fragments[at])
			at++
			continue
		}
		decoded = append(decoded, fragment{fragments[at].from, fragments[at+length-1].to, means})
		at += length
	}
	return decoded
}

// upcoming returns the text that may start with an escape: the single-byte fragments up to the first
// that is not ASCII.
func upcoming(fragments []fragment) string {
	var text strings.Builder
	for _, one := range fragments[:min(len(fragments), longestEscape)] {
		if len(one.means) != 1 || one.means[0] >= utf8.RuneSelf {
			break
		}
		text.WriteString(one.means)
	}
	return text.String()
}

// escape decodes the escape at the start of a text and returns its meaning and length; length 0:
// there is none.
func escape(text string) (means string, length int) {
	switch {
	case text[0] == '%':
		return hexEscape(text, 1, 2)
	case text[0] == '&':
		end := strings.IndexByte(text, ';') + 1
		if end == 0 || strings.ContainsAny(text[1:end], `&%\`) { // the inner escape comes first
			return "", 0
		}
		if means = html.UnescapeString(text[:end]); means == text[:end] {
			return "", 0
		}
		return means, end
	case len(text) < 2:
		return "", 0
	case text[1] == 'u':
		return hexEscape(text, 2, 4)
	case text[1] == 'x':
		return hexEscape(text, 2, 2)
	case strings.IndexByte(`"\/'`, text[1]) >= 0:
		return text[1:2], 2
	case strings.IndexByte("bfnrt", text[1]) >= 0:
		return map[byte]string{'b': "\b", 'f': "\f", 'n': "\n", 'r': "\r", 't': "\t"}[text[1]], 2
	default:
		return "", 0
	}
}

// hexEscape decodes two digits as a byte, or four as a character. It joins the two escapes of a
// surrogate pair in JSON.
func hexEscape(text string, from, digits int) (means string, length int) {
	code, ok := hexDigits(text, from, digits)
	if !ok {
		return "", 0
	}
	length = from + digits
	if digits == 2 {
		return string([]byte{byte(code)}), length
	}
	if code >= 0xd800 && code < 0xdc00 && strings.HasPrefix(text[length:], `\u`) {
		if low, ok := hexDigits(text, length+2, 4); ok && low >= 0xdc00 && low < 0xe000 {
			return string(rune((code-0xd800)<<10 + (low - 0xdc00) + 0x10000)), length + 6
		}
	}
	return string(rune(code)), length
}

func hexDigits(text string, from, digits int) (uint64, bool) {
	if len(text) < from+digits {
		return 0, false
	}
	code, err := strconv.ParseUint(text[from:from+digits], 16, 32)
	return code, err == nil
}
