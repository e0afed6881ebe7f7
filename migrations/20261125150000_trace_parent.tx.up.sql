-- The trace of the request for a run, in the form of W3C Trace Context. The run's worker continues it, as does a worker that
-- takes over from a dead one.
ALTER TABLE refresh_runs ADD COLUMN trace_parent text,
    ADD CONSTRAINT refresh_runs_trace_parent_check CHECK (length(trace_parent) <= 100);
