package sim

import (
	"bytes"
	"net/http"
)

// statusRecorder notes the status for the log of calls, and lets faults reach the connection.
type statusRecorder struct {
	http.ResponseWriter
	status int
}

func (r *statusRecorder) WriteHeader(status int) {
	if r.status == 0 {
		r.status = status
	}
	r.ResponseWriter.WriteHeader(status)
}

func (r *statusRecorder) Write(data []byte) (int, error) {
	if r.status == 0 {
		r.status = http.StatusOK
	}
	return r.ResponseWriter.Write(data)
}

func (r *statusRecorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }

// recording is a whole answer, for a fault to spoil. (The one of net/http/httptest would bring a test package into the program.)
type recording struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (r *recording) Header() http.Header { return r.header }

func (r *recording) WriteHeader(status int) { r.status = status }

func (r *recording) Write(data []byte) (int, error) { return r.body.Write(data) }

// copyHeader gives w what the recorded answer had above its body.
func (r *recording) copyHeader(w http.ResponseWriter) {
	for name, values := range r.header {
		w.Header()[name] = values
	}
}
