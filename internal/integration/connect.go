package integration

import (
	"context"
	"fmt"
	"strings"

	"github.com/google/uuid"

	"github.com/orgmap/orgmap/internal/account"
	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/journal"
	"github.com/orgmap/orgmap/internal/name"
	"github.com/orgmap/orgmap/internal/pg"
	"github.com/orgmap/orgmap/internal/vendors"
)

// ConnectInput says what to connect.
type ConnectInput struct {
	Application vendors.Application
	Name        *string // nil: the vendor's name, numbered if taken; a prefix for module names if there are modules
	BaseURL     *string // nil: the vendor's first region
	Credentials []Credential
	Restores    *uuid.UUID // a disconnected integration to bring back
}

// connectTries is how many times Connect looks for a free default name when other connects of the same vendor run
// concurrently.
const connectTries = 10

// Connect creates a connection and its integrations, after the vendor has accepted the credentials. User errors:
// INVALID, NAME_TAKEN, QUOTA_EXCEEDED, CREDENTIALS_REJECTED. An error has the code UNAVAILABLE if the vendor could not
// be reached, and RATE_LIMITED if the account is already testing too many connections.
func (s *Service) Connect(ctx context.Context, input ConnectInput) ([]*Integration, error) {
	actor, err := auth.Require(ctx, auth.Admin)
	if err != nil {
		return nil, err
	}
	plan, err := s.planConnect(input)
	if err != nil {
		return nil, err
	}
	used, err := s.usage(ctx, actor.AccountID)
	if err == nil {
		err = admit(used, 1, plan.descriptor)
	}
	if err != nil {
		return nil, err
	}
	modules, err := s.verify(ctx, plan.descriptor, plan.baseURL, plan.credentials)
	if err != nil {
		return nil, err
	}
	if modules != nil && len(modules) == 0 {
		return nil, apperr.User(apperr.Invalid, fmt.Sprintf("%s has no modules yet. Add one there, then connect it.", plan.descriptor.Name), "input", "application")
	}
	for try := 1; ; try++ {
		connected, err := s.connect(ctx, actor, plan, modules)
		taken := pg.Violates(err, "integrations_name_key")
		if taken && plan.name != "" && modules == nil {
			return nil, errNameTaken(plan.name)
		}
		if !taken || try == connectTries {
			return connected, err
		}
	}
}

// connectPlan is a valid ConnectInput.
type connectPlan struct {
	descriptor  vendors.Descriptor
	name        string // "": use the default
	restores    *uuid.UUID
	baseURL     string
	credentials vendors.Credentials
}

func (s *Service) planConnect(input ConnectInput) (connectPlan, error) {
	descriptor, known := s.vendors.Catalog.Lookup(input.Application)
	if !known {
		return connectPlan{}, apperr.User(apperr.Invalid, "This application cannot be connected.", "input", "application")
	}
	plan := connectPlan{descriptor: descriptor, restores: input.Restores}
	var wrong apperr.UserErrors
	refuse := func(message, field string) {
		wrong = append(wrong, apperr.UserError{Code: apperr.Invalid, Message: message, Path: []string{"input", field}})
	}
	if input.Name != nil {
		var err error
		if plan.name, err = name.Normalize(*input.Name); err != nil {
			refuse(err.Error(), "name")
		}
	}
	switch {
	case input.BaseURL != nil:
		var err error
		if plan.baseURL, err = s.vendors.BaseURL(input.Application, *input.BaseURL); err != nil {
			refuse(fmt.Sprintf("%s Enter it like %s.", sentence(err), descriptor.Address.Example), "baseUrl")
		}
	case len(descriptor.Regions) > 0:
		plan.baseURL = descriptor.Regions[0].BaseURL
	default:
		refuse(fmt.Sprintf("Enter the address of your %s, such as %s.", descriptor.Name, descriptor.Address.Example), "baseUrl")
	}
	credentials, unfit := readCredentials(input.Credentials, descriptor)
	plan.credentials = credentials
	if wrong = append(wrong, unfit...); len(wrong) > 0 {
		return connectPlan{}, wrong
	}
	return plan, nil
}

