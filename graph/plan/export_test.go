package plan

import "github.com/99designs/gqlgen/graphql"

// MaximumKept bounds what is kept of plans, in bytes.
const MaximumKept = plansBytes

// KeptBytes is what the plans of a schema that Over returned are reckoned with.
func KeptBytes(of graphql.ExecutableSchema) int64 {
	return of.(*schema).plans.documents.Bytes() //nolint:forcetypeassert // Over returns nothing else
}
