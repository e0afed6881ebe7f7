package refresh

import (
	"cmp"
	"context"
	"encoding/json"
	"io"
	"slices"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/enum"
	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/name"
	"github.com/orgmap/orgmap/internal/pg"
	"github.com/orgmap/orgmap/internal/vendors"
)

// Limits on what is kept of the changes of runs.
const (
	maximumNamed   = 200 // changes that a run keeps by name
	maximumChanged = 100 // runs of an integration whose changes are kept
)

// ChangeKind is what a run did with an external organization.
type ChangeKind string

// The kinds of change, in the order in which they are kept.
const (
	Removed  ChangeKind = "REMOVED"
	Renamed  ChangeKind = "RENAMED"
	Returned ChangeKind = "RETURNED"
	Added    ChangeKind = "ADDED"
)

var changeKinds = []ChangeKind{Removed, Renamed, Returned, Added} //nolint:gochecknoglobals // a constant

// MarshalGQL writes GraphQL's enum value.
func (k ChangeKind) MarshalGQL(w io.Writer) { enum.Write(w, k) }

// UnmarshalGQL reads GraphQL's enum value.
func (k *ChangeKind) UnmarshalGQL(value any) error { return enum.Read(k, value, changeKinds...) }

// Changes is what a run changed by name; for a run that needs review, what it would change.
type Changes struct {
	Added         int           `json:"added"`
	Renamed       int           `json:"renamed"`
	Returned      int           `json:"returned"` // listed again, under whatever name
	Removed       int           `json:"removed"`
	RemovedMapped int           `json:"removedMapped"` // of the removed, those that were mapped
	First         []NamedChange `json:"first"`         // at most maximumNamed
}

// NamedChange is what a run changed about one external organization.
type NamedChange struct {
	Kind         ChangeKind `json:"kind"`
	ID           *uuid.UUID `json:"id,omitempty"` // nil: new
	Name         string     `json:"name"`         // shortened, like PreviousName
	PreviousName *string    `json:"previousName,omitempty"`
	Mapped       bool       `json:"mapped"` // when the run compared the lists
}

// NodeID returns the public ID of the external organization, or nil if the run found it for the first time.
func (c NamedChange) NodeID() *string {
	if c.ID == nil {
		return nil
	}
	public := id.Format(id.ExternalOrg, *c.ID)
	return &public
}

// named returns what a difference changes by name, or nil if that is nothing.
func named(diff difference, walked []vendors.Organization, mapped map[uuid.UUID]bool) *Changes {
	changes := Changes{Added: len(diff.added), Removed: len(diff.removed)}
	first := firstChanges{}
	for _, one := range diff.removed {
		if mapped[one.id] {
			changes.RemovedMapped++
		}
		first.add(Removed, &one.id, one.name, "", mapped[one.id])
	}
	for _, one := range diff.changed {
		now := walked[one.index].Name
		switch {
		case one.returned:
			changes.Returned++
			first.add(Returned, &one.id, now, one.previousName, mapped[one.id])
		case one.previousName != "":
			changes.Renamed++
			first.add(Renamed, &one.id, now, one.previousName, mapped[one.id])
		}
	}
	for _, index := range diff.added {
		first.add(Added, nil, walked[index].Name, "", false)
	}
	changes.First = first.end()
	if len(changes.First) == 0 {
		return nil
	}
	return &changes
}

// firstChanges keeps the changes that people should see first: those of mapped external organizations, then by kind, then
// by name. Its memory does not grow with the list.
type firstChanges struct{ kept []sortedChange }

type sortedChange struct {
	NamedChange
	rank   int
	folded string
}

func (f *firstChanges) add(kind ChangeKind, row *uuid.UUID, now, previous string, mapped bool) {
	rank := slices.Index(changeKinds, kind)
	if !mapped {
		rank += len(changeKinds)
	}
	f.kept = append(f.kept, sortedChange{NamedChange{kind, row, now, orNull(previous), mapped}, rank, name.Fold(now)})
	if len(f.kept) == 2*maximumNamed {
		f.cut()
	}
}

