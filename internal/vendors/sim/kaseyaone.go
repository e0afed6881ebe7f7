package sim

import (
	"net/http"
	"slices"

	"github.com/orgmap/orgmap/internal/vendors"
)

// kaseyaOne serves GET /v2/admin/k1/organizationmappings, and /status and /modules, which are
// requested before it. Every module has the server's list unless SetModules sets another.
type kaseyaOne struct{ kaseya }

// moduler is the dialect of a vendor with modules.
type moduler interface {
	// answerOther serves a request about modules, and reports whether it was one.
	answerOther(s *Server, w http.ResponseWriter, r *http.Request) bool
}

// Module is a module of the simulated KaseyaOne.
type Module struct {
	ID, Name string
	// Organizations is the module's list; nil: the server's.
	Organizations []vendors.Organization
}

// demoModules returns the modules until SetModules: two that are also vendors of their own, and two
// that are not.
func demoModules() []Module {
	return []Module{{ID: "3", Name: "IT Glue"}, {ID: "7", Name: "Datto RMM"}, {ID: "12", Name: "Datto BCDR"}, {ID: "21", Name: "Spanning Backup"}}
}

// SetModules replaces the modules of KaseyaOne; it has no effect on other vendors. Without modules,
// KaseyaOne is not connected.
func (s *Server) SetModules(modules ...Module) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.modules = slices.Clone(modules)
}

func (s *Server) currentModules() []Module {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.modules
}

// listOf returns the list of a module, or the server's. The caller holds mu.
func (s *Server) listOf(module string) []vendors.Organization {
	for _, one := range s.modules {
		if one.ID == module && one.Organizations != nil {
			return one.Organizations
		}
	}
	return s.list
}

func (kaseyaOne) application() vendors.Application { return vendors.ApplicationKaseyaOne }

func (d kaseyaOne) kind(r *http.Request) Kind {
	return d.kindAt(r, "/v2/admin/k1/organizationmappings")
}

func (d kaseyaOne) window(r *http.Request) (Window, error) {
	window, err := d.kaseya.window(r)
	window.Module = r.URL.Query().Get("SourceProductId")
	return window, err
}

func (d kaseyaOne) answerOther(s *Server, w http.ResponseWriter, r *http.Request) bool {
	path, asked := r.URL.Path, r.Method == http.MethodGet
	if !asked || (path != "/v2/admin/k1/status" && path != "/v2/admin/k1/modules") {
		return false
	}
	modules := s.currentModules()
	switch {
	case !d.authorized(s, r):
		d.reject(w)
	case path == "/v2/admin/k1/status":
		d.succeed(w, map[string]any{"result": map[string]any{"isConnected": len(modules) > 0, "organizationId": "5f1e0000-0000-4000-8000-000000000001"}})
	default:
		rows := make([]map[string]any, 0, len(modules))
		for _, module := range modules {
			rows = append(rows, map[string]any{"id": number(module.ID, false), "name": module.Name, "activeProductImageUrl": "https://images.invalid/module.png"})
		}
		d.succeed(w, map[string]any{"result": rows})
	}
	return true
}

func (d kaseyaOne) page(w http.ResponseWriter, r *http.Request, listing Listing) {
	organizations := make([]map[string]any, 0, len(listing.Rows))
	for _, row := range listing.Rows {
		organizations = append(organizations, map[string]any{
			"sourceOrganizationId": text(row.RemoteID, row.NullID), "sourceOrganizationName": text(row.Name, row.NullName),
			"sourceProductId": r.URL.Query().Get("SourceProductId"), "subOrganizations": nil,
		})
	}
	d.succeed(w, map[string]any{"result": organizations, "totalRecords": listing.Total})
}
