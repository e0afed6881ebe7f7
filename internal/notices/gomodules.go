package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// goPackage is what go list reports about a package.
type goPackage struct {
	ImportPath string
	Dir        string
	Module     *struct {
		Path, Version string
		Dir           string
		Main          bool
		Replace       *struct{ Path, Version, Dir string }
	}
}

// goModules returns the modules that the program is built from: those for the image's platform, not
// this machine's.
func goModules(ctx context.Context, program string) ([]component, error) {
	list := exec.CommandContext(ctx, "go", "list", "-deps", "-json=ImportPath,Dir,Module", program)
	list.Env = append(os.Environ(), "GOOS=linux", "GOARCH=amd64", "CGO_ENABLED=0", "GOFLAGS=-mod=readonly")
	list.Stderr = os.Stderr
	output, err := list.Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %w", err)
	}
	found := map[string]*component{}
	decoder := json.NewDecoder(bytes.NewReader(output))
	for {
		var one goPackage
		if err := decoder.Decode(&one); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return nil, fmt.Errorf("read go list: %w", err)
		}
		if one.Module == nil || one.Module.Main {
			continue
		}
		if err := one.add(found); err != nil {
			return nil, err
		}
	}
	modules := make([]component, 0, len(found))
	for _, module := range found {
		if len(module.licenses) == 0 {
			return nil, fmt.Errorf("%s has no license file", module.name)
		}
		modules = append(modules, *module)
	}
	return modules, nil
}

// add adds the package's module, and the licenses of all folders from the module's to the
// package's: parts of a module may have other owners.
func (p *goPackage) add(found map[string]*component) error {
	module := found[p.Module.Path]
	if module == nil {
		module = &component{name: p.Module.Path + " " + p.Module.Version}
		if p.Module.Replace != nil {
			module.name += " (replaced by " + strings.TrimSpace(p.Module.Replace.Path+" "+p.Module.Replace.Version) + ")"
		}
		found[p.Module.Path] = module
	}
	below, err := filepath.Rel(p.Module.Dir, p.Dir)
	if err != nil {
		return err
	}
	folder := p.Module.Dir
	for _, part := range append([]string{"."}, strings.Split(filepath.ToSlash(below), "/")...) {
		folder = filepath.Join(folder, part)
		texts, err := licensesIn(folder)
		if err != nil {
			return err
		}
		for _, text := range texts {
			if !slices.Contains(module.licenses, text) {
				module.licenses = append(module.licenses, text)
			}
		}
	}
	return nil
}
