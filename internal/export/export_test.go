package export_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
	"pgregory.net/rapid"

	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/csvfile"
	"github.com/orgmap/orgmap/internal/dbtest"
	"github.com/orgmap/orgmap/internal/export"
	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/journal"
	"github.com/orgmap/orgmap/internal/mapping"
	"github.com/orgmap/orgmap/internal/name"
	"github.com/orgmap/orgmap/internal/pg"
	"github.com/orgmap/orgmap/internal/pg/pgtest"
	"github.com/orgmap/orgmap/migrations"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(dbtest.Wrap(m, migrations.Up)) }

// office is an account in a real database.
type office struct {
	t        require.TestingT
	db       *pg.DB
	id       uuid.UUID
	files    *export.Service
	mappings *mapping.Service
}

func open(t *testing.T) *pg.DB {
	t.Helper()
	db, err := pg.Open(t.Context(), dbtest.Database(t), pg.Options{MaxConnections: 4, StatementTimeout: time.Minute})
	require.NoError(t, err)
	t.Cleanup(db.Close)
	return db
}

func newOffice(t require.TestingT, db *pg.DB) *office {
	o := &office{t: t, db: db, id: id.New(), files: export.New(db), mappings: mapping.New(db, journal.New(db, func(context.Context, uuid.UUID, int64) {}, nil))}
	require.NoError(t, pgtest.Run(context.Background(), db, func(ctx context.Context, tx pg.Tx) error {
		_, err := tx.Exec(ctx, "INSERT INTO accounts (id, name) VALUES (?, ?)", o.id, o.id.String())
		return err
	}))
	return o
}

func (o *office) as(role auth.Role) context.Context {
	return auth.WithActor(context.Background(), auth.Actor{AccountID: o.id, ID: id.New(), Kind: auth.PersonActor, Name: "Robin", Role: role})
}

func (o *office) execute(statement string, arguments ...any) {
	require.NoError(o.t, o.db.Write(context.Background(), o.id, func(ctx context.Context, tx pg.Tx) error {
		_, err := tx.Exec(ctx, statement, arguments...)
		return err
	}))
}

func (o *office) integration(called string) uuid.UUID {
	made := id.New()
	o.execute(`WITH connection AS (INSERT INTO connections (account_id, id, application, base_url, sealed_credentials) VALUES (?0, ?1, 'HUDU', 'https://example.test', ''))
		INSERT INTO integrations (account_id, id, connection_id, name, application, source) VALUES (?0, ?1, ?1, ?2, 'HUDU', 'API')`, o.id, made, called)
	return made
}

func (o *office) organization(called string) uuid.UUID {
	made := id.New()
	o.execute("INSERT INTO organizations (account_id, id, name, folded) VALUES (?, ?, ?, ?)", o.id, made, called, name.Fold(called))
	return made
}

func (o *office) group(called string, archived bool, members ...uuid.UUID) {
	made := id.New()
	o.execute("INSERT INTO organization_groups (account_id, id, name, folded, color, archived) VALUES (?, ?, ?, ?, 'blue', ?)", o.id, made, called, name.Fold(called), archived)
	for _, member := range members {
		o.execute("INSERT INTO organization_group_members (account_id, group_id, organization_id, member) VALUES (?, ?, ?, true)", o.id, made, member)
	}
}

func (o *office) external(integration uuid.UUID, remoteID, called string, organization uuid.UUID) uuid.UUID {
	made := id.New()
	var match *string
	if normal, err := name.Normalize(called); err == nil {
		match = &normal
	}
	o.execute("INSERT INTO external_orgs (account_id, integration_id, id, remote_id, name, folded, match_name) VALUES (?, ?, ?, ?, ?, ?, ?)",
		o.id, integration, made, remoteID, called, name.Fold(called), match)
	if organization != uuid.Nil {
		_, err := o.mappings.Save(o.as(auth.Editor), []mapping.Cell{{OrganizationID: organization, IntegrationID: integration, ExternalOrgIDs: append(o.held(organization, integration), made)}})
		require.NoError(o.t, err)
	}
	return made
}

func (o *office) held(organization, integration uuid.UUID) (held []uuid.UUID) {
	all, err := o.mappings.ByOrganizations(o.as(auth.Viewer), []uuid.UUID{organization})
	require.NoError(o.t, err)
	for _, one := range all[organization] {
		if one.IntegrationID == integration {
			held = append(held, one.ExternalOrgID)
		}
	}
	return held
}

// written returns a file as text, without a byte order mark.
func (o *office) written(write func(context.Context, *csvfile.Writer) error) string {
	var file bytes.Buffer
	require.NoError(o.t, write(o.as(auth.Viewer), csvfile.NewWriter(&file, false)))
	return file.String()
}

