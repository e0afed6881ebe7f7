-- A server's copy of an account's organizations is valid until one of them is written. Every write of an organization changes
-- this version in the same transaction.
ALTER TABLE accounts ADD COLUMN organizations_version bigint NOT NULL DEFAULT 0; -- written only by count_active_organizations()
GRANT UPDATE (organizations_version) ON accounts TO orgmap_app;

CREATE OR REPLACE FUNCTION count_active_organizations() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        UPDATE accounts SET organizations_used = organizations_used + moved.delta, organizations_version = organizations_version + 1
        FROM (SELECT account_id, count(*) FILTER (WHERE active) AS delta FROM new_rows GROUP BY account_id) AS moved
        WHERE accounts.id = moved.account_id;
    ELSIF TG_OP = 'DELETE' THEN
        UPDATE accounts SET organizations_used = organizations_used - moved.delta, organizations_version = organizations_version + 1
        FROM (SELECT account_id, count(*) FILTER (WHERE active) AS delta FROM old_rows GROUP BY account_id) AS moved
        WHERE accounts.id = moved.account_id;
    ELSE
        UPDATE accounts SET organizations_used = organizations_used + moved.delta, organizations_version = organizations_version + 1
        FROM (SELECT account_id, sum(weight) AS delta
              FROM (SELECT account_id, active::integer AS weight FROM new_rows
                    UNION ALL
                    SELECT account_id, -active::integer FROM old_rows) AS both_sides
              GROUP BY account_id) AS moved
        WHERE accounts.id = moved.account_id;
    END IF;
    RETURN NULL;
END
$$;

-- The first statement of a snapshot also returns the version.
DROP FUNCTION open_account(uuid);
CREATE FUNCTION open_account(account uuid)
    RETURNS TABLE (journal_position bigint, written_by xid, organizations_used integer, organizations_version bigint)
    LANGUAGE plpgsql
    AS $$
DECLARE
    shown text;
BEGIN
    shown := set_config('app.account_id', account::text, true); -- an assignment is evaluated at once, PERFORM would run a statement
    RETURN QUERY SELECT a.journal_position, a.xmin, a.organizations_used, a.organizations_version FROM accounts AS a WHERE a.id = account;
END
$$;
REVOKE EXECUTE ON FUNCTION open_account(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION open_account(uuid) TO orgmap_app;
