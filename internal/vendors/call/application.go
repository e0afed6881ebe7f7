package call

import (
	"strings"
	"unicode"

	"github.com/orgmap/orgmap/internal/vendors"
)

// ApplicationNamed returns the application that a vendor means by a name or abbreviation in any
// spelling: "cw_manage", "Datto RMM", "KaseyaBMS". It reports false for a tool that is not in
// vendors.Applications and for a name that several tools share.
func ApplicationNamed(name string) (vendors.Application, bool) {
	plain := strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, name)
	switch plain {
	case "itglue":
		return vendors.ApplicationITGlue, true
	case "dattormm":
		return vendors.ApplicationDattoRMM, true
	case "autotask", "autotaskpsa", "dattoautotask", "dattoautotaskpsa":
		return vendors.ApplicationAutotask, true
	case "connectwise", "connectwisepsa", "connectwisemanage", "cwmanage", "cwpsa":
		return vendors.ApplicationConnectWise, true
	case "halo", "halopsa":
		return vendors.ApplicationHaloPSA, true
	case "ninja", "ninjaone", "ninjarmm":
		return vendors.ApplicationNinjaOne, true
	case "hudu":
		return vendors.ApplicationHudu, true
	case "vsax", "vsa10", "kaseyavsax", "kaseyavsa10":
		return vendors.ApplicationVSAX, true
	case "bms", "kaseyabms", "vorex":
		return vendors.ApplicationKaseyaBMS, true
	default:
		return "", false
	}
}
