package mapping

import (
	"testing"

	"github.com/google/uuid"

	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/id"
)

func TestUserError_TranslatesConstraintViolations(t *testing.T) {
	t.Parallel()
	n := newStore(t).newTenant(t, 1)
	acme, externals := n.organization("Acme"), n.external(n.glue, "a", "b")
	n.save(Cell{OrganizationID: acme, IntegrationID: n.glue, ExternalOrgIDs: externals[:1]})
	const mapping = "INSERT INTO mappings (account_id, id, organization_id, integration_id, external_org_id, origin, created_by) VALUES (?, ?, ?, ?, ?, 'MANUAL', 'Robin')"
	const organization = "INSERT INTO organizations (account_id, id, name, folded, active) VALUES (?, ?, ?, '', ?)"
	for title, c := range map[string]struct {
		statement string
		arguments []any
		want      apperr.UserErrorCode
	}{
		"an external organization is mapped twice":            {mapping, []any{n.id, id.New(), acme, n.glue, externals[0]}, apperr.AlreadyMapped},
		"the external organization is gone":                   {mapping, []any{n.id, id.New(), acme, n.glue, id.New()}, apperr.NotFound},
		"the external organization is of another integration": {mapping, []any{n.id, id.New(), acme, n.rmm, externals[1]}, apperr.NotFound},
		"the organization is gone":                            {mapping, []any{n.id, id.New(), uuid.Nil, n.glue, externals[1]}, apperr.NotFound},
		"the name is taken":                                   {organization, []any{n.id, id.New(), "Acme", false}, apperr.Conflict},
		"the quota is used up":                                {organization, []any{n.id, id.New(), "Beta", true}, apperr.QuotaExceeded},
	} {
		t.Run(title, func(t *testing.T) {
			t.Parallel()
			requireUserErrors(t, userError(n.tryExecute(c.statement, c.arguments...), apperr.InputPath("cells")...), problem{c.want, "input/cells", ""})
		})
	}
}
