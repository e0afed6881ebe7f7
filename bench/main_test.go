package main

import (
	"testing"
	"time"

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
	require.Equal(t, options{short: true, json: "results.json", connections: 16, rounds: 1, duration: 2 * time.Second, warmUp: time.Second}, short)
	for name, arguments := range map[string][]string{
		"no connections":     {"-connections", "0"},
		"no rounds":          {"-rounds", "0"},
		"no duration":        {"-duration", "0s"},
		"an unknown part":    {"-only", "writes"},
		"a word of no flag":  {"grid"},
		"a flag of no name":  {"-quick"},
		"a negative warm-up": {"-warm-up", "-1s"},
	} {
		t.Run("refuses "+name, func(t *testing.T) {
			t.Parallel()
			_, err := parse(arguments)
			require.Error(t, err)
		})
	}
}
