package integration_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/dbtest"
	"github.com/orgmap/orgmap/internal/directory"
	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/integration"
	"github.com/orgmap/orgmap/internal/journal"
	"github.com/orgmap/orgmap/internal/pg"
	"github.com/orgmap/orgmap/internal/pg/pgtest"
	"github.com/orgmap/orgmap/internal/secret"
	"github.com/orgmap/orgmap/internal/vendors"
	"github.com/orgmap/orgmap/migrations"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(dbtest.Wrap(m, migrations.Up))
}

// bench is a service with its own database and with vendors that accept the key "good".
type bench struct {
	*integration.Service
	t       testing.TB
	db      *pg.DB
	journal *journal.Journal
	keyset  []byte
	sealer  *secret.Sealer
	vendor  *vendor
	runs    *runs
	kept    *directory.Cache
}

// directoryBytes is enough for the lists of a few test integrations.
const directoryBytes = 1 << 20

func newBench(t testing.TB) *bench {
	t.Helper()
	return newBenchOn(t, dbtest.Database(t))
}

func newBenchOn(t testing.TB, database string) *bench {
	t.Helper()
	db, err := pg.Open(t.Context(), database, pg.Options{MaxConnections: 6})
	require.NoError(t, err)
	t.Cleanup(db.Close)
	keyset, err := secret.NewKeyset()
	require.NoError(t, err)
	sealer, err := secret.NewSealer(keyset)
	require.NoError(t, err)
	b := &bench{
		t: t, db: db, keyset: keyset, sealer: sealer, vendor: &vendor{}, runs: &runs{},
		kept:    directory.New(directoryBytes),
		journal: journal.New(db, func(context.Context, uuid.UUID, int64) {}, nil),
	}
	b.Service = integration.New(db, b.journal, sealer, b.vendor.reach(), b.runs, b.kept)
	return b
}

// actor creates an account and returns the context of a person in it with the given role.
func (b *bench) actor(role auth.Role) (context.Context, uuid.UUID) {
	b.t.Helper()
	account := id.New()
	require.NoError(b.t, pgtest.Run(b.t.Context(), b.db, func(ctx context.Context, tx pg.Tx) error {
		_, err := tx.Exec(ctx, "INSERT INTO accounts (id, name) VALUES (?, ?)", account, account.String())
		return err
	}))
	return b.as(account, role), account
}

// testContext is the context of a person in an account.
type testContext struct {
	context.Context //nolint:containedctx // it is the context

	account uuid.UUID
}

// admin returns the context of an administrator of a new account.
func (b *bench) admin() testContext {
	b.t.Helper()
	ctx, account := b.actor(auth.Admin)
	return testContext{ctx, account}
}

// operate runs a statement as the operator.
func (b *bench) operate(statement string, arguments ...any) {
	b.t.Helper()
	require.NoError(b.t, pgtest.Run(b.t.Context(), b.db, func(ctx context.Context, tx pg.Tx) error {
		_, err := tx.Exec(ctx, statement, arguments...)
		return err
	}))
}

func (b *bench) as(account uuid.UUID, role auth.Role) context.Context {
	return auth.WithActor(b.t.Context(), auth.Actor{AccountID: account, ID: id.New(), Kind: auth.PersonActor, Name: "Pat", Role: role})
}

func (b *bench) connect(ctx context.Context) *integration.Integration {
	b.t.Helper()
	connected, err := b.Connect(ctx, integration.ConnectInput{Application: vendors.ApplicationITGlue, Credentials: key("good")})
	require.NoError(b.t, err)
	require.Len(b.t, connected, 1)
	return connected[0]
}

// write runs statements in the account; each ? is an argument.
func (b *bench) write(account uuid.UUID, statement string, arguments ...any) {
	b.t.Helper()
	require.NoError(b.t, b.db.Write(b.t.Context(), account, func(ctx context.Context, tx pg.Tx) error {
		_, err := tx.Exec(ctx, statement, arguments...)
		return err
	}))
}

// count runs a statement in the account that returns one number.
func (b *bench) count(account uuid.UUID, statement string, arguments ...any) (count int) {
	b.t.Helper()
	require.NoError(b.t, b.db.Read(b.t.Context(), account, func(ctx context.Context, tx pg.ReadTx) error {
		return tx.NewRaw(statement, arguments...).Scan(ctx, &count)
	}))
	return count
}

// changes returns the account's journal, with before and after.
func (b *bench) changes(account uuid.UUID) []*journal.Change {
	b.t.Helper()
	var changes []*journal.Change
	require.NoError(b.t, b.db.Read(b.t.Context(), account, func(ctx context.Context, tx pg.ReadTx) error {
		return tx.NewSelect().Model(&changes).Where("account_id = ?", account).Order("position").Scan(ctx)
	}))
	return changes
}

