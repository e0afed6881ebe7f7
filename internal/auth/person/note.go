package person

import (
	"context"
	"database/sql"
	"errors"

	"github.com/google/uuid"

	"github.com/orgmap/orgmap/internal/account"
	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/journal"
	"github.com/orgmap/orgmap/internal/name"
	"github.com/orgmap/orgmap/internal/pg"
)

const (
	// become makes someone who was added the person that signs in now.
	become = `UPDATE people SET issuer = ?2, subject = ?3, role = ?4, claimed_at = ?5, name = ?6, folded = ?7 WHERE account_id = ?0 AND id = ?1`
	// record saves claims if they supersede what is stored by now. Two concurrent requests that see a person for the first
	// time insert one row.
	record = `
		INSERT INTO people AS known (account_id, id, issuer, subject, name, folded, email, role, claimed_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (account_id, issuer, subject) DO UPDATE SET name = excluded.name, folded = excluded.folded,
			email = coalesce(excluded.email, known.email), role = excluded.role, claimed_at = excluded.claimed_at
		WHERE (excluded.claimed_at, -role_rank(excluded.role)) > (known.claimed_at, -role_rank(known.role))
			OR (excluded.claimed_at, excluded.role) = (known.claimed_at, known.role) AND excluded.name < known.name COLLATE "C"`
	// These make someone who was added the person who had signed in before: what they were assigned to is that person's.
	takeEngineer = "UPDATE organization_details SET engineer_id = ?2 WHERE account_id = ?0 AND engineer_id = ?1"
	takeVCIO     = "UPDATE organization_details SET vcio_id = ?2 WHERE account_id = ?0 AND vcio_id = ?1"
	// An admin keeps the role: it may be the last one.
	takeRole = `UPDATE people AS p SET assigned_role = coalesce(p.assigned_role, (SELECT a.assigned_role FROM people AS a WHERE a.account_id = ?0 AND a.id = ?1))
		WHERE p.account_id = ?0 AND p.id = ?2 AND NOT is_admin(p)`
	endAdded = "UPDATE people SET merged_into = ?2, assigned_role = NULL WHERE account_id = ?0 AND id = ?1"
)

// note saves the issuer's claims if they supersede what is stored by now, and records in the journal what that changes for
// others: a new person, another name, email address or role. Someone who was added with the verified email address becomes
// the person.
func (s *Store) note(ctx context.Context, identity auth.Identity) (*Person, error) {
	err := s.db.Write(ctx, identity.AccountID, func(ctx context.Context, tx pg.Tx) error {
		if _, err := account.Lock(ctx, tx, identity.AccountID); err != nil {
			return err
		}
		before, err := subject(ctx, tx.ReadTx, identity)
		if err != nil {
			return err
		}
		added, err := addedAs(ctx, tx, identity)
		if err != nil {
			return err
		}
		if added != nil && before == nil {
			if _, err := tx.Exec(ctx, become, identity.AccountID, added.ID, identity.Issuer, identity.Subject, identity.Role.String(), identity.IssuedAt,
				displayName(identity), name.Fold(displayName(identity))); err != nil {
				return err
			}
			before = added
		}
		if _, err := tx.Exec(ctx, record, identity.AccountID, id.New(), identity.Issuer, identity.Subject,
			displayName(identity), name.Fold(displayName(identity)), email(identity), identity.Role.String(), identity.IssuedAt); err != nil {
			return err
		}
		if added != nil && added.ID != before.ID {
			for _, statement := range []string{takeEngineer, takeVCIO, takeRole, endAdded} {
				if _, err := tx.Exec(ctx, statement, identity.AccountID, added.ID, before.ID); err != nil {
					return err
				}
			}
		}
		after, err := subject(ctx, tx.ReadTx, identity)
		if err != nil || after == nil {
			return err
		}
		return s.tell(ctx, tx, before, added, after)
	})
	if pg.Violates(err, "people_account_fkey") {
		return nil, errNoAccount
	}
	if err != nil {
		return nil, err
	}
	if err := s.settle(ctx, identity); err != nil {
		return nil, err
	}
	return s.find(ctx, identity)
}

// tell records in the journal what a sign-in changed for others; nothing for most sign-ins.
func (s *Store) tell(ctx context.Context, tx pg.Tx, before, added, after *Person) error {
	change := journal.Made(auth.Actor{AccountID: after.AccountID, Kind: auth.SystemActor, Name: "Identity provider"}, journal.People, "person.signed_in")
	change.SubjectIDs, change.Edits.Fields = []uuid.UUID{after.ID}, editsOf(before, after)
	if added != nil && added.ID != after.ID {
		change.SubjectIDs = append(change.SubjectIDs, added.ID)
		change.Edits.Fields = append(change.Edits.Fields, journal.FieldEdit{Subject: journal.Ref{ID: added.ID, Name: added.Name}, Of: id.Person, Field: journal.FieldSameAs, After: &after.Name, AfterID: after.ID})
	}
	if len(change.Edits.Fields) == 0 {
		return nil
	}
	return s.journal.Append(ctx, tx, change)
}

// editsOf returns what a sign-in changed of a person; before nil: they are new.
func editsOf(before, after *Person) (edits []journal.FieldEdit) {
	subject := journal.Ref{ID: after.ID, Name: after.Name}
	if before == nil {
		return []journal.FieldEdit{{Subject: subject, Of: id.Person, Field: journal.FieldName, After: &after.Name, AfterID: after.ID}}
	}
	if before.Name != after.Name {
		edits = append(edits, journal.FieldEdit{Subject: subject, Of: id.Person, Field: journal.FieldName, Before: &before.Name, BeforeID: after.ID, After: &after.Name, AfterID: after.ID})
	}
	if after.Email != nil && (before.Email == nil || *before.Email != *after.Email) {
		edit := journal.FieldEdit{Subject: subject, Of: id.Person, Field: journal.FieldEmail, Before: before.Email, After: after.Email, AfterID: after.ID}
		if before.Email != nil {
			edit.BeforeID = after.ID
		}
		edits = append(edits, edit)
	}
	if before.Role != after.Role {
		edit := journal.FieldEdit{Subject: subject, Of: id.Person, Field: journal.FieldRole, After: &after.Role}
		if before.Role != "" {
			edit.Before = &before.Role
		}
		edits = append(edits, edit)
	}
	return edits
}

// subject returns the person of the issuer's claims, or nil if they have never signed in.
func subject(ctx context.Context, tx pg.ReadTx, identity auth.Identity) (*Person, error) {
	found := new(Person)
	err := tx.NewSelect().Model(found).
		Where("account_id = ?", identity.AccountID).Where("issuer = ?", identity.Issuer).Where("subject = ?", identity.Subject).Scan(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	return found, err
}

// addedAs returns the person whom an admin has added with the verified email address of the claims, or nil if there is
// none. Someone who is blocked stays apart.
func addedAs(ctx context.Context, tx pg.Tx, identity auth.Identity) (*Person, error) {
	address := email(identity)
	if address == nil {
		return nil, nil
	}
	found := new(Person)
	err := tx.NewSelect().Model(found).Where("account_id = ?", identity.AccountID).Where("issuer IS NULL").Where("merged_into IS NULL").
		Where("blocked_at IS NULL").Where("email = ?", *address).Scan(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	return found, err
}

// email returns the verified email address as it is stored, or nil if there is none that can be stored.
func email(identity auth.Identity) *string {
	normal, err := name.NormalizeEmail(identity.Email)
	if err != nil {
		return nil
	}
	return &normal
}
