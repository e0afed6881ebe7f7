package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/id"
)

// rows holds the public IDs of the stored rows: one of each entity with a value in every column, and others that some
// ways need.
type rows struct {
	account string

	organization, deactivated, unmapped string

	integration string
	bare        string // integration with no value in any nullable column

	listed      string // mapped to organization
	removed     string // mapped to organization, no longer listed by the vendor
	unnamed     string // no value in any nullable column
	importable  string // becomes an organization
	overwriting string // replaces listed if it is imported
	creatable   string // becomes an organization, despite a suggestion
	free        string // for a save
	acceptable  string // suggested, for a bulk accept

	rejection, alias, secondAlias string

	person, group string

	mapping, ofRemoved string

	succeeded string
	live      string // queued
	bareRun   string // queued, no value in any nullable column
}

// column is a column of a table.
type column struct {
	name, kind string
	nullable   bool
}

// maker stores rows with distinct values.
type maker struct {
	*showing
	made int
}

// insert stores a row and returns its public ID. Every column that is not fixed gets a distinct value. Constraints
// decide which columns must be fixed. A bare row has NULL in every nullable column.
func (m *maker) insert(table string, bare bool, fixed object) uuid.UUID {
	m.t.Helper()
	row := m.values(table, bare, fixed)
	encoded, err := json.Marshal(row)
	require.NoError(m.t, err)
	columns := strings.Join(slices.Sorted(maps.Keys(row)), ", ") // all but the generated ones
	_, err = m.stored.Exec(m.t.Context(), "INSERT INTO "+table+" ("+columns+") SELECT "+columns+" FROM jsonb_populate_record(NULL::"+table+", $1::jsonb)", string(encoded))
	require.NoError(m.t, err, "%s cannot hold made-up values in all columns: fix one that a constraint refuses in insertRows", table)
	node, _ := row["id"].(uuid.UUID)
	return node
}

func (m *maker) values(table string, bare bool, fixed object) object {
	m.t.Helper()
	row := object{}
	for _, column := range m.columns(table) {
		value, is := fixed[column.name]
		switch {
		case is:
			row[column.name] = value
		case column.name == "account_id":
			row[column.name] = m.account
		case bare && column.nullable:
			row[column.name] = nil
		default:
			row[column.name] = m.value(table, column)
		}
	}
	for name := range fixed {
		require.Contains(m.t, row, name, "insertRows: %s no longer has this column", table)
	}
	return row
}

func (m *maker) columns(table string) (all []column) {
	m.t.Helper()
	found, err := m.stored.Query(m.t.Context(),
		"SELECT column_name, udt_name, is_nullable = 'YES' FROM information_schema.columns WHERE table_schema = 'public' AND table_name = $1 AND is_generated = 'NEVER'", table)
	require.NoError(m.t, err)
	defer found.Close()
	for found.Next() {
		var one column
		require.NoError(m.t, found.Scan(&one.name, &one.kind, &one.nullable))
		all = append(all, one)
	}
	require.NoError(m.t, found.Err())
	require.NotEmpty(m.t, all, table)
	return all
}

// value returns a different value on each call.
func (m *maker) value(table string, column column) any {
	m.made++
	switch column.kind {
	case "uuid":
		return id.New() // increases over time, like the IDs of runs
	case "text":
		return fmt.Sprintf("%s %s %d", table, column.name, m.made)
	case "int4", "int8":
		return 1000 + m.made
	case "bool":
		return true
	case "timestamptz":
		return time.Date(2026, 1, 2, 3, 4, 5, 6000, time.UTC).Add(time.Duration(m.made) * (time.Hour + time.Microsecond))
	case "bytea":
		return fmt.Sprintf(`\x%08d`, m.made)
	case "jsonb":
		return []int{m.made}
	}
	m.t.Fatalf("%s.%s: add values of the type %s to maker.value", table, column.name, column.kind)
	return nil
}

// updateAccount sets the columns of the existing account row as insert does.
func (m *maker) updateAccount(fixed object) {
	m.t.Helper()
	fixed["id"] = m.account
	row := m.values("accounts", false, fixed)
	var set []string
	for name := range row {
		set = append(set, name+" = given."+name)
	}
	encoded, err := json.Marshal(row)
	require.NoError(m.t, err)
	_, err = m.stored.Exec(m.t.Context(), "UPDATE accounts AS a SET "+strings.Join(set, ", ")+" FROM jsonb_populate_record(NULL::accounts, $1::jsonb) AS given WHERE a.id = $2",
		string(encoded), m.account)
	require.NoError(m.t, err, "accounts cannot hold made-up values in all columns: fix one that a constraint refuses in insertRows")
}

