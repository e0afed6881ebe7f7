package export

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/csvfile"
	"github.com/orgmap/orgmap/internal/journal"
	"github.com/orgmap/orgmap/internal/pg"
)

// A position is the time's order. The edits of one change are in memory at a time.
const selectHistory = `
	SELECT at, actor, action, kind, summary, edits FROM journal
	WHERE account_id = $1 AND at >= $2 AND at < $3 ORDER BY position DESC`

// Period is a time from a moment, inclusive, to another, exclusive.
type Period struct{ From, To time.Time }

// History writes a row for each edit of the changes in a period, the newest change first. A change without edits, or one
// that an older version recorded without their names, has one row with its summary.
func (s *Service) History(ctx context.Context, file *csvfile.Writer, period Period) error {
	actor, err := auth.Require(ctx, auth.Viewer)
	if err != nil {
		return err
	}
	return s.db.Read(ctx, actor.AccountID, func(ctx context.Context, tx pg.ReadTx) error {
		file.Row(csvfile.HistoryColumns()...)
		var unreadable error
		arguments := []pg.Argument{pg.UUID(actor.AccountID), pg.Time(period.From), pg.Time(period.To)}
		err := stream(ctx, tx, file, selectHistory, arguments, func(row pg.Row) {
			change := journal.Change{At: row.Time(0), Actor: row.Text(1), Action: row.Text(2), Kind: journal.Kind(row.Text(3))}
			if !row.Null(4) {
				summary := row.Text(4)
				change.Summary = &summary
			}
			if !row.Null(5) {
				edits, err := journal.DecodeEdits(row[5])
				if err != nil && unreadable == nil {
					unreadable = err
				}
				change.Edits = edits
			}
			writeChange(file, &change)
		})
		if err == nil {
			err = unreadable
		}
		if err != nil {
			return err
		}
		return file.Flush()
	})
}

func writeChange(file *csvfile.Writer, change *journal.Change) {
	about := []string{change.At.UTC().Format("2006-01-02T15:04:05.000Z"), change.Actor, actionNames[change.ActionKind()], change.Sentence()}
	edits := change.Edits.All()
	if len(edits) == 0 {
		file.Row(append(about, "", "", "", "", "")...)
	}
	for _, edit := range edits {
		file.Row(append(about[:len(about):len(about)], fieldsOf(edit)...)...)
	}
}

// fieldsOf returns what was edited, in which tool, its name there, and what it was before and after.
func fieldsOf(edit journal.Edit) []string {
	switch one := edit.(type) {
	case *journal.MappingEdit:
		return []string{"Mapping", one.Integration.Name, one.ExternalOrg.Name, orEmpty(one.BeforeName()), orEmpty(one.AfterName())}
	case *journal.OrganizationEdit:
		before, after := one.Organization.Name, one.Organization.Name
		switch one.Kind {
		case journal.OrganizationCreated:
			before = ""
		case journal.OrganizationDeleted:
			after = ""
		case journal.OrganizationRenamed:
			before = one.Previous
		case journal.OrganizationDeactivated, journal.OrganizationReactivated:
		}
		return []string{"Organization " + strings.ToLower(string(one.Kind)), "", "", before, after}
	case *journal.IntegrationEdit:
		what := capitalized(one.What)
		if one.Added != nil && one.Updated != nil && one.Removed != nil {
			what += fmt.Sprintf(": %d added, %d changed, %d removed", *one.Added, *one.Updated, *one.Removed)
		}
		return []string{what, one.Integration.Name, "", "", ""}
	case *journal.DecisionEdit:
		return []string{capitalized(one.Sentence()), "", one.ExternalOrg.Name, "", ""}
	case *journal.FieldEdit:
		return []string{fmt.Sprintf("Setting: %s, %s", one.Subject.Name, one.Field), "", "", orEmpty(one.Before), orEmpty(one.After)}
	}
	return []string{"", "", "", "", ""}
}

func orEmpty(text *string) string {
	if text == nil {
		return ""
	}
	return *text
}

// actionNames are the pages' names of actions.
//
//nolint:gochecknoglobals // a table
var actionNames = map[journal.ActionKind]string{
	"ORGANIZATIONS_CREATED": "Organizations created", "ORGANIZATION_UPDATED": "Organization changed", "ORGANIZATIONS_DELETED": "Organizations deleted",
	"MAPPINGS_SAVED": "Mappings saved", "MAPPING_CLEARED": "Mapping cleared", "IMPORTED": "Import", "SUGGESTIONS_ACCEPTED": "Suggestions accepted",
	"SUGGESTIONS_APPLIED": "Suggestions applied automatically", "DECISIONS_CHANGED": "Decisions", "CSV_APPLIED": "CSV file",
	"INTEGRATION_CONNECTED": "Integration connected", "INTEGRATION_UPDATED": "Integration changed", "INTEGRATION_DISCONNECTED": "Integration disconnected",
	"INTEGRATION_RESTORED": "Integration connected again", "LIST_REFRESHED": "Refresh", "PEOPLE_CHANGED": "People", "GROUPS_CHANGED": "Groups",
	"DEVICES_CHANGED": "Device settings", "SETTINGS_CHANGED": "Settings", "UNDONE": "Undo",
}
