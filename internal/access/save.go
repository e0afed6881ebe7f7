package access

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/journal"
	names "github.com/orgmap/orgmap/internal/name"
	"github.com/orgmap/orgmap/internal/pg"
)

// maximumAdded is the maximum number of people of an account who were added and have not signed in.
const maximumAdded = 1_000

// Saving adds a person or changes one. What is not given stays as it is.
type Saving struct {
	PersonID *uuid.UUID // nil: add
	Name     *string
	Email    Optional[string]
	Role     Optional[auth.Role]
}

// Optional is a value that may be given, also as nil.
type Optional[T any] struct {
	Given bool
	Value *T
}

// normalize brings the input into its stored form, and returns all problems with it.
func (s *Saving) normalize() apperr.UserErrors {
	var problems apperr.Problems
	switch {
	case s.Name != nil:
		normal, err := names.Normalize(*s.Name)
		if err != nil {
			problems.Add(apperr.Invalid, apperr.InputPath("name"), "%s", err.Error())
		}
		s.Name = &normal
	case s.PersonID == nil:
		problems.Add(apperr.Invalid, apperr.InputPath("name"), "Enter the person's name.")
	}
	if s.Email.Value != nil {
		normal, err := names.NormalizeEmail(*s.Email.Value)
		if err != nil {
			problems.Add(apperr.Invalid, apperr.InputPath("email"), "%s", err.Error())
		}
		s.Email.Value = &normal
	}
	return problems.Errors()
}

// apply returns the person with the changes applied, or all problems. Once a person has signed in, the name and the email
// address are the identity provider's.
func (s *Saving) apply(person Person) (Person, apperr.UserErrors) {
	var problems apperr.Problems
	signedIn := person.ClaimedAt != nil
	if s.Name != nil && *s.Name != person.Name {
		if signedIn {
			problems.Add(apperr.Invalid, apperr.InputPath("name"), "This name comes from your identity provider. Change it there.")
		}
		person.Name, person.Folded = *s.Name, names.Fold(*s.Name)
	}
	if s.Email.Given && !equal(s.Email.Value, person.Address) {
		if signedIn {
			problems.Add(apperr.Invalid, apperr.InputPath("email"), "This email address comes from your identity provider. Change it there.")
		}
		person.Address = s.Email.Value
	}
	if s.Role.Given {
		person.GivenRole = nil
		if s.Role.Value != nil {
			text := s.Role.Value.String()
			person.GivenRole = &text
		}
	}
	return person, problems.Errors()
}

func equal(left, right *string) bool {
	return left == nil && right == nil || left != nil && right != nil && *left == *right
}

// errLastAdmin refuses what would leave an account without an admin.
func errLastAdmin(field string) error {
	return apperr.User(apperr.Invalid, "This is the last admin. Make somebody else an admin first; it counts once they have signed in.", apperr.InputPath(field)...)
}

// Save adds a person, or changes one. User errors: NOT_FOUND, INVALID, NAME_TAKEN if somebody else has the email address,
// and QUOTA_EXCEEDED.
func (s *Service) Save(ctx context.Context, saving Saving) (*Person, error) {
	actor, err := auth.Require(ctx, auth.Admin)
	if err != nil {
		return nil, err
	}
	if problems := saving.normalize(); len(problems) > 0 {
		return nil, problems
	}
	var saved *Person
	err = s.write(ctx, actor, journal.People, func(ctx context.Context, tx pg.Tx) (*journal.Change, error) {
		before, action := (*Person)(nil), "person.added"
		subject := Person{AccountID: actor.AccountID, ID: id.New()}
		if saving.PersonID != nil {
			if before, err = lock(ctx, tx, actor.AccountID, *saving.PersonID); err != nil {
				return nil, err
			}
			subject, action = *before, "person.updated"
		}
		after, problems := saving.apply(subject)
		if len(problems) > 0 {
			return nil, problems
		}
		saved = &after
		edits := editsOf(before, saved)
		if len(edits) == 0 {
			return nil, nil
		}
		if err := s.check(ctx, tx, before, saved); err != nil {
			return nil, err
		}
		change := &journal.Change{Action: action, SubjectIDs: []uuid.UUID{saved.ID}, Edits: journal.Edits{Fields: edits}}
		if before == nil {
			summary := "added a person"
			change.Summary = &summary
			_, err = tx.NewInsert().Model(saved).Column("account_id", "id", "name", "folded", "email", "assigned_role").Exec(ctx)
		} else {
			_, err = tx.NewUpdate().Model(saved).Column("name", "folded", "email", "assigned_role").WherePK().Exec(ctx)
		}
		return change, err
	})
	if pg.Violates(err, "people_last_admin") {
		err = errLastAdmin("role")
	}
	if err != nil {
		return nil, err
	}
	return saved, nil
}

