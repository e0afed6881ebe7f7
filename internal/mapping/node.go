package mapping

import "github.com/orgmap/orgmap/internal/id"

// NodeID is the mapping's outside id.
func (m *Mapping) NodeID() string { return id.Format(id.Mapping, m.ID) }
