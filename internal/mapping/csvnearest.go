package mapping

import (
	"strconv"
	"strings"

	"github.com/google/uuid"

	"github.com/orgmap/orgmap/internal/name"
	"github.com/orgmap/orgmap/internal/pg"
)

const (
	// maximumNearest is for how many unknown texts of a file the message says what may have been meant.
	maximumNearest = 50
	// longestNearestID is the maximum length of an ID whose misspellings are looked up: there are as many as it has letters.
	longestNearestID = 24
)

// selectNearest finds external organizations by texts that somebody may have meant: IDs, and folded names or their
// beginnings. The best one of each text comes first.
const selectNearest = `
	SELECT w.place, found.text FROM unnest($2::text[]::integer[], $3::uuid[], $4::text[], $5::text[]) AS w (place, integration_id, kind, text)
	CROSS JOIN LATERAL (
		(SELECT x.remote_id AS text, 1 AS rank FROM external_orgs AS x
		WHERE w.kind = 'ID' AND x.account_id = $1 AND x.integration_id = w.integration_id AND x.remote_id = w.text AND x.removed_at IS NULL)
		UNION ALL
		(SELECT x.name, CASE WHEN x.folded = w.text COLLATE "C" THEN 2 ELSE 3 END FROM external_orgs AS x
		WHERE w.kind = 'NAME' AND x.account_id = $1 AND x.integration_id = w.integration_id AND x.removed_at IS NULL
			AND x.folded >= w.text COLLATE "C" AND x.folded < (w.text || chr(1114111)) COLLATE "C" ORDER BY x.folded, x.id LIMIT 1)
	) AS found ORDER BY w.place, found.rank, length(found.text), found.text`

// readingNearest returns the statement that reads what may have been meant with texts that are unknown.
func (w *csvWorld) readingNearest(account uuid.UUID, wanted csvWanted) pg.Statement {
	var asked []csvText
	var places, kinds, texts []string
	var integrations []uuid.UUID
	place := func(key csvText, kind string, variants []string) {
		for _, variant := range variants {
			places, kinds, texts = append(places, strconv.Itoa(len(asked))), append(kinds, kind), append(texts, variant)
			integrations = append(integrations, key.integration)
		}
		asked = append(asked, key)
	}
	for i, text := range wanted.ids.texts {
		if key := (csvText{wanted.ids.integrations[i], text}); len(asked) < maximumNearest && w.byRemoteID[key] == nil {
			place(key, "ID", misspelledIDs(text))
		}
	}
	for i, text := range wanted.matches.texts {
		if key := (csvText{wanted.matches.integrations[i], text}); len(asked) < 2*maximumNearest && w.byMatchName[key] == nil {
			place(key, "NAME", similarNames(text))
		}
	}
	return pg.Statement{
		SQL: selectNearest, Arguments: []pg.Argument{pg.UUID(account), pg.Texts(places), pg.UUIDs(integrations), pg.Texts(kinds), pg.Texts(texts)},
		Take: func(row pg.Row) {
			if key := asked[row.Int(0)]; w.nearest[key] == "" {
				w.nearest[key] = row.Text(1)
			}
		},
	}
}

// misspelledIDs returns the IDs that differ from a text by one letter too many, by two that changed places, or by zeros
// and white space around them.
func misspelledIDs(text string) (ids []string) {
	if trimmed := strings.TrimSpace(text); trimmed != text {
		ids = append(ids, trimmed)
	}
	if significant := strings.TrimLeft(text, "0"); significant != text && significant != "" {
		ids = append(ids, significant)
	}
	letters := []rune(text)
	if len(letters) > longestNearestID {
		return ids
	}
	for i := range letters {
		if len(letters) > 1 {
			ids = append(ids, string(letters[:i])+string(letters[i+1:]))
		}
		if i+1 < len(letters) {
			ids = append(ids, string(letters[:i])+string([]rune{letters[i+1], letters[i]})+string(letters[i+2:]))
		}
	}
	return append(ids, "0"+text)
}

// similarNames returns the beginnings of folded names that somebody may have meant: the whole name, and the name without
// its last word.
func similarNames(text string) []string {
	folded := name.Fold(text)
	if folded == "" {
		return nil
	}
	names := []string{folded}
	if at := strings.LastIndexByte(folded, ' '); at > 0 {
		names = append(names, strings.TrimRight(folded[:at], " ,"))
	}
	return names
}
