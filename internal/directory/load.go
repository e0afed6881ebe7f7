package directory

import (
	"context"
	"math"

	"github.com/orgmap/orgmap/internal/pg"
)

// VersionOf returns an account's version as the version of a list that changes with any of the account's data. Two
// versions of one server never have the same writer at positions that are 2^31 apart.
func VersionOf(account pg.AccountVersion) int64 {
	return (account.Position<<32 | int64(account.Writer)) & math.MaxInt64
}

// Load reads a directory in a snapshot of its own. It fails if the database has been restored since the list was requested.
// read returns nil if the list is too large to keep.
func Load(ctx context.Context, db *pg.DB, key Key, read func(context.Context, pg.ReadTx) (Directory, error)) (found Directory, err error) {
	ctx, session := db.WithSession(ctx)
	defer session.Close()
	err = db.Read(ctx, key.Account, func(ctx context.Context, tx pg.ReadTx) (err error) {
		if tx.Era() != key.Era {
			return ErrAnotherEra
		}
		found, err = read(ctx, tx)
		return err
	})
	if err != nil {
		return nil, err
	}
	return found, nil
}
