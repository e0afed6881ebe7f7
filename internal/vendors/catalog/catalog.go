// Package catalog is the only list of vendors.
package catalog

import (
	"github.com/orgmap/orgmap/internal/vendors"
	"github.com/orgmap/orgmap/internal/vendors/autotask"
	"github.com/orgmap/orgmap/internal/vendors/bms"
	"github.com/orgmap/orgmap/internal/vendors/connectwise"
	"github.com/orgmap/orgmap/internal/vendors/dattormm"
	"github.com/orgmap/orgmap/internal/vendors/halopsa"
	"github.com/orgmap/orgmap/internal/vendors/hudu"
	"github.com/orgmap/orgmap/internal/vendors/itglue"
	"github.com/orgmap/orgmap/internal/vendors/kaseyaone"
	"github.com/orgmap/orgmap/internal/vendors/ninjaone"
	"github.com/orgmap/orgmap/internal/vendors/vsax"
)

// All returns every vendor that can be connected, in the order in which people see them.
func All() vendors.Catalog {
	return vendors.NewCatalog(
		itglue.Descriptor(),
		dattormm.Descriptor(),
		autotask.Descriptor(),
		connectwise.Descriptor(),
		halopsa.Descriptor(),
		ninjaone.Descriptor(),
		hudu.Descriptor(),
		vsax.Descriptor(),
		bms.Descriptor(),
		kaseyaone.Descriptor(),
	)
}
