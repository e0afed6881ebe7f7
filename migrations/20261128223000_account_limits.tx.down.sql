ALTER TABLE refresh_runs NO FORCE ROW LEVEL SECURITY;
UPDATE refresh_runs SET failure_code = 'INTERNAL' WHERE failure_code = 'QUOTA_EXCEEDED';
ALTER TABLE refresh_runs FORCE ROW LEVEL SECURITY;
ALTER TABLE refresh_runs
    DROP CONSTRAINT refresh_runs_failure_code_check,
    ADD CONSTRAINT refresh_runs_failure_code_check CHECK (failure_code IN
        ('CREDENTIALS_REJECTED', 'RATE_LIMITED', 'VENDOR_UNAVAILABLE', 'VENDOR_TIMEOUT', 'BAD_RESPONSE', 'INTERNAL'));

DROP TRIGGER external_org_lists_count ON external_org_lists;
DROP FUNCTION count_account_external_orgs();
CREATE OR REPLACE FUNCTION count_external_org_writes() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO external_org_lists AS l (account_id, integration_id, version)
    SELECT i.account_id, i.id, new_version()
    FROM (SELECT DISTINCT account_id, integration_id FROM written) AS w
    JOIN integrations AS i ON i.account_id = w.account_id AND i.id = w.integration_id
    ORDER BY i.account_id, i.id
    ON CONFLICT (account_id, integration_id) DO UPDATE SET version = EXCLUDED.version;
    RETURN NULL;
END
$$;
DROP TRIGGER integrations_count_insert ON integrations;
DROP TRIGGER integrations_count_delete ON integrations;
DROP FUNCTION count_integrations();
ALTER TABLE external_org_lists DROP COLUMN organizations;
ALTER TABLE accounts DROP COLUMN integration_limit, DROP COLUMN integrations_used,
    DROP COLUMN external_organization_limit, DROP COLUMN external_organizations_used;
