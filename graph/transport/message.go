package transport

import (
	"encoding/json"

	"github.com/99designs/gqlgen/graphql"
)

// Messages of graphql-transport-ws that the server sends.

func appendMessage(frame []byte, kind string, payload json.RawMessage) []byte {
	frame = append(frame, `{"type":"`...)
	frame = append(frame, kind...)
	frame = append(frame, '"')
	if len(payload) > 0 {
		frame = append(frame, `,"payload":`...)
		frame = append(frame, payload...)
	}
	return append(frame, '}')
}

func appendNext(frame []byte, o *operation, response *graphql.Response) []byte {
	frame = appendOf(frame, o, `"next","payload":`)
	frame = appendResponse(frame, response)
	return append(frame, '}')
}

func appendError(frame []byte, o *operation, response *graphql.Response) []byte {
	frame = appendOf(frame, o, `"error","payload":`)
	frame = appendErrors(frame, response.Errors)
	return append(frame, '}')
}

func appendComplete(frame []byte, o *operation) []byte {
	return append(appendOf(frame, o, `"complete"`), '}')
}

func appendOf(frame []byte, o *operation, rest string) []byte {
	frame = append(frame, `{"id":`...)
	frame = append(frame, o.quoted...)
	frame = append(frame, `,"type":`...)
	return append(frame, rest...)
}
