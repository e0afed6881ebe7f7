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

// Vendors connects the package to the vendors of a catalog.
type Vendors struct {
	Catalog vendors.Catalog
	// BaseURL normalizes an application's address as a person typed or pasted it. Its errors are shown to people.
	BaseURL func(application vendors.Application, raw string) (string, error)
	// Open returns a Source without calling the vendor.
	Open func(descriptor vendors.Descriptor, baseURL string, credentials vendors.Credentials) (vendors.Source, error)
	// Key identifies what a vendor counts together for its rate limit, without revealing it. nil: nothing is counted.
	Key func(baseURL string, credentials vendors.Credentials) []byte
}

// Runs is what the package needs from refresh runs.
type Runs interface {
	// CancelLive cancels the queued or running run of an integration, if any, as part of the caller's write.
	CancelLive(ctx context.Context, tx pg.Tx, account, integration uuid.UUID) error
}

// Service manages integrations.
type Service struct {
	db      *pg.DB
	journal *journal.Journal
	sealer  *secret.Sealer
	vendors Vendors
	runs    Runs
	checks  *throttle.Counter // of credentials, by account

	described   described
	directories *directory.Cache
}

// New returns the service. sealer encrypts credentials; lists are answered from directories when possible.
func New(db *pg.DB, changes *journal.Journal, sealer *secret.Sealer, reach Vendors, runs Runs, directories *directory.Cache) *Service {
	return &Service{db: db, journal: changes, sealer: sealer, vendors: reach, runs: runs, directories: directories, described: newDescribed(), checks: throttle.NewCounter(maxChecks)}
}

// Applications returns what can be connected, in display order.
func (s *Service) Applications(ctx context.Context) ([]vendors.Descriptor, error) {
	if _, err := auth.Require(ctx, auth.Viewer); err != nil {
		return nil, err
	}
	return s.vendors.Catalog.All(), nil
}

// List returns the account's integrations in the order in which they were connected.
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

// ByIDs returns the integrations with these IDs that belong to the account.
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

// errNoIntegration is returned by mutations if the account has no such integration.
func errNoIntegration() error {
	return apperr.User(apperr.NotFound, "This integration does not exist.", "input", "integrationId")
}
