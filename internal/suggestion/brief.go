package suggestion

import (
	"context"
	"unsafe"

	"github.com/google/uuid"

	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/directory"
	"github.com/orgmap/orgmap/internal/matching"
	"github.com/orgmap/orgmap/internal/pg"
)

// A brief is a suggestion without its reasons: all that a page of the grid shows. Reasons are most of what is stored.
var (
	briefsByOrganization = selectBriefs("s.organization_id = ANY ($2)")
	briefsOfAccount      = selectBriefs("s.organization_id IS NOT NULL")
)

func selectBriefs(condition string) string {
	return `
	SELECT s.organization_id, s.external_org_id, s.integration_id, x.name, s.tier, s.score::bigint, s.automatic, s.bulk
	FROM suggestions AS s JOIN external_orgs AS x ON x.account_id = $1 AND x.id = s.external_org_id AND x.removed_at IS NULL
	WHERE s.account_id = $1 AND ` + condition + `
	  AND NOT EXISTS (SELECT FROM mappings AS m WHERE m.account_id = $1 AND m.external_org_id = s.external_org_id)
	  AND NOT EXISTS (SELECT FROM exclusions AS e WHERE e.account_id = $1 AND e.external_org_id = s.external_org_id)
	ORDER BY s.organization_id, s.integration_id, s.score DESC, s.external_org_id`
}

// BriefsByOrganizations is ByOrganizations without signals, margins and warnings. The caller must not change the
// suggestions.
func (s *Service) BriefsByOrganizations(ctx context.Context, ids []uuid.UUID) (suggestions map[uuid.UUID][]*Suggestion, err error) {
	actor, err := auth.Require(ctx, auth.Viewer)
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	err = s.db.Read(ctx, actor.AccountID, func(ctx context.Context, tx pg.ReadTx) error {
		if cached := s.cached(tx, actor.AccountID); cached != nil {
			suggestions = cached.of(ids)
			return nil
		}
		found := make([]*Suggestion, 0, len(ids))
		reader := briefReader{}
		err := tx.Send(ctx, pg.Statement{
			SQL: briefsByOrganization, Arguments: []pg.Argument{pg.UUID(actor.AccountID), pg.UUIDs(ids)}, Prepared: true,
			Take: func(row pg.Row) { found = append(found, reader.next(row)) },
		})
		suggestions = byOrganization(found, len(ids))
		return err
	})
	return suggestions, err
}

// byOrganization groups suggestions: those for an organization must be contiguous.
func byOrganization(found []*Suggestion, organizations int) map[uuid.UUID][]*Suggestion {
	suggestions := make(map[uuid.UUID][]*Suggestion, organizations)
	for start, end := 0, 1; end <= len(found); end++ {
		if of := found[start].Organization; end == len(found) || found[end].Organization != of {
			suggestions[of] = found[start:end:end]
			start = end
		}
	}
	return suggestions
}

// cachedBriefs holds the briefs of an account at a version of the account. It is immutable.
type cachedBriefs struct {
	version        int64
	byOrganization map[uuid.UUID][]*Suggestion
	size           int64
}

// briefBytes is the approximate size of a brief besides its external organization's name: it may be the only one of its
// organization.
const briefBytes = int64(unsafe.Sizeof(Suggestion{})+unsafe.Sizeof(&Suggestion{})) + 2*int64(unsafe.Sizeof(uuid.UUID{})+unsafe.Sizeof([]*Suggestion{}))

// Version returns the version of the account.
func (c *cachedBriefs) Version() int64 { return c.version }

// Size returns the approximate size in bytes.
func (c *cachedBriefs) Size() int64 { return c.size }

// of returns the suggestions for the organizations.
func (c *cachedBriefs) of(ids []uuid.UUID) map[uuid.UUID][]*Suggestion {
	suggestions := make(map[uuid.UUID][]*Suggestion, len(ids))
	for _, one := range ids {
		if found, is := c.byOrganization[one]; is {
			suggestions[one] = found
		}
	}
	return suggestions
}

// cached returns the account's briefs if they match what the transaction sees, else nil. The cache may then read them
// for later requests, if they fit.
func (s *Service) cached(tx pg.ReadTx, account uuid.UUID) *cachedBriefs {
	seen, known := tx.AccountVersion()
	if !known || !s.lists.Fits(0) {
		return nil
	}
	key, version := directory.Key{Account: account, List: "suggestions", Era: tx.Era()}, directory.VersionOf(seen)
	if cached, is := s.lists.Get(key).(*cachedBriefs); is && cached.version == version {
		s.lists.Hit()
		return cached
	}
	s.lists.Miss(key, version, func(ctx context.Context) (directory.Directory, error) { return s.loadBriefs(ctx, key) })
	return nil
}

// loadBriefs reads the account's briefs.
func (s *Service) loadBriefs(ctx context.Context, key directory.Key) (directory.Directory, error) {
	return directory.Load(ctx, s.db, key, func(ctx context.Context, tx pg.ReadTx) (directory.Directory, error) {
		seen, known := tx.AccountVersion()
		if !known {
			return nil, nil
		}
		read, fits := &cachedBriefs{version: directory.VersionOf(seen)}, true
		var found []*Suggestion
		reader := briefReader{}
		err := tx.Send(ctx, pg.Statement{
			SQL: briefsOfAccount, Arguments: []pg.Argument{pg.UUID(key.Account)},
			Take: func(row pg.Row) {
				read.size += briefBytes + int64(len(row[3]))
				if fits = fits && s.lists.Fits(read.size); fits {
					found = append(found, reader.next(row))
				}
			},
		})
		if err != nil || !fits {
			return nil, err
		}
		read.byOrganization = byOrganization(found, 0)
		return read, nil
	})
}

// briefReader reads rows of briefs. Up to briefsAtOnce of them are allocated together.
type briefReader struct{ free []Suggestion }

const briefsAtOnce = 64

func (r *briefReader) next(row pg.Row) *Suggestion {
	if len(r.free) == 0 {
		r.free = make([]Suggestion, briefsAtOnce)
	}
	one := &r.free[0]
	r.free = r.free[1:]
	one.Organization, one.ExternalOrgID, one.IntegrationID, one.ExternalName = row.UUID(0), row.UUID(1), row.UUID(2), row.Text(3)
	one.Tier, one.Score, one.Automatic, one.Bulk = tierOf(row[4]), matching.Bits(row.Int(5)), row.Boolean(6), row.Boolean(7)
	return one
}

// tierOf returns a stored tier without allocating it.
func tierOf(text []byte) matching.Tier {
	for _, tier := range [...]matching.Tier{matching.Identity, matching.Exact, matching.Normalized, matching.Strong, matching.Weak} {
		if string(tier) == string(text) {
			return tier
		}
	}
	return matching.Tier(text)
}
