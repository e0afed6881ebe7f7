// Package id encodes the ids that the API uses for nodes. An id is a TypeID: a prefix for the kind
// of node and a UUIDv7, so ids sort by creation time (org_01h455vb4pex5vsknk084sn02q). Go code and
// Postgres use only the UUID.
package id

import (
	"encoding/binary"
	"strings"

	"github.com/google/uuid"
	"go.jetify.com/typeid/base32"
)

// Kind is the kind of node that an id names.
type Kind string

// All kinds of node. The text is the id's prefix.
const (
	Account      Kind = "acct"
	Organization Kind = "org"
	Integration  Kind = "intg"
	ExternalOrg  Kind = "xorg"
	Mapping      Kind = "map"
	RefreshRun   Kind = "run"
	Token        Kind = "tok"
	Person       Kind = "pers"
	Rejection    Kind = "rej"
	Alias        Kind = "alias"
	Change       Kind = "chg"
	Group        Kind = "grp"
)

// longestKind is the length of the longest prefix.
const longestKind = 5

// encodedLength is the length of a UUID in TypeID's base32.
const encodedLength = 26

// New returns an id that sorts after all earlier ones.
func New() uuid.UUID {
	made, err := uuid.NewV7()
	if err != nil {
		panic("id: the system gives no random bytes: " + err.Error())
	}
	return made
}

// alphabet is TypeID's base32 alphabet: Crockford's in lower case.
const alphabet = "0123456789abcdefghjkmnpqrstvwxyz"

// Format returns the API id of a node.
func Format(kind Kind, node uuid.UUID) string {
	var text [longestKind + 1 + encodedLength]byte
	return string(Append(text[:0], kind, node))
}

// Append appends the API id of a node. A page of the grid has a thousand of them.
func Append(to []byte, kind Kind, node uuid.UUID) []byte {
	high, low := binary.BigEndian.Uint64(node[:8]), binary.BigEndian.Uint64(node[8:])
	var digits [encodedLength]byte // five bits each, lowest last
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

// Parse parses an API id. It reports false for text that is not an id or has an unknown kind;
// callers treat that like the id of a node that does not exist.
func Parse(text string) (kind Kind, node uuid.UUID, ok bool) {
	prefix, suffix, found := strings.Cut(text, "_")
	if !found || len(suffix) != encodedLength || suffix[0] > '7' {
		return "", uuid.Nil, false
	}
	switch kind = Kind(prefix); kind {
	case Account, Organization, Integration, ExternalOrg, Mapping, RefreshRun, Token, Person, Rejection, Alias, Change, Group:
	default:
		return "", uuid.Nil, false
	}
	decoded, err := base32.Decode(suffix)
	if err != nil {
		return "", uuid.Nil, false
	}
	return kind, uuid.UUID(decoded), true
}

// Of parses the API id of a node of the given kind. For anything else, including an id of another
// kind, it returns uuid.Nil, which no node has: a wrong id and an unknown id behave alike.
func Of(kind Kind, text string) uuid.UUID {
	found, node, ok := Parse(text)
	if !ok || found != kind {
		return uuid.Nil
	}
	return node
}

// AllOf parses many ids of one kind, in order.
func AllOf(kind Kind, texts []string) []uuid.UUID {
	nodes := make([]uuid.UUID, len(texts))
	for i, text := range texts {
		nodes[i] = Of(kind, text)
	}
	return nodes
}

// Unique returns the distinct values in order of first appearance; nil stays nil.
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
