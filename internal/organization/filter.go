package organization

import (
	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/name"
	"github.com/orgmap/orgmap/internal/pg"
)

// byRelation reports whether the filter depends on more than the organizations' own columns: mappings, suggestions,
// groups or people.
func (f Filter) byRelation() bool {
	return len(f.UnmappedIn)+len(f.MappedIn)+len(f.SuggestedIn)+len(f.NeedsDecisionIn)+len(f.GroupIDs)+len(f.EngineerIDs)+len(f.VCIOIDs) > 0 ||
		f.HasEngineer != nil || f.HasVCIO != nil || f.HasGroup != nil
}

const (
	// mappedTo selects the organizations that have a mapped name with all words of a search.
	mappedTo = "SELECT m.organization_id FROM mappings AS m WHERE m.account_id = ? AND m.external_folded LIKE ALL (?::text[])"

	// mappedIn counts in how many of the given integrations the organization is mapped. It takes one lookup, however many
	// are given.
	mappedIn = `(SELECT count(DISTINCT m.integration_id) FROM mappings AS m
		WHERE m.account_id = organization.account_id AND m.organization_id = organization.id AND m.integration_id = ANY (?::uuid[]))`

	// open holds if a stored suggestion still counts: its external organization is not mapped, removed or excluded. The
	// lens decides the same way. Each part looks into one unique index. OFFSET 0 keeps Postgres from joining instead, which
	// takes minutes while its statistics are older than a list.
	open = `(SELECT x.removed_at IS NULL FROM external_orgs AS x WHERE x.account_id = s.account_id AND x.id = s.external_org_id)
		AND NOT EXISTS (SELECT FROM mappings AS m WHERE m.account_id = s.account_id AND m.external_org_id = s.external_org_id OFFSET 0)
		AND NOT EXISTS (SELECT FROM exclusions AS e WHERE e.account_id = s.account_id AND e.external_org_id = s.external_org_id OFFSET 0)`

	// suggestedIn selects the organizations that have a suggestion in one of the given integrations, and no mapping in it.
	suggestedIn = `SELECT s.organization_id FROM suggestions AS s
		WHERE s.account_id = ? AND s.integration_id = ANY (?::uuid[]) AND s.organization_id IS NOT NULL AND ` + open + `
		  AND s.integration_id NOT IN (SELECT m.integration_id FROM mappings AS m WHERE m.account_id = s.account_id AND m.organization_id = s.organization_id)`

	// candidatesIn selects the organizations that are a candidate in one of the given integrations, and not mapped in it.
	candidatesIn = `SELECT c.id::uuid FROM suggestions AS s, jsonb_array_elements_text(s.candidate_ids) AS c (id)
		WHERE s.account_id = ? AND s.integration_id = ANY (?::uuid[]) AND s.state <> 'SUGGESTED' AND s.candidate_ids <> '[]' AND ` + open + `
		  AND s.integration_id NOT IN (SELECT m.integration_id FROM mappings AS m WHERE m.account_id = s.account_id AND m.organization_id = c.id::uuid)`

	// These select the organizations in groups, and those that people look after.
	inGroups = `SELECT m.organization_id FROM organization_group_members AS m JOIN organization_groups AS g ON g.account_id = m.account_id AND g.id = m.group_id
		WHERE m.account_id = ? AND m.member AND NOT g.removed`
	withEngineer = "SELECT d.organization_id FROM organization_details AS d WHERE d.account_id = ? AND d.engineer_id IS NOT NULL"
	withVCIO     = "SELECT d.organization_id FROM organization_details AS d WHERE d.account_id = ? AND d.vcio_id IS NOT NULL"
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
	if len(s.filter.SuggestedIn) > 0 {
		query = query.Where("id IN ("+suggestedIn+")", s.account, pg.List(s.filter.SuggestedIn))
	}
	if len(s.filter.NeedsDecisionIn) > 0 {
		query = query.Where("id IN ("+candidatesIn+")", s.account, pg.List(s.filter.NeedsDecisionIn))
	}
	return s.lookedAfter(query)
}

// lookedAfter restricts the query to the filter's groups and people.
func (s selection) lookedAfter(query *bun.SelectQuery) *bun.SelectQuery {
	for _, one := range []struct {
		all, is string
		wanted  []uuid.UUID
		has     *bool
	}{
		{inGroups, " AND m.group_id = ANY (?::uuid[])", s.filter.GroupIDs, s.filter.HasGroup},
		{withEngineer, " AND d.engineer_id = ANY (?::uuid[])", s.filter.EngineerIDs, s.filter.HasEngineer},
		{withVCIO, " AND d.vcio_id = ANY (?::uuid[])", s.filter.VCIOIDs, s.filter.HasVCIO},
	} {
		if len(one.wanted) > 0 {
			query = query.Where("id IN ("+one.all+one.is+")", s.account, pg.List(one.wanted))
		}
		if one.has != nil {
			query = query.Where("(id IN ("+one.all+")) = ?", s.account, *one.has)
		}
	}
	return query
}
