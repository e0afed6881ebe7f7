package guard

import (
	"context"
	"errors"
	"strings"
	"unicode/utf8"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/errcode"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/parser"
	"github.com/vektah/gqlparser/v2/validator"
)

// secretInputs are the input types whose values must not appear in messages.
//
//nolint:gochecknoglobals // a table
var secretInputs = []string{"CredentialInput"}

// MutateOperationParameters checks the text of a request, parses and validates it unless it is cached, and coerces its
// variables. The executor then finds the parsed document, and variables that match their types.
func (g *Guard) MutateOperationParameters(ctx context.Context, request *graphql.RawParams) *gqlerror.Error {
	if strings.TrimSpace(request.Query) == "" {
		if _, persisted := request.Extensions["persistedQuery"]; persisted {
			// Clients send the full text in response.
			return withCode("PERSISTED_QUERY_NOT_FOUND", "PersistedQueryNotFound")
		}
	}
	document, known := g.documents.Get(ctx, request.Query)
	if !known {
		var refused *gqlerror.Error
		if document, refused = g.document(request.Query); refused != nil {
			return refused
		}
		g.documents.Add(ctx, request.Query, document)
	}
	operation, refused := operationOf(document, request.OperationName)
	if refused != nil {
		return refused
	}
	variables, problems := g.values.Variables(operation, document.Fragments, request.Variables)
	if len(problems) > 0 {
		return asOne(problems)
	}
	request.Variables = variables
	graphql.GetOperationContext(ctx).Doc = document
	return nil
}

// document checks, parses and validates a text.
func (g *Guard) document(text string) (*ast.QueryDocument, *gqlerror.Error) {
	if refused := check(text, g.limits); refused != nil {
		return nil, refused
	}
	document, err := parser.ParseQueryWithTokenLimit(&ast.Source{Input: text}, g.limits.Tokens)
	if err != nil {
		return nil, unreadable(err)
	}
	if len(document.Operations) == 0 {
		return nil, withCode(errcode.ValidationFailed, "The document has no operation.")
	}
	problems := validator.ValidateWithRules(g.schema, document, Rules(g.limits.Errors))
	for _, problem := range problems {
		errcode.Set(problem, errcode.ValidationFailed)
	}
	if len(problems) > 0 {
		return nil, asOne(problems)
	}
	return document, nil
}

// operationOf returns the operation that a request names or, without a name, the only one.
func operationOf(document *ast.QueryDocument, name string) (*ast.OperationDefinition, *gqlerror.Error) {
	operation := document.Operations.ForName(name)
	switch {
	case operation != nil:
		return operation, nil
	case name == "":
		return nil, withCode(errcode.ValidationFailed, "The document has several operations: say in operationName which one to execute.")
	default:
		return nil, withCode(errcode.ValidationFailed, "The document has no operation named "+quoted(name)+".")
	}
}

const longestQuoted = 80 // bytes of a client's name in a message

func quoted(name string) string {
	if len(name) > longestQuoted {
		end := longestQuoted
		for end > 0 && !utf8.RuneStart(name[end]) {
			end--
		}
		name = name[:end] + "…"
	}
	return `"` + name + `"`
}

// asOne returns the first of several errors, for an interface that takes one. All recovers the list.
func asOne(problems gqlerror.List) *gqlerror.Error {
	if len(problems) == 1 {
		return problems[0]
	}
	first := *problems[0]
	first.Err = problems
	return &first
}

// All returns the errors that an operation was refused with, undoing asOne.
func All(refused gqlerror.List) gqlerror.List {
	var several gqlerror.List
	if len(refused) == 1 && refused[0].Err != nil && errors.As(refused[0].Err, &several) {
		return several
	}
	return refused
}
