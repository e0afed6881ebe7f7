package mapping

import (
	"github.com/google/uuid"

	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/journal"
	"github.com/orgmap/orgmap/internal/pg"
)

// undoSubjects are the objects that edits name.
type undoSubjects struct {
	externalOrgs, organizations []uuid.UUID
	names                       []string // that organizations would get back
	fields                      fieldSubjects
}

func subjectsOf(all journal.RecordedEdits) undoSubjects {
	var found undoSubjects
	organization := func(one *journal.Ref) {
		if one != nil {
			found.organizations = append(found.organizations, one.ID)
		}
	}
	for _, edits := range all {
		for i := range edits.Organizations {
			one := &edits.Organizations[i]
			organization(&one.Organization)
			if one.Kind == journal.OrganizationDeleted {
				found.names = append(found.names, one.Organization.Name)
			}
			if one.Kind == journal.OrganizationRenamed {
				found.names = append(found.names, one.Previous)
			}
		}
		for i := range edits.Mappings {
			found.externalOrgs = append(found.externalOrgs, edits.Mappings[i].ExternalOrg.ID)
			organization(edits.Mappings[i].Before)
			organization(edits.Mappings[i].After)
		}
		for i := range edits.Decisions {
			found.externalOrgs = append(found.externalOrgs, edits.Decisions[i].ExternalOrg.ID)
			organization(edits.Decisions[i].Organization)
		}
		for i := range edits.Fields {
			if one := &edits.Fields[i]; one.Of == id.Organization {
				organization(&one.Subject)
			}
			found.fields.add(&edits.Fields[i])
		}
	}
	found.externalOrgs, found.organizations, found.names = id.Unique(found.externalOrgs), id.Unique(found.organizations), id.Unique(found.names)
	return found
}

const (
	// The last position of an external organization is that of the change that mapped it or ended its last mapping.
	selectUndoExternals = `
		SELECT x.id, x.name, i.name, m.id, m.organization_id, o.name,
			coalesce(m.since, (SELECT max(p.until) FROM past_mappings AS p WHERE p.account_id = $1 AND p.external_org_id = x.id), 0),
			coalesce((SELECT max(s.position) FROM journal_subjects AS s WHERE s.account_id = $1 AND s.subject_id = x.id), 0),
			e.reason, e.note, e.until, e.created_at
		FROM unnest($2::uuid[]) AS wanted (id)
		JOIN external_orgs AS x ON x.account_id = $1 AND x.id = wanted.id
		JOIN integrations AS i ON i.account_id = $1 AND i.id = x.integration_id
		LEFT JOIN mappings AS m ON m.account_id = $1 AND m.external_org_id = x.id
		LEFT JOIN organizations AS o ON o.account_id = $1 AND o.id = m.organization_id
		LEFT JOIN exclusions AS e ON e.account_id = $1 AND e.external_org_id = x.id`
	// Of an organization that no longer exists, the last state is that before its deletion.
	selectUndoOrganizations = `
		SELECT wanted.id, o.id IS NOT NULL, coalesce(o.name, p.name, ''), coalesce(o.active, p.active, false), coalesce(o.since, p.until, 0),
			(SELECT count(*) FROM mappings AS m WHERE m.account_id = $1 AND m.organization_id = wanted.id),
			EXISTS (SELECT FROM rejections AS r WHERE r.account_id = $1 AND r.organization_id = wanted.id)
				OR EXISTS (SELECT FROM aliases AS l WHERE l.account_id = $1 AND l.organization_id = wanted.id AND l.pinned),
			greatest(0, CASE WHEN d.engineer_id IS NOT NULL THEN d.engineer_since END, CASE WHEN d.vcio_id IS NOT NULL THEN d.vcio_since END, CASE WHEN d.note <> '' THEN d.note_since END,
				(SELECT max(n.since) FROM organization_group_members AS n JOIN organization_groups AS g ON g.account_id = $1 AND g.id = n.group_id AND NOT g.removed
					WHERE n.account_id = $1 AND n.organization_id = wanted.id AND n.member))
		FROM unnest($2::uuid[]) AS wanted (id)
		LEFT JOIN organizations AS o ON o.account_id = $1 AND o.id = wanted.id
		LEFT JOIN organization_details AS d ON d.account_id = $1 AND d.organization_id = wanted.id
		LEFT JOIN LATERAL (
			SELECT g.name, g.active, g.until FROM past_organizations AS g WHERE g.account_id = $1 AND g.id = wanted.id ORDER BY g.until DESC LIMIT 1
		) AS p ON o.id IS NULL`
	selectNamed      = "SELECT o.name, o.id FROM unnest($2::text[]) AS wanted (name) JOIN organizations AS o ON o.account_id = $1 AND o.name = wanted.name"
	selectRejections = "SELECT r.external_org_id, r.organization_id, r.id FROM unnest($2::uuid[]) AS wanted (id) JOIN rejections AS r ON r.account_id = $1 AND r.external_org_id = wanted.id"
	selectUndoes     = "SELECT j.undoes, j.position FROM journal AS j WHERE j.account_id = $1 AND j.undoes = ANY ($2::text[]::bigint[])"
)

