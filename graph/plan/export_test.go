package plan

import "github.com/99designs/gqlgen/graphql"

// MaximumKept is the maximum size of cached plans, in bytes.
const MaximumKept = plansBytes

// KeptBytes returns the estimated size of the cached plans of a schema that Over returned.
func KeptBytes(of graphql.ExecutableSchema) int64 {
	return of.(*schema).plans.documents.Bytes() //nolint:forcetypeassert // Over returns nothing else
}
