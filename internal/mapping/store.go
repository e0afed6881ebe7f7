package mapping

import (
	"context"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/pgdialect"

	"github.com/orgmap/orgmap/internal/id"
)

// quota is how many active organizations the account may have and has.
type quota struct {
	OrganizationLimit *int // nil: unlimited
	OrganizationsUsed int
}

// places are how many organizations can still be made; nil: any number.
func (q quota) places() *int {
	if q.OrganizationLimit == nil {
		return nil
	}
	left := *q.OrganizationLimit - q.OrganizationsUsed
	return &left
}

// lockAccount puts the account's writes one behind the other until the transaction ends. It comes before anything else
// of a write: what is read after it stands, and two writes never wait for each other in a circle.
func lockAccount(ctx context.Context, tx bun.IDB, account uuid.UUID) (quota, error) {
	var found quota
	err := tx.NewRaw("SELECT organization_limit, organizations_used FROM accounts WHERE id = ? FOR NO KEY UPDATE", account).Scan(ctx, &found)
	return found, err
}

// placement is an external organization that is to be mapped.
type placement struct {
	cell          cellKey
	externalOrgID uuid.UUID
}

// replace takes mappings away and makes others, each in one statement however many they are.
func replace(ctx context.Context, tx bun.IDB, account uuid.UUID, gone []uuid.UUID, placed []placement, origin Origin, by string) error {
	if len(gone) > 0 { // first: what moves must have left its old cell
		if _, err := tx.ExecContext(ctx, "DELETE FROM mappings WHERE account_id = ? AND id = ANY (?::uuid[])", account, pgdialect.Array(gone)); err != nil {
			return err
		}
	}
	if len(placed) == 0 {
		return nil
	}
	ids, organizations := make([]uuid.UUID, len(placed)), make([]uuid.UUID, len(placed))
	integrations, externals := make([]uuid.UUID, len(placed)), make([]uuid.UUID, len(placed))
	for i, one := range placed {
		ids[i], externals[i] = id.New(), one.externalOrgID
		organizations[i], integrations[i] = one.cell.OrganizationID, one.cell.IntegrationID
	}
	_, err := tx.ExecContext(ctx, `
		INSERT INTO mappings (account_id, id, organization_id, integration_id, external_org_id, origin, created_by, external_name, external_folded)
		SELECT ?0, placed.*, ?1, ?2, e.name, e.folded
		FROM unnest(?3::uuid[], ?4::uuid[], ?5::uuid[], ?6::uuid[]) AS placed (id, organization_id, integration_id, external_org_id)
		LEFT JOIN external_orgs AS e ON e.account_id = ?0 AND e.id = placed.external_org_id`,
		account, origin, by, pgdialect.Array(ids), pgdialect.Array(organizations), pgdialect.Array(integrations), pgdialect.Array(externals))
	return err
}

// unique keeps the first of equals, in their order.
func unique[T comparable](values []T) []T {
	seen := make(map[T]bool, len(values))
	kept := make([]T, 0, len(values))
	for _, value := range values {
		if !seen[value] {
			seen[value] = true
			kept = append(kept, value)
		}
	}
	return kept
}
