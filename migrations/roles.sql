-- The two roles that the program works as, whatever role it logs in as. Roles belong to the whole cluster and not to a dump, so
-- this runs before every migration. It changes nothing if they exist.
DO $$
DECLARE
    wanted text;
BEGIN
    FOREACH wanted IN ARRAY ARRAY['orgmap_app', 'orgmap_operator']
    LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted) THEN
            BEGIN
                EXECUTE format('CREATE ROLE %I NOLOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE', wanted);
            EXCEPTION WHEN duplicate_object OR unique_violation THEN
                NULL; -- another database of this cluster was migrated at the same time
            END;
        END IF;
        -- A superuser may become any role; others must be members.
        IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
            BEGIN
                EXECUTE format('GRANT %I TO CURRENT_USER', wanted);
            EXCEPTION WHEN insufficient_privilege THEN
                NULL; -- an administrator may have granted it; the server checks this when it starts
            END;
        END IF;
    END LOOP;
END
$$;
GRANT USAGE ON SCHEMA public TO orgmap_app, orgmap_operator;
