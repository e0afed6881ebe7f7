package integration

import "github.com/orgmap/orgmap/internal/id"

// NodeID returns the integration's public ID.
func (i *Integration) NodeID() string { return id.Format(id.Integration, i.ID) }

// AppendNodeID appends NodeID to the given slice.
func (i *Integration) AppendNodeID(to []byte) []byte { return id.Append(to, id.Integration, i.ID) }

// NodeID returns the external organization's public ID.
func (x *ExternalOrg) NodeID() string { return id.Format(id.ExternalOrg, x.ID) }

// AppendNodeID appends NodeID to the given slice.
func (x *ExternalOrg) AppendNodeID(to []byte) []byte { return id.Append(to, id.ExternalOrg, x.ID) }
