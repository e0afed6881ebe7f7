package journal

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/pg"
)

// ResumeWindow is how long a client may be away and still receive every change since. Clients that come back later are
// told to read everything again, although history may reach back further.
const ResumeWindow = 30 * 24 * time.Hour

// Announce publishes that an account's journal has reached a position. It must not block, and the notification may be
// lost, because the journal still has the change. ctx is the write's: use its values, not its end.
type Announce func(ctx context.Context, account uuid.UUID, position int64)

// Journal appends changes and reads them back.
type Journal struct {
	db       *pg.DB
	announce Announce
	follow   Follow
}

// New returns a journal. follow delivers new changes; announce publishes them.
func New(db *pg.DB, announce Announce, follow Follow) *Journal {
	return &Journal{db: db, announce: announce, follow: follow}
}

// appendChange takes the account's next position and inserts a change there. It fails if the account does not exist,
// because position must not be NULL.
const appendChange = `
	WITH advanced AS (
		UPDATE accounts SET journal_position = journal_position + 1 WHERE id = $1 RETURNING journal_position
	), appended AS (
		INSERT INTO journal (account_id, position, kind, action, at, actor, organization_ids, integration_ids, removed_integration_ids, external_org_ids,
			before, after, actor_kind, actor_id, removed_organization_ids, edits, edit_count, summary, undoes, subject_ids, removed_subject_ids)
		VALUES ($1, (SELECT journal_position FROM advanced), $2, $3, clock_timestamp(), $4, $5::uuid[], $6::uuid[], $7::uuid[], $8::uuid[],
			$9::text::jsonb, $10::text::jsonb, $11, $12, $13::uuid[], $14, $15::bigint, $16, $17, $19::uuid[], $20::uuid[])
		RETURNING position
	), found_by AS (
		INSERT INTO journal_subjects (account_id, subject_id, position) SELECT $1, s, (SELECT position FROM appended) FROM unnest($18::uuid[]) AS s
	)
	SELECT position FROM appended`

// Append adds a change to the journal in the caller's transaction and announces it after the commit. Append sets the
// account, position and time. From Append to the commit no other write of the account can append, so positions are in
// commit order. So are times, unlike the start times of transactions.
func (j *Journal) Append(ctx context.Context, tx pg.Writer, change Change) error {
	return tx.Send(ctx, j.AppendStatement(ctx, tx, change))
}

// AppendStatement returns Append's statement, for callers that batch it with their commit.
func (j *Journal) AppendStatement(ctx context.Context, tx pg.Writer, change Change) pg.Statement {
	var kind, actorID, undoes pg.Argument
	if change.ActorKind != nil {
		kind = pg.Text(string(*change.ActorKind))
	}
	if change.ActorID.Valid {
		actorID = pg.UUID(change.ActorID.UUID)
	}
	if change.Undoes != nil {
		undoes = pg.Int(*change.Undoes)
	}
	return pg.Statement{
		SQL: appendChange, Prepared: true,
		Arguments: []pg.Argument{
			pg.UUID(change.AccountID), pg.Text(string(change.Kind)), pg.Text(change.Action), pg.Text(change.Actor),
			pg.UUIDs(change.OrganizationIDs), pg.UUIDs(change.IntegrationIDs), pg.UUIDs(change.RemovedIntegrationIDs), pg.UUIDs(change.ExternalOrgIDs),
			jsonText(change.Before), jsonText(change.After),
			kind, actorID, pg.UUIDs(change.RemovedOrganizationIDs), change.Edits.encode(), pg.Int(int64(change.Edits.Count())), pg.Text(change.summarize()), undoes,
			pg.UUIDs(change.subjects()), pg.UUIDs(change.SubjectIDs), pg.UUIDs(change.RemovedSubjectIDs),
		},
		Take: func(row pg.Row) {
			position := int64(row.Int(0))
			tx.AfterCommit(func() {
				note(ctx, position)
				j.announce(ctx, change.AccountID, position)
			})
		},
	}
}

type lastKey struct{}

// WithLast returns a context in which Last knows the change that was committed last.
func WithLast(ctx context.Context) context.Context {
	return context.WithValue(ctx, lastKey{}, new(atomic.Int64))
}

func note(ctx context.Context, position int64) {
	if last, is := ctx.Value(lastKey{}).(*atomic.Int64); is {
		last.Store(position)
	}
}

// Last returns the position of the change that was committed last in a context of WithLast, or 0.
func Last(ctx context.Context) int64 {
	last, is := ctx.Value(lastKey{}).(*atomic.Int64)
	if !is {
		return 0
	}
	return last.Load()
}

// Cursor returns the journal's current cursor. Anything read afterwards is at least as new.
func (j *Journal) Cursor(ctx context.Context) (string, error) {
	actor, err := auth.Require(ctx, auth.Viewer)
	if err != nil {
		return "", err
	}
	position, err := j.head(ctx, actor.AccountID)
	return FormatCursor(position), err
}

func (j *Journal) head(ctx context.Context, account uuid.UUID) (position int64, err error) {
	err = j.db.Read(ctx, account, func(ctx context.Context, tx pg.ReadTx) error {
		return tx.NewRaw("SELECT journal_position FROM accounts WHERE id = ?", account).Scan(ctx, &position)
	})
	return position, err
}

// Read returns up to limit changes of the account after a position, in order. It serves the live feed.
func (j *Journal) Read(ctx context.Context, account uuid.UUID, after int64, limit int) ([]*Change, error) {
	var changes []*Change
	err := j.db.Read(ctx, account, func(ctx context.Context, tx pg.ReadTx) error {
		return tx.NewSelect().Model(&changes).ExcludeColumn("before", "after").
			Where("account_id = ?", account).Where("position > ?", after).Where("at > now() - make_interval(secs => ?)", ResumeWindow.Seconds()).
			Order("position").Limit(int64(limit)).Scan(ctx)
	})
	return changes, err
}

// Heads returns the current journal position of each account, in one statement.
func (j *Journal) Heads(ctx context.Context, accounts []uuid.UUID) (map[uuid.UUID]int64, error) {
	heads := make(map[uuid.UUID]int64, len(accounts))
	err := j.db.Across(ctx, pg.Statement{
		SQL: "SELECT account_id, journal_position FROM journal_heads($1)", Arguments: []pg.Argument{pg.UUIDs(accounts)}, Prepared: true,
		Take: func(row pg.Row) { heads[row.UUID(0)] = int64(row.Int(1)) },
	})
	return heads, err
}

// DefaultRetention is how long changes are kept if nothing else is set, in months.
const DefaultRetention = 25

// Prune deletes changes that are older than the given number of months, the oldest first, and the past states that ended
// with them. It returns how many changes it deleted. Changes of the last 30 days are always kept, and 0 months keep everything.
func (j *Journal) Prune(ctx context.Context, months int) (pruned int64, err error) {
	if months == 0 {
		return 0, nil
	}
	return j.db.Prune(ctx, "prune_journal", months)
}
