CREATE OR REPLACE FUNCTION keep_mappings() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO past_mappings (account_id, external_org_id, since, until, id, organization_id, integration_id, created_at, origin, created_by, creator_kind, creator_id, external_name)
    SELECT g.account_id, g.external_org_id, g.since, a.journal_position + 1, g.id, g.organization_id, g.integration_id,
        g.created_at, g.origin, g.created_by, g.creator_kind, g.creator_id, g.external_name
    FROM gone AS g JOIN accounts AS a ON a.id = g.account_id WHERE g.since <= a.journal_position;
    RETURN NULL;
END
$$;
ALTER TABLE past_mappings DROP COLUMN renamed;
ALTER TABLE mappings DROP COLUMN renamed;
