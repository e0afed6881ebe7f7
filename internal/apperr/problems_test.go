package apperr_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/apperr"
)

func TestProblems_ListAHundredAndCountTheRest(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		problems, listed int
		last             string
	}{
		{0, 0, ""},
		{1, 1, "problem 0"},
		{100, 100, "problem 99"},
		{101, 100, "2 more problems are not listed."},
		{10_000, 100, "9901 more problems are not listed."},
	} {
		t.Run(strconv.Itoa(test.problems), func(t *testing.T) {
			t.Parallel()
			var gathered apperr.Problems
			var raw apperr.UserErrors
			for i := range test.problems {
				path := []string{"input", strconv.Itoa(i)}
				gathered.Add(apperr.NotFound, path, "problem %d", i)
				raw = append(raw, apperr.UserError{Code: apperr.NotFound, Message: fmt.Sprintf("problem %d", i), Path: path})
			}
			got := gathered.Errors()
			require.Len(t, got, test.listed)
			if test.listed > 0 {
				require.Equal(t, test.last, got[test.listed-1].Message)
				require.Equal(t, apperr.NotFound, got[test.listed-1].Code)
				require.NotEmpty(t, got[test.listed-1].Path)
			}
			carried, err := apperr.Split(raw)
			require.NoError(t, err)
			require.Len(t, carried, test.listed, "errors that were not collected are limited on output")
		})
	}
}

func TestProblems_AreBoundedInBytes(t *testing.T) {
	t.Parallel()
	var gathered apperr.Problems
	for range 90 {
		gathered.Add(apperr.Conflict, []string{"input"}, "%s", strings.Repeat("x", 4<<10))
	}
	got := gathered.Errors()
	total := 0
	for _, one := range got {
		total += len(one.Message)
	}
	require.LessOrEqual(t, total, 65<<10)
	require.Equal(t, fmt.Sprintf("%d more problems are not listed.", 90-(len(got)-1)), got[len(got)-1].Message)
}
