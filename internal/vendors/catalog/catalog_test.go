package catalog_test

import (
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/safehttp"
	"github.com/orgmap/orgmap/internal/vendors"
	"github.com/orgmap/orgmap/internal/vendors/catalog"
	"github.com/orgmap/orgmap/internal/vendors/sim"
)

func TestAll_DescribesEveryVendor(t *testing.T) {
	t.Parallel()
	seen := map[vendors.Application]bool{}
	for _, descriptor := range catalog.All().All() {
		require.True(t, descriptor.Application.Valid())
		require.False(t, seen[descriptor.Application], "%s is listed twice", descriptor.Application)
		seen[descriptor.Application] = true
		require.NotEmpty(t, descriptor.Name)
		require.NotEmpty(t, descriptor.CredentialFields)
		require.Equal(t, descriptor.Limits.Calls > 0, descriptor.Limits.Per > 0, "%s: a limit of calls needs a period", descriptor.Name)
		require.LessOrEqual(t, descriptor.Limits.InFlight, 4, descriptor.Name)
		names := map[string]bool{}
		for _, field := range descriptor.CredentialFields {
			require.False(t, names[field.Name], "%s asks for %s twice", descriptor.Name, field.Name)
			names[field.Name] = true
			require.NotEmpty(t, field.Name)
			require.NotEmpty(t, field.Label)
			require.True(t, strings.HasSuffix(field.Help, "."), "%s, %s: the help must be a sentence", descriptor.Name, field.Name)
		}
		for _, region := range descriptor.Regions {
			require.NotEmpty(t, region.Name)
			checked, err := safehttp.CheckURL(region.BaseURL, nil)
			require.NoError(t, err)
			require.Equal(t, region.BaseURL, checked.String())
		}
	}
}

func TestAll_EveryVendorOpensWithItsSimulatedCredentials(t *testing.T) {
	t.Parallel()
	for _, descriptor := range catalog.All().All() {
		vendor, found := sim.New(descriptor.Application)
		require.True(t, found, descriptor.Name)
		config := vendors.Config{BaseURL: "https://vendor.example", Credentials: vendor.Credentials(), Client: &http.Client{}}
		source, err := descriptor.Open(config)
		require.NoError(t, err, descriptor.Name)
		require.NotNil(t, source)
		config.BaseURL = ""
		_, err = descriptor.Open(config)
		require.Error(t, err, descriptor.Name)
		require.Error(t, func() error { _, err := descriptor.Open(vendors.Config{BaseURL: "https://vendor.example"}); return err }())
	}
}

func TestAll_OnlyITGlueCanImport(t *testing.T) {
	t.Parallel()
	for _, descriptor := range catalog.All().All() {
		require.Equal(t, descriptor.Application == vendors.ApplicationITGlue, descriptor.CanImport, descriptor.Name)
	}
}

// docs/vendors.md and the API must describe the same.
func TestAll_MatchesTheVendorsDocument(t *testing.T) {
	t.Parallel()
	document, err := os.ReadFile("../../../docs/vendors.md")
	require.NoError(t, err)
	sections := map[string]string{}
	for _, section := range strings.Split(string(document), "\n## ")[1:] {
		title, text, _ := strings.Cut(section, "\n")
		sections[strings.TrimSuffix(title, " and Vorex")] = text
	}
	all := catalog.All().All()
	require.Equal(t, len(all), len(sections), "one section for each vendor")
	for _, descriptor := range all {
		section, written := sections[descriptor.Name]
		require.True(t, written, "no section for %s", descriptor.Name)
		for _, heading := range []string{"Make:", "Asked for:", "Listed:", "Limits:", "Not sure:", "Sources:"} {
			require.Contains(t, section, "- **"+heading+"**", descriptor.Name)
		}
		_, asked, _ := strings.Cut(section, "- **Asked for:**")
		asked, _, _ = strings.Cut(asked, "\n")
		for _, field := range descriptor.CredentialFields {
			require.Contains(t, asked, field.Label, descriptor.Name)
		}
		for _, region := range descriptor.Regions {
			require.Contains(t, section, region.Name, descriptor.Name)
		}
	}
}
