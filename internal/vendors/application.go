package vendors

import (
	"fmt"
	"io"
	"slices"
	"strconv"
)

// Application is a tool whose organizations can be mapped. The value is its name in the API.
type Application string

// All applications.
const (
	ApplicationITGlue       Application = "IT_GLUE"
	ApplicationDattoRMM     Application = "DATTO_RMM"
	ApplicationAutotask     Application = "AUTOTASK"
	ApplicationConnectWise  Application = "CONNECTWISE"
	ApplicationHaloPSA      Application = "HALO_PSA"
	ApplicationNinjaOne     Application = "NINJA_ONE"
	ApplicationHudu         Application = "HUDU"
	ApplicationVSAX         Application = "VSA_X"
	ApplicationKaseyaBMS    Application = "KASEYA_BMS"
	ApplicationKaseyaOne    Application = "KASEYA_ONE"    // a connection only; its modules become columns
	ApplicationKaseyaModule Application = "KASEYA_MODULE" // a module without an Application of its own
)

// Applications returns every application, in the order of the API.
func Applications() []Application {
	return []Application{
		ApplicationITGlue, ApplicationDattoRMM, ApplicationAutotask, ApplicationConnectWise, ApplicationHaloPSA, ApplicationNinjaOne,
		ApplicationHudu, ApplicationVSAX, ApplicationKaseyaBMS, ApplicationKaseyaOne, ApplicationKaseyaModule,
	}
}

// Valid reports whether a is one of Applications.
func (a Application) Valid() bool {
	return slices.Contains(Applications(), a)
}

// MarshalGQL writes the GraphQL enum value.
func (a Application) MarshalGQL(w io.Writer) {
	// The signature that gqlgen requires cannot return the error; the writer is a buffer.
	_, _ = io.WriteString(w, strconv.Quote(string(a)))
}

// UnmarshalGQL reads a GraphQL enum value and rejects anything that is not in Applications.
func (a *Application) UnmarshalGQL(value any) error {
	text, ok := value.(string)
	if !ok || !Application(text).Valid() {
		return fmt.Errorf("%v is not an Application", value)
	}
	*a = Application(text)
	return nil
}
