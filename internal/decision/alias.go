package decision

import (
	"context"
	"strings"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/journal"
	"github.com/orgmap/orgmap/internal/page"
	"github.com/orgmap/orgmap/internal/pg"
)

// Aliases returns a page of the account's aliases, newest first. If organization is not nil, it returns only those of
// the organization.
func (s *Service) Aliases(ctx context.Context, arguments page.Arguments, organization *uuid.UUID) (*page.Connection[*Alias], error) {
	actor, err := auth.Require(ctx, auth.Viewer)
	if err != nil {
		return nil, err
	}
	window, err := arguments.Window(newestFirst("l"))
	if err != nil {
		return nil, err
	}
	all := func(query *bun.SelectQuery) *bun.SelectQuery {
		query = query.Where("l.account_id = ?", actor.AccountID).Where("NOT l.revoked")
		if organization != nil {
			query = query.Where("l.organization_id = ?", *organization)
		}
		return query
	}
	var found []*Alias
	err = s.db.Read(ctx, actor.AccountID, func(ctx context.Context, tx pg.ReadTx) error {
		return pg.Page(all(tx.NewSelect().Model(&found)), window).Scan(ctx)
	})
	if err != nil {
		return nil, err
	}
	total := func(ctx context.Context) (count int, err error) {
		err = s.db.Read(ctx, actor.AccountID, func(ctx context.Context, tx pg.ReadTx) error {
			counted, err := all(tx.NewSelect().Model((*Alias)(nil))).Count(ctx)
			count = int(counted)
			return err
		})
		return count, err
	}
	return page.New(window, found, func(l *Alias) page.Cursor { return cursorOf(l.CreatedAt, l.ID) }, total), nil
}

// AliasesOf returns the aliases of organizations, in one statement, each list by name.
func (s *Service) AliasesOf(ctx context.Context, organizations []uuid.UUID) (map[uuid.UUID][]*Alias, error) {
	rows, err := s.aliases(ctx, "organization_id = ANY (?::uuid[])", organizations)
	found := make(map[uuid.UUID][]*Alias, len(organizations))
	for _, one := range rows {
		found[one.OrganizationID] = append(found[one.OrganizationID], one)
	}
	return found, err
}

// AliasesByIDs returns the aliases with these IDs that belong to the account.
func (s *Service) AliasesByIDs(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]*Alias, error) {
	rows, err := s.aliases(ctx, "id = ANY (?::uuid[])", ids)
	found := make(map[uuid.UUID]*Alias, len(rows))
	for _, one := range rows {
		found[one.ID] = one
	}
	return found, err
}

func (s *Service) aliases(ctx context.Context, condition string, ids []uuid.UUID) (rows []*Alias, err error) {
	actor, err := auth.Require(ctx, auth.Viewer)
	if err != nil {
		return nil, err
	}
	err = s.db.Read(ctx, actor.AccountID, func(ctx context.Context, tx pg.ReadTx) error {
		return tx.NewSelect().Model(&rows).Where("account_id = ?", actor.AccountID).Where("NOT revoked").Where(condition, pg.List(ids)).
			Order("name", "id").Scan(ctx)
	})
	return rows, err
}

// RevokeAlias makes matching ignore an alias, and returns it. The mapping that it was learned from stays. User error:
// NOT_FOUND.
func (s *Service) RevokeAlias(ctx context.Context, alias uuid.UUID) (*Alias, error) {
	return s.changeAlias(ctx, alias, "REVOKED", "revoked = true")
}

// PinAlias keeps an alias when its mapping is cleared, and returns it. User error: NOT_FOUND.
func (s *Service) PinAlias(ctx context.Context, alias uuid.UUID) (*Alias, error) {
	return s.changeAlias(ctx, alias, "PINNED", "pinned = true, mapping_id = NULL")
}

func (s *Service) changeAlias(ctx context.Context, alias uuid.UUID, done, assignments string) (*Alias, error) {
	actor, err := auth.Require(ctx, auth.Editor)
	if err != nil {
		return nil, err
	}
	var changed *Alias
	err = s.write(ctx, actor, func(ctx context.Context, tx pg.Tx) (*journal.Change, error) {
		var found []*Alias
		err := tx.NewRaw("UPDATE aliases SET "+assignments+" WHERE account_id = ? AND id = ? AND NOT revoked RETURNING *", actor.AccountID, alias).Scan(ctx, &found)
		if err != nil {
			return nil, err
		}
		if changed = firstOf(found); changed == nil {
			return nil, apperr.User(apperr.NotFound, "This alias does not exist. It may have been revoked already.", apperr.InputPath("aliasId")...)
		}
		var organization string
		err = tx.NewRaw("SELECT name FROM organizations WHERE account_id = ? AND id = ?", actor.AccountID, changed.OrganizationID).Scan(ctx, &organization)
		if err != nil {
			return nil, err
		}
		edit := journal.DecisionEdit{
			Kind: journal.DecisionAlias, ExternalOrg: journal.Ref{Name: changed.Name},
			Organization: &journal.Ref{ID: changed.OrganizationID, Name: organization}, After: &journal.Decision{Reason: done},
		}
		if changed.ExternalOrgID != nil {
			edit.ExternalOrg.ID = *changed.ExternalOrgID
		}
		change := &journal.Change{
			Action: "alias." + strings.ToLower(done), OrganizationIDs: []uuid.UUID{changed.OrganizationID},
			After: map[string]any{"organizationId": changed.OrganizationID, "name": changed.Name},
			Edits: journal.Edits{Decisions: []journal.DecisionEdit{edit}},
		}
		if changed.ExternalOrgID != nil {
			change.ExternalOrgIDs = []uuid.UUID{*changed.ExternalOrgID}
		}
		return change, nil
	})
	return changed, err
}
