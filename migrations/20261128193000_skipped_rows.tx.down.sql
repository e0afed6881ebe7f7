ALTER TABLE integrations DROP COLUMN accepted_total_gap;
ALTER TABLE refresh_runs
    DROP COLUMN accept_total_mismatch,
    DROP COLUMN review_reason,
    DROP COLUMN skipped_rows,
    DROP COLUMN skipped;
