package itglue

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/orgmap/orgmap/internal/vendors"
	"github.com/orgmap/orgmap/internal/vendors/call"
)

// adaptersResources is what IT Glue calls the records of a PSA that its organizations are synchronized with. That they can be included
// is documented; that remote-id is the PSA's own id was found by a client that compared them with Autotask. Which attribute names the
// PSA is neither: the first one that is written like a tool that is known here counts, and where there is none, there is no hint.
const adaptersResources = "adapters-resources"

// adapters are the included records by their ids, as hints.
type adapters map[string]vendors.Hint

// UnmarshalJSON never fails: a hint is not worth a list.
func (a *adapters) UnmarshalJSON(data []byte) error {
	var included []json.RawMessage
	_ = json.Unmarshal(data, &included)
	*a = adapters{}
	for _, one := range included {
		var record struct {
			ID         call.Text                  `json:"id"`
			Type       string                     `json:"type"`
			Attributes map[string]json.RawMessage `json:"attributes"`
		}
		if json.Unmarshal(one, &record) != nil || record.Type != adaptersResources {
			continue
		}
		var remote call.Text
		if given := record.Attributes["remote-id"]; len(given) == 0 || json.Unmarshal(given, &remote) != nil || remote == "" {
			continue
		}
		if psa, known := namedIn(record.Attributes); known {
			(*a)[string(record.ID)] = vendors.Hint{Application: psa, RemoteID: string(remote)}
		}
	}
	return nil
}

func namedIn(attributes map[string]json.RawMessage) (vendors.Application, bool) {
	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		var text string
		if json.Unmarshal(attributes[name], &text) != nil {
			continue
		}
		if strings.EqualFold(text, "manage") { // IT Glue's own name for ConnectWise PSA, as in filter[psa_integration_type]
			return vendors.ApplicationConnectWise, true
		}
		if psa, known := call.ApplicationNamed(text); known {
			return psa, true
		}
	}
	return "", false
}

// links are the ids of the records that an organization is synchronized with.
type links []string

// UnmarshalJSON never fails either.
func (l *links) UnmarshalJSON(data []byte) error {
	var relationships struct {
		Adapters struct {
			Data []struct {
				ID call.Text `json:"id"`
			} `json:"data"`
		} `json:"adapters-resources"`
	}
	_ = json.Unmarshal(data, &relationships)
	for _, one := range relationships.Adapters.Data {
		*l = append(*l, string(one.ID))
	}
	return nil
}

// of gives what is known elsewhere of an organization with these links.
func (a adapters) of(linked links) []vendors.Hint {
	var hints []vendors.Hint
	for _, one := range linked {
		if hint, found := a[one]; found {
			hints = append(hints, hint)
		}
	}
	return hints
}
