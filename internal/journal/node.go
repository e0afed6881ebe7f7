package journal

import (
	"crypto/sha256"
	"encoding/binary"

	"github.com/google/uuid"

	"github.com/orgmap/orgmap/internal/id"
)

// NodeOf returns the UUID of the change at a position of an account: a digest of the account, and the position. It needs
// no column, and no two accounts share one.
func NodeOf(account uuid.UUID, position int64) uuid.UUID {
	var node uuid.UUID
	copy(node[:8], digestOf(account))
	binary.BigEndian.PutUint64(node[8:], uint64(position)) //nolint:gosec // positions are positive
	return node
}

// PositionOf returns the position of the account's change with a UUID that NodeOf returned, or 0 if it is none.
func PositionOf(account, node uuid.UUID) int64 {
	if string(node[:8]) != string(digestOf(account)) {
		return 0
	}
	return max(0, int64(binary.BigEndian.Uint64(node[8:]))) //nolint:gosec // see NodeOf
}

func digestOf(account uuid.UUID) []byte {
	sum := sha256.Sum256(append([]byte("orgmap change "), account[:]...))
	return sum[:8]
}

// NodeID returns the public ID of the change.
func (c *Change) NodeID() string { return id.Format(id.Change, NodeOf(c.AccountID, c.Position)) }
