package suggestion

import (
	"context"
	"errors"

	"github.com/google/uuid"

	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/matching"
	"github.com/orgmap/orgmap/internal/pg"
)

// HintsOf returns what each external organization is in other applications according to its vendor, in one statement.
func (s *Service) HintsOf(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID][]matching.Hint, error) {
	actor, err := auth.Require(ctx, auth.Viewer)
	if err != nil {
		return nil, err
	}
	found := make(map[uuid.UUID][]matching.Hint, len(ids))
	if len(ids) == 0 {
		return found, nil
	}
	var unreadable error
	err = s.db.Read(ctx, actor.AccountID, func(ctx context.Context, tx pg.ReadTx) error {
		return tx.Send(ctx, pg.Statement{
			SQL:       "SELECT x.id, x.hints::text FROM external_orgs AS x WHERE x.account_id = $1 AND x.id = ANY ($2) AND x.hints <> '[]'",
			Arguments: []pg.Argument{pg.UUID(actor.AccountID), pg.UUIDs(ids)}, Prepared: true,
			Take: func(row pg.Row) {
				var hints []matching.Hint
				unreadable = errors.Join(unreadable, readHints(row[1], &hints))
				found[row.UUID(0)] = hints
			},
		})
	})
	return found, errors.Join(err, unreadable)
}

// selectTargets selects the places of hints that exactly one integration of their application lists now.
const selectTargets = `
	SELECT h.place, (array_agg(x.id))[1]
	FROM unnest($2::text[], $3::text[]) WITH ORDINALITY AS h (application, remote_id, place)
	JOIN integrations AS i ON i.account_id = $1 AND i.application = h.application
	JOIN external_orgs AS x ON x.account_id = $1 AND x.integration_id = i.id AND x.remote_id = h.remote_id AND x.removed_at IS NULL
	GROUP BY h.place HAVING count(*) = 1`

// HintTargets returns the external organization that each hint leads to, in one statement. A hint leads nowhere if no
// integration of its application lists the record now, or if several do.
func (s *Service) HintTargets(ctx context.Context, hints []matching.Hint) (map[matching.Hint]uuid.UUID, error) {
	actor, err := auth.Require(ctx, auth.Viewer)
	if err != nil {
		return nil, err
	}
	found := make(map[matching.Hint]uuid.UUID, len(hints))
	if len(hints) == 0 {
		return found, nil
	}
	applications, remoteIDs := make([]string, len(hints)), make([]string, len(hints))
	for i, one := range hints {
		applications[i], remoteIDs[i] = one.Application, one.RemoteID
	}
	err = s.db.Read(ctx, actor.AccountID, func(ctx context.Context, tx pg.ReadTx) error {
		return tx.Send(ctx, pg.Statement{
			SQL: selectTargets, Arguments: []pg.Argument{pg.UUID(actor.AccountID), pg.Texts(applications), pg.Texts(remoteIDs)}, Prepared: true,
			Take: func(row pg.Row) { found[hints[row.Int(0)-1]] = row.UUID(1) },
		})
	})
	return found, err
}
