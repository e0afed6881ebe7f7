package decision

import "github.com/orgmap/orgmap/internal/id"

// NodeID returns the rejection's public ID.
func (r *Rejection) NodeID() string { return id.Format(id.Rejection, r.ID) }

// NodeID returns the alias' public ID.
func (a *Alias) NodeID() string { return id.Format(id.Alias, a.ID) }
