package integration

import "github.com/orgmap/orgmap/internal/id"

// NodeID is the integration's outside id.
func (i *Integration) NodeID() string { return id.Format(id.Integration, i.ID) }

// AppendNodeID appends what NodeID gives.
func (i *Integration) AppendNodeID(to []byte) []byte { return id.Append(to, id.Integration, i.ID) }

// NodeID is the external organization's outside id.
func (x *ExternalOrg) NodeID() string { return id.Format(id.ExternalOrg, x.ID) }

// AppendNodeID appends what NodeID gives.
func (x *ExternalOrg) AppendNodeID(to []byte) []byte { return id.Append(to, id.ExternalOrg, x.ID) }
