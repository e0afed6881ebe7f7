package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// locked is a package entry in package-lock.json.
type locked struct {
	Version, License           string
	Dev, DevOptional, Optional bool
}

// lockedPackages returns the packages that the pages depend on, by install path. It leaves out
// packages that only build or test the pages, and optional ones, which are programs for one kind of
// machine.
func lockedPackages(folder string) (map[string]locked, error) {
	var lock struct{ Packages map[string]locked }
	text, err := os.ReadFile(filepath.Join(folder, "package-lock.json"))
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(text, &lock); err != nil {
		return nil, fmt.Errorf("read package-lock.json: %w", err)
	}
	for path, one := range lock.Packages {
		if path == "" || one.Dev || one.DevOptional || one.Optional {
			delete(lock.Packages, path)
		}
	}
	return lock.Packages, nil
}

// named returns the package's name and version, given its install path.
func (l locked) named(path string) string {
	const modules = "node_modules/"
	return path[strings.LastIndex(path, modules)+len(modules):] + " " + l.Version
}

// npmPackages returns the packages that the pages are built from, with their installed licenses.
func npmPackages(folder string) (packages []component, err error) {
	all, err := lockedPackages(folder)
	if err != nil {
		return nil, err
	}
	for path, one := range all {
		texts, err := licensesIn(filepath.Join(folder, path))
		if err != nil {
			return nil, fmt.Errorf("%s is not installed: run npm ci: %w", one.named(path), err)
		}
		if len(texts) == 0 && one.License == "" {
			return nil, fmt.Errorf("%s names no license", one.named(path))
		}
		packages = append(packages, component{name: one.named(path), license: one.License, licenses: texts})
	}
	return packages, nil
}
