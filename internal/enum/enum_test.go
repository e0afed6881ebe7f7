package enum_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/enum"
)

type color string

func TestWrite(t *testing.T) {
	t.Parallel()
	var written strings.Builder
	enum.Write(&written, color("RED"))
	require.Equal(t, `"RED"`, written.String())
}

func TestRead(t *testing.T) {
	t.Parallel()
	for _, value := range []any{"GREEN", "red", "", nil, 1} {
		kept := color("BLUE")
		require.Error(t, enum.Read(&kept, value, "RED", "BLUE"), "%v", value)
		require.Equal(t, color("BLUE"), kept)
	}
	var read color
	require.NoError(t, enum.Read(&read, "RED", "RED", "BLUE"))
	require.Equal(t, color("RED"), read)
}
