package mapping

import (
	"context"
	"encoding/json"
	"errors"

	"github.com/google/uuid"

	"github.com/orgmap/orgmap/internal/matching"
	"github.com/orgmap/orgmap/internal/pg"
)

// newNames returns the names of the organizations that a file would create.
func newNames(decisions []csvDecision) (names []string) {
	seen := map[string]bool{}
	for i := range decisions {
		if created := decisions[i].creates; created != "" && !seen[created] {
			seen[created] = true
			names = append(names, created)
		}
	}
	return names
}

// loadSimilar finds the existing organizations that the names are similar to, as suggestions do: each name is matched as
// if a vendor listed it.
func (w *csvWorld) loadSimilar(ctx context.Context, tx pg.ReadTx, account uuid.UUID, names []string) error {
	if len(names) == 0 {
		return nil
	}
	world, err := loadMatching(ctx, tx, account)
	if err != nil || len(world.Organizations) == 0 {
		return err
	}
	list := matching.List{Records: make([]matching.Record, len(names))}
	for i, one := range names {
		list.Records[i] = matching.Record{ID: uuid.UUID{byte(i >> 16), byte(i >> 8), byte(i), 1}, Name: one} //nolint:gosec // distinct is enough
	}
	world.Lists = []matching.List{list}
	called := make(map[uuid.UUID]string, len(world.Organizations))
	for _, one := range world.Organizations {
		called[one.ID] = one.Name
	}
	engine := matching.New(world)
	for i, one := range names {
		if err := ctx.Err(); err != nil {
			return err
		}
		if outcome := engine.Outcome(i); outcome.State == matching.Suggested {
			similar := outcome.Suggestion.Organization
			w.similar[one] = w.organization(similar, called[similar])
		}
	}
	return nil
}

// loadMatching reads the organizations with their aliases, and the account's words, as matching needs them.
func loadMatching(ctx context.Context, tx pg.ReadTx, account uuid.UUID) (world matching.World, err error) {
	aliases := map[uuid.UUID][]string{}
	var fillers []string
	var abbreviations []matching.Abbreviation
	var unreadable error
	arguments := []pg.Argument{pg.UUID(account)}
	err = tx.Send(ctx,
		pg.Statement{
			SQL: "SELECT organization_id, name FROM aliases WHERE account_id = $1 AND NOT revoked", Arguments: arguments,
			Take: func(row pg.Row) { aliases[row.UUID(0)] = append(aliases[row.UUID(0)], row.Text(1)) },
		},
		pg.Statement{
			SQL: "SELECT id, name, active FROM organizations WHERE account_id = $1", Arguments: arguments,
			Take: func(row pg.Row) {
				one := matching.Organization{ID: row.UUID(0), Name: row.Text(1), Active: row.Boolean(2), Aliases: aliases[row.UUID(0)]}
				world.Organizations = append(world.Organizations, one)
			},
		},
		pg.Statement{
			SQL: "SELECT array_to_json(filler_words)::text, abbreviations::text FROM matching_settings WHERE account_id = $1", Arguments: arguments,
			Take: func(row pg.Row) {
				unreadable = errors.Join(unreadable, json.Unmarshal(row[0], &fillers), json.Unmarshal(row[1], &abbreviations))
			},
		},
		pg.Statement{
			SQL: "SELECT frequencies::text FROM matchings WHERE account_id = $1 AND frequencies IS NOT NULL", Arguments: arguments,
			Take: func(row pg.Row) {
				world.Frequencies = new(matching.Frequencies)
				unreadable = errors.Join(unreadable, json.Unmarshal(row[0], world.Frequencies))
			},
		})
	if len(fillers)+len(abbreviations) > 0 {
		world.Tables = matching.WithWords(fillers, abbreviations)
	}
	return world, errors.Join(err, unreadable)
}
