package graph

import (
	"github.com/99designs/gqlgen/graphql"
	"github.com/google/uuid"

	"github.com/orgmap/orgmap/graph/model"
	"github.com/orgmap/orgmap/internal/access"
	"github.com/orgmap/orgmap/internal/decision"
	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/integration"
	"github.com/orgmap/orgmap/internal/mapping"
	"github.com/orgmap/orgmap/internal/organization"
	"github.com/orgmap/orgmap/internal/page"
	"github.com/orgmap/orgmap/internal/refresh"
)

// pageArguments collects Relay's paging arguments.
func pageArguments(first *int, after *string, last *int, before *string) page.Arguments {
	return page.Arguments{First: first, After: after, Last: last, Before: before}
}

// optionalID decodes an id that may be omitted.
func optionalID(kind id.Kind, text *string) *uuid.UUID {
	if text == nil {
		return nil
	}
	node := id.Of(kind, *text)
	return &node
}

// optionalIntegrations decodes the ids of integrations, which may be omitted: nil stays nil.
func optionalIntegrations(texts []string) []uuid.UUID {
	if texts == nil {
		return nil
	}
	return id.AllOf(id.Integration, texts)
}

func valueOr[T any](value *T, otherwise T) T {
	if value == nil {
		return otherwise
	}
	return *value
}

func organizationFilter(filter *model.OrganizationFilter) organization.Filter {
	if filter == nil {
		return organization.Filter{}
	}
	return organization.Filter{
		UnmappedIn:      id.AllOf(id.Integration, filter.UnmappedIn),
		MappedIn:        id.AllOf(id.Integration, filter.MappedIn),
		SuggestedIn:     id.AllOf(id.Integration, filter.SuggestedIn),
		NeedsDecisionIn: id.AllOf(id.Integration, filter.NeedsDecisionIn),
		GroupIDs:        id.AllOf(id.Group, filter.GroupIds),
		EngineerIDs:     id.AllOf(id.Person, filter.EngineerIds),
		VCIOIDs:         id.AllOf(id.Person, filter.VcioIds),
		HasEngineer:     filter.HasEngineer,
		HasVCIO:         filter.HasVcio,
		HasGroup:        filter.HasGroup,
		Active:          filter.Active,
	}
}

func organizationOrder(order *model.OrganizationOrder) organization.Order {
	if order == nil {
		return organization.Order{Field: organization.ByName}
	}
	return organization.Order{Field: order.Field, Descending: order.Direction == model.OrderDirectionDesc}
}

func externalOrgFilter(filter *model.ExternalOrgFilter) integration.ExternalOrgFilter {
	if filter == nil {
		return integration.ExternalOrgFilter{}
	}
	presence := integration.ListedOrRemoved
	if filter.Removed != nil {
		presence = integration.Listed
		if *filter.Removed {
			presence = integration.Removed
		}
	}
	return integration.ExternalOrgFilter{Mapped: filter.Mapped, Removed: presence}
}

func credentials(inputs []*model.CredentialInput) []integration.Credential {
	if inputs == nil {
		return nil
	}
	decoded := make([]integration.Credential, len(inputs))
	for i, input := range inputs {
		decoded[i] = integration.Credential{Name: input.Name, Value: input.Value}
	}
	return decoded
}

func cells(inputs []*model.MappingCellInput) []mapping.Cell {
	decoded := make([]mapping.Cell, len(inputs))
	for i, input := range inputs {
		decoded[i] = mapping.Cell{
			OrganizationID: id.Of(id.Organization, input.OrganizationID),
			IntegrationID:  id.Of(id.Integration, input.IntegrationID),
			ExternalOrgIDs: id.AllOf(id.ExternalOrg, input.ExternalOrgIds),
		}
		if input.ExpectedExternalOrgIds != nil {
			expected := id.AllOf(id.ExternalOrg, input.ExpectedExternalOrgIds)
			decoded[i].Expected = &expected
		}
	}
	return decoded
}

// accepted returns which unusual results of the refresh the input accepts.
func accepted(input *model.RefreshInput) refresh.Accepted {
	if input == nil {
		return refresh.Accepted{}
	}
	return refresh.Accepted{Shrink: valueOr(input.AcceptShrink, false), TotalMismatch: valueOr(input.AcceptTotalMismatch, false)}
}

// refreshTargets returns the integrations to refresh, or nil for all if the input names none.
func refreshTargets(input *model.RefreshInput) []uuid.UUID {
	if input == nil || len(input.IntegrationIds) == 0 {
		return nil
	}
	return id.AllOf(id.Integration, input.IntegrationIds)
}

func settingsUpdate(input model.UpdateMatchingInput) decision.SettingsUpdate {
	update := decision.SettingsUpdate{Automatic: input.Automatic}
	if input.FillerWords != nil {
		update.FillerWords = &input.FillerWords
	}
	if input.Abbreviations != nil {
		abbreviations := make([]decision.Abbreviation, len(input.Abbreviations))
		for i, one := range input.Abbreviations {
			abbreviations[i] = decision.Abbreviation{Short: one.Short, Long: one.Long}
		}
		update.Abbreviations = &abbreviations
	}
	return update
}

// appointment decodes a person's id that may be omitted: null clears.
func appointment(input graphql.Omittable[*string]) organization.Appointment {
	text, given := input.ValueOK()
	return organization.Appointment{Given: given, Person: optionalID(id.Person, text)}
}

func savingPerson(input model.SavePersonInput) access.Saving {
	saving := access.Saving{PersonID: optionalID(id.Person, input.PersonID), Name: input.Name}
	saving.Email.Value, saving.Email.Given = input.Email.ValueOK()
	saving.Role.Value, saving.Role.Given = input.Role.ValueOK()
	return saving
}
