// Package model holds the schema's types that belong to the GraphQL layer rather than to a domain: connections, change
// events, and generated inputs and payloads.
package model

import (
	"github.com/orgmap/orgmap/internal/access"
	"github.com/orgmap/orgmap/internal/audit"
	"github.com/orgmap/orgmap/internal/decision"
	"github.com/orgmap/orgmap/internal/history"
	"github.com/orgmap/orgmap/internal/integration"
	"github.com/orgmap/orgmap/internal/journal"
	"github.com/orgmap/orgmap/internal/mapping"
	"github.com/orgmap/orgmap/internal/organization"
	"github.com/orgmap/orgmap/internal/page"
	"github.com/orgmap/orgmap/internal/refresh"
)

// Node is an object that can be read again by its id.
type Node interface {
	NodeID() string
}

// OrganizationConnection is a page of organizations.
type OrganizationConnection = page.Connection[*organization.Organization]

// OrganizationEdge is an organization with its cursor.
type OrganizationEdge = page.Edge[*organization.Organization]

// ExternalOrgConnection is a page of external organizations.
type ExternalOrgConnection = page.Connection[*integration.ExternalOrg]

// ExternalOrgEdge is an external organization with its cursor.
type ExternalOrgEdge = page.Edge[*integration.ExternalOrg]

// ImportCandidateConnection is a page of import candidates.
type ImportCandidateConnection = page.Connection[*mapping.Candidate]

// ImportCandidateEdge is an import candidate with its cursor.
type ImportCandidateEdge = page.Edge[*mapping.Candidate]

// RefreshRunConnection is a page of runs.
type RefreshRunConnection = page.Connection[*refresh.Run]

// RefreshRunEdge is a run with its cursor.
type RefreshRunEdge = page.Edge[*refresh.Run]

// RejectionConnection is a page of rejections.
type RejectionConnection = page.Connection[*decision.Rejection]

// RejectionEdge is a rejection with its cursor.
type RejectionEdge = page.Edge[*decision.Rejection]

// AliasConnection is a page of aliases.
type AliasConnection = page.Connection[*decision.Alias]

// AliasEdge is an alias with its cursor.
type AliasEdge = page.Edge[*decision.Alias]

// PersonConnection is a page of people.
type PersonConnection = page.Connection[*access.Person]

// PersonEdge is a person with their cursor.
type PersonEdge = page.Edge[*access.Person]

// AuditEventConnection is a page of audit events.
type AuditEventConnection = page.Connection[*audit.Event]

// AuditEventEdge is an audit event with its cursor.
type AuditEventEdge = page.Edge[*audit.Event]

// ChangeConnection is a page of changes.
type ChangeConnection = page.Connection[*journal.Change]

// ChangeEdge is a change with its cursor.
type ChangeEdge = page.Edge[*journal.Change]

// EditConnection is a page of edits.
type EditConnection = page.Connection[journal.Edit]

// EditEdge is an edit with its cursor.
type EditEdge = page.Edge[journal.Edit]

// OrganizationSnapshotConnection is a page of organizations as they were.
type OrganizationSnapshotConnection = page.Connection[*history.Organization]

// OrganizationSnapshotEdge is an organization as it was, with its cursor.
type OrganizationSnapshotEdge = page.Edge[*history.Organization]
