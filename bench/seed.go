package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/name"
	"github.com/orgmap/orgmap/internal/vendors"
)

// size is how much data the measured account has.
type size struct {
	organizations int
	integrations  int // each lists as many external organizations as there are organizations
	mapped        int // in how many of the integrations each organization is mapped
	refreshed     int // external organizations that the refreshed vendor lists
}

func (s size) externalOrgs() int { return s.organizations * s.integrations }
func (s size) mappings() int     { return s.organizations * s.mapped }

// seed makes the same data every time, ids apart.
const seed = 20261123

// tenant is the measured account's data, as far as the measurement needs it.
type tenant struct {
	account       uuid.UUID
	organizations []seeded
}

type seeded struct {
	id   uuid.UUID
	name string
}

// fill gives the account its organizations, integrations, lists and mappings. The connection is a superuser's: COPY is
// refused under row-level security.
func fill(ctx context.Context, conn *pgx.Conn, account uuid.UUID, size size) (tenant, error) {
	random := rand.New(rand.NewPCG(seed, 0))
	filled := tenant{account: account}
	for _, made := range uniqueNames(random, size.organizations) {
		filled.organizations = append(filled.organizations, seeded{id: id.New(), name: made})
	}
	writer := copier{conn: conn}
	var rows [][]any
	for _, one := range filled.organizations {
		rows = append(rows, []any{account, one.id, one.name, name.Fold(one.name)})
	}
	writer.copy(ctx, "organizations", []string{"account_id", "id", "name", "folded"}, rows)
	integrations := writer.integrations(ctx, account, size.integrations)
	externals := writer.externalOrgs(ctx, filled, integrations, random)
	// The check of the mappings' foreign key is planned by what is known of the lists.
	writer.exec(ctx, "ANALYZE external_orgs")
	writer.mappings(ctx, filled, integrations, externals, size.mapped, random)
	// VACUUM writes the visibility maps, without which no index is read alone.
	writer.exec(ctx, "VACUUM ANALYZE")
	return filled, writer.err
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

// columnApplications are what the seeded columns are. They are read and never refreshed, so their credentials are none.
var columnApplications = []vendors.Application{ //nolint:gochecknoglobals // a table
	"DATTO_RMM", "AUTOTASK", "CONNECTWISE", "HALO_PSA", "NINJA_ONE", "HUDU", "VSA_X", "KASEYA_BMS",
}

func (c *copier) integrations(ctx context.Context, account uuid.UUID, count int) []uuid.UUID {
	var connections, integrations [][]any
	var ids []uuid.UUID
	for i := range count {
		application := columnApplications[i%len(columnApplications)]
		connection, integration := id.New(), id.New()
		ids = append(ids, integration)
		connections = append(connections, []any{account, connection, application, "https://vendor.example", []byte("none")})
		integrations = append(integrations, []any{account, integration, connection, fmt.Sprintf("%s %d", application, i+1), application, "API"})
	}
	c.copy(ctx, "connections", []string{"account_id", "id", "application", "base_url", "sealed_credentials"}, connections)
	c.copy(ctx, "integrations", []string{"account_id", "id", "connection_id", "name", "application", "source"}, integrations)
	return ids
}

// externalOrgs lists every organization in every integration, spelt as people type, in an order of the vendor's own.
// It returns the ids by integration and organization.
func (c *copier) externalOrgs(ctx context.Context, filled tenant, integrations []uuid.UUID, random *rand.Rand) [][]uuid.UUID {
	all := make([][]uuid.UUID, len(integrations))
	for i, integration := range integrations {
		all[i] = make([]uuid.UUID, len(filled.organizations))
		rows := make([][]any, 0, len(filled.organizations))
		for _, k := range random.Perm(len(filled.organizations)) {
			spelt := spell(random, filled.organizations[k].name)
			all[i][k] = id.New()
			rows = append(rows, []any{filled.account, all[i][k], integration, fmt.Sprint(100_000 + len(rows)), spelt, name.Fold(spelt), spelt})
		}
		c.copy(ctx, "external_orgs", []string{"account_id", "id", "integration_id", "remote_id", "name", "folded", "match_name"}, rows)
	}
	return all
}

// mappings maps every organization in so many of the integrations, in the order in which people would come to it: any.
func (c *copier) mappings(ctx context.Context, filled tenant, integrations []uuid.UUID, externals [][]uuid.UUID, mapped int, random *rand.Rand) {
	var rows [][]any
	for k, organization := range filled.organizations {
		for n := range mapped {
			i := (k + n) % len(integrations)
			rows = append(rows, []any{filled.account, uuid.Nil, organization.id, integrations[i], externals[i][k], "MANUAL", "Kim"})
		}
	}
	random.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
	for i := range rows {
		rows[i][1] = id.New()
	}
	c.copy(ctx, "mappings", []string{"account_id", "id", "organization_id", "integration_id", "external_org_id", "origin", "created_by"}, rows)
}

// The words that names are made of; each of stems and trades is a word to search for.
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

// searchWords are what is searched for, in turn: words of which some stand in many names and some in few.
func searchWords() []string { return strings.Fields(strings.ToLower(stems + " " + trades)) }

func nameWords() (allStems, allTrades, allForms []string) {
	return strings.Fields(stems), strings.Fields(trades), strings.Split(forms, "|")
}

func uniqueNames(random *rand.Rand, count int) []string {
	stems, trades, forms := nameWords()
	seen := make(map[string]bool, count)
	names := make([]string, 0, count)
	for len(names) < count {
		made := pick(random, stems) + " " + pick(random, trades) + " " + pick(random, forms)
		if !seen[made] {
			seen[made] = true
			names = append(names, made)
		}
	}
	return names
}

// spell writes a name as another tool's users have: two in three alike.
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
