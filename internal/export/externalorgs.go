package export

import (
	"context"

	"github.com/google/uuid"

	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/csvfile"
	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/matching"
	"github.com/orgmap/orgmap/internal/pg"
)

// The state is decided in the order of suggestion.Match.State: what is mapped is not removed, and what is removed is not
// excluded. What has no stored suggestion yet needs a decision.
const selectExternalOrgs = `
	SELECT x.remote_id, x.name,
		CASE WHEN m.id IS NOT NULL THEN 'MAPPED' WHEN x.removed_at IS NOT NULL THEN 'REMOVED' WHEN e.external_org_id IS NOT NULL THEN 'EXCLUDED'
			ELSE coalesce(s.state, 'NEEDS_DECISION') END,
		o.id, o.name, e.reason, e.note, s.because
	FROM external_orgs AS x
	LEFT JOIN mappings AS m ON m.account_id = x.account_id AND m.external_org_id = x.id
	LEFT JOIN exclusions AS e ON e.account_id = x.account_id AND e.external_org_id = x.id
	LEFT JOIN suggestions AS s ON s.account_id = x.account_id AND s.external_org_id = x.id
	LEFT JOIN organizations AS o ON o.account_id = x.account_id AND o.id = CASE WHEN m.id IS NOT NULL THEN m.organization_id
		WHEN x.removed_at IS NULL AND e.external_org_id IS NULL AND s.state = 'SUGGESTED' THEN s.organization_id END
	WHERE x.account_id = $1 AND x.integration_id = $2 ORDER BY x.folded, x.id`

// ExternalOrgs writes a row for each external organization of an integration, by name: its state, the organization that it
// is mapped to or that is suggested, and why it is excluded or needs a decision.
func (s *Service) ExternalOrgs(ctx context.Context, file *csvfile.Writer, integration uuid.UUID) error {
	actor, err := auth.Require(ctx, auth.Viewer)
	if err != nil {
		return err
	}
	return s.db.Read(ctx, actor.AccountID, func(ctx context.Context, tx pg.ReadTx) error {
		file.Row(csvfile.ExternalOrgColumns()...)
		arguments := []pg.Argument{pg.UUID(actor.AccountID), pg.UUID(integration)}
		err := stream(ctx, tx, file, selectExternalOrgs, arguments, func(row pg.Row) {
			organization, called := "", ""
			if !row.Null(3) {
				organization, called = id.Format(id.Organization, row.UUID(3)), row.Text(4)
			}
			file.Row(row.Text(0), row.Text(1), worded(row.Text(2)), organization, called, reasonOf(row))
		})
		if err != nil {
			return err
		}
		return file.Flush()
	})
}

// reasons are the pages' words for the reasons of exclusions.
//
//nolint:gochecknoglobals // a table
var reasons = map[string]string{
	"NOT_A_CLIENT": "Not a client", "INTERNAL": "Our own company", "TEST": "Test or template", "VENDOR": "Vendor or partner", "PROSPECT": "Prospect",
	"FORMER_CLIENT": "Former client", "DUPLICATE": "Duplicate", "OTHER": "Other",
}

// reasonOf returns why an external organization is excluded, or why nothing is suggested for it.
func reasonOf(row pg.Row) string {
	switch matching.State(row.Text(2)) {
	case matching.Excluded:
		reason := reasons[row.Text(5)]
		if note := row.Text(6); note != "" {
			reason += ": " + note
		}
		return reason
	case matching.NeedsDecision, matching.Conflict:
		because := matching.BecausePending
		if !row.Null(7) {
			because = matching.Because(row.Text(7))
		}
		return because.Explain()
	case matching.Mapped, matching.Suggested, matching.Removed:
	}
	return ""
}
