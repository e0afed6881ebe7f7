package mapping

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/orgmap/orgmap/internal/name"
)

func messageUnknownOrganization(text string) string {
	return fmt.Sprintf("No organization has the ID %s. Leave the ID empty to find the organization by its name.", name.Quote(text))
}

func messageNameDiffers(existing string) string {
	return fmt.Sprintf("The organization with this ID is called %s. A file cannot rename organizations.", name.Quote(existing))
}

func messageDuplicate(d *csvDecision, earlier int) string {
	organization := d.creates
	if d.existing != nil {
		organization = d.existing.name
	}
	return fmt.Sprintf("%s is also on line %d.", name.Quote(organization), earlier)
}

func messageUnknownIntegration(text string) string {
	if text == unnamedIntegration {
		return "The row does not name an integration."
	}
	return fmt.Sprintf("There is no integration %s.", name.Quote(text))
}

func messageUnknownExternal(kind CSVColumnKind, integration, value, nearest string) string {
	asked := map[CSVColumnKind]string{CSVExternalID: "no ID %s", CSVExternalName: "nothing with the name %s"}[kind]
	if asked == "" {
		asked = "nothing with the ID or name %s"
	}
	message := fmt.Sprintf("%s lists "+asked+".", integration, shown(kind, value))
	if nearest != "" {
		message += fmt.Sprintf(" Did you mean %s?", shown(kind, nearest))
	}
	return message
}

// shown returns a text as a message shows it: IDs without quotation marks.
func shown(kind CSVColumnKind, value string) string {
	if kind == CSVExternalID {
		return strings.Trim(name.Quote(strings.TrimSpace(value)), "“”")
	}
	return name.Quote(value)
}

func messageAmbiguous(integration string, same []*csvExternal) string {
	ids := make([]string, 0, shownNames)
	for _, one := range same[:min(len(same), shownNames)] {
		ids = append(ids, one.remoteID)
	}
	text := strings.Join(ids, ", ")
	if more := len(same) - shownNames; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return fmt.Sprintf("%s lists %d with the name %s. Use an ID instead: %s.", integration, len(same), name.Quote(same[0].name), text)
}

func messageNamedTwice(external *csvExternal, integration string, earlier int) string {
	return fmt.Sprintf("%s in %s is also on line %d. It can be mapped to only one organization.", name.Quote(external.name), integration, earlier)
}

func messageRemoved(external *csvExternal, integration string) string {
	return fmt.Sprintf("%s no longer lists %s.", integration, name.Quote(external.name))
}

func messageExcluded(external *csvExternal, integration string) string {
	return fmt.Sprintf("%s in %s is excluded. Include it first.", name.Quote(external.name), integration)
}

func messageOverQuota(remaining int) string {
	return fmt.Sprintf("The file creates more organizations than your plan allows: %d more. Deactivate organizations or upgrade your plan.", remaining)
}

// explain says in a few words what a row does, or why it does nothing.
func (d *csvDecision) explain(world csvWorld) string {
	switch d.outcome {
	case CSVCannotApply:
		return d.explainProblems()
	case CSVLooksLike:
		return fmt.Sprintf("Like your %s.", name.Quote(d.similar.name))
	case CSVAlreadySo:
		return "Nothing to do."
	case CSVReplaces:
		return d.explainReplacing(world)
	case CSVCreates, CSVMaps, CSVClears:
	}
	var parts []string
	if d.creates != "" {
		parts = append(parts, "creates it")
	}
	for _, one := range d.moves {
		if !one.held {
			parts = append(parts, fmt.Sprintf("maps %s in %s", name.Quote(one.external.name), world.integrations[one.external.integration]))
		}
	}
	for _, one := range d.leaves {
		parts = append(parts, fmt.Sprintf("removes %s in %s", name.Quote(one.ExternalName), world.integrations[one.IntegrationID]))
	}
	return sentence(parts)
}

func (d *csvDecision) explainProblems() string {
	texts := make([]string, 0, len(d.problems))
	for _, one := range d.problems[:min(len(d.problems), shownNames)] {
		texts = append(texts, one.Message)
	}
	if more := len(d.problems) - shownNames; more > 0 {
		texts = append(texts, fmt.Sprintf("There are %d more problems.", more))
	}
	return strings.Join(texts, " ")
}

func (d *csvDecision) explainReplacing(world csvWorld) string {
	var parts []string
	for _, one := range d.moves {
		if holder := one.external.holder; !one.held && one.external.mapped() {
			parts = append(parts, fmt.Sprintf("%s in %s moves here from %s", name.Quote(one.external.name), world.integrations[one.external.integration], name.Quote(holder.OrganizationName)))
		}
	}
	for _, one := range d.leaves {
		parts = append(parts, fmt.Sprintf("removes %s in %s", name.Quote(one.ExternalName), world.integrations[one.IntegrationID]))
	}
	return sentence(parts)
}

// sentence joins the first parts to a sentence.
func sentence(parts []string) string {
	text := strings.Join(parts[:min(len(parts), shownNames)], ", ")
	if more := len(parts) - shownNames; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	first, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(first)) + text[size:] + "."
}
