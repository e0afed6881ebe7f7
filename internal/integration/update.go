package integration

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/journal"
	"github.com/orgmap/orgmap/internal/name"
	"github.com/orgmap/orgmap/internal/pg"
	"github.com/orgmap/orgmap/internal/secret"
	"github.com/orgmap/orgmap/internal/vendors"
)

// UpdateInput describes a change to an integration; nil fields stay unchanged.
type UpdateInput struct {
	IntegrationID uuid.UUID
	Name          *string
	Credentials   []Credential // every credential that the vendor requires
	Enabled       *bool
	Schedule      *Schedule
}

// Update renames an integration, replaces its connection's credentials after the vendor has accepted them, changes its
// schedule, or switches it off or on. Switching it off cancels its run. New credentials also make it follow the
// connection's modules, as at the beginning of a refresh. User errors: NOT_FOUND, INVALID, NAME_TAKEN,
// CREDENTIALS_REJECTED. An error has the code UNAVAILABLE if the vendor could not be reached.
func (s *Service) Update(ctx context.Context, input UpdateInput) (*Integration, error) {
	actor, err := auth.Require(ctx, auth.Admin)
	if err != nil {
		return nil, err
	}
	var present *Integration
	err = s.db.Read(ctx, actor.AccountID, func(ctx context.Context, tx pg.ReadTx) (err error) {
		present, err = find(ctx, tx, actor.AccountID, input.IntegrationID)
		return err
	})
	if err != nil {
		return nil, err
	}
	change, err := s.planUpdate(input, present)
	if err != nil {
		return nil, err
	}
	if change.credentials != nil {
		if change.modules, err = s.verify(ctx, change.descriptor, present.BaseURL, change.credentials); err != nil {
			return nil, err
		}
	}
	updated, err := s.update(ctx, actor, input.IntegrationID, change)
	if pg.Violates(err, "integrations_name_key") {
		return nil, errNameTaken(*change.name)
	}
	return updated, err
}

// updatePlan is a valid UpdateInput.
type updatePlan struct {
	name        *string
	descriptor  vendors.Descriptor
	credentials vendors.Credentials // nil: unchanged
	modules     []vendors.Module    // that the new credentials reach; nil: the connection has no modules
	enabled     *bool
	schedule    *Schedule
}

func (s *Service) planUpdate(input UpdateInput, present *Integration) (updatePlan, error) {
	plan := updatePlan{enabled: input.Enabled, schedule: input.Schedule}
	var wrong apperr.UserErrors
	if input.Name != nil {
		normal, err := name.Normalize(*input.Name)
		if err != nil {
			wrong = append(wrong, apperr.UserError{Code: apperr.Invalid, Message: err.Error(), Path: []string{"input", "name"}})
		}
		plan.name = &normal
	}
	if input.Credentials != nil {
		descriptor, known := s.vendors.Catalog.Lookup(present.Connected)
		if !known {
			return updatePlan{}, apperr.User(apperr.Invalid, "This application has no credentials.", "input", "credentials")
		}
		var unfit apperr.UserErrors
		plan.descriptor = descriptor
		plan.credentials, unfit = readCredentials(input.Credentials, descriptor)
		wrong = append(wrong, unfit...)
	}
	if len(wrong) > 0 {
		return updatePlan{}, wrong
	}
	return plan, nil
}

func (s *Service) update(ctx context.Context, actor auth.Actor, integration uuid.UUID, plan updatePlan) (*Integration, error) {
	var updated *Integration
	err := s.db.Write(ctx, actor.AccountID, func(ctx context.Context, tx pg.Tx) error {
		if err := lock(ctx, tx, actor.AccountID, integration); err != nil {
			return err
		}
		before, err := find(ctx, tx.ReadTx, actor.AccountID, integration)
		if err != nil {
			return err
		}
		after := *before
		plan.apply(&after)
		touched := []uuid.UUID{integration}
		if plan.credentials != nil {
			reconnected, err := s.replaceCredentials(ctx, tx, before, plan.credentials)
			if err != nil {
				return err
			}
			touched = append(touched, reconnected...)
		}
		updated = &after
		if plan.credentials == nil && after.Name == before.Name && after.State == before.State && after.Schedule == before.Schedule {
			return nil
		}
		var written struct { // a new one: bun leaves a zero value for NULL in a pointer that was set
			UpdatedAt     time.Time
			NextRefreshAt *time.Time
		}
		err = tx.NewRaw(`
			UPDATE integrations SET name = ?, state = ?, schedule = ?, updated_at = now(),
				next_refresh_at = CASE WHEN schedule = ? THEN next_refresh_at ELSE now() + refresh_period(?) * random() END
			WHERE account_id = ? AND id = ? RETURNING updated_at, next_refresh_at`,
			after.Name, after.State, after.Schedule, after.Schedule, after.Schedule, actor.AccountID, integration).Scan(ctx, &written)
		if err != nil {
			return err
		}
		after.UpdatedAt, after.NextRefreshAt = written.UpdatedAt, written.NextRefreshAt
		if err := keepName(ctx, tx, before, after.Name); err != nil {
			return err
		}
		if plan.modules != nil {
			removed, err := s.followModules(ctx, tx, connectionOf(&after), plan.modules, actor)
			if err != nil {
				return err
			}
			if slices.Contains(removed, integration) && after.State == StateConnected {
				after.State = StateNeedsAttention
			}
		}
		if after.State == StateDisabled {
			if err := s.runs.CancelLive(ctx, tx, actor.AccountID, integration); err != nil {
				return err
			}
		}
		change := journal.Made(actor, journal.Integrations, "integration.updated")
		change.IntegrationIDs, change.Before, change.After = touched, record(before), plan.record(&after)
		plan.edits(&change.Edits, before, &after)
		return s.journal.Append(ctx, tx, change)
	})
	if err != nil {
		return nil, err
	}
	return updated, nil
}

