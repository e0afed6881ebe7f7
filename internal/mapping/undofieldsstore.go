package mapping

import (
	"fmt"

	"github.com/google/uuid"

	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/journal"
	"github.com/orgmap/orgmap/internal/name"
	"github.com/orgmap/orgmap/internal/pg"
)

// fieldSubjects are the objects that edits of fields name.
type fieldSubjects struct {
	organizations []uuid.UUID // with details
	groups        []uuid.UUID
	members       []groupPair
	people        []uuid.UUID
	groupNames    []string // folded, that groups would get back
}

func (f *fieldSubjects) add(edit *journal.FieldEdit) {
	switch {
	case edit.Of == id.Organization && edit.Field == journal.FieldGroups:
		group := edit.AfterID
		if edit.After == nil {
			group = edit.BeforeID
		}
		f.groups, f.members = append(f.groups, group), append(f.members, groupPair{edit.Subject.ID, group})
	case edit.Of == id.Organization:
		f.organizations = append(f.organizations, edit.Subject.ID)
		if edit.BeforeID != uuid.Nil {
			f.people = append(f.people, edit.BeforeID)
		}
	case edit.Of == id.Group:
		f.groups = append(f.groups, edit.Subject.ID)
		if edit.Field == journal.FieldName && edit.Before != nil {
			f.groupNames = append(f.groupNames, name.Fold(*edit.Before))
		}
	}
}

const (
	selectUndoDetails = `
		SELECT d.organization_id, e.id, e.name, d.engineer_since, v.id, v.name, d.vcio_since, d.note, d.note_since
		FROM unnest($2::uuid[]) AS wanted (id) JOIN organization_details AS d ON d.account_id = $1 AND d.organization_id = wanted.id
		LEFT JOIN people AS e ON e.account_id = $1 AND e.id = d.engineer_id
		LEFT JOIN people AS v ON v.account_id = $1 AND v.id = d.vcio_id`
	// Members that no longer exist do not count.
	selectUndoGroups = `
		SELECT g.id, NOT g.removed, g.name, g.color, g.archived, g.since,
			coalesce((SELECT max(m.since) FROM organization_group_members AS m JOIN organizations AS o ON o.account_id = $1 AND o.id = m.organization_id
				WHERE m.account_id = $1 AND m.group_id = g.id AND m.member), 0)
		FROM unnest($2::uuid[]) AS wanted (id) JOIN organization_groups AS g ON g.account_id = $1 AND g.id = wanted.id`
	selectUndoMembers = `
		SELECT m.organization_id, m.group_id, m.member, m.since
		FROM unnest($2::uuid[], $3::uuid[]) AS wanted (organization, id)
		JOIN organization_group_members AS m ON m.account_id = $1 AND m.organization_id = wanted.organization AND m.group_id = wanted.id`
	selectGroupNames = `
		SELECT g.folded, g.id FROM unnest($2::text[]) AS wanted (folded) JOIN organization_groups AS g ON g.account_id = $1 AND g.folded = wanted.folded AND NOT g.removed`
	// A person who was added and turned out to be another one is that one.
	selectUndoPeople = `
		SELECT wanted.id, p.id, p.name FROM unnest($2::uuid[]) AS wanted (id)
		JOIN people AS w ON w.account_id = $1 AND w.id = wanted.id
		JOIN people AS p ON p.account_id = $1 AND p.id = coalesce(w.merged_into, w.id)`
)

// readingFields returns the statements that read what edits of fields name: none if there are no such edits.
func (w *undoWorld) readingFields(account uuid.UUID, subjects fieldSubjects) (all []pg.Statement) {
	w.details, w.groups, w.memberships = map[uuid.UUID]undoDetails{}, map[uuid.UUID]undoGroup{}, map[groupPair]undoMembership{}
	w.groupNames, w.people = map[string]uuid.UUID{}, map[uuid.UUID]undoPerson{}
	read := func(rows int, text string, take func(pg.Row), arguments ...pg.Argument) {
		if rows > 0 {
			all = append(all, pg.Statement{SQL: text, Arguments: append([]pg.Argument{pg.UUID(account)}, arguments...), Take: take})
		}
	}
	person := func(row pg.Row, column int) undoPerson {
		if row.Null(column) {
			return undoPerson{}
		}
		return undoPerson{row.UUID(column), row.Text(column + 1)}
	}
	read(len(subjects.organizations), selectUndoDetails, func(row pg.Row) {
		w.details[row.UUID(0)] = undoDetails{
			engineer: person(row, 1), engineerSince: int64(row.Int(3)), vcio: person(row, 4), vcioSince: int64(row.Int(6)), note: row.Text(7), noteSince: int64(row.Int(8)),
		}
	}, pg.UUIDs(id.Unique(subjects.organizations)))
	read(len(subjects.groups), selectUndoGroups, func(row pg.Row) {
		w.groups[row.UUID(0)] = undoGroup{
			exists: row.Boolean(1), name: row.Text(2), color: row.Text(3), archived: row.Boolean(4), last: int64(row.Int(5)), joined: int64(row.Int(6)),
		}
	}, pg.UUIDs(id.Unique(subjects.groups)))
	members := id.Unique(subjects.members)
	organizations, groups := make([]uuid.UUID, len(members)), make([]uuid.UUID, len(members))
	for i, one := range members {
		organizations[i], groups[i] = one.organizationID, one.groupID
	}
	read(len(members), selectUndoMembers, func(row pg.Row) {
		w.memberships[groupPair{row.UUID(0), row.UUID(1)}] = undoMembership{row.Boolean(2), int64(row.Int(3))}
	}, pg.UUIDs(organizations), pg.UUIDs(groups))
	read(len(subjects.groupNames), selectGroupNames, func(row pg.Row) { w.groupNames[row.Text(0)] = row.UUID(1) }, pg.Texts(id.Unique(subjects.groupNames)))
	read(len(subjects.people), selectUndoPeople, func(row pg.Row) { w.people[row.UUID(0)] = undoPerson{row.UUID(1), row.Text(2)} }, pg.UUIDs(id.Unique(subjects.people)))
	return all
}

