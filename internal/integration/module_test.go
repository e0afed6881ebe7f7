package integration_test

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/directory"
	"github.com/orgmap/orgmap/internal/integration"
	"github.com/orgmap/orgmap/internal/pg/pgtest"
	"github.com/orgmap/orgmap/internal/secret"
	"github.com/orgmap/orgmap/internal/vendors"
)

// suiteVendor simulates KaseyaOne: a vendor with modules, each of which lists one organization named after the module.
// It is also its own Source.
type suiteVendor struct {
	*vendor

	mutex   sync.Mutex // protects the fields below
	modules []vendors.Module
	refusal error // when the modules are listed
	asked   int   // how often the modules were listed
}

func (v *suiteVendor) reach() integration.Vendors {
	reach := v.vendor.reach()
	open := reach.Open
	reach.Catalog = vendors.NewCatalog(append(reach.Catalog.All(), vendors.Descriptor{
		Application: vendors.ApplicationKaseyaOne, Name: "KaseyaOne", Regions: []vendors.Region{{Name: "Here", BaseURL: "https://one.example"}},
		CredentialFields: []vendors.CredentialField{{Name: "apiKey", Label: "API key", Secret: true}, {Name: "tenant", Label: "tenant"}},
	})...)
	reach.Open = func(descriptor vendors.Descriptor, baseURL string, credentials vendors.Credentials) (vendors.Source, error) {
		source, err := open(descriptor, baseURL, credentials)
		if descriptor.Application == vendors.ApplicationKaseyaOne && err == nil {
			return suiteSource{Source: source, suite: v}, nil
		}
		return source, err
	}
	return reach
}

func (v *suiteVendor) set(modules ...vendors.Module) {
	v.mutex.Lock()
	defer v.mutex.Unlock()
	v.modules = modules
}

func (v *suiteVendor) refuse(refusal error) {
	v.mutex.Lock()
	defer v.mutex.Unlock()
	v.refusal = refusal
}

func (v *suiteVendor) listings() int {
	v.mutex.Lock()
	defer v.mutex.Unlock()
	return v.asked
}

type suiteSource struct {
	vendors.Source
	suite *suiteVendor
}

func (s suiteSource) Modules(context.Context) ([]vendors.Module, error) {
	s.suite.mutex.Lock()
	defer s.suite.mutex.Unlock()
	s.suite.asked++
	return slices.Clone(s.suite.modules), s.suite.refusal
}

func (s suiteSource) Module(id string) vendors.Source { return moduleSource{s, id} }

type moduleSource struct {
	suiteSource
	id string
}

func (s moduleSource) Organizations(_ context.Context, cursor string) (vendors.Page, error) {
	if cursor != "" {
		return vendors.Page{}, nil
	}
	return vendors.Page{Organizations: []vendors.Organization{{RemoteID: s.id, Name: "Of " + s.id}}, Next: "second"}, nil
}

var (
	itGlueModule = vendors.Module{ID: "3", Name: "IT Glue", Application: vendors.ApplicationITGlue}
	backupModule = vendors.Module{ID: "12", Name: "Datto BCDR", Application: vendors.ApplicationKaseyaModule}
	lateModule   = vendors.Module{ID: "21", Name: "Spanning", Application: vendors.ApplicationKaseyaModule}
)

// suiteBench is a bench with KaseyaOne in the catalog, which has itGlueModule and backupModule.
type suiteBench struct {
	*bench
	suite *suiteVendor
}

func newSuiteBench(t *testing.T) suiteBench {
	t.Helper()
	b := newBench(t)
	suite := &suiteVendor{vendor: b.vendor}
	suite.set(itGlueModule, backupModule)
	b.Service = integration.New(b.db, b.journal, b.sealer, suite.reach(), b.runs, directory.New(directoryBytes))
	return suiteBench{b, suite}
}

