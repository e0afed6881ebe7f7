-- What a run changed by name, or would change if its list is accepted: how many of each kind, and the first of them. A run that changes
-- no name has no row. internal/refresh keeps the rows of the newest runs of an integration.
CREATE TABLE refresh_changes (
    account_id     uuid  NOT NULL,
    integration_id uuid  NOT NULL,
    run_id         uuid  NOT NULL,
    changes        jsonb NOT NULL,
    CONSTRAINT refresh_changes_pkey PRIMARY KEY (account_id, run_id),
    CONSTRAINT refresh_changes_run_fkey FOREIGN KEY (account_id, run_id) REFERENCES refresh_runs (account_id, id) ON DELETE CASCADE
);
CREATE INDEX refresh_changes_newest_idx ON refresh_changes (account_id, integration_id, run_id DESC);

ALTER TABLE refresh_changes ENABLE ROW LEVEL SECURITY;
ALTER TABLE refresh_changes FORCE ROW LEVEL SECURITY;
CREATE POLICY account ON refresh_changes USING (account_id = current_account_id()) WITH CHECK (account_id = current_account_id());
CREATE POLICY operator ON refresh_changes TO orgmap_operator USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, DELETE ON refresh_changes TO orgmap_app;
GRANT SELECT ON refresh_changes TO orgmap_operator;
