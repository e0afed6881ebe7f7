package integration

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/google/uuid"

	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/journal"
	"github.com/orgmap/orgmap/internal/pg"
	"github.com/orgmap/orgmap/internal/vendors"
)

// restorable is how long a disconnected integration can be brought back.
const restorable = 30 * 24 * time.Hour

// Disconnected is an integration that was disconnected and can be brought back.
type Disconnected struct {
	IntegrationID   uuid.UUID `bun:"id"`
	Until           int64     // position of the change that disconnected it
	Name            string
	Application     vendors.Application
	Connected       vendors.Application // what its connection reached
	ModuleID        *string
	Schedule        Schedule
	CreatedAt       time.Time
	DisconnectedAt  time.Time
	RestorableUntil time.Time
	Mappings        int
	ActorKind       auth.ActorKind
	ActorID         uuid.NullUUID
	ActorName       string
}

// ID returns the public ID of the integration.
func (d *Disconnected) ID() string { return id.Format(id.Integration, d.IntegrationID) }

// Source returns the kind of connection that it needs.
func (d *Disconnected) Source() Source {
	if d.Connected == vendors.ApplicationKaseyaOne {
		return SourceKaseyaOne
	}
	return SourceAPI
}

// Actor returns who disconnected it.
func (d *Disconnected) Actor() *auth.Author {
	return &auth.Author{Kind: d.ActorKind, Name: d.ActorName, ID: d.ActorID}
}

const selectDisconnected = `
	SELECT id, until, name, application, connected, module_id, schedule, created_at, disconnected_at, restorable_until, mappings, actor_kind, actor_id, actor_name
	FROM past_integrations WHERE account_id = ? AND restorable_until > now()`

// Disconnected returns the integrations that can be brought back, the newest first.
func (s *Service) Disconnected(ctx context.Context) ([]*Disconnected, error) {
	actor, err := auth.Require(ctx, auth.Admin)
	if err != nil {
		return nil, err
	}
	found := []*Disconnected{}
	err = s.db.Read(ctx, actor.AccountID, func(ctx context.Context, tx pg.ReadTx) error {
		return tx.NewRaw(selectDisconnected+" ORDER BY until DESC, id", actor.AccountID).Scan(ctx, &found)
	})
	return found, err
}

// PruneDisconnected deletes the external organizations of integrations that can no longer be brought back, except those
// that history names, and returns how many.
func PruneDisconnected(ctx context.Context, db *pg.DB) (int64, error) {
	return db.Prune(ctx, "prune_disconnected")
}

// keep stores what bringing back an integration needs. Its mappings become the past when they are deleted.
func keep(ctx context.Context, tx pg.Tx, actor auth.Actor, i *Integration, mappings int, forget bool) error {
	author := actor.Author()
	var until *time.Duration
	if !forget {
		period := restorable
		until = &period
	}
	_, err := tx.Exec(ctx, `
		INSERT INTO past_integrations (account_id, id, until, name, application, connected, module_id, schedule, created_at, restorable_until, mappings, actor_kind, actor_id, actor_name)
		VALUES (?, ?, next_position(?), ?, ?, ?, ?, ?, ?, clock_timestamp() + make_interval(secs => ?), ?, ?, ?, ?)`,
		i.AccountID, i.ID, i.AccountID, i.Name, i.Application, i.Connected, i.ModuleID, i.Schedule, i.CreatedAt, seconds(until), mappings, author.Kind, author.ID, author.Name)
	if err != nil {
		return err
	}
	if err := keepName(ctx, tx, i, ""); err != nil {
		return err
	}
	// Of a forgotten list, only what history names is kept.
	kept := ""
	if forget {
		kept = " AND EXISTS (SELECT FROM past_mappings AS m WHERE m.account_id = x.account_id AND m.external_org_id = x.id)"
	}
	_, err = tx.Exec(ctx, `
		INSERT INTO past_external_orgs (account_id, id, integration_id, remote_id, name, folded, match_name, created_at)
		SELECT x.account_id, x.id, x.integration_id, x.remote_id, x.name, x.folded, x.match_name, x.created_at
		FROM external_orgs AS x WHERE x.account_id = ? AND x.integration_id = ?`+kept, i.AccountID, i.ID)
	return err
}

func seconds(period *time.Duration) *float64 {
	if period == nil {
		return nil
	}
	value := period.Seconds()
	return &value
}

