package main

import (
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/orgmap/orgmap/internal/dbtest"
	"github.com/orgmap/orgmap/migrations"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(dbtest.Wrap(m, migrations.Up)) }

func TestParse(t *testing.T) {
	t.Parallel()
	short, err := parse([]string{"-short", "-json", "results.json", "-rounds", "7"})
	require.NoError(t, err)
	require.Equal(t, options{short: true, json: "results.json", pace: pace{connections: 16, rounds: 1, seconds: 1, warmUp: 0.5}}, short)
	require.Len(t, short.kinds(), len(readKinds()))
	require.True(t, short.wants(partRefresh))

	some, err := parse([]string{"-only", "search,refresh"})
	require.NoError(t, err)
	require.Len(t, some.kinds(), 1)
	require.Equal(t, "search", some.kinds()[0].name)
	require.True(t, some.wants(partRefresh))
	require.False(t, some.wants(partWrites))

	for name, arguments := range map[string][]string{
		"no connections":                 {"-connections", "0"},
		"no rounds":                      {"-rounds", "0"},
		"no seconds":                     {"-seconds", "0"},
		"an unknown part":                {"-only", "pages,reads"},
		"an argument that is not a flag": {"pages"},
		"an unknown flag":                {"-quick"},
		"a negative warm-up":             {"-warm-up", "-1"},
		"negative repeats":               {"-repeats", "-1"},
	} {
		t.Run("refuses "+name, func(t *testing.T) {
			t.Parallel()
			_, err := parse(arguments)
			require.Error(t, err)
		})
	}
}

func TestAsks(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name        string
		asks        []ask
		first, last ask
		count       int
	}{
		{"a list of one page", browsing(30), ask{}, ask{}, 1},
		{"every page of a short list", browsing(120), ask{}, ask{behind: 100}, 3},
		{"a hundred pages of a long one", browsing(100_000), ask{}, ask{behind: 99_000}, 100},
		{"the last tenth", deep(func(at int) ask { return ask{offset: at} })(10_000), ask{offset: 9_000}, ask{offset: 9_950}, 20},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			require.Len(t, c.asks, c.count)
			require.Equal(t, c.first, c.asks[0])
			require.Equal(t, c.last, c.asks[len(c.asks)-1])
		})
	}
	require.Len(t, searching(4)(0), (len(searchWords())+3)/4)
}
