package main

import (
	"context"
	"reflect"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/uptrace/bun"

	"github.com/orgmap/orgmap/internal/account"
	"github.com/orgmap/orgmap/internal/auth/person"
	"github.com/orgmap/orgmap/internal/auth/token"
	"github.com/orgmap/orgmap/internal/integration"
	"github.com/orgmap/orgmap/internal/journal"
	"github.com/orgmap/orgmap/internal/organization"
	"github.com/orgmap/orgmap/internal/pg"
	"github.com/orgmap/orgmap/internal/refresh"
	"github.com/orgmap/orgmap/internal/vendors"
)

// A NULL read into a reused value sets every nullable field to nil.
func TestNull_ClearsThePreviousValueOfAField(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	tenant := w.newAccount(1)
	fields := 0
	require.NoError(t, w.app.db.Read(t.Context(), tenant.account, func(ctx context.Context, tx pg.ReadTx) error {
		for _, model := range []any{
			account.Account{},
			organization.Organization{},
			integration.Integration{},
			integration.ExternalOrg{},
			refresh.Run{},
			journal.Change{},
			token.Token{},
			person.Person{},
		} {
			table := tx.NewSelect().Model(reflect.New(reflect.TypeOf(model)).Interface()).GetModel().(bun.TableModel).Table()
			for _, field := range table.Fields {
				if field.StructField.Type.Kind() != reflect.Pointer {
					continue
				}
				fields++
				used := reflect.New(table.Type)
				held := field.Value(used.Elem())
				held.Set(reflect.New(held.Type().Elem()))
				require.NoError(t, tx.NewRaw("SELECT NULL AS ?", bun.Ident(field.Name)).Scan(ctx, used.Interface()))
				require.True(t, held.IsNil(), "%s.%s", table.Name, field.Name)
			}
		}
		return nil
	}))
	require.Greater(t, fields, 8)
}

func TestUpdateIntegration_ScheduleOffClearsTheNextRefresh(t *testing.T) {
	t.Parallel()
	admin := newWorld(t).newAccount(1)
	hudu, url := admin.vendor(vendors.ApplicationHudu)
	id := admin.connect(hudu, url)
	const update = `mutation($id: ID!, $to: RefreshSchedule!) { updateIntegration(input: {integrationId: $id, schedule: $to}) {
		integration { schedule nextRefreshAt } userErrors { code } } }`
	next := func(schedule string) any {
		return at(admin.do(update, object{"id": id, "to": schedule}), "updateIntegration", "integration", "nextRefreshAt")
	}
	require.Nil(t, next("OFF"))
	due, err := time.Parse(time.RFC3339, next("HOURLY").(string))
	require.NoError(t, err)
	require.WithinDuration(t, time.Now(), due, 61*time.Minute)
	require.Nil(t, next("OFF"))
}
