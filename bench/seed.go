package main

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/name"
	"github.com/orgmap/orgmap/internal/vendors"
)

// size is the amount of data in an account. Organizations are imported from the first integration.
type size struct {
	organizations int
	integrations  int // each but the first lists as many external organizations as there are organizations
	mapped        int // in how many integrations each organization is mapped, including the first
	listed        int // external organizations of the first integration, at least one per organization
}

func (s size) externalOrgs() int { return s.organizations*(s.integrations-1) + s.listed }
func (s size) mappings() int     { return s.organizations * s.mapped }

func (s size) String() string {
	return fmt.Sprintf("%d organizations, %d integrations, %d external organizations (%d of them in one), %d mappings",
		s.organizations, s.integrations, s.externalOrgs(), s.listed, s.mappings())
}

// seed makes the data the same every time, except for ids.
const seed = 20261123

// tenant is the part of an account's data that the measurement needs.
type tenant struct {
	account       uuid.UUID
	size          size
	tokens        []string // admins' tokens, one per connection
	organizations []seeded // in list order
	listing       uuid.UUID
	// listed are the external organizations of the first integration: first those of the organizations, in the same
	// order, then the unmapped ones.
	listed []uuid.UUID
}

type seeded struct {
	id   uuid.UUID
	name string
}

// fill creates the account's organizations, integrations, lists and mappings. The connection must be a superuser's:
// row-level security does not allow COPY.
func fill(ctx context.Context, conn *pgx.Conn, account uuid.UUID, size size) (tenant, error) {
	writer := copier{conn: conn}
	filled := writer.account(ctx, account, size)
	writer.settle(ctx)
	return filled, writer.err
}

// fillOthers creates the given number of idle accounts.
func fillOthers(ctx context.Context, conn *pgx.Conn, accounts int, size size) error {
	writer := copier{conn: conn}
	for n := range accounts {
		account := id.New()
		writer.copy(ctx, "accounts", []string{"id", "name"}, [][]any{{account, fmt.Sprintf("Other MSP %d", n+1)}})
		writer.account(ctx, account, size)
	}
	writer.settle(ctx)
	return writer.err
}

// account fills one account.
func (c *copier) account(ctx context.Context, account uuid.UUID, size size) tenant {
	random := rand.New(rand.NewPCG(seed, 0))
	names := uniqueNames(random, max(size.organizations, size.listed))
	filled := tenant{account: account, size: size}
	for _, made := range names[:size.organizations] {
		filled.organizations = append(filled.organizations, seeded{id: id.New(), name: made})
	}
	slices.SortFunc(filled.organizations, func(a, b seeded) int {
		if order := strings.Compare(name.Fold(a.name), name.Fold(b.name)); order != 0 {
			return order
		}
		return bytes.Compare(a.id[:], b.id[:])
	})
	var rows [][]any
	for _, one := range filled.organizations {
		rows = append(rows, []any{account, one.id, one.name, name.Fold(one.name)})
	}
	random.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
	c.copy(ctx, "organizations", []string{"account_id", "id", "name", "folded"}, rows)
	integrations := c.integrations(ctx, account, size.integrations)
	externals := c.externalOrgs(ctx, filled, names[size.organizations:], integrations, random)
	filled.listing, filled.listed = integrations[0], externals.ids[0]
	// Postgres plans the foreign key check of the mappings from the statistics of the lists.
	if size.organizations > 1000 {
		c.exec(ctx, "ANALYZE external_orgs")
	}
	c.mappings(ctx, filled, integrations, externals, random)
	return filled
}

// settle brings Postgres to its usual state: VACUUM writes the visibility maps, without which there are no index-only
// scans.
func (c *copier) settle(ctx context.Context) {
	c.exec(ctx, "VACUUM ANALYZE")
	for c.err == nil && !c.settled(ctx) { // another snapshot, such as autovacuum's, was older than the rows
		if !sleepUntil(ctx, time.Now().Add(settleInterval)) {
			c.err = ctx.Err()
		}
		c.exec(ctx, "VACUUM")
	}
	c.exec(ctx, "CHECKPOINT")
}

