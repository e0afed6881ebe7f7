package mapping

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/name"
	"github.com/orgmap/orgmap/internal/pg"
)

// suggested is an external organization and the suggestion for it, with everything that accepting it rests on.
type suggested struct {
	ExternalOrgID    uuid.UUID
	IntegrationID    uuid.UUID
	IntegrationName  string
	ExternalName     string
	Removed          bool
	Excluded         bool
	MappedTo         string    // the name of the organization that it is mapped to; "": none
	OrganizationID   uuid.UUID // the suggested one; uuid.Nil: nothing is suggested
	OrganizationName string
	Tier             string
	Bulk             bool
	Automatic        bool
	Rejected         bool
	Applied          bool   // automatically, before
	Holder           string // the name of an external organization that the cell contains; "": the cell is empty
}

// acceptWorld is the data that accepting is planned on, by external organization.
type acceptWorld map[uuid.UUID]suggested

// reading returns the statement that reads the world.
func (w acceptWorld) reading(account uuid.UUID, externalOrgIDs []uuid.UUID) pg.Statement {
	return pg.Statement{
		SQL: `
			SELECT x.id, x.integration_id, x.name, x.removed_at IS NOT NULL, e.external_org_id IS NOT NULL, h.name,
				s.organization_id, o.name, s.tier, coalesce(s.bulk, false), coalesce(s.automatic, false), r.id IS NOT NULL, p.external_org_id IS NOT NULL,
				(SELECT c.external_name FROM mappings AS c WHERE c.account_id = $1 AND c.organization_id = s.organization_id
				 AND c.integration_id = x.integration_id ORDER BY c.external_folded, c.id LIMIT 1), i.name
			FROM external_orgs AS x
			JOIN integrations AS i ON i.account_id = $1 AND i.id = x.integration_id
			LEFT JOIN exclusions AS e ON e.account_id = $1 AND e.external_org_id = x.id
			LEFT JOIN mappings AS m ON m.account_id = $1 AND m.external_org_id = x.id
			LEFT JOIN organizations AS h ON h.account_id = $1 AND h.id = m.organization_id
			LEFT JOIN suggestions AS s ON s.account_id = $1 AND s.external_org_id = x.id
			LEFT JOIN organizations AS o ON o.account_id = $1 AND o.id = s.organization_id
			LEFT JOIN rejections AS r ON r.account_id = $1 AND r.external_org_id = x.id AND r.organization_id = s.organization_id
			LEFT JOIN automatic_mappings AS p ON p.account_id = $1 AND p.external_org_id = x.id AND p.organization_id = s.organization_id
			WHERE x.account_id = $1 AND x.id = ANY ($2)`,
		Arguments: []pg.Argument{pg.UUID(account), pg.UUIDs(externalOrgIDs)}, Prepared: true,
		Take: func(row pg.Row) {
			one := suggested{
				ExternalOrgID: row.UUID(0), IntegrationID: row.UUID(1), ExternalName: row.Text(2), Removed: row.Boolean(3), Excluded: row.Boolean(4),
				MappedTo: row.Text(5), Bulk: row.Boolean(9), Automatic: row.Boolean(10), Rejected: row.Boolean(11), Applied: row.Boolean(12), Holder: row.Text(13), IntegrationName: row.Text(14),
			}
			if !row.Null(6) {
				one.OrganizationID, one.OrganizationName, one.Tier = row.UUID(6), row.Text(7), row.Text(8)
			}
			w[one.ExternalOrgID] = one
		},
	}
}

// obstacle says why the suggestion cannot be accepted together with others, or returns "".
func (s suggested) obstacle() string {
	switch {
	case s.MappedTo != "":
		return fmt.Sprintf("It is already mapped to %s.", name.Quote(s.MappedTo))
	case s.Removed:
		return "The vendor no longer lists it."
	case s.Excluded:
		return "It is excluded."
	case s.OrganizationID == uuid.Nil:
		return "Nothing is suggested for it."
	case s.Rejected:
		return fmt.Sprintf("Somebody has rejected %s.", name.Quote(s.OrganizationName))
	case !s.Bulk:
		return "The suggestion is too uncertain to be accepted together with others. Check it by itself."
	case s.Holder != "":
		return fmt.Sprintf("%s already has %s in this integration.", name.Quote(s.OrganizationName), name.Quote(s.Holder))
	}
	return ""
}

