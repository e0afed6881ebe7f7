DROP INDEX suggestions_integration_idx;
CREATE INDEX suggestions_integration_idx ON suggestions (account_id, integration_id, external_org_id);
