package guard

import (
	_ "embed"
	"fmt"
	"strconv"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// CostDirective declares @cost; it belongs into the schema.
//
//go:embed cost.graphqls
var CostDirective string

const (
	assumedItems = 10  // of a list that says nothing of its length
	assumedPage  = 50  // what a connection returns without first and last
	readCost     = 1   // a root field of a query or subscription: at least one statement
	writeCost    = 10  // a root field of a mutation: a transaction with locks
	metaCost     = 100 // __schema and __type: large answers, but from memory
)

// price is what a field costs.
type price struct {
	complexity int
	arguments  []string // that tell how many items it returns
	items      int      // where they do not
	each       bool     // complexity is that of each item of the list, not of the list
}

// prices are those of a schema's fields; what is not in it costs nothing and returns one item.
type prices map[*ast.FieldDefinition]price

// priceList reads the prices of a schema, and reports a @cost that cannot be meant.
func priceList(schema *ast.Schema) (prices, error) {
	list := prices{}
	for _, definition := range schema.Types {
		if definition.Kind != ast.Object && definition.Kind != ast.Interface || strings.HasPrefix(definition.Name, "__") {
			continue
		}
		for _, field := range definition.Fields {
			p, err := priceOf(schema, definition, field)
			if err != nil {
				return nil, fmt.Errorf("%s.%s: %w", definition.Name, field.Name, err)
			}
			if p.complexity != 0 || p.items != 1 || len(p.arguments) > 0 {
				list[field] = p
			}
		}
	}
	return list, nil
}

func priceOf(schema *ast.Schema, parent *ast.Definition, field *ast.FieldDefinition) (price, error) {
	p := assumed(schema, parent, field)
	if directive := field.Directives.ForName("cost"); directive != nil {
		var err error
		if p, err = declared(p, directive, field); err != nil {
			return p, err
		}
	}
	switch parent {
	case schema.Query, schema.Subscription:
		p.complexity = max(p.complexity, readCost)
	case schema.Mutation:
		p.complexity = max(p.complexity, writeCost)
	}
	if field.Name == "__schema" || field.Name == "__type" {
		p = price{complexity: metaCost, items: 0} // what it selects is paid with it
	}
	return p, nil
}

func assumed(schema *ast.Schema, parent *ast.Definition, field *ast.FieldDefinition) price {
	result := schema.Types[field.Type.Name()]
	switch {
	case result == nil || !result.IsCompositeType():
		return price{items: 1}
	case isConnection(parent) && field.Type.Elem != nil:
		return price{complexity: 1, items: 1, each: true} // nodes, edges: the connection has counted them
	case field.Type.Elem != nil:
		return price{complexity: 1, items: assumedItems}
	case isConnection(result):
		p := price{complexity: 1, items: assumedPage}
		for _, name := range []string{"first", "last"} {
			if field.Arguments.ForName(name) != nil {
				p.arguments = append(p.arguments, name)
			}
		}
		return p
	default:
		return price{items: 1}
	}
}

func isConnection(definition *ast.Definition) bool {
	return definition.Kind == ast.Object && strings.HasSuffix(definition.Name, "Connection") &&
		definition.Fields.ForName("pageInfo") != nil
}

// declared changes p as a @cost says; what that leaves out stays.
func declared(p price, directive *ast.Directive, field *ast.FieldDefinition) (price, error) {
	for _, argument := range directive.Arguments {
		switch argument.Name {
		case "complexity", "defaultMultiplier":
			n, err := strconv.Atoi(argument.Value.Raw)
			if err != nil || n < 0 {
				return p, fmt.Errorf("@cost(%s:) is no natural number", argument.Name)
			}
			if argument.Name == "complexity" {
				p.complexity = n
			} else {
				p.items = n
			}
		case "multipliers":
			p.arguments = nil
			for _, name := range argument.Value.Children {
				counted := field.Arguments.ForName(name.Value.Raw)
				if counted == nil || counted.Type.Elem == nil && counted.Type.NamedType != "Int" {
					return p, fmt.Errorf("@cost(multipliers:) names %q, which is no Int or list among its arguments", name.Value.Raw)
				}
				p.arguments = append(p.arguments, counted.Name)
			}
		}
	}
	return p, nil
}
