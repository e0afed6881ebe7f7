package main

import (
	"go/types"
	"slices"
	"strings"

	"github.com/99designs/gqlgen/codegen"
	"github.com/99designs/gqlgen/codegen/config"
	"github.com/vektah/gqlparser/v2/ast"
)

// schema is the template's input.
type schema struct {
	Objects []object
	Values  []value
}

// object is an object type with the fields that can be planned.
type object struct {
	*codegen.Object
	Planned []field
}

// field is a field of an object.
type field struct {
	*codegen.Field
	Result   value
	Children []string // the object types that it may hold
}

// value is a Go type that represents a GraphQL type. The template writes one append function for each.
type value struct {
	*config.TypeReference
	Append       string // name of its append function
	Scalar       string // the Execution method that appends the scalar; "": use the marshaler
	Element      *value // of a list
	Implementors []codegen.InterfaceImplementor
}

func newSchema(data *codegen.Data) schema {
	written := schema{}
	known := map[string]bool{}
	for _, one := range data.Objects {
		if one.IsReserved() || strings.HasPrefix(one.Name, "__") {
			continue
		}
		object := object{Object: one}
		for _, of := range one.Fields {
			if !canBePlanned(of) {
				continue
			}
			result := newValue(data, of.TypeReference)
			for each := &result; each != nil; each = each.Element {
				if !known[each.Append] {
					known[each.Append] = true
					written.Values = append(written.Values, *each)
				}
			}
			object.Planned = append(object.Planned, field{Field: of, Result: result, Children: children(data, of.TypeReference.Definition)})
		}
		written.Objects = append(written.Objects, object)
	}
	slices.SortFunc(written.Values, func(a, b value) int { return strings.Compare(a.Append, b.Append) })
	return written
}

// canBePlanned reports false for fields that use gqlgen features this schema does not have; gqlgen's executor runs
// operations with such a field.
func canBePlanned(of *codegen.Field) bool {
	result := of.TypeReference
	return !of.IsReserved() && !of.IsMap() && !of.IsBatch() && !of.HasDirectives() && !of.HasHaser && !of.VOkFunc &&
		!result.IsRoot && !result.IsContext && !result.HasEnumValues() && !result.IsPtrToSlice() && !result.IsPtrToIntf() && !result.IsPtrToPtr() &&
		(!of.IsMethod() || len(of.Args) == 0) && (!result.IsSlice() || !result.IsScalar() || !result.Elem().IsNilable())
}

func newValue(data *codegen.Data, of *config.TypeReference) value {
	made := value{TypeReference: of, Append: "append" + strings.TrimPrefix(of.MarshalFunc(), "marshal"), Scalar: scalar(of)}
	if of.IsSlice() {
		element := newValue(data, of.Elem())
		made.Element = &element
	} else if of.Definition.IsAbstractType() {
		made.Implementors = data.Interfaces[of.Definition.Name].Implementors
	}
	return made
}

// scalar returns the Execution method that appends a built-in scalar. It must write the same as the scalar's marshaler.
func scalar(of *config.TypeReference) string {
	if of.Marshaler == nil {
		return ""
	}
	switch of.Marshaler.FullName() {
	case "github.com/99designs/gqlgen/graphql.MarshalString", "github.com/99designs/gqlgen/graphql.MarshalID":
		return "String"
	case "github.com/99designs/gqlgen/graphql.MarshalInt":
		return "Int"
	case "github.com/99designs/gqlgen/graphql.MarshalBoolean":
		return "Boolean"
	}
	return ""
}

// children returns the object types that a value of the type may have, in the order of its function's child indexes.
func children(data *codegen.Data, of *ast.Definition) []string {
	switch {
	case of.Kind == ast.Object:
		return []string{of.Name}
	case of.IsAbstractType():
		var names []string
		for _, implementor := range data.Interfaces[of.Name].Implementors {
			names = append(names, implementor.Name)
		}
		return names
	default:
		return nil
	}
}

// CallsResolvers reports whether any planned field is resolved by the resolvers.
func (o object) CallsResolvers() bool {
	return slices.ContainsFunc(o.Planned, func(of field) bool { return of.IsResolver })
}

// Appender returns the name of the method that appends what the field's method returns, or "" if there is none. Ids
// have one, because a page holds a thousand of them.
func (f field) Appender() string {
	if !f.IsMethod() || f.IsResolver || !f.NoErr || f.MethodHasContext || f.Result.Scalar != "String" || f.Result.IsNilable() {
		return ""
	}
	name := "Append" + f.GoFieldName
	found, _, _ := types.LookupFieldOrMethod(types.NewPointer(f.Object.Type), true, nil, name)
	method, is := found.(*types.Func)
	if !is || types.TypeString(method.Signature(), nil) != "func(to []byte) []byte" {
		return ""
	}
	return name
}

// Basic returns the Go type that the scalar's Execution method takes.
func (v value) Basic() string {
	return map[string]string{"String": "string", "Int": "int", "Boolean": "bool"}[v.Scalar]
}

// ByReference reports whether the append function takes a pointer to the value, which avoids copying objects that are
// structs.
func (v value) ByReference() bool {
	_, isStruct := v.GO.Underlying().(*types.Struct)
	return isStruct && v.Definition.Kind == ast.Object
}
