-- After a restore, a counter repeats earlier versions with other data, and lists in memory would show lost data. So each write
-- chooses a random version.
CREATE FUNCTION new_version() RETURNS bigint
    LANGUAGE sql VOLATILE PARALLEL SAFE
    AS $$ SELECT hashtextextended(gen_random_uuid()::text, 0) & 9223372036854775807 $$;

CREATE OR REPLACE FUNCTION count_active_organizations()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
    IF TG_OP = 'INSERT' THEN
        UPDATE accounts SET organizations_used = organizations_used + moved.delta, organizations_version = new_version()
        FROM (SELECT account_id, count(*) FILTER (WHERE active) AS delta FROM new_rows GROUP BY account_id) AS moved
        WHERE accounts.id = moved.account_id;
    ELSIF TG_OP = 'DELETE' THEN
        UPDATE accounts SET organizations_used = organizations_used - moved.delta, organizations_version = new_version()
        FROM (SELECT account_id, count(*) FILTER (WHERE active) AS delta FROM old_rows GROUP BY account_id) AS moved
        WHERE accounts.id = moved.account_id;
    ELSE
        UPDATE accounts SET organizations_used = organizations_used + moved.delta, organizations_version = new_version()
        FROM (SELECT account_id, sum(weight) AS delta
              FROM (SELECT account_id, active::integer AS weight FROM new_rows
                    UNION ALL
                    SELECT account_id, -active::integer FROM old_rows) AS both_sides
              GROUP BY account_id) AS moved
        WHERE accounts.id = moved.account_id;
    END IF;
    RETURN NULL;
END
$function$;

CREATE OR REPLACE FUNCTION count_external_org_writes()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
    INSERT INTO external_org_lists AS l (account_id, integration_id, version)
    SELECT i.account_id, i.id, new_version()
    FROM (SELECT DISTINCT account_id, integration_id FROM written) AS w
    JOIN integrations AS i ON i.account_id = w.account_id AND i.id = w.integration_id
    ORDER BY i.account_id, i.id
    ON CONFLICT (account_id, integration_id) DO UPDATE SET version = EXCLUDED.version;
    RETURN NULL;
END
$function$;
