package integration_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/integration"
	"github.com/orgmap/orgmap/internal/page"
)

// BenchmarkExternalOrgs reads the first page of a drop-down over 80,000 names, of which 8,000 are mapped, with its
// total, as a person types a word.
func BenchmarkExternalOrgs(b *testing.B) {
	servers := newBench(b)
	ctx, account := servers.actor(auth.Admin)
	made := servers.connect(ctx)
	for part := range 80 {
		servers.write(account, `INSERT INTO external_orgs (account_id, id, integration_id, remote_id, name, folded)
			SELECT ?0, gen_random_uuid(), ?1, n::text, 'Client ' || left(md5(n::text), 12), 'client ' || left(md5(n::text), 12)
			FROM generate_series(1000 * ?2, 1000 * ?2 + 999) AS n`, account, made.ID, part)
	}
	servers.write(account, "INSERT INTO organizations (account_id, id, name, folded) SELECT account_id, id, remote_id, remote_id FROM external_orgs WHERE remote_id::int % 10 = 0")
	servers.write(account, `INSERT INTO mappings (account_id, id, organization_id, integration_id, external_org_id, origin, created_by)
		SELECT account_id, id, id, integration_id, id, 'MANUAL', 'Pat' FROM external_orgs WHERE remote_id::int % 10 = 0`)
	servers.write(account, "SELECT analyze_external_orgs()")
	remembering := servers.another(64 << 20)
	remembering.remember(b, ctx, made.ID)
	no := false
	for _, filter := range []struct {
		is     string
		mapped *bool
	}{{"all", nil}, {"unmapped", &no}} {
		for _, search := range []string{"", "c", "a", "ab", "abc", "client"} {
			for i, server := range []*bench{remembering, servers.another(0)} {
				b.Run(filter.is+"/"+search+"/"+[]string{"memory", "postgres"}[i], func(b *testing.B) {
					for b.Loop() {
						inside, session := server.db.WithSession(ctx)
						listed, err := server.ExternalOrgs(inside, made.ID, page.Arguments{}, &search, integration.ExternalOrgFilter{Mapped: filter.mapped})
						require.NoError(b, err)
						_, err = listed.TotalCount(inside)
						require.NoError(b, err)
						session.Close()
					}
				})
			}
		}
	}
}
