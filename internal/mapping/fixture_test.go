package mapping

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/dbtest"
	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/journal"
	"github.com/orgmap/orgmap/internal/name"
	"github.com/orgmap/orgmap/internal/pg"
	"github.com/orgmap/orgmap/internal/pg/pgtest"
)

// store is the service with a new database.
type store struct {
	db      *pg.DB
	service *Service
}

func newStore(t testing.TB) *store {
	t.Helper()
	return newStoreOn(t, dbtest.Database(t))
}

func newStoreOn(t testing.TB, database string) *store {
	t.Helper()
	// On a busy machine, dozens of writers of one account may wait longer than a server would let them.
	db, err := pg.Open(t.Context(), database, pg.Options{MaxConnections: 8, LockTimeout: time.Minute, StatementTimeout: time.Minute})
	require.NoError(t, err)
	t.Cleanup(db.Close)
	return &store{db: db, service: New(db, journal.New(db, func(context.Context, uuid.UUID, int64) {}, nil))}
}

// tenant is an account with an importable integration Glue and an integration RMM.
type tenant struct {
	*store
	t         testing.TB
	id        uuid.UUID
	glue, rmm uuid.UUID
}

// newTenant creates an account; a negative limit means unlimited.
func (s *store) newTenant(t testing.TB, limit int) *tenant {
	t.Helper()
	tenant := &tenant{store: s, t: t, id: id.New()}
	err := pgtest.Run(t.Context(), s.db, func(ctx context.Context, tx pg.Tx) error {
		_, err := tx.Exec(ctx, "INSERT INTO accounts (id, name, organization_limit) VALUES (?, ?, nullif(?, -1))", tenant.id, tenant.id.String(), max(limit, -1))
		return err
	})
	require.NoError(t, err)
	tenant.glue = tenant.integration("Glue", "IT_GLUE", "API")
	tenant.rmm = tenant.integration("RMM", "DATTO_RMM", "API")
	return tenant
}

func (n *tenant) as(role auth.Role) context.Context {
	return auth.WithActor(n.t.Context(), auth.Actor{AccountID: n.id, ID: id.New(), Kind: auth.PersonActor, Name: "Robin", Role: role})
}

func (n *tenant) editor() context.Context { return n.as(auth.Editor) }

// execute changes the account without the service.
func (n *tenant) execute(statement string, arguments ...any) {
	n.t.Helper()
	require.NoError(n.t, n.tryExecute(statement, arguments...))
}

func (n *tenant) tryExecute(statement string, arguments ...any) error {
	return n.db.Write(n.t.Context(), n.id, func(ctx context.Context, tx pg.Tx) error {
		_, err := tx.Exec(ctx, statement, arguments...)
		return err
	})
}

// query reads one value of the account.
func query[T any](n *tenant, statement string, arguments ...any) (value T) {
	n.t.Helper()
	err := n.db.Read(n.t.Context(), n.id, func(ctx context.Context, tx pg.ReadTx) error {
		return tx.NewRaw(statement, arguments...).Scan(ctx, &value)
	})
	require.NoError(n.t, err)
	return value
}

func (n *tenant) integration(text, application, source string) uuid.UUID {
	n.t.Helper()
	made := id.New()
	n.execute(`WITH connection AS (INSERT INTO connections (account_id, id, application, base_url, sealed_credentials) VALUES (?0, ?1, ?2, 'https://example.test', ''))
		INSERT INTO integrations (account_id, id, connection_id, name, application, source) VALUES (?0, ?1, ?1, ?3, ?2, ?4)`, n.id, made, application, text, source)
	return made
}

func (n *tenant) organization(text string) uuid.UUID {
	n.t.Helper()
	made := id.New()
	n.execute("INSERT INTO organizations (account_id, id, name, folded) VALUES (?, ?, ?, ?)", n.id, made, text, name.Fold(text))
	return made
}

// external adds external organizations with these names to an integration; their remote IDs count from 1.
func (n *tenant) external(integration uuid.UUID, names ...string) []uuid.UUID {
	n.t.Helper()
	ids, remotes, folded := make([]uuid.UUID, len(names)), make([]string, len(names)), make([]string, len(names))
	matches := make([]*string, len(names))
	first := query[int](n, "SELECT count(*) FROM external_orgs WHERE integration_id = ?", integration) + 1
	for i, text := range names {
		ids[i], remotes[i], folded[i] = id.New(), fmt.Sprint(first+i), name.Fold(text)
		if normal, err := name.Normalize(text); err == nil {
			matches[i] = &normal
		}
	}
	n.execute(`INSERT INTO external_orgs (account_id, integration_id, id, remote_id, name, folded, match_name)
		SELECT ?, ?, listed.* FROM unnest(?::uuid[], ?::text[], ?::text[], ?::text[], ?::text[]) AS listed`,
		n.id, integration, pg.List(ids), pg.List(remotes), pg.List(names), pg.List(folded), pg.List(matches))
	return ids
}

// save saves cells and requires success.
func (n *tenant) save(cells ...Cell) {
	n.t.Helper()
	_, err := n.service.Save(n.editor(), cells)
	require.NoError(n.t, err)
}

// holds returns the external organizations in a cell, sorted by name.
func (n *tenant) holds(organization, integration uuid.UUID) []uuid.UUID {
	n.t.Helper()
	mappings, err := n.service.ByOrganizations(n.as(auth.Viewer), []uuid.UUID{organization})
	require.NoError(n.t, err)
	cellMapping := []uuid.UUID{}
	for _, one := range mappings[organization] {
		if one.IntegrationID == integration {
			cellMapping = append(cellMapping, one.ExternalOrgID)
		}
	}
	return cellMapping
}

// changes returns the account's journal position.
func (n *tenant) changes() int {
	n.t.Helper()
	return query[int](n, "SELECT journal_position FROM accounts WHERE id = ?", n.id)
}

// change is the newest change in the journal, as text.
type change struct {
	Kind            string
	Action          string
	Actor           string
	OrganizationIDs []uuid.UUID `bun:"organization_ids,array"`
	Edits           string
}

// edits describes what the change did, one edit a line: "Acme Ltd: - > Acme".
func (c change) edits(t *testing.T) (lines []string) {
	t.Helper()
	edits, err := journal.DecodeEdits([]byte(c.Edits))
	require.NoError(t, err)
	for _, one := range edits.Organizations {
		lines = append(lines, fmt.Sprintf("%s %s", one.Kind, one.Organization.Name))
	}
	for _, one := range edits.Mappings {
		lines = append(lines, fmt.Sprintf("%s: %s > %s", one.ExternalOrg.Name, refName(one.Before), refName(one.After)))
	}
	return lines
}

func refName(one *journal.Ref) string {
	if one == nil {
		return "-"
	}
	return one.Name
}

func (n *tenant) lastChange() change {
	n.t.Helper()
	return query[change](n, "SELECT kind, action, actor, organization_ids, edits::text AS edits FROM journal ORDER BY position DESC LIMIT 1")
}

// requireSound checks the invariants of every account.
func (n *tenant) requireSound() {
	n.t.Helper()
	require.True(n.t, query[bool](n, `SELECT organizations_used = (SELECT count(*) FROM organizations WHERE active)
		AND (organization_limit IS NULL OR organizations_used <= organization_limit)
		AND journal_position = (SELECT count(*) FROM journal) FROM accounts`))
}
