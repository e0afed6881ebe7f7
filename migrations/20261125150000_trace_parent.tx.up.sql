-- The trace of who asked for a run, as W3C Trace Context writes it: whoever works the run goes on in it, and so does whoever
-- takes over from a worker that died.
ALTER TABLE refresh_runs ADD COLUMN trace_parent text,
    ADD CONSTRAINT refresh_runs_trace_parent_check CHECK (length(trace_parent) <= 100);
