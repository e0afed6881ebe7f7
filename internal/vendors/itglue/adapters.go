package itglue

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/orgmap/orgmap/internal/vendors"
	"github.com/orgmap/orgmap/internal/vendors/call"
)

// adaptersResources is IT Glue's name for the PSA records that its organizations are synchronized
// with. It is documented that they can be included; a client that compared them with Autotask found
// that remote-id is the PSA's own id. Which attribute names the PSA is unknown: we use the first
// one that is spelled like a known tool, and if there is none, there is no hint.
const adaptersResources = "adapters-resources"

// record is an included record.
type record struct {
	ID         call.Text                               `json:"id"`
	Type       call.Text                               `json:"type"`
	Attributes call.Object[map[string]json.RawMessage] `json:"attributes"`
}

// adapters maps the ids of included records to hints.
type adapters map[string]vendors.Hint

func hintsOf(included call.List[record]) adapters {
	hints := make(adapters, len(included.Rows))
	for _, one := range included.Rows {
		attributes := one.Attributes.Value
		remote := textOf(attributes["remote-id"])
		if one.Type != adaptersResources || remote == "" {
			continue
		}
		if psa, known := namedIn(attributes); known {
			hints[string(one.ID)] = vendors.Hint{Application: psa, RemoteID: remote}
		}
	}
	return hints
}

func namedIn(attributes map[string]json.RawMessage) (vendors.Application, bool) {
	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		text := textOf(attributes[name])
		if strings.EqualFold(text, "manage") { // IT Glue's own name for ConnectWise PSA, as in filter[psa_integration_type]
			return vendors.ApplicationConnectWise, true
		}
		if psa, known := call.ApplicationNamed(text); known {
			return psa, true
		}
	}
	return "", false
}

func textOf(attribute json.RawMessage) string {
	var text call.Text
	if len(attribute) > 0 {
		_ = text.UnmarshalJSON(attribute)
	}
	return string(text)
}

// links names the records that an organization is synchronized with.
type links struct {
	Adapters call.Object[struct {
		Data call.List[struct {
			ID   call.Text `json:"id"`
			Type call.Text `json:"type"`
		}] `json:"data"`
	}] `json:"adapters-resources"`
}

// of returns the hints for an organization with these links.
func (a adapters) of(linked links) []vendors.Hint {
	var hints []vendors.Hint
	for _, one := range linked.Adapters.Value.Data.Rows {
		if hint, found := a[string(one.ID)]; found {
			hints = append(hints, hint)
		}
	}
	return hints
}
