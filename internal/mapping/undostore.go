package mapping

import (
	"time"

	"github.com/google/uuid"

	"github.com/orgmap/orgmap/internal/journal"
	"github.com/orgmap/orgmap/internal/name"
	"github.com/orgmap/orgmap/internal/pg"
)

const (
	// What a worker derived from an organization goes with it.
	deleteDerived       = "DELETE FROM suggestions WHERE account_id = $1 AND organization_id = ANY ($2::uuid[])"
	deleteOrganizations = "DELETE FROM organizations WHERE account_id = $1 AND id = ANY ($2::uuid[])"
	undoMappings        = "DELETE FROM mappings WHERE account_id = $1 AND id = ANY ($2::uuid[])"
	// What the undone change ended is as it was, down to IDs, authors and times.
	recreateOrganizations = `
		INSERT INTO organizations (account_id, id, name, folded, active, created_at, since)
		SELECT p.account_id, p.id, p.name, p.folded, p.active, p.created_at, (SELECT journal_position + 1 FROM accounts WHERE id = $1)
		FROM unnest($2::uuid[]) AS wanted (id) JOIN past_organizations AS p ON p.account_id = $1 AND p.id = wanted.id AND p.until = $3`
	restoreMappings = `
		INSERT INTO mappings (account_id, id, organization_id, integration_id, external_org_id, origin, created_at, created_by, creator_kind, creator_id, since, external_name, external_folded)
		SELECT p.account_id, p.id, p.organization_id, p.integration_id, p.external_org_id, p.origin, p.created_at, p.created_by, p.creator_kind, p.creator_id,
			(SELECT journal_position + 1 FROM accounts WHERE id = $1), x.name, x.folded
		FROM unnest($2::uuid[]) AS wanted (id)
		JOIN past_mappings AS p ON p.account_id = $1 AND p.external_org_id = wanted.id AND p.until = $3
		JOIN external_orgs AS x ON x.account_id = $1 AND x.id = wanted.id`
	updateOrganizations = `
		UPDATE organizations AS o SET name = w.name, folded = w.folded, active = w.active, updated_at = now()
		FROM unnest($2::uuid[], $3::text[], $4::text[], $5::text[]::boolean[]) AS w (id, name, folded, active)
		WHERE o.account_id = $1 AND o.id = w.id`
	includeAgain = "DELETE FROM exclusions WHERE account_id = $1 AND external_org_id = ANY ($2::uuid[])"
	revokeAgain  = "DELETE FROM rejections WHERE account_id = $1 AND id = ANY ($2::uuid[])"
	// An exclusion that the change replaced is replaced again.
	excludeAgain = `
		INSERT INTO exclusions (account_id, external_org_id, external_name, reason, note, until, created_at, actor_kind, actor_id, actor_name)
		SELECT $1, w.external, w.name, w.reason, w.note, w.until::timestamptz, w.at::timestamptz, w.kind, w.actor::uuid, w.actor_name
		FROM unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[])
			AS w (external, name, reason, note, until, at, kind, actor, actor_name)
		ON CONFLICT (account_id, external_org_id) DO UPDATE SET external_name = excluded.external_name, reason = excluded.reason, note = excluded.note,
			until = excluded.until, created_at = excluded.created_at, actor_kind = excluded.actor_kind, actor_id = excluded.actor_id, actor_name = excluded.actor_name`
	rejectAgain = `
		INSERT INTO rejections (account_id, id, external_org_id, organization_id, external_name, organization_name, created_at, actor_kind, actor_id, actor_name)
		SELECT $1, w.id, w.external, w.organization, w.name, w.organization_name, w.at::timestamptz, w.kind, w.actor::uuid, w.actor_name
		FROM unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[])
			AS w (id, external, organization, name, organization_name, at, kind, actor, actor_name)`
	// Decisions that the undone mappings ended hold again.
	excludeStill = `
		INSERT INTO exclusions (account_id, external_org_id, external_name, reason, note, until, created_at, actor_kind, actor_id, actor_name)
		SELECT e.account_id, e.external_org_id, e.external_name, e.reason, e.note, e.until, e.created_at, e.actor_kind, e.actor_id, e.actor_name
		FROM past_exclusions AS e WHERE e.account_id = $1 AND e.external_org_id = ANY ($2::uuid[]) AND e.position = $3
		ON CONFLICT (account_id, external_org_id) DO NOTHING`
	rejectStill = `
		INSERT INTO rejections (account_id, id, external_org_id, organization_id, external_name, organization_name, created_at, actor_kind, actor_id, actor_name)
		SELECT r.account_id, r.id, r.external_org_id, r.organization_id, r.external_name, r.organization_name, r.created_at, r.actor_kind, r.actor_id, r.actor_name
		FROM past_rejections AS r WHERE r.account_id = $1 AND r.external_org_id = ANY ($2::uuid[]) AND r.position = $3
		ON CONFLICT (account_id, external_org_id, organization_id) DO NOTHING`
	forgetRejected = `
		DELETE FROM suggestions AS s USING rejections AS r
		WHERE s.account_id = $1 AND s.external_org_id = ANY ($2::uuid[]) AND r.account_id = $1 AND r.external_org_id = s.external_org_id AND r.organization_id = s.organization_id`
	forgetSuggestions = "DELETE FROM suggestions WHERE account_id = $1 AND external_org_id = ANY ($2::uuid[])"
)

