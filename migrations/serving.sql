-- The login that serves, where this program runs Postgres itself; elsewhere an operator makes it, as README says. It may
-- become the role that requests work as and can do nothing else, so that RESET ROLE gains nobody anything.
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
    IF pg_has_role('orgmap_server', 'orgmap_operator', 'MEMBER') THEN -- as an older version had it
        REVOKE orgmap_operator FROM orgmap_server;
    END IF;
END
$$;
