package call

import (
	"encoding/base64"
	"encoding/json"
	"mime"
	"net/url"
	"sort"
	"strings"
	"unicode"
)

const (
	maxWords  = 200 // characters of a vendor's own words: one sentence
	minSecret = 4   // characters: anything shorter would tear up ordinary words
	cut       = "[removed]"
)

// words finds the sentence in an error's body, without secrets: the fields the vendors use, or a short plain text. Web pages and 5xx
// bodies have none that would help a person.
func words(reply Reply, secrets []string) string {
	if reply.Status >= 500 {
		return ""
	}
	var body any
	if json.Unmarshal(reply.Body, &body) == nil {
		return tidy(redact(sentence(body), secrets))
	}
	if kind, _, _ := mime.ParseMediaType(reply.Header.Get("Content-Type")); kind == "text/plain" && len(reply.Body) <= maxWords {
		return tidy(redact(string(reply.Body), secrets))
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

// tidy comes after redact, which would not know a secret cut in half. It makes one line of printable characters, at most maxWords of them.
func tidy(text string) string {
	text = strings.Join(strings.FieldsFunc(text, func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsPrint(r) }), " ")
	runes := []rune(text)
	if len(runes) > maxWords {
		return string(runes[:maxWords]) + "…"
	}
	return text
}

// redact cuts secrets out of a text, in every spelling they travel in.
func redact(text string, secrets []string) string {
	spellings := make([]string, 0, 4*len(secrets))
	for _, secret := range secrets {
		if len(secret) < minSecret {
			continue
		}
		quoted, _ := json.Marshal(secret)
		spellings = append(spellings, secret, url.QueryEscape(secret), url.PathEscape(secret),
			base64.StdEncoding.EncodeToString([]byte(secret)), strings.Trim(string(quoted), `"`))
	}
	// The longest first: one secret may be part of another.
	sort.Slice(spellings, func(i, j int) bool { return len(spellings[i]) > len(spellings[j]) })
	for _, spelling := range spellings {
		text = strings.ReplaceAll(text, spelling, cut)
	}
	return text
}