func suiteKey(value string) []integration.Credential {
	return append(key(value), integration.Credential{Name: "tenant", Value: "acme"})
}

func (b suiteBench) connectSuite(ctx context.Context) []*integration.Integration {
	b.t.Helper()
	connected, err := b.Connect(ctx, integration.ConnectInput{Application: vendors.ApplicationKaseyaOne, Credentials: suiteKey("good")})
	require.NoError(b.t, err)
	return connected
}

// refresh reads the first page of an integration, as the beginning of a refresh does.
func (b suiteBench) refresh(i *integration.Integration) (vendors.Page, error) {
	b.t.Helper()
	source, err := b.OpenSource(b.t.Context(), i.AccountID, i.ID)
	require.NoError(b.t, err)
	return source.Organizations(b.t.Context(), "")
}

// columns returns the account's integrations as name, source and state.
func (b suiteBench) columns(account uuid.UUID) []string {
	b.t.Helper()
	all, err := b.List(b.as(account, auth.Viewer))
	require.NoError(b.t, err)
	var columns []string
	for _, one := range all {
		columns = append(columns, strings.Join([]string{one.Name, string(one.Source), string(one.State)}, "/"))
	}
	return columns
}

func TestService_Connect_WithModules(t *testing.T) {
	t.Parallel()
	text := func(value string) *string { return &value }

	t.Run("creates an integration for every module over one connection", func(t *testing.T) {
		t.Parallel()
		b := newSuiteBench(t)
		ctx, account := b.actor(auth.Admin)
		b.connect(ctx) // a separate IT Glue integration takes the name first
		connected := b.connectSuite(ctx)
		require.Equal(t, []string{"IT Glue/API/CONNECTED", "IT Glue 2/KASEYA_ONE/CONNECTED", "Datto BCDR/KASEYA_ONE/CONNECTED"}, b.columns(account))
		require.Equal(t, vendors.ApplicationITGlue, connected[0].Application)
		require.False(t, connected[0].CanImport(), "an IT Glue module of KaseyaOne cannot be imported from")
		require.Equal(t, vendors.ApplicationKaseyaModule, connected[1].Application)
		require.Equal(t, "https://one.example", connected[1].BaseURL)
		require.Equal(t, connected[0].ConnectionID, connected[1].ConnectionID)
		require.Equal(t, 2, b.count(account, "SELECT count(*) FROM connections"))
		found, err := b.ByIDs(ctx, []uuid.UUID{connected[0].ID})
		require.NoError(t, err)
		require.Equal(t, connected[0], found[connected[0].ID])
		changes := b.changes(account)
		last := changes[len(changes)-1]
		require.Equal(t, "integration.connected", last.Action)
		require.Equal(t, []uuid.UUID{connected[0].ID, connected[1].ID}, last.IntegrationIDs)
	})
	t.Run("prefixes module names with the given name", func(t *testing.T) {
		t.Parallel()
		b := newSuiteBench(t)
		ctx, account := b.actor(auth.Admin)
		input := integration.ConnectInput{Application: vendors.ApplicationKaseyaOne, Name: text(" West "), Credentials: suiteKey("good")}
		for range 2 {
			_, err := b.Connect(ctx, input)
			require.NoError(t, err)
		}
		require.Equal(t, []string{
			"West IT Glue/KASEYA_ONE/CONNECTED", "West Datto BCDR/KASEYA_ONE/CONNECTED",
			"West IT Glue 2/KASEYA_ONE/CONNECTED", "West Datto BCDR 2/KASEYA_ONE/CONNECTED",
		}, b.columns(account))
	})
	t.Run("names modules whose own names are unusable", func(t *testing.T) {
		t.Parallel()
		b := newSuiteBench(t)
		ctx, account := b.actor(auth.Admin)
		b.suite.set(
			vendors.Module{ID: "1"}, vendors.Module{ID: "2", Name: "Back\nup"}, vendors.Module{ID: "3", Name: strings.Repeat("Ü", 300)}, vendors.Module{ID: "4", Name: strings.Repeat("Ü", 300)},
			vendors.Module{ID: "4", Name: "The same again"}, vendors.Module{Name: "Without id"}, vendors.Module{ID: "a\nb", Name: "With a broken id"},
		)
		b.connectSuite(ctx)
		long := strings.Repeat("Ü", 190)
		require.Equal(t, []string{
			"Module 1/KASEYA_ONE/CONNECTED", "Back up/KASEYA_ONE/CONNECTED", long + "/KASEYA_ONE/CONNECTED", long + " 2/KASEYA_ONE/CONNECTED",
		}, b.columns(account))
	})
	t.Run("stores nothing if there are no modules or they are refused", func(t *testing.T) {
		t.Parallel()
		b := newSuiteBench(t)
		ctx, account := b.actor(auth.Admin)
		input := integration.ConnectInput{Application: vendors.ApplicationKaseyaOne, Credentials: suiteKey("good")}
		b.suite.set()
		_, err := b.Connect(ctx, input)
		requireUserError(t, err, apperr.Invalid, "input", "application")
		b.suite.refuse(&vendors.Error{Class: vendors.CredentialsRejected, Message: "Only an administrator may see the modules."})
		_, err = b.Connect(ctx, input)
		requireUserError(t, err, apperr.CredentialsRejected, "input", "credentials")
		b.suite.refuse(&vendors.Error{Class: vendors.Timeout, Message: "KaseyaOne took too long."})
		_, err = b.Connect(ctx, input)
		require.Equal(t, apperr.Unavailable, apperr.CodeOf(err))
		require.Zero(t, b.count(account, "SELECT count(*) FROM connections"))
		require.Empty(t, b.changes(account))
	})
}

