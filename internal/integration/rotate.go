package integration

import (
	"context"

	"github.com/orgmap/orgmap/internal/pg"
	"github.com/orgmap/orgmap/internal/secret"
)

// rotateBatch is how many connections are sealed again in one transaction: few enough that nobody waits for their locks.
const rotateBatch = 100

// RotateCredentials seals the credentials of every connection, of all accounts, again with the primary key where another
// key sealed them, and returns how many that were. It may be stopped and started again.
func RotateCredentials(ctx context.Context, db *pg.Operator, sealer *secret.Sealer) (resealed int, err error) {
	last := connection{}
	for {
		batch, count, err := rotateAfter(ctx, db, sealer, last)
		resealed += count
		if err != nil || len(batch) == 0 {
			return resealed, err
		}
		last = batch[len(batch)-1]
	}
}

func rotateAfter(ctx context.Context, db *pg.Operator, sealer *secret.Sealer, last connection) (batch []connection, resealed int, err error) {
	err = db.Run(ctx, func(ctx context.Context, tx pg.Tx) error {
		// The locks keep a person's new credentials from being overwritten with the old ones.
		err := tx.NewRaw(`
			SELECT account_id, id, sealed_credentials FROM connections WHERE (account_id, id) > (?, ?)
			ORDER BY account_id, id LIMIT ? FOR NO KEY UPDATE`, last.AccountID, last.ID, rotateBatch).Scan(ctx, &batch)
		if err != nil {
			return err
		}
		for _, one := range batch {
			if sealer.SealedByPrimary(one.SealedCredentials) {
				continue
			}
			if err := reseal(ctx, tx, sealer, one); err != nil {
				return err
			}
			resealed++
		}
		return nil
	})
	if err != nil {
		return nil, 0, err
	}
	return batch, resealed, nil
}

func reseal(ctx context.Context, tx pg.Tx, sealer *secret.Sealer, one connection) error {
	content, err := unseal(sealer, one.SealedCredentials, one.AccountID, one.ID)
	if err != nil {
		return err
	}
	sealed, err := seal(sealer, content, one.AccountID, one.ID)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, "UPDATE connections SET sealed_credentials = ?, updated_at = now() WHERE account_id = ? AND id = ?",
		sealed, one.AccountID, one.ID)
	return err
}
