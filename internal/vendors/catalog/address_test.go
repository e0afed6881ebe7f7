package catalog_test

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/orgmap/orgmap/internal/safehttp"
	"github.com/orgmap/orgmap/internal/vendors"
	"github.com/orgmap/orgmap/internal/vendors/catalog"
)

// base parses an address as connecting does.
func base(application vendors.Application, raw string) (string, error) {
	checked, err := safehttp.CheckURL(raw, []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")})
	if err == nil {
		checked, err = catalog.All().Base(application, checked)
	}
	if err != nil {
		return "", err
	}
	return checked.String(), nil
}

// pasted are addresses that people copy, grouped by the base URL that they lead to.
//
//nolint:gochecknoglobals // a table
var pasted = map[vendors.Application]map[string][]string{
	vendors.ApplicationITGlue: {
		"https://api.itglue.com": {
			"api.itglue.com/organizations?page[size]=1", "https://API.ITGLUE.COM:443/", "https://acme.itglue.com/123456/passwords#partial=&sortBy=name", "https://app.itglue.com/login",
		},
		"https://api.eu.itglue.com": {"https://api.eu.itglue.com/organizations/12/relationships/configurations", "acme.eu.itglue.com/1/documents"},
		"https://api.au.itglue.com": {"https://acme.au.itglue.com/account/api_keys"},
		"https://proxy.acme.example/glue": {
			"https://proxy.acme.example/glue/", "https://proxy.acme.example/glue/organizations?sort=id", "https://proxy.acme.example/glue/organization_types/3",
		},
	},
	vendors.ApplicationDattoRMM: {
		"https://merlot-api.centrastage.net": {
			"https://merlot-api.centrastage.net/api/v2/account/sites", "https://merlot-api.centrastage.net/api/swagger-ui/index.html", "https://merlot.centrastage.net/csm/search?qs=1",
			"https://merlot.rmm.datto.com/site/1234/summary", "merlotrrm.centrastage.net",
		},
		"https://zinfandel-api.centrastage.net": {"https://zinfandel.rmm.datto.com/#/sites", "zinfandel-api.centrastage.net/auth/oauth/token"},
		"https://malbec-api.centrastage.net":    {"https://malbec-api.centrastage.net/api"},
		"https://proxy.acme.example":            {"https://proxy.acme.example/api/v2/account/sites?page=0"},
	},
	vendors.ApplicationAutotask: {
		"https://webservices2.autotask.net": {
			"https://webservices2.autotask.net/ATServicesRest/V1.0/", "webservices2.autotask.net/atservicesrest/v1.0/zoneInformation?user=a@b.example",
			"https://ww5.autotask.net/Mvc/Framework/Navigation.mvc/Landing", "https://ww14.autotask.net/Autotask/Views/Administration/?x=1#top", "https://www.autotask.net",
		},
		"https://webservices14.autotask.net": {"https://webservices14.autotask.net/atservicesrest/swagger/ui/index"},
		"https://proxy.acme.example":         {"https://proxy.acme.example/ATServicesRest/"},
	},
	vendors.ApplicationConnectWise: {
		"https://api-na.myconnectwise.net": {
			"https://api-na.myconnectwise.net/v4_6_release/apis/3.0", "https://na.myconnectwise.net/v2025_1/ConnectWise.aspx?locale=en_US#startscreen=sr100",
			"api-na.myconnectwise.net/v2025_1/apis/3.0/company/companies/count", "https://na.myconnectwise.net/", "HTTPS://API-NA.MYCONNECTWISE.NET:443/login/companyinfo/acme",
		},
		"https://api-aus.myconnectwise.net":         {"aus.myconnectwise.net/v4_6_release"},
		"https://api-staging.connectwisedev.com":    {"https://staging.connectwisedev.com/v2025_1"},
		"https://connect.acme.example":              {"https://connect.acme.example/v4_6_release/apis/3.0/", "https://connect.acme.example/v4_6_release/services/system_io/Service/fv_sr100.rails?id=1"},
		"https://gate.acme.example:8443/cw":         {"https://gate.acme.example:8443/cw/v4_6_release/apis/3.0/company/companies"},
		"https://cw.acme.example/psa/manage-server": {"https://cw.acme.example/psa/manage-server/"},
	},
	vendors.ApplicationHaloPSA: {
		"https://acme.halopsa.com": {
			"https://acme.halopsa.com/api", "https://acme.halopsa.com/api/Client?count=1", "ACME.halopsa.com/auth/token?tenant=acme", "https://acme.halopsa.com/customers?mainview=customer#1",
			"https://acme.halopsa.com/config/integrations/api/applications?id=3", " https://acme.halopsa.com:443// ",
		},
		"https://help.acme.example": {
			"https://help.acme.example/api/", "https://help.acme.example/API/Client", "https://help.acme.example/auth", "https://help.acme.example/ticket?id=5&showmenu=false", "help.acme.example/portal",
		},
		"https://acme.example/halo": {"https://acme.example/halo/api", "https://acme.example/halo/"},
	},
	vendors.ApplicationNinjaOne: {
		"https://app.ninjarmm.com":   {"https://app.ninjarmm.com/#/systemDashboard/overview", "https://app.ninjarmm.com/v2/organizations", "app.ninjarmm.com/ws/oauth/token", "https://app.ninjarmm.com/apidocs/?links.active=core"},
		"https://eu.ninjarmm.com":    {"https://eu.ninjarmm.com/apidocs-beta/core-resources"},
		"https://proxy.acme.example": {"https://proxy.acme.example/v2", "https://proxy.acme.example/api/v2/organizations"},
	},
	vendors.ApplicationHudu: {
		"https://acme.huducloud.com":         {"https://acme.huducloud.com/api/v1", "https://acme.huducloud.com/api/v1/companies?page=1", "acme.huducloud.com/c/northwind-1f2e", "https://acme.huducloud.com/admin/api_keys#new"},
		"https://docs.acme.example":          {"https://docs.acme.example/api/v1/", "https://docs.acme.example/API", "https://docs.acme.example/c/northwind-1f2e?tab=1", "https://docs.acme.example/admin", "docs.acme.example/users/sign_in"},
		"https://acme.example/hudu":          {"https://acme.example/hudu/api/v1/companies", "https://acme.example/hudu/companies"},
		"https://gate.acme.example/api/hudu": {"https://gate.acme.example/api/hudu/api/v1"},
	},
	vendors.ApplicationVSAX: {
		"https://acme.vsax.net":     {"https://acme.vsax.net/api/v3", "https://acme.vsax.net/api/v3/organizations?$top=1", "acme.vsax.net/app/devices", "https://acme.vsax.net/api#tag/Organizations", "https://ACME.vsax.net:443/"},
		"https://vsa.acme.example":  {"https://vsa.acme.example/api/v3/", "https://vsa.acme.example/api", "https://vsa.acme.example/app/main/organizations"},
		"https://acme.example:8443": {"https://acme.example:8443/api/v3"},
	},
	vendors.ApplicationKaseyaBMS: bmsAddresses(),
	vendors.ApplicationKaseyaOne: bmsAddresses(),
}

func bmsAddresses() map[string][]string {
	return map[string][]string{
		"https://api.bms.kaseya.com":     {"https://api.bms.kaseya.com/v2/crm/accounts/summary", "https://bms.kaseya.com/BMS/default.aspx#x", "www.bms.kaseya.com", "https://api.bms.kaseya.com/swagger/index.html"},
		"https://api.bmsemea.kaseya.com": {"https://bmsemea.kaseya.com/Login.aspx?ReturnUrl=%2f"},
		"https://api.bmsapac.kaseya.com": {"https://api.bmsapac.kaseya.com/api/token"},
		"https://api.vorexlogin.com":     {"https://www.vorexlogin.com/", "vorexlogin.com/bms"},
		"https://proxy.acme.example":     {"https://proxy.acme.example/v2/security/authenticate"},
	}
}

func TestBase_AcceptsCopiedAddresses(t *testing.T) {
	t.Parallel()
	for _, descriptor := range catalog.All().All() {
		require.NotEmpty(t, pasted[descriptor.Application], descriptor.Name)
		for want, addresses := range pasted[descriptor.Application] {
			for _, address := range append(addresses, want) {
				got, err := base(descriptor.Application, address)
				require.NoError(t, err, "%s: %s", descriptor.Name, address)
				require.Equal(t, want, got, "%s: %s", descriptor.Name, address)
			}
		}
		for _, region := range descriptor.Regions {
			got, err := base(descriptor.Application, region.BaseURL)
			require.NoError(t, err)
			require.Equal(t, region.BaseURL, got)
		}
		example, err := base(descriptor.Application, descriptor.Address.Example)
		require.NoError(t, err)
		require.Equal(t, descriptor.Address.Example, example, "the example is in normal form")
	}
}

func TestBase_RefusesOtherVendorsAddresses(t *testing.T) {
	t.Parallel()
	for _, descriptor := range catalog.All().All() {
		for other, addresses := range pasted {
			if shares(descriptor.Application, other) {
				continue
			}
			for address := range addresses {
				if strings.Contains(address, "acme.example") || strings.Contains(address, "//acme.example") {
					continue // may belong to any vendor
				}
				_, err := base(descriptor.Application, address)
				require.ErrorContains(t, err, "not of "+descriptor.Name, address)
			}
		}
	}
	for application, addresses := range map[vendors.Application][]string{
		vendors.ApplicationHaloPSA:     {"https://halopsa.com", "https://www.halopsa.com/pricing"},
		vendors.ApplicationHudu:        {"https://www.huducloud.com"},
		vendors.ApplicationVSAX:        {"https://vsax.net"},
		vendors.ApplicationNinjaOne:    {"https://www.ninjarmm.com"},
		vendors.ApplicationConnectWise: {"https://www.myconnectwise.net", "https://myconnectwise.net"},
		vendors.ApplicationDattoRMM:    {"https://rmm.datto.com", "https://www.centrastage.net"},
		vendors.ApplicationKaseyaBMS:   {"https://help.bms.kaseya.com/help", "https://one.kaseya.com"},
		vendors.ApplicationKaseyaOne:   {"https://one.kaseya.com/modules"},
	} {
		for _, address := range addresses {
			_, err := base(application, address)
			require.ErrorContains(t, err, "no API", address)
		}
	}
}

// shares reports whether two applications use the same servers.
func shares(a, b vendors.Application) bool {
	kaseya := map[vendors.Application]bool{vendors.ApplicationKaseyaBMS: true, vendors.ApplicationKaseyaOne: true}
	return a == b || kaseya[a] && kaseya[b]
}

func TestBase_IsIdempotent(t *testing.T) {
	t.Parallel()
	all := catalog.All().All()
	rapid.Check(t, func(t *rapid.T) {
		descriptor := rapid.SampledFrom(all).Draw(t, "vendor")
		host := rapid.SampledFrom([]string{"acme.example", "10.acme.example:8443", "ACME.example.:443"}).Draw(t, "host")
		if len(descriptor.Address.Domains) > 0 && rapid.Bool().Draw(t, "own") {
			host = rapid.StringMatching(`[a-z]{1,6}(-api)?`).Draw(t, "label") + "." + rapid.SampledFrom(descriptor.Address.Domains).Draw(t, "domain")
		}
		raw := fmt.Sprintf("%s%s/%s%s", rapid.SampledFrom([]string{"", "https://", "//"}).Draw(t, "scheme"), host,
			rapid.StringMatching(`([a-zA-Z0-9_.-]{0,6}/){0,4}`).Draw(t, "path"), rapid.SampledFrom([]string{"", "?a=%", "#/x?y"}).Draw(t, "rest"))
		once, err := base(descriptor.Application, raw)
		if err != nil {
			return
		}
		twice, err := base(descriptor.Application, once)
		require.NoError(t, err, raw)
		require.Equal(t, once, twice, raw)
	})
}
