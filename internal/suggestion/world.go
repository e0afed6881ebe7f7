package suggestion

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"sync"

	"github.com/google/uuid"

	"github.com/orgmap/orgmap/internal/matching"
	"github.com/orgmap/orgmap/internal/pg"
)

// world is the data that an account's suggestions are computed from, at a position of its journal.
type world struct {
	matching.World

	position     int64
	recent       recent
	integrations map[uuid.UUID]uuid.UUID // by external organization
	aliases      map[aliasKey]alias
	pinned       map[uuid.UUID][]string // by organization: aliases whose external organizations no longer exist
	lapsed       []uuid.UUID            // rejections that no longer hold
	automatic    bool                   // whether the account wants certain suggestions to be applied
}

// aliasKey says where an alias was learned.
type aliasKey struct{ organization, externalOrg uuid.UUID }

// alias is a stored alias.
type alias struct {
	id      uuid.UUID
	name    string
	pinned  bool
	revoked bool
}

// defaultTables are the tables of every account that has no words of its own.
var defaultTables = sync.OnceValue(matching.DefaultTables) //nolint:gochecknoglobals // a constant

// readWorld reads the world in a fixed number of statements, all in one snapshot.
func readWorld(ctx context.Context, tx pg.ReadTx, account uuid.UUID) (world, error) {
	read := world{integrations: map[uuid.UUID]uuid.UUID{}, aliases: map[aliasKey]alias{}, pinned: map[uuid.UUID][]string{}}
	if err := read.readSettings(ctx, tx, account); err != nil {
		return read, err
	}
	rejected := map[uuid.UUID][]uuid.UUID{} // organizations by external organization
	listIndex := map[uuid.UUID]int{}        // by integration
	var unreadable error
	arguments := []pg.Argument{pg.UUID(account)}
	err := tx.Send(ctx,
		pg.Statement{
			SQL: "SELECT journal_position FROM accounts WHERE id = $1", Arguments: arguments,
			Take: func(row pg.Row) { read.position = int64(row.Int(0)) },
		},
		pg.Statement{
			SQL: "SELECT organization_id, external_org_id, id, name, pinned, revoked FROM aliases WHERE account_id = $1", Arguments: arguments,
			Take: func(row pg.Row) {
				organization, one := row.UUID(0), alias{id: row.UUID(2), name: row.Text(3), pinned: row.Boolean(4), revoked: row.Boolean(5)}
				if row.Null(1) {
					read.pinned[organization] = append(read.pinned[organization], one.name)
				} else {
					read.aliases[aliasKey{organization, row.UUID(1)}] = one
				}
			},
		},
		pg.Statement{
			SQL: `SELECT r.id, r.external_org_id, r.organization_id, r.external_name, x.name, r.organization_name, o.name FROM rejections AS r
				JOIN external_orgs AS x ON x.account_id = $1 AND x.id = r.external_org_id
				JOIN organizations AS o ON o.account_id = $1 AND o.id = r.organization_id
				WHERE r.account_id = $1`, Arguments: arguments,
			Take: func(row pg.Row) {
				if read.Tables.SameWords(row.Text(3), row.Text(4)) && read.Tables.SameWords(row.Text(5), row.Text(6)) {
					rejected[row.UUID(1)] = append(rejected[row.UUID(1)], row.UUID(2))
				} else {
					read.lapsed = append(read.lapsed, row.UUID(0))
				}
			},
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
			SQL: `SELECT x.integration_id, x.id, x.remote_id, x.name, x.removed_at IS NOT NULL, m.organization_id, nullif(x.hints, '[]')::text, e.external_org_id IS NOT NULL, x.website, x.city
				FROM external_orgs AS x LEFT JOIN mappings AS m ON m.account_id = x.account_id AND m.external_org_id = x.id
				LEFT JOIN exclusions AS e ON e.account_id = x.account_id AND e.external_org_id = x.id
				WHERE x.account_id = $1 ORDER BY x.integration_id, x.id`, Arguments: arguments,
			Take: func(row pg.Row) {
				integration := row.UUID(0)
				record := matching.Record{
					ID: row.UUID(1), RemoteID: row.Text(2), Name: row.Text(3), Removed: row.Boolean(4), Excluded: row.Boolean(7), Rejected: rejected[row.UUID(1)],
					Website: row.Text(8), City: row.Text(9),
				}
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
	read.setAliases()
	read.dropOldFrequencies()
	return read, errors.Join(err, unreadable)
}

// readSettings reads the account's words and the word counts that its scores rest on.
func (w *world) readSettings(ctx context.Context, tx pg.ReadTx, account uuid.UUID) error {
	w.Tables = defaultTables()
	var unreadable error
	arguments := []pg.Argument{pg.UUID(account)}
	err := tx.Send(ctx,
		pg.Statement{
			SQL: "SELECT automatic, array_to_json(filler_words)::text, abbreviations::text FROM matching_settings WHERE account_id = $1", Arguments: arguments,
			Take: func(row pg.Row) {
				var fillers []string
				var abbreviations []matching.Abbreviation
				unreadable = errors.Join(unreadable, json.Unmarshal(row[1], &fillers), json.Unmarshal(row[2], &abbreviations))
				if w.automatic = row.Boolean(0); len(fillers)+len(abbreviations) > 0 {
					w.Tables = matching.WithWords(fillers, abbreviations)
				}
			},
		},
		pg.Statement{
			SQL: "SELECT frequencies::text FROM matchings WHERE account_id = $1 AND frequencies IS NOT NULL", Arguments: arguments,
			Take: func(row pg.Row) {
				w.Frequencies = new(matching.Frequencies)
				unreadable = errors.Join(unreadable, json.Unmarshal(row[0], w.Frequencies))
			},
		})
	return errors.Join(err, unreadable)
}

// dropOldFrequencies drops the stored word counts if they no longer fit the account: then they are counted again, and every score
// may change. Otherwise they stay, so that a refresh of one list does not move the scores of all others.
func (w *world) dropOldFrequencies() {
	if w.Frequencies == nil {
		return
	}
	names := len(w.Organizations)
	for _, list := range w.Lists {
		names += len(list.Records)
	}
	if w.Frequencies.Tables != w.Tables.Version() || abs(names-w.Frequencies.Names)*driftDivisor > w.Frequencies.Names ||
		abs(len(w.Organizations)-w.Frequencies.Organizations)*driftDivisor > w.Frequencies.Organizations {
		w.Frequencies = nil
	}
}

// driftDivisor: word counts are kept until the number of names has changed by more than a tenth.
const driftDivisor = 10

func abs(n int) int { return max(n, -n) }

// setAliases replaces the aliases that matching uses.
func (w *world) setAliases() {
	names := map[uuid.UUID][]string{}
	for key, one := range w.aliases {
		if !one.revoked {
			names[key.organization] = append(names[key.organization], one.name)
		}
	}
	for i := range w.Organizations {
		organization := &w.Organizations[i]
		organization.Aliases = slices.Concat(names[organization.ID], w.pinned[organization.ID])
	}
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
