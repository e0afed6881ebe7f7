package loader

import (
	"context"
	"slices"
	"sync"

	"github.com/google/uuid"

	"github.com/orgmap/orgmap/internal/access"
	"github.com/orgmap/orgmap/internal/group"
	"github.com/orgmap/orgmap/internal/organization"
)

// Staff are the batches that read people and groups, and which organizations they belong to.
type Staff struct {
	People       *Batch[uuid.UUID, *access.Person]
	PeopleCounts *Batch[uuid.UUID, access.Counts] // by person
	Groups       *Batch[uuid.UUID, *group.Group]
	GroupCounts  *Batch[uuid.UUID, int] // of organizations, by group
	Tokens       *Batch[uuid.UUID, *access.Token]
	details      *Batch[uuid.UUID, organization.Details] // by organization
	groupsOf     *Batch[uuid.UUID, []*group.Group]       // by organization
	loaders      *Loaders
}

// staff makes the batches when they are first needed: the grid needs none of them.
type staff struct {
	sources Sources
	mutex   sync.Mutex // protects batches
	batches *Staff
}

// Staff returns the batches that read people and groups.
func (l *Loaders) Staff() *Staff {
	l.staff.mutex.Lock()
	defer l.staff.mutex.Unlock()
	if l.staff.batches == nil {
		l.staff.batches = newStaff(l, l.staff.sources)
	}
	return l.staff.batches
}

func newStaff(l *Loaders, sources Sources) *Staff {
	s := &Staff{loaders: l, PeopleCounts: NewBatch(sources.Access.CountsOf), GroupCounts: NewBatch(sources.Groups.CountsOf), Tokens: NewBatch(sources.Access.TokensByIDs)}
	s.People = NewBatch(following(sources.Access.PeopleByIDs, s.ExpectPeople))
	s.Groups = NewBatch(following(sources.Groups.ByIDs, s.ExpectGroups))
	s.details = NewBatch(func(ctx context.Context, organizations []uuid.UUID) (map[uuid.UUID]organization.Details, error) {
		found, err := sources.Organizations.DetailsOf(ctx, organizations)
		for _, one := range found {
			for _, person := range []*uuid.UUID{one.EngineerID, one.VCIOID} {
				if person != nil {
					s.People.Expect(*person)
				}
			}
			if one.NoteSince > 0 {
				l.History().Changes.Expect(one.NoteSince)
			}
		}
		return found, err
	})
	s.groupsOf = NewBatch(following(sources.Groups.Of, func(found ...[]*group.Group) {
		s.ExpectGroups(slices.Concat(found...)...)
	}))
	return s
}

// DetailsOf returns the details of an organization. All organizations announced to be shown are read with it.
func (s *Staff) DetailsOf(ctx context.Context, organization uuid.UUID) (organization.Details, error) {
	return shown(ctx, s, s.details, organization)
}

// GroupsOf returns the groups of an organization. All organizations announced to be shown are read with it.
func (s *Staff) GroupsOf(ctx context.Context, organization uuid.UUID) ([]*group.Group, error) {
	return shown(ctx, s, s.groupsOf, organization)
}

// shown loads what belongs to an organization, together with that of all organizations that are shown. They were
// announced to the batch of their mappings.
func shown[V any](ctx context.Context, s *Staff, batch *Batch[uuid.UUID, V], organization uuid.UUID) (V, error) {
	if value, known := batch.lookup(organization); known {
		return value, nil
	}
	batch.Expect(s.loaders.OrganizationMappings.keys()...)
	return batch.Load(ctx, organization)
}

// ExpectPeople announces that people will be shown, so that what they look after is counted in a batch.
func (s *Staff) ExpectPeople(shown ...*access.Person) {
	s.PeopleCounts.ExpectAll(each(shown, func(one *access.Person) uuid.UUID { return one.ID }))
}

// ExpectGroups announces that groups will be shown, so that their organizations are counted in a batch.
func (s *Staff) ExpectGroups(shown ...*group.Group) {
	s.GroupCounts.ExpectAll(each(shown, func(one *group.Group) uuid.UUID { return one.ID }))
}
