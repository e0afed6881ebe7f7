package integration

import (
	"context"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/directory"
	"github.com/orgmap/orgmap/internal/journal"
	"github.com/orgmap/orgmap/internal/pg"
	"github.com/orgmap/orgmap/internal/secret"
	"github.com/orgmap/orgmap/internal/throttle"
	"github.com/orgmap/orgmap/internal/vendors"
)

// Vendors reaches the vendors of a catalog.
type Vendors struct {
	Catalog vendors.Catalog
	// BaseURL reads an application's address as a person typed or pasted it and returns its normal form. Its errors are for people.
	BaseURL func(application vendors.Application, raw string) (string, error)
	// Open makes a Source without a call to the vendor.
	Open func(descriptor vendors.Descriptor, baseURL string, credentials vendors.Credentials) (vendors.Source, error)
	// Key marks what a vendor counts together, and shows nothing of it. nil: nothing is counted.
	Key func(baseURL string, credentials vendors.Credentials) []byte
}

// Runs is what the package needs of refresh runs.
type Runs interface {
	// CancelLive ends the queued or running run of an integration, where there is one, inside the caller's write.
	CancelLive(ctx context.Context, tx pg.Tx, account, integration uuid.UUID) error
}

// Service is all that can be done with integrations.
type Service struct {
	db      *pg.DB
	journal *journal.Journal
	sealer  *secret.Sealer
	vendors Vendors
	runs    Runs
	checks  *throttle.Counter // of credentials, by account

	described   described
	directories *directory.Keeper
}

// New makes the service. sealer seals the credentials; what applications list is kept in directories, to answer lists from.
func New(db *pg.DB, changes *journal.Journal, sealer *secret.Sealer, reach Vendors, runs Runs, directories *directory.Keeper) *Service {
	return &Service{db: db, journal: changes, sealer: sealer, vendors: reach, runs: runs, directories: directories, described: newDescribed(), checks: throttle.NewCounter(maxChecks)}
}

// Applications lists what can be connected, in the order people see it.
func (s *Service) Applications(ctx context.Context) ([]vendors.Descriptor, error) {
	if _, err := auth.Require(ctx, auth.Viewer); err != nil {
		return nil, err
	}
	return s.vendors.Catalog.All(), nil
}

// List gives the account's integrations in the order in which they were connected.
func (s *Service) List(ctx context.Context) ([]*Integration, error) {
	actor, err := auth.Require(ctx, auth.Viewer)
	if err != nil {
		return nil, err
	}
	var all []*Integration
	err = s.db.Read(ctx, actor.AccountID, func(ctx context.Context, tx pg.ReadTx) error {
		return selectIntegrations(tx, &all, actor.AccountID).Order("i.id").Scan(ctx)
	})
	return all, err
}

// ByIDs gives those of the integrations that the account has.
func (s *Service) ByIDs(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]*Integration, error) {
	actor, err := auth.Require(ctx, auth.Viewer)
	if err != nil {
		return nil, err
	}
	found := make(map[uuid.UUID]*Integration, len(ids))
	if len(ids) == 0 {
		return found, nil
	}
	var rows []*Integration
	err = s.db.Read(ctx, actor.AccountID, func(ctx context.Context, tx pg.ReadTx) error {
		return selectIntegrations(tx, &rows, actor.AccountID).Where("i.id IN (?)", bun.List(ids)).Scan(ctx)
	})
	for _, row := range rows {
		found[row.ID] = row
	}
	return found, err
}

func selectIntegrations(tx pg.ReadTx, rows any, account uuid.UUID) *bun.SelectQuery {
	return tx.NewSelect().Model(rows).
		ColumnExpr(columns.In("i")+", c.base_url, c.application AS connected").
		Join("JOIN connections AS c ON c.account_id = i.account_id AND c.id = i.connection_id").
		Where("i.account_id = ?", account)
}

// errNoIntegration is what a mutation answers whose integration the account does not have.
func errNoIntegration() error {
	return apperr.User(apperr.NotFound, "This integration does not exist.", "input", "integrationId")
}
