package mapping

import "github.com/orgmap/orgmap/internal/id"

// NodeID returns the mapping's public ID.
func (m *Mapping) NodeID() string { return id.Format(id.Mapping, m.ID) }

// AppendNodeID appends NodeID to the given slice.
func (m *Mapping) AppendNodeID(to []byte) []byte { return id.Append(to, id.Mapping, m.ID) }
