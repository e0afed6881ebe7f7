package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/orgmap/orgmap/internal/journal"
)

// pageSize is the number of items on a page.
const pageSize = 50

// document names a query, independent of the server.
type document string

const (
	pageOf       document = "page"       // a page of the grid
	suggestedOf  document = "suggested"  // a page of the grid with its suggestions
	snapshotOf   document = "snapshot"   // a page of the grid as it was
	staffedOf    document = "staffed"    // a page of the list of organizations, with people and groups
	externalsOf  document = "externals"  // the options of a drop-down
	candidatesOf document = "candidates" // organizations that can be imported
)

// contract holds the documents for Orgmap's API.
var contract = map[document]string{ //nolint:gochecknoglobals // a table
	pageOf: `query Page($after: String, $offset: Int, $search: String) {
  organizations(first: 50, after: $after, offset: $offset, search: $search) {
    edges { cursor node { id name mappings { id integration { id name } externalOrg { id name } } } }
    pageInfo { hasNextPage endCursor }
    totalCount
  }
}`,
	suggestedOf: `query Suggested($after: String, $offset: Int, $search: String) {
  organizations(first: 50, after: $after, offset: $offset, search: $search) {
    edges { cursor node {
      id name mappings { id integration { id name } externalOrg { id name } }
      suggestions { tier bulk externalOrg { id name integration { id } } }
    } }
    pageInfo { hasNextPage endCursor }
    totalCount
  }
}`,
	snapshotOf: fmt.Sprintf(`query Snapshot($after: String) {
  snapshot(cursor: %q) { organizations(first: 50, after: $after) {
    edges { cursor node { id name mappings { externalOrgId externalName integrationId integrationName } } }
    pageInfo { hasNextPage endCursor }
    totalCount
  } }
}`, journal.FormatCursor(1)),
	staffedOf: `query Staffed($after: String) {
  organizations(first: 50, after: $after) {
    edges { cursor node {
      id name active
      engineer { id name blocked }
      vcio { id name blocked }
      groups { id name color archived }
      mappings { id integration { id } }
      suggestions { externalOrg { id integration { id } } }
    } }
    pageInfo { hasNextPage endCursor }
    totalCount
  }
}`,
	externalsOf: `query Externals($integration: ID!, $search: String) {
  node(id: $integration) { ... on Integration {
    externalOrgs(first: 50, search: $search) {
      nodes { id name mapping { id organization { id name } } }
      pageInfo { hasNextPage endCursor }
      totalCount
    }
  } }
}`,
	candidatesOf: `query Candidates($search: String) {
  importCandidates(first: 50, search: $search) {
    nodes { outcome externalOrg { id name } organization { id name } }
    pageInfo { hasNextPage endCursor }
    totalCount
  }
}`,
}

// postgraphileDocuments are the same queries with the names that PostGraphile generates; aliases keep the response the
// same.
var postgraphileDocuments = map[document]string{ //nolint:gochecknoglobals // a table
	pageOf: `query Page($account: UUID!, $after: Cursor, $offset: Int, $search: String) {
  organizations: allOrganizations(first: 50, after: $after, offset: $offset, orderBy: [FOLDED_ASC, ROW_ID_ASC],
      condition: {accountId: $account, active: true, nameHas: $search}) {
    edges { cursor node { id: rowId name mappings: mappingsByAccountIdAndOrganizationIdList(orderBy: INTEGRATION_ID_ASC) {
      id: rowId
      integration: integrationByAccountIdAndIntegrationId { id: rowId name }
      externalOrg: externalOrgByAccountIdAndIntegrationIdAndExternalOrgId { id: rowId name }
    } } }
    pageInfo { hasNextPage endCursor }
    totalCount
  }
}`,
	externalsOf: `query Externals($account: UUID!, $integration: UUID!, $search: String) {
  node: integrationByAccountIdAndRowId(accountId: $account, rowId: $integration) {
    externalOrgs: externalOrgsByAccountIdAndIntegrationId(first: 50, orderBy: [FOLDED_ASC, ROW_ID_ASC], condition: {listed: true, nameHas: $search}) {
      nodes { id: rowId name mapping: mappingByAccountIdAndIntegrationIdAndExternalOrgId {
        id: rowId
        organization: organizationByAccountIdAndOrganizationId { id: rowId name }
      } }
      pageInfo { hasNextPage endCursor }
      totalCount
    }
  }
}`,
}

// ask is one question of a kind.
type ask struct {
	search string // part of a name; "": all
	offset int    // the page after this many organizations, by offset
	behind int    // the page after this many organizations, by cursor
}

// kind is a kind of question, measured separately.
type kind struct {
	name     string
	document document
	asks     func(organizations int) []ask // in turn
	only     *sort                         // the only sort of server to ask; nil: all
	prepare  func(context.Context, *stage, tenant) error
}

