package account

import (
	"context"

	"github.com/google/uuid"

	"github.com/orgmap/orgmap/internal/pg"
)

// Standing holds an account's limits and usage. Its quota has only the numbers.
type Standing struct {
	Organizations Quota // active ones
	Limits
}

const selectStanding = `
	SELECT organization_limit::bigint, organizations_used::bigint, integration_limit::bigint, integrations_used::bigint,
		external_organization_limit::bigint, external_organizations_used::bigint
	FROM accounts WHERE id = $1`

// Lock serializes the account's writes until the transaction ends, and returns the account's standing. Call it before
// anything else in the write: then what the write reads cannot change, and two writes cannot deadlock, as they would if
// one waits for a name that the other is about to take, and the other for the quota's row. Only locks on rows of
// integrations or connections come before it.
func Lock(ctx context.Context, tx pg.Tx, account uuid.UUID) (standing Standing, err error) {
	err = tx.Send(ctx, Locking(account, &standing))
	return standing, err
}

// Locking returns Lock's statement, for writes that send their statements together.
func Locking(account uuid.UUID, standing *Standing) pg.Statement {
	return standing.read(selectStanding+" FOR NO KEY UPDATE", account)
}

// StandingOf returns the account's standing without blocking others. It may have changed by the commit, which checks it
// again.
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
