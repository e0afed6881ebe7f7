package mapping

import (
	"fmt"
	"strings"

	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/name"
	"github.com/orgmap/orgmap/internal/pg"
)

// shownNames is the maximum number of names in a message.
const shownNames = 5

// describe lists the names in a cell.
func describe(content []cellMapping) string {
	if len(content) == 0 {
		return "nothing"
	}
	names := make([]string, 0, shownNames)
	for _, one := range content[:min(len(content), shownNames)] {
		names = append(names, name.Quote(one.ExternalName))
	}
	text := strings.Join(names, ", ")
	if more := len(content) - shownNames; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}

// userError turns violations of constraints into messages for people. The account's lock prevents them if every writer
// takes it; the constraints still have the final say.
func userError(err error, path ...string) error {
	switch {
	case pg.Violates(err, "mappings_external_org_key"):
		return apperr.User(apperr.AlreadyMapped, "Someone else has just mapped one of these external organizations. Reload and try again.", path...)
	case pg.Violates(err, "mappings_external_org_fkey"):
		return apperr.User(apperr.NotFound, "One of these external organizations no longer exists: its integration has just been disconnected.", path...)
	case pg.Violates(err, "mappings_organization_fkey"):
		return apperr.User(apperr.NotFound, "One of these organizations no longer exists.", path...)
	case pg.Violates(err, "organizations_name_key"):
		return apperr.User(apperr.Conflict, "Someone else has just created an organization with one of these names. Try again.", path...)
	case pg.Violates(err, "accounts_quota_check"):
		return apperr.User(apperr.QuotaExceeded, "You have reached your plan's organization limit. Deactivate organizations or upgrade your plan.", path...)
	}
	return err
}