// check refuses to take the role from the last admin, an email address that somebody has, and too many people.
func (s *Service) check(ctx context.Context, tx pg.Tx, before, after *Person) error {
	if before != nil && before.isAdmin() && !after.isAdmin() {
		present, err := admins(ctx, tx, after.AccountID)
		if err != nil {
			return err
		}
		if leavesNoAdmin(present, after.ID) {
			return errLastAdmin("role")
		}
	}
	if after.Address != nil && (before == nil || !equal(before.Address, after.Address)) {
		taken, err := tx.NewSelect().Model((*Person)(nil)).Where("p.account_id = ?", after.AccountID).Where(here).
			Where("p.email = ?", *after.Address).Where("p.id <> ?", after.ID).Exists(ctx)
		if err != nil {
			return err
		}
		if taken {
			return apperr.User(apperr.NameTaken, fmt.Sprintf("Somebody else has the email address %s.", *after.Address), apperr.InputPath("email")...)
		}
	}
	if before == nil {
		added, err := tx.NewSelect().Model((*Person)(nil)).Where("p.account_id = ?", after.AccountID).Where(here).Where("p.issuer IS NULL").Count(ctx)
		if err != nil {
			return err
		}
		if added >= maximumAdded {
			return apperr.User(apperr.QuotaExceeded, fmt.Sprintf("At most %d people who have not signed in can be added.", maximumAdded), "input")
		}
	}
	return nil
}

// Block ends all access of a person at once, or lets them sign in again. Doing it again changes nothing. User errors:
// NOT_FOUND, and INVALID for the last admin.
func (s *Service) Block(ctx context.Context, person uuid.UUID, blocked bool) (*Person, error) {
	actor, err := auth.Require(ctx, auth.Admin)
	if err != nil {
		return nil, err
	}
	var found *Person
	err = s.write(ctx, actor, journal.People, func(ctx context.Context, tx pg.Tx) (*journal.Change, error) {
		if found, err = lock(ctx, tx, actor.AccountID, person); err != nil || found.Blocked() == blocked {
			return nil, err
		}
		if blocked && found.isAdmin() {
			present, err := admins(ctx, tx, actor.AccountID)
			if err != nil {
				return nil, err
			}
			if leavesNoAdmin(present, person) {
				return nil, errLastAdmin("personId")
			}
		}
		var changed bool
		if err := tx.NewRaw("SELECT block_person(?, ?)", person, blocked).Scan(ctx, &changed); err != nil {
			return nil, err
		}
		if !changed {
			return nil, errNoLongerAdmin
		}
		if found, err = lock(ctx, tx, actor.AccountID, person); err != nil {
			return nil, err
		}
		was, is, action := fmt.Sprint(!blocked), fmt.Sprint(blocked), "person.unblocked"
		if blocked {
			action = "person.blocked"
		}
		edit := journal.FieldEdit{Subject: found.ref(), Of: id.Person, Field: journal.FieldBlocked, Before: &was, After: &is}
		return &journal.Change{Action: action, SubjectIDs: []uuid.UUID{person}, Edits: journal.Edits{Fields: []journal.FieldEdit{edit}}}, nil
	})
	if pg.Violates(err, "people_last_admin") {
		err = errLastAdmin("personId")
	}
	if err != nil {
		return nil, err
	}
	return found, nil
}

// errNoLongerAdmin refuses a caller who was an admin when the request began, but is none any more.
var errNoLongerAdmin = apperr.New(apperr.Forbidden, "This requires the role ADMIN, which you no longer have.")
