package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Every row needs as many cells as the header, or Markdown does not render a table.
func TestPrint_RowsHaveAsManyCellsAsTheHeader(t *testing.T) {
	t.Parallel()
	cpu := 0.5
	kind := kindResults{Kind: "browse", Subjects: []result{
		{Name: "orgmap", Sort: ours, Median: round{PerSecond: 200, ServerCPU: &cpu, PostgresCPU: &cpu}, Rounds: rounds(190, 200, 210)},
		{Name: "bare", Sort: floor, Median: round{PerSecond: 400}},
		{Name: "yoga", Sort: usual, Median: round{PerSecond: 100}},
		{Name: "yoga, our SQL", Sort: given, Median: round{PerSecond: 160}},
	}}
	costly := 0.6
	suggested := kindResults{Kind: withSuggestions, Subjects: []result{{Name: "orgmap", Sort: ours, Median: round{PerSecond: 160, ServerCPU: &costly, PostgresCPU: &cpu}}}}
	all := &results{
		Short: true, Pages: []kindResults{kind, suggested}, Memory: []memory{{"orgmap", 64 << 20}}, Growth: []growthResults{{Organizations: 100, Accounts: 1, Kinds: []kindResults{kind}}},
		Day: []dayResults{{Name: "orgmap"}}, Writes: []kindResults{kind}, Refresh: &refreshResults{Runs: []refreshCost{{Name: "all new"}}},
	}
	var out strings.Builder
	require.NoError(t, all.print(&out))
	columns, tables := 0, 0
	for _, line := range strings.Split(out.String(), "\n") {
		if !strings.HasPrefix(line, "|") {
			columns = 0
			continue
		}
		if columns == 0 {
			columns = strings.Count(line, "|")
			tables++
		}
		require.Equal(t, columns, strings.Count(line, "|"), line)
	}
	require.Equal(t, 5, tables)
	require.Contains(t, out.String(), "| browse | orgmap | 200 | 0.0 | 0.0 | 0.50 | 0.50 | 0.0 | n/a | 0.50 | 2.00 | 1.25 | 10 % | 0 | n/a |")
	require.Contains(t, out.String(), "A page with its suggestions takes 1.10 times the CPU")
}