// cut sorts the changes and drops those beyond maximumNamed.
func (f *firstChanges) cut() {
	slices.SortStableFunc(f.kept, func(a, b sortedChange) int {
		return cmp.Or(cmp.Compare(a.rank, b.rank), cmp.Compare(a.folded, b.folded))
	})
	f.kept = f.kept[:min(len(f.kept), maximumNamed)]
}

func (f *firstChanges) end() []NamedChange {
	f.cut()
	changes := make([]NamedChange, len(f.kept))
	for i, one := range f.kept {
		changes[i] = one.NamedChange
		if text := shortened(one.Name); text != nil {
			changes[i].Name = *text
		}
		if one.PreviousName != nil {
			changes[i].PreviousName = shortened(*one.PreviousName)
		}
	}
	return changes
}

// mappedOf returns which of the stored external organizations that a difference touches are mapped.
func (w *Worker) mappedOf(ctx context.Context, tx pg.Tx, run *Run, diff difference) (map[uuid.UUID]bool, error) {
	const selectMapped = "SELECT external_org_id FROM mappings WHERE account_id = $1 AND integration_id = $2 AND external_org_id = ANY ($3::uuid[])"
	mapped := map[uuid.UUID]bool{}
	for ids := range slices.Chunk(diff.touched(), partSize) {
		err := tx.Send(ctx, pg.Statement{
			SQL: selectMapped, Arguments: []pg.Argument{pg.UUID(run.AccountID), pg.UUID(run.IntegrationID), pg.UUIDs(ids)}, Prepared: true,
			Take: func(row pg.Row) { mapped[row.UUID(0)] = true },
		})
		if err != nil {
			return nil, err
		}
	}
	return mapped, nil
}

// keepChanges stores what the run changes, and deletes the changes of the integration's oldest runs. Call it after
// writing the run's own row: the foreign key locks that row.
func (w *Worker) keepChanges(ctx context.Context, tx pg.Tx, run *Run, changes *Changes) error {
	if changes == nil {
		return nil
	}
	encoded, err := json.Marshal(changes)
	if err != nil {
		return err
	}
	if err := writePart(ctx, tx, run, "INSERT INTO refresh_changes (account_id, integration_id, run_id, changes) VALUES ($1, $2, $3, $4::text::jsonb)",
		pg.UUID(run.ID), pg.Text(string(encoded))); err != nil {
		return err
	}
	return writePart(ctx, tx, run, `
		DELETE FROM refresh_changes WHERE account_id = $1 AND run_id IN (
			SELECT run_id FROM refresh_changes WHERE account_id = $1 AND integration_id = $2 ORDER BY run_id DESC OFFSET $3
		)`, pg.Int(maximumChanged))
}

// ChangesOf returns what the given runs changed by name. A run that changed no name has none, and neither do old runs.
func (s *Service) ChangesOf(ctx context.Context, runs []uuid.UUID) (map[uuid.UUID]*Changes, error) {
	actor, err := auth.Require(ctx, auth.Viewer)
	if err != nil {
		return nil, err
	}
	found := make(map[uuid.UUID]*Changes, len(runs))
	if len(runs) == 0 {
		return found, nil
	}
	var rows []struct {
		RunID   uuid.UUID
		Changes json.RawMessage
	}
	err = s.store.db.Read(ctx, actor.AccountID, func(ctx context.Context, tx pg.ReadTx) error {
		return tx.NewRaw("SELECT run_id, changes FROM refresh_changes WHERE account_id = ? AND run_id IN (?)", actor.AccountID, bun.List(runs)).Scan(ctx, &rows)
	})
	if err != nil {
		return nil, err
	}
	for _, row := range rows {
		changes := new(Changes)
		if err := json.Unmarshal(row.Changes, changes); err != nil {
			return nil, err
		}
		found[row.RunID] = changes
	}
	return found, nil
}
