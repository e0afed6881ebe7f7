package migrations

import "context"

// ServingLogin is the login that MakeServingLogin creates.
const ServingLogin = "orgmap_server"

// MakeServingLogin creates a login without a password that can only serve, unless it exists. The
// login at url must be a superuser: this is for a Postgres that this program runs itself and that
// only it can reach.
func MakeServingLogin(ctx context.Context, url string) error {
	return connected(ctx, url, lockTimeout, func(ctx context.Context, session *session) error {
		if err := ensureRoles(ctx, session.conn, read("roles.sql")); err != nil {
			return err
		}
		_, err := session.conn.Exec(ctx, read("serving.sql"))
		return err
	})
}
