package group

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/google/uuid"

	"github.com/orgmap/orgmap/internal/account"
	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/journal"
	"github.com/orgmap/orgmap/internal/pg"
)

// Save creates a group, or renames, recolors, archives or restores one. If nothing changes, nothing is added to the
// journal. User errors: NOT_FOUND, INVALID, NAME_TAKEN.
func (s *Service) Save(ctx context.Context, saving Saving) (*Group, error) {
	actor, err := auth.Require(ctx, auth.Editor)
	if err != nil {
		return nil, err
	}
	if problems := saving.normalize(); len(problems) > 0 {
		return nil, problems
	}
	var saved *Group
	err = s.db.Write(ctx, actor.AccountID, func(ctx context.Context, tx pg.Tx) error {
		if _, err := account.Lock(ctx, tx, actor.AccountID); err != nil {
			return err
		}
		change := journal.Made(actor, journal.Groups, "group.updated")
		if saving.GroupID == nil {
			change.Action = "group.created"
			if saved, err = create(ctx, tx, actor.AccountID, saving); err != nil {
				return err
			}
			change.Edits.Fields = editsOf(nil, saved)
		} else {
			before, err := lock(ctx, tx, actor.AccountID, *saving.GroupID)
			if err != nil {
				return err
			}
			after := saving.apply(*before)
			saved = &after
			if *before == after {
				return nil
			}
			if _, err := tx.NewUpdate().Model(saved).Column("name", "folded", "color", "archived").WherePK().Exec(ctx); err != nil {
				return err
			}
			change.Edits.Fields = editsOf(before, saved)
		}
		change.SubjectIDs = []uuid.UUID{saved.ID}
		return s.journal.Append(ctx, tx, change)
	})
	if pg.Violates(err, "organization_groups_name_key") {
		return nil, apperr.User(apperr.NameTaken, fmt.Sprintf("A group named %q already exists. It may be archived.", *saving.Name), apperr.InputPath("name")...)
	}
	if err != nil {
		return nil, err
	}
	return saved, nil
}

func create(ctx context.Context, tx pg.Tx, accountID uuid.UUID, saving Saving) (*Group, error) {
	count, err := tx.NewSelect().Model((*Group)(nil)).Where("account_id = ?", accountID).Where("NOT removed").Count(ctx)
	if err != nil {
		return nil, err
	}
	if count >= maximumGroups {
		return nil, apperr.User(apperr.QuotaExceeded, fmt.Sprintf("An account can have at most %d groups, including archived ones. Rename one that you no longer need.", maximumGroups), "input")
	}
	created := saving.apply(Group{AccountID: accountID, ID: id.New(), Color: defaultColor})
	_, err = tx.NewInsert().Model(&created).ExcludeColumn("created_at").Returning("created_at").Exec(ctx)
	return &created, err
}

// lock reads a group and locks its row until the transaction ends.
func lock(ctx context.Context, tx pg.Tx, accountID, group uuid.UUID) (*Group, error) {
	found := new(Group)
	err := tx.NewSelect().Model(found).Where("account_id = ?", accountID).Where("id = ?", group).Where("NOT removed").For("NO KEY UPDATE").Scan(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, apperr.User(apperr.NotFound, "This group does not exist.", apperr.InputPath("groupId")...)
	}
	return found, err
}
