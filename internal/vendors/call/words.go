package call

import (
	"encoding/json"
	"mime"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	maxWords = 200     // characters of a vendor's own words: one sentence
	maxSaid  = 8 << 10 // bytes of them that are looked at
)

// words finds the sentence in an error's body, without secrets: the fields the vendors use, or a short plain text. Web pages and 5xx
// bodies have none that would help a person.
func words(reply Reply, secrets []string) string {
	if reply.Status >= 500 {
		return ""
	}
	var body any
	if json.Unmarshal(reply.Body, &body) == nil {
		return clean(sentence(body), secrets)
	}
	if kind, _, _ := mime.ParseMediaType(reply.Header.Get("Content-Type")); kind == "text/plain" && len(reply.Body) <= maxWords {
		return clean(string(reply.Body), secrets)
	}
	return ""
}

// sentence looks through the shapes of error bodies: {"message"}, {"error_description"}, {"errors": ["..."]}, {"errors": [{"title"}]}, {"error": {"message"}}.
func sentence(body any) string {
	switch value := body.(type) {
	case string:
		return value
	case []any:
		if len(value) > 0 {
			return sentence(value[0])
		}
	case map[string]any:
		lower := make(map[string]any, len(value))
		for name, field := range value {
			lower[strings.ToLower(name)] = field
		}
		for _, name := range []string{"errors", "error_description", "detail", "message", "title", "errormessage", "error"} {
			if found := sentence(lower[name]); found != "" {
				return found
			}
		}
	}
	return ""
}

// clean makes a short line without secrets of what a vendor said. Of something long the end is not looked at: where so much was cut out of the
// rest that its end would show, and half a secret with it, there are no words.
func clean(said string, secrets []string) string {
	if len(said) <= maxSaid {
		return tidy(redact(said, secrets))
	}
	line := tidy(redact(said[:maxSaid], secrets))
	if utf8.RuneCountInString(line) <= maxWords {
		return ""
	}
	return line
}

// tidy comes after redact, which would not know a secret cut in half. It makes one line of printable characters, at most maxWords of them.
func tidy(text string) string {
	text = strings.Join(strings.FieldsFunc(text, func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsPrint(r) }), " ")
	runes := []rune(text)
	if len(runes) > maxWords {
		return string(runes[:maxWords]) + "…"
	}
	return text
}
