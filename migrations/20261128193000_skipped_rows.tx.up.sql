-- The rows that a run skipped, why it needs review, and what someone has accepted.
ALTER TABLE refresh_runs
    ADD COLUMN skipped               integer NOT NULL DEFAULT 0,
    ADD COLUMN skipped_rows          jsonb   NOT NULL DEFAULT '[]', -- some of them: refresh.SkippedRow
    ADD COLUMN review_reason         text,
    ADD COLUMN accept_total_mismatch boolean NOT NULL DEFAULT false,
    ADD CONSTRAINT refresh_runs_review_reason_check CHECK (review_reason IN ('SHRUNK', 'TOTAL_MISMATCH')) NOT VALID;
ALTER TABLE integrations
    ADD COLUMN accepted_total_gap integer NOT NULL DEFAULT 0; -- by how much the vendor's total may exceed its list
