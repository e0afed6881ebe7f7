package id_test

import (
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/orgmap/orgmap/internal/id"
)

func TestFormat_RoundTripsWithParse(t *testing.T) {
	t.Parallel()
	kinds := []id.Kind{id.Account, id.Organization, id.Integration, id.ExternalOrg, id.Mapping, id.RefreshRun, id.Token}
	rapid.Check(t, func(t *rapid.T) {
		kind := rapid.SampledFrom(kinds).Draw(t, "kind")
		node := uuid.UUID(rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "node"))
		text := id.Format(kind, node)
		gotKind, gotNode, ok := id.Parse(text)
		require.True(t, ok)
		require.Equal(t, kind, gotKind)
		require.Equal(t, node, gotNode)
		require.Equal(t, node, id.Of(kind, text))
	})
}

func TestFormat_MatchesTheSpecificationsExample(t *testing.T) {
	t.Parallel()
	// The example in the TypeID specification.
	require.Equal(t, "org_01h455vb4pex5vsknk084sn02q", id.Format(id.Organization, uuid.MustParse("01890a5d-ac96-774b-bcce-b302099a8057")))
}

func TestAppend_AppendsToTheBuffer(t *testing.T) {
	t.Parallel()
	node := id.New()
	require.Equal(t, "at org: "+id.Format(id.Account, node), string(id.Append([]byte("at org: "), id.Account, node)))
}

func TestOf_ReturnsNilIfTheTextIsNoIDOfTheKind(t *testing.T) {
	t.Parallel()
	node := id.New()
	for name, text := range map[string]string{
		"empty":            "",
		"another kind":     id.Format(id.Mapping, node),
		"no prefix":        id.Format(id.Organization, node)[4:],
		"unknown prefix":   "wat_01h455vb4pex5vsknk084sn02q",
		"too short":        "org_01h455vb4pex5vsknk084sn02",
		"over 128 bits":    "org_81h455vb4pex5vsknk084sn02q",
		"foreign letters":  "org_01h455vb4pex5vsknk084sn02u",
		"upper case":       "org_01H455VB4PEX5VSKNK084SN02Q",
		"white space":      " org_01h455vb4pex5vsknk084sn02q",
		"a UUID":           node.String(),
		"a byte above 127": "org_01h455vb4pex5vsknk084sn0\xff2",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, uuid.Nil, id.Of(id.Organization, text))
		})
	}
}

func TestNew_IDsSortByCreation(t *testing.T) {
	t.Parallel()
	last := id.Format(id.Organization, id.New())
	for range 1000 {
		next := id.Format(id.Organization, id.New())
		require.Less(t, last, next)
		last = next
	}
}

func FuzzParse(f *testing.F) {
	f.Add("org_01h455vb4pex5vsknk084sn02q")
	f.Fuzz(func(t *testing.T, text string) {
		kind, node, ok := id.Parse(text)
		if ok && id.Format(kind, node) != text {
			t.Fatalf("%q reads as %s, which is written %q", text, node, id.Format(kind, node))
		}
	})
}
