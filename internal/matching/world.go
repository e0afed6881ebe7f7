package matching

import "github.com/google/uuid"

// World is all that suggestions rest on: an account's organizations, its tools' lists, and what people decided.
type World struct {
	Organizations []Organization
	Lists         []List
	// Tables are the words that matching knows; nil stands for DefaultTables.
	Tables *Tables
	// Frequencies say how often the account's names have each word; nil stands for those of this world. They are kept apart so that
	// a refresh of one list does not move the scores of all others.
	Frequencies *Frequencies
}

// Organization is one of the account's own.
type Organization struct {
	ID     uuid.UUID
	Name   string
	Active bool
	// Aliases are other names that it is known by.
	Aliases []string
}

// List is what one integration lists.
type List struct {
	// Name is what people call the integration.
	Name string
	// Application is which tool it is. A hint names a tool, not an integration.
	Application string
	Records     []Record
}

// Record is an external organization.
type Record struct {
	ID       uuid.UUID
	RemoteID string
	Name     string
	Hints    []Hint
	// Organization is the one that it is mapped to, uuid.Nil if none.
	Organization uuid.UUID
	// Rejected are organizations that a person said it is not.
	Rejected []uuid.UUID
	// Excluded is set if a person said that it is no client.
	Excluded bool
	// Removed is set if the vendor lists it no longer.
	Removed bool
}

// Hint is a tool's word that one of its records is a record of another tool.
type Hint struct{ Application, RemoteID string }

// State is where a record stands.
type State string

// The states of a record.
const (
	Mapped        State = "MAPPED"
	Suggested     State = "SUGGESTED"
	NeedsDecision State = "NEEDS_DECISION"
	Conflict      State = "CONFLICT"
	Excluded      State = "EXCLUDED"
	Removed       State = "REMOVED"
)

// Tier is how far a suggestion can be trusted.
type Tier string

// The tiers, the surest first.
const (
	Identity   Tier = "IDENTITY"   // links lead to the organization by way of confirmed mappings
	Exact      Tier = "EXACT"      // the same name, case aside
	Normalized Tier = "NORMALIZED" // equal words
	Strong     Tier = "STRONG"
	Weak       Tier = "WEAK"
)

// The kinds of signals.
const (
	SignalPrior          = "PRIOR"
	SignalWord           = "WORD"
	SignalAbbreviation   = "ABBREVIATION"
	SignalTypo           = "TYPO"
	SignalJoined         = "JOINED"
	SignalInitials       = "INITIALS"
	SignalAcronym        = "ACRONYM"
	SignalSameName       = "SAME_NAME"
	SignalSameWords      = "SAME_WORDS"
	SignalDifferentWords = "DIFFERENT_WORDS"
	SignalMissingWords   = "MISSING_WORDS"
	SignalQualifier      = "QUALIFIER"
	SignalNumbersDiffer  = "NUMBERS_DIFFER"
	SignalNumberMissing  = "NUMBER_MISSING"
	SignalForm           = "LEGAL_FORM"
	SignalFormDiffers    = "LEGAL_FORM_DIFFERS"
	SignalRival          = "RIVAL"
	SignalKnownAs        = "KNOWN_AS"
	SignalOutOfUse       = "OUT_OF_USE"
	SignalLink           = "LINK"
	SignalOtherName      = "OTHER_NAME"
	SignalLinkedNamesake = "LINKED_NAMESAKE"
)

// Signal is one named reason for or against a match. The weights of a candidate's signals add up to its score.
type Signal struct {
	Kind   string
	Weight Bits
	// Left is what it saw in the record, Right what it saw in the organization, both as they are spelled there; either may be empty.
	Left, Right string
	// Path is set for links: the records from this one to the one that is mapped or bears the name.
	Path []Step
}

// Step is one record on a path of links.
type Step struct {
	Record uuid.UUID
	// SaysSo is the list whose record has the hint that leads here.
	SaysSo string
}

// Candidate is an organization that a record may be.
type Candidate struct {
	Organization uuid.UUID
	Score        Bits
	Signals      []Signal
}

// Suggestion is the organization that a record most likely is.
type Suggestion struct {
	Candidate
	Tier Tier
	// Margin is the distance to the next candidate, nil if there is none.
	Margin *Bits
	// Automatic says that it may be applied without a person, if the account allows that.
	Automatic bool
	// Bulk says that it may be accepted together with others.
	Bulk bool
	// Warnings are what a person ought to know before accepting it.
	Warnings []Warning
}

// Warning is something that speaks for a second look.
type Warning string

// The warnings.
const (
	WarnOutOfUse     Warning = "OUT_OF_USE"
	WarnInactive     Warning = "INACTIVE_ORGANIZATION"
	WarnTwin         Warning = "TWIN_IN_LIST"
	WarnOtherName    Warning = "OTHER_NAME"
	WarnTaken        Warning = "ALREADY_MAPPED_IN_LIST"
	WarnLinkRejected Warning = "LINK_TO_REJECTED"
)

// Because is why nothing is suggested.
type Because string

// The reasons.
const (
	BecauseNothingAlike Because = "NOTHING_ALIKE"
	BecauseTooLittle    Because = "TOO_LITTLE"
	BecauseShared       Because = "SHARED_BY_SEVERAL"
	BecauseTwoFit       Because = "TWO_FIT"
	BecauseRejected     Because = "REJECTED"
	BecauseLinksDiffer  Because = "LINKS_DIFFER"
	BecauseLinkAgainst  Because = "LINK_AGAINST_NAME"
)

// Outcome is what matching says of one record.
type Outcome struct {
	Record     uuid.UUID
	State      State
	Suggestion *Suggestion
	// Candidates are up to three organizations beside a needs decision or a conflict, best first.
	Candidates []Candidate
	Because    Because
}
