package mapping

import (
	"context"

	"github.com/google/uuid"

	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/name"
	"github.com/orgmap/orgmap/internal/pg"
)

const (
	selectCSVIntegrations  = "SELECT id, name, application FROM integrations WHERE account_id = $1 ORDER BY id"
	selectCSVOrganizations = `
		SELECT id, name FROM organizations WHERE account_id = $1 AND name = ANY ($2::text[])
		UNION SELECT id, name FROM organizations WHERE account_id = $1 AND id = ANY ($3::uuid[])`
	// A worker may have stored a suggestion that someone has rejected in the meantime.
	selectCSVExternals = `
		SELECT x.id, x.integration_id, x.remote_id, x.name, x.match_name, x.removed_at IS NOT NULL, e.external_org_id IS NOT NULL,
			m.id, m.organization_id, m.external_name, o.name, s.organization_id, p.name, m.created_by, m.created_at
		FROM (
			SELECT f.id FROM unnest($2::uuid[], $3::text[]) AS w (integration_id, text)
			JOIN external_orgs AS f ON f.account_id = $1 AND f.integration_id = w.integration_id AND f.remote_id = w.text
			UNION
			SELECT f.id FROM unnest($4::uuid[], $5::text[]) AS w (integration_id, text)
			JOIN external_orgs AS f ON f.account_id = $1 AND f.integration_id = w.integration_id AND f.match_name = w.text AND f.removed_at IS NULL
		) AS found
		JOIN external_orgs AS x ON x.account_id = $1 AND x.id = found.id
		LEFT JOIN exclusions AS e ON e.account_id = $1 AND e.external_org_id = x.id
		LEFT JOIN mappings AS m ON m.account_id = $1 AND m.external_org_id = x.id
		LEFT JOIN organizations AS o ON o.account_id = $1 AND o.id = m.organization_id
		LEFT JOIN suggestions AS s ON s.account_id = $1 AND s.external_org_id = x.id AND s.state = 'SUGGESTED' AND NOT EXISTS (
			SELECT FROM rejections AS r WHERE r.account_id = $1 AND r.external_org_id = x.id AND r.organization_id = s.organization_id)
		LEFT JOIN organizations AS p ON p.account_id = $1 AND p.id = s.organization_id
		ORDER BY x.integration_id, x.remote_id`
	selectCSVCells = `
		SELECT m.id, m.organization_id, m.integration_id, m.external_org_id, m.external_name, o.name FROM mappings AS m
		JOIN organizations AS o ON o.account_id = $1 AND o.id = m.organization_id
		WHERE m.account_id = $1 AND m.organization_id = ANY ($2::uuid[]) AND m.integration_id = ANY ($3::uuid[])
		ORDER BY m.integration_id, m.external_folded, m.id`
)

// loadCSVIntegrations reads the account's integrations, in the order in which they were connected.
func loadCSVIntegrations(ctx context.Context, tx pg.ReadTx, account uuid.UUID) (integrations []csvIntegration, err error) {
	err = tx.Send(ctx, pg.Statement{
		SQL: selectCSVIntegrations, Arguments: []pg.Argument{pg.UUID(account)},
		Take: func(row pg.Row) {
			integrations = append(integrations, csvIntegration{row.UUID(0), row.Text(1), row.Text(2)})
		},
	})
	return integrations, err
}

// csvWanted is what a file names.
type csvWanted struct {
	names         []string // of organizations
	organizations []uuid.UUID
	ids, matches  csvTexts
	columns       []uuid.UUID // integrations whose cells have their whole content in the file
}

// csvTexts are distinct texts, with the integration in which each is looked for.
type csvTexts struct {
	seen         map[csvText]bool
	integrations []uuid.UUID
	texts        []string
}

func (t *csvTexts) add(integration uuid.UUID, text string) {
	key := csvText{integration, text}
	if t.seen[key] {
		return
	}
	if t.seen == nil {
		t.seen = map[csvText]bool{}
	}
	t.seen[key] = true
	t.integrations, t.texts = append(t.integrations, integration), append(t.texts, text)
}

func wantedBy(file *csvFile, instead []CSVInstead) (wanted csvWanted) {
	for i := range file.rows {
		row := &file.rows[i]
		if normal, err := name.Normalize(row.name); err == nil {
			wanted.names = append(wanted.names, normal)
		}
		if kind, node, ok := id.Parse(row.id); ok && kind == id.Organization {
			wanted.organizations = append(wanted.organizations, node)
		}
		for _, cell := range row.cells {
			wanted.addCell(cell)
		}
	}
	for _, one := range instead {
		wanted.organizations = append(wanted.organizations, one.OrganizationID)
	}
	wanted.names, wanted.organizations, wanted.columns = id.Unique(wanted.names), id.Unique(wanted.organizations), id.Unique(wanted.columns)
	return wanted
}

