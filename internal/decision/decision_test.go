package decision_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/dbtest"
	"github.com/orgmap/orgmap/internal/decision"
	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/journal"
	"github.com/orgmap/orgmap/internal/page"
	"github.com/orgmap/orgmap/internal/pg"
	"github.com/orgmap/orgmap/internal/pg/pgtest"
	"github.com/orgmap/orgmap/migrations"
)

func TestMain(m *testing.M) { dbtest.Main(m, migrations.Up) }

// tenant is an account with an integration.
type tenant struct {
	t       *testing.T
	db      *pg.DB
	service *decision.Service
	id      uuid.UUID
	person  uuid.UUID
	list    uuid.UUID
}

func openDB(t *testing.T) *pg.DB {
	t.Helper()
	db, err := pg.Open(t.Context(), dbtest.Database(t), pg.Options{})
	require.NoError(t, err)
	t.Cleanup(db.Close)
	return db
}

func newTenant(t *testing.T, db *pg.DB) *tenant {
	t.Helper()
	n := &tenant{t: t, db: db, service: decision.New(db, journal.New(db, func(context.Context, uuid.UUID, int64) {}, nil)), id: id.New(), person: id.New(), list: id.New()}
	require.NoError(t, pgtest.Run(t.Context(), db, func(ctx context.Context, tx pg.Tx) error {
		_, err := tx.Exec(ctx, "INSERT INTO accounts (id, name) VALUES (?, ?)", n.id, n.id.String())
		return err
	}))
	connection := id.New()
	n.execute("INSERT INTO connections (account_id, id, application, base_url, sealed_credentials) VALUES (?, ?, 'HUDU', 'https://vendor.example', '')", n.id, connection)
	n.execute("INSERT INTO integrations (account_id, id, connection_id, name, application, source) VALUES (?, ?, ?, 'Hudu', 'HUDU', 'API')", n.id, n.list, connection)
	return n
}

func (n *tenant) as(role auth.Role) context.Context {
	return auth.WithActor(n.t.Context(), auth.Actor{AccountID: n.id, Kind: auth.PersonActor, ID: n.person, Name: "Robin", Role: role})
}

func (n *tenant) editor() context.Context { return n.as(auth.Editor) }

func (n *tenant) execute(statement string, arguments ...any) {
	n.t.Helper()
	require.NoError(n.t, n.db.Write(n.t.Context(), n.id, func(ctx context.Context, tx pg.Tx) error {
		_, err := tx.Exec(ctx, statement, arguments...)
		return err
	}))
}

func (n *tenant) organization(called string) uuid.UUID {
	n.t.Helper()
	made := id.New()
	n.execute("INSERT INTO organizations (account_id, id, name, folded) VALUES (?, ?, ?, lower(?))", n.id, made, called, called)
	return made
}

func (n *tenant) external(called string) uuid.UUID {
	n.t.Helper()
	made := id.New()
	n.execute("INSERT INTO external_orgs (account_id, id, integration_id, remote_id, name, folded) VALUES (?, ?, ?, ?, ?, lower(?))", n.id, made, n.list, made.String(), called, called)
	return made
}

func (n *tenant) mapped(organization, external uuid.UUID) uuid.UUID {
	n.t.Helper()
	made := id.New()
	n.execute(`INSERT INTO mappings (account_id, id, organization_id, integration_id, external_org_id, origin, created_by, external_name, external_folded)
		SELECT account_id, ?, ?, integration_id, id, 'MANUAL', 'Kim', name, folded FROM external_orgs WHERE id = ?`, made, organization, external)
	return made
}

// alias stores an alias as a worker does.
func (n *tenant) alias(organization, external uuid.UUID, called string) uuid.UUID {
	n.t.Helper()
	made := id.New()
	n.execute(`INSERT INTO aliases (account_id, id, organization_id, external_org_id, mapping_id, name, created_by) VALUES (?, ?, ?, ?, ?, ?, 'Kim')`,
		n.id, made, organization, external, n.mapped(organization, external), called)
	return made
}

type change struct {
	Kind, Action, Actor string
	OrganizationIDs     []uuid.UUID `bun:"organization_ids,array"`
	ExternalOrgIDs      []uuid.UUID `bun:"external_org_ids,array"`
}

// changes returns the journal, oldest first.
func (n *tenant) changes() (changes []change) {
	n.t.Helper()
	require.NoError(n.t, n.db.Read(n.t.Context(), n.id, func(ctx context.Context, tx pg.ReadTx) error {
		return tx.NewRaw("SELECT kind, action, actor, organization_ids, external_org_ids FROM journal ORDER BY position").Scan(ctx, &changes)
	}))
	return changes
}

