// Command generate writes the GraphQL code: everything that gqlgen generates, and the tables of graph/plan. Run it in
// the module's root, which holds gqlgen.yml.
package main

import (
	_ "embed"
	"fmt"
	"os"
	"path/filepath"

	"github.com/99designs/gqlgen/api"
	"github.com/99designs/gqlgen/codegen"
	"github.com/99designs/gqlgen/codegen/config"
	"github.com/99designs/gqlgen/codegen/templates"
)

func main() {
	if err := generate(); err != nil {
		fmt.Fprintln(os.Stderr, "generate:", err)
		os.Exit(1)
	}
}

func generate() error {
	settings, err := config.LoadConfigFromDefaultLocations()
	if err != nil {
		return err
	}
	return api.Generate(settings, api.AddPlugin(tables{}))
}

// tables is the gqlgen plugin that writes the tables.
type tables struct{}

// Name returns the plugin's name for gqlgen's messages.
func (tables) Name() string { return "plan" }

//go:embed tables.gotpl
var template string

// GenerateCode writes the tables into the package of gqlgen's executor, because they use its argument decoders.
func (tables) GenerateCode(data *codegen.Data) error {
	exec := data.Config.Exec
	return templates.Render(templates.Options{
		PackageName:     exec.Package,
		Filename:        filepath.Join(exec.Dir(), "plan.go"),
		Template:        template,
		Data:            newSchema(data),
		GeneratedHeader: true,
		Packages:        data.Config.Packages,
	})
}
