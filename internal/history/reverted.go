package history

import (
	"cmp"
	"context"
	"slices"
	"strconv"

	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/pg"
)

// undoing is a change that undoes another one.
type undoing struct {
	position, undoes int64
	edits            int
}

// selectUndoings are the changes that undo changes, those that undo these, and so on, each once.
const selectUndoings = `
	WITH RECURSIVE undoings AS (
		SELECT j.position, j.undoes, j.edit_count FROM journal AS j WHERE j.account_id = $1 AND j.undoes = ANY ($2::text[]::bigint[])
		UNION
		SELECT j.position, j.undoes, j.edit_count FROM undoings AS u JOIN journal AS j ON j.account_id = $1 AND j.undoes = u.position
	)
	SELECT position, undoes, edit_count FROM undoings`

// RevertedCounts returns how many edits of the changes at the positions are reverted now, in one statement. Changes of
// which none is reverted may be missing.
func (s *Service) RevertedCounts(ctx context.Context, positions []int64) (map[int64]int, error) {
	actor, err := auth.Require(ctx, auth.Viewer)
	if err != nil {
		return nil, err
	}
	texts := make([]string, len(positions))
	for i, position := range positions {
		texts[i] = strconv.FormatInt(position, 10)
	}
	var found []undoing
	err = s.db.Read(ctx, actor.AccountID, func(ctx context.Context, tx pg.ReadTx) error {
		found = nil
		return tx.Send(ctx, pg.Statement{
			SQL: selectUndoings, Arguments: []pg.Argument{pg.UUID(actor.AccountID), pg.Texts(texts)}, Prepared: true,
			Take: func(row pg.Row) { found = append(found, undoing{int64(row.Int(0)), int64(row.Int(1)), row.Int(2)}) },
		})
	})
	return revertedCounts(found), err
}

// revertedCounts counts the edits that each change has reverted now. An undo reverts each edit of a change at most once,
// so what undoes the undo puts as many of them in effect again as it has edits.
func revertedCounts(undoings []undoing) map[int64]int {
	// A change is undone by later ones only, so the newest come first.
	slices.SortFunc(undoings, func(a, b undoing) int { return cmp.Compare(b.position, a.position) })
	counts := make(map[int64]int, len(undoings))
	for _, one := range undoings {
		counts[one.undoes] += one.edits - counts[one.position]
	}
	return counts
}