func requireUserError(t *testing.T, err error, code apperr.UserErrorCode, path string) {
	t.Helper()
	var found apperr.UserErrors
	require.ErrorAs(t, err, &found)
	require.Len(t, found, 1)
	require.Equal(t, code, found[0].Code)
	require.Equal(t, path, strings.Join(found[0].Path, "/"))
	require.NotEmpty(t, found[0].Message)
}

func TestReject(t *testing.T) {
	t.Parallel()
	n := newTenant(t, openDB(t))
	acme, external := n.organization("Acme"), n.external("Acme Ltd")
	rejection, err := n.service.Reject(n.editor(), external, acme)
	require.NoError(t, err)
	require.Equal(t, "Acme Ltd", rejection.ExternalName)
	require.Equal(t, "Acme", rejection.OrganizationName)
	require.WithinDuration(t, time.Now(), rejection.CreatedAt, time.Minute)
	require.Equal(t, &auth.Author{Kind: auth.PersonActor, Name: "Robin", ID: uuid.NullUUID{UUID: n.person, Valid: true}}, rejection.Actor())
	require.Equal(t, []change{{"DECISIONS", "suggestion.rejected", "Robin", []uuid.UUID{acme}, []uuid.UUID{external}}}, n.changes())

	again, err := n.service.Reject(n.editor(), external, acme)
	require.NoError(t, err)
	require.Equal(t, rejection.ID, again.ID)
	require.Len(t, n.changes(), 1, "rejecting a pair again changes nothing")

	_, err = n.service.Reject(n.editor(), id.New(), acme)
	requireUserError(t, err, apperr.NotFound, "input/externalOrgId")
	_, err = n.service.Reject(n.editor(), external, id.New())
	requireUserError(t, err, apperr.NotFound, "input/organizationId")
	other := n.external("Acme Holding")
	n.mapped(acme, other)
	_, err = n.service.Reject(n.editor(), other, acme)
	requireUserError(t, err, apperr.AlreadyMapped, "input/externalOrgId")
	_, err = n.service.Reject(n.as(auth.Viewer), external, acme)
	require.Equal(t, apperr.Forbidden, apperr.CodeOf(err))

	found, err := n.service.RejectionsByIDs(n.as(auth.Viewer), []uuid.UUID{rejection.ID, id.New()})
	require.NoError(t, err)
	require.Len(t, found, 1)
	_, err = n.service.RevokeRejection(n.editor(), rejection.ID)
	require.NoError(t, err)
	_, err = n.service.RevokeRejection(n.editor(), rejection.ID)
	requireUserError(t, err, apperr.NotFound, "input/rejectionId")
	require.Len(t, n.changes(), 2)
}

func TestRejections_ArePagedNewestFirst(t *testing.T) {
	t.Parallel()
	n := newTenant(t, openDB(t))
	acme := n.organization("Acme")
	want := []uuid.UUID{}
	for range 3 {
		rejection, err := n.service.Reject(n.editor(), n.external("Acme Ltd"), acme)
		require.NoError(t, err)
		want = append([]uuid.UUID{rejection.ID}, want...)
	}
	two := 2
	first, err := n.service.Rejections(n.as(auth.Viewer), page.Arguments{First: &two})
	require.NoError(t, err)
	rest, err := n.service.Rejections(n.as(auth.Viewer), page.Arguments{First: &two, After: first.PageInfo.EndCursor})
	require.NoError(t, err)
	got := []uuid.UUID{}
	for _, one := range append(first.Nodes(), rest.Nodes()...) {
		got = append(got, one.ID)
	}
	require.Equal(t, want, got)
	require.True(t, first.PageInfo.HasNextPage)
	require.False(t, rest.PageInfo.HasNextPage)
	total, err := first.TotalCount(n.as(auth.Viewer))
	require.NoError(t, err)
	require.Equal(t, 3, total)
}

