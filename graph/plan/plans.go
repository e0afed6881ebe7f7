package plan

import (
	"sync"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/orgmap/orgmap/graph/guard"
	"github.com/orgmap/orgmap/internal/lru"
)

const (
	plansBytes       = 32 << 20 // of all plans that are kept
	largestPlans     = 2 << 20  // of those of one operation
	keptVariants     = 16       // plans of one operation
	maximumCondition = 64       // variables that decide what is selected: a bit each
)

// plans keeps compiled operations by the documents' text. They are bounded by what the plans take, not by their texts: fragments
// that spread each other make thousands of steps of a short one.
type plans struct {
	documents *lru.Cache[string, *variants]
}

func newPlans() *plans {
	return &plans{documents: lru.New[string, *variants](plansBytes, largestPlans)}
}

// variants are the plans of one operation: what @skip and @include leave of it depends on variables.
type variants struct {
	conditions []string // the variables that decide

	mutex sync.RWMutex        // protects what follows
	known map[uint64]compiled // by the values of the conditions, a bit each
	bytes int64
}

type compiled struct {
	plan *plan
	err  error
}

// variantBytes is what a variant takes beside its plan.
const variantBytes = 200

// weight is about what a variant takes, with the parsed document that it points into.
func (c compiled) weight(document *ast.QueryDocument) int64 {
	if c.plan == nil {
		return variantBytes
	}
	return variantBytes + c.plan.bytes + guard.Weigh(document)
}

// get returns the plan of the operation, compiled now or before.
func (p *plans) get(operation *graphql.OperationContext, compile func(*graphql.OperationContext) (*plan, error)) (*plan, error) {
	key := operation.OperationName + "\n" + operation.RawQuery
	found := p.documents.Load(key, func() (*variants, int64) {
		made := &variants{conditions: conditions(operation), known: map[uint64]compiled{}}
		made.bytes = int64(len(key)) + variantBytes*int64(1+len(made.conditions))
		return made, made.bytes
	})
	values, err := bits(found.conditions, operation.Variables)
	if err != nil {
		return nil, err
	}
	one, known := found.get(values)
	if known {
		return one.plan, one.err
	}
	one.plan, one.err = compile(operation)
	p.documents.Grow(key, found.keep(values, one, one.weight(operation.Doc)))
	return one.plan, one.err
}

func (v *variants) get(values uint64) (found compiled, known bool) {
	v.mutex.RLock()
	defer v.mutex.RUnlock()
	found, known = v.known[values]
	return found, known
}

// keep keeps a variant where there is room for it, and returns how many bytes it takes.
func (v *variants) keep(values uint64, one compiled, bytes int64) (growth int64) {
	v.mutex.Lock()
	defer v.mutex.Unlock()
	if _, known := v.known[values]; known || len(v.known) == keptVariants || v.bytes+bytes > largestPlans {
		return 0
	}
	v.known[values] = one
	v.bytes += bytes
	return bytes
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

// conditions returns the variables that @skip and @include of the operation and of the document's fragments ask for.
func conditions(operation *graphql.OperationContext) []string {
	var found []string
	seen := map[string]bool{}
	eachArgument(operation, func(argument *ast.Argument, of place) {
		if name := argument.Value.Raw; of == directive && argument.Value.Kind == ast.Variable && !seen[name] {
			seen[name] = true
			found = append(found, name)
		}
	})
	return found
}
