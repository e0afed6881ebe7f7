package decision

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/google/uuid"

	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/journal"
	"github.com/orgmap/orgmap/internal/pg"
)

// The limits of an account's own words.
const (
	maximumWords      = 200 // filler words, and as many abbreviations
	maximumWordLength = 60  // characters
)

// Settings are how an account wants matching to work.
type Settings struct {
	Automatic     bool     // whether Orgmap maps suggestions that are certain enough
	FillerWords   []string // words that say little about a client
	Abbreviations []Abbreviation
}

// Abbreviation is a short spelling that an account uses for a long one.
type Abbreviation struct {
	Short string `json:"short"`
	Long  string `json:"long"`
}

// SettingsUpdate changes settings. What is nil stays as it is.
type SettingsUpdate struct {
	Automatic     *bool
	FillerWords   *[]string
	Abbreviations *[]Abbreviation
}

// settingsOf reads an account's settings.
func settingsOf(ctx context.Context, tx pg.ReadTx, account uuid.UUID) (Settings, error) {
	var rows []struct {
		Automatic     bool
		FillerWords   []string `bun:",array"`
		Abbreviations []byte
	}
	err := tx.NewRaw("SELECT automatic, filler_words, abbreviations FROM matching_settings WHERE account_id = ?", account).Scan(ctx, &rows)
	settings := Settings{FillerWords: []string{}, Abbreviations: []Abbreviation{}}
	if err != nil || len(rows) == 0 {
		return settings, err
	}
	settings.Automatic, settings.FillerWords = rows[0].Automatic, append(settings.FillerWords, rows[0].FillerWords...)
	return settings, json.Unmarshal(rows[0].Abbreviations, &settings.Abbreviations)
}

// Settings returns the account's settings.
func (s *Service) Settings(ctx context.Context) (settings Settings, err error) {
	actor, err := auth.Require(ctx, auth.Viewer)
	if err != nil {
		return Settings{}, err
	}
	err = s.db.Read(ctx, actor.AccountID, func(ctx context.Context, tx pg.ReadTx) error {
		settings, err = settingsOf(ctx, tx, actor.AccountID)
		return err
	})
	return settings, err
}

// Update changes the account's settings and returns them. If words change, all suggestions are computed again. User
// error: INVALID.
func (s *Service) Update(ctx context.Context, update SettingsUpdate) (after Settings, err error) {
	actor, err := auth.Require(ctx, auth.Admin)
	if err != nil {
		return Settings{}, err
	}
	if problems := update.normalize(); len(problems) > 0 {
		return Settings{}, problems
	}
	err = s.write(ctx, actor, func(ctx context.Context, tx pg.Tx) (*journal.Change, error) {
		before, err := settingsOf(ctx, tx.ReadTx, actor.AccountID)
		if err != nil {
			return nil, err
		}
		after = update.apply(before)
		abbreviations, err := json.Marshal(after.Abbreviations)
		if err != nil {
			return nil, err
		}
		_, err = tx.Exec(ctx, `
			INSERT INTO matching_settings (account_id, automatic, filler_words, abbreviations) VALUES (?, ?, ?, ?::jsonb)
			ON CONFLICT (account_id) DO UPDATE SET automatic = excluded.automatic, filler_words = excluded.filler_words, abbreviations = excluded.abbreviations`,
			actor.AccountID, after.Automatic, pg.List(after.FillerWords), string(abbreviations))
		return &journal.Change{Action: "matching.updated", Before: before, After: after, Edits: journal.Edits{Fields: settingEdits(before, after)}}, err
	})
	return after, err
}

func (u SettingsUpdate) apply(settings Settings) Settings {
	if u.Automatic != nil {
		settings.Automatic = *u.Automatic
	}
	if u.FillerWords != nil {
		settings.FillerWords = *u.FillerWords
	}
	if u.Abbreviations != nil {
		settings.Abbreviations = *u.Abbreviations
	}
	return settings
}

// settingEdits returns which settings changed, each as text.
func settingEdits(before, after Settings) (edits []journal.FieldEdit) {
	for _, one := range []struct {
		field         string
		before, after any
	}{
		{"automatic", before.Automatic, after.Automatic},
		{"fillerWords", before.FillerWords, after.FillerWords},
		{"abbreviations", before.Abbreviations, after.Abbreviations},
	} {
		if was, is := fmt.Sprint(one.before), fmt.Sprint(one.after); was != is {
			edits = append(edits, journal.FieldEdit{Subject: journal.Ref{Name: "Matching"}, Field: one.field, Before: &was, After: &is})
		}
	}
	return edits
}

// normalize trims the words and returns all problems with them.
func (u *SettingsUpdate) normalize() apperr.UserErrors {
	var problems apperr.Problems
	if u.FillerWords != nil {
		words := make([]string, len(*u.FillerWords))
		for i, word := range *u.FillerWords {
			words[i] = normalizeWord(&problems, word, "fillerWords", i)
		}
		words = id.Unique(words)
		u.FillerWords = &words
		checkNumber(&problems, len(words), "fillerWords")
	}
	if u.Abbreviations != nil {
		abbreviations := make([]Abbreviation, len(*u.Abbreviations))
		for i, one := range *u.Abbreviations {
			abbreviations[i] = Abbreviation{
				Short: normalizeWord(&problems, one.Short, "abbreviations", i, "short"), Long: normalizeWord(&problems, one.Long, "abbreviations", i, "long"),
			}
		}
		abbreviations = id.Unique(abbreviations)
		u.Abbreviations = &abbreviations
		checkNumber(&problems, len(abbreviations), "abbreviations")
	}
	return problems.Errors()
}

func checkNumber(problems *apperr.Problems, number int, field string) {
	if number > maximumWords {
		problems.Add(apperr.Invalid, apperr.InputPath(field), "There can be at most %d, not %d.", maximumWords, number)
	}
}

// normalizeWord returns a word without leading, trailing and double spaces.
func normalizeWord(problems *apperr.Problems, word string, path ...any) string {
	word = strings.Join(strings.Fields(word), " ")
	switch length := utf8.RuneCountInString(word); {
	case length == 0:
		problems.Add(apperr.Invalid, apperr.InputPath(path...), "Enter a word.")
	case length > maximumWordLength:
		problems.Add(apperr.Invalid, apperr.InputPath(path...), "A word has at most %d characters.", maximumWordLength)
	case strings.ContainsRune(word, 0): // Postgres' text cannot contain NUL
		problems.Add(apperr.Invalid, apperr.InputPath(path...), "The word has a character that cannot be stored.")
	}
	return word
}
