package integration_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/integration"
	"github.com/orgmap/orgmap/internal/page"
	"github.com/orgmap/orgmap/internal/pg"
)

func names(connection *page.Connection[*integration.ExternalOrg]) []string {
	found := []string{}
	for _, one := range connection.Nodes() {
		found = append(found, one.Name)
	}
	return found
}

func TestService_ExternalOrgs(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ctx, account := b.actor(auth.Admin)
	made := b.connect(ctx)
	ids := b.list(made, "delta", "Alpha", "bravo", "Charlie 100%", "echo", "Alpha")
	b.list(b.connect(ctx), "another column's")
	b.organization(made, "Bravo", ids[2])
	b.write(account, "UPDATE external_orgs SET removed_at = now() WHERE id = ?", ids[4])
	number := func(value int) *int { return &value }
	text := func(value string) *string { return &value }
	yes, no := true, false

	cases := map[string]struct {
		search *string
		filter integration.ExternalOrgFilter
		want   []string
	}{
		"listed organizations by name, ignoring case": {nil, integration.ExternalOrgFilter{}, []string{"Alpha", "Alpha", "bravo", "Charlie 100%", "delta"}},
		"removed organizations":                       {nil, integration.ExternalOrgFilter{Removed: integration.Removed}, []string{"echo"}},
		"listed and removed organizations":            {nil, integration.ExternalOrgFilter{Removed: integration.ListedOrRemoved}, []string{"Alpha", "Alpha", "bravo", "Charlie 100%", "delta", "echo"}},
		"mapped organizations":                        {nil, integration.ExternalOrgFilter{Mapped: &yes}, []string{"bravo"}},
		"unmapped organizations":                      {nil, integration.ExternalOrgFilter{Mapped: &no}, []string{"Alpha", "Alpha", "Charlie 100%", "delta"}},
		"a part of the name, ignoring case":           {text("LPH"), integration.ExternalOrgFilter{}, []string{"Alpha", "Alpha"}},
		"a part with a LIKE wildcard":                 {text("0%"), integration.ExternalOrgFilter{}, []string{"Charlie 100%"}},
		"a part that no name contains":                {text("_"), integration.ExternalOrgFilter{}, []string{}},
		"a part among unmapped organizations":         {text("a"), integration.ExternalOrgFilter{Mapped: &no}, []string{"Alpha", "Alpha", "Charlie 100%", "delta"}},
	}
	for name, one := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			found, err := b.ExternalOrgs(ctx, made.ID, page.Arguments{}, one.search, one.filter)
			require.NoError(t, err)
			require.Equal(t, one.want, names(found))
			total, err := found.TotalCount(ctx)
			require.NoError(t, err)
			require.Equal(t, len(one.want), total)
		})
		for _, backward := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, two at a time, backward %t", name, backward), func(t *testing.T) {
				t.Parallel()
				walked := []string{}
				arguments := page.Arguments{First: number(2)}
				if backward {
					arguments = page.Arguments{Last: number(2)}
				}
				for {
					found, err := b.ExternalOrgs(ctx, made.ID, arguments, one.search, one.filter)
					require.NoError(t, err)
					more := found.PageInfo.HasNextPage
					if backward {
						walked = append(names(found), walked...)
						arguments.Before, more = found.PageInfo.StartCursor, found.PageInfo.HasPreviousPage
					} else {
						walked = append(walked, names(found)...)
						arguments.After = found.PageInfo.EndCursor
					}
					if !more {
						break
					}
				}
				require.Equal(t, one.want, walked)
			})
		}
	}
	t.Run("refuses a foreign cursor", func(t *testing.T) {
		t.Parallel()
		foreign := page.Cursor{"a", "not an id"}.String()
		_, err := b.ExternalOrgs(ctx, made.ID, page.Arguments{After: &foreign}, nil, integration.ExternalOrgFilter{})
		require.Equal(t, apperr.BadUserInput, apperr.CodeOf(err))
	})
	t.Run("returns only the ids that exist", func(t *testing.T) {
		t.Parallel()
		found, err := b.ExternalOrgsByIDs(ctx, append([]uuid.UUID{uuid.New()}, ids...))
		require.NoError(t, err)
		require.Len(t, found, len(ids))
		require.NotNil(t, found[ids[4]].RemovedAt)
	})
	t.Run("by the vendor's ID, if there is one", func(t *testing.T) {
		t.Parallel()
		for remoteID, want := range map[string]uuid.UUID{ids[2].String(): ids[2], ids[4].String(): ids[4], "unknown": uuid.Nil, "": uuid.Nil, ids[2].String() + "\x00": uuid.Nil} {
			found, err := b.ExternalOrgByRemoteID(ctx, made.ID, remoteID)
			require.NoError(t, err)
			if want == uuid.Nil {
				require.Nil(t, found, remoteID)
				continue
			}
			require.Equal(t, want, found.ID)
			require.Equal(t, remoteID, found.RemoteID)
			elsewhere, err := b.ExternalOrgByRemoteID(ctx, uuid.New(), remoteID)
			require.NoError(t, err)
			require.Nil(t, elsewhere)
		}
	})
	t.Run("counts all integrations in one statement", func(t *testing.T) {
		t.Parallel()
		all, err := b.List(ctx)
		require.NoError(t, err)
		require.Len(t, all, 2)
		counting, statements := pg.WithStatementCount(ctx)
		counts, err := b.CountsOf(counting, []uuid.UUID{all[0].ID, all[1].ID, uuid.New()})
		require.NoError(t, err)
		require.EqualValues(t, 3, statements.Load(), "begin, count, commit")
		require.Equal(t, map[uuid.UUID]integration.Counts{
			all[0].ID: {Total: 5, Mapped: 1, Unmapped: 4, Removed: 1},
			all[1].ID: {Total: 1, Unmapped: 1},
		}, counts)
	})
	t.Run("requires sign-in", func(t *testing.T) {
		t.Parallel()
		_, err := b.ExternalOrgs(context.Background(), made.ID, page.Arguments{}, nil, integration.ExternalOrgFilter{})
		require.Equal(t, apperr.Unauthenticated, apperr.CodeOf(err))
	})
}
