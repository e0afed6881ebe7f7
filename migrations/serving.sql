-- The serving login for an embedded Postgres. For other servers, an operator creates it as described in the README. It can become
-- the role that requests work as and nothing else, so RESET ROLE gains nothing.
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'orgmap_server') THEN
        CREATE ROLE orgmap_server LOGIN NOINHERIT;
    END IF;
    EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO orgmap_server', current_database());
END
$$;
GRANT orgmap_app TO orgmap_server;
DO $$
BEGIN
    IF pg_has_role('orgmap_server', 'orgmap_operator', 'MEMBER') THEN -- granted by an older version
        REVOKE orgmap_operator FROM orgmap_server;
    END IF;
END
$$;
