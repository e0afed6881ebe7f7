package account

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/name"
	"github.com/orgmap/orgmap/internal/pg"
)

// Service answers for the account of whoever asks.
type Service struct{ db *pg.DB }

// New makes the service.
func New(db *pg.DB) *Service { return &Service{db: db} }

// Current is the account of whoever asks.
func (s *Service) Current(ctx context.Context) (*Account, error) {
	actor, err := auth.Require(ctx, auth.Viewer)
	if err != nil {
		return nil, err
	}
	var found Account
	err = s.db.Read(ctx, actor.AccountID, func(ctx context.Context, tx bun.Tx) error {
		return tx.NewSelect().Model(&found).Where("id = ?", actor.AccountID).Scan(ctx)
	})
	return &found, err
}

// Operator makes and changes accounts. It is the command line's; no request reaches it.
type Operator struct{ db *pg.DB }

// NewOperator makes the operator's side.
func NewOperator(db *pg.DB) *Operator { return &Operator{db: db} }

// Create makes an account. The limit is how many active organizations it may have, nil for any number.
func (o *Operator) Create(ctx context.Context, rawName string, limit *int) (*Account, error) {
	normal, err := name.Normalize(rawName)
	if err != nil {
		return nil, err
	}
	if err := checkLimit(limit); err != nil {
		return nil, err
	}
	created := &Account{ID: id.New(), Name: normal, OrganizationLimit: limit}
	err = o.db.Operator(ctx, func(ctx context.Context, tx bun.Tx) error {
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

// List returns every account, the oldest first.
func (o *Operator) List(ctx context.Context) ([]*Account, error) {
	var all []*Account
	err := o.db.Operator(ctx, func(ctx context.Context, tx bun.Tx) error {
		return tx.NewSelect().Model(&all).Order("id").Scan(ctx)
	})
	return all, err
}

// SetLimit changes how many active organizations an account may have, nil for any number. A limit below what is in
// use is refused.
func (o *Operator) SetLimit(ctx context.Context, account uuid.UUID, limit *int) error {
	if err := checkLimit(limit); err != nil {
		return err
	}
	err := o.db.Operator(ctx, func(ctx context.Context, tx bun.Tx) error {
		result, err := tx.NewUpdate().Model((*Account)(nil)).Set("organization_limit = ?", limit).Where("id = ?", account).Exec(ctx)
		if err != nil {
			return err
		}
		changed, err := result.RowsAffected()
		if err == nil && changed == 0 {
			err = fmt.Errorf("there is no account %s", id.Format(id.Account, account))
		}
		return err
	})
	if pg.Violates(err, "accounts_quota_check") {
		return fmt.Errorf("the account has more than %d active organizations: deactivate some first", *limit)
	}
	return err
}

func checkLimit(limit *int) error {
	const most = 10_000_000 // keeps sums inside Postgres' integer
	if limit != nil && (*limit < 0 || *limit > most) {
		return fmt.Errorf("the limit must be from 0 to %d", most)
	}
	return nil
}
