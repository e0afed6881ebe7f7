package mapping

import (
	"context"
	"encoding/base64"
	"slices"

	"github.com/google/uuid"

	"github.com/orgmap/orgmap/internal/account"
	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/journal"
	"github.com/orgmap/orgmap/internal/pg"
)

// MaximumAccepted is the maximum number of suggestions that are accepted together.
const MaximumAccepted = 1_000

// SuggestionPreview is what accepting suggestions would do.
type SuggestionPreview struct {
	Hash     string      // what each row rests on; AcceptSuggestions compares it
	Rows     []uuid.UUID // external organizations whose suggestions would be accepted, in the order of the request
	LeftOut  []LeftOut   // the others
	NotFound []int       // indexes of IDs that do not exist
}

// LeftOut is an external organization whose suggestion cannot be accepted together with others.
type LeftOut struct {
	ExternalOrgID uuid.UUID
	Reason        string // a sentence for people
}

// PreviewSuggestions returns what accepting the suggestions for external organizations would do. It changes nothing.
func (s *Service) PreviewSuggestions(ctx context.Context, externalOrgIDs []uuid.UUID) (SuggestionPreview, error) {
	actor, err := auth.Require(ctx, auth.Editor)
	if err != nil {
		return SuggestionPreview{}, err
	}
	if err := checkAccepted(externalOrgIDs); err != nil {
		return SuggestionPreview{}, err
	}
	externalOrgIDs = id.Unique(externalOrgIDs)
	var world acceptWorld
	err = s.db.Read(ctx, actor.AccountID, func(ctx context.Context, tx pg.ReadTx) error {
		world = acceptWorld{}
		return tx.Send(ctx, world.reading(actor.AccountID, externalOrgIDs))
	})
	if err != nil {
		return SuggestionPreview{}, err
	}
	return planAccept(world, externalOrgIDs).preview(), nil
}

// AcceptSuggestions maps external organizations to their suggested organizations, all or none, and returns the
// organizations. hash is that of a preview: if anything that a row rests on has changed since, the error is CONFLICT for
// each such row and nothing is written.
func (s *Service) AcceptSuggestions(ctx context.Context, hash string, externalOrgIDs []uuid.UUID) ([]uuid.UUID, error) {
	actor, err := auth.Require(ctx, auth.Editor)
	if err != nil {
		return nil, err
	}
	if err := checkAccepted(externalOrgIDs); err != nil {
		return nil, err
	}
	seen, err := parseDigests(hash)
	if err != nil {
		return nil, err
	}
	externalOrgIDs = id.Unique(externalOrgIDs)
	return s.accept(ctx, actor, externalOrgIDs, accepting{
		action: "suggestions.accepted",
		choose: func(plan acceptPlan) ([]suggested, apperr.UserErrors) { return plan.unchanged(seen) },
	})
}

// ApplySuggestions maps external organizations to their suggested organizations, for callers that act as the system. Rows
// that can no longer be applied automatically are left out, and so is a pair that was applied automatically before:
// somebody has undone it.
func (s *Service) ApplySuggestions(ctx context.Context, externalOrgIDs []uuid.UUID) ([]uuid.UUID, error) {
	actor, err := auth.Require(ctx, auth.Editor)
	if err != nil {
		return nil, err
	}
	if err := checkAccepted(externalOrgIDs); err != nil {
		return nil, err
	}
	return s.accept(ctx, actor, id.Unique(externalOrgIDs), accepting{
		action: "suggestions.applied", remember: true,
		choose: func(plan acceptPlan) ([]suggested, apperr.UserErrors) { return plan.automatic(), nil },
	})
}

func checkAccepted(externalOrgIDs []uuid.UUID) error {
	if len(externalOrgIDs) > MaximumAccepted {
		return apperr.New(apperr.BadUserInput, "At most %d suggestions can be accepted at once, not %d.", MaximumAccepted, len(externalOrgIDs))
	}
	return nil
}

// accepting is a way to accept suggestions.
type accepting struct {
	action   string
	choose   func(acceptPlan) ([]suggested, apperr.UserErrors)
	remember bool // that the pairs were applied automatically
}

func (s *Service) accept(ctx context.Context, actor auth.Actor, externalOrgIDs []uuid.UUID, way accepting) (touched []uuid.UUID, err error) {
	err = s.db.Batch(ctx, actor.AccountID, func(ctx context.Context, batch pg.Batch) error {
		world := acceptWorld{}
		if err := batch.Send(ctx, account.LockStatement(actor.AccountID, new(account.Usage)), world.reading(actor.AccountID, externalOrgIDs)); err != nil {
			return err
		}
		chosen, problems := way.choose(planAccept(world, externalOrgIDs))
		if len(problems) > 0 {
			return problems
		}
		touched = nil
		if len(chosen) == 0 {
			return nil
		}
		placed := make([]newMapping, len(chosen))
		for i, one := range chosen {
			placed[i] = newMapping{cell: cellKey{one.OrganizationID, one.IntegrationID}, externalOrgID: one.ExternalOrgID}
			touched = append(touched, one.OrganizationID)
		}
		touched = id.Unique(touched)
		statements := replaceMappings(actor.AccountID, nil, placed, OriginSuggestion, actor)
		if way.remember {
			statements = append(statements, remembering(actor.AccountID, chosen))
		}
		change := journal.Made(actor, journal.Mappings, way.action)
		change.OrganizationIDs, change.Edits.Mappings = touched, acceptEdits(chosen)
		return batch.Finish(ctx, append(statements, s.journal.AppendStatement(ctx, batch, change))...)
	})
	if err != nil {
		return nil, userError(err, apperr.InputPath("externalOrgIds")...)
	}
	return touched, nil
}

// acceptEdits returns the accepted suggestions as moves. None of the external organizations was mapped before.
func acceptEdits(chosen []suggested) []journal.MappingEdit {
	edits := make([]journal.MappingEdit, len(chosen))
	for i, one := range chosen {
		edits[i] = journal.MappingEdit{
			ExternalOrg: journal.Ref{ID: one.ExternalOrgID, Name: one.ExternalName},
			Integration: journal.Ref{ID: one.IntegrationID, Name: one.IntegrationName},
			After:       &journal.Ref{ID: one.OrganizationID, Name: one.OrganizationName},
		}
	}
	return edits
}

func remembering(accountID uuid.UUID, chosen []suggested) pg.Statement {
	externals, organizations := make([]uuid.UUID, len(chosen)), make([]uuid.UUID, len(chosen))
	for i, one := range chosen {
		externals[i], organizations[i] = one.ExternalOrgID, one.OrganizationID
	}
	return pg.Statement{
		SQL: `INSERT INTO automatic_mappings (account_id, external_org_id, organization_id)
			SELECT $1, made.* FROM unnest($2::uuid[], $3::uuid[]) AS made ON CONFLICT DO NOTHING`,
		Arguments: []pg.Argument{pg.UUID(accountID), pg.UUIDs(externals), pg.UUIDs(organizations)},
	}
}

// parseDigests decodes a preview's hash.
func parseDigests(hash string) (map[digest]bool, error) {
	decoded, err := base64.RawURLEncoding.DecodeString(hash)
	if err != nil || len(decoded)%digestSize != 0 {
		return nil, apperr.New(apperr.BadUserInput, "hash is not the hash of a preview: take it from previewSuggestions.")
	}
	seen := make(map[digest]bool, len(decoded)/digestSize)
	for part := range slices.Chunk(decoded, digestSize) {
		seen[digest(part)] = true
	}
	return seen, nil
}
