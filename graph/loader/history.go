package loader

import (
	"context"
	"iter"
	"sync"

	"github.com/google/uuid"

	"github.com/orgmap/orgmap/internal/history"
	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/journal"
	"github.com/orgmap/orgmap/internal/mapping"
	"github.com/orgmap/orgmap/internal/page"
)

// PastOrganization is an organization in a snapshot.
type PastOrganization struct {
	Position       int64
	OrganizationID uuid.UUID
}

// History are the batches that read history.
type History struct {
	Changes      *Batch[int64, *journal.Change]      // by position
	UndoneBy     *Batch[int64, *journal.Change]      // by the position of the change that is undone
	Reverted     *Batch[int64, int]                  // how many edits are reverted now, by the position of their change
	Edits        *Batch[int64, []journal.Edit]       // by the position of their change
	Undos        *Batch[int64, *mapping.UndoPreview] // by the position of the change to undo
	Made         *Batch[uuid.UUID, mapping.Made]     // by mapping
	PastMappings *Batch[PastOrganization, []*history.Mapping]
	RemoteIDs    *Batch[uuid.UUID, string] // by external organization, which may be gone
	counts       *Batch[uuid.UUID, int]    // of changes, by organization or external organization
	pages        map[pageKey]*Batch[uuid.UUID, *page.Connection[*journal.Change]]
	mutex        sync.Mutex // protects pages
	sources      Sources
	loaders      *Loaders
}

// pageKey are the arguments of a page of changes, and which of them are given.
type pageKey struct {
	first int
	after string
	given [2]bool
}

// past makes the batches of history when they are first needed, because few responses need them.
type past struct {
	sources Sources
	mutex   sync.Mutex
	batches *History
	shown   [][]*mapping.Mapping // mappings announced before that
}

// expectMappings announces that mappings will be shown, so that what made them is read in one batch.
func (p *past) expectMappings(shown []*mapping.Mapping) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if p.batches == nil {
		p.shown = append(p.shown, shown)
		return
	}
	p.batches.expectMappings(shown)
}

func (h *History) expectMappings(shown []*mapping.Mapping) {
	h.Made.ExpectAll(each(shown, func(one *mapping.Mapping) uuid.UUID { return one.ID }))
}

// History returns the batches that read history.
func (l *Loaders) History() *History {
	l.past.mutex.Lock()
	defer l.past.mutex.Unlock()
	if l.past.batches == nil {
		l.past.batches = newHistory(l, l.past.sources)
		for _, shown := range l.past.shown {
			l.past.batches.expectMappings(shown)
		}
	}
	return l.past.batches
}

func newHistory(l *Loaders, sources Sources) *History {
	h := &History{loaders: l, sources: sources, pages: map[pageKey]*Batch[uuid.UUID, *page.Connection[*journal.Change]]{}}
	h.counts = NewBatch(sources.History.CountsOf)
	h.Changes = NewBatch(expecting(sources.History.ByPositions, h.ExpectChanges))
	h.UndoneBy = NewBatch(expecting(sources.History.UndoneBy, h.ExpectChanges))
	h.Reverted = NewBatch(sources.History.RevertedCounts)
	h.Edits = NewBatch(sources.History.EditsOf)
	h.Undos = NewBatch(sources.Mappings.PreviewUndos)
	h.RemoteIDs = NewBatch(sources.History.RemoteIDs)
	h.Made = NewBatch(func(ctx context.Context, mappings []uuid.UUID) (map[uuid.UUID]mapping.Made, error) {
		made, err := sources.Mappings.MadeBy(ctx, mappings)
		for _, one := range made {
			h.Changes.Expect(one.Position)
		}
		return made, err
	})
	h.PastMappings = NewBatch(func(ctx context.Context, wanted []PastOrganization) (map[PastOrganization][]*history.Mapping, error) {
		byPosition := map[int64][]uuid.UUID{}
		for _, one := range wanted {
			byPosition[one.Position] = append(byPosition[one.Position], one.OrganizationID)
		}
		found := make(map[PastOrganization][]*history.Mapping, len(wanted))
		for position, organizations := range byPosition { // as many as the document names snapshots
			mappings, err := sources.History.MappingsOf(ctx, position, organizations)
			if err != nil {
				return nil, err
			}
			for organization, all := range mappings {
				found[PastOrganization{position, organization}] = all
			}
			h.RemoteIDs.ExpectAll(externalsOf(mappings))
		}
		return found, nil
	})
	return h
}