// acceptPlan is which suggestions can be accepted, and which cannot.
type acceptPlan struct {
	rows     []suggested
	leftOut  []LeftOut
	notFound []int
	index    map[uuid.UUID]int // of the request
}

// planAccept plans accepting the suggestions for external organizations. Two that would come into the same cell are both
// left out.
func planAccept(world acceptWorld, externalOrgIDs []uuid.UUID) acceptPlan {
	plan := acceptPlan{index: make(map[uuid.UUID]int, len(externalOrgIDs))}
	inCell := map[cellKey]int{}
	for _, one := range world {
		if one.obstacle() == "" {
			inCell[cellKey{one.OrganizationID, one.IntegrationID}]++
		}
	}
	for i, externalOrgID := range externalOrgIDs {
		plan.index[externalOrgID] = i
		one, exists := world[externalOrgID]
		if !exists {
			plan.notFound = append(plan.notFound, i)
			continue
		}
		reason := one.obstacle()
		if reason == "" && inCell[cellKey{one.OrganizationID, one.IntegrationID}] > 1 {
			reason = fmt.Sprintf("%s is suggested for several external organizations of this integration.", name.Quote(one.OrganizationName))
		}
		if reason == "" {
			plan.rows = append(plan.rows, one)
		} else {
			plan.leftOut = append(plan.leftOut, LeftOut{externalOrgID, reason})
		}
	}
	return plan
}

func (p acceptPlan) preview() SuggestionPreview {
	preview := SuggestionPreview{LeftOut: p.leftOut, NotFound: p.notFound, Rows: make([]uuid.UUID, len(p.rows))}
	digests := make([]digest, len(p.rows))
	for i, one := range p.rows {
		preview.Rows[i], digests[i] = one.ExternalOrgID, one.digest()
	}
	slices.SortFunc(digests, func(a, b digest) int { return bytes.Compare(a[:], b[:]) })
	hash := make([]byte, 0, len(digests)*digestSize)
	for _, one := range digests {
		hash = append(hash, one[:]...)
	}
	preview.Hash = base64.RawURLEncoding.EncodeToString(hash)
	return preview
}

// unchanged returns the rows if each of them is as it was in a preview, or else a CONFLICT for each one that is not.
func (p acceptPlan) unchanged(seen map[digest]bool) ([]suggested, apperr.UserErrors) {
	var problems apperr.Problems
	for _, at := range p.notFound {
		problems.Add(apperr.Conflict, apperr.InputPath("externalOrgIds", at), "This external organization no longer exists. Preview the suggestions again.")
	}
	for _, one := range p.leftOut {
		problems.Add(apperr.Conflict, apperr.InputPath("externalOrgIds", p.index[one.ExternalOrgID]), "%s Preview the suggestions again.", one.Reason)
	}
	for _, one := range p.rows {
		if !seen[one.digest()] {
			problems.Add(apperr.Conflict, apperr.InputPath("externalOrgIds", p.index[one.ExternalOrgID]),
				"The suggestion for %s is not the one in the preview. Preview the suggestions again.", name.Quote(one.ExternalName))
		}
	}
	return p.rows, problems.Errors()
}

// automatic returns the rows that may be applied without a person.
func (p acceptPlan) automatic() []suggested {
	return slices.DeleteFunc(slices.Clone(p.rows), func(one suggested) bool { return !one.Automatic || one.Applied })
}

// digestSize is the size of a digest: 1,000 rows make a hash of 11 KB.
const digestSize = 8

// digest identifies everything that accepting a suggestion rests on.
type digest [digestSize]byte

func (s suggested) digest() digest {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s %s %s %q %q", s.ExternalOrgID, s.OrganizationID, s.Tier, s.ExternalName, s.OrganizationName))
	return digest(sum[:digestSize])
}
