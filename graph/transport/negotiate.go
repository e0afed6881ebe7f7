package transport

import (
	"mime"
	"strconv"
	"strings"
)

const (
	mediaJSON         = "application/json"
	mediaResponseJSON = "application/graphql-response+json"
	mediaEvents       = "text/event-stream"
)

// acceptance is what a client accepts.
type acceptance struct {
	json   string // the media type for a JSON response; empty if the client accepts none
	events bool   // whether the client asks for server-sent events
}

// negotiate reads the Accept header according to RFC 9110: the most specific range sets the quality of each offer, and
// the highest quality wins; among equals, the one named first.
func negotiate(accept []string) acceptance {
	header := strings.TrimSpace(strings.Join(accept, ","))
	switch header {
	case "", mediaJSON:
		return acceptance{json: mediaJSON}
	case mediaResponseJSON:
		return acceptance{json: mediaResponseJSON}
	}
	json, response, events := offer{media: mediaJSON}, offer{media: mediaResponseJSON}, offer{media: mediaEvents}
	position := 0
	for part := range strings.SplitSeq(header, ",") {
		position++
		media, parameters, err := mime.ParseMediaType(part)
		if err != nil {
			continue
		}
		quality := 1.0
		if text, given := parameters["q"]; given {
			if quality, err = strconv.ParseFloat(text, 64); err != nil {
				continue
			}
		}
		json.consider(media, quality, position)
		response.consider(media, quality, position)
		if media == mediaEvents {
			// Only by name: a client that accepts */* does not expect a stream.
			events.consider(media, quality, position)
		}
	}
	result := acceptance{events: events.quality > 0}
	if json.quality > 0 {
		result.json = mediaJSON
	}
	if response.quality > json.quality || response.quality > 0 && response.quality == json.quality && response.position < json.position {
		result.json = mediaResponseJSON
	}
	return result
}

// offer is a media type that the server can send, and how much the client wants it.
type offer struct {
	media       string
	quality     float64
	specificity int
	position    int
}

func (o *offer) consider(media string, quality float64, position int) {
	specificity := 0
	switch kind, _, _ := strings.Cut(o.media, "/"); media {
	case o.media:
		specificity = 3
	case kind + "/*":
		specificity = 2
	case "*/*":
		specificity = 1
	}
	if specificity > o.specificity {
		o.quality, o.specificity, o.position = quality, specificity, position
	}
}

// takesGzip reports whether the Accept-Encoding header allows gzip, by name or by *.
func takesGzip(accept []string) bool {
	taken := false
	for coding := range strings.SplitSeq(strings.Join(accept, ","), ",") {
		name, parameters, _ := strings.Cut(coding, ";")
		name = strings.TrimSpace(name)
		if !strings.EqualFold(name, "gzip") && name != "*" {
			continue
		}
		quality := 1.0
		if text, given := strings.CutPrefix(strings.ReplaceAll(parameters, " ", ""), "q="); given {
			if parsed, err := strconv.ParseFloat(text, 64); err == nil {
				quality = parsed
			}
		}
		if name != "*" {
			return quality > 0 // its own name takes precedence over *
		}
		taken = quality > 0
	}
	return taken
}
