package integration_test

import (
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/integration"
	"github.com/orgmap/orgmap/internal/vendors"
)

// allow sets the account's limit of integrations.
func (b *bench) allow(ctx testContext, limit int) {
	b.t.Helper()
	b.operate("UPDATE accounts SET integration_limit = ? WHERE id = ?", limit, ctx.account)
}

func TestService_Connect_EnforcesTheAccountLimit(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	glue := integration.ConnectInput{Application: vendors.ApplicationITGlue, Credentials: key("good")}

	t.Run("refuses one integration too many without calling the vendor", func(t *testing.T) {
		t.Parallel()
		b := newBench(t)
		ctx := b.admin()
		b.allow(ctx, 2)
		b.connect(ctx)
		b.connect(ctx)
		asked := len(b.vendor.opened)
		_, err := b.Connect(ctx, glue)
		requireUserError(t, err, apperr.QuotaExceeded, "input", "application")
		require.ErrorContains(t, err, "Your account has 2 of at most 2 integrations. Disconnect one that you no longer need")
		require.Len(t, b.vendor.opened, asked)
		require.Equal(t, 2, b.count(ctx.account, "SELECT count(*) FROM connections"))
		others := b.admin()
		b.connect(others)

		all, err := b.List(ctx)
		require.NoError(t, err)
		require.NoError(t, b.Disconnect(ctx, all[0].ID, all[0].Name, false))
		b.connect(ctx)
	})
	t.Run("holds under concurrent connects", func(t *testing.T) {
		t.Parallel()
		ctx := b.admin()
		b.allow(ctx, 2)
		var group sync.WaitGroup
		var mutex sync.Mutex
		connected := 0
		for range 4 {
			group.Go(func() {
				_, err := b.Connect(ctx, glue)
				mutex.Lock()
				defer mutex.Unlock()
				if err == nil {
					connected++
					return
				}
				requireUserError(t, err, apperr.QuotaExceeded, "input", "application")
			})
		}
		group.Wait()
		require.Equal(t, 2, connected)
		require.Equal(t, 2, b.count(ctx.account, "SELECT count(*) FROM connections"))
	})
	t.Run("allows new credentials at the limit", func(t *testing.T) {
		t.Parallel()
		ctx := b.admin()
		b.allow(ctx, 1)
		_, err := b.Update(ctx, integration.UpdateInput{IntegrationID: b.connect(ctx).ID, Credentials: key("good too")})
		require.NoError(t, err)
	})
}

func TestModules_RespectTheAccountLimit(t *testing.T) {
	t.Parallel()
	t.Run("refuses a connection with more modules than the limit allows", func(t *testing.T) {
		t.Parallel()
		b := newSuiteBench(t)
		ctx := b.admin()
		b.allow(ctx, 2)
		b.connect(ctx)
		_, err := b.Connect(ctx, integration.ConnectInput{Application: vendors.ApplicationKaseyaOne, Credentials: suiteKey("good")})
		requireUserError(t, err, apperr.QuotaExceeded, "input", "application")
		require.ErrorContains(t, err, "KaseyaOne has 2 modules, and each becomes an integration. Your account has 1 of at most 2 integrations.")
		require.Equal(t, 1, b.count(ctx.account, "SELECT count(*) FROM connections"))
		b.allow(ctx, 3)
		require.Len(t, b.connectSuite(ctx), 2)
	})
	t.Run("a new module waits for capacity while the others are refreshed", func(t *testing.T) {
		t.Parallel()
		b := newSuiteBench(t)
		ctx := b.admin()
		b.allow(ctx, 3)
		connected := b.connectSuite(ctx)
		another := vendors.Module{ID: "22", Name: "Unitrends", Application: vendors.ApplicationKaseyaModule}
		b.suite.set(itGlueModule, backupModule, lateModule, another)
		for range 2 {
			page, err := b.refresh(connected[0])
			require.NoError(t, err)
			require.NotEmpty(t, page.Organizations)
			require.Len(t, b.columns(ctx.account), 3)
		}
		b.allow(ctx, 4)
		_, err := b.refresh(connected[0])
		require.NoError(t, err)
		require.Len(t, b.columns(ctx.account), 4)
	})
}

func TestService_LimitsConcurrentConnectionChecksPerAccount(t *testing.T) {
	t.Parallel()
	const most = 5
	b := newBench(t)
	ctx, others := b.admin(), b.admin()
	own := b.connect(ctx)
	silent, release := b.vendor.silence()
	glue := integration.ConnectInput{Application: vendors.ApplicationITGlue, Credentials: key("good")}
	var group sync.WaitGroup
	for range most {
		group.Go(func() {
			_, err := b.Connect(ctx, glue)
			if err != nil {
				t.Error(err)
			}
		})
		<-silent
	}
	for _, check := range map[string]func() error{
		"a connect": func() error {
			_, err := b.Connect(ctx, glue)
			return err
		},
		"new credentials": func() error {
			_, err := b.Update(ctx, integration.UpdateInput{IntegrationID: own.ID, Credentials: key("good too")})
			return err
		},
	} {
		answered := make(chan error, 1)
		go func() { answered <- check() }()
		var err error
		select {
		case err = <-answered:
		case <-silent:
			release()
			t.Fatal("the vendor must not be called a sixth time")
		}
		require.Equal(t, apperr.RateLimited, apperr.CodeOf(err))
		require.ErrorContains(t, err, "Your account is already testing 5 connections, the maximum at a time.")
	}
	group.Go(func() {
		_, err := b.Connect(others, glue)
		if err != nil {
			t.Error(err)
		}
	})
	<-silent // another account's check still runs
	release()
	group.Wait()
	b.connect(ctx)
}
