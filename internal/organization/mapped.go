package organization

import (
	"cmp"
	"context"
	"slices"

	"github.com/google/uuid"

	"github.com/orgmap/orgmap/internal/directory"
	"github.com/orgmap/orgmap/internal/name"
	"github.com/orgmap/orgmap/internal/pg"
)

// mappedNames holds the names of the external organizations that are mapped to an account's active organizations, at a
// version of the account. They are the other names of the list that cachedList holds at that version. It is immutable.
type mappedNames struct {
	version int64
	others  directory.Others
}

// Version returns the version of the account.
func (m *mappedNames) Version() int64 { return m.version }

// Size returns the approximate size in bytes.
func (m *mappedNames) Size() int64 {
	return int64(m.others.Folded.Size() + itemBytes*len(m.others.Items))
}

const itemBytes = 4

// mapped returns the account's mapped names if they match what the transaction sees, else nil. The cache may then read
// them for later requests, if they fit.
func (s *Service) mapped(tx pg.ReadTx, account uuid.UUID) *mappedNames {
	seen, known := tx.AccountVersion()
	if !known || !s.directories.Fits(0) {
		return nil
	}
	key, version := directory.Key{Account: account, List: "mapped names", Era: tx.Era()}, directory.VersionOf(seen)
	if cached, is := s.directories.Get(key).(*mappedNames); is && cached.version == version {
		return cached
	}
	s.directories.Miss(key, version, func(ctx context.Context) (directory.Directory, error) { return s.loadMapped(ctx, key) })
	return nil
}

// loadMapped reads the account's mapped names.
func (s *Service) loadMapped(ctx context.Context, key directory.Key) (directory.Directory, error) {
	return directory.Load(ctx, s.db, key, func(ctx context.Context, tx pg.ReadTx) (directory.Directory, error) {
		seen, known := tx.AccountVersion()
		if !known {
			return nil, nil
		}
		read, err := s.readMapped(ctx, tx, key.Account, directory.VersionOf(seen))
		if read == nil {
			return nil, err
		}
		return read, err
	})
}

// readMapped reads the mapped names in a transaction that sees the given version. It returns nil if they do not fit.
func (s *Service) readMapped(ctx context.Context, tx pg.ReadTx, account uuid.UUID, version int64) (*mappedNames, error) {
	type named struct {
		item   int32
		folded string
	}
	var own []string // the folded names of the list
	var all []named
	items, size, fits := map[uuid.UUID]int32{}, int64(0), true
	err := tx.Send(ctx,
		pg.Statement{
			SQL:       "SELECT id, folded FROM organizations WHERE account_id = $1 AND active ORDER BY folded, id",
			Arguments: []pg.Argument{pg.UUID(account)},
			Take: func(row pg.Row) {
				items[row.UUID(0)] = int32(len(own)) //nolint:gosec // the size of the list is checked below
				own = append(own, row.Text(1))
			},
		},
		pg.Statement{
			SQL:       "SELECT organization_id, external_folded FROM mappings WHERE account_id = $1",
			Arguments: []pg.Argument{pg.UUID(account)},
			Take: func(row pg.Row) {
				item, active := items[row.UUID(0)]
				if !active || own[item] == string(row[1]) { // found by its own name
					return
				}
				size += itemBytes + int64(len(row[1]))
				if fits = fits && s.directories.Fits(size) && len(all) < name.MaximumIndexed; fits {
					all = append(all, named{item, row.Text(1)})
				}
			},
		})
	if err != nil || !fits || len(own) > name.MaximumIndexed {
		return nil, err
	}
	slices.SortFunc(all, func(a, b named) int { return cmp.Or(cmp.Compare(a.item, b.item), cmp.Compare(a.folded, b.folded)) })
	all = slices.Compact(all)
	read := &mappedNames{version: version, others: directory.Others{Items: make([]int32, len(all))}}
	folded := make([]string, len(all))
	for i, one := range all {
		read.others.Items[i], folded[i] = one.item, one.folded
	}
	read.others.Folded = name.NewIndex(folded)
	return read, nil
}