// reading returns the statements that read the world of the changes at the positions: as many for 1 edit as for 10,000.
func (w *undoWorld) reading(account uuid.UUID, positions []string, all journal.RecordedEdits) []pg.Statement {
	subjects := subjectsOf(all)
	w.externalOrgs = make(map[uuid.UUID]undoExternalOrg, len(subjects.externalOrgs))
	w.organizations = make(map[uuid.UUID]undoOrganization, len(subjects.organizations))
	w.names, w.rejections, w.undoneBy = map[string]uuid.UUID{}, map[rejectedPair]uuid.UUID{}, map[int64][]int64{}
	statement := func(text string, argument pg.Argument, take func(pg.Row)) pg.Statement {
		return pg.Statement{SQL: text, Arguments: []pg.Argument{pg.UUID(account), argument}, Take: take}
	}
	return append(w.readingFields(account, subjects.fields), []pg.Statement{
		statement(selectUndoExternals, pg.UUIDs(subjects.externalOrgs), w.readExternalOrg),
		statement(selectUndoOrganizations, pg.UUIDs(subjects.organizations), func(row pg.Row) {
			w.organizations[row.UUID(0)] = undoOrganization{
				exists: row.Boolean(1), name: row.Text(2), active: row.Boolean(3), last: int64(row.Int(4)), mappings: row.Int(5), decided: row.Boolean(6),
				arranged: int64(row.Int(7)),
			}
		}),
		statement(selectNamed, pg.Texts(subjects.names), func(row pg.Row) { w.names[row.Text(0)] = row.UUID(1) }),
		statement(selectRejections, pg.UUIDs(subjects.externalOrgs), func(row pg.Row) {
			w.rejections[rejectedPair{row.UUID(0), row.UUID(1)}] = row.UUID(2)
		}),
		statement(selectUndoes, pg.Texts(positions), func(row pg.Row) {
			undone := int64(row.Int(0))
			w.undoneBy[undone] = append(w.undoneBy[undone], int64(row.Int(1)))
		}),
	}...)
}

func (w *undoWorld) readExternalOrg(row pg.Row) {
	one := undoExternalOrg{name: row.Text(1), integration: row.Text(2), last: int64(row.Int(6)), decided: int64(row.Int(7))}
	if !row.Null(3) {
		one.mapping, one.holderID, one.holder = row.UUID(3), row.UUID(4), row.Text(5)
	}
	if !row.Null(8) {
		one.exclusion = &journal.Decision{Reason: row.Text(8), Note: row.Text(9), At: row.Time(11)}
		if !row.Null(10) {
			until := row.Time(10)
			one.exclusion.Until = &until
		}
	}
	w.externalOrgs[row.UUID(0)] = one
}
