// Command notices writes the licenses of everything we ship: of the Go modules in the program, and
// of the npm packages in the pages. It reads only what go mod download and npm ci have put on this
// machine.
package main

import (
	"bytes"
	"cmp"
	"context"
	_ "embed" // the license of Go
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// component is a package that we ship, with the license texts that we must ship with it.
type component struct {
	name     string   // with its version
	license  string   // as its publisher names it; "" if only the texts say it
	licenses []string // the texts
}

// goLicense is Go's own license, embedded because distributions of Go keep it in different places.
//
//go:embed go.txt
var goLicense string

const introduction = `Third-party notices

Orgmap is licensed under the Apache License 2.0 (see LICENSE). It contains the works below, each under its own license.
"make licenses" writes this file.
`

func main() {
	if err := run(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, "notices:", err)
		os.Exit(1)
	}
}

// run prints the notices. Its arguments are the main package and the folder of package-lock.json.
func run(ctx context.Context) error {
	const arguments = 3
	if len(os.Args) != arguments {
		return errors.New("usage: notices PACKAGE FOLDER, such as ./server web/app")
	}
	all := []component{{name: "Go standard library", license: "BSD-3-Clause", licenses: []string{goLicense}}}
	modules, err := goModules(ctx, os.Args[1])
	if err != nil {
		return err
	}
	packages, err := npmPackages(os.Args[2])
	if err != nil {
		return err
	}
	_, err = os.Stdout.Write(write(append(append(all, modules...), packages...)))
	return err
}

// write returns the file's content: each license text once, under the names of all components that
// use it.
func write(all []component) []byte {
	slices.SortFunc(all, func(a, b component) int {
		return cmp.Or(cmp.Compare(a.name, b.name), slices.Compare(a.licenses, b.licenses)) // one version may be installed twice
	})
	var order []string
	under := map[string][]string{}
	for _, one := range all {
		text := strings.Join(one.licenses, "\n\n")
		if text == "" {
			text = "Its package contains no license text. It is published under this license: " + one.license
		}
		if under[text] == nil {
			order = append(order, text)
		}
		under[text] = append(under[text], one.name)
	}
	const rule = "\n================================================================================\n"
	var written bytes.Buffer
	written.WriteString(introduction)
	for _, text := range order {
		written.WriteString(rule)
		for _, name := range slices.Compact(under[text]) {
			written.WriteString(name + "\n")
		}
		written.WriteString("--------------------------------------------------------------------------------\n" + text + "\n")
	}
	return written.Bytes()
}

// licenseNames are the prefixes of file names that contain a license or a required notice.
//
//nolint:gochecknoglobals // a constant
var licenseNames = []string{"license", "licence", "copying", "notice", "copyright", "patents"}

// licensesIn returns the texts of the license files in a folder, ordered by file name.
func licensesIn(folder string) (texts []string, err error) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, err
	}
	for _, entry := range entries {
		name := strings.ToLower(entry.Name())
		isLicense := slices.ContainsFunc(licenseNames, func(begin string) bool { return strings.HasPrefix(name, begin) })
		if !isLicense || !entry.Type().IsRegular() || slices.Contains([]string{".go", ".js", ".mjs", ".ts"}, filepath.Ext(name)) {
			continue
		}
		text, err := os.ReadFile(filepath.Join(folder, entry.Name()))
		if err != nil {
			return nil, err
		}
		texts = append(texts, plain(string(text)))
	}
	return texts, nil
}

// plain removes a byte order mark and trailing white space, which differ between copies of the same
// license.
func plain(text string) string {
	lines := strings.Split(strings.TrimPrefix(text, "\ufeff"), "\n")
	for i, line := range lines {
		lines[i] = strings.TrimRight(line, " \t\r")
	}
	return strings.Trim(strings.Join(lines, "\n"), "\n")
}