// ExpectPastOrganizations announces that organizations of snapshots will be shown.
func (h *History) ExpectPastOrganizations(shown []*history.Organization) {
	h.PastMappings.ExpectAll(func(yield func(PastOrganization) bool) {
		for _, one := range shown {
			if !yield(PastOrganization{one.Position, one.OrganizationID}) {
				return
			}
		}
	})
}

// externalsOf iterates over the external organizations of mappings.
func externalsOf(mappings map[uuid.UUID][]*history.Mapping) iter.Seq[uuid.UUID] {
	return func(yield func(uuid.UUID) bool) {
		for _, all := range mappings {
			for _, one := range all {
				if !yield(one.External) {
					return
				}
			}
		}
	}
}

// ChangesOf returns a page of the changes that touched an organization or external organization. All whose mappings were
// announced, because they are shown, are read with it.
func (h *History) ChangesOf(ctx context.Context, subject uuid.UUID, first *int, after *string) (*page.Connection[*journal.Change], error) {
	batch := h.pageOf(first, after)
	if found, known := batch.lookup(subject); known {
		return found, nil
	}
	batch.Expect(h.loaders.OrganizationMappings.keys()...)
	batch.Expect(h.loaders.ExternalOrgMappings.keys()...)
	return batch.Load(ctx, subject)
}

func (h *History) pageOf(first *int, after *string) *Batch[uuid.UUID, *page.Connection[*journal.Change]] {
	key := pageKey{given: [2]bool{first != nil, after != nil}}
	if first != nil {
		key.first = *first
	}
	if after != nil {
		key.after = *after
	}
	h.mutex.Lock()
	defer h.mutex.Unlock()
	batch, known := h.pages[key]
	if !known {
		batch = NewBatch(func(ctx context.Context, subjects []uuid.UUID) (map[uuid.UUID]*page.Connection[*journal.Change], error) {
			h.counts.Expect(subjects...)
			found, err := h.sources.History.ChangesOf(ctx, subjects, page.Arguments{First: first, After: after}, h.counts.Load)
			for _, one := range found {
				h.ExpectChanges(one.Nodes()...)
			}
			return found, err
		})
		h.pages[key] = batch
	}
	return batch
}

// expecting returns a function that calls read, and then passes the changes found to then.
func expecting(read func(context.Context, []int64) (map[int64]*journal.Change, error), then func(...*journal.Change)) func(context.Context, []int64) (map[int64]*journal.Change, error) {
	return func(ctx context.Context, positions []int64) (map[int64]*journal.Change, error) {
		found, err := read(ctx, positions)
		for _, one := range found {
			then(one)
		}
		return found, err
	}
}

// ExpectChanges announces that changes will be shown, so what they name is read in batches.
func (h *History) ExpectChanges(shown ...*journal.Change) {
	for _, one := range shown {
		h.UndoneBy.Expect(one.Position)
		h.Reverted.Expect(one.Position)
		h.Edits.Expect(one.Position)
		h.Undos.Expect(one.Position)
		if one.Undoes != nil {
			h.Changes.Expect(*one.Undoes)
		}
	}
}

// ExpectEdits announces that edits will be shown, so the objects they name are read in batches.
func (h *History) ExpectEdits(shown ...journal.Edit) {
	organization := func(one *journal.Ref) {
		if one != nil {
			h.loaders.Organizations.Expect(one.ID)
		}
	}
	for _, edit := range shown {
		switch edit := edit.(type) {
		case *journal.MappingEdit:
			h.loaders.ExternalOrgs.Expect(edit.ExternalOrg.ID)
			organization(edit.Before)
			organization(edit.After)
		case *journal.OrganizationEdit:
			organization(&edit.Organization)
		case *journal.DecisionEdit:
			h.loaders.ExternalOrgs.Expect(edit.ExternalOrg.ID)
		case *journal.FieldEdit:
			switch edit.Of {
			case id.Organization:
				organization(&edit.Subject)
			case id.Group:
				h.loaders.Staff().Groups.Expect(edit.Subject.ID)
			case id.Person:
				h.loaders.Staff().People.Expect(edit.Subject.ID)
			case id.Token:
				h.loaders.Staff().Tokens.Expect(edit.Subject.ID)
			default: // shown by name alone
			}
		}
	}
}
