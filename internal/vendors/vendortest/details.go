package vendortest

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/vendors"
	"github.com/orgmap/orgmap/internal/vendors/sim"
)

// oddDetails are values that are neither a website nor a city.
func oddDetails() map[string]any {
	return map[string]any{
		"null": nil, "left out": absent{}, "empty": "", "blank": "   ", "a number": json.Number("8001"), "a boolean": true, "an array": []any{"https://client.example"},
		"an object": map[string]any{"url": "https://client.example", "name": "Reno"}, "no list": []any{}, "too long": "https://client.example/" + strings.Repeat("a", 2000),
	}
}

func runDetails(t *testing.T, c Case) {
	detailed := func() []vendors.Organization {
		list := Organizations(c, 3)
		for at := range list {
			list[at].Website, list[at].City = fmt.Sprintf("https://www.client%d.example", at), "St. Paul"
		}
		return list
	}
	t.Run("AreReadWhereTheListHasThem", func(t *testing.T) {
		t.Parallel()
		bench := Open(t, c, 0)
		bench.Vendor.Set(detailed())
		pages, err := Walk(t.Context(), bench.Source)
		require.NoError(t, err)
		want := detailed()
		for at := range want {
			if c.Website == "" {
				want[at].Website = ""
			}
			if c.City == "" {
				want[at].City = ""
			}
		}
		require.Equal(t, rows([]vendors.Page{{Organizations: want}}), rows(pages))
	})
	for _, field := range []string{c.Website, c.City} {
		if field == "" {
			continue
		}
		t.Run("CostNoRowIfTheyAreOdd_"+field, func(t *testing.T) {
			t.Parallel()
			for name, value := range oddDetails() {
				page := withDetail(t, c, detailed(), field, value)
				require.Len(t, page.Organizations, 3, name)
				require.Empty(t, page.Skipped, name)
				for _, organization := range page.Organizations {
					kept := organization.Website
					if field == c.City {
						kept = organization.City
					}
					require.Empty(t, kept, name)
				}
			}
		})
	}
}

// withDetail reads a page of the list in which every row has the given value in a field.
func withDetail(t *testing.T, c Case, list []vendors.Organization, field string, value any) vendors.Page {
	t.Helper()
	vendor, _ := sim.New(c.Descriptor.Application)
	vendor.Set(list)
	vendor.Inject(sim.Edited(func(document any) any {
		met := 0
		for _, where := range paths(document, nil) {
			if len(where) > 0 && where[len(where)-1] == any(field) {
				document = replaced(document, where, value)
				met++
			}
		}
		if met != len(list) {
			panic(fmt.Sprintf("%d of %d rows have the field %s", met, len(list), field))
		}
		return document
	}).On(sim.List))
	page, err := direct(t, c, vendor).Organizations(t.Context(), "")
	require.NoError(t, err)
	return page
}
