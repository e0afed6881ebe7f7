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

// acceptance is what a client is ready to read.
type acceptance struct {
	json   string // the media type for a JSON answer; empty where the client takes none
	events bool   // whether the client asks for server-sent events
}

// negotiate reads the Accept header as RFC 9110 wants it: the most specific range decides the quality of each offer,
// the higher quality wins, and among equals the one the client named first.
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
			// Only by name: a client that takes */* does not expect a stream.
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

// offer is one media type that can be sent, and how much the client wants it.
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

// takesGzip reads the Accept-Encoding header: whether the client takes gzip by that name, or anything.
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
			return quality > 0 // by its own name is what counts
		}
		taken = quality > 0
	}
	return taken
}
