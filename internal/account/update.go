package account

import (
	"context"
	"time"
	_ "time/tzdata" // time zones where the system has none

	"github.com/google/uuid"

	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/journal"
	"github.com/orgmap/orgmap/internal/name"
	"github.com/orgmap/orgmap/internal/pg"
)

// Update changes settings of the account; nil fields stay unchanged.
type Update struct {
	Name     *string
	TimeZone *string
}

// normalize brings the update into its stored form, and returns all problems with it.
func (u *Update) normalize() apperr.UserErrors {
	var problems apperr.Problems
	if u.Name != nil {
		normal, err := name.Normalize(*u.Name)
		if err != nil {
			problems.Add(apperr.Invalid, apperr.InputPath("name"), "%s", err.Error())
		}
		u.Name = &normal
	}
	if u.TimeZone != nil && !isTimeZone(*u.TimeZone) {
		problems.Add(apperr.Invalid, apperr.InputPath("timeZone"), "%s is not a time zone. Example: America/New_York.", name.Quote(*u.TimeZone))
	}
	return problems.Errors()
}

// isTimeZone reports whether a text is an IANA name that means the same everywhere. Local means the server's own.
func isTimeZone(text string) bool {
	_, err := time.LoadLocation(text)
	return err == nil && text != "" && text != "Local"
}

// apply returns the account with the update applied, and what that changes.
func (u *Update) apply(account Account) (after Account, edits []journal.FieldEdit) {
	change := func(field journal.Field, to *string, value *string) {
		if value == nil || *value == *to {
			return
		}
		before := *to
		*to = *value
		edits = append(edits, journal.FieldEdit{Subject: journal.Ref{Name: "Account"}, Field: field, Before: &before, After: value})
	}
	change(journal.FieldName, &account.Name, u.Name)
	change("timeZone", &account.TimeZone, u.TimeZone)
	return account, edits
}

// Update changes settings of the caller's account. If nothing changes, nothing is added to the journal. User errors: INVALID,
// and NAME_TAKEN, without saying by whom.
func (s *Service) Update(ctx context.Context, update Update) (*Account, error) {
	actor, err := auth.Require(ctx, auth.Admin)
	if err != nil {
		return nil, err
	}
	if problems := update.normalize(); len(problems) > 0 {
		return nil, problems
	}
	var updated *Account
	err = s.db.Write(ctx, actor.AccountID, func(ctx context.Context, tx pg.Tx) error {
		if _, err := Lock(ctx, tx, actor.AccountID); err != nil {
			return err
		}
		var before Account
		if err := tx.NewSelect().Model(&before).Where("id = ?", actor.AccountID).Scan(ctx); err != nil {
			return err
		}
		after, edits := update.apply(before)
		updated = &after
		if len(edits) == 0 {
			return nil
		}
		if _, err := tx.NewUpdate().Model(updated).Column("name", "time_zone").WherePK().Exec(ctx); err != nil {
			return err
		}
		change := journal.Made(actor, journal.Settings, "account.updated")
		change.SubjectIDs, change.Edits.Fields = []uuid.UUID{}, edits
		return s.journal.Append(ctx, tx, change)
	})
	if pg.Violates(err, "accounts_name_key") {
		return nil, apperr.User(apperr.NameTaken, "This name is not available. Choose another one.", apperr.InputPath("name")...)
	}
	if err != nil {
		return nil, err
	}
	return updated, nil
}