func TestModules_AreRefreshedSeparately(t *testing.T) {
	t.Parallel()
	b := newSuiteBench(t)
	ctx, _ := b.actor(auth.Admin)
	for _, one := range b.connectSuite(ctx) {
		before := b.suite.listings()
		page, err := b.refresh(one)
		require.NoError(t, err)
		require.Equal(t, "Of "+*one.ModuleID, page.Organizations[0].Name)
		source, err := b.OpenSource(ctx, one.AccountID, one.ID)
		require.NoError(t, err)
		require.NoError(t, source.Verify(ctx))
		_, err = source.Organizations(ctx, page.Next)
		require.NoError(t, err)
		require.Equal(t, before+1, b.suite.listings(), "the modules are listed once per walk")
	}
}

func TestModules_NewModule(t *testing.T) {
	t.Parallel()
	t.Run("is connected when another module is refreshed", func(t *testing.T) {
		t.Parallel()
		b := newSuiteBench(t)
		ctx, account := b.actor(auth.Admin)
		connected := b.connectSuite(ctx)
		b.suite.set(itGlueModule, backupModule, lateModule)
		_, err := b.refresh(connected[0])
		require.NoError(t, err)
		require.Contains(t, b.columns(account), "Spanning/KASEYA_ONE/CONNECTED")
		changes := b.changes(account)
		require.Len(t, changes, 2)
		require.Equal(t, "integration.connected", changes[1].Action)
		require.Equal(t, "KaseyaOne", changes[1].Actor)

		_, err = b.refresh(connected[1])
		require.NoError(t, err)
		require.Len(t, b.changes(account), 2, "the module was connected only once")
	})
	t.Run("is connected once even if several servers find it concurrently", func(t *testing.T) {
		t.Parallel()
		b := newSuiteBench(t)
		ctx, account := b.actor(auth.Admin)
		connected := b.connectSuite(ctx)
		b.suite.set(itGlueModule, backupModule, lateModule)
		var group errgroup.Group
		for n := range 6 {
			group.Go(func() error {
				_, err := b.refresh(connected[n%2])
				return err
			})
		}
		require.NoError(t, group.Wait())
		require.Len(t, b.columns(account), 3)
		require.Len(t, b.changes(account), 2)
	})
	t.Run("is not connected if the list of modules could not be read", func(t *testing.T) {
		t.Parallel()
		b := newSuiteBench(t)
		ctx, account := b.actor(auth.Admin)
		connected := b.connectSuite(ctx)
		b.suite.refuse(&vendors.Error{Class: vendors.RateLimited, Message: "Slow down."})
		_, err := b.refresh(connected[0])
		var refused *vendors.Error
		require.ErrorAs(t, err, &refused)
		require.Equal(t, vendors.RateLimited, refused.Class)
		require.Len(t, b.changes(account), 1)
	})
}

