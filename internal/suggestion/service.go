package suggestion

import (
	"context"
	"encoding/json"
	"errors"

	"github.com/google/uuid"

	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/directory"
	"github.com/orgmap/orgmap/internal/matching"
	"github.com/orgmap/orgmap/internal/pg"
)

// Service reads suggestions.
type Service struct {
	db     *pg.DB
	lists  *directory.Cache
	follow Follow
}

// New returns the service. lists holds suggestions in memory, and follow delivers changes.
func New(db *pg.DB, lists *directory.Cache, follow Follow) *Service {
	return &Service{db: db, lists: lists, follow: follow}
}

const (
	// matchColumns selects a match. Whether the external organization is mapped or removed comes from the mappings and
	// the list themselves, so it is correct even before a worker has recomputed the suggestions.
	matchColumns = `
		SELECT x.id, x.integration_id, m.id IS NOT NULL, x.removed_at IS NOT NULL, s.state, s.organization_id, s.tier, s.score::bigint, s.margin::bigint,
			s.automatic, s.bulk, array_to_json(s.warnings)::text, s.because, s.signals::text, s.candidates::text, e.external_org_id IS NOT NULL, x.name
		FROM external_orgs AS x
		LEFT JOIN suggestions AS s ON s.account_id = x.account_id AND s.external_org_id = x.id
		LEFT JOIN mappings AS m ON m.account_id = x.account_id AND m.external_org_id = x.id
		LEFT JOIN exclusions AS e ON e.account_id = x.account_id AND e.external_org_id = x.id
		WHERE x.account_id = $1 `
	matchesByExternalOrg  = matchColumns + `AND x.id = ANY ($2)`
	matchesByOrganization = matchColumns + `AND m.id IS NULL AND x.removed_at IS NULL AND e.external_org_id IS NULL AND s.organization_id = ANY ($2)
		ORDER BY s.organization_id, x.integration_id, s.score DESC, x.id`
)

// ByExternalOrgs returns the matches of the external organizations that belong to the account, in one statement.
func (s *Service) ByExternalOrgs(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]*Match, error) {
	actor, err := auth.Require(ctx, auth.Viewer)
	if err != nil {
		return nil, err
	}
	found := make(map[uuid.UUID]*Match, len(ids))
	err = s.read(ctx, actor.AccountID, matchesByExternalOrg, ids, func(match *Match) { found[match.ExternalOrgID] = match })
	return found, err
}

// ByOrganizations returns the suggestions for each organization, in one statement: by integration, best first.
func (s *Service) ByOrganizations(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID][]*Suggestion, error) {
	actor, err := auth.Require(ctx, auth.Viewer)
	if err != nil {
		return nil, err
	}
	found := make(map[uuid.UUID][]*Suggestion, len(ids))
	err = s.read(ctx, actor.AccountID, matchesByOrganization, ids, func(match *Match) {
		if match.Suggestion != nil {
			found[match.Suggestion.Organization] = append(found[match.Suggestion.Organization], match.Suggestion)
		}
	})
	return found, err
}

func (s *Service) read(ctx context.Context, account uuid.UUID, statement string, ids []uuid.UUID, take func(*Match)) error {
	if len(ids) == 0 {
		return nil
	}
	var unreadable error
	err := s.db.Read(ctx, account, func(ctx context.Context, tx pg.ReadTx) error {
		return tx.Send(ctx, pg.Statement{
			SQL: statement, Arguments: []pg.Argument{pg.UUID(account), pg.UUIDs(ids)}, Prepared: true,
			Take: func(row pg.Row) {
				match, err := matchOf(row)
				unreadable = errors.Join(unreadable, err)
				take(match)
			},
		})
	})
	return errors.Join(err, unreadable)
}

