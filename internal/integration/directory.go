package integration

import (
	"context"
	"unsafe"

	"github.com/google/uuid"

	"github.com/orgmap/orgmap/internal/directory"
	"github.com/orgmap/orgmap/internal/name"
	"github.com/orgmap/orgmap/internal/page"
	"github.com/orgmap/orgmap/internal/pg"
)

// cachedList holds the names and IDs that an integration's application lists, at a version, sorted by name. It decides
// which external organizations are on a page; their other fields are read by ID. It is immutable.
type cachedList struct {
	version int64
	ids     []uuid.UUID
	folded  *name.Index
}

const idBytes = int64(unsafe.Sizeof(uuid.UUID{}))

// Version returns the version of the integration's list.
func (l *cachedList) Version() int64 { return l.version }

// Size returns the approximate size in bytes.
func (l *cachedList) Size() int64 { return idBytes*int64(len(l.ids)) + int64(l.folded.Size()) }

// inDirectory reports whether a directory contains the whole list.
func (l externalOrgList) inDirectory() bool {
	return l.filter.Removed == Listed
}

// selectVersion reads the version of an integration's list, which a trigger increments with every write.
const selectVersion = "SELECT coalesce((SELECT l.version FROM external_org_lists AS l WHERE l.account_id = $1 AND l.integration_id = $2), 0)"

// fromMemory returns the external organizations that a directory says are on the page. One statement reads them
// together with the current version; if the directory has another version, fromMemory returns nil.
func (s *Service) fromMemory(ctx context.Context, tx pg.ReadTx, list externalOrgList, window page.Window) (*externalOrgListing, error) {
	key := directory.Key{Account: list.account, List: "external organizations", Owner: list.integration, Era: tx.Era()}
	read := func(ctx context.Context) (directory.Directory, error) {
		return s.loadList(ctx, key)
	}
	cached, is := s.directories.Get(key).(*cachedList)
	if !is {
		s.directories.Miss(key, directory.Unknown, read)
		return nil, nil
	}
	query := directory.Query{Part: list.part, Window: window}
	if list.filter.Mapped != nil {
		query.Filter = func(indexes []int32) ([]int32, error) { return list.filtered(ctx, tx, cached, indexes) }
	}
	names := directory.Names{Folded: cached.folded, ID: func(i int) uuid.UUID { return cached.ids[i] }}
	indexes, total, err := names.Page(query)
	if err != nil {
		return nil, err
	}
	ids := make([]uuid.UUID, len(indexes))
	for i, index := range indexes {
		ids[i] = cached.ids[index]
	}
	found, version, err := list.read(ctx, tx, ids)
	if err != nil {
		return nil, err
	}
	if version != cached.version || found == nil {
		s.directories.Miss(key, version, read)
		return nil, nil
	}
	s.directories.Hit()
	return &externalOrgListing{found, &total}, nil
}

// fewHits is the most hits that are checked for mappings individually; for more, all mappings of the integration are
// read.
const fewHits = 500

const selectMapped = "SELECT external_org_id FROM mappings WHERE account_id = $1 AND integration_id = $2"

// filtered returns the indexes of those that are mapped, or the ones that are not, depending on the filter.
func (l externalOrgList) filtered(ctx context.Context, tx pg.ReadTx, cached *cachedList, indexes []int32) ([]int32, error) {
	if len(indexes) == 0 {
		return indexes, nil
	}
	statement, arguments := selectMapped, []pg.Argument{pg.UUID(l.account), pg.UUID(l.integration)}
	if len(indexes) <= fewHits {
		ids := make([]uuid.UUID, len(indexes))
		for i, index := range indexes {
			ids[i] = cached.ids[index]
		}
		statement, arguments = selectMapped+" AND external_org_id = ANY ($3)", append(arguments, pg.UUIDs(ids))
	}
	mapped := map[uuid.UUID]struct{}{}
	err := tx.Send(ctx, pg.Statement{
		SQL: statement, Arguments: arguments, Prepared: true,
		Take: func(row pg.Row) { mapped[row.UUID(0)] = struct{}{} },
	})
	if err != nil {
		return nil, err
	}
	matching := indexes[:0]
	for _, index := range indexes {
		if _, is := mapped[cached.ids[index]]; is == *l.filter.Mapped {
			matching = append(matching, index)
		}
	}
	return matching, nil
}

// selectListed also returns the version. If none of the external organizations exist any more, it returns one row that
// is NULL except for the version.
var selectListed = "SELECT " + externalOrgColumns.In("x") + ", (" + selectVersion + `) AS version
	FROM (VALUES (0)) AS always LEFT JOIN external_orgs AS x ON x.account_id = $1 AND x.id = ANY ($3)`

// read returns the external organizations with these IDs, in the same order, and the version of the integration's list.
// It returns nil if any of them is gone.
func (l externalOrgList) read(ctx context.Context, tx pg.ReadTx, ids []uuid.UUID) (found []*ExternalOrg, version int64, err error) {
	found = make([]*ExternalOrg, len(ids))
	index := make(map[uuid.UUID]int, len(ids))
	for i, one := range ids {
		index[one] = i
	}
	missing := len(ids)
	reader := externalOrgColumns.Reader()
	err = tx.Send(ctx, pg.Statement{
		SQL: selectListed, Arguments: []pg.Argument{pg.UUID(l.account), pg.UUID(l.integration), pg.UUIDs(ids)}, Prepared: true,
		Take: func(row pg.Row) {
			one, rest := reader.Next(row)
			version = int64(rest.Int(0))
			if one.ID == uuid.Nil {
				return
			}
			found[index[one.ID]] = one
			missing--
		},
	})
	if err != nil || missing > 0 {
		return nil, version, err
	}
	return found, version, nil
}

// loadList reads an integration's directory.
func (s *Service) loadList(ctx context.Context, key directory.Key) (directory.Directory, error) {
	return directory.Load(ctx, s.db, key, func(ctx context.Context, tx pg.ReadTx) (directory.Directory, error) {
		const selectNames = "SELECT id, folded FROM external_orgs WHERE account_id = $1 AND integration_id = $2 AND removed_at IS NULL ORDER BY folded, id"
		arguments := []pg.Argument{pg.UUID(key.Account), pg.UUID(key.Owner)}
		read := &cachedList{}
		var folded []string
		size, fits := int64(0), true
		err := tx.Send(ctx,
			pg.Statement{SQL: selectVersion, Arguments: arguments, Prepared: true, Take: func(row pg.Row) { read.version = int64(row.Int(0)) }},
			pg.Statement{SQL: selectNames, Arguments: arguments, Prepared: true, Take: func(row pg.Row) {
				size += idBytes + int64(len(row[1]))
				if fits = fits && s.directories.Fits(size) && len(folded) < name.MaximumIndexed; fits {
					read.ids, folded = append(read.ids, row.UUID(0)), append(folded, row.Text(1))
				}
			}})
		if err != nil || !fits {
			return nil, err
		}
		read.folded = name.NewIndex(folded)
		return read, nil
	})
}
