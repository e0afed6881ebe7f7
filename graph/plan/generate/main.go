// Command generate writes the GraphQL code: all that gqlgen writes, and the tables that graph/plan answers by. It is run
// in the module's root, where gqlgen.yml is.
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

// tables is the plugin that writes the tables.
type tables struct{}

// Name is the plugin's name in gqlgen's messages.
func (tables) Name() string { return "plan" }

//go:embed tables.gotpl
var template string

// GenerateCode writes the tables into the package of gqlgen's executor: they decode arguments as it does.
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
