DROP INDEX suggestions_candidates_idx;
DROP INDEX suggestions_organization_idx;
CREATE INDEX suggestions_organization_idx ON suggestions (account_id, organization_id) WHERE organization_id IS NOT NULL;
ALTER TABLE suggestions DROP COLUMN candidate_ids;
