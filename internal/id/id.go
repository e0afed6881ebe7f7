// Package id is the form in which nodes are named outside: a TypeID, which is a prefix that says what is named and
// a UUIDv7, which puts ids in the order of their making (org_01h455vb4pex5vsknk084sn02q). Inside, in Go and in
// Postgres, a node is named by its UUID alone.
package id

import (
	"encoding/binary"
	"strings"

	"github.com/google/uuid"
	"go.jetify.com/typeid/base32"
)

// Kind is what an id names.
type Kind string

// The kinds of node. Their text is the prefix of the id.
const (
	Account      Kind = "acct"
	Organization Kind = "org"
	Integration  Kind = "intg"
	ExternalOrg  Kind = "xorg"
	Mapping      Kind = "map"
	RefreshRun   Kind = "run"
	Token        Kind = "tok"
	Person       Kind = "pers"
)

// longestKind is the length of the longest prefix.
const longestKind = 4

// encodedLength is the length of a UUID in TypeID's base32.
const encodedLength = 26

// New makes an id that sorts behind those made before it.
func New() uuid.UUID {
	made, err := uuid.NewV7()
	if err != nil {
		panic("id: the system gives no random bytes: " + err.Error())
	}
	return made
}

// alphabet is that of TypeID's base32, which is Crockford's in lower case.
const alphabet = "0123456789abcdefghjkmnpqrstvwxyz"

// Format writes the outside form of a node's id.
func Format(kind Kind, node uuid.UUID) string {
	var text [longestKind + 1 + encodedLength]byte
	return string(Append(text[:0], kind, node))
}

// Append appends the outside form of a node's id. A page of the grid has a thousand of them.
func Append(to []byte, kind Kind, node uuid.UUID) []byte {
	high, low := binary.BigEndian.Uint64(node[:8]), binary.BigEndian.Uint64(node[8:])
	var digits [encodedLength]byte // five bits each, the lowest last
	middle := high<<4 | low>>60
	for i := range 12 {
		digits[25-i] = alphabet[low%32]
		digits[13-i] = alphabet[middle%32]
		low, middle = low>>5, middle>>5
	}
	digits[1], digits[0] = alphabet[high>>56%32], alphabet[high>>61]
	to = append(append(to, kind...), '_')
	return append(to, digits[:]...)
}

// Parse reads an outside id. What is not an id, or names no kind known here, is ok=false and, like the id of
// nothing, finds nothing.
func Parse(text string) (kind Kind, node uuid.UUID, ok bool) {
	prefix, suffix, found := strings.Cut(text, "_")
	if !found || len(suffix) != encodedLength || suffix[0] > '7' {
		return "", uuid.Nil, false
	}
	switch kind = Kind(prefix); kind {
	case Account, Organization, Integration, ExternalOrg, Mapping, RefreshRun, Token, Person:
	default:
		return "", uuid.Nil, false
	}
	decoded, err := base32.Decode(suffix)
	if err != nil {
		return "", uuid.Nil, false
	}
	return kind, uuid.UUID(decoded), true
}

// Of reads the outside id of a node of the given kind. Anything else, an id of another kind too, is uuid.Nil, which
// names nothing: a wrong id and an unknown one behave alike.
func Of(kind Kind, text string) uuid.UUID {
	found, node, ok := Parse(text)
	if !ok || found != kind {
		return uuid.Nil
	}
	return node
}

// AllOf reads many ids of one kind, in their order.
func AllOf(kind Kind, texts []string) []uuid.UUID {
	nodes := make([]uuid.UUID, len(texts))
	for i, text := range texts {
		nodes[i] = Of(kind, text)
	}
	return nodes
}

// Unique returns the values in their order, each once; nil stays nil.
func Unique[T comparable](values []T) []T {
	if values == nil {
		return nil
	}
	seen := make(map[T]bool, len(values))
	kept := make([]T, 0, len(values))
	for _, value := range values {
		if !seen[value] {
			seen[value] = true
			kept = append(kept, value)
		}
	}
	return kept
}
