package audit

import (
	"context"
	"time"

	"github.com/google/uuid"

	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/page"
	"github.com/orgmap/orgmap/internal/pg"
)

// Service reads the audit trail.
type Service struct{ db *pg.DB }

// New returns the service.
func New(db *pg.DB) *Service { return &Service{db: db} }

// Trail returns the account's events, the newest first.
func (s *Service) Trail(ctx context.Context, arguments page.Arguments) (*page.Connection[*Event], error) {
	actor, err := auth.Require(ctx, auth.Admin)
	if err != nil {
		return nil, err
	}
	const columns = 2
	window, err := arguments.Window(columns)
	if err != nil {
		return nil, err
	}
	place, err := placeOf(window.After)
	if err != nil {
		return nil, err
	}
	var events []*Event
	err = s.db.Read(ctx, actor.AccountID, func(ctx context.Context, tx pg.ReadTx) error {
		query := tx.NewSelect().Model(&events).Where("e.account_id = ?", actor.AccountID)
		if place != nil {
			query = query.Where("(e.at, e.id) < (?, ?)", place.at, place.id)
		}
		return query.Order("e.at DESC", "e.id DESC").Limit(int64(window.Size + 1)).Scan(ctx)
	})
	if err != nil {
		return nil, err
	}
	total := func(ctx context.Context) (count int, err error) {
		err = s.db.Read(ctx, actor.AccountID, func(ctx context.Context, tx pg.ReadTx) error {
			counted, err := tx.NewSelect().Model((*Event)(nil)).Where("e.account_id = ?", actor.AccountID).Count(ctx)
			count = int(counted)
			return err
		})
		return count, err
	}
	return page.New(window, events, cursorOf, total), nil
}

func cursorOf(event *Event) page.Cursor {
	return page.Cursor{event.At.UTC().Format(time.RFC3339Nano), event.ID.String()}
}

// eventPlace is where an event stands in the trail.
type eventPlace struct {
	at time.Time
	id uuid.UUID
}

// placeOf reads what cursorOf wrote; nil if there is no cursor.
func placeOf(cursor page.Cursor) (*eventPlace, error) {
	if cursor == nil {
		return nil, nil
	}
	at, err := time.Parse(time.RFC3339Nano, cursor[0])
	if err == nil {
		var event uuid.UUID
		if event, err = uuid.Parse(cursor[1]); err == nil {
			return &eventPlace{at: at, id: event}, nil
		}
	}
	return nil, apperr.New(apperr.BadUserInput, "after is not a cursor of this list.")
}

// Prune deletes the expired events and returns how many there were.
func (s *Store) Prune(ctx context.Context) (pruned int64, err error) {
	return s.db.Prune(ctx, "prune_audit_events")
}

// Store deletes expired events of all accounts.
type Store struct{ db *pg.DB }

// NewStore returns the store.
func NewStore(db *pg.DB) *Store { return &Store{db: db} }
