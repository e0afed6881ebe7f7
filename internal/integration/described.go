package integration

import (
	"context"
	"unsafe"

	"github.com/google/uuid"

	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/lru"
	"github.com/orgmap/orgmap/internal/pg"
)

// described caches the integrations of accounts by version: they are few, rarely change, and every page of the grid
// needs them.
type described struct {
	accounts *lru.Cache[uuid.UUID, description]
}

func newDescribed() described {
	return described{lru.New[uuid.UUID, description](describedBytes, describedBytes/16)}
}

// description holds an account's integrations at one version. It is immutable.
type description struct {
	version pg.AccountVersion
	byID    map[uuid.UUID]*Integration
}

const (
	describedBytes = 16 << 20 // for the integrations of all accounts
	// integrationBytes is the approximate size of an integration without its texts.
	integrationBytes = 2 * int64(unsafe.Sizeof(Integration{}))
)

// bytes returns the approximate size in bytes.
func (d description) bytes() int64 {
	total := int64(0)
	for _, one := range d.byID {
		total += integrationBytes + int64(len(one.Name)+len(one.BaseURL))
	}
	return total
}

// Described returns the account's integrations by ID. They are current in everything that the journal records, which
// does not include the next refresh time.
func (s *Service) Described(ctx context.Context) (byID map[uuid.UUID]*Integration, err error) {
	actor, err := auth.Require(ctx, auth.Viewer)
	if err != nil {
		return nil, err
	}
	err = s.db.Read(ctx, actor.AccountID, func(ctx context.Context, tx pg.ReadTx) error {
		version, known := tx.AccountVersion()
		if cached := s.described.at(actor.AccountID, version); known && cached != nil {
			byID = cached
			return nil
		}
		var all []*Integration
		if err := selectIntegrations(tx, &all, actor.AccountID).Scan(ctx); err != nil {
			return err
		}
		byID = make(map[uuid.UUID]*Integration, len(all))
		for _, one := range all {
			byID[one.ID] = one
		}
		if known {
			s.described.keep(actor.AccountID, description{version, byID})
		}
		return nil
	})
	return byID, err
}

// at returns the integrations cached for exactly this version; nil: none.
func (d *described) at(account uuid.UUID, version pg.AccountVersion) map[uuid.UUID]*Integration {
	if cached, is := d.accounts.Get(account); is && cached.version == version {
		return cached.byID
	}
	return nil
}

func (d *described) keep(account uuid.UUID, one description) {
	d.accounts.Add(account, one, one.bytes())
}
