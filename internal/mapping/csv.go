package mapping

import (
	"context"

	"github.com/google/uuid"

	"github.com/orgmap/orgmap/internal/account"
	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/csvfile"
	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/journal"
	"github.com/orgmap/orgmap/internal/pg"
)

// CSVInput is a CSV file and how to read it.
type CSVInput struct {
	Content []byte
	Columns []CSVColumnChoice // of columns that are not to be read as their headers say
}

// CSVApplied is what applying a file has done.
type CSVApplied struct {
	Created int `json:"created"` // organizations
	Mapped  int `json:"mapped"`  // external organizations; so are the following
	Moved   int `json:"moved"`
	Cleared int `json:"cleared"`
}

// PlanCSV returns what each row of a file would do, in a fixed number of statements. It changes nothing. The user error is
// INVALID if the file cannot be read or lacks a column; the plan then contains the columns, as far as they are known.
func (s *Service) PlanCSV(ctx context.Context, input CSVInput) (CSVPlan, error) {
	actor, err := auth.Require(ctx, auth.Viewer)
	if err != nil {
		return CSVPlan{}, err
	}
	var plan CSVPlan
	err = s.db.Read(ctx, actor.AccountID, func(ctx context.Context, tx pg.ReadTx) error {
		usage, err := account.UsageOf(ctx, tx, actor.AccountID)
		if err != nil {
			return err
		}
		read, err := loadCSV(ctx, tx, actor.AccountID, input, nil)
		plan = CSVPlan{Encoding: read.file.encoding, Delimiter: string(read.file.delimiter), Columns: read.file.columns, Remaining: usage.Organizations.Remaining()}
		if err != nil {
			return err
		}
		if err := read.findSimilar(ctx, tx, actor.AccountID); err != nil {
			return err
		}
		plan.add(read, input)
		return nil
	})
	return plan, err
}

// csvRead is a file with the world in which it is planned.
type csvRead struct {
	file      csvFile
	world     csvWorld
	decisions []csvDecision
}

// loadCSV reads a file and what it names, and plans it without regard to similar organizations.
func loadCSV(ctx context.Context, tx pg.ReadTx, accountID uuid.UUID, input CSVInput, instead []CSVInstead) (read csvRead, err error) {
	integrations, err := loadCSVIntegrations(ctx, tx, accountID)
	if err != nil {
		return read, err
	}
	if read.file, err = readCSV(input, integrations); err != nil {
		return read, err
	}
	if read.world, err = loadCSVWorld(ctx, tx, accountID, integrations, &read.file, instead); err != nil {
		return read, err
	}
	read.decisions = planCSV(read.world, &read.file)
	return read, nil
}

// findSimilar plans the file again, with the organizations that are similar to those that it would create.
func (r *csvRead) findSimilar(ctx context.Context, tx pg.ReadTx, accountID uuid.UUID) error {
	if err := r.world.loadSimilar(ctx, tx, accountID, newNames(r.decisions)); err != nil {
		return err
	}
	r.decisions = planCSV(r.world, &r.file)
	return nil
}

// setSimilar plans the file again, with organizations that were found to be similar before.
func (r *csvRead) setSimilar(similar map[string]*csvOrganization) {
	for created, one := range similar {
		r.world.similar[created] = r.world.organization(one.id, one.name)
	}
	r.decisions = planCSV(r.world, &r.file)
}

// add adds the rows to the plan.
func (p *CSVPlan) add(read csvRead, input CSVInput) {
	p.Hash = hashCSV(input, read.decisions)
	quotaExceeded(read.decisions, p.Remaining)
	p.Rows = make([]CSVRow, len(read.decisions))
	created := map[string]bool{}
	for i := range read.decisions {
		d := &read.decisions[i]
		p.Rows[i] = d.shown(read.world)
		p.Rows[i].delimiter = read.file.delimiter
		if d.outcome == CSVCreates {
			created[d.creates] = true
		}
	}
	p.Creates = len(created)
}