func rowsOf(t require.TestingT, file string) [][]string {
	rows, err := csv.NewReader(strings.NewReader(file)).ReadAll()
	require.NoError(t, err, file)
	return rows
}

func TestService_WritesEveryFile(t *testing.T) {
	t.Parallel()
	o := newOffice(t, open(t))
	rmm, psa := o.integration("RMM"), o.integration("PSA")
	acme, beta := o.organization("acme, \"Inc\""), o.organization("=Beta")
	o.execute("UPDATE organizations SET active = false WHERE id = ?", beta)
	o.external(rmm, "2", "Two", acme)
	o.external(rmm, "10;b", "One", acme)
	o.external(psa, "-7", "Seven", acme)
	gone := o.external(rmm, "4", "Gone", uuid.Nil)
	o.execute("UPDATE external_orgs SET removed_at = now() WHERE id = ?", gone)
	office := o.external(rmm, "5", "Office", uuid.Nil)
	o.execute("INSERT INTO exclusions (account_id, external_org_id, external_name, reason, note, actor_kind, actor_name) VALUES (?, ?, 'Office', 'INTERNAL', 'ours', 'SYSTEM', 'Orgmap')", o.id, office)
	suggested := o.external(rmm, "6", "Beta", uuid.Nil)
	o.execute(`INSERT INTO suggestions (account_id, external_org_id, integration_id, state, organization_id, tier, score, automatic, bulk, warnings, because, signals, candidates, digest)
		VALUES (?, ?, ?, 'SUGGESTED', ?, 'STRONG', 9, false, false, '{}', '', '[]', '[]', 0)`, o.id, suggested, rmm, beta)
	o.external(rmm, "7", "New", uuid.Nil)
	unsure := o.external(rmm, "8", "Other", uuid.Nil)
	o.execute(`INSERT INTO suggestions (account_id, external_org_id, integration_id, state, automatic, bulk, warnings, because, signals, candidates, digest)
		VALUES (?, ?, ?, 'NEEDS_DECISION', false, false, '{}', 'TWO_FIT', '[]', '[]', 0)`, o.id, unsure, rmm)
	o.group("Old", true, acme)
	o.group("Gold; 24/7", false, acme)
	engineer := id.New()
	o.execute("INSERT INTO people (account_id, id, name, assigned_role) VALUES (?, ?, '=Robin', 'EDITOR')", o.id, engineer)
	o.execute("INSERT INTO organization_details (account_id, organization_id, engineer_id, note) VALUES (?, ?, ?, ?)", o.id, acme, engineer, "=1\n\"two\"")
	acmeID, betaID := id.Format(id.Organization, acme), id.Format(id.Organization, beta)

	require.Equal(t, [][]string{
		{"Organization ID", "Organization", "Status", "RMM ID", "PSA ID", "Groups", "Engineer", "vCIO", "Note"},
		{betaID, "'=Beta", "Inactive", "", "", "", "", "", ""},
		{acmeID, "acme, \"Inc\"", "Active", `10\;b;2`, "'-7", `Gold\; 24/7;Old`, "'=Robin", "", "'=1\n\"two\""},
	}, rowsOf(t, o.written(o.files.Organizations)))

	mappings := rowsOf(t, o.written(o.files.Mappings))
	require.Equal(t, []string{"Organization ID", "Organization", "Integration ID", "Integration", "Application", "External ID", "External name", "Mapped by", "Mapped at", "Origin"}, mappings[0])
	require.Len(t, mappings, 4)
	require.Equal(t, []string{acmeID, "acme, \"Inc\"", id.Format(id.Integration, rmm), "RMM", "HUDU", "10;b", "One", "Robin"}, mappings[1][:8])
	_, err := time.Parse(time.RFC3339Nano, mappings[1][8])
	require.NoError(t, err)
	require.Equal(t, "Manual", mappings[1][9])
	require.Equal(t, []string{"'-7", "Seven"}, mappings[3][5:7])

	require.Equal(t, [][]string{
		{"External ID", "External name", "State", "Organization ID", "Organization", "Reason"},
		{"6", "Beta", "Suggested", betaID, "'=Beta", ""},
		{"4", "Gone", "Removed", "", "", ""},
		{"7", "New", "Needs decision", "", "", "Suggestions for it are still being computed."},
		{"5", "Office", "Excluded", "", "", "Our own company: ours"},
		{"10;b", "One", "Mapped", acmeID, "acme, \"Inc\"", ""},
		{"8", "Other", "Needs decision", "", "", "Two organizations fit about equally well."},
		{"2", "Two", "Mapped", acmeID, "acme, \"Inc\"", ""},
	}, rowsOf(t, o.written(func(ctx context.Context, file *csvfile.Writer) error { return o.files.ExternalOrgs(ctx, file, rmm) })))

	history := func(period export.Period) [][]string {
		return rowsOf(t, o.written(func(ctx context.Context, file *csvfile.Writer) error { return o.files.History(ctx, file, period) }))
	}
	all := export.Period{From: time.Unix(0, 0), To: time.Now().Add(time.Hour)}
	changes := history(all)
	require.Equal(t, csvfile.HistoryColumns(), changes[0])
	require.Len(t, changes, 4)
	require.Equal(t, []string{"Robin", "Mappings saved", `Robin mapped “Seven” in “PSA” to “acme, "Inc"”.`, "Mapping", "PSA", "Seven", "", "acme, \"Inc\""}, changes[1][1:])
	require.Len(t, history(export.Period{From: all.From, To: all.From}), 1)
}

