package vendortest

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/safehttp"
	"github.com/orgmap/orgmap/internal/vendors"
)

// runAddress checks every address that the connector itself calls, as if a person had pasted it.
func runAddress(t *testing.T, c Case) {
	t.Run("may be copied from any call of the API", func(t *testing.T) {
		t.Parallel()
		bench := Open(t, c, c.PageSize+1)
		_, err := Walk(t.Context(), bench.Source)
		require.NoError(t, err)
		all := vendors.NewCatalog(c.Descriptor)
		calls := bench.Vendor.Calls()
		require.NotEmpty(t, calls)
		for _, made := range calls {
			for _, pasted := range []string{bench.Config.BaseURL + made.URI, bench.Config.BaseURL + made.URI + "/#top"} {
				checked, err := safehttp.CheckURL(pasted, loopback())
				require.NoError(t, err)
				checked, err = all.Base(c.Descriptor.Application, checked)
				require.NoError(t, err)
				require.Equal(t, bench.Config.BaseURL, checked.String(), pasted)
			}
		}
	})
}