// The kinds that are compared with browse: the same page with its suggestions, with people and groups, and as it was.
const (
	withSuggestions = "browse with suggestions"
	withPeople      = "browse with people"
	asItWas         = "snapshot"
)

// readKinds returns the read-only kinds. The last two change the account.
func readKinds() []kind {
	us := ours
	return []kind{
		{name: "browse", document: pageOf, asks: browsing},
		{name: "search", document: pageOf, asks: searching(1)},
		{name: "deep by offset", document: pageOf, asks: deep(func(at int) ask { return ask{offset: at} })},
		{name: "deep by cursor", document: pageOf, asks: deep(func(at int) ask { return ask{behind: at} })},
		{name: "drop-down", document: externalsOf, asks: searching(4)},
		{name: "import candidates", document: candidatesOf, asks: searching(4), only: &us},
		{name: withSuggestions, document: suggestedOf, asks: browsing, only: &us, prepare: suggested},
		{name: withPeople, document: staffedOf, asks: browsing, only: &us, prepare: staffed},
		{name: asItWas, document: snapshotOf, asks: func(int) []ask { return []ask{{}} }, only: &us, prepare: begun},
	}
}

// browsing returns up to a hundred pages, spread evenly over the whole list, each fetched by cursor.
func browsing(organizations int) []ask {
	pages := (organizations + pageSize - 1) / pageSize
	step := max(1, pages/100)
	var asks []ask
	for number := 0; number < pages; number += step {
		asks = append(asks, ask{behind: number * pageSize})
	}
	return asks
}

// searching returns the first page of a search for every step-th word.
func searching(step int) func(int) []ask {
	return func(int) (asks []ask) {
		for i, word := range searchWords() {
			if i%step == 0 {
				asks = append(asks, ask{search: word})
			}
		}
		return asks
	}
}

// deep returns the pages of the list's last tenth.
func deep(at func(int) ask) func(int) []ask {
	return func(organizations int) (asks []ask) {
		pages := organizations / pageSize
		for number := max(1, pages*9/10); number < pages; number++ {
			asks = append(asks, at(number*pageSize))
		}
		return asks
	}
}

// slug returns the kind's name as used on the command line.
func (k kind) slug() string { return strings.ReplaceAll(k.name, " ", "-") }

// begun gives the account, which was filled without a journal, its first position.
func begun(ctx context.Context, stage *stage, of tenant) error {
	_, err := stage.conn.Exec(ctx, "UPDATE accounts SET journal_position = 1 WHERE id = $1 AND journal_position = 0", of.account)
	return err
}

// suggested waits until the account has suggestions.
func suggested(ctx context.Context, stage *stage, of tenant) error {
	say("waiting for suggestions")
	if err := begun(ctx, stage, of); err != nil {
		return err
	}
	for computed := false; !computed; {
		if !sleepUntil(ctx, time.Now().Add(settleInterval)) {
			return ctx.Err()
		}
		if err := stage.conn.QueryRow(ctx, "SELECT EXISTS (SELECT FROM matchings WHERE account_id = $1 AND position = 1)", of.account).Scan(&computed); err != nil {
			return err
		}
	}
	_, err := stage.conn.Exec(ctx, "VACUUM ANALYZE suggestions")
	return err
}

// staffed waits for suggestions and gives every organization an engineer, a vCIO and up to three groups.
func staffed(ctx context.Context, stage *stage, of tenant) error {
	if err := suggested(ctx, stage, of); err != nil {
		return err
	}
	for _, statement := range []string{
		"INSERT INTO people (account_id, id, name) SELECT $1, gen_random_uuid(), 'Person ' || n FROM generate_series(1, 20) AS n",
		"INSERT INTO organization_groups (account_id, id, name, folded, color) SELECT $1, gen_random_uuid(), 'Group ' || n, 'group ' || n, 'teal' FROM generate_series(1, 20) AS n",
		`WITH people AS MATERIALIZED (SELECT array_agg(id) AS ids FROM people WHERE account_id = $1)
			INSERT INTO organization_details (account_id, organization_id, engineer_id, vcio_id)
			SELECT $1, id, ids[1 + n % 20], ids[1 + n / 20 % 20] FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM organizations WHERE account_id = $1) AS o, people`,
		`WITH groups AS MATERIALIZED (SELECT array_agg(id) AS ids FROM organization_groups WHERE account_id = $1)
			INSERT INTO organization_group_members (account_id, group_id, organization_id, member)
			SELECT $1, ids[1 + (n * 7 + k * 3) % 20], id, true
			FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM organizations WHERE account_id = $1) AS o, generate_series(1, 3) AS k, groups WHERE n % 4 >= k`,
	} {
		if _, err := stage.conn.Exec(ctx, statement, of.account); err != nil {
			return err
		}
	}
	_, err := stage.conn.Exec(ctx, "VACUUM ANALYZE people, organization_groups, organization_details, organization_group_members")
	return err
}
