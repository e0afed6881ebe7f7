package organization

import (
	"context"

	"github.com/google/uuid"

	"github.com/orgmap/orgmap/internal/account"
	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/journal"
	"github.com/orgmap/orgmap/internal/pg"
)

// MaximumAssigned is the maximum number of organizations that one call assigns people to.
const MaximumAssigned = 10_000

// Assignment says who looks after organizations.
type Assignment struct {
	OrganizationIDs []uuid.UUID
	Engineer, VCIO  Appointment
}

// Appointment changes who has one of the two roles, or nothing.
type Appointment struct {
	Given  bool       // false: the role stays as it is
	Person *uuid.UUID // nil: nobody has it any more
}

// assigned is an organization that people are assigned to.
type assigned struct {
	name           string
	engineer, vcio *person
}

// person is a person with their name of today.
type person struct {
	id   uuid.UUID
	name string
}

// assignmentPlan is what an assignment changes.
type assignmentPlan struct {
	engineers, vcios []uuid.UUID // organizations whose engineer or vCIO changes
	edits            []journal.FieldEdit
}

// planAssignment returns what the assignment changes, or all problems with it. Any person of the account can be assigned,
// also someone who is blocked or has never signed in.
func planAssignment(assignment Assignment, found map[uuid.UUID]assigned, people map[uuid.UUID]person) (plan assignmentPlan, problems apperr.UserErrors) {
	var wrong apperr.Problems
	wanted := func(appointment Appointment, field string) *person {
		if appointment.Person == nil {
			return nil
		}
		one, exists := people[*appointment.Person]
		if !exists {
			wrong.Add(apperr.NotFound, apperr.InputPath(field), "This person does not exist.")
		}
		return &one
	}
	engineer, vcio := wanted(assignment.Engineer, "engineerId"), wanted(assignment.VCIO, "vcioId")
	eachOnce(assignment.OrganizationIDs, found, &wrong, func(one uuid.UUID, present assigned) {
		subject := journal.Ref{ID: one, Name: present.name}
		if assignment.Engineer.Given && !present.engineer.is(engineer) {
			plan.engineers = append(plan.engineers, one)
			plan.edits = append(plan.edits, appointmentEdit(subject, journal.FieldEngineer, present.engineer, engineer))
		}
		if assignment.VCIO.Given && !present.vcio.is(vcio) {
			plan.vcios = append(plan.vcios, one)
			plan.edits = append(plan.edits, appointmentEdit(subject, journal.FieldVCIO, present.vcio, vcio))
		}
	})
	return plan, wrong.Errors()
}

// eachOnce calls plan for each of the organizations that exists, once, and adds a problem for each that does not.
func eachOnce[T any](ids []uuid.UUID, found map[uuid.UUID]T, wrong *apperr.Problems, plan func(uuid.UUID, T)) {
	seen := make(map[uuid.UUID]bool, len(ids))
	for i, one := range ids {
		present, exists := found[one]
		if !exists {
			wrong.Add(apperr.NotFound, apperr.InputPath("organizationIds", i), "This organization does not exist.")
		}
		if !exists || seen[one] {
			continue
		}
		seen[one] = true
		plan(one, present)
	}
}

func (p *person) is(other *person) bool {
	return p == nil && other == nil || p != nil && other != nil && p.id == other.id
}

func appointmentEdit(subject journal.Ref, field journal.Field, before, after *person) journal.FieldEdit {
	edit := journal.FieldEdit{Subject: subject, Of: id.Organization, Field: field}
	if before != nil {
		edit.Before, edit.BeforeID = &before.name, before.id
	}
	if after != nil {
		edit.After, edit.AfterID = &after.name, after.id
	}
	return edit
}

