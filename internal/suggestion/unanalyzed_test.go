package suggestion_test

import (
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/suggestion"
)

// After a large import Postgres has no statistics for a while. Plans for tables that seem to be small then compared every
// mapping with every organization, and ran into the timeout.
func TestOrganizationCounts_NeedNoStatistics(t *testing.T) {
	t.Parallel()
	const many = 10_000
	n := newTenant(t, openDB(t))
	n.execute("INSERT INTO organizations (account_id, id, name, folded) SELECT ?, gen_random_uuid(), 'Client ' || i, 'client ' || i FROM generate_series(1, ?) AS i", n.id, many)
	n.execute("INSERT INTO external_orgs (account_id, integration_id, id, remote_id, name, folded) SELECT ?, ?, gen_random_uuid(), i, 'Client ' || i, 'client ' || i FROM generate_series(1, ?) AS i",
		n.id, n.list, many)
	n.execute(`INSERT INTO mappings (account_id, id, organization_id, integration_id, external_org_id, origin, created_by, external_name, external_folded)
		SELECT x.account_id, gen_random_uuid(), o.id, x.integration_id, x.id, 'IMPORT', 'Robin', x.name, x.folded
		FROM external_orgs AS x JOIN organizations AS o USING (account_id, folded) WHERE account_id = ?`, n.id)
	counts, err := n.service.OrganizationCountsOf(n.viewer(), []uuid.UUID{n.list})
	require.NoError(t, err)
	require.Equal(t, map[uuid.UUID]suggestion.OrganizationCounts{n.list: {Total: many, Mapped: many}}, counts)
}