func TestExclude(t *testing.T) {
	t.Parallel()
	n := newTenant(t, openDB(t))
	externals := []uuid.UUID{n.external("Acme Ltd"), n.external("Test Company")}
	end := time.Now().Add(time.Hour).UTC().Truncate(time.Microsecond)
	excluded, err := n.service.Exclude(n.editor(), append(externals, externals[0]), decision.Excluding{Reason: decision.Test, Note: " see ticket 7 ", Until: &end})
	require.NoError(t, err)
	require.Equal(t, externals, excluded)
	found, err := n.service.ExclusionsOf(n.as(auth.Viewer), externals)
	require.NoError(t, err)
	require.Len(t, found, 2)
	one := found[externals[1]]
	require.Equal(t, []any{decision.Test, "see ticket 7", "Test Company", end}, []any{one.Reason, *one.Note(), one.ExternalName, one.Until.UTC()})
	require.Equal(t, "Robin", one.Actor().Name)
	require.Equal(t, []change{{"DECISIONS", "externalOrg.excluded", "Robin", []uuid.UUID{}, externals}}, n.changes())

	_, err = n.service.Exclude(n.editor(), externals[:1], decision.Excluding{Reason: decision.Vendor})
	require.NoError(t, err)
	found, err = n.service.ExclusionsOf(n.as(auth.Viewer), externals)
	require.NoError(t, err)
	require.Equal(t, decision.Vendor, found[externals[0]].Reason, "the newer one replaces it")
	require.Nil(t, found[externals[0]].Note())
	require.Nil(t, found[externals[0]].Until)

	included, err := n.service.Include(n.editor(), externals)
	require.NoError(t, err)
	require.Equal(t, externals, included)
	_, err = n.service.Include(n.editor(), externals)
	require.NoError(t, err)
	require.Len(t, n.changes(), 3, "including what is not excluded changes nothing")
}

func TestExclude_ChangesNothingIfAnythingIsWrong(t *testing.T) {
	t.Parallel()
	n := newTenant(t, openDB(t))
	good, mapped := n.external("Acme Ltd"), n.external("Beta Ltd")
	n.mapped(n.organization("Beta"), mapped)
	past, reason := time.Now().Add(-time.Second), decision.Other
	for title, test := range map[string]struct {
		externals []uuid.UUID
		excluding decision.Excluding
		code      apperr.UserErrorCode
		path      string
	}{
		"an unknown external organization": {[]uuid.UUID{good, id.New()}, decision.Excluding{Reason: reason}, apperr.NotFound, "input/externalOrgIds/1"},
		"a mapped external organization":   {[]uuid.UUID{good, mapped}, decision.Excluding{Reason: reason}, apperr.AlreadyMapped, "input/externalOrgIds/1"},
		"an end in the past":               {[]uuid.UUID{good}, decision.Excluding{Reason: reason, Until: &past}, apperr.Invalid, "input/until"},
		"a note that is too long":          {[]uuid.UUID{good}, decision.Excluding{Reason: reason, Note: strings.Repeat("ä", 1001)}, apperr.Invalid, "input/note"},
		"a note with a NUL":                {[]uuid.UUID{good}, decision.Excluding{Reason: reason, Note: "a\x00b"}, apperr.Invalid, "input/note"},
	} {
		_, err := n.service.Exclude(n.editor(), test.externals, test.excluding)
		requireUserError(t, err, test.code, test.path)
		found, err := n.service.ExclusionsOf(n.editor(), []uuid.UUID{good})
		require.NoError(t, err)
		require.Empty(t, found, title)
	}
	require.Empty(t, n.changes())
	_, err := n.service.Include(n.editor(), []uuid.UUID{id.New()})
	requireUserError(t, err, apperr.NotFound, "input/externalOrgIds/0")
	_, err = n.service.Exclude(n.editor(), make([]uuid.UUID, decision.MaximumExternalOrgs+1), decision.Excluding{Reason: reason})
	require.Equal(t, apperr.BadUserInput, apperr.CodeOf(err))
	_, err = n.service.Exclude(n.as(auth.Viewer), []uuid.UUID{good}, decision.Excluding{Reason: reason})
	require.Equal(t, apperr.Forbidden, apperr.CodeOf(err))
}

func TestAliases_AreListedPinnedAndRevoked(t *testing.T) {
	t.Parallel()
	n := newTenant(t, openDB(t))
	acme, beta := n.organization("Acme"), n.organization("Beta")
	first, second := n.alias(acme, n.external("Zeta"), "Zeta"), n.alias(acme, n.external("Eta"), "Eta")
	n.alias(beta, n.external("Theta"), "Theta")
	found, err := n.service.AliasesOf(n.as(auth.Viewer), []uuid.UUID{acme, beta})
	require.NoError(t, err)
	require.Equal(t, []uuid.UUID{second, first}, []uuid.UUID{found[acme][0].ID, found[acme][1].ID}, "by name")
	require.Equal(t, &auth.Author{Kind: auth.PersonActor, Name: "Kim"}, found[acme][0].Actor())

	_, err = n.service.RevokeAlias(n.editor(), first)
	require.NoError(t, err)
	_, err = n.service.RevokeAlias(n.editor(), first)
	requireUserError(t, err, apperr.NotFound, "input/aliasId")
	_, err = n.service.PinAlias(n.editor(), first)
	requireUserError(t, err, apperr.NotFound, "input/aliasId")
	pinned, err := n.service.PinAlias(n.editor(), second)
	require.NoError(t, err)
	require.True(t, pinned.Pinned)
	n.execute("DELETE FROM mappings")
	listed, err := n.service.Aliases(n.as(auth.Viewer), page.Arguments{}, nil)
	require.NoError(t, err)
	require.Len(t, listed.Nodes(), 1, "of those whose mappings are gone, only the pinned one stays")
	require.Equal(t, second, listed.Nodes()[0].ID)
	listed, err = n.service.Aliases(n.as(auth.Viewer), page.Arguments{}, &beta)
	require.NoError(t, err)
	require.Empty(t, listed.Nodes())
}

