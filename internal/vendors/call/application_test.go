package call_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/vendors"
	"github.com/orgmap/orgmap/internal/vendors/call"
)

func TestApplicationNamed_AcceptsAnySpelling(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]vendors.Application{
		"cw_manage": vendors.ApplicationConnectWise, "ConnectWise PSA": vendors.ApplicationConnectWise, "autotask": vendors.ApplicationAutotask,
		"Datto Autotask PSA": vendors.ApplicationAutotask, "Halo": vendors.ApplicationHaloPSA, "ninja-rmm": vendors.ApplicationNinjaOne,
		"IT Glue": vendors.ApplicationITGlue, "DattoRMM": vendors.ApplicationDattoRMM, "VSA 10": vendors.ApplicationVSAX,
		"Kaseya BMS": vendors.ApplicationKaseyaBMS, "Hudu": vendors.ApplicationHudu,
	} {
		application, known := call.ApplicationNamed(name)
		require.True(t, known, name)
		require.Equal(t, want, application)
	}
	for _, name := range []string{"", "  ", "Datto", "VSA", "PulsewayPsa", "Syncro", "IT Glue Backup"} {
		_, known := call.ApplicationNamed(name)
		require.False(t, known, name)
	}
}
