package pg

import (
	"encoding/binary"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
)

// binaryFormat has all values in Postgres' binary form.
var binaryFormat = []int16{pgx.BinaryFormatCode}

// encode writes a value in the binary form of its type: uuid, uuid[] or text. A list that is nil is an empty one.
func encode(value any) []byte {
	switch value := value.(type) {
	case nil:
		return nil
	case uuid.UUID:
		return value[:]
	case []uuid.UUID:
		return encodeUUIDs(value)
	case string:
		return []byte(value)
	case []byte: // of text
		return value
	}
	panic(fmt.Sprintf("pg: %T has no binary form here", value))
}

// encodeUUIDs writes an array of one dimension: how many dimensions, whether any element is NULL, the elements' type, their number
// and that of the first, then each with its length.
func encodeUUIDs(ids []uuid.UUID) []byte {
	order := binary.BigEndian
	encoded := make([]byte, 0, 20+len(ids)*(4+len(uuid.UUID{})))
	dimensions := min(uint32(1), uint32(len(ids))) //nolint:gosec // no list here comes near
	encoded = order.AppendUint32(encoded, dimensions)
	encoded = order.AppendUint32(encoded, 0)
	encoded = order.AppendUint32(encoded, pgtype.UUIDOID)
	if dimensions == 0 {
		return encoded
	}
	encoded = order.AppendUint32(encoded, uint32(len(ids))) //nolint:gosec // the same
	encoded = order.AppendUint32(encoded, 1)
	for i := range ids {
		encoded = order.AppendUint32(encoded, uint32(len(ids[i])))
		encoded = append(encoded, ids[i][:]...)
	}
	return encoded
}
