package integration

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

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
	Name        *string // nil: the vendor's name, with a number where it is taken
	BaseURL     *string // nil: the vendor's first region
	Credentials []Credential
}

// connectTries is how many connects of one vendor at one moment find a free default name each.
const connectTries = 10

// Connect makes a connection and the integrations that it feeds. The vendor must take the credentials first. User errors:
// INVALID, NAME_TAKEN, CREDENTIALS_REJECTED. An error with code UNAVAILABLE says that the vendor could not be asked.
func (s *Service) Connect(ctx context.Context, input ConnectInput) ([]*Integration, error) {
	actor, err := auth.Require(ctx, auth.Admin)
	if err != nil {
		return nil, err
	}
	plan, err := s.planConnect(input)
	if err != nil {
		return nil, err
	}
	if err := s.verify(ctx, plan.descriptor, plan.baseURL, plan.credentials); err != nil {
		return nil, err
	}
	for try := 1; ; try++ {
		connected, err := s.connect(ctx, actor, plan)
		taken := pg.Violates(err, "integrations_name_key")
		if taken && plan.name != "" {
			return nil, errNameTaken(plan.name)
		}
		if !taken || try == connectTries {
			return connected, err
		}
	}
}

// connectPlan is a ConnectInput that was found good.
type connectPlan struct {
	descriptor  vendors.Descriptor
	name        string // "": the default
	baseURL     string
	credentials vendors.Credentials
}

func (s *Service) planConnect(input ConnectInput) (connectPlan, error) {
	descriptor, known := s.vendors.Catalog.Lookup(input.Application)
	if !known {
		return connectPlan{}, apperr.User(apperr.Invalid, "That application cannot be connected.", "input", "application")
	}
	plan := connectPlan{descriptor: descriptor}
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
		if plan.baseURL, err = s.vendors.CheckURL(*input.BaseURL); err != nil {
			refuse(sentence(err), "baseUrl")
		}
	case len(descriptor.Regions) > 0:
		plan.baseURL = descriptor.Regions[0].BaseURL
	default:
		refuse(fmt.Sprintf("Enter the address at which you reach %s.", descriptor.Name), "baseUrl")
	}
	credentials, unfit := readCredentials(input.Credentials, descriptor)
	plan.credentials = credentials
	if wrong = append(wrong, unfit...); len(wrong) > 0 {
		return connectPlan{}, wrong
	}
	return plan, nil
}

func (s *Service) connect(ctx context.Context, actor auth.Actor, plan connectPlan) ([]*Integration, error) {
	var connected Integration
	err := s.db.Write(ctx, actor.AccountID, func(ctx context.Context, tx bun.Tx) error {
		title := plan.name
		if title == "" {
			var err error
			if title, err = freeName(ctx, tx, actor.AccountID, plan.descriptor.Name); err != nil {
				return err
			}
		}
		connectionID, err := s.insertConnection(ctx, tx, actor.AccountID, plan)
		if err != nil {
			return err
		}
		connected = Integration{
			AccountID: actor.AccountID, ID: id.New(), ConnectionID: connectionID, Name: title,
			Application: plan.descriptor.Application, Source: SourceAPI, State: StateConnected, BaseURL: plan.baseURL,
		}
		err = tx.NewRaw(`
			INSERT INTO integrations (account_id, id, connection_id, name, application, source, state)
			VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING created_at, updated_at`,
			connected.AccountID, connected.ID, connected.ConnectionID, connected.Name, connected.Application, connected.Source, connected.State,
		).Scan(ctx, &connected.CreatedAt, &connected.UpdatedAt)
		if err != nil {
			return err
		}
		return s.journal.Append(ctx, tx, journal.Change{
			AccountID: actor.AccountID, Kind: journal.Integrations, Action: "integration.connected", Actor: actor.Name,
			IntegrationIDs: []uuid.UUID{connected.ID}, After: record(&connected),
		})
	})
	if err != nil {
		return nil, err
	}
	return []*Integration{&connected}, nil
}

func (s *Service) insertConnection(ctx context.Context, tx bun.IDB, account uuid.UUID, plan connectPlan) (uuid.UUID, error) {
	connection := id.New()
	sealed, err := seal(s.sealer, plan.credentials, account, connection)
	if err != nil {
		return uuid.Nil, err
	}
	_, err = tx.NewRaw("INSERT INTO connections (account_id, id, application, base_url, sealed_credentials) VALUES (?, ?, ?, ?, ?)",
		account, connection, plan.descriptor.Application, plan.baseURL, sealed).Exec(ctx)
	return connection, err
}

// freeName gives the first of "IT Glue", "IT Glue 2", "IT Glue 3"... that no integration has.
func freeName(ctx context.Context, tx bun.IDB, account uuid.UUID, wanted string) (string, error) {
	var names []string
	if err := tx.NewRaw("SELECT name FROM integrations WHERE account_id = ?", account).Scan(ctx, &names); err != nil {
		return "", err
	}
	taken := make(map[string]bool, len(names))
	for _, one := range names {
		taken[one] = true
	}
	free := wanted
	for number := 2; taken[free]; number++ {
		free = fmt.Sprintf("%s %d", wanted, number)
	}
	return free, nil
}

// record is what the journal keeps of an integration.
func record(i *Integration) map[string]any {
	return map[string]any{"name": i.Name, "application": i.Application, "baseUrl": i.BaseURL, "state": i.State}
}

func errNameTaken(taken string) error {
	return apperr.User(apperr.NameTaken, fmt.Sprintf("Another integration is named %q.", taken), "input", "name")
}