func TestModules_RemovedModuleNeedsAttention(t *testing.T) {
	t.Parallel()
	b := newSuiteBench(t)
	ctx, account := b.actor(auth.Admin)
	connected := b.connectSuite(ctx)
	listed := b.list(connected[1], "Acme")
	b.organization(connected[1], "Acme", listed[0])
	b.suite.set(itGlueModule)

	_, err := b.refresh(connected[0])
	require.NoError(t, err)
	require.Equal(t, []string{"IT Glue/KASEYA_ONE/CONNECTED", "Datto BCDR/KASEYA_ONE/NEEDS_ATTENTION"}, b.columns(account))
	require.Equal(t, 1, b.count(account, "SELECT count(*) FROM mappings"), "its mappings are kept")
	changes := b.changes(account)
	require.Len(t, changes, 2)
	require.Equal(t, "integration.needs_attention", changes[1].Action)
	require.Equal(t, []uuid.UUID{connected[1].ID}, changes[1].IntegrationIDs)

	_, err = b.refresh(connected[1])
	var refused *vendors.Error
	require.ErrorAs(t, err, &refused)
	require.Contains(t, refused.Message, "no longer has this module")
	require.Len(t, b.changes(account), 2, "the change is journaled once")

	b.suite.set()
	_, err = b.refresh(connected[0])
	require.ErrorAs(t, err, &refused)
	require.Equal(t, "IT Glue/KASEYA_ONE/CONNECTED", b.columns(account)[0], "an empty list of modules is not believed")

	b.suite.set(itGlueModule, backupModule)
	_, err = b.refresh(connected[1])
	require.NoError(t, err, "it is read again when it is back; the swap reconnects it")

	b.write(account, "UPDATE integrations SET state = 'DISABLED' WHERE id = ?", connected[1].ID)
	b.suite.set(itGlueModule)
	_, err = b.refresh(connected[0])
	require.NoError(t, err)
	require.Equal(t, 1, b.count(account, "SELECT count(*) FROM integrations WHERE state = 'DISABLED'"), "a disabled integration stays disabled")
}

func TestModules_FollowNewCredentials(t *testing.T) {
	t.Parallel()
	b := newSuiteBench(t)
	ctx, account := b.actor(auth.Admin)
	connected := b.connectSuite(ctx)

	_, err := b.Update(ctx, integration.UpdateInput{IntegrationID: connected[0].ID, Credentials: key("good")})
	requireUserError(t, err, apperr.Invalid, "input", "credentials")
	require.ErrorContains(t, err, "tenant", "KaseyaOne's credentials are asked for, not IT Glue's")

	b.suite.set(backupModule, lateModule)
	updated, err := b.Update(ctx, integration.UpdateInput{IntegrationID: connected[1].ID, Credentials: suiteKey("good-too")})
	require.NoError(t, err)
	require.Equal(t, integration.StateConnected, updated.State)
	require.Equal(t, []string{"IT Glue/KASEYA_ONE/NEEDS_ATTENTION", "Datto BCDR/KASEYA_ONE/CONNECTED", "Spanning/KASEYA_ONE/CONNECTED"}, b.columns(account))

	updated, err = b.Update(ctx, integration.UpdateInput{IntegrationID: connected[0].ID, Credentials: suiteKey("good-again")})
	require.NoError(t, err)
	require.Equal(t, integration.StateNeedsAttention, updated.State, "good credentials do not bring a module back")
	require.Equal(t, "IT Glue/KASEYA_ONE/NEEDS_ATTENTION", b.columns(account)[0])
}

