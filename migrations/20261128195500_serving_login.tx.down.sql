ALTER FUNCTION analyze_external_orgs() SET search_path = public;
REVOKE SELECT ON bun_migrations FROM PUBLIC;