func TestSettings(t *testing.T) {
	t.Parallel()
	n := newTenant(t, openDB(t))
	settings, err := n.service.Settings(n.as(auth.Viewer))
	require.NoError(t, err)
	require.Equal(t, decision.Settings{FillerWords: []string{}, Abbreviations: []decision.Abbreviation{}}, settings)

	automatic, words, abbreviations := true, []string{" Managed   Care ", "Managed Care"}, []decision.Abbreviation{{Short: "NL", Long: "Northern Lights"}}
	settings, err = n.service.Update(n.as(auth.Admin), decision.SettingsUpdate{Automatic: &automatic, FillerWords: &words})
	require.NoError(t, err)
	require.Equal(t, decision.Settings{Automatic: true, FillerWords: []string{"Managed Care"}, Abbreviations: []decision.Abbreviation{}}, settings)
	want := decision.Settings{Automatic: true, FillerWords: []string{"Managed Care"}, Abbreviations: abbreviations}
	settings, err = n.service.Update(n.as(auth.Admin), decision.SettingsUpdate{Abbreviations: &abbreviations})
	require.NoError(t, err)
	require.Equal(t, want, settings)
	settings, err = n.service.Settings(n.as(auth.Viewer))
	require.NoError(t, err)
	require.Equal(t, want, settings)
	require.Len(t, n.changes(), 2)

	bad, long, many := []string{"good", " "}, []decision.Abbreviation{{Short: "x", Long: strings.Repeat("y", 61)}}, make([]string, 201)
	for i := range many {
		many[i] = "word" + strings.Repeat("x", i%50) + string(rune('a'+i/50))
	}
	_, err = n.service.Update(n.as(auth.Admin), decision.SettingsUpdate{FillerWords: &bad})
	requireUserError(t, err, apperr.Invalid, "input/fillerWords/1")
	_, err = n.service.Update(n.as(auth.Admin), decision.SettingsUpdate{Abbreviations: &long})
	requireUserError(t, err, apperr.Invalid, "input/abbreviations/0/long")
	_, err = n.service.Update(n.as(auth.Admin), decision.SettingsUpdate{FillerWords: &many})
	requireUserError(t, err, apperr.Invalid, "input/fillerWords")
	_, err = n.service.Update(n.editor(), decision.SettingsUpdate{Automatic: &automatic})
	require.Equal(t, apperr.Forbidden, apperr.CodeOf(err))
	require.Len(t, n.changes(), 2)
}

func TestDecisions_StayInTheirAccount(t *testing.T) {
	t.Parallel()
	db := openDB(t)
	ours, theirs := newTenant(t, db), newTenant(t, db)
	organization, external := theirs.organization("Acme"), theirs.external("Acme Ltd")
	rejection, err := theirs.service.Reject(theirs.editor(), external, organization)
	require.NoError(t, err)
	alias := theirs.alias(organization, theirs.external("Zeta"), "Zeta")

	_, err = ours.service.Reject(ours.editor(), external, organization)
	requireUserError(t, err, apperr.NotFound, "input/externalOrgId")
	_, err = ours.service.RevokeRejection(ours.editor(), rejection.ID)
	requireUserError(t, err, apperr.NotFound, "input/rejectionId")
	_, err = ours.service.Exclude(ours.editor(), []uuid.UUID{external}, decision.Excluding{Reason: decision.Test})
	requireUserError(t, err, apperr.NotFound, "input/externalOrgIds/0")
	_, err = ours.service.RevokeAlias(ours.editor(), alias)
	requireUserError(t, err, apperr.NotFound, "input/aliasId")
	listed, err := ours.service.Rejections(ours.as(auth.Viewer), page.Arguments{})
	require.NoError(t, err)
	require.Empty(t, listed.Nodes())
	found, err := ours.service.AliasesOf(ours.as(auth.Viewer), []uuid.UUID{organization})
	require.NoError(t, err)
	require.Empty(t, found)
	require.Empty(t, ours.changes())
}
