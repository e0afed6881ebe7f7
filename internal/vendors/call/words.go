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
	maxSaid  = 8 << 10 // bytes of a vendor's own words to look at
)

// words returns the sentence in an error's body without secrets: from the fields that vendors use,
// or a short plain text. Web pages and 5xx bodies contain nothing that would help a person.
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

// sentence searches the common shapes of error bodies: {"message"}, {"error_description"},
// {"errors": ["..."]}, {"errors": [{"title"}]}, {"error": {"message"}}.
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

// clean returns a vendor's words as a short line without secrets. It looks only at the first
// maxSaid bytes of a long text, whose cut end may contain half a secret. If so much was redacted
// that this end would show, it returns "".
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

// tidy returns one line of at most maxWords printable characters. Call it after redact, which
// cannot recognize a truncated secret.
func tidy(text string) string {
	text = strings.Join(strings.FieldsFunc(text, func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsPrint(r) }), " ")
	runes := []rune(text)
	if len(runes) > maxWords {
		return string(runes[:maxWords]) + "…"
	}
	return text
}