func TestModules_DisconnectedModule(t *testing.T) {
	t.Parallel()
	t.Run("is not reconnected while the connection exists", func(t *testing.T) {
		t.Parallel()
		b := newSuiteBench(t)
		ctx, account := b.actor(auth.Admin)
		connected := b.connectSuite(ctx)
		require.NoError(t, b.Disconnect(ctx, connected[1].ID, "Datto BCDR", false))
		only := []string{"IT Glue/KASEYA_ONE/CONNECTED"}
		require.Equal(t, 1, b.count(account, "SELECT count(*) FROM connections"))

		_, err := b.refresh(connected[0])
		require.NoError(t, err)
		require.Equal(t, only, b.columns(account))

		_, err = b.Update(ctx, integration.UpdateInput{IntegrationID: connected[0].ID, Credentials: suiteKey("good-too")})
		require.NoError(t, err)
		require.Equal(t, only, b.columns(account), "new credentials do not bring it back")

		rotated, err := secret.Rotate(b.keyset)
		require.NoError(t, err)
		sealer, err := secret.NewSealer(rotated)
		require.NoError(t, err)
		_, err = integration.RotateCredentials(ctx, pgtest.Operator(b.t, b.db), sealer)
		require.NoError(t, err)
		b.Service = integration.New(b.db, b.journal, sealer, b.suite.reach(), b.runs, directory.New(directoryBytes))
		_, err = b.refresh(connected[0])
		require.NoError(t, err)
		require.Equal(t, only, b.columns(account), "a new key does not bring it back")
		for _, opened := range b.vendor.opened {
			require.Len(t, opened, 2, "the vendor gets only its credentials")
		}

		require.NoError(t, b.Disconnect(ctx, connected[0].ID, "IT Glue", false))
		require.Zero(t, b.count(account, "SELECT count(*) FROM connections"))
		require.Len(t, b.connectSuite(ctx), 2, "a new connection has every module")
	})
	t.Run("removes the connection with the last modules, even concurrently", func(t *testing.T) {
		t.Parallel()
		b := newSuiteBench(t)
		ctx, account := b.actor(auth.Admin)
		connected := b.connectSuite(ctx)
		var group errgroup.Group
		for _, one := range connected {
			group.Go(func() error { return b.Disconnect(ctx, one.ID, one.Name, false) })
		}
		require.NoError(t, group.Wait())
		require.Zero(t, b.count(account, "SELECT count(*) FROM integrations"))
		require.Zero(t, b.count(account, "SELECT count(*) FROM connections"))
	})
}

func TestModules_AcceptNewCredentialsAfterTheOldKeyIsLost(t *testing.T) {
	t.Parallel()
	b := newSuiteBench(t)
	ctx, _ := b.actor(auth.Admin)
	connected := b.connectSuite(ctx)
	keyset, err := secret.NewKeyset()
	require.NoError(t, err)
	sealer, err := secret.NewSealer(keyset)
	require.NoError(t, err)
	b.Service = integration.New(b.db, b.journal, sealer, b.suite.reach(), b.runs, directory.New(directoryBytes))
	_, err = b.OpenSource(ctx, connected[0].AccountID, connected[0].ID)
	require.ErrorIs(t, err, secret.ErrSealed)
	_, err = b.Update(ctx, integration.UpdateInput{IntegrationID: connected[0].ID, Credentials: suiteKey("good-too")})
	require.NoError(t, err)
	_, err = b.refresh(connected[0])
	require.NoError(t, err)
}
