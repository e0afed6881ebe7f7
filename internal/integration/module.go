package integration

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"github.com/orgmap/orgmap/internal/account"
	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/journal"
	"github.com/orgmap/orgmap/internal/name"
	"github.com/orgmap/orgmap/internal/pg"
	"github.com/orgmap/orgmap/internal/vendors"
)

const (
	// longestTitle leaves room for a number below name.MaximumLength, in characters.
	longestTitle = name.MaximumLength - 10
	// longestModuleID is well above the longest ID of any vendor, in bytes.
	longestModuleID = 200
)

// modulesOf returns the modules of a source, without those that have no usable or no unique ID. It returns nil if the
// source has a single list and no modules.
func modulesOf(ctx context.Context, source vendors.Source) ([]vendors.Module, error) {
	modular, is := source.(vendors.ModuleSource)
	if !is {
		return nil, nil
	}
	listed, err := modular.Modules(ctx)
	if err != nil {
		return nil, err
	}
	modules := make([]vendors.Module, 0, len(listed))
	seen := map[string]bool{}
	for _, one := range listed {
		if one.ID == "" || len(one.ID) > longestModuleID || strings.ContainsFunc(one.ID, unicode.IsControl) || seen[one.ID] {
			continue
		}
		seen[one.ID] = true
		modules = append(modules, one)
	}
	return modules, nil
}

// ofModule returns a module's integration, without the fields that come from its connection. prefix may be empty.
func ofModule(module vendors.Module, prefix string, taken names) *Integration {
	title, err := name.Normalize(shortened(strings.Map(printable, module.Name)))
	if err != nil {
		title = "Module " + module.ID
	}
	return &Integration{
		ID: id.New(), Name: taken.free(shortened(prefix + " " + title)), Application: module.Application, Source: SourceKaseyaOne, State: StateConnected,
		ModuleID: &module.ID,
	}
}

// shortened trims white space and cuts the text to longestTitle characters.
func shortened(text string) string {
	runes := []rune(strings.TrimSpace(text))
	return strings.TrimSpace(string(runes[:min(len(runes), longestTitle)]))
}

func printable(r rune) rune {
	if unicode.IsControl(r) {
		return ' '
	}
	return r
}

// followModules updates a connection's integrations to its current modules: it creates an integration for each new
// module, unless a person disconnected it, and sets integrations whose module is gone to NEEDS_ATTENTION, keeping all
// their mappings. It returns the integrations whose module is gone. If all modules are gone at once it changes nothing,
// as for a list that comes back empty. by is who the change is recorded for.
func (s *Service) followModules(ctx context.Context, tx pg.Tx, feed connection, modules []vendors.Module, by auth.Actor) (removed []uuid.UUID, err error) {
	if len(modules) == 0 {
		return nil, nil
	}
	var present []struct {
		ID       uuid.UUID
		ModuleID string
	}
	err = tx.NewRaw("SELECT id, module_id FROM integrations WHERE account_id = ? AND connection_id = ? AND module_id IS NOT NULL ORDER BY id",
		feed.AccountID, feed.ID).Scan(ctx, &present)
	if err != nil {
		return nil, err
	}
	missing := make(map[string]bool, len(modules))
	for _, module := range modules {
		missing[module.ID] = true
	}
	for _, one := range present {
		if !missing[one.ModuleID] {
			removed = append(removed, one.ID)
		}
		delete(missing, one.ModuleID)
	}
	if err := s.needAttention(ctx, tx, removed, by); err != nil {
		return nil, err
	}
	fresh := slices.DeleteFunc(slices.Clone(modules), func(module vendors.Module) bool { return !missing[module.ID] })
	return removed, s.connectModules(ctx, tx, feed, fresh, by)
}

func (s *Service) needAttention(ctx context.Context, tx pg.Tx, removed []uuid.UUID, by auth.Actor) error {
	if len(removed) == 0 {
		return nil
	}
	var changed []struct {
		ID   uuid.UUID
		Name string
	}
	err := tx.NewRaw("UPDATE integrations SET state = ?, updated_at = now() WHERE account_id = ? AND id IN (?) AND state = ? RETURNING id, name",
		StateNeedsAttention, by.AccountID, bun.List(removed), StateConnected).Scan(ctx, &changed)
	if err != nil || len(changed) == 0 {
		return err
	}
	change := journal.Made(by, journal.Integrations, "integration.needs_attention")
	change.After = map[string]any{"reason": "MODULE_GONE"}
	for _, one := range changed {
		change.IntegrationIDs = append(change.IntegrationIDs, one.ID)
		change.Edits.Integrations = append(change.Edits.Integrations, journal.IntegrationEdit{Integration: journal.Ref(one), What: "no longer found the module of"})
	}
	return s.journal.Append(ctx, tx, change)
}

