package matching

import "github.com/google/uuid"

// World is all input to suggestions: an account's organizations, its tools' lists, and what people
// decided.
type World struct {
	Organizations []Organization
	Lists         []List
	// Tables are the words that matching knows; nil: DefaultTables.
	Tables *Tables
	// Frequencies count the words in the account's names; nil: those of this world. They are stored
	// separately so that a refresh of one list does not change the scores of all others.
	Frequencies *Frequencies
}

// Organization is one of the account's own organizations.
type Organization struct {
	ID     uuid.UUID
	Name   string
	Active bool
	// Aliases are other names of the organization.
	Aliases []string
}

// List is the list of one integration.
type List struct {
	// Name is what people call the integration.
	Name string
	// Application is the tool. A hint names a tool, not an integration.
	Application string
	Records     []Record
}

// Record is an external organization.
type Record struct {
	ID       uuid.UUID
	RemoteID string
	Name     string
	Hints    []Hint
	// Website is the client's website as an absolute address, and City is where the client is, as people
	// typed it. Both may be "".
	Website, City string
	// Organization is the one the record is mapped to, uuid.Nil if none.
	Organization uuid.UUID
	// Rejected are organizations that a person has ruled out.
	Rejected []uuid.UUID
	// Excluded is set if a person said that the record is not a client.
	Excluded bool
	// Removed is set if the vendor no longer lists the record.
	Removed bool
}

// Hint is a tool's claim that one of its records is a record of another tool.
type Hint struct{ Application, RemoteID string }

// State is the state of a record.
type State string

// All states of a record.
const (
	Mapped        State = "MAPPED"
	Suggested     State = "SUGGESTED"
	NeedsDecision State = "NEEDS_DECISION"
	Conflict      State = "CONFLICT"
	Excluded      State = "EXCLUDED"
	Removed       State = "REMOVED"
)

// Tier is how much a suggestion can be trusted.
type Tier string

// All tiers, most certain first.
const (
	Identity   Tier = "IDENTITY"   // links lead to the organization through confirmed mappings
	Exact      Tier = "EXACT"      // the same name except for case
	Normalized Tier = "NORMALIZED" // equal words
	Strong     Tier = "STRONG"
	Weak       Tier = "WEAK"
)

// Tiers returns all tiers, most certain first.
func Tiers() []Tier { return []Tier{Identity, Exact, Normalized, Strong, Weak} }

// All kinds of signals.
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
	SignalSameWebsite    = "SAME_WEBSITE"
	SignalSameCity       = "SAME_CITY"
	SignalDifferentCity  = "DIFFERENT_CITY"
)

// Signal is one named reason for or against a match. The weights of a candidate's signals add up to
// its score.
type Signal struct {
	Kind   string
	Weight Bits
	// Left is the text in the record, Right the text in the organization or in a record mapped to it, both
	// as spelled there; either may be empty.
	Left, Right string
	// Path is set for links: the records from this one to the one that is mapped or has the name.
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
	// Margin is the lead over the next candidate, nil if there is none.
	Margin *Bits
	// Automatic is set if the suggestion may be applied without a person, if the account allows that.
	Automatic bool
	// Bulk is set if the suggestion may be accepted together with others.
	Bulk bool
	// Warnings are what a person should know before accepting the suggestion.
	Warnings []Warning
}

// Warning is a reason to take a second look.
type Warning string

// All warnings.
const (
	WarnOutOfUse     Warning = "OUT_OF_USE"
	WarnInactive     Warning = "INACTIVE_ORGANIZATION"
	WarnTwin         Warning = "TWIN_IN_LIST"
	WarnOtherName    Warning = "OTHER_NAME"
	WarnTaken        Warning = "ALREADY_MAPPED_IN_LIST"
	WarnLinkRejected Warning = "LINK_TO_REJECTED"
)

// Because is the reason why nothing is suggested.
type Because string

// All reasons.
const (
	BecauseNothingAlike Because = "NOTHING_ALIKE"
	BecauseTooLittle    Because = "TOO_LITTLE"
	BecauseShared       Because = "SHARED_BY_SEVERAL"
	BecauseTwoFit       Because = "TWO_FIT"
	BecauseRejected     Because = "REJECTED"
	BecauseLinksDiffer  Because = "LINKS_DIFFER"
	BecauseLinkAgainst  Because = "LINK_AGAINST_NAME"
	BecausePending      Because = "PENDING" // for those who show results: there is none yet
)

// Outcome is the result of matching for one record.
type Outcome struct {
	Record     uuid.UUID
	State      State
	Suggestion *Suggestion
	// Candidates are up to three organizations for a needs decision or a conflict, best first.
	Candidates []Candidate
	Because    Because
}
