package journal_test

import (
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/journal"
)

func TestEdits_SayWhichFieldsChanged(t *testing.T) {
	t.Parallel()
	text := func(text string) *string { return &text }
	edit := func(of id.Kind, subject string, field journal.Field, before, after *string) journal.FieldEdit {
		return journal.FieldEdit{Subject: journal.Ref{ID: id.New(), Name: subject}, Of: of, Field: field, Before: before, After: after}
	}
	setting := func(field string) journal.FieldEdit {
		return journal.FieldEdit{Subject: journal.Ref{ID: uuid.Nil, Name: "Matching"}, Field: field, Before: text("1"), After: text("2")}
	}
	for _, test := range []struct {
		edits []journal.FieldEdit
		want  string
	}{
		{[]journal.FieldEdit{setting("automatic"), setting("fillerWords")}, "changed automatic, fillerWords of matching"},
		{[]journal.FieldEdit{edit(id.Organization, "Acme", journal.FieldEngineer, nil, text("Ann"))}, `changed the engineer of “Acme”`},
		{[]journal.FieldEdit{edit(id.Organization, "Acme", journal.FieldVCIO, text("Ann"), nil)}, `changed the vCIO of “Acme”`},
		{
			[]journal.FieldEdit{
				edit(id.Organization, "Acme", journal.FieldEngineer, nil, text("Ann")), edit(id.Organization, "Acme", journal.FieldVCIO, nil, text("Bob")),
				edit(id.Organization, "Beta", journal.FieldEngineer, text("Bob"), text("Ann")),
			},
			`changed the engineer of 2 organizations and changed the vCIO of “Acme”`,
		},
		{[]journal.FieldEdit{edit(id.Organization, "Acme", journal.FieldNote, text("a"), nil)}, `changed the note of “Acme”`},
		{[]journal.FieldEdit{edit(id.Organization, "Acme", journal.FieldGroups, nil, text("100% Gold"))}, `added “Acme” to the group “100% Gold”`},
		{
			[]journal.FieldEdit{
				edit(id.Organization, "Acme", journal.FieldGroups, text("Gold"), nil), edit(id.Organization, "Beta", journal.FieldGroups, text("Gold"), nil),
				edit(id.Organization, "Gamma", journal.FieldGroups, nil, text("Gold")),
			},
			`removed 2 organizations from the group “Gold” and added “Gamma” to the group “Gold”`,
		},
		{[]journal.FieldEdit{edit(id.Group, "Gold", journal.FieldName, nil, text("Gold"))}, `created the group “Gold”`},
		{[]journal.FieldEdit{edit(id.Group, "Gold", journal.FieldName, text("Gold"), nil)}, `removed the group “Gold”`},
		{[]journal.FieldEdit{edit(id.Group, "Gold", journal.FieldName, text("Bronze"), text("Gold"))}, `renamed the group “Gold”, formerly “Bronze”`},
		{[]journal.FieldEdit{edit(id.Group, "Gold", journal.FieldColor, text("blue"), text("gold"))}, `changed the color of the group “Gold”`},
		{[]journal.FieldEdit{edit(id.Group, "Gold", journal.FieldArchived, text("false"), text("true"))}, `archived the group “Gold”`},
		{[]journal.FieldEdit{edit(id.Group, "Gold", journal.FieldArchived, text("true"), text("false"))}, `restored the group “Gold”`},
		{[]journal.FieldEdit{edit(id.Person, "Ann", journal.FieldName, nil, text("Ann"))}, "added a person"},
		{[]journal.FieldEdit{edit(id.Person, "Ann", journal.FieldRole, nil, text("ADMIN"))}, "changed the role of a person"},
		{[]journal.FieldEdit{edit(id.Person, "Ann", journal.FieldBlocked, text("false"), text("true"))}, "blocked a person"},
		{[]journal.FieldEdit{edit(id.Person, "Ann", journal.FieldBlocked, text("true"), text("false"))}, "unblocked a person"},
		{[]journal.FieldEdit{edit(id.Token, "billing", journal.FieldName, nil, text("billing"))}, `created the API token “billing”`},
		{[]journal.FieldEdit{edit(id.Token, "billing", journal.FieldRevoked, nil, text("true"))}, `revoked the API token “billing”`},
	} {
		edits := journal.Edits{Fields: test.edits}
		require.Equal(t, test.want, edits.Sentence())
		require.NotContains(t, edits.Sentence(), "Ann", "a summary keeps no person's name")
	}
}
