package organization

import (
	"github.com/uptrace/bun"

	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/name"
	"github.com/orgmap/orgmap/internal/pg"
)

// byMatch reports whether the filter depends on mappings.
func (f Filter) byMatch() bool {
	return len(f.UnmappedIn)+len(f.MappedIn) > 0
}

const (
	// mappedTo selects the organizations to which a name with all words of a search is mapped.
	mappedTo = "SELECT m.organization_id FROM mappings AS m WHERE m.account_id = ? AND m.external_folded LIKE ALL (?::text[])"

	// mappedIn is the number of the given integrations in which the organization is mapped, in one lookup no matter how
	// many are given.
	mappedIn = `(SELECT count(DISTINCT m.integration_id) FROM mappings AS m
		WHERE m.account_id = organization.account_id AND m.organization_id = organization.id AND m.integration_id = ANY (?::uuid[]))`
)

// where restricts the query to the account, the search and the filter.
func (s selection) where(query *bun.SelectQuery) *bun.SelectQuery {
	active := s.filter.Active == nil || *s.filter.Active
	query = query.Where("account_id = ?", s.account).Where("active = ?", active)
	if patterns := name.Patterns(s.search); len(patterns) > 0 {
		query = query.Where("folded LIKE ALL (?::text[]) OR id IN ("+mappedTo+")", pg.List(patterns), s.account, pg.List(patterns))
	}
	if wanted := id.Unique(s.filter.MappedIn); len(wanted) > 0 {
		query = query.Where(mappedIn+" = ?", pg.List(wanted), len(wanted))
	}
	if wanted := id.Unique(s.filter.UnmappedIn); len(wanted) > 0 {
		query = query.Where(mappedIn+" < ?", pg.List(wanted), len(wanted))
	}
	return query
}
