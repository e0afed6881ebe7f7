package matching

import (
	"fmt"
	"strings"
)

// Explain says in a few words what a signal means, with the spellings it is based on.
func (s *Signal) Explain() string {
	left, right := quote(s.Left), quote(s.Right)
	switch s.Kind {
	case SignalPrior:
		return "one of all your organizations"
	case SignalWord:
		return "both have " + either(left, right)
	case SignalAbbreviation:
		return left + " and " + right + " are short and long for the same"
	case SignalTypo:
		return left + " is spelled like " + right
	case SignalJoined:
		return left + " and " + right + " are the same words, written together or apart"
	case SignalInitials, SignalAcronym:
		return left + " and " + right + ": one has the first letters of the other"
	case SignalSameName:
		return "the names are the same"
	case SignalSameWords:
		return "the names have the same words"
	case SignalDifferentWords:
		return left + " and " + right + " differ"
	case SignalMissingWords:
		return "only one of the names has " + either(left, right)
	case SignalQualifier:
		return either(left, right) + " looks like a site or a department"
	case SignalNumbersDiffer:
		return "the numbers " + left + " and " + right + " differ"
	case SignalNumberMissing:
		return "only one of the names has the number " + either(left, right)
	case SignalForm:
		return "the legal form is the same"
	case SignalFormDiffers:
		return "the legal forms differ"
	case SignalRival:
		return "another record of this list fits the organization better, or is mapped to it"
	case SignalKnownAs:
		return right + " is another name of the organization"
	case SignalOutOfUse:
		return left + " marks a record that is no longer in use"
	case SignalLink:
		return "a reference leads to a record that is mapped to the organization"
	case SignalOtherName:
		return "the names have nothing in common"
	case SignalLinkedNamesake:
		return "a reference leads to a record with the organization's name"
	case SignalSameWebsite:
		return "the website is the same as that of a mapped record"
	case SignalSameCity:
		return "the city is the same as that of the mapped records"
	case SignalDifferentCity:
		return "the city is " + left + ", and " + right + " in the mapped records"
	}
	return s.Kind
}

// maxReasons is the maximum number of reasons in a sentence: people do not read more.
const maxReasons = 4

// Explain says in one sentence which organization a record is, and why. A weak suggestion is
// phrased as a question.
func (s *Suggestion) Explain(record, list, organization string) string {
	var text strings.Builder
	if s.Tier == Weak {
		fmt.Fprintf(&text, "Is %s in %s the organization %s? ", quote(record), list, organization)
	} else {
		fmt.Fprintf(&text, "%s in %s is %s %s: ", quote(record), list, certainty(s.Tier), organization)
	}
	reasons := make([]string, 0, maxReasons)
	for i := range s.Signals {
		if len(reasons) == maxReasons {
			break
		}
		reasons = append(reasons, fmt.Sprintf("%s (%s)", s.Signals[i].Explain(), s.Signals[i].Weight))
	}
	if s.Tier == Weak && len(reasons) > 0 {
		reasons[0] = strings.ToUpper(reasons[0][:1]) + reasons[0][1:]
	}
	text.WriteString(strings.Join(reasons, " · "))
	if left := len(s.Signals) - len(reasons); left > 0 {
		fmt.Fprintf(&text, " · %d more", left)
	}
	fmt.Fprintf(&text, " = %s.", strings.TrimPrefix(s.Score.String(), "+"))
	return text.String()
}

func certainty(tier Tier) string {
	switch tier {
	case Identity, Exact:
		return "almost certainly"
	case Normalized, Strong:
		return "probably"
	case Weak:
	}
	return "perhaps"
}

// Explain says why nothing is suggested.
func (b Because) Explain() string {
	switch b {
	case BecauseNothingAlike:
		return "No organization has a similar name."
	case BecauseTooLittle:
		return "The name is too common to decide by."
	case BecauseShared:
		return "Several organizations have the words of this name."
	case BecauseTwoFit:
		return "Two organizations fit about equally well."
	case BecauseRejected:
		return "The organization that fits was rejected."
	case BecauseLinksDiffer:
		return "References of the tools lead to different organizations."
	case BecauseLinkAgainst:
		return "A reference leads to one organization, and the name to another."
	case BecausePending:
		return "Suggestions for it are still being computed."
	}
	return ""
}

// Explain says what a person should know before accepting a suggestion.
func (w Warning) Explain() string {
	switch w {
	case WarnOutOfUse:
		return "The record is marked as no longer in use."
	case WarnInactive:
		return "The organization is deactivated."
	case WarnTwin:
		return "Another record of this list has the same name."
	case WarnOtherName:
		return "The names have nothing in common."
	case WarnTaken:
		return "Another record of this list is already mapped to the organization."
	case WarnLinkRejected:
		return "A reference leads to an organization that was rejected."
	}
	return string(w)
}

func quote(text string) string { return "“" + text + "”" }

// either returns the first spelling that is not empty.
func either(left, right string) string {
	if left == quote("") {
		return right
	}
	return left
}
