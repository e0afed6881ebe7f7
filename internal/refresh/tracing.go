package refresh

import (
	"context"
	"encoding/json"
	"errors"

	"github.com/riverqueue/river"

	"github.com/orgmap/orgmap/internal/id"
)

// Tracing keeps what works a run in the trace of who asked for it, on whichever server that goes on.
type Tracing interface {
	// Carry writes down where in a trace ctx is, to be kept with the run; "" for nowhere.
	Carry(ctx context.Context) string
	// Refresh begins an attempt at a run; end it with its failure's code, "" where there is none.
	Refresh(ctx context.Context, carried, run string, attempt int) (_ context.Context, end func(code string))
}

// Trace has the runs that this service queues carry the trace of who asks. Call it before the first one.
func (s *Service) Trace(tracing Tracing) { s.store.tracing = tracing }

// Trace has the runs that this worker works go on in their trace. Call it before the first one.
func (w *Worker) Trace(tracing Tracing) { w.store.tracing = tracing }

func (s store) carry(ctx context.Context) string {
	if s.tracing == nil {
		return ""
	}
	return s.tracing.Carry(ctx)
}

// carried is what a job's metadata hold of the run's trace.
type carried struct {
	TraceParent string `json:"traceparent"`
}

// inTrace has a run's job carry its trace; nil where it has none.
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

// goOn begins the attempt's span in the trace that its job carries.
func (s store) goOn(ctx context.Context, job *river.Job[Args]) (_ context.Context, end func(error)) {
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

// codeOf is a failure's code for those who may not see its text.
func codeOf(err error) string {
	var ended *stop
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