// settleInterval is the time between two checks whether everything can be read by index-only scans.
const settleInterval = 200 * time.Millisecond

func (c *copier) settled(ctx context.Context) (all bool) {
	c.err = c.conn.QueryRow(ctx, `
		SELECT bool_and(relallvisible = relpages) FROM pg_class
		WHERE relname IN ('organizations', 'integrations', 'external_orgs', 'mappings') AND relkind = 'r'`).Scan(&all)
	return all
}

// copier copies rows into tables until the first error.
type copier struct {
	conn *pgx.Conn
	err  error
}

func (c *copier) exec(ctx context.Context, statement string) {
	if c.err == nil {
		_, c.err = c.conn.Exec(ctx, statement)
	}
}

func (c *copier) copy(ctx context.Context, table string, columns []string, rows [][]any) {
	if c.err != nil {
		return
	}
	if _, err := c.conn.CopyFrom(ctx, pgx.Identifier{table}, columns, pgx.CopyFromRows(rows)); err != nil {
		c.err = fmt.Errorf("copy into %s: %w", table, err)
	}
}

// columnApplications are the applications of the seeded columns. They are never refreshed, so they have no real
// credentials. Organizations are imported from the first one.
var columnApplications = []vendors.Application{ //nolint:gochecknoglobals // a table
	vendors.ApplicationITGlue, "DATTO_RMM", "AUTOTASK", "CONNECTWISE", "HALO_PSA", "NINJA_ONE", "HUDU", "VSA_X",
}

func (c *copier) integrations(ctx context.Context, account uuid.UUID, count int) []uuid.UUID {
	var connections, integrations [][]any
	var ids []uuid.UUID
	for i := range count {
		application := columnApplications[i%len(columnApplications)]
		connection, integration := id.New(), id.New()
		ids = append(ids, integration)
		connections = append(connections, []any{account, connection, application, "https://vendor.example", []byte("none")})
		integrations = append(integrations, []any{account, integration, connection, fmt.Sprintf("%s %d", application, i+1), application, "API", "OFF", nil})
	}
	c.copy(ctx, "connections", []string{"account_id", "id", "application", "base_url", "sealed_credentials"}, connections)
	c.copy(ctx, "integrations", []string{"account_id", "id", "connection_id", "name", "application", "source", "schedule", "next_refresh_at"}, integrations)
	return ids
}

// lists are the external organizations of each integration: first those of the organizations, in order, then the rest.
type lists struct {
	ids   [][]uuid.UUID
	names [][]string
}

// externalOrgs lists every organization in every integration, with the spelling varied and in an order of the vendor's
// own. The first integration also lists others.
func (c *copier) externalOrgs(ctx context.Context, filled tenant, others []string, integrations []uuid.UUID, random *rand.Rand) lists {
	all := lists{make([][]uuid.UUID, len(integrations)), make([][]string, len(integrations))}
	for i, integration := range integrations {
		var names []string
		for _, one := range filled.organizations {
			names = append(names, spell(random, one.name))
		}
		if i == 0 {
			names = append(names, others...)
		}
		all.ids[i], all.names[i] = make([]uuid.UUID, len(names)), names
		rows := make([][]any, 0, len(names))
		for _, k := range random.Perm(len(names)) {
			all.ids[i][k] = id.New()
			rows = append(rows, []any{filled.account, all.ids[i][k], integration, fmt.Sprint(100_000 + len(rows)), names[k], name.Fold(names[k]), names[k]})
		}
		c.copy(ctx, "external_orgs", []string{"account_id", "id", "integration_id", "remote_id", "name", "folded", "match_name"}, rows)
	}
	return all
}