func TestService_RefusesStrangers(t *testing.T) {
	t.Parallel()
	o := newOffice(t, open(t))
	other := newOffice(t, o.db)
	theirs := other.integration("Theirs")
	other.external(theirs, "1", "One", other.organization("Acme"))
	for _, write := range []func(context.Context, *csvfile.Writer) error{
		o.files.Organizations, o.files.Mappings,
		func(ctx context.Context, file *csvfile.Writer) error { return o.files.ExternalOrgs(ctx, file, theirs) },
		func(ctx context.Context, file *csvfile.Writer) error {
			return o.files.History(ctx, file, export.Period{From: time.Unix(0, 0), To: time.Now().Add(time.Hour)})
		},
	} {
		require.Equal(t, apperr.Unauthenticated, apperr.CodeOf(write(context.Background(), csvfile.NewWriter(new(bytes.Buffer), false))))
		require.Len(t, rowsOf(t, o.written(write)), 1, "another account's rows are in no file")
	}
	_, err := o.files.Integration(o.as(auth.Viewer), theirs)
	require.Equal(t, apperr.BadUserInput, apperr.CodeOf(err))
	_, err = o.files.Integration(context.Background(), theirs)
	require.Equal(t, apperr.Unauthenticated, apperr.CodeOf(err))
}

func TestService_StateOlderVersionsChanges(t *testing.T) {
	t.Parallel()
	o := newOffice(t, open(t))
	o.execute("INSERT INTO journal (account_id, position, kind, action, actor) VALUES (?, 1, 'MAPPINGS', 'mapping.saved', 'Robin')", o.id)
	rows := rowsOf(t, o.written(func(ctx context.Context, file *csvfile.Writer) error {
		return o.files.History(ctx, file, export.Period{From: time.Unix(0, 0), To: time.Now().Add(time.Hour)})
	}))
	require.Equal(t, [][]string{{"Robin", "Mappings saved", "Robin changed mappings.", "", "", "", "", ""}}, [][]string{rows[1][1:]})
}

// drawn is an account made up for a test.
type drawn struct {
	organizations, integrations []string
	externals                   []drawnExternal
}

type drawnExternal struct {
	integration, holder int // indexes; a holder that does not exist: not mapped
	remoteID, name      string
	removed             bool
}

