package main

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/auth"
)

func TestAlive_ChecksThousandsInAFewStatements(t *testing.T) {
	t.Parallel()
	var statements atomic.Int64
	alive := newAlive(func(_ context.Context, texts []string) (map[string]auth.Actor, error) {
		statements.Add(1)
		actors := map[string]auth.Actor{}
		for _, text := range texts {
			if text != "revoked" {
				actors[text] = auth.Actor{Name: text}
			}
		}
		return actors, nil
	})
	var group sync.WaitGroup
	for n := range 3000 {
		group.Go(func() {
			text := fmt.Sprint("token ", n%1500)
			actor, err := alive.check(t.Context(), text)
			if err != nil || actor.Name != text {
				t.Errorf("%s: %v %v", text, actor, err)
			}
		})
	}
	group.Wait()
	require.Less(t, statements.Load(), int64(50))
	_, err := alive.check(t.Context(), "revoked")
	require.Equal(t, apperr.Unauthenticated, apperr.CodeOf(err))
}

func TestAlive_FailedCheckIsNotRemembered(t *testing.T) {
	t.Parallel()
	failure := errors.New("the store is away")
	var away atomic.Bool
	away.Store(true)
	alive := newAlive(func(context.Context, []string) (map[string]auth.Actor, error) {
		if away.Load() {
			return nil, failure
		}
		return map[string]auth.Actor{"token": {Name: "somebody"}}, nil
	})
	_, err := alive.check(t.Context(), "token")
	require.ErrorIs(t, err, failure)
	away.Store(false)
	actor, err := alive.check(t.Context(), "token")
	require.NoError(t, err)
	require.Equal(t, "somebody", actor.Name)
}
