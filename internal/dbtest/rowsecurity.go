//go:build unix

package dbtest

import "testing"

// WithoutRowSecurity is Database, but its policies show the rows of all accounts to every
// statement. Isolation tests also run on it: row-level security is the second line of defense and
// hides that a statement has lost its own filter, the first one.
func WithoutRowSecurity(t testing.TB) string {
	t.Helper()
	url := Database(t)
	err := execute(url, `DO $$
		DECLARE guarded regclass;
		BEGIN
			FOR guarded IN SELECT oid FROM pg_class WHERE relrowsecurity LOOP
				EXECUTE format('CREATE POLICY everything ON %s USING (true) WITH CHECK (true)', guarded);
			END LOOP;
		END $$`)
	if err != nil {
		t.Fatal(err)
	}
	return url
}
