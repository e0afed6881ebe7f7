package transport

import (
	"encoding/json"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// appendHead appends what stands before a response's data. A response without data has no data entry at all:
// that is how a client tells a refused request from one that was executed.
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

// data is the JSON between head and tail.
func data(response *graphql.Response) []byte {
	if response.Data == nil && hasData(response) {
		return []byte("null")
	}
	return response.Data
}

// appendTail appends what stands after a response's data.
func appendTail(buffer []byte, response *graphql.Response) []byte {
	if len(response.Extensions) > 0 {
		if encoded, err := json.Marshal(response.Extensions); err == nil {
			buffer = append(buffer, `,"extensions":`...)
			buffer = append(buffer, encoded...)
		}
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
		// Only an extension that is no JSON can fail; the messages still tell what happened.
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

// refused says that a response belongs to an operation that did not execute.
func refused(response *graphql.Response) bool { return !hasData(response) }
