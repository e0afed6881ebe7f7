package organization

import (
	"github.com/uptrace/bun"

	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/name"
	"github.com/orgmap/orgmap/internal/pg"
)

// byMatch reports whether the filter depends on mappings or suggestions.
func (f Filter) byMatch() bool {
	return len(f.UnmappedIn)+len(f.MappedIn)+len(f.SuggestedIn)+len(f.NeedsDecisionIn) > 0
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
	return query
}
