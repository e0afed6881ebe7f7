package history

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/journal"
	"github.com/orgmap/orgmap/internal/name"
	"github.com/orgmap/orgmap/internal/page"
	"github.com/orgmap/orgmap/internal/pg"
)

// Snapshot is the account as it was after the change at a position.
type Snapshot struct {
	Position int64
	At       time.Time
	cursor   string
}

// Cursor returns the cursor of the change.
func (s *Snapshot) Cursor() string { return s.cursor }

// Organization is an organization as it was.
type Organization struct {
	OrganizationID uuid.UUID `bun:"id"`
	Name           string
	Folded         string
	Active         bool
	Position       int64 `bun:"-"` // of its snapshot
}

// ID returns the public ID of the organization, which may no longer exist.
func (o *Organization) ID() string { return id.Format(id.Organization, o.OrganizationID) }

// Mapping is a mapping as it was.
type Mapping struct {
	External        uuid.UUID
	ExternalName    string
	Integration     uuid.UUID
	IntegrationName string
}

// ExternalOrgID returns the public ID of the external organization, which may no longer exist.
func (m *Mapping) ExternalOrgID() string { return id.Format(id.ExternalOrg, m.External) }

// IntegrationID returns the public ID of the integration, which may no longer exist.
func (m *Mapping) IntegrationID() string { return id.Format(id.Integration, m.Integration) }

// Snapshot finds the snapshot at a moment or at the cursor of a change: one of the two must be given. A moment between
// two changes has the snapshot of the earlier one. The error is BAD_USER_INPUT for a moment in the future and for
// anything before history begins.
func (s *Service) Snapshot(ctx context.Context, at *time.Time, cursor *string) (*Snapshot, error) {
	actor, err := auth.Require(ctx, auth.Viewer)
	if err != nil {
		return nil, err
	}
	if (at == nil) == (cursor == nil) {
		return nil, apperr.New(apperr.BadUserInput, "Give either at or cursor.")
	}
	position := int64(-1)
	if cursor != nil {
		if position, err = journal.ParseCursor(*cursor); err != nil {
			return nil, err
		}
	}
	var found struct {
		Head, Begin, Position int64
		BeginAt, Now          time.Time
		At                    *time.Time
	}
	err = s.db.Read(ctx, actor.AccountID, func(ctx context.Context, tx pg.ReadTx) error {
		return tx.NewRaw(`
			SELECT a.journal_position AS head, a.history_position AS begin, coalesce(a.history_at, a.created_at) AS begin_at, clock_timestamp() AS now,
				coalesce(j.position, a.history_position) AS position, j.at
			FROM accounts AS a LEFT JOIN LATERAL (
				SELECT k.position, k.at FROM journal AS k WHERE k.account_id = a.id AND (?1::timestamptz IS NULL AND k.position = ?2 OR k.at <= ?1::timestamptz)
				ORDER BY k.at DESC, k.position DESC LIMIT 1
			) AS j ON true WHERE a.id = ?0`, actor.AccountID, at, position).Scan(ctx, &found)
	})
	if err != nil {
		return nil, err
	}
	begins := fmt.Sprintf("History begins at %s.", found.BeginAt.UTC().Format(time.RFC3339))
	switch {
	case at != nil && at.After(found.Now):
		return nil, apperr.New(apperr.BadUserInput, "at is in the future.")
	case at != nil && at.Before(found.BeginAt) || cursor != nil && position < found.Begin:
		return nil, apperr.New(apperr.BadUserInput, "%s", begins)
	case cursor != nil && position > found.Head:
		return nil, apperr.New(apperr.BadUserInput, "cursor is ahead of the journal. It may belong to another account.")
	case at != nil:
		position = found.Position
	}
	snapshot := &Snapshot{Position: position, At: found.BeginAt, cursor: journal.FormatCursor(position)}
	if found.At != nil {
		snapshot.At = *found.At
	}
	if at != nil {
		snapshot.At = *at
	}
	return snapshot, nil
}

// snapshotOrder is the order of a snapshot's organizations. Cursors name the position.
func snapshotOrder(position int64) page.Order {
	return page.Order{Values: []page.Value{page.Mark(fmt.Sprint(position)), page.Text("folded"), page.ID("id")}}
}

// organizationsAt are the organizations at a position: those of today that are as they were then, and those that have
// changed since. Both parts are read in order from an index.
const organizationsAt = `(
	SELECT id, name, folded, active FROM organizations WHERE account_id = ?0 AND since <= ?1
	UNION ALL
	SELECT id, name, folded, active FROM past_organizations WHERE account_id = ?0 AND since <= ?1 AND until > ?1
) AS o`

// Organizations returns a page of the organizations of a snapshot, by name. search is part of the name.
func (s *Service) Organizations(ctx context.Context, snapshot *Snapshot, arguments page.Arguments, search string) (*page.Connection[*Organization], error) {
	actor, err := auth.Require(ctx, auth.Viewer)
	if err != nil {
		return nil, err
	}
	if strings.ContainsRune(search, 0) { // Postgres' text cannot contain NUL
		return nil, apperr.New(apperr.BadUserInput, "search has a character that no name can have.")
	}
	window, err := arguments.Window(snapshotOrder(snapshot.Position))
	if err != nil {
		return nil, err
	}
	all := func(tx pg.ReadTx) *bun.SelectQuery {
		query := tx.NewSelect().ColumnExpr("o.id, o.name, o.folded, o.active").TableExpr(organizationsAt, actor.AccountID, snapshot.Position)
		for _, pattern := range name.Patterns(search) {
			query = query.Where("o.folded LIKE ?", pattern)
		}
		return query
	}
	var found []*Organization
	err = s.db.Read(ctx, actor.AccountID, func(ctx context.Context, tx pg.ReadTx) error {
		found = nil
		return pg.Page(all(tx), window).Scan(ctx, &found)
	})
	if err != nil {
		return nil, err
	}
	for _, one := range found {
		one.Position = snapshot.Position
	}
	total := func(ctx context.Context) (count int, err error) {
		err = s.db.Read(ctx, actor.AccountID, func(ctx context.Context, tx pg.ReadTx) error {
			counted, err := all(tx).Count(ctx)
			count = int(counted)
			return err
		})
		return count, err
	}
	cursor := func(one *Organization) page.Cursor {
		return page.Cursor{fmt.Sprint(snapshot.Position), one.Folded, one.OrganizationID.String()}
	}
	return page.New(window, found, cursor, total), nil
}

