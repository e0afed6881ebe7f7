package integration

import (
	"context"

	"github.com/orgmap/orgmap/internal/pg"
	"github.com/orgmap/orgmap/internal/secret"
)

// rotateBatch is how many connections are re-encrypted in one transaction: few enough that no one notices the locks.
const rotateBatch = 100

// RotateCredentials re-encrypts the credentials of all connections of all accounts that are not encrypted with the
// primary key, and returns their number. It can be stopped and restarted.
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
		// The locks keep new credentials from being overwritten with the old ones.
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