// insertRows stores all rows. Fixed values are ones that a constraint or a way needs.
func (s *showing) insertRows() (r rows) {
	s.t.Helper()
	m := &maker{showing: s}
	const bare = true
	r.account = id.Format(id.Account, s.account)
	m.updateAccount(object{"name": s.account.String(), "organization_limit": 1_000_000, "integration_limit": 2_000_000, "external_organization_limit": 3_000_000})

	r.organization = id.Format(id.Organization, m.insert("organizations", !bare, object{"name": "The mapped organization"}))
	r.deactivated = id.Format(id.Organization, m.insert("organizations", !bare, object{"active": false}))
	r.unmapped = id.Format(id.Organization, m.insert("organizations", !bare, nil))

	glue := m.insert("connections", !bare, object{"application": "IT_GLUE"})
	r.integration = id.Format(id.Integration, m.insert("integrations", !bare, object{
		"connection_id": glue, "application": "IT_GLUE", "source": "API", "state": "CONNECTED", "schedule": "HOURLY",
	}))
	datto := m.insert("connections", !bare, object{"application": "DATTO_RMM"})
	r.bare = id.Format(id.Integration, m.insert("integrations", bare, object{
		"connection_id": datto, "application": "DATTO_RMM", "source": "KASEYA_ONE", "state": "DISABLED", "schedule": "OFF",
	}))

	const listedName, removedName, listedRemoteID = "The listed one", "The removed one", "listed"
	external := func(bare bool, fixed object) string {
		fixed["integration_id"] = id.Of(id.Integration, r.integration)
		fixed["hints"] = []object{{"application": "IT_GLUE", "remoteId": listedRemoteID}, {"application": "HUDU", "remoteId": "elsewhere"}}
		return id.Format(id.ExternalOrg, m.insert("external_orgs", bare, fixed))
	}
	r.listed = external(!bare, object{"name": listedName, "removed_at": nil, "remote_id": listedRemoteID})
	r.removed = external(!bare, object{"name": removedName})
	r.unnamed = external(bare, object{})
	r.importable = external(!bare, object{"removed_at": nil})
	r.overwriting = external(!bare, object{"removed_at": nil, "match_name": "The mapped organization"})
	r.creatable = external(!bare, object{"removed_at": nil})
	r.free = external(!bare, object{"removed_at": nil, "match_name": nil})
	r.acceptable = external(!bare, object{"removed_at": nil, "match_name": nil})

	mapping := func(external, name string) string {
		return id.Format(id.Mapping, m.insert("mappings", !bare, object{
			"organization_id": id.Of(id.Organization, r.organization), "integration_id": id.Of(id.Integration, r.integration),
			"external_org_id": id.Of(id.ExternalOrg, external), "external_name": name, "origin": "SUGGESTION",
		}))
	}
	r.mapping, r.ofRemoved = mapping(r.listed, listedName), mapping(r.removed, removedName)

	// free is suggested through listed; unnamed may be one of two organizations.
	signal := func(path ...object) []object {
		return []object{{"k": "LINK", "w": 60, "p": path}}
	}
	step := object{"Record": id.Of(id.ExternalOrg, r.listed), "SaysSo": "The list"}
	suggested := func(external string, fixed object) {
		fixed["integration_id"], fixed["external_org_id"], fixed["warnings"] = id.Of(id.Integration, r.integration), id.Of(id.ExternalOrg, external), []string{"OUT_OF_USE"}
		m.insert("suggestions", !bare, fixed)
	}
	suggested(r.free, object{
		"state": "SUGGESTED", "tier": "IDENTITY", "organization_id": id.Of(id.Organization, r.unmapped), "because": "", "signals": signal(step), "candidates": []object{},
	})
	suggested(r.unnamed, object{
		"state": "NEEDS_DECISION", "tier": nil, "organization_id": nil, "score": nil, "because": "TWO_FIT", "signals": []object{},
		"candidates": []object{{"o": id.Of(id.Organization, r.organization), "s": 4, "g": signal(step)}, {"o": id.Of(id.Organization, r.unmapped), "s": 4, "g": signal()}},
	})

	suggested(r.acceptable, object{
		"state": "SUGGESTED", "tier": "STRONG", "organization_id": id.Of(id.Organization, r.deactivated), "because": "", "signals": signal(), "candidates": []object{},
	})
	suggested(r.creatable, object{
		"state": "SUGGESTED", "tier": "WEAK", "organization_id": id.Of(id.Organization, r.deactivated), "because": "", "signals": signal(), "candidates": []object{},
	})
	r.rejection = id.Format(id.Rejection, m.insert("rejections", !bare, object{
		"external_org_id": id.Of(id.ExternalOrg, r.free), "organization_id": id.Of(id.Organization, r.deactivated), "actor_kind": "PERSON",
	}))
	alias := func(external, mapping string) string {
		return id.Format(id.Alias, m.insert("aliases", !bare, object{
			"organization_id": id.Of(id.Organization, r.organization), "external_org_id": id.Of(id.ExternalOrg, external),
			"mapping_id": id.Of(id.Mapping, mapping), "pinned": false, "revoked": false,
		}))
	}
	r.alias, r.secondAlias = alias(r.listed, r.mapping), alias(r.removed, r.ofRemoved)

	r.person = id.Format(id.Person, m.insert("people", !bare, object{"role": "ADMIN", "assigned_role": nil, "merged_into": nil, "blocked_at": nil, "moved_at": nil}))
	r.group = id.Format(id.Group, m.insert("organization_groups", !bare, object{"color": "gold", "archived": false, "removed": false}))

	run := func(bare bool, integration string, fixed object) string {
		fixed["integration_id"], fixed["lease_until"] = id.Of(id.Integration, integration), nil
		if !bare {
			fixed["failure_code"], fixed["review_reason"] = "VENDOR_TIMEOUT", "TOTAL_MISMATCH"
			fixed["skipped_rows"] = []object{{"remoteId": "77", "name": "The skipped one", "reason": "INVISIBLE_NAME"}}
		} else {
			fixed["skipped_rows"] = []object{}
		}
		return id.Format(id.RefreshRun, m.insert("refresh_runs", bare, fixed))
	}
	r.succeeded = run(!bare, r.integration, object{"state": "SUCCEEDED"})
	r.live = run(!bare, r.integration, object{"state": "QUEUED", "finished_at": nil})
	r.bareRun = run(bare, r.bare, object{"state": "QUEUED"})
	return r
}
