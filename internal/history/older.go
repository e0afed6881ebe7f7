package history

import (
	"context"

	"github.com/google/uuid"

	"github.com/orgmap/orgmap/internal/journal"
	"github.com/orgmap/orgmap/internal/pg"
)

// unknownName stands for the name of an object that no longer exists and whose name an older version did not record.
const unknownName = "(name not recorded)"

// nameOlder gives objects without a recorded name the name that they have today, in one statement.
func nameOlder(ctx context.Context, tx pg.ReadTx, account uuid.UUID, recorded journal.RecordedEdits) error {
	var nameless []*journal.Ref
	need := func(one *journal.Ref) {
		if one != nil && one.Name == "" {
			nameless = append(nameless, one)
		}
	}
	for _, edits := range recorded {
		if !edits.Older {
			continue
		}
		for i := range edits.Organizations {
			need(&edits.Organizations[i].Organization)
		}
		for i := range edits.Mappings {
			one := &edits.Mappings[i]
			need(&one.ExternalOrg)
			need(&one.Integration)
			need(one.Before)
			need(one.After)
		}
		for i := range edits.Integrations {
			need(&edits.Integrations[i].Integration)
		}
	}
	if len(nameless) == 0 {
		return nil
	}
	ids := make([]uuid.UUID, len(nameless))
	for i, one := range nameless {
		ids[i] = one.ID
	}
	names := map[uuid.UUID]string{}
	err := tx.Send(ctx, pg.Statement{
		SQL: `SELECT id, name FROM organizations WHERE account_id = $1 AND id = ANY ($2)
			UNION ALL SELECT id, name FROM external_orgs WHERE account_id = $1 AND id = ANY ($2)
			UNION ALL SELECT id, name FROM integrations WHERE account_id = $1 AND id = ANY ($2)`,
		Arguments: []pg.Argument{pg.UUID(account), pg.UUIDs(ids)},
		Take:      func(row pg.Row) { names[row.UUID(0)] = row.Text(1) },
	})
	for _, one := range nameless {
		one.Name = unknownName
		if known := names[one.ID]; known != "" {
			one.Name = known
		}
	}
	return err
}
