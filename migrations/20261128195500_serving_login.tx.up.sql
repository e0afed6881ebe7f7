-- The serving login owns nothing and cannot change the schema, but must be able to check that the schema is current.
GRANT SELECT ON bun_migrations TO PUBLIC;

-- With pg_temp last in the path, a function that runs as its owner cannot read a temporary table of its caller by mistake.
ALTER FUNCTION analyze_external_orgs() SET search_path = public, pg_temp;