// accounts draws accounts whose names and IDs look like columns, formulas, lists and words of files.
func accounts() *rapid.Generator[drawn] {
	odd := []string{"Status", "Organization", "Integration", "Application", "RMM", "RMM ID", "RMM site", "Origin", "Groups", "Note", "=1", "'=1", "none", "a;b", `a\`, " x ", "-", "\"q\"", "a,b", "1"}
	texts := rapid.OneOf(rapid.SampledFrom(odd), rapid.StringOfN(rapid.SampledFrom([]rune("=+-@'\";,\\ none1é界")), 1, 6, -1))
	names := rapid.Map(texts, func(text string) string {
		normal, err := name.Normalize(text)
		if err != nil {
			return "x"
		}
		return normal
	})
	return rapid.Custom(func(t *rapid.T) drawn {
		one := drawn{
			organizations: rapid.SliceOfNDistinct(names, 1, 6, rapid.ID[string]).Draw(t, "organizations"),
			integrations:  rapid.SliceOfNDistinct(names, 1, 4, rapid.ID[string]).Draw(t, "integrations"),
		}
		for i := range one.integrations {
			for _, remoteID := range rapid.SliceOfNDistinct(texts, 0, 6, rapid.ID[string]).Draw(t, "external organizations") {
				one.externals = append(one.externals, drawnExternal{
					integration: i, holder: rapid.IntRange(0, len(one.organizations)).Draw(t, "holder"), remoteID: remoteID,
					name: rapid.OneOf(texts, rapid.Just(remoteID)).Draw(t, "external name"), removed: rapid.IntRange(0, 5).Draw(t, "removed") == 0,
				})
			}
		}
		return one
	})
}

// store makes the account.
func (d drawn) store(o *office) {
	var organizations, integrations []uuid.UUID
	for _, one := range d.organizations {
		organizations = append(organizations, o.organization(one))
	}
	for _, one := range d.integrations {
		integrations = append(integrations, o.integration(one))
	}
	for _, one := range d.externals {
		external := o.external(integrations[one.integration], one.remoteID, one.name, uuid.Nil)
		if one.holder < len(organizations) {
			o.execute(`INSERT INTO mappings (account_id, id, organization_id, integration_id, external_org_id, origin, created_by, since, external_name, external_folded)
				VALUES (?, gen_random_uuid(), ?, ?, ?, 'MANUAL', 'Robin', 0, '', '')`, o.id, organizations[one.holder], integrations[one.integration], external)
		}
		if one.removed {
			o.execute("UPDATE external_orgs SET removed_at = now() WHERE id = ?", external)
		}
	}
}

// Whatever names and IDs are, importing an exported file changes nothing.
func TestService_ExportedFilesImportWithoutChange(t *testing.T) {
	t.Parallel()
	db := open(t)
	for seed := range 30 {
		o := newOffice(t, db)
		accounts().Example(seed).store(o)
		for of, write := range map[string]func(context.Context, *csvfile.Writer) error{"organizations": o.files.Organizations, "mappings": o.files.Mappings} {
			file := o.written(write)
			input := mapping.CSVInput{Content: []byte(file)}
			plan, err := o.mappings.PlanCSV(o.as(auth.Viewer), input)
			require.NoError(t, err, file)
			require.Equal(t, csvfile.UTF8, plan.Encoding)
			var lines []int
			for _, row := range plan.Rows {
				require.Equal(t, mapping.CSVAlreadySo, row.Outcome, "%s, line %d: %s\n%s", of, row.Line, row.Explanation, file)
				lines = append(lines, row.Line)
			}
			require.Len(t, rowsOf(t, file), len(lines)+1)
			applied, err := o.mappings.ApplyCSV(o.as(auth.Editor), input, plan.Hash, lines, nil)
			require.NoError(t, err)
			require.Zero(t, applied)
		}
	}
}

// discarded counts what is written, and keeps nothing.
type discarded struct {
	rows    int
	largest int
}

func (d *discarded) Write(part []byte) (int, error) {
	d.rows += bytes.Count(part, []byte("\n"))
	d.largest = max(d.largest, len(part))
	return len(part), nil
}

func TestService_WritesLongFilesInParts(t *testing.T) {
	t.Parallel()
	o := newOffice(t, open(t))
	const organizations = 3_000
	rmm := o.integration("RMM")
	o.execute(`INSERT INTO organizations (account_id, id, name, folded) SELECT ?, gen_random_uuid(), 'Client ' || i, 'client ' || i FROM generate_series(1, ?) AS i`, o.id, organizations)
	o.execute(`INSERT INTO external_orgs (account_id, integration_id, id, remote_id, name, folded, match_name) SELECT ?, ?, gen_random_uuid(), i, 'Client ' || i, 'client ' || i, 'Client ' || i FROM generate_series(1, ?) AS i`, o.id, rmm, organizations)
	for of, write := range map[string]func(context.Context, *csvfile.Writer) error{
		"organizations":          o.files.Organizations,
		"external organizations": func(ctx context.Context, file *csvfile.Writer) error { return o.files.ExternalOrgs(ctx, file, rmm) },
	} {
		to := &discarded{}
		require.NoError(t, write(o.as(auth.Viewer), csvfile.NewWriter(to, true)))
		require.Equal(t, organizations+1, to.rows, of)
		require.Less(t, to.largest, 64<<10, of)
	}

	broken := &failing{after: 2}
	require.ErrorIs(t, o.files.Organizations(o.as(auth.Viewer), csvfile.NewWriter(broken, false)), errBroken)
	require.LessOrEqual(t, broken.written, 3, "nobody reads the rest")
}

var errBroken = errors.New("broken")

type failing struct{ after, written int }

func (f *failing) Write(part []byte) (int, error) {
	if f.written++; f.written > f.after {
		return 0, errBroken
	}
	return len(part), nil
}