// connect creates the connection and its integrations: one, or one for each module.
func (s *Service) connect(ctx context.Context, actor auth.Actor, plan connectPlan, modules []vendors.Module) ([]*Integration, error) {
	var connected []*Integration
	err := s.db.Write(ctx, actor.AccountID, func(ctx context.Context, tx pg.Tx) error {
		usage, err := account.Lock(ctx, tx, actor.AccountID)
		if err != nil {
			return err
		}
		if err := admit(usage.Integrations, max(1, len(modules)), plan.descriptor); err != nil {
			return err
		}
		taken, err := takenNames(ctx, tx, actor.AccountID)
		if err != nil {
			return err
		}
		connectionID, err := s.insertConnection(ctx, tx, actor.AccountID, plan)
		if err != nil {
			return err
		}
		connected = plan.integrations(modules, taken)
		var restored *Disconnected
		if plan.restores != nil {
			restored, err = lockDisconnected(ctx, tx, actor.AccountID, *plan.restores, plan.descriptor.Application)
			if err == nil {
				err = restored.bequeath(connected, plan.name != "", taken)
			}
			if err != nil {
				return err
			}
		}
		for _, one := range connected {
			one.AccountID, one.ConnectionID, one.BaseURL, one.Connected = actor.AccountID, connectionID, plan.baseURL, plan.descriptor.Application
			if err := insert(ctx, tx, one, ""); err != nil {
				return err
			}
		}
		change := connectedChange(actor, connected)
		if restored != nil {
			change.Action = "integration.restored"
			change.OrganizationIDs, change.Edits.Mappings, err = bringBack(ctx, tx, actor.AccountID, restored, journal.Ref{ID: restored.IntegrationID, Name: restored.Name})
			if err != nil {
				return err
			}
		}
		return s.journal.Append(ctx, tx, change)
	})
	if err != nil {
		return nil, err
	}
	return connected, nil
}

// integrations returns the connection's integrations, each with a name.
func (p connectPlan) integrations(modules []vendors.Module, taken names) []*Integration {
	if modules != nil {
		made := make([]*Integration, len(modules))
		for at, module := range modules {
			made[at] = ofModule(module, p.name, taken)
		}
		return made
	}
	title := p.name
	if title == "" {
		title = taken.free(p.descriptor.Name)
	}
	return []*Integration{{ID: id.New(), Name: title, Application: p.descriptor.Application, Source: SourceAPI, State: StateConnected}}
}

// insert inserts an integration; the database sets its schedule and times. onConflict is the SQL after ON; if it is
// empty, a conflict is an error.
func insert(ctx context.Context, tx pg.Tx, i *Integration, onConflict string) error {
	const set = "schedule, next_refresh_at, created_at, updated_at"
	query := tx.NewInsert().Model(i).ExcludeColumn(strings.Split(set, ", ")...).Returning(set)
	if onConflict != "" {
		query = query.On(onConflict)
	}
	return query.Scan(ctx)
}

func connectedChange(by auth.Actor, connected []*Integration) journal.Change {
	change := journal.Made(by, journal.Integrations, "integration.connected")
	records := make([]map[string]any, len(connected))
	for at, one := range connected {
		change.IntegrationIDs = append(change.IntegrationIDs, one.ID)
		change.Edits.Integrations = append(change.Edits.Integrations, journal.IntegrationEdit{Integration: one.ref(), What: "connected"})
		records[at] = record(one)
	}
	change.After = records
	if len(records) == 1 {
		change.After = records[0]
	}
	return change
}

func (s *Service) insertConnection(ctx context.Context, tx pg.Tx, account uuid.UUID, plan connectPlan) (uuid.UUID, error) {
	connection := id.New()
	sealed, err := seal(s.sealer, sealable{credentials: plan.credentials}, account, connection)
	if err != nil {
		return uuid.Nil, err
	}
	_, err = tx.Exec(ctx, "INSERT INTO connections (account_id, id, application, base_url, sealed_credentials) VALUES (?, ?, ?, ?, ?)",
		account, connection, plan.descriptor.Application, plan.baseURL, sealed)
	return connection, err
}

// names is the set of names of an account's integrations.
type names map[string]bool

func takenNames(ctx context.Context, tx pg.Tx, account uuid.UUID) (names, error) {
	var rows []string
	if err := tx.NewRaw("SELECT name FROM integrations WHERE account_id = ?", account).Scan(ctx, &rows); err != nil {
		return nil, err
	}
	taken := make(names, len(rows))
	for _, one := range rows {
		taken[one] = true
	}
	return taken, nil
}

// free reserves and returns the first of "IT Glue", "IT Glue 2", "IT Glue 3"... that is not taken.
func (n names) free(wanted string) string {
	free := wanted
	for number := 2; n[free]; number++ {
		free = fmt.Sprintf("%s %d", wanted, number)
	}
	n[free] = true
	return free
}

// ref returns the integration as a change records it.
func (i *Integration) ref() journal.Ref { return journal.Ref{ID: i.ID, Name: i.Name} }

// record returns what the journal stores of an integration.
func record(i *Integration) map[string]any {
	return map[string]any{"name": i.Name, "application": i.Application, "baseUrl": i.BaseURL, "state": i.State}
}

func errNameTaken(taken string) error {
	return apperr.User(apperr.NameTaken, fmt.Sprintf("An integration named %s already exists.", name.Quote(taken)), "input", "name")
}
