package guard

import (
	"encoding/json"
	"fmt"
	"math"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// Cost is what an operation is reckoned to cost at most, before it is executed, and what its answer came to.
type Cost struct {
	Requested int `json:"requested"`
	Actual    int `json:"actual"`
	Limit     int `json:"limit"`
}

// refusedCost is the cost of an operation that is not executed.
type refusedCost struct {
	Requested int `json:"requested"`
	Limit     int `json:"limit"`
}

// endless is where sums stop growing.
const endless = math.MaxInt32

// bill adds up one operation. Each fragment is added once and remembered, so that the time is linear in the document however
// fragments spread each other.
type bill struct {
	prices    prices
	variables map[string]any
	fragments map[string]int
}

func (b *bill) set(selections ast.SelectionSet) int {
	total := 0
	for _, selection := range selections {
		total = add(total, b.selection(selection))
	}
	return total
}

func (b *bill) selection(selection ast.Selection) int {
	switch selection := selection.(type) {
	case *ast.Field:
		if b.skipped(selection.Directives) {
			return 0
		}
		p, priced := b.prices[selection.Definition]
		if !priced {
			return b.set(selection.SelectionSet)
		}
		if len(selection.SelectionSet) == 0 {
			return p.complexity
		}
		items, _ := b.items(p, selection)
		return add(p.complexity, times(items, b.set(selection.SelectionSet)))
	case *ast.InlineFragment:
		if b.skipped(selection.Directives) {
			return 0
		}
		return b.set(selection.SelectionSet)
	case *ast.FragmentSpread:
		if b.skipped(selection.Directives) || selection.Definition == nil {
			return 0
		}
		return b.fragment(selection.Definition)
	default:
		return 0
	}
}

func (b *bill) fragment(definition *ast.FragmentDefinition) int {
	if cost, known := b.fragments[definition.Name]; known {
		return cost
	}
	if b.fragments == nil {
		b.fragments = map[string]int{}
	}
	b.fragments[definition.Name] = 0 // validation has refused cycles; should one come here, it ends
	cost := b.set(definition.SelectionSet)
	b.fragments[definition.Name] = cost
	return cost
}

// items is how many items a field returns at most, and by which argument.
func (b *bill) items(p price, field *ast.Field) (items int, by string) {
	items = -1
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

// length is what an argument's value says about the number of items.
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
		return bounded(int64(min(value, endless))), true
	default:
		return 0, false
	}
}

// bounded keeps nonsense, which resolvers refuse, from making an operation look cheap.
func bounded(n int64) int { return int(min(max(n, 0), endless)) }

// skipped says that @skip or @include take a selection out of this execution.
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

func add(a, b int) int { return min(a+b, endless) }

func times(a, b int) int {
	if a != 0 && b > endless/a {
		return endless
	}
	return a * b
}

// refuse explains what makes an operation too dear.
func (b *bill) refuse(operation *ast.OperationDefinition, cost Cost) *gqlerror.Error {
	err := tooComplex("The operation costs %d, and %d is the most.%s", cost.Requested, cost.Limit, b.blame(operation.SelectionSet))
	err.Extensions["cost"] = refusedCost{cost.Requested, cost.Limit}
	return err
}

// blame names the field with the most items on the dearest way down.
func (b *bill) blame(selections ast.SelectionSet) string {
	var culprit *ast.Field
	most, argument := 0, ""
	for field := b.dearest(selections); field != nil; field = b.dearest(field.SelectionSet) {
		items, by := b.items(b.prices[field.Definition], field)
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
		return fmt.Sprintf(" Most of it comes from %s, which is reckoned with %d items: select less of each.", culprit.Name, most)
	}
}

// dearest is the field that costs most among selections, looking into fragments.
func (b *bill) dearest(selections ast.SelectionSet) *ast.Field {
	var dearest ast.Selection
	most := 0
	for _, selection := range selections {
		if cost := b.selection(selection); cost > most {
			dearest, most = selection, cost
		}
	}
	switch selection := dearest.(type) {
	case *ast.Field:
		return selection
	case *ast.InlineFragment:
		return b.dearest(selection.SelectionSet)
	case *ast.FragmentSpread:
		return b.dearest(selection.Definition.SelectionSet)
	default:
		return nil
	}
}