// connectModules creates integrations for modules that have none, as long as the account has room; the next walk tries
// again for the rest. The modules that a person left out must be read after the integrations, because Disconnect
// deletes the integration and records its module as left out in one commit.
func (s *Service) connectModules(ctx context.Context, tx pg.Tx, feed connection, fresh []vendors.Module, by auth.Actor) error {
	if len(fresh) == 0 {
		return nil
	}
	content, err := s.sealed(ctx, tx, feed)
	if err != nil {
		return err
	}
	usage, err := account.Lock(ctx, tx, feed.AccountID)
	if err != nil {
		return err
	}
	taken, err := takenNames(ctx, tx, feed.AccountID)
	if err != nil {
		return err
	}
	var connected []*Integration
	for _, module := range fresh {
		if slices.Contains(content.leftOut, module.ID) {
			continue
		}
		if len(connected) == usage.Integrations.Remaining() {
			break
		}
		made := ofModule(module, "", taken)
		made.AccountID, made.ConnectionID, made.BaseURL, made.Connected = feed.AccountID, feed.ID, feed.BaseURL, feed.Application
		// Another server may have just created the integration of this module, or a person taken the name: the next
		// walk tries again.
		err := insert(ctx, tx, made, "CONFLICT DO NOTHING")
		switch {
		case err == nil:
			connected = append(connected, made)
		case !errors.Is(err, sql.ErrNoRows):
			return err
		}
	}
	if len(connected) == 0 {
		return nil
	}
	return s.journal.Append(ctx, tx, connectedChange(by, connected))
}

// sealed decrypts what a connection stores encrypted, and locks its row. It returns ErrGone if there is no such
// connection.
func (s *Service) sealed(ctx context.Context, tx pg.Tx, feed connection) (sealable, error) {
	var content []byte
	err := tx.NewRaw("SELECT sealed_credentials FROM connections WHERE account_id = ? AND id = ? FOR NO KEY UPDATE", feed.AccountID, feed.ID).Scan(ctx, &content)
	if errors.Is(err, sql.ErrNoRows) {
		return sealable{}, ErrGone
	}
	if err != nil {
		return sealable{}, err
	}
	return unseal(s.sealer, content, feed.AccountID, feed.ID)
}

// leaveOut records that a person disconnected a module's integration.
func (s *Service) leaveOut(ctx context.Context, tx pg.Tx, i *Integration) error {
	content, err := s.sealed(ctx, tx, connectionOf(i))
	if errors.Is(err, ErrGone) {
		return nil // it was the last integration of its connection
	}
	if err != nil {
		return err
	}
	content.leftOut = append(content.leftOut, *i.ModuleID)
	sealed, err := seal(s.sealer, content, i.AccountID, i.ConnectionID)
	if err != nil {
		return err
	}
	// updated_at stays: it says when the credentials were last replaced.
	_, err = tx.Exec(ctx, "UPDATE connections SET sealed_credentials = ? WHERE account_id = ? AND id = ?", sealed, i.AccountID, i.ConnectionID)
	return err
}

// moduleFeed is the Source of one module. Each walk begins by following the modules of the whole connection.
type moduleFeed struct {
	vendors.Source
	service *Service
	whole   vendors.Source
	feed    connection
	vendor  string
	module  string
}

func (f moduleFeed) Organizations(ctx context.Context, cursor string) (vendors.Page, error) {
	if cursor != "" {
		return f.Source.Organizations(ctx, cursor)
	}
	modules, err := modulesOf(ctx, f.whole)
	if err != nil {
		return vendors.Page{}, err
	}
	if err := f.follow(ctx, modules); err != nil {
		return vendors.Page{}, err
	}
	if !slices.ContainsFunc(modules, func(module vendors.Module) bool { return module.ID == f.module }) {
		return vendors.Page{}, &vendors.Error{
			Class:   vendors.BadResponse,
			Message: fmt.Sprintf("%s no longer has this module. Its mappings are kept. Enable the module there, or disconnect it here.", f.vendor),
			Err:     fmt.Errorf("module %q is not listed", f.module),
		}
	}
	return f.Source.Organizations(ctx, cursor)
}

// follow runs followModules in its own transaction.
func (f moduleFeed) follow(ctx context.Context, modules []vendors.Module) error {
	err := f.service.db.Write(ctx, f.feed.AccountID, func(ctx context.Context, tx pg.Tx) error {
		_, err := f.service.followModules(ctx, tx, f.feed, modules, auth.Actor{AccountID: f.feed.AccountID, Kind: auth.SystemActor, Name: f.vendor})
		return err
	})
	if err == nil || ctx.Err() != nil {
		return err
	}
	return &vendors.Error{
		Class:   vendors.Unavailable,
		Message: fmt.Sprintf("The modules of %s could not be saved. Try again in a few minutes.", f.vendor),
		Err:     err,
	}
}
