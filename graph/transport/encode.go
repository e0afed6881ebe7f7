package transport

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// appendHead appends everything before a response's data. A response without data has no data entry at all: this is how
// a client tells a refused request from one that was executed.
func appendHead(buffer []byte, response *graphql.Response) []byte {
	buffer = append(buffer, '{')
	if len(response.Errors) > 0 {
		buffer = append(buffer, `"errors":`...)
		buffer = appendErrors(buffer, response.Errors)
		if response.Data != nil {
			buffer = append(buffer, ',')
		}
	}
	if hasData(response) {
		buffer = append(buffer, `"data":`...)
	}
	return buffer
}

// data returns the JSON between head and tail.
func data(response *graphql.Response) []byte {
	if response.Data == nil && hasData(response) {
		return []byte("null")
	}
	return response.Data
}

// appendTail appends everything after a response's data.
func appendTail(buffer []byte, response *graphql.Response) []byte {
	if len(response.Extensions) > 0 {
		buffer = append(buffer, `,"extensions":`...)
		buffer = appendExtensions(buffer, response.Extensions)
	}
	return append(buffer, '}')
}

// appendExtensions appends an object sorted by name. Encoding one value at a time takes less memory than encoding a
// map.
func appendExtensions(buffer []byte, extensions map[string]any) []byte {
	names := slices.AppendSeq(make([]string, 0, 8), maps.Keys(extensions))
	slices.Sort(names)
	before := byte('{')
	for _, name := range names {
		value, err := json.Marshal(extensions[name])
		if err != nil {
			continue
		}
		buffer = append(buffer, before)
		buffer = strconv.AppendQuote(buffer, name) // our own names, which need no escaping
		buffer = append(buffer, ':')
		buffer = append(buffer, value...)
		before = ','
	}
	if before == '{' {
		buffer = append(buffer, before)
	}
	return append(buffer, '}')
}

func appendResponse(buffer []byte, response *graphql.Response) []byte {
	buffer = appendHead(buffer, response)
	buffer = append(buffer, data(response)...)
	return appendTail(buffer, response)
}

func appendErrors(buffer []byte, list gqlerror.List) []byte {
	encoded, err := json.Marshal(list)
	if err != nil {
		// Encoding fails only for an invalid extension; the messages still say what happened.
		plain := make(gqlerror.List, len(list))
		for i, one := range list {
			plain[i] = &gqlerror.Error{Message: one.Message, Path: one.Path, Locations: one.Locations}
		}
		encoded, _ = json.Marshal(plain)
	}
	return append(buffer, encoded...)
}

func hasData(response *graphql.Response) bool {
	return response.Data != nil || len(response.Errors) == 0
}

// refused reports whether a response belongs to an operation that did not execute.
func refused(response *graphql.Response) bool { return !hasData(response) }
