// Package suggestion keeps what matching says of an account's external organizations: which organization each of them most likely
// is, and why. A Keeper computes it with internal/matching after anything that it rests on has changed; a Service reads it. Nothing
// is computed in a read.
package suggestion

import (
	"github.com/google/uuid"

	"github.com/orgmap/orgmap/internal/matching"
)

// Match is where one external organization stands, and what matching says of it.
type Match struct {
	ExternalOrgID uuid.UUID
	State         matching.State
	Suggestion    *Suggestion          // nil unless State is Suggested
	Candidates    []matching.Candidate // beside a needs decision or a conflict, best first
	Because       matching.Because     // why nothing is suggested; "" for a suggestion
}

// Suggestion is the organization that an external organization most likely is.
type Suggestion struct {
	ExternalOrgID uuid.UUID
	IntegrationID uuid.UUID
	matching.Suggestion
}

// stored is a signal as it is stored, with short names: there are dozens to a page.
type stored struct {
	Kind   string          `json:"k"`
	Weight matching.Bits   `json:"w"`
	Left   string          `json:"l,omitempty"`
	Right  string          `json:"r,omitempty"`
	Path   []matching.Step `json:"p,omitempty"`
}

// storedCandidate is a candidate as it is stored.
type storedCandidate struct {
	Organization uuid.UUID     `json:"o"`
	Score        matching.Bits `json:"s"`
	Signals      []stored      `json:"g"`
}

func store(signals []matching.Signal) []stored {
	kept := make([]stored, len(signals))
	for i, one := range signals {
		kept[i] = stored(one)
	}
	return kept
}

func restore(kept []stored) []matching.Signal {
	signals := make([]matching.Signal, len(kept))
	for i, one := range kept {
		signals[i] = matching.Signal(one)
	}
	return signals
}
