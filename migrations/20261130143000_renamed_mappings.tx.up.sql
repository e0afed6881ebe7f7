-- Snapshots look up past names only for mappings whose external organization has been renamed since.
ALTER TABLE mappings ADD COLUMN renamed bigint NOT NULL DEFAULT 0;      -- the change that last renamed it; 0: none since it was mapped
ALTER TABLE past_mappings ADD COLUMN renamed bigint NOT NULL DEFAULT 0; -- as of the end
UPDATE mappings AS m SET renamed = n.until FROM (
    SELECT account_id, subject_id, max(until) AS until FROM past_names GROUP BY account_id, subject_id
) AS n WHERE n.account_id = m.account_id AND n.subject_id = m.external_org_id AND n.until > m.since;
UPDATE past_mappings AS m SET renamed = n.until FROM (
    SELECT p.account_id, p.external_org_id, p.until AS ended, max(n.until) AS until
    FROM past_mappings AS p JOIN past_names AS n ON n.account_id = p.account_id AND n.subject_id = p.external_org_id AND n.until > p.since AND n.until <= p.until
    GROUP BY p.account_id, p.external_org_id, p.until
) AS n WHERE n.account_id = m.account_id AND n.external_org_id = m.external_org_id AND n.ended = m.until;

CREATE OR REPLACE FUNCTION keep_mappings() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO past_mappings (account_id, external_org_id, since, until, id, organization_id, integration_id, created_at, origin, created_by, creator_kind, creator_id, external_name, renamed)
    SELECT g.account_id, g.external_org_id, g.since, a.journal_position + 1, g.id, g.organization_id, g.integration_id,
        g.created_at, g.origin, g.created_by, g.creator_kind, g.creator_id, g.external_name, g.renamed
    FROM gone AS g JOIN accounts AS a ON a.id = g.account_id WHERE g.since <= a.journal_position;
    RETURN NULL;
END
$$;
