-- A login that serves owns nothing and may not change the schema, but must see whether it is the newest.
GRANT SELECT ON bun_migrations TO PUBLIC;

-- Named last, pg_temp hides no table: a function that works as its owner must not read its caller's.
ALTER FUNCTION analyze_external_orgs() SET search_path = public, pg_temp;
