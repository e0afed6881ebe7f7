package group

import (
	"context"

	"github.com/google/uuid"

	"github.com/orgmap/orgmap/internal/account"
	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/journal"
	"github.com/orgmap/orgmap/internal/name"
	"github.com/orgmap/orgmap/internal/pg"
)

// Members says which organizations join a group and which leave it.
type Members struct {
	GroupID     uuid.UUID
	Add, Remove []uuid.UUID
}

// candidate is an organization that may join or leave.
type candidate struct {
	name   string
	member bool
}

// membership is an organization that joins or leaves.
type membership struct {
	organization uuid.UUID
	member       bool
}

// planMembers returns which organizations join and which leave, or all problems. Adding an organization that is in the
// group changes nothing, nor does removing one that is not.
func planMembers(group *Group, found map[uuid.UUID]candidate, members Members) (changed []membership, problems apperr.UserErrors) {
	var wrong apperr.Problems
	if group.Archived && len(members.Add) > 0 {
		wrong.Add(apperr.Invalid, apperr.InputPath("groupId"), "The group %s is archived. Restore it before you add organizations.", name.Quote(group.Name))
	}
	seen := map[uuid.UUID]bool{}
	for _, side := range []struct {
		field         string
		organizations []uuid.UUID
		member        bool
	}{{"addOrganizationIds", members.Add, true}, {"removeOrganizationIds", members.Remove, false}} {
		for i, one := range side.organizations {
			present, exists := found[one]
			added, again := seen[one]
			switch {
			case !exists:
				wrong.Add(apperr.NotFound, apperr.InputPath(side.field, i), "This organization does not exist.")
			case again && added != side.member:
				wrong.Add(apperr.Invalid, apperr.InputPath(side.field, i), "%s cannot be added and removed at once.", name.Quote(present.name))
			case !again:
				seen[one] = side.member
				if present.member != side.member {
					changed = append(changed, membership{one, side.member})
				}
			}
		}
	}
	return changed, wrong.Errors()
}

// edits returns what the memberships do.
func edits(group *Group, found map[uuid.UUID]candidate, changed []membership) []journal.FieldEdit {
	made := make([]journal.FieldEdit, len(changed))
	for i, one := range changed {
		made[i] = journal.FieldEdit{Subject: journal.Ref{ID: one.organization, Name: found[one.organization].name}, Of: id.Organization, Field: journal.FieldGroups}
		if one.member {
			made[i].After, made[i].AfterID = &group.Name, group.ID
		} else {
			made[i].Before, made[i].BeforeID = &group.Name, group.ID
		}
	}
	return made
}

const (
	selectCandidates = `SELECT o.id, o.name, coalesce(m.member, false) FROM unnest($3::uuid[]) AS w (id)
		JOIN organizations AS o ON o.account_id = $1 AND o.id = w.id
		LEFT JOIN organization_group_members AS m ON m.account_id = $1 AND m.group_id = $2 AND m.organization_id = w.id`
	writeMembers = `INSERT INTO organization_group_members (account_id, group_id, organization_id, member)
		SELECT $1, $2, w.id, w.member FROM unnest($3::uuid[], $4::text[]::boolean[]) AS w (id, member)
		ON CONFLICT (account_id, group_id, organization_id) DO UPDATE SET member = excluded.member`
)

// SetMembers adds organizations to a group and removes others, all or none, and returns the group and the organizations
// whose groups changed. User errors: NOT_FOUND and INVALID.
func (s *Service) SetMembers(ctx context.Context, members Members) (group *Group, touched []uuid.UUID, err error) {
	actor, err := auth.Require(ctx, auth.Editor)
	if err != nil {
		return nil, nil, err
	}
	if count := len(members.Add) + len(members.Remove); count > MaximumMembers {
		return nil, nil, apperr.New(apperr.BadUserInput, "At most %d organizations can be added and removed at once, not %d.", MaximumMembers, count)
	}
	err = s.db.Write(ctx, actor.AccountID, func(ctx context.Context, tx pg.Tx) error {
		touched = nil
		if _, err := account.Lock(ctx, tx, actor.AccountID); err != nil {
			return err
		}
		if group, err = lock(ctx, tx, actor.AccountID, members.GroupID); err != nil {
			return err
		}
		found := make(map[uuid.UUID]candidate, len(members.Add)+len(members.Remove))
		err := tx.Send(ctx, pg.Statement{
			SQL:       selectCandidates,
			Arguments: []pg.Argument{pg.UUID(actor.AccountID), pg.UUID(group.ID), pg.UUIDs(append(members.Add[:len(members.Add):len(members.Add)], members.Remove...))},
			Take:      func(row pg.Row) { found[row.UUID(0)] = candidate{row.Text(1), row.Boolean(2)} },
		})
		if err != nil {
			return err
		}
		changed, problems := planMembers(group, found, members)
		if len(problems) > 0 {
			return problems
		}
		if len(changed) == 0 {
			return nil
		}
		states := make([]string, len(changed))
		for i, one := range changed {
			touched = append(touched, one.organization)
			states[i] = "false"
			if one.member {
				states[i] = "true"
			}
		}
		written := pg.Statement{SQL: writeMembers, Arguments: []pg.Argument{pg.UUID(actor.AccountID), pg.UUID(group.ID), pg.UUIDs(touched), pg.Texts(states)}}
		if err := tx.Send(ctx, written); err != nil {
			return err
		}
		change := journal.Made(actor, journal.Groups, "group.members_changed")
		change.SubjectIDs, change.OrganizationIDs, change.Edits.Fields = []uuid.UUID{group.ID}, touched, edits(group, found, changed)
		return s.journal.Append(ctx, tx, change)
	})
	if err != nil {
		return nil, nil, err
	}
	return group, touched, nil
}
