package account

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/google/uuid"

	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/journal"
	"github.com/orgmap/orgmap/internal/name"
	"github.com/orgmap/orgmap/internal/pg"
)

// Journal records the change that a write makes.
type Journal interface {
	Append(ctx context.Context, tx pg.Writer, change journal.Change) error
}

// Service reads and changes the caller's account.
type Service struct {
	db      *pg.DB
	journal Journal
}

// New returns the service.
func New(db *pg.DB, journal Journal) *Service { return &Service{db: db, journal: journal} }

// Current returns the caller's account.
func (s *Service) Current(ctx context.Context) (*Account, error) {
	actor, err := auth.Require(ctx, auth.Viewer)
	if err != nil {
		return nil, err
	}
	var found Account
	err = s.db.Read(ctx, actor.AccountID, func(ctx context.Context, tx pg.ReadTx) error {
		return tx.NewSelect().Model(&found).Where("id = ?", actor.AccountID).Scan(ctx)
	})
	return &found, err
}

// Operator creates and changes accounts. Only the command line uses it; requests cannot reach it.
type Operator struct{ db *pg.Operator }

// NewOperator returns an Operator.
func NewOperator(db *pg.Operator) *Operator { return &Operator{db: db} }

// Create creates an account. limit is the maximum number of active organizations; nil: unlimited.
func (o *Operator) Create(ctx context.Context, rawName string, limit *int) (*Account, error) {
	normal, err := name.Normalize(rawName)
	if err != nil {
		return nil, err
	}
	if err := checkLimit(limit); err != nil {
		return nil, err
	}
	created := &Account{ID: id.New(), Name: normal, OrganizationLimit: limit}
	err = o.db.Run(ctx, func(ctx context.Context, tx pg.Tx) error {
		_, err := tx.NewInsert().Model(created).Column("id", "name", "organization_limit").Returning("plan, created_at").Exec(ctx)
		return err
	})
	if pg.Violates(err, "accounts_name_key") {
		return nil, fmt.Errorf("there is an account named %q already", normal)
	}
	if err != nil {
		return nil, err
	}
	return created, nil
}

// List returns all accounts, oldest first.
func (o *Operator) List(ctx context.Context) ([]*Account, error) {
	var all []*Account
	err := o.db.Run(ctx, func(ctx context.Context, tx pg.Tx) error {
		return tx.NewSelect().Model(&all).Order("id").Scan(ctx)
	})
	return all, err
}

// LimitChange describes a change to an account's limits.
type LimitChange struct {
	KeepOrganizations     bool
	Organizations         *int // active ones; nil: unlimited
	Integrations          *int // nil: unchanged
	ExternalOrganizations *int // nil: unchanged
}

// SetLimits changes an account's limits, all or none. It returns an error if a limit is below current usage.
func (o *Operator) SetLimits(ctx context.Context, account uuid.UUID, change LimitChange) (*Account, error) {
	for _, limit := range []*int{change.Organizations, change.Integrations, change.ExternalOrganizations} {
		if err := checkLimit(limit); err != nil {
			return nil, err
		}
	}
	changed := new(Account)
	err := o.db.Run(ctx, func(ctx context.Context, tx pg.Tx) error {
		return tx.NewRaw(`
			UPDATE accounts SET organization_limit = CASE WHEN ? THEN organization_limit ELSE ? END,
				integration_limit = coalesce(?, integration_limit), external_organization_limit = coalesce(?, external_organization_limit)
			WHERE id = ?
			RETURNING `+columns.Names(), change.KeepOrganizations, change.Organizations, change.Integrations, change.ExternalOrganizations, account).Scan(ctx, changed)
	})
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return nil, fmt.Errorf("there is no account %s", id.Format(id.Account, account))
	case pg.Violates(err, "accounts_quota_check"):
		return nil, fmt.Errorf("the account has more than %d active organizations: deactivate some first", *change.Organizations)
	case pg.Violates(err, "accounts_integrations_check"):
		return nil, fmt.Errorf("the account has more than %d integrations: disconnect some first", *change.Integrations)
	case pg.Violates(err, "accounts_external_organizations_check"):
		return nil, fmt.Errorf("the account has more than %d external organizations: disconnect integrations first", *change.ExternalOrganizations)
	case err != nil:
		return nil, err
	}
	return changed, nil
}

func checkLimit(limit *int) error {
	const most = 10_000_000 // keeps sums within Postgres' integer
	if limit != nil && (*limit < 0 || *limit > most) {
		return fmt.Errorf("the limit must be from 0 to %d", most)
	}
	return nil
}
