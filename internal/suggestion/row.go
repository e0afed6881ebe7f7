package suggestion

import (
	"encoding/json"
	"hash/fnv"

	"github.com/google/uuid"

	"github.com/orgmap/orgmap/internal/matching"
)

// row is a row of the table suggestions.
type row struct {
	externalOrg uuid.UUID
	digest      int64
	content     content
}

// content is the content of a row, with the names of its columns.
type content struct {
	ExternalOrgID  uuid.UUID          `json:"external_org_id"`
	IntegrationID  uuid.UUID          `json:"integration_id"`
	State          matching.State     `json:"state"`
	OrganizationID *uuid.UUID         `json:"organization_id"`
	Tier           *matching.Tier     `json:"tier"`
	Score          *matching.Bits     `json:"score"`
	Margin         *matching.Bits     `json:"margin"`
	Automatic      bool               `json:"automatic"`
	Bulk           bool               `json:"bulk"`
	Warnings       []matching.Warning `json:"warnings"`
	Because        matching.Because   `json:"because"`
	Signals        []stored           `json:"signals"`
	Candidates     []storedCandidate  `json:"candidates"`
}

// rowOf returns the row for an outcome, or false if the external organization is mapped, excluded or removed and has no
// row.
func rowOf(outcome matching.Outcome, integration uuid.UUID) (result row, hasRow bool, err error) {
	switch outcome.State {
	case matching.Mapped, matching.Excluded, matching.Removed:
		return row{}, false, nil
	case matching.Suggested, matching.NeedsDecision, matching.Conflict:
	}
	columns := content{
		ExternalOrgID: outcome.Record, IntegrationID: integration, State: outcome.State, Because: outcome.Because,
		Warnings: []matching.Warning{}, Signals: []stored{}, Candidates: make([]storedCandidate, len(outcome.Candidates)),
	}
	for i, one := range outcome.Candidates {
		columns.Candidates[i] = storedCandidate{Organization: one.Organization, Score: one.Score, Signals: store(one.Signals)}
	}
	if best := outcome.Suggestion; best != nil {
		columns.OrganizationID, columns.Tier, columns.Score, columns.Margin = &best.Organization, &best.Tier, &best.Score, best.Margin
		columns.Automatic, columns.Bulk, columns.Signals = best.Automatic, best.Bulk, store(best.Signals)
		columns.Warnings = append(columns.Warnings, best.Warnings...)
	}
	encoded, err := json.Marshal(columns)
	digest := fnv.New64a()
	_, _ = digest.Write(encoded)
	return row{externalOrg: outcome.Record, digest: int64(digest.Sum64()), content: columns}, true, err //nolint:gosec // any number will do
}

// encodeRows encodes rows for upsertSuggestions.
func encodeRows(rows []row) (string, error) {
	type encoded struct {
		content
		Digest int64 `json:"digest"`
	}
	all := make([]encoded, len(rows))
	for i, one := range rows {
		all[i] = encoded{one.content, one.digest}
	}
	text, err := json.Marshal(all)
	return string(text), err
}
