-- A server's copy of an integration's external organizations is valid until one of them is written. Every write of an external
-- organization changes the version of the integration's list in the same transaction. The version has a row of its own, because a
-- refresh locks it from its first write to its end, and saving mappings must not wait for that. Without a row, the version is 0.
CREATE TABLE external_org_lists (
    account_id     uuid   NOT NULL,
    integration_id uuid   NOT NULL,
    version        bigint NOT NULL, -- written only by count_external_org_writes()
    CONSTRAINT external_org_lists_pkey PRIMARY KEY (account_id, integration_id),
    CONSTRAINT external_org_lists_integration_fkey FOREIGN KEY (account_id, integration_id) REFERENCES integrations (account_id, id) ON DELETE CASCADE
);
ALTER TABLE external_org_lists ENABLE ROW LEVEL SECURITY;
ALTER TABLE external_org_lists FORCE ROW LEVEL SECURITY;
CREATE POLICY account ON external_org_lists USING (account_id = current_account_id()) WITH CHECK (account_id = current_account_id());
GRANT SELECT, INSERT, UPDATE ON external_org_lists TO orgmap_app;

-- If the list is deleted with its integration, the integration no longer exists.
CREATE FUNCTION count_external_org_writes() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO external_org_lists AS l (account_id, integration_id, version)
    SELECT i.account_id, i.id, 1
    FROM (SELECT DISTINCT account_id, integration_id FROM written) AS w
    JOIN integrations AS i ON i.account_id = w.account_id AND i.id = w.integration_id
    ORDER BY i.account_id, i.id
    ON CONFLICT (account_id, integration_id) DO UPDATE SET version = l.version + 1;
    RETURN NULL;
END
$$;

CREATE TRIGGER external_orgs_count_insert AFTER INSERT ON external_orgs
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION count_external_org_writes();
CREATE TRIGGER external_orgs_count_update AFTER UPDATE ON external_orgs
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION count_external_org_writes();
CREATE TRIGGER external_orgs_count_leave AFTER UPDATE ON external_orgs -- the list that it leaves, if it is moved
    REFERENCING OLD TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION count_external_org_writes();
CREATE TRIGGER external_orgs_count_delete AFTER DELETE ON external_orgs
    REFERENCING OLD TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION count_external_org_writes();
