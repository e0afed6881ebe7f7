package auth_test

import (
	"bytes"
	"context"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/auth"
)

func TestRequire(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		sentence     string
		role, needed auth.Role
		code         apperr.Code // empty: allowed
	}{
		{"a viewer may read", auth.Viewer, auth.Viewer, ""},
		{"a viewer may not edit", auth.Viewer, auth.Editor, apperr.Forbidden},
		{"a viewer may not administer", auth.Viewer, auth.Admin, apperr.Forbidden},
		{"an editor may read", auth.Editor, auth.Viewer, ""},
		{"an editor may edit", auth.Editor, auth.Editor, ""},
		{"an editor may not administer", auth.Editor, auth.Admin, apperr.Forbidden},
		{"an admin may read", auth.Admin, auth.Viewer, ""},
		{"an admin may edit", auth.Admin, auth.Editor, ""},
		{"an admin may administer", auth.Admin, auth.Admin, ""},
		{"an actor without a role may not read", 0, auth.Viewer, apperr.Forbidden},
	} {
		t.Run(test.sentence, func(t *testing.T) {
			t.Parallel()
			asking := auth.Actor{AccountID: uuid.New(), ID: uuid.New(), Name: "Kim", Role: test.role}
			found, err := auth.Require(auth.WithActor(t.Context(), asking), test.needed)
			if test.code != "" {
				require.Equal(t, test.code, apperr.CodeOf(err))
				require.Zero(t, found)
				return
			}
			require.NoError(t, err)
			require.Equal(t, asking, found)
		})
	}
	t.Run("a context without an actor is unauthenticated", func(t *testing.T) {
		t.Parallel()
		for _, needed := range []auth.Role{auth.Viewer, auth.Editor, auth.Admin} {
			_, err := auth.Require(context.Background(), needed)
			require.Equal(t, apperr.Unauthenticated, apperr.CodeOf(err))
		}
	})
}

func TestActorFrom_ReturnsTheInnermost(t *testing.T) {
	t.Parallel()
	_, ok := auth.ActorFrom(t.Context())
	require.False(t, ok)
	outer := auth.WithActor(t.Context(), auth.Actor{Name: "outer"})
	actor, ok := auth.ActorFrom(auth.WithActor(outer, auth.Actor{Name: "inner"}))
	require.True(t, ok)
	require.Equal(t, "inner", actor.Name)
}

func TestRole_RoundTrips(t *testing.T) {
	t.Parallel()
	for role, name := range map[auth.Role]string{auth.Viewer: "VIEWER", auth.Editor: "EDITOR", auth.Admin: "ADMIN"} {
		require.Equal(t, name, role.String())
		parsed, err := auth.ParseRole(name)
		require.NoError(t, err)
		require.Equal(t, role, parsed)
		var written bytes.Buffer
		role.MarshalGQL(&written)
		require.Equal(t, `"`+name+`"`, written.String())
		var read auth.Role
		require.NoError(t, read.UnmarshalGQL(name))
		require.Equal(t, role, read)
	}
	for _, wrong := range []any{"", "viewer", "OWNER", 1, nil} {
		read := auth.Admin
		require.Error(t, read.UnmarshalGQL(wrong))
		require.Zero(t, read, "a value that cannot be parsed clears the role")
	}
}