const (
	selectAssigned = `SELECT o.id, o.name, e.id, e.name, v.id, v.name FROM unnest($2::uuid[]) AS w (id)
		JOIN organizations AS o ON o.account_id = $1 AND o.id = w.id
		LEFT JOIN organization_details AS d ON d.account_id = $1 AND d.organization_id = w.id
		LEFT JOIN people AS e ON e.account_id = $1 AND e.id = d.engineer_id
		LEFT JOIN people AS v ON v.account_id = $1 AND v.id = d.vcio_id`
	selectPeople  = "SELECT p.id, p.name FROM people AS p WHERE p.account_id = $1 AND p.id = ANY ($2) AND p.merged_into IS NULL"
	writeEngineer = `INSERT INTO organization_details (account_id, organization_id, engineer_id) SELECT $1, w.id, $3 FROM unnest($2::uuid[]) AS w (id)
		ON CONFLICT (account_id, organization_id) DO UPDATE SET engineer_id = excluded.engineer_id`
	writeVCIO = `INSERT INTO organization_details (account_id, organization_id, vcio_id) SELECT $1, w.id, $3 FROM unnest($2::uuid[]) AS w (id)
		ON CONFLICT (account_id, organization_id) DO UPDATE SET vcio_id = excluded.vcio_id`
	writeNote = `INSERT INTO organization_details (account_id, organization_id, note) SELECT $1, w.id, $3 FROM unnest($2::uuid[]) AS w (id)
		ON CONFLICT (account_id, organization_id) DO UPDATE SET note = excluded.note`
)

// Assign sets or clears the engineer and the vCIO of organizations, all or none, and returns the organizations that
// changed. User error: NOT_FOUND.
func (s *Service) Assign(ctx context.Context, assignment Assignment) (touched []uuid.UUID, err error) {
	actor, err := auth.Require(ctx, auth.Editor)
	if err != nil {
		return nil, err
	}
	if count := len(assignment.OrganizationIDs); count > MaximumAssigned {
		return nil, apperr.New(apperr.BadUserInput, "At most %d organizations can be assigned at once, not %d.", MaximumAssigned, count)
	}
	err = s.db.Write(ctx, actor.AccountID, func(ctx context.Context, tx pg.Tx) error {
		touched = nil
		if _, err := account.Lock(ctx, tx, actor.AccountID); err != nil {
			return err
		}
		found, people, err := readAssigned(ctx, tx.ReadTx, actor.AccountID, assignment)
		if err != nil {
			return err
		}
		plan, problems := planAssignment(assignment, found, people)
		if len(problems) > 0 {
			return problems
		}
		if len(plan.edits) == 0 {
			return nil
		}
		if err := tx.Send(ctx, plan.statements(actor.AccountID, assignment)...); err != nil {
			return err
		}
		touched = id.Unique(append(plan.engineers[:len(plan.engineers):len(plan.engineers)], plan.vcios...))
		change := journal.Made(actor, journal.Organizations, "organizations.assigned")
		change.OrganizationIDs, change.Edits.Fields = touched, plan.edits
		return s.journal.Append(ctx, tx, change)
	})
	if err != nil {
		return nil, err
	}
	return touched, nil
}

func readAssigned(ctx context.Context, tx pg.ReadTx, account uuid.UUID, assignment Assignment) (map[uuid.UUID]assigned, map[uuid.UUID]person, error) {
	found, people := make(map[uuid.UUID]assigned, len(assignment.OrganizationIDs)), map[uuid.UUID]person{}
	var wanted []uuid.UUID
	for _, one := range []*uuid.UUID{assignment.Engineer.Person, assignment.VCIO.Person} {
		if one != nil {
			wanted = append(wanted, *one)
		}
	}
	named := func(row pg.Row, column int) *person {
		if row.Null(column) {
			return nil
		}
		return &person{row.UUID(column), row.Text(column + 1)}
	}
	err := tx.Send(ctx,
		pg.Statement{
			SQL: selectAssigned, Arguments: []pg.Argument{pg.UUID(account), pg.UUIDs(assignment.OrganizationIDs)},
			Take: func(row pg.Row) { found[row.UUID(0)] = assigned{row.Text(1), named(row, 2), named(row, 4)} },
		},
		pg.Statement{
			SQL: selectPeople, Arguments: []pg.Argument{pg.UUID(account), pg.UUIDs(wanted)},
			Take: func(row pg.Row) { people[row.UUID(0)] = person{row.UUID(0), row.Text(1)} },
		})
	return found, people, err
}

// statements returns the statements of the plan: one for each role that changes.
func (p *assignmentPlan) statements(account uuid.UUID, assignment Assignment) (all []pg.Statement) {
	write := func(text string, organizations []uuid.UUID, appointment Appointment) {
		if len(organizations) == 0 {
			return
		}
		var to pg.Argument
		if appointment.Person != nil {
			to = pg.UUID(*appointment.Person)
		}
		all = append(all, pg.Statement{SQL: text, Arguments: []pg.Argument{pg.UUID(account), pg.UUIDs(organizations), to}})
	}
	write(writeEngineer, p.engineers, assignment.Engineer)
	write(writeVCIO, p.vcios, assignment.VCIO)
	return all
}
