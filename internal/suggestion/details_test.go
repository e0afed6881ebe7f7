package suggestion_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/matching"
)

// Websites and cities of mapped external organizations tell namesakes apart.
func TestMatches_CompareWebsitesAndCities(t *testing.T) {
	t.Parallel()
	n := newTenant(t, openDB(t))
	n.organization("Otterburn Textiles Ltd")
	public := n.organization("Otterburn Textiles plc")
	halo := n.integration("HaloPSA", "HALO_PSA")
	known := n.external(halo, "7", "Otterburn", "[]")
	external := n.external(n.list, "1", "Otterburn Textiles", "[]")
	n.mapped(public, halo, known)
	n.execute("UPDATE external_orgs SET website = 'https://www.otterburn.co.uk', city = 'Reno' WHERE id = ?", known)
	require.Equal(t, matching.BecauseTwoFit, n.match(external).Because)

	n.execute("UPDATE external_orgs SET website = 'http://otterburn.co.uk/home', city = 'Boulder' WHERE id = ?", external)
	match := n.match(external)
	require.Equal(t, matching.Suggested, match.State, match.Because)
	require.Equal(t, public, match.Suggestion.Organization)
	require.False(t, match.Suggestion.Automatic)
	for _, kind := range []string{matching.SignalSameWebsite, matching.SignalDifferentCity} {
		require.True(t, slices.ContainsFunc(match.Suggestion.Signals, func(s matching.Signal) bool { return s.Kind == kind }), kind)
	}
}
