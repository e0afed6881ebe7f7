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
		if err == nil { // cached lists of people are outdated
			_, err = tx.Exec(ctx, "UPDATE accounts SET plan = plan WHERE id = ?", account)
		}
		return err
	})
}

// forgotten replaces the name of a person who is forgotten.
const forgotten = "Former user"

// Forget replaces the name of the person with that subject in everything that the account keeps, and returns in how many
// rows. Someone who is not blocked gets the name back by signing in again.
func (o *Operator) Forget(ctx context.Context, account uuid.UUID, subject string) (rows int64, err error) {
	err = o.db.Run(ctx, func(ctx context.Context, tx pg.Tx) error {
		var people []uuid.UUID
		if err := tx.NewRaw("SELECT id FROM people WHERE account_id = ? AND subject = ? ORDER BY id", account, subject).Scan(ctx, &people); err != nil {
			return err
		}
		if len(people) == 0 {
			return fmt.Errorf("nobody with the subject %q has signed in to that account", subject)
		}
		rows = 0
		for _, one := range people {
			var changed int64
			if err := tx.NewRaw("SELECT forget_person(?, ?, ?)", account, one, forgotten).Scan(ctx, &changed); err != nil {
				return err
			}
			rows += changed
		}
		return nil
	})
	return rows, err
}
