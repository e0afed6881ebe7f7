package plan

import (
	"context"
	"sync"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/handler/lru"
	"github.com/vektah/gqlparser/v2/ast"
)

const (
	keptDocuments    = 1000
	maximumKept      = 8 << 10 // bytes of a document's text: what its plans take is about ten times as much
	keptVariants     = 16      // plans of one operation
	maximumCondition = 64      // variables that decide what is selected: a bit each
)

// plans keeps compiled operations by the documents' text.
type plans struct {
	documents *lru.LRU[*variants]
}

func newPlans() *plans { return &plans{documents: lru.New[*variants](keptDocuments)} }

// variants are the plans of one operation: what @skip and @include leave of it depends on variables.
type variants struct {
	conditions []string // the variables that decide
	mutex      sync.RWMutex
	known      map[uint64]compiled // protected by mutex; by the values of the conditions, a bit each
}

type compiled struct {
	plan *plan
	err  error
}

// get returns the plan of the operation, compiled now or before.
func (p *plans) get(operation *graphql.OperationContext, compile func(*graphql.OperationContext) (*plan, error)) (*plan, error) {
	ctx := context.Background() // the cache's interface wants one and the cache itself does not
	key := operation.OperationName + "\n" + operation.RawQuery
	found, known := p.documents.Get(ctx, key)
	if !known {
		found = &variants{conditions: conditions(operation), known: map[uint64]compiled{}}
		if len(key) <= maximumKept {
			p.documents.Add(ctx, key, found)
		}
	}
	values, err := bits(found.conditions, operation.Variables)
	if err != nil {
		return nil, err
	}
	return found.get(values, func() (*plan, error) { return compile(operation) })
}

func (v *variants) get(values uint64, compile func() (*plan, error)) (*plan, error) {
	v.mutex.RLock()
	found, known := v.known[values]
	v.mutex.RUnlock()
	if known {
		return found.plan, found.err
	}
	found.plan, found.err = compile()
	v.mutex.Lock()
	defer v.mutex.Unlock()
	if len(v.known) < keptVariants {
		v.known[values] = found
	}
	return found.plan, found.err
}

// bits packs the values of the conditions. A value that is no boolean is left to the executor beneath.
func bits(conditions []string, variables map[string]any) (packed uint64, err error) {
	if len(conditions) > maximumCondition {
		return 0, errUnplanned
	}
	for i, name := range conditions {
		value, ok := variables[name].(bool)
		if !ok {
			return 0, errUnplanned
		}
		if value {
			packed |= 1 << i
		}
	}
	return packed, nil
}

// conditions are the variables that @skip and @include of the operation and of the document's fragments ask for.
func conditions(operation *graphql.OperationContext) []string {
	var found []string
	seen := map[string]bool{}
	note := func(directives ast.DirectiveList) {
		for _, directive := range directives {
			for _, argument := range directive.Arguments {
				if name := argument.Value.Raw; argument.Value.Kind == ast.Variable && !seen[name] {
					seen[name] = true
					found = append(found, name)
				}
			}
		}
	}
	var walk func(ast.SelectionSet)
	walk = func(set ast.SelectionSet) {
		for _, selection := range set {
			switch selection := selection.(type) {
			case *ast.Field:
				note(selection.Directives)
				walk(selection.SelectionSet)
			case *ast.InlineFragment:
				note(selection.Directives)
				walk(selection.SelectionSet)
			case *ast.FragmentSpread:
				note(selection.Directives)
			}
		}
	}
	walk(operation.Operation.SelectionSet)
	for _, fragment := range operation.Doc.Fragments {
		walk(fragment.SelectionSet)
	}
	return found
}