// mappings maps every organization in the given number of integrations, in random order, as people would.
func (c *copier) mappings(ctx context.Context, filled tenant, integrations []uuid.UUID, externals lists, random *rand.Rand) {
	var rows [][]any
	for k, organization := range filled.organizations {
		for n := range filled.size.mapped {
			i := 0
			if n > 0 {
				i = 1 + (k+n)%(len(integrations)-1)
			}
			rows = append(rows, []any{filled.account, uuid.Nil, organization.id, integrations[i], externals.ids[i][k], "MANUAL", "Kim", externals.names[i][k], name.Fold(externals.names[i][k])})
		}
	}
	random.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
	for i := range rows {
		rows[i][1] = id.New()
	}
	c.copy(ctx, "mappings", []string{"account_id", "id", "organization_id", "integration_id", "external_org_id", "origin", "created_by", "external_name", "external_folded"}, rows)
}

// The words that names consist of; every stem and trade is also a search word.
const (
	stems = "Adler Alder Amber Ashford Aspen Baker Bayside Beacon Birch Blake Bluewater Bright Brook Canyon Cardinal Carver Cedar " +
		"Chester Clover Coastal Copper Crescent Crown Dalton Delta Diamond Dogwood Eagle Eastgate Elm Ember Evergreen Fairview Falcon " +
		"Foster Fulton Garnet Glen Granite Greenfield Grove Hamilton Harbor Hartley Hawthorn Hazel Heron Hudson Indigo Iron Ivory " +
		"Jasper Juniper Keystone Kingston Lakeside Langley Larkspur Laurel Liberty Linden Lotus Magnolia Maple Marlow Meridian Mesa " +
		"Müller Northgate Oak Olive Orchard Orion Palmer Pearl Peninsula Pine Pioneer Prairie Quarry Ravenna Redwood Ridge Riverside " +
		"Rowan Sable Saffron Sequoia Sierra Silver Stone Summit Sutter Sycamore Tamarack Thornton Timber Trinity Valley Vista Walnut Willow"
	trades = "Accounting Advisors Architects Bakery Brewing Builders Café Catering Chiropractic Clinic Construction Consulting Dental " +
		"Design Dermatology Electric Engineering Farms Fitness Foods Freight Furniture Glass Hardware Heating Imports Insurance Interiors " +
		"Landscaping Law Logistics Machining Marine Media Mortgage Nursery Optical Orthodontics Packaging Pharmacy Plumbing Printing " +
		"Properties Realty Roofing Salon Security Staffing Textiles Title Towing Travel Veterinary Welding Wellness"
	forms = "LLC|Inc.|& Sons|Group|Co.|Partners|of Salem|of Dover|& Associates|PLLC|Holdings|Ltd."
)

// searchWords returns the words to search for, in turn: some are in many names, some in few.
func searchWords() []string { return strings.Fields(strings.ToLower(stems + " " + trades)) }

func nameWords() (allStems, allTrades, allForms []string) {
	return strings.Fields(stems), strings.Fields(trades), strings.Split(forms, "|")
}

// uniqueNames combines words into names, and adds numbers when the combinations run out.
func uniqueNames(random *rand.Rand, count int) []string {
	stems, trades, forms := nameWords()
	seen := make(map[string]bool, count)
	names := make([]string, 0, count)
	for len(names) < count {
		made := pick(random, stems) + " " + pick(random, trades) + " " + pick(random, forms)
		if seen[made] {
			made = fmt.Sprintf("%s %d", made, len(names))
		}
		seen[made] = true
		names = append(names, made)
	}
	return names
}

// spell varies a name as users of another tool might; two in three stay the same.
func spell(random *rand.Rand, made string) string {
	switch random.IntN(9) {
	case 0:
		return strings.ToUpper(made)
	case 1:
		return strings.ReplaceAll(made, "&", "and")
	case 2:
		return strings.TrimSuffix(made, ".")
	default:
		return made
	}
}

func pick(random *rand.Rand, words []string) string { return words[random.IntN(len(words))] }
