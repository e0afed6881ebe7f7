package suggestion

import (
	"cmp"
	"context"
	"encoding/json"
	"maps"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/matching"
	"github.com/orgmap/orgmap/internal/pg"
)

// computation is what computing an account's suggestions changes.
type computation struct {
	account     uuid.UUID
	position    int64 // of the journal, when the data were read
	took        time.Duration
	local       bool // whether only what recent changes concern is computed
	changed     []row
	obsolete    []uuid.UUID                      // external organizations whose rows are deleted
	touched     map[uuid.UUID]map[uuid.UUID]bool // by integration: the organizations whose suggestions change
	lapsed      []uuid.UUID                      // rejections
	learned     []matching.Learned
	forgotten   []uuid.UUID           // aliases
	frequencies *matching.Frequencies // nil: as stored
}

// run computes the suggestions, and compares them with the stored ones. It returns the external organizations whose
// suggestions are certain enough to be applied automatically.
func (c *computation) run(read *world, before map[uuid.UUID]storedRow) (automatic []uuid.UUID, err error) {
	c.local = read.Frequencies != nil && read.recent.isLocal(read.position)
	if c.local {
		read.recent.recall(read)
	}
	engine := matching.New(read.World)
	records := engine.Records
	var scope *matching.Scope // nil: all records
	if c.local {
		scope = read.recent.scope(engine, read, before)
		records = scope.Records
	}
	if read.Frequencies == nil {
		c.frequencies = engine.Frequencies()
	}
	c.learn(read, engine, scope)
	for at := range records {
		outcome := engine.Outcome(at)
		row, hasRow, err := rowOf(outcome, read.integrations[outcome.Record])
		if err != nil {
			return nil, err
		}
		stored, exists := before[outcome.Record]
		delete(before, outcome.Record)
		if !hasRow {
			if exists {
				c.remove(outcome.Record, stored)
			}
			continue
		}
		if outcome.Suggestion != nil && outcome.Suggestion.Automatic {
			automatic = append(automatic, outcome.Record)
		}
		if !exists || stored.digest != row.digest {
			c.changed = append(c.changed, row)
			c.touch(row.content.IntegrationID, stored.organization, row.content.OrganizationID)
		}
	}
	for externalOrg, stored := range before {
		switch {
		case scope == nil: // the external organization no longer exists
			c.remove(externalOrg, stored)
		case stored.automatic:
			automatic = append(automatic, externalOrg)
		}
	}
	slices.SortFunc(automatic, compareIDs)
	slices.SortFunc(c.obsolete, compareIDs)
	slices.SortFunc(c.changed, func(a, b row) int { return compareIDs(a.externalOrg, b.externalOrg) })
	return automatic, nil
}

// remove marks a stored row for deletion.
func (c *computation) remove(externalOrg uuid.UUID, stored storedRow) {
	c.obsolete = append(c.obsolete, externalOrg)
	c.touch(stored.integration, stored.organization)
}

// storedRow is what is stored about an external organization's suggestion.
type storedRow struct {
	digest       int64
	integration  uuid.UUID
	organization *uuid.UUID // the suggested one; nil: none
	automatic    bool
}

// touch notes that suggestions for organizations in an integration change.
func (c *computation) touch(integration uuid.UUID, organizations ...*uuid.UUID) {
	if c.touched == nil {
		c.touched = map[uuid.UUID]map[uuid.UUID]bool{}
	}
	if c.touched[integration] == nil {
		c.touched[integration] = map[uuid.UUID]bool{}
	}
	for _, organization := range organizations {
		if organization != nil {
			c.touched[integration][*organization] = true
		}
	}
}

func compareIDs(a, b uuid.UUID) int { return slices.Compare(a[:], b[:]) }

