ALTER TABLE refresh_runs DROP COLUMN trace_parent;