// statements returns the statements of the undo, in the order in which the constraints allow them: at most one of each
// kind, however many edits it reverts.
func (p *undoPlan) statements(account uuid.UUID) []pg.Statement {
	var all []pg.Statement
	add := func(rows int, text string, arguments ...pg.Argument) {
		if rows > 0 {
			all = append(all, pg.Statement{SQL: text, Arguments: append([]pg.Argument{pg.UUID(account)}, arguments...)})
		}
	}
	add(len(p.deletes), undoMappings, pg.UUIDs(p.deletes))
	add(len(p.removes), deleteDerived, pg.UUIDs(p.removes))
	add(len(p.removes), deleteOrganizations, pg.UUIDs(p.removes))
	add(len(p.recreates), recreateOrganizations, pg.UUIDs(p.recreates), pg.Int(p.position))
	add(len(p.updates), updateOrganizations, p.updated()...)
	add(len(p.restores), restoreMappings, pg.UUIDs(p.restores), pg.Int(p.position))
	add(len(p.emptied), excludeStill, pg.UUIDs(p.emptied), pg.Int(p.position))
	add(len(p.freed), rejectStill, pg.UUIDs(p.freed), pg.Int(p.position))
	add(len(p.freed), forgetRejected, pg.UUIDs(p.freed))
	add(len(p.includes), includeAgain, pg.UUIDs(p.includes))
	add(len(p.revokes), revokeAgain, pg.UUIDs(p.revokes))
	add(len(p.excludes), excludeAgain, excluded(p.excludes)...)
	add(len(p.rejects), rejectAgain, rejected(p.rejects)...)
	add(len(p.rejects), forgetSuggestions, pg.UUIDs(externalsOf(p.rejects)))
	return append(all, p.fields.statements(account)...)
}

func (p *undoPlan) updated() []pg.Argument {
	ids, names, folded, active := make([]uuid.UUID, len(p.updates)), make([]string, len(p.updates)), make([]string, len(p.updates)), make([]string, len(p.updates))
	for i, one := range p.updates {
		ids[i], names[i], folded[i], active[i] = one.id, one.name, name.Fold(one.name), "false"
		if one.active {
			active[i] = "true"
		}
	}
	return []pg.Argument{pg.UUIDs(ids), pg.Texts(names), pg.Texts(folded), pg.Texts(active)}
}

// authors are the columns that name who decided, and when.
type authors struct {
	at, kinds, names []string
	ids              []*string
}

func (a *authors) add(one *journal.Decision) {
	a.at, a.kinds, a.names = append(a.at, one.At.Format(time.RFC3339Nano)), append(a.kinds, string(one.Author.Kind)), append(a.names, one.Author.Name)
	var actor *string
	if one.Author.ID.Valid {
		text := one.Author.ID.UUID.String()
		actor = &text
	}
	a.ids = append(a.ids, actor)
}

func excluded(edits []journal.DecisionEdit) []pg.Argument {
	var by authors
	var names, reasons, notes []string
	var untils []*string
	for _, one := range edits {
		var until *string
		if one.Before.Until != nil {
			text := one.Before.Until.Format(time.RFC3339Nano)
			until = &text
		}
		names, reasons, notes, untils = append(names, one.ExternalOrg.Name), append(reasons, one.Before.Reason), append(notes, one.Before.Note), append(untils, until)
		by.add(one.Before)
	}
	return []pg.Argument{
		pg.UUIDs(externalsOf(edits)), pg.Texts(names), pg.Texts(reasons), pg.Texts(notes), pg.OptionalTexts(untils),
		pg.Texts(by.at), pg.Texts(by.kinds), pg.OptionalTexts(by.ids), pg.Texts(by.names),
	}
}

func rejected(edits []journal.DecisionEdit) []pg.Argument {
	var by authors
	var ids, organizations []uuid.UUID
	var names, organizationNames []string
	for _, one := range edits {
		ids, organizations = append(ids, one.Before.ID), append(organizations, one.Organization.ID)
		names, organizationNames = append(names, one.ExternalOrg.Name), append(organizationNames, one.Organization.Name)
		by.add(one.Before)
	}
	return []pg.Argument{
		pg.UUIDs(ids), pg.UUIDs(externalsOf(edits)), pg.UUIDs(organizations), pg.Texts(names), pg.Texts(organizationNames),
		pg.Texts(by.at), pg.Texts(by.kinds), pg.OptionalTexts(by.ids), pg.Texts(by.names),
	}
}

func externalsOf(edits []journal.DecisionEdit) []uuid.UUID {
	ids := make([]uuid.UUID, len(edits))
	for i, one := range edits {
		ids[i] = one.ExternalOrg.ID
	}
	return ids
}
