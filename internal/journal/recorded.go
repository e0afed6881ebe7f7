package journal

import (
	"github.com/google/uuid"

	"github.com/orgmap/orgmap/internal/pg"
)

// Recorded are the edits of a stored change.
type Recorded struct {
	Edits
	Older bool // an older version wrote the change: names are missing, and it cannot be undone
	err   error
}

// RecordedEdits holds the edits of changes by position.
type RecordedEdits map[int64]Recorded

// Reading returns the statement that reads the edits of the account's changes at the positions. Call Err afterwards. A
// position that the account's history does not have gets no entry.
func (r RecordedEdits) Reading(account uuid.UUID, positions []int64) pg.Statement {
	return pg.Statement{
		SQL: `SELECT j.position, j.edits, j.kind, j.action, j.organization_ids[1], coalesce(j.before, 'null')::text, coalesce(j.after, 'null')::text,
				coalesce(j.integration_ids[1], j.removed_integration_ids[1])
			FROM unnest($2::text[]) AS wanted (position) JOIN journal AS j ON j.account_id = $1 AND j.position = wanted.position::bigint`,
		Arguments: []pg.Argument{pg.UUID(account), pg.Texts(positionTexts(positions))},
		Take: func(row pg.Row) {
			found := Recorded{}
			if row.Null(1) {
				older := older{kind: Kind(row.Text(2)), action: row.Text(3), before: row[5], after: row[6]}
				if !row.Null(4) {
					older.organization = row.UUID(4)
				}
				if !row.Null(7) {
					older.integration = row.UUID(7)
				}
				found.Older, found.Edits = true, older.edits()
			} else {
				found.Edits, found.err = DecodeEdits(row[1])
			}
			r[int64(row.Int(0))] = found
		},
	}
}

// Err returns the first error that reading met.
func (r RecordedEdits) Err() error {
	for _, one := range r {
		if one.err != nil {
			return one.err
		}
	}
	return nil
}
