package journal

import "github.com/google/uuid"

// maximumTouched is how many external organizations the change of a refresh names.
const maximumTouched = 200

// FirstTouched returns what a refresh stores of the external organizations that it changed, removed or restored: all of them, or
// one more than a change names.
func FirstTouched(externalOrgs []uuid.UUID) []uuid.UUID {
	return externalOrgs[:min(len(externalOrgs), maximumTouched+1)]
}

// Touched returns the external organizations that a refresh changed, removed or restored. It returns false if there are too
// many to name.
func (c *Change) Touched() ([]uuid.UUID, bool) {
	if len(c.ExternalOrgIDs) > maximumTouched {
		return nil, false
	}
	return c.ExternalOrgIDs, true
}
