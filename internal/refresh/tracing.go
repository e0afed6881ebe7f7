package refresh

import (
	"context"
	"encoding/json"
	"errors"

	"github.com/riverqueue/river"

	"github.com/orgmap/orgmap/internal/id"
)

// Tracing continues the requester's trace while a run is worked, on whichever server that is.
type Tracing interface {
	// Carry returns ctx's position in a trace, to store with the run; "" if there is no trace.
	Carry(ctx context.Context) string
	// Refresh starts the span of an attempt. Call end with the failure's code, or "" if there is none.
	Refresh(ctx context.Context, carried, run string, attempt int) (_ context.Context, end func(code string))
}

// Trace makes runs queued by this service carry the requester's trace. Call it before the first run.
func (s *Service) Trace(tracing Tracing) { s.store.tracing = tracing }

// Trace makes this worker continue the trace that each run carries. Call it before the first run.
func (w *Worker) Trace(tracing Tracing) { w.store.tracing = tracing }

func (s store) carry(ctx context.Context) string {
	if s.tracing == nil {
		return ""
	}
	return s.tracing.Carry(ctx)
}

// carried is the part of a job's metadata that holds the run's trace.
type carried struct {
	TraceParent string `json:"traceparent"`
}

// inTrace returns job options that carry the run's trace; nil if it has none.
func inTrace(run *Run) *river.InsertOpts {
	if run.TraceParent == nil {
		return nil
	}
	metadata, err := json.Marshal(carried{*run.TraceParent})
	if err != nil {
		return nil // text always has a JSON form
	}
	return &river.InsertOpts{Metadata: metadata}
}

// resume starts the attempt's span in the trace that the job carries.
func (s store) resume(ctx context.Context, job *river.Job[Args]) (_ context.Context, end func(error)) {
	if s.tracing == nil {
		return ctx, func(error) {}
	}
	from := carried{}
	if job.JobRow == nil || json.Unmarshal(job.Metadata, &from) != nil {
		from = carried{}
	}
	ctx, done := s.tracing.Refresh(ctx, from.TraceParent, id.Format(id.RefreshRun, job.Args.RunID), job.Args.Attempt)
	return ctx, func(err error) { done(codeOf(err)) }
}

// codeOf returns the failure's code, for readers who may not see its text.
func codeOf(err error) string {
	var ended *runError
	switch {
	case err == nil, errors.Is(err, errLost):
		return ""
	case errors.As(err, &ended):
		return string(ended.code)
	case errors.Is(err, context.Canceled):
		return "cancelled"
	}
	return string(Internal)
}
