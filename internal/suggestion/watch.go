package suggestion

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/google/uuid"

	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/pg"
)

// Change is the newest state of the suggestions in an integration.
type Change struct {
	IntegrationID      uuid.UUID
	Counts             Counts
	OrganizationCounts OrganizationCounts
	OrganizationIDs    []uuid.UUID // whose suggestions changed
	More               bool        // too many to name, or changes were skipped: read again what is shown
	Sequence           int64       // 0: nothing has been computed
}

// Reader delivers changes. Only one goroutine at a time may call Next and TryNext; any may call Close.
type Reader interface {
	Next(ctx context.Context) (*Change, error)
	TryNext() (*Change, bool)
	Close()
}

// Follow subscribes to an account's changes before it takes the snapshot. The reader starts with the snapshot, and takes
// another one if it missed changes.
type Follow func(ctx context.Context, account uuid.UUID, snapshot func(context.Context) ([]*Change, error)) (Reader, error)

const (
	changesIn = `
		SELECT i.id, coalesce(c.sequence, 0), coalesce(array_to_json(c.organization_ids)::text, 'null') FROM integrations AS i
		LEFT JOIN suggestion_changes AS c ON c.account_id = i.account_id AND c.integration_id = i.id
		WHERE i.account_id = $1 AND i.id = ANY ($2) ORDER BY i.id`
	integrationsOf = "SELECT id FROM integrations WHERE account_id = $1 ORDER BY id"
)

// Load returns the newest changes in the given integrations that the account has. The live feed calls it for
// subscribers that were authorized when they subscribed.
func (s *Service) Load(ctx context.Context, account uuid.UUID, integrations []uuid.UUID) (changes []*Change, err error) {
	err = s.db.Read(ctx, account, func(ctx context.Context, tx pg.ReadTx) error {
		changes, err = load(ctx, tx, account, integrations)
		return err
	})
	return changes, err
}

func load(ctx context.Context, tx pg.ReadTx, account uuid.UUID, integrations []uuid.UUID) (changes []*Change, err error) {
	var unreadable error
	err = tx.Send(ctx, pg.Statement{
		SQL: changesIn, Arguments: []pg.Argument{pg.UUID(account), pg.UUIDs(integrations)}, Prepared: true,
		Take: func(row pg.Row) {
			change := &Change{IntegrationID: row.UUID(0), Sequence: int64(row.Int(1))}
			unreadable = errors.Join(unreadable, json.Unmarshal(row[2], &change.OrganizationIDs))
			change.More = change.OrganizationIDs == nil
			changes = append(changes, change)
		},
	})
	if err = errors.Join(err, unreadable); err != nil || len(changes) == 0 {
		return nil, err // most often, the notification was about a run
	}
	counts, err := countsOf(ctx, tx, account, integrations)
	if err != nil {
		return nil, err
	}
	organizationCounts, err := organizationCountsOf(ctx, tx, account, integrations)
	for _, change := range changes {
		change.Counts, change.OrganizationCounts = counts[change.IntegrationID], organizationCounts[change.IntegrationID]
	}
	return changes, err
}

// Sequences returns, by account and integration, the sequences of the changes within the last minute. It reads across
// accounts for the live feed.
func (s *Service) Sequences(ctx context.Context, accounts []uuid.UUID) (map[uuid.UUID]map[uuid.UUID]int64, error) {
	sequences := make(map[uuid.UUID]map[uuid.UUID]int64, len(accounts))
	err := s.db.Across(ctx, pg.Statement{
		SQL: "SELECT account_id, integration_id, sequence FROM recent_suggestion_changes($1)", Arguments: []pg.Argument{pg.UUIDs(accounts)}, Prepared: true,
		Take: func(row pg.Row) {
			account := row.UUID(0)
			if sequences[account] == nil {
				sequences[account] = map[uuid.UUID]int64{}
			}
			sequences[account][row.UUID(1)] = int64(row.Int(2))
		},
	})
	return sequences, err
}

