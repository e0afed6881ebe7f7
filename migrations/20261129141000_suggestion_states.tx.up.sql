-- Lists of external organizations by state read states and scores from the index alone: the rows are large, since they hold all signals.
DROP INDEX suggestions_integration_idx;
CREATE INDEX suggestions_integration_idx ON suggestions (account_id, integration_id, external_org_id) INCLUDE (state, tier, score, automatic);
