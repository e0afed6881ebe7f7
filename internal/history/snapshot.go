package history

import (
	"context"
	"time"

	"github.com/google/uuid"

	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/journal"
	"github.com/orgmap/orgmap/internal/pg"
)

// Snapshot is the account as it was after the change at a position.
type Snapshot struct {
	Position int64
	At       time.Time
	cursor   string
}

// Cursor returns the cursor of the change.
func (s *Snapshot) Cursor() string { return s.cursor }

// Organization is an organization as it was.
type Organization struct {
	OrganizationID uuid.UUID
	Name           string
	Folded         string
	Active         bool
	Position       int64 // of its snapshot
}

// ID returns the public ID of the organization, which may no longer exist.
func (o *Organization) ID() string { return id.Format(id.Organization, o.OrganizationID) }

// AppendID appends the ID to a text.
func (o *Organization) AppendID(to []byte) []byte {
	return id.Append(to, id.Organization, o.OrganizationID)
}

// Mapping is a mapping as it was.
type Mapping struct {
	External        uuid.UUID
	ExternalName    string
	Integration     uuid.UUID
	IntegrationName string
}

// ExternalOrgID returns the public ID of the external organization, which may no longer exist.
func (m *Mapping) ExternalOrgID() string { return id.Format(id.ExternalOrg, m.External) }

// AppendExternalOrgID appends the ID of the external organization to a text.
func (m *Mapping) AppendExternalOrgID(to []byte) []byte {
	return id.Append(to, id.ExternalOrg, m.External)
}

// IntegrationID returns the public ID of the integration, which may no longer exist.
func (m *Mapping) IntegrationID() string { return id.Format(id.Integration, m.Integration) }

// AppendIntegrationID appends the ID of the integration to a text.
func (m *Mapping) AppendIntegrationID(to []byte) []byte {
	return id.Append(to, id.Integration, m.Integration)
}

// Both find the change that a snapshot follows, with where the account's history begins and ends.
const (
	selectChange = `
		SELECT a.journal_position, a.history_position, coalesce(a.history_at, a.created_at), clock_timestamp(), j.position, j.at
		FROM accounts AS a LEFT JOIN `
	byCursor = selectChange + `journal AS j ON j.account_id = a.id AND j.position = $2 WHERE a.id = $1`
	byMoment = selectChange + `LATERAL (
			SELECT k.position, k.at FROM journal AS k WHERE k.account_id = a.id AND k.at <= $2 ORDER BY k.at DESC, k.position DESC LIMIT 1
		) AS j ON true WHERE a.id = $1`
)

// Snapshot finds the snapshot at a moment or at the cursor of a change: one of the two must be given. A moment between
// two changes has the snapshot of the earlier one. The error is BAD_USER_INPUT for a moment in the future and for
// anything before history begins.
func (s *Service) Snapshot(ctx context.Context, at *time.Time, cursor *string) (*Snapshot, error) {
	actor, err := auth.Require(ctx, auth.Viewer)
	if err != nil {
		return nil, err
	}
	if (at == nil) == (cursor == nil) {
		return nil, apperr.New(apperr.BadUserInput, "Give either at or cursor.")
	}
	position := int64(-1)
	if cursor != nil {
		if position, err = journal.ParseCursor(*cursor); err != nil {
			return nil, err
		}
	}
	var head, begin int64
	var beginAt, now time.Time
	var changedAt *time.Time // nil: the change is not kept, or there is none
	err = s.db.Read(ctx, actor.AccountID, func(ctx context.Context, tx pg.ReadTx) error {
		statement := pg.Statement{SQL: byCursor, Arguments: []pg.Argument{pg.UUID(actor.AccountID), pg.Int(position)}, Prepared: true}
		if at != nil {
			statement.SQL, statement.Arguments[1] = byMoment, pg.Time(*at)
		}
		statement.Take = func(row pg.Row) {
			head, begin, beginAt, now = int64(row.Int(0)), int64(row.Int(1)), row.Time(2), row.Time(3)
			if at != nil {
				position = begin
			}
			if !row.Null(4) {
				made := row.Time(5)
				position, changedAt = int64(row.Int(4)), &made
			}
		}
		return tx.Send(ctx, statement)
	})
	if err != nil {
		return nil, err
	}
	switch {
	case at != nil && at.After(now):
		return nil, apperr.New(apperr.BadUserInput, "at is in the future.").With(reasonKey, inFuture)
	case at != nil && at.Before(beginAt) || cursor != nil && position < begin:
		return nil, beforeHistory(beginAt)
	case cursor != nil && position > head:
		return nil, apperr.New(apperr.BadUserInput, "cursor is ahead of the journal. It may belong to another account.")
	}
	snapshot := &Snapshot{Position: position, At: beginAt, cursor: journal.FormatCursor(position)}
	if changedAt != nil {
		snapshot.At = *changedAt
	}
	if at != nil {
		snapshot.At = *at
	}
	return snapshot, nil
}

// RemoteIDs returns the vendors' own IDs of external organizations, also of those whose integration was disconnected.
func (s *Service) RemoteIDs(ctx context.Context, externalOrgs []uuid.UUID) (map[uuid.UUID]string, error) {
	actor, err := auth.Require(ctx, auth.Viewer)
	if err != nil {
		return nil, err
	}
	found := make(map[uuid.UUID]string, len(externalOrgs))
	err = s.db.Read(ctx, actor.AccountID, func(ctx context.Context, tx pg.ReadTx) error {
		return tx.Send(ctx, pg.Statement{
			SQL: `SELECT id, remote_id FROM external_orgs WHERE account_id = $1 AND id = ANY ($2)
				UNION ALL SELECT id, remote_id FROM past_external_orgs WHERE account_id = $1 AND id = ANY ($2)`,
			Arguments: []pg.Argument{pg.UUID(actor.AccountID), pg.UUIDs(externalOrgs)}, Prepared: true,
			Take: func(row pg.Row) { found[row.UUID(0)] = row.Text(1) },
		})
	})
	return found, err
}
