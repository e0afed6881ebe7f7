package access

import (
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/orgmap/orgmap/internal/auth"
)

func TestIsAdmin(t *testing.T) {
	t.Parallel()
	now := time.Now()
	earlier, admin, editor, other := now.Add(-time.Hour), auth.Admin.String(), auth.Editor.String(), uuid.New()
	for sentence, test := range map[string]struct {
		person Person
		is     bool
	}{
		"by the identity provider":           {Person{ClaimedRole: &admin, ClaimedAt: &now}, true},
		"by an assigned role":                {Person{ClaimedRole: &editor, GivenRole: &admin, ClaimedAt: &now}, true},
		"not if another role is assigned":    {Person{ClaimedRole: &admin, GivenRole: &editor, ClaimedAt: &now}, false},
		"not an editor":                      {Person{ClaimedRole: &editor, ClaimedAt: &now}, false},
		"not before the first sign-in":       {Person{GivenRole: &admin}, false},
		"not while blocked":                  {Person{ClaimedRole: &admin, ClaimedAt: &now, BlockedAt: &now}, false},
		"not after moving elsewhere":         {Person{ClaimedRole: &admin, ClaimedAt: &earlier, MovedAt: &now}, false},
		"again after coming back":            {Person{ClaimedRole: &admin, ClaimedAt: &now, MovedAt: &earlier}, true},
		"not who turned out to be another":   {Person{ClaimedRole: &admin, ClaimedAt: &now, MergedInto: &other}, false},
		"not with a role of a newer version": {Person{ClaimedRole: pointerTo("OWNER"), ClaimedAt: &now}, false},
	} {
		require.Equal(t, test.is, test.person.isAdmin(), sentence)
	}
}

func pointerTo[T any](value T) *T { return &value }

func TestLeavesNoAdmin(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		everyone := []uuid.UUID{{1}, {2}, {3}}
		admins := rapid.SliceOfNDistinct(rapid.SampledFrom(everyone), 0, 3, rapid.ID[uuid.UUID]).Draw(t, "admins")
		losing := rapid.SampledFrom(everyone).Draw(t, "losing")
		left := 0
		for _, one := range admins {
			if one != losing {
				left++
			}
		}
		require.Equal(t, len(admins) > 0 && left == 0, leavesNoAdmin(admins, losing))
		require.Equal(t, leavesNoAdmin(admins, losing), leavesNoAccess(nil, admins, losing))
		require.False(t, leavesNoAccess(everyone[:1], admins, losing), "a person who is an admin is enough")
	})
}
