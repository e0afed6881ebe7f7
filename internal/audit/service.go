package audit

import (
	"context"
	"time"

	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/page"
	"github.com/orgmap/orgmap/internal/pg"
)

// Service reads the audit trail.
type Service struct{ db *pg.DB }

// New returns the service.
func New(db *pg.DB) *Service { return &Service{db: db} }

// Trail returns the account's events, newest first.
func (s *Service) Trail(ctx context.Context, arguments page.Arguments) (*page.Connection[*Event], error) {
	actor, err := auth.Require(ctx, auth.Admin)
	if err != nil {
		return nil, err
	}
	window, err := arguments.Window(page.Order{Values: []page.Value{page.Time("e.at"), page.ID("e.id")}, Descending: true})
	if err != nil {
		return nil, err
	}
	var events []*Event
	err = s.db.Read(ctx, actor.AccountID, func(ctx context.Context, tx pg.ReadTx) error {
		return pg.Page(tx.NewSelect().Model(&events).Where("e.account_id = ?", actor.AccountID), window).Scan(ctx)
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

// Prune deletes expired events and returns their number.
func (s *Store) Prune(ctx context.Context) (pruned int64, err error) {
	return s.db.Prune(ctx, "prune_audit_events")
}

// Store deletes expired events of all accounts.
type Store struct{ db *pg.DB }

// NewStore returns the store.
func NewStore(db *pg.DB) *Store { return &Store{db: db} }
