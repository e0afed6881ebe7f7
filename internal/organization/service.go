package organization

import (
	"context"
	"fmt"
	"strings"

	"github.com/google/uuid"

	"github.com/orgmap/orgmap/internal/account"
	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/directory"
	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/journal"
	"github.com/orgmap/orgmap/internal/name"
	"github.com/orgmap/orgmap/internal/page"
	"github.com/orgmap/orgmap/internal/pg"
)

// Journal records the change that a write makes.
type Journal interface {
	Append(ctx context.Context, tx pg.Writer, change journal.Change) error
}

// Service creates, updates and lists organizations.
type Service struct {
	db          *pg.DB
	journal     Journal
	directories *directory.Cache
}

// New returns the service. It answers lists from directories when possible.
func New(db *pg.DB, journal Journal, directories *directory.Cache) *Service {
	return &Service{db: db, journal: journal, directories: directories}
}

// Create creates an active organization. User errors: INVALID for an invalid name, NAME_TAKEN, QUOTA_EXCEEDED.
func (s *Service) Create(ctx context.Context, rawName string) (*Organization, error) {
	actor, err := auth.Require(ctx, auth.Editor)
	if err != nil {
		return nil, err
	}
	normal, err := name.Normalize(rawName)
	if err != nil {
		return nil, apperr.User(apperr.Invalid, err.Error(), "input", "name")
	}
	created := &Organization{AccountID: actor.AccountID, ID: id.New(), Name: normal, Folded: name.Fold(normal), Active: true}
	err = s.db.Write(ctx, actor.AccountID, func(ctx context.Context, tx pg.Tx) error {
		if _, err := account.Lock(ctx, tx, actor.AccountID); err != nil {
			return err
		}
		if err := insert(ctx, tx, created); err != nil {
			return err
		}
		change := journal.Made(actor, journal.Organizations, "organization.created")
		change.OrganizationIDs, change.After = []uuid.UUID{created.ID}, state(created)
		change.Edits.Organizations = []journal.OrganizationEdit{{Kind: journal.OrganizationCreated, Organization: created.ref()}}
		return s.journal.Append(ctx, tx, change)
	})
	if err != nil {
		return nil, userError(err, normal)
	}
	return created, nil
}

// Update renames, deactivates or reactivates an organization. If nothing changes, nothing is added to the journal. User
// errors: NOT_FOUND, INVALID, NAME_TAKEN, and QUOTA_EXCEEDED for a reactivation.
func (s *Service) Update(ctx context.Context, update Update) (*Organization, error) {
	actor, err := auth.Require(ctx, auth.Editor)
	if err != nil {
		return nil, err
	}
	if err := update.normalize(); err != nil {
		return nil, err
	}
	var updated *Organization
	err = s.db.Write(ctx, actor.AccountID, func(ctx context.Context, tx pg.Tx) error {
		if _, err := account.Lock(ctx, tx, actor.AccountID); err != nil {
			return err
		}
		before, err := lock(ctx, tx, actor.AccountID, update.OrganizationID)
		if err != nil {
			return err
		}
		after := update.apply(*before)
		updated = &after
		if *before == after {
			return nil
		}
		if err := save(ctx, tx, updated); err != nil {
			return err
		}
		change := journal.Made(actor, journal.Organizations, "organization.updated")
		change.OrganizationIDs, change.Before, change.After = []uuid.UUID{updated.ID}, state(before), state(updated)
		change.Edits.Organizations = editsOf(before, updated)
		return s.journal.Append(ctx, tx, change)
	})
	if err != nil {
		return nil, userError(err, updated.nameOr(""))
	}
	return updated, nil
}

func (o *Organization) nameOr(otherwise string) string {
	if o == nil {
		return otherwise
	}
	return o.Name
}

// userError turns violations of constraints into messages for people.
func userError(err error, taken string) error {
	switch {
	case pg.Violates(err, "organizations_name_key"):
		return apperr.User(apperr.NameTaken, fmt.Sprintf("An organization named %s already exists.", name.Quote(taken)), "input", "name")
	case pg.Violates(err, "accounts_quota_check"):
		return apperr.User(apperr.QuotaExceeded, "You have reached your plan's organization limit. Deactivate an organization or upgrade your plan.", "input")
	}
	return err
}

// List returns a page of the account's organizations.
func (s *Service) List(ctx context.Context, query Query) (*page.Connection[*Organization], error) {
	actor, err := auth.Require(ctx, auth.Viewer)
	if err != nil {
		return nil, err
	}
	if strings.ContainsRune(query.Search, 0) { // Postgres' text cannot contain NUL
		return nil, apperr.New(apperr.BadUserInput, "search has a character that no name can have.")
	}
	selection := selection{account: actor.AccountID, search: query.Search, filter: query.Filter, order: query.Order}
	window, err := query.Window(selection.pageOrder())
	if err != nil {
		return nil, err
	}
	var found listing
	err = s.db.Read(ctx, actor.AccountID, func(ctx context.Context, tx pg.ReadTx) (err error) {
		var known bool
		if found, known, err = s.fromMemory(tx, selection, window); known || err != nil {
			return err
		}
		found, err = selection.list(ctx, tx, window)
		return err
	})
	if err != nil {
		return nil, err
	}
	count := func(ctx context.Context) (total int, err error) {
		if found.total != nil {
			return *found.total, nil
		}
		err = s.db.Read(ctx, actor.AccountID, func(ctx context.Context, tx pg.ReadTx) (err error) {
			total, err = selection.count(ctx, tx)
			return err
		})
		return total, err
	}
	return page.New(window, found.items, selection.cursor, count), nil
}

// ByIDs returns the organizations with these IDs that belong to the account.
func (s *Service) ByIDs(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]*Organization, error) {
	actor, err := auth.Require(ctx, auth.Viewer)
	if err != nil {
		return nil, err
	}
	byID := make(map[uuid.UUID]*Organization, len(ids))
	err = s.db.Read(ctx, actor.AccountID, func(ctx context.Context, tx pg.ReadTx) error {
		found, err := find(ctx, tx, actor.AccountID, ids)
		for _, one := range found {
			byID[one.ID] = one
		}
		return err
	})
	return byID, err
}