// matchOf decodes a row of matchColumns.
func matchOf(row pg.Row) (*Match, error) {
	match := &Match{ExternalOrgID: row.UUID(0)}
	switch mapped, removed, excluded := row.Boolean(2), row.Boolean(3), row.Boolean(15); {
	case mapped:
		match.State = matching.Mapped
		return match, nil
	case removed:
		match.State = matching.Removed
		return match, nil
	case excluded:
		match.State = matching.Excluded
		return match, nil
	case row.Null(4):
		return Pending(match.ExternalOrgID), nil
	}
	match.State, match.Because = matching.State(row.Text(4)), matching.Because(row.Text(12))
	var candidates []storedCandidate
	if err := json.Unmarshal(row[14], &candidates); err != nil {
		return match, err
	}
	for _, one := range candidates {
		match.Candidates = append(match.Candidates, matching.Candidate{Organization: one.Organization, Score: one.Score, Signals: restore(one.Signals)})
	}
	if match.State != matching.Suggested {
		return match, nil
	}
	var signals []stored
	suggestion := &Suggestion{ExternalOrgID: match.ExternalOrgID, ExternalName: row.Text(16), IntegrationID: row.UUID(1)}
	if err := errors.Join(json.Unmarshal(row[13], &signals), json.Unmarshal(row[11], &suggestion.Warnings)); err != nil {
		return match, err
	}
	suggestion.Candidate = matching.Candidate{Organization: row.UUID(5), Score: matching.Bits(row.Int(7)), Signals: restore(signals)}
	suggestion.Tier, suggestion.Automatic, suggestion.Bulk = matching.Tier(row.Text(6)), row.Boolean(9), row.Boolean(10)
	if !row.Null(8) {
		margin := matching.Bits(row.Int(8))
		suggestion.Margin = &margin
	}
	match.Suggestion = suggestion
	return match, nil
}

// Counts holds the numbers of an integration's external organizations by state.
type Counts struct {
	Mapped, Suggested, NeedsDecision, Conflict, Excluded, Removed int
}

// OrganizationCounts holds how many of the account's active organizations are mapped, or have a suggestion, in an
// integration.
type OrganizationCounts struct {
	Total, Mapped, Suggested, Unmapped int // Total is the sum of the others
}

// CountsOf counts the external organizations of the integrations, in one statement.
func (s *Service) CountsOf(ctx context.Context, integrations []uuid.UUID) (counts map[uuid.UUID]Counts, err error) {
	actor, err := auth.Require(ctx, auth.Viewer)
	if err != nil {
		return nil, err
	}
	err = s.db.Read(ctx, actor.AccountID, func(ctx context.Context, tx pg.ReadTx) error {
		counts, err = countsOf(ctx, tx, actor.AccountID, integrations)
		return err
	})
	return counts, err
}

func countsOf(ctx context.Context, tx pg.ReadTx, account uuid.UUID, integrations []uuid.UUID) (map[uuid.UUID]Counts, error) {
	counts := make(map[uuid.UUID]Counts, len(integrations))
	const statement = `
		SELECT x.integration_id, count(m.id),
			count(*) FILTER (WHERE m.id IS NULL AND x.removed_at IS NULL AND e.external_org_id IS NULL AND s.state = 'SUGGESTED'),
			count(*) FILTER (WHERE m.id IS NULL AND x.removed_at IS NULL AND e.external_org_id IS NULL AND coalesce(s.state, 'NEEDS_DECISION') = 'NEEDS_DECISION'),
			count(*) FILTER (WHERE m.id IS NULL AND x.removed_at IS NULL AND e.external_org_id IS NULL AND s.state = 'CONFLICT'),
			count(*) FILTER (WHERE m.id IS NULL AND x.removed_at IS NULL AND e.external_org_id IS NOT NULL),
			count(*) FILTER (WHERE m.id IS NULL AND x.removed_at IS NOT NULL)
		FROM external_orgs AS x
		LEFT JOIN suggestions AS s ON s.account_id = x.account_id AND s.external_org_id = x.id
		LEFT JOIN mappings AS m ON m.account_id = x.account_id AND m.external_org_id = x.id
		LEFT JOIN exclusions AS e ON e.account_id = x.account_id AND e.external_org_id = x.id
		WHERE x.account_id = $1 AND x.integration_id = ANY ($2) GROUP BY x.integration_id`
	err := tx.Send(ctx, pg.Statement{
		SQL: statement, Arguments: []pg.Argument{pg.UUID(account), pg.UUIDs(integrations)},
		Take: func(row pg.Row) {
			counts[row.UUID(0)] = Counts{Mapped: row.Int(1), Suggested: row.Int(2), NeedsDecision: row.Int(3), Conflict: row.Int(4), Excluded: row.Int(5), Removed: row.Int(6)}
		},
	})
	return counts, err
}