// learn compares the aliases that the mappings show with the stored ones, and gives the engine those that hold now. Revoked
// aliases do not count, before or now.
func (c *computation) learn(read *world, engine *matching.Engine, scope *matching.Scope) {
	shown, gained, lost := map[aliasKey]bool{}, map[uuid.UUID]bool{}, map[uuid.UUID]bool{}
	for one := range engine.Aliases {
		key := aliasKey{one.Organization, one.Record}
		shown[key] = true
		before, known := read.aliases[key]
		if known && (before.revoked || before.pinned || before.name == one.Name) {
			continue
		}
		if known {
			lost[one.Organization] = true
		}
		gained[one.Organization] = true
		c.learned = append(c.learned, one)
		read.aliases[key] = alias{name: one.Name}
	}
	for key, one := range read.aliases {
		if !shown[key] && !one.pinned {
			if one.id != uuid.Nil { // otherwise it ended with its mapping
				c.forgotten = append(c.forgotten, one.id)
			}
			delete(read.aliases, key)
			if !one.revoked {
				lost[key.organization] = true
			}
		}
	}
	slices.SortFunc(c.forgotten, compareIDs)
	slices.SortFunc(c.learned, func(a, b matching.Learned) int {
		return cmp.Or(compareIDs(a.Organization, b.Organization), compareIDs(a.Record, b.Record))
	})
	if len(gained)+len(lost) == 0 {
		return
	}
	read.setAliases()
	if scope == nil {
		engine.SetAliases(read.Organizations)
	} else {
		scope.SetAliases(read.Organizations, gained, lost)
	}
}

const (
	// An external organization may have been deleted with its integration since it was read.
	upsertSuggestions = `
		INSERT INTO suggestions (account_id, external_org_id, integration_id, state, organization_id, tier, score, margin, automatic, bulk,
			warnings, because, signals, candidates, digest)
		SELECT $1, w.* FROM jsonb_to_recordset($2::text::jsonb) AS w (external_org_id uuid, integration_id uuid, state text, organization_id uuid,
			tier text, score integer, margin integer, automatic boolean, bulk boolean, warnings text[], because text, signals jsonb, candidates jsonb, digest bigint)
		JOIN external_orgs AS x ON x.account_id = $1 AND x.id = w.external_org_id
		ON CONFLICT (account_id, external_org_id) DO UPDATE SET state = excluded.state, organization_id = excluded.organization_id,
			tier = excluded.tier, score = excluded.score, margin = excluded.margin, automatic = excluded.automatic, bulk = excluded.bulk,
			warnings = excluded.warnings, because = excluded.because, signals = excluded.signals, candidates = excluded.candidates, digest = excluded.digest`
	deleteSuggestions = "DELETE FROM suggestions WHERE account_id = $1 AND external_org_id = ANY ($2)"
	deleteRejections  = "DELETE FROM rejections WHERE account_id = $1 AND id = ANY ($2)"
	deleteAliases     = "DELETE FROM aliases WHERE account_id = $1 AND id = ANY ($2) AND NOT pinned"
	// A mapping may have been cleared since it was read: then nothing is learned from it.
	upsertAliases = `
		INSERT INTO aliases (account_id, id, organization_id, external_org_id, mapping_id, name, created_at, created_by)
		SELECT $1, learned.id, learned.organization_id, learned.external_org_id, m.id, learned.name, m.created_at, m.created_by
		FROM unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::text[]) AS learned (id, organization_id, external_org_id, name)
		JOIN mappings AS m ON m.account_id = $1 AND m.external_org_id = learned.external_org_id AND m.organization_id = learned.organization_id
		ON CONFLICT (account_id, organization_id, external_org_id) DO UPDATE SET name = excluded.name, mapping_id = excluded.mapping_id
		WHERE NOT aliases.pinned AND NOT aliases.revoked`
	keepFrequencies = "UPDATE matchings SET frequencies = $2::text::jsonb WHERE account_id = $1"
	// Writing the account's row without changing it marks every cached response as stale.
	touchAccount  = "UPDATE accounts SET journal_position = journal_position WHERE id = $1"
	settleAccount = `
		UPDATE matchings SET position = $2, version = ($3::bigint)::integer, rest_until = now() + make_interval(secs => $4) WHERE account_id = $1`
	// An integration may have been disconnected since it was read.
	noteChange = `
		INSERT INTO suggestion_changes AS c (account_id, integration_id, sequence, organization_ids)
		SELECT i.account_id, i.id, 1, $3::uuid[] FROM integrations AS i WHERE i.account_id = $1 AND i.id = $2
		ON CONFLICT (account_id, integration_id) DO UPDATE SET sequence = c.sequence + 1, organization_ids = excluded.organization_ids, changed_at = clock_timestamp()
		RETURNING sequence`
	mostNamed = 200 // organizations in a change
)

