package mapping

import "github.com/orgmap/orgmap/internal/id"

// NodeID is the mapping's outside id.
func (m *Mapping) NodeID() string { return id.Format(id.Mapping, m.ID) }

// AppendNodeID appends what NodeID gives.
func (m *Mapping) AppendNodeID(to []byte) []byte { return id.Append(to, id.Mapping, m.ID) }
