package account

import (
	"context"

	"github.com/google/uuid"

	"github.com/orgmap/orgmap/internal/pg"
)

// Usage holds an account's limits and usage. Its quota has only the numbers.
type Usage struct {
	Organizations Quota // active ones
	Limits
}

const selectUsage = `
	SELECT organization_limit::bigint, organizations_used::bigint, integration_limit::bigint, integrations_used::bigint,
		external_organization_limit::bigint, external_organizations_used::bigint
	FROM accounts WHERE id = $1`

// Lock serializes the account's writes until the transaction ends, and returns the account's usage. Call it before
// anything else in the write: then what the write reads cannot change, and two writes cannot deadlock, as they would if
// one waits for a name that the other is about to take, and the other for the quota's row. Only locks on rows of
// integrations or connections come before it.
func Lock(ctx context.Context, tx pg.Tx, account uuid.UUID) (usage Usage, err error) {
	err = tx.Send(ctx, LockStatement(account, &usage))
	return usage, err
}

// LockStatement returns Lock's statement, for writes that send their statements together.
func LockStatement(account uuid.UUID, usage *Usage) pg.Statement {
	return usage.read(selectUsage+" FOR NO KEY UPDATE", account)
}

// UsageOf returns the account's usage without blocking others. It may have changed by the commit, which checks it
// again.
func UsageOf(ctx context.Context, tx pg.ReadTx, account uuid.UUID) (usage Usage, err error) {
	err = tx.Send(ctx, usage.read(selectUsage, account))
	return usage, err
}

func (s *Usage) read(statement string, account uuid.UUID) pg.Statement {
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
