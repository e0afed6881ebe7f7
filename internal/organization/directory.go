package organization

import (
	"context"
	"unsafe"

	"github.com/google/uuid"

	"github.com/orgmap/orgmap/internal/directory"
	"github.com/orgmap/orgmap/internal/name"
	"github.com/orgmap/orgmap/internal/page"
	"github.com/orgmap/orgmap/internal/pg"
)

// cachedList holds an account's active organizations at a version, sorted by name. It gives the same results as
// Postgres at that version. It is immutable.
type cachedList struct {
	version int64
	all     []Organization
	names   directory.Names
}

const (
	nameBytes = 24 // assumed length of a name
	// organizationBytes is the approximate total size of an organization; the index takes five times the folded name.
	organizationBytes = int64(unsafe.Sizeof(Organization{})) + nameBytes + 5*nameBytes
)

// Version returns the version of the account's organizations.
func (l *cachedList) Version() int64 { return l.version }

// Size returns the approximate size in bytes.
func (l *cachedList) Size() int64 {
	return int64(len(l.all))*(int64(unsafe.Sizeof(Organization{}))+nameBytes) + int64(l.names.Folded.Size())
}

// cached returns the account's directory if it matches what the transaction sees, else nil. The cache may then
// read the directory for later requests, if it fits.
func (s *Service) cached(tx pg.ReadTx, account uuid.UUID) *cachedList {
	active, version, known := tx.Organizations()
	if !known || !s.directories.Fits(int64(active)*organizationBytes) || active > name.MaximumIndexed {
		return nil
	}
	key := directory.Key{Account: account, List: "organizations", Era: tx.Era()}
	if cached, is := s.directories.Get(key).(*cachedList); is && cached.version == version {
		s.directories.Hit()
		return cached
	}
	s.directories.Miss(key, version, func(ctx context.Context) (directory.Directory, error) { return s.loadList(ctx, key) })
	return nil
}

// loadList reads the account's directory.
func (s *Service) loadList(ctx context.Context, key directory.Key) (directory.Directory, error) {
	return directory.Load(ctx, s.db, key, func(ctx context.Context, tx pg.ReadTx) (directory.Directory, error) {
		active, version, known := tx.Organizations()
		if !known || active > name.MaximumIndexed {
			return nil, nil
		}
		return readCachedList(ctx, tx, key.Account, version, active)
	})
}

// readCachedList reads the directory in a transaction that sees the given version.
func readCachedList(ctx context.Context, tx pg.ReadTx, account uuid.UUID, version int64, expected int) (*cachedList, error) {
	all, folded := make([]Organization, 0, expected), make([]string, 0, expected)
	err := tx.Send(ctx, pg.Statement{
		SQL:       "SELECT " + columns.Names() + " FROM organizations WHERE account_id = $1 AND active ORDER BY folded, id",
		Arguments: []pg.Argument{pg.UUID(account)},
		Take: func(row pg.Row) {
			var one Organization
			columns.Read(row, &one)
			all, folded = append(all, one), append(folded, one.Folded)
		},
	})
	if err != nil {
		return nil, err
	}
	index := name.NewIndex(folded)
	for i := range all {
		all[i].Folded = index.At(i) // shares the index's text
	}
	return &cachedList{version, all, directory.Names{Folded: index, ID: func(i int) uuid.UUID { return all[i].ID }}}, nil
}

// inDirectory reports whether a directory contains the whole list.
func (s selection) inDirectory() bool {
	return s.order.Field == ByName && (s.filter.Active == nil || *s.filter.Active) && !s.filter.byRelation()
}

// from returns the same page as list, out of a directory. A search also needs the mapped names.
func (s selection) from(cached *cachedList, mapped *mappedNames, window page.Window) (found listing, err error) {
	query := directory.Query{Part: s.search, Window: window}
	if mapped != nil {
		query.Others = &mapped.others
	}
	indexes, total, err := cached.names.Page(query)
	if err != nil {
		return listing{}, err
	}
	items := make([]*Organization, len(indexes))
	for i, index := range indexes {
		items[i] = &cached.all[index]
	}
	return listing{items, &total}, nil
}

// fromMemory returns the same as list, or false if the directories do not match what the transaction sees.
func (s *Service) fromMemory(tx pg.ReadTx, selection selection, window page.Window) (found listing, known bool, err error) {
	if !selection.inDirectory() {
		return listing{}, false, nil
	}
	var mapped *mappedNames
	if selection.search != "" {
		if mapped = s.mapped(tx, selection.account); mapped == nil {
			return listing{}, false, nil
		}
	}
	cached := s.cached(tx, selection.account)
	if cached == nil {
		return listing{}, false, nil
	}
	found, err = selection.from(cached, mapped, window)
	return found, true, err
}