// keepName keeps the name that an integration had until now, for history, unless it stays.
func keepName(ctx context.Context, tx pg.Tx, before *Integration, after string) error {
	if before.Name == after {
		return nil
	}
	_, err := tx.Exec(ctx, `INSERT INTO past_names (account_id, subject_id, until, name) VALUES (?0, ?1, next_position(?0), ?2) ON CONFLICT DO NOTHING`,
		before.AccountID, before.ID, before.Name)
	return err
}

// apply applies the plan to an integration.
func (p updatePlan) apply(i *Integration) {
	if p.name != nil {
		i.Name = *p.name
	}
	if p.credentials != nil && i.State == StateNeedsAttention {
		i.State = StateConnected
	}
	if p.schedule != nil {
		i.Schedule = *p.schedule
	}
	switch {
	case p.enabled == nil:
	case !*p.enabled:
		i.State = StateDisabled
	case i.State == StateDisabled:
		i.State = StateConnected
	}
}

// edits adds what the update did.
func (p updatePlan) edits(edits *journal.Edits, before, after *Integration) {
	add := func(changed bool, what string) {
		if changed {
			edits.Integrations = append(edits.Integrations, journal.IntegrationEdit{Integration: after.ref(), What: what})
		}
	}
	field := func(name, before, after string, of journal.Ref) {
		if before != after {
			edits.Fields = append(edits.Fields, journal.FieldEdit{Subject: of, Field: name, Before: &before, After: &after})
		}
	}
	add(p.credentials != nil, "replaced the credentials of")
	field("name", before.Name, after.Name, after.ref())
	field("schedule", string(before.Schedule), string(after.Schedule), after.ref())
	field("state", string(before.State), string(after.State), after.ref())
}

func (p updatePlan) record(after *Integration) map[string]any {
	kept := record(after)
	if p.credentials != nil {
		kept["credentials"] = "replaced"
	}
	return kept
}

// replaceCredentials encrypts the new credentials and returns the other integrations of the connection that they fixed.
func (s *Service) replaceCredentials(ctx context.Context, tx pg.Tx, i *Integration, credentials vendors.Credentials) ([]uuid.UUID, error) {
	var reconnected []uuid.UUID
	err := tx.NewRaw(`
		UPDATE integrations SET state = ?, updated_at = now()
		WHERE account_id = ? AND connection_id = ? AND id <> ? AND state = ? RETURNING id`,
		StateConnected, i.AccountID, i.ConnectionID, i.ID, StateNeedsAttention).Scan(ctx, &reconnected)
	if err != nil {
		return nil, err
	}
	content := sealable{credentials: credentials}
	if i.ModuleID != nil {
		old, err := s.sealed(ctx, tx, connectionOf(i))
		if err != nil && !errors.Is(err, secret.ErrSealed) { // a lost key is no reason to reject new credentials
			return nil, err
		}
		content.leftOut = old.leftOut
	}
	sealed, err := seal(s.sealer, content, i.AccountID, i.ConnectionID)
	if err != nil {
		return nil, err
	}
	_, err = tx.Exec(ctx, "UPDATE connections SET sealed_credentials = ?, updated_at = now() WHERE account_id = ? AND id = ?",
		sealed, i.AccountID, i.ConnectionID)
	return reconnected, err
}

// lock locks the integration's row. Every write that touches data of an integration calls it first and locks the
// account's row afterwards: a fixed order, so two writes cannot deadlock.
func lock(ctx context.Context, tx pg.Tx, account, integration uuid.UUID) error {
	var locked bool
	err := tx.NewRaw("SELECT true FROM integrations WHERE account_id = ? AND id = ? FOR UPDATE", account, integration).Scan(ctx, &locked)
	if errors.Is(err, sql.ErrNoRows) {
		return errNoIntegration()
	}
	return err
}

func find(ctx context.Context, tx pg.ReadTx, account, integration uuid.UUID) (*Integration, error) {
	found := new(Integration)
	err := selectIntegrations(tx, found, account).Where("i.id = ?", integration).Scan(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, errNoIntegration()
	}
	return found, err
}
