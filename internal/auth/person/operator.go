package person

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"github.com/orgmap/orgmap/internal/pg"
)

// Operator lists and blocks people. Only the command line uses it; requests cannot reach it.
type Operator struct{ db *pg.Operator }

// NewOperator returns an Operator for the database.
func NewOperator(db *pg.Operator) *Operator { return &Operator{db: db} }

// List returns the account's people, ordered by first sign-in.
func (o *Operator) List(ctx context.Context, account uuid.UUID) ([]*Person, error) {
	var all []*Person
	err := o.db.Run(ctx, func(ctx context.Context, tx pg.Tx) error {
		return tx.NewSelect().Model(&all).Where("account_id = ?", account).Order("id").Scan(ctx)
	})
	return all, err
}

// Block revokes all access of the person with that subject at once, or restores it.
func (o *Operator) Block(ctx context.Context, account uuid.UUID, subject string, blocked bool) error {
	return o.db.Run(ctx, func(ctx context.Context, tx pg.Tx) error {
		changed, err := tx.Exec(ctx, "UPDATE people SET blocked_at = CASE WHEN ? THEN coalesce(blocked_at, now()) END WHERE account_id = ? AND subject = ?",
			blocked, account, subject)
		if err == nil && changed == 0 {
			err = fmt.Errorf("nobody with the subject %q has signed in to that account", subject)
		}
		return err
	})
}
