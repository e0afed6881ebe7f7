package refresh

import (
	"context"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/name"
	"github.com/orgmap/orgmap/internal/pg"
	"github.com/orgmap/orgmap/internal/vendors"
)

const (
	// partSize is how many external organizations one statement reads or writes: roughly ten milliseconds of work.
	partSize = 1_000
	// maxPause caps the pause between two parts if a statement was slow for another reason.
	maxPause = 50 * time.Millisecond
)

// pauser returns a function that pauses between the parts of long work, as long as the part before took. A list of
// 100,000 keeps Postgres and this process busy for seconds; people reading the grid come first, and a refresh is not
// urgent to the millisecond.
func (w *Worker) pauser() (pause func(context.Context) error) {
	started := time.Now()
	return func(ctx context.Context) error {
		err := w.retry.wait(ctx, min(time.Since(started), maxPause))
		started = time.Now()
		return err
	}
}

const insertAdded = `
	INSERT INTO external_orgs (account_id, integration_id, id, remote_id, name, folded, match_name, url, hints, website, city)
	SELECT $1, $2, w.id, w.remote_id, w.name, w.folded, w.match_name, w.url, w.hints::jsonb, w.website, w.city
	FROM unnest($3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[], $11::text[])
		AS w (id, remote_id, name, folded, match_name, url, hints, website, city)`

// updateChanged also restores organizations that came back.
const updateChanged = `
	UPDATE external_orgs AS x
	SET name = w.name, folded = w.folded, match_name = w.match_name, url = w.url, hints = w.hints::jsonb, website = w.website, city = w.city,
		removed_at = NULL, updated_at = now()
	FROM unnest($3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[], $11::text[])
		AS w (id, remote_id, name, folded, match_name, url, hints, website, city)
	WHERE x.account_id = $1 AND x.integration_id = $2 AND x.id = w.id`

// markRemoved leaves mappings alone, because the organization may come back.
const markRemoved = `
	UPDATE external_orgs SET removed_at = now(), updated_at = now() WHERE account_id = $1 AND integration_id = $2 AND id = ANY ($3::uuid[])`

// write writes the difference in parts, and pauses after each full part.
func (w *Worker) write(ctx context.Context, tx pg.Tx, run *Run, walked []vendors.Organization, diff difference) error {
	added := make([]change, len(diff.added))
	for i, index := range diff.added {
		added[i] = change{id: id.New(), index: index}
	}
	pause := w.pauser()
	for _, step := range []struct {
		statement string
		rows      []change
	}{{updateChanged, diff.changed}, {insertAdded, added}} {
		for rows := range slices.Chunk(step.rows, partSize) {
			values, err := valuesOf(rows, walked)
			if err != nil {
				return err
			}
			if err := writePart(ctx, tx, run, step.statement, values...); err != nil {
				return err
			}
			if len(rows) < partSize {
				break
			}
			if err := pause(ctx); err != nil {
				return err
			}
		}
	}
	for removed := range slices.Chunk(diff.removed, partSize) {
		if err := writePart(ctx, tx, run, markRemoved, pg.UUIDs(idsOf(removed, func(one gone) uuid.UUID { return one.id }))); err != nil {
			return err
		}
	}
	return nil
}

// writePart runs one of the statements above. Their first arguments are the account and the integration.
func writePart(ctx context.Context, tx pg.Tx, run *Run, statement string, values ...pg.Argument) error {
	arguments := append([]pg.Argument{pg.UUID(run.AccountID), pg.UUID(run.IntegrationID)}, values...)
	return tx.Send(ctx, pg.Statement{SQL: statement, Arguments: arguments, Prepared: true})
}

// valuesOf returns the rows as the statements' arguments: one list per column.
func valuesOf(rows []change, walked []vendors.Organization) ([]pg.Argument, error) {
	ids, remoteIDs, names := make([]uuid.UUID, len(rows)), make([]string, len(rows)), make([]string, len(rows))
	folded, matchNames, urls, hints := make([]string, len(rows)), make([]*string, len(rows)), make([]*string, len(rows)), make([]string, len(rows))
	websites, cities := make([]*string, len(rows)), make([]*string, len(rows))
	for i, row := range rows {
		organization := walked[row.index]
		ids[i], remoteIDs[i], names[i], folded[i] = row.id, organization.RemoteID, organization.Name, name.Fold(organization.Name)
		normal, _ := name.Normalize(organization.Name) // "": no organization can have this name
		matchNames[i], urls[i] = orNull(normal), orNull(organization.URL)
		websites[i], cities[i] = orNull(organization.Website), orNull(organization.City)
		var err error
		if hints[i], err = encodeHints(organization.Hints); err != nil {
			return nil, err
		}
	}
	return []pg.Argument{
		pg.UUIDs(ids), pg.Texts(remoteIDs), pg.Texts(names), pg.Texts(folded), pg.OptionalTexts(matchNames), pg.OptionalTexts(urls), pg.Texts(hints),
		pg.OptionalTexts(websites), pg.OptionalTexts(cities),
	}, nil
}

func orNull(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

func idsOf[T any](all []T, idOf func(T) uuid.UUID) []uuid.UUID {
	ids := make([]uuid.UUID, len(all))
	for i, one := range all {
		ids[i] = idOf(one)
	}
	return ids
}