// finish returns the statements that write everything but the changed rows.
func (c *computation) finish() (statements []pg.Statement, err error) {
	add := func(sql string, arguments ...pg.Argument) {
		statements = append(statements, pg.Statement{SQL: sql, Arguments: append([]pg.Argument{pg.UUID(c.account)}, arguments...)})
	}
	if c.visible() {
		add(touchAccount)
	}
	for sql, ids := range map[string][]uuid.UUID{deleteSuggestions: c.obsolete, deleteRejections: c.lapsed, deleteAliases: c.forgotten} {
		if len(ids) > 0 {
			add(sql, pg.UUIDs(ids))
		}
	}
	if len(c.learned) > 0 {
		ids, organizations := make([]uuid.UUID, len(c.learned)), make([]uuid.UUID, len(c.learned))
		externals, names := make([]uuid.UUID, len(c.learned)), make([]string, len(c.learned))
		for i, one := range c.learned {
			ids[i], organizations[i], externals[i], names[i] = id.New(), one.Organization, one.Record, one.Name
		}
		add(upsertAliases, pg.UUIDs(ids), pg.UUIDs(organizations), pg.UUIDs(externals), pg.Texts(names))
	}
	if c.frequencies != nil {
		text, err := json.Marshal(c.frequencies)
		if err != nil {
			return nil, err
		}
		add(keepFrequencies, pg.Text(string(text)))
	}
	return statements, nil
}

// visible reports whether the computation changes something that people can see.
func (c *computation) visible() bool {
	return len(c.changed)+len(c.obsolete)+len(c.lapsed)+len(c.learned)+len(c.forgotten) > 0
}

// write writes what a computation changes, and releases the account. Each of its transactions begins by locking the
// account's row, as every other write does, and none keeps the lock for more than a part of the rows.
func (u *Updater) write(ctx context.Context, c computation) error {
	for part := range slices.Chunk(c.changed, partSize) {
		text, err := encodeRows(part)
		if err != nil {
			return err
		}
		err = u.db.Write(ctx, c.account, func(ctx context.Context, tx pg.Tx) error {
			return tx.Send(ctx,
				pg.Statement{SQL: touchAccount, Arguments: []pg.Argument{pg.UUID(c.account)}},
				pg.Statement{SQL: upsertSuggestions, Arguments: []pg.Argument{pg.UUID(c.account), pg.Text(text)}})
		})
		if err != nil {
			return err
		}
	}
	statements, err := c.finish()
	if err != nil {
		return err
	}
	return u.db.Write(ctx, c.account, func(ctx context.Context, tx pg.Tx) error {
		all := slices.Clone(statements)
		for _, integration := range slices.SortedFunc(maps.Keys(c.touched), compareIDs) {
			all = append(all, c.note(ctx, tx, integration, u.announce))
		}
		return tx.Send(ctx, append(all, pg.Statement{
			SQL: settleAccount, Arguments: []pg.Argument{pg.UUID(c.account), pg.Int(c.position), pg.Int(version), pg.Float(pauseAfter(c.took, c.local).Seconds())},
		})...)
	})
}

// note returns the statement that records what changed in an integration, and announces it after the commit.
func (c *computation) note(ctx context.Context, tx pg.Tx, integration uuid.UUID, announce Announce) pg.Statement {
	var named pg.Argument // NULL
	if organizations := c.touched[integration]; len(organizations) <= mostNamed {
		named = pg.UUIDs(slices.SortedFunc(maps.Keys(organizations), compareIDs))
	}
	return pg.Statement{
		SQL: noteChange, Arguments: []pg.Argument{pg.UUID(c.account), pg.UUID(integration), named},
		Take: func(row pg.Row) {
			sequence := int64(row.Int(0))
			tx.AfterCommit(func() { announce(ctx, c.account, integration, sequence) })
		},
	}
}
