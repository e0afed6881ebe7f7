package guard

import (
	_ "embed"
	"fmt"
	"strconv"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// CostDirective declares @cost; it belongs in the schema.
//
//go:embed cost.graphqls
var CostDirective string

const (
	assumedItems = 10  // of a list of unknown length
	assumedPage  = 50  // of a connection without first and last
	readCost     = 1   // a root field of a query or subscription: at least one statement
	writeCost    = 10  // a root field of a mutation: a transaction with locks
	metaCost     = 100 // __schema and __type: large responses, but from memory

	// objectParts is the price of an object that is looked up in a batch, in parts of a cost. It is not free because
	// nested fragment spreads can select thousands.
	objectParts = 1
)

// price is what a field costs.
type price struct {
	parts     int      // of a cost
	arguments []string // that set the number of items it returns
	items     int      // number of items if no argument sets it
	each      bool     // parts is the cost of each item, not of the list
	write     bool     // it is a mutation
	payload   bool     // its list is as long as the mutation's longest input list
}

// prices are the prices of a schema.
type prices struct {
	fields  map[*ast.FieldDefinition]price // a missing field costs nothing and returns one item
	objects map[*ast.Definition]int        // how many types an object of an interface or union may have
	inputs  map[*ast.ArgumentDefinition]*slot
}

// types returns how many types an object of the definition may have.
func (p *prices) types(of *ast.Definition) int {
	if of == nil || of.Kind == ast.Object {
		return 1
	}
	return max(1, p.objects[of])
}

// priceList returns the prices of a schema, or an error for an invalid @cost or @length.
func priceList(schema *ast.Schema) (*prices, error) {
	inputs, err := slotsOf(schema)
	if err != nil {
		return nil, err
	}
	list := &prices{fields: map[*ast.FieldDefinition]price{}, objects: map[*ast.Definition]int{}, inputs: inputs}
	for _, definition := range schema.Types {
		list.objects[definition] = len(schema.GetPossibleTypes(definition))
		if definition.Kind != ast.Object && definition.Kind != ast.Interface || strings.HasPrefix(definition.Name, "__") {
			continue
		}
		for _, field := range definition.Fields {
			p, err := priceOf(schema, definition, field)
			if err != nil {
				return nil, fmt.Errorf("%s.%s: %w", definition.Name, field.Name, err)
			}
			if p.parts != 0 || p.items != 1 || len(p.arguments) > 0 {
				list.fields[field] = p
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
		p.parts = max(p.parts, readCost*CostParts)
	case schema.Mutation:
		p.parts, p.write = max(p.parts, writeCost*CostParts), true
	}
	if field.Name == "__schema" || field.Name == "__type" {
		p = price{parts: metaCost * CostParts, items: 0} // includes everything it selects
	}
	return p, nil
}

func assumed(schema *ast.Schema, parent *ast.Definition, field *ast.FieldDefinition) price {
	result := schema.Types[field.Type.Name()]
	switch {
	case result == nil || !result.IsCompositeType():
		return price{items: 1}
	case isConnection(parent) && field.Type.Elem != nil:
		return price{parts: CostParts, items: 1, each: true} // nodes, edges: the connection has counted them
	case field.Type.Elem != nil:
		return price{parts: CostParts, items: assumedItems, payload: isPayload(schema, parent) && field.Name != "userErrors"}
	case isConnection(result):
		p := price{parts: CostParts, items: assumedPage}
		for _, name := range []string{"first", "last"} {
			if field.Arguments.ForName(name) != nil {
				p.arguments = append(p.arguments, name)
			}
		}
		return p
	case isConnection(parent), field.Name == "node" && parent.Fields.ForName("cursor") != nil:
		return price{items: 1} // pageInfo comes with the page, and an edge has counted its node
	default:
		return price{parts: objectParts, items: 1}
	}
}

// isPayload reports whether the type is the result of a mutation.
func isPayload(schema *ast.Schema, definition *ast.Definition) bool {
	if schema.Mutation == nil {
		return false
	}
	for _, mutation := range schema.Mutation.Fields {
		if mutation.Type.Name() == definition.Name {
			return true
		}
	}
	return false
}

func isConnection(definition *ast.Definition) bool {
	return definition.Kind == ast.Object && strings.HasSuffix(definition.Name, "Connection") &&
		definition.Fields.ForName("pageInfo") != nil
}

// declared returns p changed as @cost says; values that @cost omits stay.
func declared(p price, directive *ast.Directive, field *ast.FieldDefinition) (price, error) {
	for _, argument := range directive.Arguments {
		switch argument.Name {
		case "complexity", "defaultMultiplier":
			n, err := strconv.Atoi(argument.Value.Raw)
			if err != nil || n < 0 {
				return p, fmt.Errorf("@cost(%s:) is no natural number", argument.Name)
			}
			if argument.Name == "complexity" {
				p.parts = n * CostParts
			} else {
				p.items, p.payload = n, false
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
