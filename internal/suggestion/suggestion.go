// Package suggestion stores the results of matching for an account's external organizations: which organization each
// one most likely is, and why. An Updater computes them with internal/matching after the underlying data have changed;
// a Service reads them. Reads compute nothing.
package suggestion

import (
	"github.com/google/uuid"

	"github.com/orgmap/orgmap/internal/matching"
)

// Match is the state of one external organization and the result of matching it.
type Match struct {
	ExternalOrgID uuid.UUID
	State         matching.State
	Suggestion    *Suggestion          // nil unless State is Suggested
	Candidates    []matching.Candidate // for a needed decision or a conflict, best first
	Because       matching.Because     // why nothing is suggested; "" for a suggestion
}

// Pending returns the match of an external organization for which no result is stored yet.
func Pending(externalOrg uuid.UUID) *Match {
	return &Match{ExternalOrgID: externalOrg, State: matching.NeedsDecision, Because: matching.BecausePending}
}

// Suggestion is the organization that an external organization most likely is.
type Suggestion struct {
	ExternalOrgID uuid.UUID
	ExternalName  string
	IntegrationID uuid.UUID
	matching.Suggestion
}

// stored is a signal in its stored form, with short names because there are dozens per page.
type stored struct {
	Kind   string          `json:"k"`
	Weight matching.Bits   `json:"w"`
	Left   string          `json:"l,omitempty"`
	Right  string          `json:"r,omitempty"`
	Path   []matching.Step `json:"p,omitempty"`
}

// storedCandidate is a candidate in its stored form.
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