// mappingsAt are the mappings of organizations at a position. until is when a mapping ended.
const mappingsAt = `
	SELECT organization_id, external_org_id, integration_id, external_name, 9223372036854775807 AS until FROM mappings
	WHERE account_id = $1 AND organization_id = ANY ($2) AND since <= $3
	UNION ALL
	SELECT organization_id, external_org_id, integration_id, external_name, until FROM past_mappings
	WHERE account_id = $1 AND organization_id = ANY ($2) AND until > $3 AND since <= $3`

// namesAt are the names that objects had until a later change.
const namesAt = `
	SELECT n.subject_id, n.until, n.name FROM past_names AS n WHERE n.account_id = $1 AND n.subject_id = ANY ($2) AND n.until > $3 ORDER BY n.until`

// MappingsOf returns the mappings of organizations as they were at a position, by integration and name, in a fixed number
// of statements.
func (s *Service) MappingsOf(ctx context.Context, position int64, organizations []uuid.UUID) (map[uuid.UUID][]*Mapping, error) {
	actor, err := auth.Require(ctx, auth.Viewer)
	if err != nil {
		return nil, err
	}
	found := make(map[uuid.UUID][]*Mapping, len(organizations))
	err = s.db.Read(ctx, actor.AccountID, func(ctx context.Context, tx pg.ReadTx) error {
		clear(found)
		untils, integrations, subjects := map[*Mapping]int64{}, map[uuid.UUID]string{}, []uuid.UUID{}
		statement := func(text string, nodes []uuid.UUID, take func(pg.Row)) pg.Statement {
			return pg.Statement{SQL: text, Arguments: []pg.Argument{pg.UUID(actor.AccountID), pg.UUIDs(nodes), pg.Int(position)}, Take: take, Prepared: true}
		}
		err := tx.Send(ctx, statement(mappingsAt, organizations, func(row pg.Row) {
			one := &Mapping{External: row.UUID(1), Integration: row.UUID(2), ExternalName: row.Text(3)}
			found[row.UUID(0)] = append(found[row.UUID(0)], one)
			untils[one] = int64(row.Int(4))
			integrations[one.Integration] = ""
			subjects = append(subjects, one.External)
		}), pg.Statement{
			SQL: `SELECT id, name FROM past_integrations WHERE account_id = $1
				UNION ALL SELECT id, name FROM integrations WHERE account_id = $1`,
			Arguments: []pg.Argument{pg.UUID(actor.AccountID)}, Prepared: true,
			Take: func(row pg.Row) { integrations[row.UUID(0)] = row.Text(1) },
		})
		if err != nil {
			return err
		}
		for integration := range integrations {
			subjects = append(subjects, integration)
		}
		type past struct {
			until int64
			name  string
		}
		names := map[uuid.UUID]past{} // the first name after the position
		err = tx.Send(ctx, statement(namesAt, subjects, func(row pg.Row) {
			if _, earlier := names[row.UUID(0)]; !earlier {
				names[row.UUID(0)] = past{int64(row.Int(1)), row.Text(2)}
			}
		}))
		for _, mappings := range found {
			for _, one := range mappings {
				one.IntegrationName = integrations[one.Integration]
				if old, renamed := names[one.Integration]; renamed {
					one.IntegrationName = old.name
				}
				if old, renamed := names[one.External]; renamed && old.until <= untils[one] {
					one.ExternalName = old.name
				}
			}
			slices.SortFunc(mappings, func(a, b *Mapping) int {
				return cmp.Or(strings.Compare(a.Integration.String(), b.Integration.String()), strings.Compare(name.Fold(a.ExternalName), name.Fold(b.ExternalName)), strings.Compare(a.External.String(), b.External.String()))
			})
		}
		return err
	})
	return found, err
}

// RemoteIDs returns the vendors' own IDs of external organizations, also of those whose integration was disconnected.
func (s *Service) RemoteIDs(ctx context.Context, externalOrgs []uuid.UUID) (map[uuid.UUID]string, error) {
	actor, err := auth.Require(ctx, auth.Viewer)
	if err != nil {
		return nil, err
	}
	found := make(map[uuid.UUID]string, len(externalOrgs))
	err = s.db.Read(ctx, actor.AccountID, func(ctx context.Context, tx pg.ReadTx) error {
		return tx.Send(ctx, pg.Statement{
			SQL: `SELECT id, remote_id FROM external_orgs WHERE account_id = $1 AND id = ANY ($2)
				UNION ALL SELECT id, remote_id FROM past_external_orgs WHERE account_id = $1 AND id = ANY ($2)`,
			Arguments: []pg.Argument{pg.UUID(actor.AccountID), pg.UUIDs(externalOrgs)}, Prepared: true,
			Take: func(row pg.Row) { found[row.UUID(0)] = row.Text(1) },
		})
	})
	return found, err
}
