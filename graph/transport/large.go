package transport

import (
	"bytes"
	"io"
	"net/http"
)

// The limits of large bodies: those of mutations that contain a file.
const (
	maxLargeBody = 8 << 20
	// maxLargeValues is the maximum number of values in a large body. A file is a single value; as many small values as fit
	// would take many times the memory of the body.
	maxLargeValues = 200_000
)

// LargeBodies admits bodies that are larger than the usual maximum, a few at a time.
type LargeBodies struct{ slots chan struct{} }

// NewLargeBodies returns a LargeBodies that admits up to atOnce bodies at a time.
func NewLargeBodies(atOnce int) *LargeBodies { return &LargeBodies{make(chan struct{}, atOnce)} }

// enter takes a slot, which leave frees. It reports false if all are taken.
func (l *LargeBodies) enter() (leave func(), ok bool) {
	select {
	case l.slots <- struct{}{}:
		return func() { <-l.slots }, true
	default:
		return nil, false
	}
}

// body returns the reader of a request's body, and a function to call when the request has been served. A body that is
// larger than usual must announce its length.
func (h *HTTP) body(w http.ResponseWriter, r *http.Request) (body io.Reader, leave func(), refused *refusal) {
	leave = func() {}
	if r.ContentLength <= h.MaxBody {
		return http.MaxBytesReader(w, r.Body, h.MaxBody), leave, nil
	}
	if h.LargeBodies == nil || r.ContentLength > maxLargeBody {
		return nil, leave, refusedSize
	}
	leave, ok := h.LargeBodies.enter()
	if !ok {
		return nil, func() {}, refusedBusy
	}
	return &countedValues{from: http.MaxBytesReader(w, r.Body, maxLargeBody), left: maxLargeValues}, leave, nil
}

// countedValues reads JSON with a limited number of values.
type countedValues struct {
	from    io.Reader
	left    int
	inside  bool // a string
	escaped bool // the next character of it
}

func (c *countedValues) Read(into []byte) (int, error) {
	n, err := c.from.Read(into)
	for rest := into[:n]; len(rest) > 0; {
		rest = c.count(rest)
	}
	if c.left < 0 {
		return 0, &http.MaxBytesError{Limit: maxLargeBody}
	}
	return n, err
}

// count counts what the text begins with, and returns the rest.
func (c *countedValues) count(text []byte) []byte {
	switch {
	case c.escaped:
		c.escaped = false
		return text[1:]
	case c.inside:
		at := bytes.IndexAny(text, `"\`)
		if at < 0 {
			return nil
		}
		c.inside, c.escaped = text[at] == '\\', text[at] == '\\'
		return text[at+1:]
	}
	at := bytes.IndexAny(text, `",:[{`)
	if at < 0 {
		return nil
	}
	if c.inside = text[at] == '"'; !c.inside {
		c.left--
	}
	return text[at+1:]
}
