package account

import (
	"context"

	"github.com/google/uuid"

	"github.com/orgmap/orgmap/internal/pg"
)

// Standing is how much an account stores of what it may. Of its quota it has no more than the numbers.
type Standing struct {
	Organizations Quota // active ones
	Limits
}

const selectStanding = `
	SELECT organization_limit::bigint, organizations_used::bigint, integration_limit::bigint, integrations_used::bigint,
		external_organization_limit::bigint, external_organizations_used::bigint
	FROM accounts WHERE id = $1`

// Lock puts the account's writes one behind the other until the transaction ends, and tells how the account stands. It comes before
// anything else of a write that takes it: what is read after it stands, and two writes never wait for each other in a circle, as
// they would where one waits for a name that the other is about to take, and the other for the quota's row. Where a write locks
// rows of integrations or connections, these come first.
func Lock(ctx context.Context, tx pg.Tx, account uuid.UUID) (standing Standing, err error) {
	err = tx.Send(ctx, Locking(account, &standing))
	return standing, err
}

// Locking is the statement of Lock, for a write whose statements travel together.
func Locking(account uuid.UUID, standing *Standing) pg.Statement {
	return standing.read(selectStanding+" FOR NO KEY UPDATE", account)
}

// StandingOf tells how the account stands, without holding others up: it may be otherwise at the commit, which checks it again.
func StandingOf(ctx context.Context, tx pg.ReadTx, account uuid.UUID) (standing Standing, err error) {
	err = tx.Send(ctx, standing.read(selectStanding, account))
	return standing, err
}

func (s *Standing) read(statement string, account uuid.UUID) pg.Statement {
	return pg.Statement{
		SQL: statement, Arguments: []pg.Argument{pg.UUID(account)}, Prepared: true,
		Take: func(row pg.Row) {
			if !row.Null(0) {
				limit := row.Int(0)
				s.Organizations.Limit = &limit
			}
			s.Organizations.Used = row.Int(1)
			s.Integrations = Limit{Limit: row.Int(2), Used: row.Int(3)}
			s.ExternalOrganizations = Limit{Limit: row.Int(4), Used: row.Int(5)}
		},
	}
}
