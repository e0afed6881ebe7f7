package refresh

import "github.com/orgmap/orgmap/internal/id"

// NodeID returns the run's public id.
func (r *Run) NodeID() string { return id.Format(id.RefreshRun, r.ID) }

// AppendNodeID appends the public id to to.
func (r *Run) AppendNodeID(to []byte) []byte { return id.Append(to, id.RefreshRun, r.ID) }