// OrganizationCountsOf counts the account's active organizations by their state in each integration, in one statement.
func (s *Service) OrganizationCountsOf(ctx context.Context, integrations []uuid.UUID) (counts map[uuid.UUID]OrganizationCounts, err error) {
	actor, err := auth.Require(ctx, auth.Viewer)
	if err != nil {
		return nil, err
	}
	err = s.db.Read(ctx, actor.AccountID, func(ctx context.Context, tx pg.ReadTx) error {
		counts, err = organizationCountsOf(ctx, tx, actor.AccountID, integrations)
		return err
	})
	return counts, err
}

func organizationCountsOf(ctx context.Context, tx pg.ReadTx, account uuid.UUID, integrations []uuid.UUID) (map[uuid.UUID]OrganizationCounts, error) {
	counts := make(map[uuid.UUID]OrganizationCounts, len(integrations))
	// Groups instead of joins: whatever Postgres believes about the sizes of the tables after an import, it reads each once.
	const statement = `
		WITH open AS (
			SELECT (array_agg(integration_id))[1] AS integration_id, (array_agg(organization_id))[1] AS organization_id FROM (
				SELECT external_org_id, integration_id, organization_id FROM suggestions
				WHERE account_id = $1 AND integration_id = ANY ($2) AND organization_id IS NOT NULL
				UNION ALL SELECT external_org_id, NULL, NULL FROM mappings WHERE account_id = $1 AND integration_id = ANY ($2)
				UNION ALL SELECT external_org_id, NULL, NULL FROM exclusions WHERE account_id = $1
				UNION ALL SELECT id, NULL, NULL FROM external_orgs WHERE account_id = $1 AND integration_id = ANY ($2) AND removed_at IS NOT NULL
			) AS known GROUP BY external_org_id HAVING count(*) = 1 AND count(organization_id) = 1
		), cells AS (
			SELECT integration_id, organization_id, bool_or(mapped) AS mapped FROM (
				SELECT integration_id, organization_id, true AS mapped FROM mappings WHERE account_id = $1 AND integration_id = ANY ($2)
				UNION ALL SELECT integration_id, organization_id, false FROM open
			) AS filled GROUP BY integration_id, organization_id
		)
		SELECT NULL, count(*), 0 FROM organizations WHERE account_id = $1 AND active
		UNION ALL
		SELECT integration_id, count(*) FILTER (WHERE mapped), count(*) FILTER (WHERE NOT mapped) FROM cells
		WHERE organization_id NOT IN (SELECT id FROM organizations WHERE account_id = $1 AND NOT active) GROUP BY integration_id`
	total := 0
	err := tx.Send(ctx, pg.Statement{
		SQL: statement, Arguments: []pg.Argument{pg.UUID(account), pg.UUIDs(integrations)},
		Take: func(row pg.Row) {
			if row.Null(0) {
				total = row.Int(1)
			} else {
				counts[row.UUID(0)] = OrganizationCounts{Mapped: row.Int(1), Suggested: row.Int(2)}
			}
		},
	})
	for _, one := range integrations {
		count := counts[one]
		count.Total, count.Unmapped = total, total-count.Mapped-count.Suggested
		counts[one] = count
	}
	return counts, err
}
