package plan

import (
	"sync"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/orgmap/orgmap/graph/guard"
	"github.com/orgmap/orgmap/internal/lru"
)

const (
	plansBytes       = 32 << 20 // for all cached plans
	largestPlans     = 2 << 20  // for the plans of one operation
	keptVariants     = 16       // cached plans of one operation
	maximumCondition = 64       // variables that decide what is selected, one bit each
)

// plans caches compiled operations by document text. Its limit applies to the size of the plans, not of the texts:
// nested fragment spreads turn a short text into thousands of steps.
type plans struct {
	documents *lru.Cache[string, *variants]
}

func newPlans() *plans {
	return &plans{documents: lru.New[string, *variants](plansBytes, largestPlans)}
}

// variants holds the plans of one operation: what @skip and @include leave in it depends on variables.
type variants struct {
	conditions []string // names of the deciding variables

	mutex sync.RWMutex        // protects the fields below
	known map[uint64]compiled // by the values of the conditions, one bit each
	bytes int64
}

type compiled struct {
	plan *plan
	err  error
}

// variantBytes is what a variant takes besides its plan.
const variantBytes = 200

// weight returns about how many bytes a variant takes, including the parsed document that it points into.
func (c compiled) weight(document *ast.QueryDocument) int64 {
	if c.plan == nil {
		return variantBytes
	}
	return variantBytes + c.plan.bytes + guard.Weigh(document)
}

// get returns the plan of the operation, compiling it if it is not cached.
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

// keep caches a variant if there is room for it, and returns the bytes it takes.
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

// bits packs the values of the conditions. If one is not a boolean, the operation is left to gqlgen's executor.
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

// conditions returns the variables used by @skip and @include in the operation and in the document's fragments.
func conditions(operation *graphql.OperationContext) []string {
	var found []string
	seen := map[string]bool{}
	eachArgument(operation, func(argument *ast.Argument, of location) {
		if name := argument.Value.Raw; of == directive && argument.Value.Kind == ast.Variable && !seen[name] {
			seen[name] = true
			found = append(found, name)
		}
	})
	return found
}