// lockDisconnected reads an integration to be brought back by a connection to an application. User errors: NOT_FOUND,
// INVALID.
func lockDisconnected(ctx context.Context, tx pg.Tx, account, integration uuid.UUID, application vendors.Application) (*Disconnected, error) {
	found := new(Disconnected)
	err := tx.NewRaw(selectDisconnected+" AND id = ? ORDER BY until DESC LIMIT 1 FOR UPDATE", account, integration).Scan(ctx, found)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return nil, apperr.User(apperr.NotFound, "No integration with this ID can be brought back. 30 days after it was disconnected, its external organizations are deleted.", apperr.InputPath("restores")...)
	case err == nil && found.Connected != application:
		return nil, apperr.User(apperr.Invalid, "The integration to bring back belongs to another application.", apperr.InputPath("restores")...)
	}
	return found, err
}

// bequeath gives the integration that takes its place the ID of the disconnected one, and also its name, unless a person
// chose one or another integration has it. connected are about to be inserted. User error: INVALID if it was a module
// that the connection does not have.
func (d *Disconnected) bequeath(connected []*Integration, named bool, taken names) error {
	for _, one := range connected {
		if (one.ModuleID == nil) != (d.ModuleID == nil) || one.ModuleID != nil && *one.ModuleID != *d.ModuleID {
			continue
		}
		if !named && !taken[d.Name] {
			one.Name = d.Name
		}
		one.ID, d.Name = d.IntegrationID, one.Name
		return nil
	}
	return apperr.User(apperr.Invalid, "The module to bring back is not among the modules of this connection.", apperr.InputPath("restores")...)
}

// bringBack gives an inserted integration the external organizations and mappings that it had when it was disconnected,
// except mappings to organizations that no longer exist. It returns the organizations that have mappings again, and the
// mappings as edits.
func bringBack(ctx context.Context, tx pg.Tx, account uuid.UUID, from *Disconnected, integration journal.Ref) (organizations []uuid.UUID, edits []journal.MappingEdit, err error) {
	for _, statement := range []string{
		`INSERT INTO external_orgs (account_id, id, integration_id, remote_id, name, folded, match_name, created_at)
			SELECT account_id, id, integration_id, remote_id, name, folded, match_name, created_at FROM past_external_orgs WHERE account_id = ?0 AND integration_id = ?1`,
		`DELETE FROM past_external_orgs WHERE account_id = ?0 AND integration_id = ?1`,
		`UPDATE past_integrations SET restorable_until = NULL WHERE account_id = ?0 AND id = ?1`,
	} {
		if _, err := tx.Exec(ctx, statement, account, from.IntegrationID); err != nil {
			return nil, nil, err
		}
	}
	var rows []struct {
		ExternalOrgID, OrganizationID uuid.UUID
		External, Organization        string
	}
	err = tx.NewRaw(`
		WITH made AS (
			INSERT INTO mappings (account_id, id, organization_id, integration_id, external_org_id, origin, created_at, created_by, creator_kind, creator_id, since, external_name, external_folded)
			SELECT p.account_id, p.id, p.organization_id, p.integration_id, p.external_org_id, p.origin, p.created_at, p.created_by, p.creator_kind, p.creator_id,
				next_position(p.account_id), x.name, x.folded
			FROM external_orgs AS x
			JOIN past_mappings AS p ON p.account_id = x.account_id AND p.external_org_id = x.id AND p.until = ?2
			JOIN organizations AS o ON o.account_id = x.account_id AND o.id = p.organization_id
			WHERE x.account_id = ?0 AND x.integration_id = ?1
			RETURNING external_org_id, organization_id, external_name
		)
		SELECT m.external_org_id, m.organization_id, m.external_name AS external, o.name AS organization
		FROM made AS m JOIN organizations AS o ON o.account_id = ?0 AND o.id = m.organization_id ORDER BY o.folded, m.external_name, m.external_org_id`,
		account, from.IntegrationID, from.Until).Scan(ctx, &rows)
	for _, row := range rows {
		organizations = append(organizations, row.OrganizationID)
		edits = append(edits, journal.MappingEdit{
			ExternalOrg: journal.Ref{ID: row.ExternalOrgID, Name: row.External}, Integration: integration,
			After: &journal.Ref{ID: row.OrganizationID, Name: row.Organization},
		})
	}
	return id.Unique(organizations), edits, err
}
