package suggestion

import (
	"context"
	"encoding/json"
	"errors"

	"github.com/google/uuid"

	"github.com/orgmap/orgmap/internal/matching"
	"github.com/orgmap/orgmap/internal/pg"
)

// world is the data that an account's suggestions are computed from, at a position of its journal.
type world struct {
	matching.World

	position     int64
	integrations map[uuid.UUID]uuid.UUID // by external organization
}

// readWorld reads the world in four statements, all in one snapshot.
func readWorld(ctx context.Context, tx pg.ReadTx, account uuid.UUID) (world, error) {
	read := world{integrations: map[uuid.UUID]uuid.UUID{}}
	listIndex := map[uuid.UUID]int{} // by integration
	var unreadable error
	arguments := []pg.Argument{pg.UUID(account)}
	err := tx.Send(ctx,
		pg.Statement{
			SQL: "SELECT journal_position FROM accounts WHERE id = $1", Arguments: arguments,
			Take: func(row pg.Row) { read.position = int64(row.Int(0)) },
		},
		pg.Statement{
			SQL: "SELECT id, name, active FROM organizations WHERE account_id = $1", Arguments: arguments,
			Take: func(row pg.Row) {
				read.Organizations = append(read.Organizations, matching.Organization{ID: row.UUID(0), Name: row.Text(1), Active: row.Boolean(2)})
			},
		},
		pg.Statement{
			SQL: "SELECT id, name, application FROM integrations WHERE account_id = $1 ORDER BY id", Arguments: arguments,
			Take: func(row pg.Row) {
				listIndex[row.UUID(0)] = len(read.Lists)
				read.Lists = append(read.Lists, matching.List{Name: row.Text(1), Application: row.Text(2)})
			},
		},
		pg.Statement{
			SQL: `SELECT x.integration_id, x.id, x.remote_id, x.name, x.removed_at IS NOT NULL, m.organization_id, nullif(x.hints, '[]')::text
				FROM external_orgs AS x LEFT JOIN mappings AS m ON m.account_id = x.account_id AND m.external_org_id = x.id
				WHERE x.account_id = $1 ORDER BY x.integration_id, x.id`, Arguments: arguments,
			Take: func(row pg.Row) {
				integration := row.UUID(0)
				record := matching.Record{ID: row.UUID(1), RemoteID: row.Text(2), Name: row.Text(3), Removed: row.Boolean(4)}
				if !row.Null(5) {
					record.Organization = row.UUID(5)
				}
				if !row.Null(6) {
					unreadable = errors.Join(unreadable, readHints(row[6], &record.Hints))
				}
				read.integrations[record.ID] = integration
				list := &read.Lists[listIndex[integration]]
				list.Records = append(list.Records, record)
			},
		})
	return read, errors.Join(err, unreadable)
}

// readHints decodes hints as refreshes store them.
func readHints(text []byte, hints *[]matching.Hint) error {
	var stored []struct {
		Application string `json:"application"`
		RemoteID    string `json:"remoteId"`
	}
	if err := json.Unmarshal(text, &stored); err != nil {
		return err
	}
	for _, one := range stored {
		*hints = append(*hints, matching.Hint{Application: one.Application, RemoteID: one.RemoteID})
	}
	return nil
}
