-- Organizations are filtered by the suggestions for them and by what they are candidates for. The IDs of the candidates are stored
-- beside them, because reading them from the candidates, which hold all signals, takes most of the time.
ALTER TABLE suggestions ADD COLUMN candidate_ids jsonb NOT NULL GENERATED ALWAYS AS (jsonb_path_query_array(candidates, '$[*].o')) STORED;

-- Both filters read from these indexes alone.
DROP INDEX suggestions_organization_idx;
CREATE INDEX suggestions_organization_idx ON suggestions (account_id, organization_id, integration_id, external_org_id) WHERE organization_id IS NOT NULL;
CREATE INDEX suggestions_candidates_idx ON suggestions (account_id, integration_id, external_org_id) INCLUDE (candidate_ids, state)
    WHERE candidate_ids <> '[]';
