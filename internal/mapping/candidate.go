package mapping

import (
	"context"
	"strings"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/name"
	"github.com/orgmap/orgmap/internal/page"
	"github.com/orgmap/orgmap/internal/pg"
)

// Candidate is an external organization that can be imported, with its outcome if all candidates were imported.
type Candidate struct {
	ExternalOrgID  uuid.UUID
	Outcome        ImportOutcome
	OrganizationID *uuid.UUID // the existing organization that it would be mapped to
	folded         string
}

// byName is the order of candidates.
var byName = page.Order{Values: []page.Value{page.Text("folded"), page.ID("id")}} //nolint:gochecknoglobals // a constant

func (c *Candidate) cursor() page.Cursor { return page.Cursor{c.folded, c.ExternalOrgID.String()} }

// Candidates returns a page of what can be imported: all external organizations that are not mapped, are still listed,
// and have a name that an organization can have, sorted by name ignoring case. The list is empty if Import would return
// NOT_IMPORTABLE. search is part of the name, ignoring case.
func (s *Service) Candidates(ctx context.Context, arguments page.Arguments, search *string) (*page.Connection[*Candidate], error) {
	actor, err := auth.Require(ctx, auth.Viewer)
	if err != nil {
		return nil, err
	}
	window, err := arguments.Window(byName)
	if err != nil {
		return nil, err
	}
	list := candidateList{account: actor.AccountID}
	if search != nil && name.Fold(*search) != "" {
		// No name contains a NUL and Postgres rejects it; U+FFFD matches nothing either.
		list.search = strings.ReplaceAll(*search, "\x00", "\uFFFD")
	}
	var candidates []*Candidate
	var hits *int
	err = s.db.Read(ctx, actor.AccountID, func(ctx context.Context, tx pg.ReadTx) (err error) {
		if list.integrations, err = loadImportableIntegrations(ctx, tx, actor.AccountID); err != nil || len(list.integrations) == 0 {
			return err
		}
		candidates, hits, err = list.load(ctx, tx, window)
		return err
	})
	if err != nil {
		return nil, err
	}
	count := func(ctx context.Context) (total int, err error) {
		switch {
		case len(list.integrations) == 0:
			return 0, nil
		case hits != nil:
			return *hits, nil
		}
		err = s.db.Read(ctx, actor.AccountID, func(ctx context.Context, tx pg.ReadTx) error {
			counted, err := list.rows(tx).Count(ctx)
			total = int(counted)
			return err
		})
		return total, err
	}
	return page.New(window, candidates, (*Candidate).cursor, count), nil
}

// candidateList is the list that a page is taken from.
type candidateList struct {
	account      uuid.UUID
	integrations []uuid.UUID // at least one
	search       string      // empty: all
}

// load returns the window's candidates in the window's order, plus one more if there is one. For a search it also
// returns the total number of hits, unless the page is empty.
func (l candidateList) load(ctx context.Context, tx pg.ReadTx, window page.Window) (candidates []*Candidate, hits *int, err error) {
	var found []struct {
		importable `bun:",extend"`

		Total *int
	}
	if err := l.page(tx, window).Scan(ctx, &found); err != nil || len(found) == 0 {
		return nil, nil, err
	}
	listed := make([]importable, len(found))
	for i, one := range found {
		listed[i] = one.importable
	}
	// If several candidates share a name, which one is imported depends on all of them, even the ones on other pages. A
	// search finds all or none of them, because it searches text derived from the shared name.
	names := make([]string, len(listed))
	for i, one := range listed {
		names[i] = *one.MatchName
	}
	var namesakes []importable
	err = l.rows(tx).Where("e.match_name = ANY (?::text[])", pg.List(id.Unique(names))).Scan(ctx, &namesakes)
	if err != nil {
		return nil, nil, err
	}
	world, err := completeImportWorld(ctx, tx, l.account, l.integrations, namesakes)
	if err != nil {
		return nil, nil, err
	}
	candidates, err = preview(world, listed)
	return candidates, found[0].Total, err
}

// preview plans the import of everything in world and returns the outcomes of the listed ones.
func preview(world importWorld, listed []importable) ([]*Candidate, error) {
	all := make([]uuid.UUID, 0, len(world.externalOrgs))
	for externalOrgID := range world.externalOrgs {
		all = append(all, externalOrgID)
	}
	plan, problems := planImport(world, all)
	if len(problems) > 0 {
		return nil, problems
	}
	decided := make(map[uuid.UUID]decision, len(all))
	for _, one := range plan.decisions {
		decided[one.externalOrg.ID] = one
	}
	candidates := make([]*Candidate, len(listed))
	for i, one := range listed {
		outcome := decided[one.ID]
		candidates[i] = &Candidate{ExternalOrgID: one.ID, Outcome: outcome.outcome, folded: one.Folded}
		if outcome.existing != uuid.Nil {
			candidates[i].OrganizationID = &outcome.existing
		}
	}
	return candidates, nil
}

// page selects the external organizations in the window.
func (l candidateList) page(tx pg.ReadTx, window page.Window) *bun.SelectQuery {
	hits := bun.NewWithQuery("hits", l.rows(tx))
	query := tx.NewSelect().TableExpr("hits").Column("*")
	if l.search != "" {
		// Collect the matches first and sort them afterwards: scanning the names in order until a page is full reads
		// nearly all of them if matches are rare or come late. Counting them here costs nothing extra.
		hits = hits.Materialized()
		query = query.ColumnExpr("(SELECT count(*) FROM hits) AS total")
	}
	return pg.Page(query.WithQuery(hits), window)
}

// rows selects all candidates of the list.
func (l candidateList) rows(tx pg.ReadTx) *bun.SelectQuery {
	query := tx.NewSelect().TableExpr("external_orgs AS e").
		ColumnExpr("e.id, e.integration_id, e.remote_id, e.name, e.match_name, e.folded").
		// Usually there is only one integration: then IN is an equality, and the index on it gives the name order.
		Where("e.account_id = ?", l.account).Where("e.integration_id IN (?)", bun.List(l.integrations)).
		Where("e.removed_at IS NULL").Where("e.match_name IS NOT NULL").
		Where("NOT EXISTS (SELECT FROM mappings m WHERE m.account_id = e.account_id AND m.external_org_id = e.id)")
	for _, pattern := range name.Patterns(l.search) {
		query = query.Where("e.folded LIKE ?", pattern)
	}
	return query
}
