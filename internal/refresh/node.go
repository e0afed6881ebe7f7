package refresh

import "github.com/orgmap/orgmap/internal/id"

// NodeID is the run's outside id.
func (r *Run) NodeID() string { return id.Format(id.RefreshRun, r.ID) }