func (w *csvWanted) addCell(cell csvCell) {
	if cell.integration == uuid.Nil {
		return
	}
	values := cell.values
	if cell.unsplit != "" {
		values = append(values[:len(values):len(values)], cell.unsplit)
	}
	for _, value := range values {
		if cell.kind != CSVExternalName {
			for _, text := range idsIn(value) {
				w.ids.add(cell.integration, text)
			}
		}
		if normal, err := name.Normalize(value); err == nil && cell.kind != CSVExternalID {
			w.matches.add(cell.integration, normal)
		}
	}
	if (cell.whole() || cell.none) && (len(w.columns) == 0 || w.columns[len(w.columns)-1] != cell.integration) {
		w.columns = append(w.columns, cell.integration)
	}
}

// loadCSVWorld reads what a file names, in a fixed number of statements. similar says which organizations are similar to
// those that it would create.
func loadCSVWorld(ctx context.Context, tx pg.ReadTx, account uuid.UUID, integrations []csvIntegration, file *csvFile, instead []CSVInstead) (csvWorld, error) {
	wanted := wantedBy(file, instead)
	world := csvWorld{
		integrations: make(map[uuid.UUID]string, len(integrations)), organizations: map[uuid.UUID]*csvOrganization{}, byName: map[string]*csvOrganization{},
		byRemoteID: map[csvText]*csvExternal{}, byMatchName: map[csvText][]*csvExternal{}, similar: map[string]*csvOrganization{}, nearest: map[csvText]string{},
	}
	for _, one := range integrations {
		world.integrations[one.ID] = one.Name
	}
	err := tx.Send(ctx,
		pg.Statement{
			SQL: selectCSVOrganizations, Arguments: []pg.Argument{pg.UUID(account), pg.Texts(wanted.names), pg.UUIDs(wanted.organizations)},
			Take: func(row pg.Row) { world.organization(row.UUID(0), row.Text(1)) },
		},
		pg.Statement{
			SQL: selectCSVExternals, Take: func(row pg.Row) { world.readExternal(row) },
			Arguments: []pg.Argument{
				pg.UUID(account), pg.UUIDs(wanted.ids.integrations), pg.Texts(wanted.ids.texts), pg.UUIDs(wanted.matches.integrations), pg.Texts(wanted.matches.texts),
			},
		})
	if err != nil {
		return world, err
	}
	known := make([]uuid.UUID, 0, len(world.organizations))
	for node := range world.organizations {
		known = append(known, node)
	}
	var cells []cellMapping
	err = tx.Send(ctx,
		pg.Statement{
			SQL: selectCSVCells, Arguments: []pg.Argument{pg.UUID(account), pg.UUIDs(known), pg.UUIDs(wanted.columns)},
			Take: func(row pg.Row) {
				cells = append(cells, cellMapping{row.UUID(0), row.UUID(1), row.UUID(2), row.UUID(3), row.Text(4), row.Text(5)})
			},
		},
		world.readingNearest(account, wanted))
	world.cells = byCell(cells)
	return world, err
}

// organization returns the world's organization with an ID, and adds it if necessary.
func (w *csvWorld) organization(node uuid.UUID, called string) *csvOrganization {
	one := w.organizations[node]
	if one == nil {
		one = &csvOrganization{node, called}
		w.organizations[node], w.byName[called] = one, one
	}
	return one
}

func (w *csvWorld) readExternal(row pg.Row) {
	one := &csvExternal{id: row.UUID(0), integration: row.UUID(1), remoteID: row.Text(2), name: row.Text(3), removed: row.Boolean(5), excluded: row.Boolean(6)}
	if !row.Null(7) {
		one.holder = cellMapping{row.UUID(7), row.UUID(8), one.integration, one.id, row.Text(9), row.Text(10)}
		one.mappedBy, one.mappedAt = row.Text(13), row.Time(14)
	}
	if !row.Null(11) {
		one.suggested = w.organization(row.UUID(11), row.Text(12)).id
	}
	w.byRemoteID[csvText{one.integration, one.remoteID}] = one
	if !row.Null(4) && !one.removed {
		key := csvText{one.integration, row.Text(4)}
		w.byMatchName[key] = append(w.byMatchName[key], one)
	}
}
