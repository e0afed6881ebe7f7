package decision

import (
	"context"
	"time"

	"github.com/google/uuid"

	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/journal"
	"github.com/orgmap/orgmap/internal/name"
	"github.com/orgmap/orgmap/internal/page"
	"github.com/orgmap/orgmap/internal/pg"
)

// Reject records that an external organization is not an organization, so that it is no longer suggested. Rejecting a
// pair again changes nothing. User errors: NOT_FOUND, and ALREADY_MAPPED if the pair is mapped.
func (s *Service) Reject(ctx context.Context, externalOrg, organization uuid.UUID) (*Rejection, error) {
	actor, err := auth.Require(ctx, auth.Editor)
	if err != nil {
		return nil, err
	}
	var rejected *Rejection
	err = s.write(ctx, actor, func(ctx context.Context, tx pg.Tx) (*journal.Change, error) {
		var pair struct {
			External, Organization *string
			Mapped                 bool
		}
		err := tx.NewRaw(`
			SELECT (SELECT name FROM external_orgs WHERE account_id = ?0 AND id = ?1) AS external,
				(SELECT name FROM organizations WHERE account_id = ?0 AND id = ?2) AS organization,
				EXISTS (SELECT FROM mappings WHERE account_id = ?0 AND external_org_id = ?1 AND organization_id = ?2) AS mapped`,
			actor.AccountID, externalOrg, organization).Scan(ctx, &pair)
		switch {
		case err != nil:
			return nil, err
		case pair.External == nil:
			return nil, apperr.User(apperr.NotFound, "This external organization does not exist.", apperr.InputPath("externalOrgId")...)
		case pair.Organization == nil:
			return nil, apperr.User(apperr.NotFound, "This organization does not exist.", apperr.InputPath("organizationId")...)
		case pair.Mapped:
			return nil, apperr.User(apperr.AlreadyMapped, name.Quote(*pair.External)+" is mapped to "+name.Quote(*pair.Organization)+". Clear the mapping instead.", apperr.InputPath("externalOrgId")...)
		}
		var before []*Rejection
		err = tx.NewSelect().Model(&before).Where("account_id = ?", actor.AccountID).
			Where("external_org_id = ?", externalOrg).Where("organization_id = ?", organization).Scan(ctx)
		if err != nil || len(before) > 0 {
			rejected = firstOf(before)
			return nil, err
		}
		made := actor.Author()
		rejected = &Rejection{
			AccountID: actor.AccountID, ID: id.New(), ExternalOrgID: externalOrg, OrganizationID: organization,
			ExternalName: *pair.External, OrganizationName: *pair.Organization,
			ActorKind: made.Kind, ActorID: made.ID, ActorName: made.Name,
		}
		if _, err := tx.NewInsert().Model(rejected).ExcludeColumn("created_at").Returning("created_at").Exec(ctx); err != nil {
			return nil, err
		}
		return &journal.Change{
			Action: "suggestion.rejected", ExternalOrgIDs: []uuid.UUID{externalOrg}, OrganizationIDs: []uuid.UUID{organization}, After: pairOf(rejected),
			Edits: journal.Edits{Decisions: rejected.edit(nil, rejected.record())},
		}, forget(ctx, tx, actor.AccountID, []uuid.UUID{externalOrg})
	})
	return rejected, err
}

// RevokeRejection deletes a rejection and returns it. User error: NOT_FOUND.
func (s *Service) RevokeRejection(ctx context.Context, rejection uuid.UUID) (*Rejection, error) {
	actor, err := auth.Require(ctx, auth.Editor)
	if err != nil {
		return nil, err
	}
	var revoked *Rejection
	err = s.write(ctx, actor, func(ctx context.Context, tx pg.Tx) (*journal.Change, error) {
		var found []*Rejection
		err := tx.NewRaw("DELETE FROM rejections WHERE account_id = ? AND id = ? RETURNING *", actor.AccountID, rejection).Scan(ctx, &found)
		if err != nil {
			return nil, err
		}
		if revoked = firstOf(found); revoked == nil {
			return nil, apperr.User(apperr.NotFound, "This rejection does not exist. It may have been revoked already.", apperr.InputPath("rejectionId")...)
		}
		return &journal.Change{
			Action: "rejection.revoked", ExternalOrgIDs: []uuid.UUID{revoked.ExternalOrgID}, OrganizationIDs: []uuid.UUID{revoked.OrganizationID}, Before: pairOf(revoked),
			Edits: journal.Edits{Decisions: revoked.edit(revoked.record(), nil)},
		}, nil
	})
	return revoked, err
}

// pairOf is what the journal stores of a rejection.
func pairOf(rejection *Rejection) map[string]any {
	return map[string]any{
		"externalOrgId": rejection.ExternalOrgID, "externalName": rejection.ExternalName,
		"organizationId": rejection.OrganizationID, "organizationName": rejection.OrganizationName,
	}
}

func firstOf[T any](list []*T) *T {
	if len(list) == 0 {
		return nil
	}
	return list[0]
}

// newestFirst returns the order of a list of decisions.
func newestFirst(alias string) page.Order {
	return page.Order{Values: []page.Value{page.Time(alias + ".created_at"), page.ID(alias + ".id")}, Descending: true}
}

func cursorOf(at time.Time, decision uuid.UUID) page.Cursor {
	return page.Cursor{at.UTC().Format(time.RFC3339Nano), decision.String()}
}

// Rejections returns a page of the account's rejections, newest first.
func (s *Service) Rejections(ctx context.Context, arguments page.Arguments) (*page.Connection[*Rejection], error) {
	actor, err := auth.Require(ctx, auth.Viewer)
	if err != nil {
		return nil, err
	}
	window, err := arguments.Window(newestFirst("r"))
	if err != nil {
		return nil, err
	}
	var found []*Rejection
	err = s.db.Read(ctx, actor.AccountID, func(ctx context.Context, tx pg.ReadTx) error {
		return pg.Page(tx.NewSelect().Model(&found).Where("r.account_id = ?", actor.AccountID), window).Scan(ctx)
	})
	if err != nil {
		return nil, err
	}
	total := func(ctx context.Context) (count int, err error) {
		err = s.db.Read(ctx, actor.AccountID, func(ctx context.Context, tx pg.ReadTx) error {
			counted, err := tx.NewSelect().Model((*Rejection)(nil)).Where("r.account_id = ?", actor.AccountID).Count(ctx)
			count = int(counted)
			return err
		})
		return count, err
	}
	return page.New(window, found, func(r *Rejection) page.Cursor { return cursorOf(r.CreatedAt, r.ID) }, total), nil
}

// RejectionsByIDs returns the rejections with these IDs that belong to the account.
func (s *Service) RejectionsByIDs(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]*Rejection, error) {
	actor, err := auth.Require(ctx, auth.Viewer)
	if err != nil {
		return nil, err
	}
	var rows []*Rejection
	err = s.db.Read(ctx, actor.AccountID, func(ctx context.Context, tx pg.ReadTx) error {
		return tx.NewSelect().Model(&rows).Where("account_id = ?", actor.AccountID).Where("id = ANY (?::uuid[])", pg.List(ids)).Scan(ctx)
	})
	found := make(map[uuid.UUID]*Rejection, len(rows))
	for _, one := range rows {
		found[one.ID] = one
	}
	return found, err
}