const (
	undoEngineers = `
		INSERT INTO organization_details (account_id, organization_id, engineer_id) SELECT $1, w.id, w.person::uuid FROM unnest($2::uuid[], $3::text[]) AS w (id, person)
		ON CONFLICT (account_id, organization_id) DO UPDATE SET engineer_id = excluded.engineer_id`
	undoVCIOs = `
		INSERT INTO organization_details (account_id, organization_id, vcio_id) SELECT $1, w.id, w.person::uuid FROM unnest($2::uuid[], $3::text[]) AS w (id, person)
		ON CONFLICT (account_id, organization_id) DO UPDATE SET vcio_id = excluded.vcio_id`
	undoNotes = `
		INSERT INTO organization_details (account_id, organization_id, note) SELECT $1, w.id, w.note FROM unnest($2::uuid[], $3::text[]) AS w (id, note)
		ON CONFLICT (account_id, organization_id) DO UPDATE SET note = excluded.note`
	undoMemberships = `
		INSERT INTO organization_group_members (account_id, organization_id, group_id, member)
		SELECT $1, w.organization, w.id, w.member FROM unnest($2::uuid[], $3::uuid[], $4::text[]::boolean[]) AS w (organization, id, member)
		ON CONFLICT (account_id, group_id, organization_id) DO UPDATE SET member = excluded.member`
	undoGroups = `
		UPDATE organization_groups AS g SET name = w.name, folded = w.folded, color = w.color, archived = w.archived, removed = w.removed
		FROM unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[]::boolean[], $7::text[]::boolean[]) AS w (id, name, folded, color, archived, removed)
		WHERE g.account_id = $1 AND g.id = w.id`
)

// statements returns the statements of the plan: at most one of each kind.
func (f *fieldsPlan) statements(account uuid.UUID) (all []pg.Statement) {
	add := func(text string, arguments ...pg.Argument) {
		all = append(all, pg.Statement{SQL: text, Arguments: append([]pg.Argument{pg.UUID(account)}, arguments...)})
	}
	for field, text := range map[journal.Field]string{journal.FieldEngineer: undoEngineers, journal.FieldVCIO: undoVCIOs} {
		if organizations, people := f.assigned(field); len(organizations) > 0 {
			add(text, pg.UUIDs(organizations), pg.OptionalTexts(people))
		}
	}
	var noted []uuid.UUID
	var notes []string
	for _, one := range f.assigns {
		if one.field == journal.FieldNote {
			noted, notes = append(noted, one.organization), append(notes, one.note)
		}
	}
	if len(noted) > 0 {
		add(undoNotes, pg.UUIDs(noted), pg.Texts(notes))
	}
	if len(f.groups) > 0 {
		add(undoGroups, f.grouped()...)
	}
	if count := len(f.memberships); count > 0 {
		organizations, groups, members := make([]uuid.UUID, count), make([]uuid.UUID, count), make([]string, count)
		for i, one := range f.memberships {
			organizations[i], groups[i], members[i] = one.organizationID, one.groupID, fmt.Sprint(one.member)
		}
		add(undoMemberships, pg.UUIDs(organizations), pg.UUIDs(groups), pg.Texts(members))
	}
	return all
}

// assigned returns the organizations that get another person for a field, and the people; nil: nobody.
func (f *fieldsPlan) assigned(field journal.Field) (organizations []uuid.UUID, people []*string) {
	for _, one := range f.assigns {
		if one.field != field {
			continue
		}
		var person *string
		if one.person != uuid.Nil {
			text := one.person.String()
			person = &text
		}
		organizations, people = append(organizations, one.organization), append(people, person)
	}
	return organizations, people
}

func (f *fieldsPlan) grouped() []pg.Argument {
	var ids []uuid.UUID
	var names, folded, colors, archived, removed []string
	for _, one := range f.groups {
		ids, names, folded, colors = append(ids, one.id), append(names, one.name), append(folded, name.Fold(one.name)), append(colors, one.color)
		archived, removed = append(archived, fmt.Sprint(one.archived)), append(removed, fmt.Sprint(one.removed))
	}
	return []pg.Argument{pg.UUIDs(ids), pg.Texts(names), pg.Texts(folded), pg.Texts(colors), pg.Texts(archived), pg.Texts(removed)}
}