// ApplyCSV applies the chosen lines of a file in one transaction and records them as one change. hash is that of a plan of
// the same file: if a row would do something else by now, the error is CONFLICT and nothing is changed. Other user errors,
// with nothing changed: INVALID for a file or line that cannot be applied, NOT_FOUND, QUOTA_EXCEEDED.
func (s *Service) ApplyCSV(ctx context.Context, input CSVInput, hash string, lines []int, instead []CSVInstead) (applied CSVApplied, err error) {
	actor, err := auth.Require(ctx, auth.Editor)
	if err != nil {
		return CSVApplied{}, err
	}
	if given := max(len(lines), len(instead)); given > csvfile.MaximumRows {
		return CSVApplied{}, apperr.New(apperr.BadUserInput, "At most %d lines can be applied at once, not %d.", csvfile.MaximumRows, given)
	}
	// Similar organizations take longest to find, so that is done before the account is locked. What changes in between can
	// only be a name that is similar, never one that is the same.
	var similar map[string]*csvOrganization
	err = s.db.Read(ctx, actor.AccountID, func(ctx context.Context, tx pg.ReadTx) error {
		read, err := loadCSV(ctx, tx, actor.AccountID, input, nil)
		if err != nil {
			return err
		}
		similar = read.world.similar
		return read.world.loadSimilar(ctx, tx, actor.AccountID, newNames(read.decisions))
	})
	if err != nil {
		return CSVApplied{}, err
	}
	err = s.db.Write(ctx, actor.AccountID, func(ctx context.Context, tx pg.Tx) error {
		usage, err := account.Lock(ctx, tx, actor.AccountID)
		if err != nil {
			return err
		}
		read, err := loadCSV(ctx, tx.ReadTx, actor.AccountID, input, instead)
		if err != nil {
			return err
		}
		read.setSimilar(similar)
		if hashCSV(input, read.decisions) != hash {
			return apperr.User(apperr.Conflict, "The data has changed since the preview, or this is another file. Preview the file again.", apperr.InputPath("hash")...)
		}
		changes, problems := chooseCSV(read.world, read.decisions, lines, instead, usage.Organizations.Remaining())
		if len(problems) > 0 {
			return problems
		}
		applied, err = s.carryOut(ctx, tx, actor, read.world, changes)
		return err
	})
	if err != nil {
		return CSVApplied{}, userError(err, apperr.InputPath("file")...)
	}
	return applied, nil
}

// carryOut makes the changes of a file and appends them to the journal.
func (s *Service) carryOut(ctx context.Context, tx pg.Tx, actor auth.Actor, world csvWorld, changes csvChanges) (applied CSVApplied, err error) {
	ids := make(map[string]uuid.UUID, len(changes.creates))
	for _, created := range changes.creates {
		ids[created] = id.New()
	}
	deletes, inserts, edits := changes.executed(world, ids)
	if edits.Count() == 0 {
		return CSVApplied{}, nil
	}
	if err := createOrganizations(ctx, tx, actor.AccountID, changes.creates, ids); err != nil {
		return CSVApplied{}, err
	}
	kind := journal.Mappings
	if len(edits.Mappings) == 0 {
		kind = journal.Organizations
	}
	change := journal.Made(actor, kind, "csv.applied")
	change.Edits = edits
	for i := range edits.Organizations {
		change.OrganizationIDs = append(change.OrganizationIDs, edits.Organizations[i].Organization.ID)
	}
	for i := range edits.Mappings {
		edit := &edits.Mappings[i]
		for _, one := range []*journal.Ref{edit.Before, edit.After} {
			if one != nil {
				change.OrganizationIDs = append(change.OrganizationIDs, one.ID)
			}
		}
		switch {
		case edit.After == nil:
			applied.Cleared++
		case edit.Before == nil:
			applied.Mapped++
		default:
			applied.Moved++
		}
	}
	applied.Created, change.OrganizationIDs = len(changes.creates), id.Unique(change.OrganizationIDs)
	statements := replaceMappings(actor.AccountID, deletes, inserts, OriginImport, actor)
	return applied, tx.Send(ctx, append(statements, s.journal.AppendStatement(ctx, tx, change))...)
}
