package integration

import (
	"context"
	"strings"

	"github.com/google/uuid"

	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/pg"
)

var selectByRemoteID = "SELECT " + externalOrgColumns.In("x") + " FROM external_orgs AS x WHERE x.account_id = $1 AND x.integration_id = $2 AND x.remote_id = $3"

// ExternalOrgByRemoteID returns the external organization with the vendor's ID in the integration, also if the vendor no
// longer lists it, or nil if the account has none.
func (s *Service) ExternalOrgByRemoteID(ctx context.Context, integration uuid.UUID, remoteID string) (*ExternalOrg, error) {
	actor, err := auth.Require(ctx, auth.Viewer)
	if err != nil {
		return nil, err
	}
	if strings.ContainsRune(remoteID, 0) { // Postgres' text cannot contain NUL
		return nil, nil //nolint:nilnil // no vendor's ID contains it
	}
	var found *ExternalOrg
	err = s.db.Read(ctx, actor.AccountID, func(ctx context.Context, tx pg.ReadTx) error {
		return tx.Send(ctx, pg.Statement{
			SQL: selectByRemoteID, Arguments: []pg.Argument{pg.UUID(actor.AccountID), pg.UUID(integration), pg.Text(remoteID)}, Prepared: true,
			Take: func(row pg.Row) {
				found = &ExternalOrg{}
				externalOrgColumns.Read(row, found)
			},
		})
	})
	return found, err
}