// Watcher delivers the current state of the suggestions in each integration, then every later one. A slow reader skips
// states, but always gets the latest one. Only one goroutine at a time may use it.
type Watcher struct {
	integrations []uuid.UUID // nil: all
	delivered    map[uuid.UUID]int64
	reader       Reader
}

// Watch watches the suggestions in the given integrations, or in all if there is none. It ends with ctx.
func (s *Service) Watch(ctx context.Context, integrations []uuid.UUID) (*Watcher, error) {
	actor, err := auth.Require(ctx, auth.Viewer)
	if err != nil {
		return nil, err
	}
	w := &Watcher{integrations: id.Unique(integrations), delivered: map[uuid.UUID]int64{}}
	reader, err := s.follow(ctx, actor.AccountID, func(ctx context.Context) (changes []*Change, err error) {
		err = s.db.Read(ctx, actor.AccountID, func(ctx context.Context, tx pg.ReadTx) error {
			watched := w.integrations
			if len(watched) == 0 {
				watched = nil
				all := pg.Statement{SQL: integrationsOf, Arguments: []pg.Argument{pg.UUID(actor.AccountID)}, Take: func(row pg.Row) { watched = append(watched, row.UUID(0)) }}
				if err := tx.Send(ctx, all); err != nil {
					return err
				}
			}
			changes, err = load(ctx, tx, actor.AccountID, watched)
			return err
		})
		return changes, err
	})
	if err != nil {
		return nil, err
	}
	context.AfterFunc(ctx, reader.Close)
	w.reader = reader
	return w, nil
}

// Next waits for the next state. It returns false if there will be none: ctx has ended or the server is shutting down.
func (w *Watcher) Next(ctx context.Context) (*Change, bool) {
	for ctx.Err() == nil {
		change, err := w.reader.Next(ctx)
		if err != nil {
			return nil, false // the reader retries if the store fails
		}
		if change := w.deliver(change); change != nil {
			return change, true
		}
	}
	return nil, false
}

// TryNext returns the next state if it is already known.
func (w *Watcher) TryNext() (*Change, bool) {
	for {
		change, ok := w.reader.TryNext()
		if !ok {
			return nil, false
		}
		if change := w.deliver(change); change != nil {
			return change, true
		}
	}
}

// deliver returns the state to deliver, or nil if the subscriber does not want it or already has it.
func (w *Watcher) deliver(change *Change) *Change {
	if len(w.integrations) > 0 && !slices.Contains(w.integrations, change.IntegrationID) {
		return nil
	}
	before, begun := w.delivered[change.IntegrationID]
	if begun && change.Sequence <= before {
		return nil
	}
	w.delivered[change.IntegrationID] = change.Sequence
	if begun && change.Sequence == before+1 {
		return change
	}
	skipped := *change // it names only what changed last
	skipped.OrganizationIDs, skipped.More = nil, begun
	return &skipped
}

// Filter returns a string that is equal for watchers of the same integrations.
func (w *Watcher) Filter() string {
	return fmt.Sprint(slices.SortedFunc(slices.Values(w.integrations), compareIDs))
}

// cursorSize is an integration's part of a cursor: its ID and its sequence.
const cursorSize = 16 + 8

// Cursor returns the watcher's position. Another watcher of the same integrations that seeks to it gets the same states
// from there. It is "" before the first state.
func (w *Watcher) Cursor() string {
	cursor := make([]byte, 0, len(w.delivered)*cursorSize)
	for _, integration := range slices.SortedFunc(maps.Keys(w.delivered), compareIDs) {
		cursor = append(cursor, integration[:]...)
		cursor = binary.BigEndian.AppendUint64(cursor, uint64(w.delivered[integration])) //nolint:gosec // read by Seek
	}
	return string(cursor)
}

// Seek moves the watcher to the cursor of another watcher of the same integrations.
func (w *Watcher) Seek(cursor string) {
	w.delivered = map[uuid.UUID]int64{}
	for part := range slices.Chunk([]byte(cursor), cursorSize) {
		w.delivered[uuid.UUID(part[:16])] = int64(binary.BigEndian.Uint64(part[16:])) //nolint:gosec // as written
	}
}
