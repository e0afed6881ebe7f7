package organization

import (
	"context"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/google/uuid"
	"golang.org/x/text/unicode/norm"

	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/pg"
)

// Details are what an account keeps beside an organization. Lists do not read them: most pages show none of it.
type Details struct {
	EngineerID *uuid.UUID // nil: not assigned
	VCIOID     *uuid.UUID // nil: not assigned
	Note       string     // empty: none
	NoteSince  int64      // position of the change that set the note; 0: none did
}

// maximumNote is the maximum length of a note, in characters.
const maximumNote = 1_000

// normalizeNote returns a note as it is stored: NFC, without leading and trailing white space. User error: INVALID.
func normalizeNote(raw string) (string, error) {
	wrong := func(message string) (string, error) {
		return "", apperr.User(apperr.Invalid, message, apperr.InputPath("note")...)
	}
	if !utf8.ValidString(raw) {
		return wrong("The note is not valid Unicode.")
	}
	note := norm.NFC.String(strings.TrimSpace(strings.ReplaceAll(raw, "\r\n", "\n")))
	if length := utf8.RuneCountInString(note); length > maximumNote {
		return wrong(fmt.Sprintf("The note has %d characters; the maximum is %d.", length, maximumNote))
	}
	if strings.ContainsFunc(note, func(r rune) bool { return r != '\n' && r != '\t' && unicode.IsControl(r) }) {
		return wrong("The note has a control character.")
	}
	return note, nil
}

const selectDetails = `SELECT d.organization_id, d.engineer_id, d.vcio_id, d.note, d.note_since FROM organization_details AS d
	WHERE d.account_id = $1 AND d.organization_id = ANY ($2)`

// DetailsOf returns the details of the organizations that have any, in one statement.
func (s *Service) DetailsOf(ctx context.Context, organizations []uuid.UUID) (map[uuid.UUID]Details, error) {
	actor, err := auth.Require(ctx, auth.Viewer)
	if err != nil {
		return nil, err
	}
	found := make(map[uuid.UUID]Details, len(organizations))
	err = s.db.Read(ctx, actor.AccountID, func(ctx context.Context, tx pg.ReadTx) error {
		clear(found)
		return tx.Send(ctx, pg.Statement{
			SQL: selectDetails, Prepared: true, Arguments: []pg.Argument{pg.UUID(actor.AccountID), pg.UUIDs(organizations)},
			Take: func(row pg.Row) {
				found[row.UUID(0)] = Details{optional(row, 1), optional(row, 2), row.Text(3), int64(row.Int(4))}
			},
		})
	})
	return found, err
}

func optional(row pg.Row, column int) *uuid.UUID {
	if row.Null(column) {
		return nil
	}
	value := row.UUID(column)
	return &value
}