// list inserts external organizations by name and returns their IDs.
func (b *bench) list(i *integration.Integration, names ...string) []uuid.UUID {
	b.t.Helper()
	ids := make([]uuid.UUID, len(names))
	for at, name := range names {
		ids[at] = id.New()
		b.write(i.AccountID, "INSERT INTO external_orgs (account_id, id, integration_id, remote_id, name, folded, match_name) VALUES (?, ?, ?, ?, ?, lower(?), ?)",
			i.AccountID, ids[at], i.ID, ids[at].String(), name, name, name)
	}
	return ids
}

// organization inserts an organization and maps the external organization to it.
func (b *bench) organization(i *integration.Integration, name string, external uuid.UUID) uuid.UUID {
	b.t.Helper()
	organization := id.New()
	b.write(i.AccountID, "INSERT INTO organizations (account_id, id, name, folded) VALUES (?, ?, ?, lower(?))", i.AccountID, organization, name, name)
	b.write(i.AccountID, `INSERT INTO mappings (account_id, id, organization_id, integration_id, external_org_id, origin, created_by)
		VALUES (?, ?, ?, ?, ?, 'MANUAL', 'Pat')`, i.AccountID, id.New(), organization, i.ID, external)
	return organization
}

func key(value string) []integration.Credential {
	return []integration.Credential{{Name: "apiKey", Value: value}}
}

// vendor simulates every vendor.
type vendor struct {
	mutex   sync.Mutex // protects the fields below
	fault   error
	held    func() // called before a response, without the mutex; nil: no wait
	asked   func() // called when credentials are checked; nil: ignored
	opened  []vendors.Credentials
	address string
}

func (v *vendor) reach() integration.Vendors {
	return integration.Vendors{
		Catalog: vendors.NewCatalog(
			vendors.Descriptor{
				Application: vendors.ApplicationITGlue, Name: "IT Glue", CanImport: true,
				Regions:          []vendors.Region{{Name: "North America", BaseURL: "https://api.itglue.example"}, {Name: "Europe", BaseURL: "https://api.eu.itglue.example"}},
				CredentialFields: []vendors.CredentialField{{Name: "apiKey", Label: "API key", Secret: true}},
			},
			vendors.Descriptor{
				Application: vendors.ApplicationHudu, Name: "Hudu",
				Address:          vendors.Address{Example: "https://acme.hudu.example"},
				CredentialFields: []vendors.CredentialField{{Name: "apiKey", Label: "API key", Secret: true}, {Name: "note", Label: "note", Optional: true}},
			},
		),
		BaseURL: func(_ vendors.Application, raw string) (string, error) {
			if !strings.HasPrefix(raw, "https://") {
				return "", errors.New("the address must begin with https://")
			}
			return strings.TrimRight(raw, "/"), nil
		},
		Open: func(_ vendors.Descriptor, baseURL string, credentials vendors.Credentials) (vendors.Source, error) {
			v.mutex.Lock()
			defer v.mutex.Unlock()
			v.opened, v.address = append(v.opened, credentials), baseURL
			return source{vendor: v, key: credentials.Get("apiKey")}, nil
		},
	}
}

func (v *vendor) fail(fault error) {
	v.mutex.Lock()
	defer v.mutex.Unlock()
	v.fault = fault
}

// silence blocks credential checks until release is called; each check sends to silent when it starts to wait.
func (v *vendor) silence() (silent <-chan struct{}, release func()) {
	came, released := make(chan struct{}), make(chan struct{})
	v.mutex.Lock()
	defer v.mutex.Unlock()
	v.held = func() {
		select {
		case came <- struct{}{}:
			<-released
		case <-released:
		}
	}
	return came, func() { close(released) }
}

// source accepts every key that starts with "good".
type source struct {
	vendor *vendor
	key    string
}

func (s source) Verify(context.Context) error {
	s.vendor.mutex.Lock()
	held := s.vendor.held
	s.vendor.mutex.Unlock()
	if held != nil {
		held()
	}
	s.vendor.mutex.Lock()
	defer s.vendor.mutex.Unlock()
	if s.vendor.asked != nil {
		s.vendor.asked()
	}
	if !strings.HasPrefix(s.key, "good") {
		return &vendors.Error{Class: vendors.CredentialsRejected, Message: "The key was rejected. Make a new one."}
	}
	return s.vendor.fault
}

func (s source) Organizations(context.Context, string) (vendors.Page, error) {
	return vendors.Page{}, errors.New("not asked for here")
}

// runs records which integrations' runs were cancelled.
type runs struct {
	mutex     sync.Mutex // protects the fields below
	cancelled []uuid.UUID
	onCancel  func() // called at each cancellation; nil: ignored
}

func (r *runs) CancelLive(_ context.Context, _ pg.Tx, _, integration uuid.UUID) error {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	r.cancelled = append(r.cancelled, integration)
	if r.onCancel != nil {
		r.onCancel()
	}
	return nil
}

func (r *runs) of(integration uuid.UUID) bool {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	for _, one := range r.cancelled {
		if one == integration {
			return true
		}
	}
	return false
}
