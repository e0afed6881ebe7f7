package history

import (
	"context"

	"github.com/google/uuid"

	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/journal"
	"github.com/orgmap/orgmap/internal/page"
	"github.com/orgmap/orgmap/internal/pg"
)

// ChangesOf returns for each organization or external organization a page of the changes that touched it, newest first,
// in two statements for any number of them. total counts all changes of one.
func (s *Service) ChangesOf(
	ctx context.Context, subjects []uuid.UUID, arguments page.Arguments, total func(context.Context, uuid.UUID) (int, error),
) (map[uuid.UUID]*page.Connection[*journal.Change], error) {
	actor, err := auth.Require(ctx, auth.Viewer)
	if err != nil {
		return nil, err
	}
	window, err := windowOf(arguments, actor.AccountID, false)
	if err != nil {
		return nil, err
	}
	var rows []struct {
		Subject  uuid.UUID
		Position int64
	}
	err = s.db.Read(ctx, actor.AccountID, func(ctx context.Context, tx pg.ReadTx) error {
		rows = nil
		return tx.NewRaw("SELECT w.id AS subject, p.position FROM unnest(?1::uuid[]) AS w (id) CROSS JOIN LATERAL ("+within(touching("= w.id"), &window)+") AS p ORDER BY p.position DESC",
			actor.AccountID, pg.List(subjects)).Scan(ctx, &rows)
	})
	if err != nil {
		return nil, err
	}
	positions, seen := make([]int64, 0, len(rows)), make(map[int64]bool, len(rows))
	for _, row := range rows {
		if !seen[row.Position] {
			seen[row.Position] = true
			positions = append(positions, row.Position)
		}
	}
	changes := map[int64]*journal.Change{}
	if len(positions) > 0 {
		if changes, err = s.ByPositions(ctx, positions); err != nil {
			return nil, err
		}
	}
	items := make(map[uuid.UUID][]*journal.Change, len(subjects))
	for _, row := range rows {
		if one := changes[row.Position]; one != nil {
			items[row.Subject] = append(items[row.Subject], one)
		}
	}
	pages := make(map[uuid.UUID]*page.Connection[*journal.Change], len(subjects))
	for _, subject := range subjects {
		pages[subject] = page.New(window, items[subject], cursorOf, func(ctx context.Context) (int, error) { return total(ctx, subject) })
	}
	return pages, nil
}

// CountsOf counts the changes that touched each organization or external organization, in one statement.
func (s *Service) CountsOf(ctx context.Context, subjects []uuid.UUID) (map[uuid.UUID]int, error) {
	actor, err := auth.Require(ctx, auth.Viewer)
	if err != nil {
		return nil, err
	}
	var rows []struct {
		Subject uuid.UUID
		Count   int
	}
	err = s.db.Read(ctx, actor.AccountID, func(ctx context.Context, tx pg.ReadTx) error {
		rows = nil
		return tx.NewRaw("SELECT w.id AS subject, (SELECT count(*) FROM ("+kept(touching("= w.id"))+") AS p) AS count FROM unnest(?1::uuid[]) AS w (id)",
			actor.AccountID, pg.List(subjects)).Scan(ctx, &rows)
	})
	counts := make(map[uuid.UUID]int, len(rows))
	for _, row := range rows {
		counts[row.Subject] = row.Count
	}
	return counts, err
}
