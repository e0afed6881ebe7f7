package pg

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// Excess returns the login that the connections use, and everything it can do beyond becoming the role that requests
// run as. SET ROLE restricts statements only until someone runs RESET ROLE: then the login's own rights apply.
func (d *DB) Excess(ctx context.Context) (login string, could []string, err error) {
	if err := d.pool.QueryRow(ctx, "SELECT session_user::text").Scan(&login); err != nil {
		return "", nil, fmt.Errorf("what the login may do: %w", err)
	}
	rows, err := d.pool.Query(ctx, excessRights, appRole)
	if err != nil {
		return "", nil, fmt.Errorf("what the login may do: %w", err)
	}
	could, err = pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return "", nil, fmt.Errorf("what the login may do: %w", err)
	}
	return login, could, nil
}

// excessRights lists the rights of every role that the login can become, directly or through others. A superuser is a
// member of every role, so one line covers it.
const excessRights = `
	WITH login AS (SELECT rolsuper AS super FROM pg_roles WHERE rolname = session_user),
	reachable AS (
		SELECT r.* FROM pg_roles r, login WHERE NOT login.super AND pg_has_role(session_user, r.oid, 'MEMBER')),
	found (place, could) AS (
		SELECT 1, 'do anything: it is a superuser' FROM login WHERE super
		UNION ALL SELECT 2, 'become ' || quote_ident(rolname) FROM reachable
			WHERE rolname NOT IN (session_user, $1, 'pg_database_owner')
		UNION ALL SELECT 3, 'ignore every limit as the superuser ' || quote_ident(rolname) FROM reachable WHERE rolsuper
		UNION ALL SELECT 4, 'ignore row-level security' FROM reachable WHERE rolbypassrls
		UNION ALL SELECT 5, 'create roles' FROM reachable WHERE rolcreaterole
		UNION ALL SELECT 6, 'create databases' FROM reachable WHERE rolcreatedb
		UNION ALL SELECT 7, 'replicate' FROM reachable WHERE rolreplication
		UNION ALL SELECT 8, 'grant ' || m.roleid::regrole FROM pg_auth_members m JOIN reachable ON reachable.oid = m.member WHERE m.admin_option
		UNION ALL SELECT 9, 'change and drop the database, which it owns' FROM pg_database d JOIN reachable ON reachable.oid = d.datdba
			WHERE d.datname = current_database()
		UNION ALL SELECT 10, 'take row-level security off tables, which it owns' FROM pg_class c JOIN reachable ON reachable.oid = c.relowner
			WHERE c.relnamespace = 'public'::regnamespace
		UNION ALL SELECT 11, 'replace functions, which it owns' FROM pg_proc p JOIN reachable ON reachable.oid = p.proowner
			WHERE p.pronamespace = 'public'::regnamespace
		UNION ALL SELECT 12, 'create tables and functions in the schema public' FROM reachable WHERE has_schema_privilege(oid, 'public', 'CREATE')
		UNION ALL SELECT 13, 'create schemas' FROM reachable WHERE has_database_privilege(oid, current_database(), 'CREATE')
		UNION ALL SELECT 14, 'create temporary tables' FROM reachable WHERE has_database_privilege(oid, current_database(), 'TEMPORARY'))
	SELECT could FROM found GROUP BY place, could ORDER BY place, could`
