-- Limits on an account's integrations, and on its external organizations across all integrations. The limits and the counts are in
-- the account's row, like those of its organizations, and constraints abort a transaction that exceeds one. An account that is
-- already over a limit keeps its data.

-- In the order in which writes lock. Nothing can be written between the count and the functions that maintain it.
LOCK TABLE integrations, external_orgs, external_org_lists, accounts IN ACCESS EXCLUSIVE MODE;

ALTER TABLE accounts
    ADD COLUMN integration_limit           integer NOT NULL DEFAULT 100,
    ADD COLUMN integrations_used           integer NOT NULL DEFAULT 0, -- written only by count_integrations()
    ADD COLUMN external_organization_limit integer NOT NULL DEFAULT 1000000,
    ADD COLUMN external_organizations_used integer NOT NULL DEFAULT 0; -- written only by count_account_external_orgs(); includes removed ones
ALTER TABLE external_org_lists
    ADD COLUMN organizations integer NOT NULL DEFAULT 0; -- written only by count_external_org_writes(); includes removed ones

-- Row-level security also applies to the owner, and no account is set here.
ALTER TABLE accounts NO FORCE ROW LEVEL SECURITY;
ALTER TABLE integrations NO FORCE ROW LEVEL SECURITY;
ALTER TABLE external_orgs NO FORCE ROW LEVEL SECURITY;
ALTER TABLE external_org_lists NO FORCE ROW LEVEL SECURITY;
INSERT INTO external_org_lists AS l (account_id, integration_id, version, organizations)
SELECT account_id, integration_id, new_version(), count(*) FROM external_orgs GROUP BY account_id, integration_id
ON CONFLICT (account_id, integration_id) DO UPDATE SET organizations = EXCLUDED.organizations;
UPDATE accounts AS a SET integrations_used = i.many, integration_limit = greatest(a.integration_limit, i.many)
FROM (SELECT account_id, count(*) AS many FROM integrations GROUP BY account_id) AS i WHERE i.account_id = a.id;
UPDATE accounts AS a SET external_organizations_used = l.many, external_organization_limit = greatest(a.external_organization_limit, l.many)
FROM (SELECT account_id, sum(organizations) AS many FROM external_org_lists GROUP BY account_id) AS l WHERE l.account_id = a.id;
ALTER TABLE external_org_lists FORCE ROW LEVEL SECURITY;
ALTER TABLE external_orgs FORCE ROW LEVEL SECURITY;
ALTER TABLE integrations FORCE ROW LEVEL SECURITY;
ALTER TABLE accounts FORCE ROW LEVEL SECURITY;

ALTER TABLE external_org_lists ADD CONSTRAINT external_org_lists_organizations_check CHECK (organizations >= 0);
ALTER TABLE accounts
    ADD CONSTRAINT accounts_integrations_check CHECK (integrations_used >= 0 AND integrations_used <= integration_limit),
    ADD CONSTRAINT accounts_external_organizations_check
        CHECK (external_organizations_used >= 0 AND external_organizations_used <= external_organization_limit);
GRANT UPDATE (integrations_used, external_organizations_used) ON accounts TO orgmap_app;
GRANT UPDATE (integration_limit, external_organization_limit) ON accounts TO orgmap_operator;

CREATE FUNCTION count_integrations() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        UPDATE accounts SET integrations_used = integrations_used + moved.delta
        FROM (SELECT account_id, count(*) AS delta FROM new_rows GROUP BY account_id) AS moved
        WHERE accounts.id = moved.account_id;
    ELSE
        UPDATE accounts SET integrations_used = integrations_used - moved.delta
        FROM (SELECT account_id, count(*) AS delta FROM old_rows GROUP BY account_id) AS moved
        WHERE accounts.id = moved.account_id;
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER integrations_count_insert AFTER INSERT ON integrations
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION count_integrations();
CREATE TRIGGER integrations_count_delete AFTER DELETE ON integrations
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION count_integrations();

-- If the whole list is deleted, neither the integration nor its row here exists.
CREATE OR REPLACE FUNCTION count_external_org_writes() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO external_org_lists AS l (account_id, integration_id, version, organizations)
        SELECT i.account_id, i.id, new_version(), w.many
        FROM (SELECT account_id, integration_id, count(*) AS many FROM written GROUP BY account_id, integration_id) AS w
        JOIN integrations AS i ON i.account_id = w.account_id AND i.id = w.integration_id
        ORDER BY i.account_id, i.id
        ON CONFLICT (account_id, integration_id) DO UPDATE SET version = EXCLUDED.version, organizations = l.organizations + EXCLUDED.organizations;
    ELSE -- of a list that has had an insert, and so has a row
        UPDATE external_org_lists AS l
        SET version = new_version(), organizations = l.organizations - CASE TG_OP WHEN 'DELETE' THEN w.many ELSE 0 END
        FROM (SELECT account_id, integration_id, count(*) AS many FROM written GROUP BY account_id, integration_id) AS w
        WHERE l.account_id = w.account_id AND l.integration_id = w.integration_id;
    END IF;
    RETURN NULL;
END
$$;

-- The account's row is written at commit: writing a large list takes seconds, and other writes of the account must not wait for it.
CREATE FUNCTION count_account_external_orgs() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
    delta integer := coalesce(NEW.organizations, 0) - coalesce(OLD.organizations, 0);
BEGIN
    IF delta <> 0 THEN
        UPDATE accounts SET external_organizations_used = external_organizations_used + delta WHERE id = coalesce(NEW.account_id, OLD.account_id);
    END IF;
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER external_org_lists_count AFTER INSERT OR UPDATE OR DELETE ON external_org_lists
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION count_account_external_orgs();

ALTER TABLE refresh_runs
    DROP CONSTRAINT refresh_runs_failure_code_check,
    ADD CONSTRAINT refresh_runs_failure_code_check CHECK (failure_code IN
        ('CREDENTIALS_REJECTED', 'RATE_LIMITED', 'VENDOR_UNAVAILABLE', 'VENDOR_TIMEOUT', 'BAD_RESPONSE', 'QUOTA_EXCEEDED', 'INTERNAL'));
