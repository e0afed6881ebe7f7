package guard

import (
	"encoding/json"
	"fmt"
	"math"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// Cost is the estimated maximum cost of an operation, computed before it runs, and the actual cost of its response.
type Cost struct {
	Requested int `json:"requested"`
	Actual    int `json:"actual"`
	Limit     int `json:"limit"`

	given int // parts for the input, charged for every response
}

// refusedCost is the cost of an operation that was refused.
type refusedCost struct {
	Requested int `json:"requested"`
	Limit     int `json:"limit"`
}

// CostParts is how many parts make up a cost of 1. An object that is looked up in a batch costs one part, and so does
// each list element in the input. A remainder is not charged.
const CostParts = 20

const (
	// maxSum caps sums, and maxReported caps the costs shown to clients.
	maxSum      = math.MaxInt / 4
	maxReported = math.MaxInt32
)

// tally is the sum over a selection.
type tally struct {
	parts  int // of a cost
	fields int // counted for each type that the object may have, because a plan has a step for each
	given  int // elements of the lists in arguments
}

func (t tally) plus(other tally) tally {
	return tally{add(t.parts, other.parts), add(t.fields, other.fields), add(t.given, other.given)}
}

// bill adds up one operation. Each fragment is added up once and remembered, so the time is linear in the document,
// however fragments are nested.
type bill struct {
	prices    *prices
	variables map[string]any
	fragments map[fragmentKey]tally
	given     int             // longest list passed to the mutation whose payload is being added up
	refusal   *gqlerror.Error // for the first list or text that is too long
}

// fragmentKey is everything that the tally of a fragment depends on.
type fragmentKey struct {
	name  string
	given int
}

func (b *bill) set(selections ast.SelectionSet) tally {
	total := tally{}
	for _, selection := range selections {
		total = total.plus(b.selection(selection))
	}
	return total
}

func (b *bill) selection(selection ast.Selection) tally {
	switch selection := selection.(type) {
	case *ast.Field:
		if b.skipped(selection.Directives) {
			return tally{}
		}
		return b.field(selection)
	case *ast.InlineFragment:
		if b.skipped(selection.Directives) {
			return tally{}
		}
		return b.set(selection.SelectionSet)
	case *ast.FragmentSpread:
		if b.skipped(selection.Directives) || selection.Definition == nil {
			return tally{}
		}
		return b.fragment(selection.Definition)
	default:
		return tally{}
	}
}

func (b *bill) field(field *ast.Field) tally {
	total := tally{fields: 1}
	elements, longest := b.measure(field)
	total.given = elements
	p, priced := b.prices.fields[field.Definition]
	if !priced {
		p.items = 1
	}
	total.parts = p.parts
	if len(field.SelectionSet) > 0 {
		if p.write {
			defer func(before int) { b.given = before }(b.given)
			b.given = longest
		}
		inner := b.set(field.SelectionSet)
		items, _ := b.items(p, field)
		total.parts = add(total.parts, times(items, inner.parts))
		total.fields = add(total.fields, inner.fields)
		total.given = add(total.given, inner.given)
	}
	total.fields = times(total.fields, b.prices.types(field.ObjectDefinition))
	return total
}

func (b *bill) fragment(definition *ast.FragmentDefinition) tally {
	key := fragmentKey{definition.Name, b.given}
	if known, is := b.fragments[key]; is {
		return known
	}
	if b.fragments == nil {
		b.fragments = map[fragmentKey]tally{}
	}
	b.fragments[key] = tally{} // validation refuses cycles; this ends one in any case
	total := b.set(definition.SelectionSet)
	b.fragments[key] = total
	return total
}

// items returns how many items a field returns at most, and the argument that decides it.
func (b *bill) items(p price, field *ast.Field) (items int, by string) {
	items = -1
	if p.payload {
		items = max(p.items, b.given)
	}
	for _, name := range p.arguments {
		if n, given := length(b.argument(field, name)); given && n > items {
			items, by = n, name
		}
	}
	if items < 0 {
		return p.items, ""
	}
	return items, by
}

func (b *bill) argument(field *ast.Field, name string) any {
	value := (*ast.Value)(nil)
	if argument := field.Arguments.ForName(name); argument != nil {
		value = argument.Value
	} else if defined := field.Definition.Arguments.ForName(name); defined != nil {
		value = defined.DefaultValue
	}
	if value == nil {
		return nil
	}
	given, err := value.Value(b.variables)
	if err != nil {
		return nil
	}
	return given
}

// length returns the number of items that an argument's value stands for.
func length(value any) (n int, given bool) {
	switch value := value.(type) {
	case []any:
		return len(value), true
	case json.Number:
		number, err := value.Int64()
		return bounded(number), err == nil
	case int64:
		return bounded(value), true
	case int:
		return bounded(int64(value)), true
	case float64:
		return bounded(int64(min(value, maxReported))), true
	default:
		return 0, false
	}
}

// bounded keeps invalid values, which resolvers refuse, from making an operation look cheap.
func bounded(n int64) int { return int(min(max(n, 0), maxReported)) }

// skipped reports whether @skip or @include exclude a selection from this execution.
func (b *bill) skipped(directives ast.DirectiveList) bool {
	for _, directive := range directives {
		if directive.Name != "skip" && directive.Name != "include" {
			continue
		}
		condition := directive.Arguments.ForName("if")
		if condition == nil {
			continue
		}
		if given, err := condition.Value.Value(b.variables); err == nil && given == (directive.Name == "skip") {
			return true
		}
	}
	return false
}

func add(a, b int) int { return min(a+b, maxSum) }

func times(a, b int) int {
	if a != 0 && b > maxSum/a {
		return maxSum
	}
	return a * b
}

// refuse returns the error for an operation that costs too much, saying which part of it does.
func (b *bill) refuse(operation *ast.OperationDefinition, cost Cost) *gqlerror.Error {
	err := tooComplex("This operation costs %d; the maximum is %d.%s", cost.Requested, cost.Limit, b.blame(operation.SelectionSet))
	err.Extensions["cost"] = refusedCost{cost.Requested, cost.Limit}
	return err
}

// blame names the field with the most items on the most expensive path.
func (b *bill) blame(selections ast.SelectionSet) string {
	var culprit *ast.Field
	most, argument := 0, ""
	for field := b.mostExpensive(selections); field != nil; field = b.mostExpensive(field.SelectionSet) {
		items, by := b.items(b.prices.fields[field.Definition], field)
		if items > most {
			culprit, most, argument = field, items, by
		}
	}
	switch {
	case culprit == nil || most <= 1:
		return " Select less."
	case argument != "":
		return fmt.Sprintf(" Most of it comes from %s(%s: %d): ask for fewer at a time, or select less.", culprit.Name, argument, most)
	default:
		return fmt.Sprintf(" Most of it comes from %s, which counts as %d items: select less of each.", culprit.Name, most)
	}
}

// mostExpensive returns the most expensive field among selections, including those in fragments.
func (b *bill) mostExpensive(selections ast.SelectionSet) *ast.Field {
	var mostExpensive ast.Selection
	most := 0
	for _, selection := range selections {
		if cost := b.selection(selection).parts; cost > most {
			mostExpensive, most = selection, cost
		}
	}
	switch selection := mostExpensive.(type) {
	case *ast.Field:
		return selection
	case *ast.InlineFragment:
		return b.mostExpensive(selection.SelectionSet)
	case *ast.FragmentSpread:
		return b.mostExpensive(selection.Definition.SelectionSet)
	default:
		return nil
	}
}
