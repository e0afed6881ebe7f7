package archtest_test

import (
	"bufio"
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// source is one Go file of the module.
type source struct {
	path      string // relative to the module's root
	syntax    *ast.File
	positions *token.FileSet
	lines     int
	generated bool
	test      bool
}

// folder returns the package's path relative to the module's root.
func (s source) folder() string { return path.Dir(s.path) }

// at returns a position for people.
func (s source) at(node ast.Node) string {
	return fmt.Sprintf("%s:%d", s.path, s.positions.Position(node.Pos()).Line)
}

// span returns the number of lines between the braces.
func (s source) span(block *ast.BlockStmt) int {
	return max(0, s.positions.Position(block.Rbrace).Line-s.positions.Position(block.Lbrace).Line-1)
}

// readModule reads the module that contains this package.
func readModule(t *testing.T) (module string, sources []source) {
	t.Helper()
	root, err := os.Getwd()
	require.NoError(t, err)
	for {
		text, err := os.ReadFile(filepath.Join(root, "go.mod"))
		if err == nil {
			module = moduleName(text)
			break
		}
		parent := filepath.Dir(root)
		require.NotEqual(t, root, parent, "no go.mod above this package")
		root = parent
	}
	require.NotEmpty(t, module)
	sources, err = read(os.DirFS(root))
	require.NoError(t, err)
	return module, sources
}

func moduleName(text []byte) string {
	for lines := bufio.NewScanner(bytes.NewReader(text)); lines.Scan(); {
		if name, found := strings.CutPrefix(lines.Text(), "module "); found {
			return strings.TrimSpace(name)
		}
	}
	return ""
}

// read parses every Go file below root, for every platform, in the order of paths.
func read(root fs.FS) (sources []source, err error) {
	err = fs.WalkDir(root, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			if base := entry.Name(); name != "." && (base[0] == '.' || base[0] == '_' || base == "testdata" || base == "node_modules" || base == "vendor") {
				return fs.SkipDir
			}
			return nil
		}
		if path.Ext(name) != ".go" {
			return nil
		}
		one, err := parse(root, name)
		if err != nil {
			return err
		}
		sources = append(sources, one)
		return nil
	})
	return sources, err
}

func parse(root fs.FS, name string) (source, error) {
	text, err := fs.ReadFile(root, name)
	if err != nil {
		return source{}, err
	}
	positions := token.NewFileSet()
	syntax, err := parser.ParseFile(positions, name, text, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return source{}, err
	}
	return source{
		path: name, syntax: syntax, positions: positions, lines: bytes.Count(text, []byte("\n")),
		generated: ast.IsGenerated(syntax), test: strings.HasSuffix(name, "_test.go"),
	}, nil
}
