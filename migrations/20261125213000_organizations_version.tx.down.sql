CREATE OR REPLACE FUNCTION count_active_organizations() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        UPDATE accounts SET organizations_used = organizations_used + moved.delta
        FROM (SELECT account_id, count(*) AS delta FROM new_rows WHERE active GROUP BY account_id) AS moved
        WHERE accounts.id = moved.account_id;
    ELSIF TG_OP = 'DELETE' THEN
        UPDATE accounts SET organizations_used = organizations_used - moved.delta
        FROM (SELECT account_id, count(*) AS delta FROM old_rows WHERE active GROUP BY account_id) AS moved
        WHERE accounts.id = moved.account_id;
    ELSE
        UPDATE accounts SET organizations_used = organizations_used + moved.delta
        FROM (SELECT account_id, sum(weight) AS delta
              FROM (SELECT account_id, 1 AS weight FROM new_rows WHERE active
                    UNION ALL
                    SELECT account_id, -1 FROM old_rows WHERE active) AS both_sides
              GROUP BY account_id HAVING sum(weight) <> 0) AS moved
        WHERE accounts.id = moved.account_id;
    END IF;
    RETURN NULL;
END
$$;

DROP FUNCTION open_account(uuid);
CREATE FUNCTION open_account(account uuid) RETURNS TABLE (journal_position bigint, written_by xid, organizations_used integer)
    LANGUAGE plpgsql
    AS $$
BEGIN
    PERFORM set_config('app.account_id', account::text, true);
    RETURN QUERY SELECT a.journal_position, a.xmin, a.organizations_used FROM accounts AS a WHERE a.id = account;
END
$$;
REVOKE EXECUTE ON FUNCTION open_account(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION open_account(uuid) TO orgmap_app;
ALTER TABLE accounts DROP COLUMN organizations_version;
