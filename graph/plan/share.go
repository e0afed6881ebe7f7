package plan

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
)

// Identified is an event that is the same for all subscribers of one scope: what they select of it is made once for all who
// select the same.
type Identified interface {
	// EventID names the event within its scope: no two events that differ have the same.
	EventID() string
}

// Scope tells which subscribers may be sent the same: those for whom it is equal see the same data with the same rights. ""
// shares nothing.
type Scope func(ctx context.Context) string

// What is kept for sharing. The promise to a subscriber: what they are sent of an event was read after the event, after they
// subscribed, and at most two seconds before it is sent to whoever gets it from here. Subscribers get an event within moments
// of each other; who comes later makes it anew.
const (
	shareFor   = 2 * time.Second
	shareBytes = 32 << 20 // of what is kept until it is let go early, and as much again
	// shareEntryBytes is about what an entry takes beside its data and the texts of its key.
	shareEntryBytes = 400
)

// shares keeps what was made of events a moment ago.
type shares struct {
	mu         sync.Mutex // protects what follows
	young, old map[shareKey]*share
	bytes      int
	turned     time.Time
}

type shareKey struct {
	plan    *plan
	scope   string
	event   string
	choices string // the variables that decide what is made of an event
}

// share is what was made of one event.
type share struct {
	begun time.Time     // nothing was read before
	done  chan struct{} // closed when the rest is there
	data  []byte        // nil: it failed, and whoever waits makes their own
}

func newShares() *shares {
	return &shares{young: map[shareKey]*share{}, turned: time.Now()}
}

// get returns what was made under the key since then, or has it made. Whoever comes meanwhile waits. What failed is not shared.
func (s *shares) get(ctx context.Context, key shareKey, since time.Time, produce func() *graphql.Response) *graphql.Response {
	found, first := s.find(key, since)
	if first {
		response := s.produce(ctx, found, produce)
		s.count(len(found.data))
		return response
	}
	select {
	case <-found.done:
	case <-ctx.Done():
		return nil
	}
	if found.data == nil {
		return produce()
	}
	return &graphql.Response{Data: found.data}
}

// produce lets those who wait go on even where it panics.
func (s *shares) produce(ctx context.Context, into *share, produce func() *graphql.Response) *graphql.Response {
	defer close(into.done)
	response := produce()
	if response != nil && len(response.Errors) == 0 && len(graphql.GetErrors(ctx)) == 0 && ctx.Err() == nil {
		into.data = slices.Clip(response.Data)
	}
	return response
}

func (s *shares) find(key shareKey, since time.Time) (found *share, first bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if time.Since(s.turned) > shareFor || s.bytes > shareBytes {
		s.young, s.old, s.bytes, s.turned = map[shareKey]*share{}, s.young, 0, time.Now()
	}
	now := time.Now()
	if recent := now.Add(-shareFor); since.Before(recent) {
		since = recent
	}
	for _, kept := range []map[shareKey]*share{s.young, s.old} {
		if found := kept[key]; found != nil && !found.begun.Before(since) {
			return found, false
		}
	}
	found = &share{begun: now, done: make(chan struct{})}
	s.young[key] = found
	s.bytes += shareEntryBytes + len(key.event) + len(key.choices)
	return found, true
}

func (s *shares) count(bytes int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.bytes += bytes
}

// choices writes down the variables that decide what is made of an event: all that are used below the subscription's field.
func choices(names []string, variables map[string]any) (string, error) {
	if len(names) == 0 {
		return "", nil
	}
	chosen := make(map[string]any, len(names))
	for _, name := range names {
		if value, given := variables[name]; given {
			chosen[name] = value
		}
	}
	encoded, err := json.Marshal(chosen)
	if err != nil {
		return "", fmt.Errorf("variables: %w", err)
	}
	return string(encoded), nil
}

// innerVariables are the variables used anywhere but in the arguments of the operation's own fields, sorted.
func innerVariables(operation *graphql.OperationContext) []string {
	seen := map[string]bool{}
	var value func(*ast.Value)
	value = func(of *ast.Value) {
		if of == nil {
			return
		}
		if of.Kind == ast.Variable {
			seen[of.Raw] = true
		}
		for _, child := range of.Children {
			value(child.Value)
		}
	}
	arguments := func(list ast.ArgumentList) {
		for _, argument := range list {
			value(argument.Value)
		}
	}
	directives := func(list ast.DirectiveList) {
		for _, directive := range list {
			arguments(directive.Arguments)
		}
	}
	var walk func(set ast.SelectionSet, inner bool)
	walk = func(set ast.SelectionSet, inner bool) {
		for _, selection := range set {
			switch selection := selection.(type) {
			case *ast.Field:
				if inner {
					arguments(selection.Arguments)
				}
				directives(selection.Directives)
				walk(selection.SelectionSet, true)
			case *ast.InlineFragment:
				directives(selection.Directives)
				walk(selection.SelectionSet, inner)
			case *ast.FragmentSpread:
				directives(selection.Directives)
			}
		}
	}
	walk(operation.Operation.SelectionSet, false)
	for _, fragment := range operation.Doc.Fragments { // of which one may be below the field: rather too many than too few
		walk(fragment.SelectionSet, true)
	}
	names := make([]string, 0, len(seen))
	for name := range seen {
		names = append(names, name)
	}
	slices.SortFunc(names, strings.Compare)
	return names
}
