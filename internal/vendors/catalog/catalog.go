// Package catalog is the one place that lists the vendors.
package catalog

import (
	"github.com/orgmap/orgmap/internal/vendors"
	"github.com/orgmap/orgmap/internal/vendors/dattormm"
	"github.com/orgmap/orgmap/internal/vendors/itglue"
)

// All gives every vendor that can be connected, in the order people see them.
func All() vendors.Catalog {
	return vendors.NewCatalog(
		itglue.Descriptor(),
		dattormm.Descriptor(),
	)
}
