package refresh

import "github.com/orgmap/orgmap/internal/id"

// NodeID is the run's outside id.
func (r *Run) NodeID() string { return id.Format(id.RefreshRun, r.ID) }

// AppendNodeID appends what NodeID gives.
func (r *Run) AppendNodeID(to []byte) []byte { return id.Append(to, id.RefreshRun, r.ID) }
