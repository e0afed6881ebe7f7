package archtest_test

import (
	"fmt"
	"go/ast"
	"go/token"
	"path"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"unicode"

	"github.com/stretchr/testify/require"
)

// check returns the violations of a rule in the sources.
type check func([]source) []string

// checks returns the rules for how code is written.
func checks() map[string]check {
	return map[string]check{
		"no file is too long":                     longFiles,
		"no resolver is too long":                 longResolvers,
		"names are specific":                      emptyNames,
		"exported identifiers have doc comments":  undocumented,
		"service methods check the caller's role": unguarded,
		"rows are scanned into new values":        reused,
		"every listener has limits":               unbounded,
	}
}

func TestModule_FollowsTheStyleRules(t *testing.T) {
	t.Parallel()
	_, sources := readModule(t)
	for rule, find := range checks() {
		t.Run(rule, func(t *testing.T) {
			t.Parallel()
			for _, finding := range find(sources) {
				t.Error(finding)
			}
		})
	}
	if spans := resolverSpans(sources); len(spans) > 0 {
		slices.Sort(spans)
		t.Logf("%d resolvers, median %d lines (aim: %d), longest %d", len(spans), spans[len(spans)/2], usualResolver, spans[len(spans)-1])
	}
}

func TestOpenToAll_ListsOnlyServiceMethods(t *testing.T) {
	t.Parallel()
	_, sources := readModule(t)
	known := map[string]bool{}
	eachServiceMethod(sources, func(_ source, _ *ast.FuncDecl, name string) { known[name] = true })
	for name, reason := range openToAll {
		require.True(t, known[name], "%s is not a service method", name)
		require.NotEmpty(t, reason, name)
	}
}

func longFiles(sources []source) (findings []string) {
	for _, one := range sources {
		most := longestFile
		if strings.HasSuffix(one.path, "_test.go") {
			most = longestTestFile
		}
		if !one.generated && one.lines > most {
			findings = append(findings, fmt.Sprintf("%s has %d lines; at most %d", one.path, one.lines, most))
		}
	}
	return findings
}

// eachResolver calls the given function for every resolver method and its number of lines.
func eachResolver(sources []source, with func(one source, method *ast.FuncDecl, lines int)) {
	for _, one := range sources {
		if one.folder() != "graph" || !strings.HasSuffix(one.path, ".resolvers.go") {
			continue
		}
		for method := range functions(one) {
			if method.Body != nil && strings.HasSuffix(receiver(method), "Resolver") {
				with(one, method, one.span(method.Body))
			}
		}
	}
}

func longResolvers(sources []source) (findings []string) {
	eachResolver(sources, func(one source, method *ast.FuncDecl, lines int) {
		if lines > longestResolver {
			findings = append(findings, fmt.Sprintf("%s: %s has %d lines; at most %d: a resolver decodes, calls one service method, encodes", one.at(method), method.Name.Name, lines, longestResolver))
		}
	})
	return findings
}

func resolverSpans(sources []source) (spans []int) {
	eachResolver(sources, func(_ source, _ *ast.FuncDecl, lines int) { spans = append(spans, lines) })
	return spans
}

func emptyNames(sources []source) (findings []string) {
	empty, emptyInFunctions := strings.Fields(emptyWords), strings.Fields(emptyFunctionWords)
	for _, one := range sources {
		if one.generated {
			continue
		}
		packageName := strings.TrimSuffix(one.syntax.Name.Name, "_test")
		if slices.Contains(empty, packageName) || slices.Contains(empty, path.Base(one.folder())) || slices.Contains(empty, strings.TrimSuffix(path.Base(one.path), ".go")) {
			findings = append(findings, fmt.Sprintf("%s: name it by the noun that it holds", one.path))
		}
		for function := range functions(one) {
			if slices.ContainsFunc(words(function.Name.Name), func(word string) bool { return slices.Contains(emptyInFunctions, word) }) {
				findings = append(findings, fmt.Sprintf("%s: %s says nothing of what it does", one.at(function), function.Name.Name))
			}
		}
	}
	return findings
}

// words splits a name at capitals and underscores, in lower case.
func words(name string) (parts []string) {
	for _, letter := range name {
		if len(parts) == 0 || unicode.IsUpper(letter) || letter == '_' {
			parts = append(parts, "")
		}
		parts[len(parts)-1] += string(unicode.ToLower(letter))
	}
	return parts
}

// undocumented skips resolvers: the schema documents them.
func undocumented(sources []source) (findings []string) {
	for _, one := range sources {
		if one.test || one.generated || strings.HasSuffix(one.path, ".resolvers.go") ||
			!matches("internal/... graph/... server/...", one.folder()) || matches("graph/gen/...", one.folder()) {
			continue
		}
		for _, declaration := range one.syntax.Decls {
			for _, name := range bare(declaration) {
				findings = append(findings, fmt.Sprintf("%s: %s has no doc comment", one.at(name), name.Name))
			}
		}
	}
	return findings
}

// bare returns the exported names in a declaration without a comment.
func bare(declaration ast.Decl) (names []*ast.Ident) {
	switch declaration := declaration.(type) {
	case *ast.FuncDecl:
		name, of := declaration.Name, receiver(declaration)
		elsewhere := of != "" && (!ast.IsExported(of) || slices.Contains(strings.Fields(documentedElsewhere), name.Name))
		if declaration.Doc == nil && name.IsExported() && !elsewhere {
			names = append(names, name)
		}
	case *ast.GenDecl:
		for _, spec := range declaration.Specs {
			if alias, isType := spec.(*ast.TypeSpec); declaration.Doc != nil && (len(declaration.Specs) == 1 || !isType || alias.Assign.IsValid()) {
				continue // one comment is enough for a group of constants, variables or type aliases
			}
			switch spec := spec.(type) {
			case *ast.TypeSpec:
				if spec.Doc == nil && spec.Name.IsExported() {
					names = append(names, spec.Name)
				}
			case *ast.ValueSpec:
				if spec.Doc == nil && spec.Comment == nil {
					names = append(names, exported(spec.Names)...)
				}
			}
		}
	}
	return names
}

func exported(names []*ast.Ident) []*ast.Ident {
	return slices.DeleteFunc(slices.Clone(names), func(name *ast.Ident) bool { return !name.IsExported() })
}

// reused finds fields of structs that a row is scanned into. If a pointer there is set, bun writes
// through it, which changes what other copies of the struct point to, and a NULL leaves a pointer
// to a zero value.
func reused(sources []source) (findings []string) {
	for _, one := range sources {
		if one.test || !strings.HasPrefix(one.path, "internal/") { // the others do not scan with bun
			continue
		}
		ast.Inspect(one.syntax, func(node ast.Node) bool {
			call, is := node.(*ast.CallExpr)
			if !is {
				return true
			}
			if method, is := call.Fun.(*ast.SelectorExpr); !is || method.Sel.Name != "Scan" {
				return true
			}
			for _, argument := range call.Args {
				if address, is := argument.(*ast.UnaryExpr); is && address.Op == token.AND {
					if _, field := address.X.(*ast.SelectorExpr); field {
						findings = append(findings, one.at(argument)+": scan into a new variable and assign its value")
					}
				}
			}
			return true
		})
	}
	return findings
}

// unbounded finds HTTP servers without deadlines or connection limits: those not created by
// internal/inbound. The servers of measurements are exempt, because they serve only their own
// machine.
func unbounded(sources []source) (findings []string) {
	forbidden := strings.Fields(unboundedServers)
	for _, one := range sources {
		if one.test || matches("internal/inbound bench/...", one.folder()) || matches(testsOnly, one.folder()) {
			continue
		}
		ast.Inspect(one.syntax, func(node ast.Node) bool {
			if pointer, is := node.(*ast.StarExpr); is && isName(pointer.X, "http", "Server") {
				return false // a reference to one that inbound created
			}
			if selector, is := node.(*ast.SelectorExpr); is {
				if of, named := selector.X.(*ast.Ident); named && slices.Contains(forbidden, of.Name+"."+selector.Sel.Name) {
					findings = append(findings, fmt.Sprintf("%s: %s.%s has no deadlines: take inbound.Guard's Server and Listen", one.at(node), of.Name, selector.Sel.Name))
				}
			}
			return true
		})
	}
	return findings
}

// unguarded returns the service methods that a request can reach and that do not authenticate the
// caller first, either themselves or through the method of their own that they call first.
func unguarded(sources []source) (findings []string) {
	asking := map[string]bool{}
	eachServiceMethod(sources, func(_ source, method *ast.FuncDecl, name string) {
		asking[name] = callsFirst(method, func(of, called string) bool { return of == "auth" && called == "Require" })
	})
	eachServiceMethod(sources, func(one source, method *ast.FuncDecl, name string) {
		if !method.Name.IsExported() || !takesContext(method) {
			return
		}
		self, packageName := receiverVariable(method), one.syntax.Name.Name
		through := callsFirst(method, func(of, called string) bool { return of == self && asking[packageName+"."+called] })
		if _, open := openToAll[name]; !open && !asking[name] && !through {
			findings = append(findings, fmt.Sprintf("%s: %s does not begin with auth.Require", one.at(method), name))
		}
	})
	return findings
}

// eachServiceMethod calls the given function for every method of a type named Service, named by
// package and method.
func eachServiceMethod(sources []source, with func(one source, method *ast.FuncDecl, name string)) {
	for _, one := range sources {
		if one.test || !matches("internal/...", one.folder()) {
			continue
		}
		for method := range functions(one) {
			if receiver(method) == "Service" {
				with(one, method, one.syntax.Name.Name+"."+method.Name.Name)
			}
		}
	}
}

func takesContext(method *ast.FuncDecl) bool {
	parameters := method.Type.Params.List
	return len(parameters) > 0 && isName(parameters[0].Type, "context", "Context")
}

// callsFirst reports whether the first statement calls a wanted function, identified by the names
// before and after the dot.
func callsFirst(method *ast.FuncDecl, wanted func(of, called string) bool) (calls bool) {
	if method.Body == nil || len(method.Body.List) == 0 {
		return false
	}
	first := ast.Node(method.Body.List[0])
	if condition, ok := first.(*ast.IfStmt); ok {
		if condition.Init == nil {
			return false
		}
		first = condition.Init // its body comes later
	}
	ast.Inspect(first, func(node ast.Node) bool {
		if call, ok := node.(*ast.CallExpr); ok {
			if selector, ok := call.Fun.(*ast.SelectorExpr); ok {
				of, named := selector.X.(*ast.Ident)
				calls = calls || named && wanted(of.Name, selector.Sel.Name)
			}
		}
		_, later := node.(*ast.FuncLit)
		return !later
	})
	return calls
}

func isName(expression ast.Expr, packageName, name string) bool {
	selector, ok := expression.(*ast.SelectorExpr)
	if !ok || selector.Sel.Name != name {
		return false
	}
	left, ok := selector.X.(*ast.Ident)
	return ok && left.Name == packageName
}

// functions yields the functions and methods of a file.
func functions(one source) func(func(*ast.FuncDecl) bool) {
	return func(yield func(*ast.FuncDecl) bool) {
		for _, declaration := range one.syntax.Decls {
			if function, ok := declaration.(*ast.FuncDecl); ok && !yield(function) {
				return
			}
		}
	}
}

// receiverVariable returns the name of a method's receiver.
func receiverVariable(method *ast.FuncDecl) string {
	if names := method.Recv.List[0].Names; len(names) > 0 {
		return names[0].Name
	}
	return ""
}

// receiver returns the name of a method's type, or "" for a function.
func receiver(function *ast.FuncDecl) string {
	if function.Recv == nil || len(function.Recv.List) == 0 {
		return ""
	}
	expression := function.Recv.List[0].Type
	for {
		switch of := expression.(type) {
		case *ast.StarExpr:
			expression = of.X
		case *ast.IndexExpr:
			expression = of.X
		case *ast.IndexListExpr:
			expression = of.X
		case *ast.Ident:
			return of.Name
		default:
			return ""
		}
	}
}

func TestChecks_FindViolations(t *testing.T) {
	t.Parallel()
	lines := func(count int) string { return strings.Repeat("\t_ = 0\n", count) }
	for _, test := range []struct {
		rule, path, text string
		findings         []string
	}{
		{"no file is too long", "internal/a/a.go", "package a\n" + strings.Repeat("\n", 399), nil},
		{"no file is too long", "internal/a/a.go", "package a\n" + strings.Repeat("\n", 400), []string{"internal/a/a.go has 401 lines; at most 400"}},
		{"no file is too long", "internal/a/a.go", "// Code generated by a tool. DO NOT EDIT.\n\npackage a\n" + strings.Repeat("\n", 400), nil},

		{"no resolver is too long", "graph/a.resolvers.go", "package graph\nfunc (r *queryResolver) A() {\n" + lines(30) + "}\n", nil},
		{"no resolver is too long", "graph/a.resolvers.go", "package graph\nfunc (r *queryResolver) A() {\n" + lines(31) + "}\n", []string{"graph/a.resolvers.go:2: A has 31 lines; at most 30: a resolver decodes, calls one service method, encodes"}},
		{"no resolver is too long", "graph/a.go", "package graph\nfunc (r *queryResolver) A() {\n" + lines(31) + "}\n", nil},

		{"names are specific", "internal/util/a.go", "package util\n", []string{"internal/util/a.go: name it by the noun that it holds"}},
		{"names are specific", "internal/a/helpers.go", "package a\n", []string{"internal/a/helpers.go: name it by the noun that it holds"}},
		{"names are specific", "internal/a/a_test.go", "package common_test\n", []string{"internal/a/a_test.go: name it by the noun that it holds"}},
		{"names are specific", "internal/a/a.go", "package a\nfunc newHelper() {}\nfunc utility() {}\n", []string{"internal/a/a.go:2: newHelper says nothing of what it does"}},

		{"exported identifiers have doc comments", "internal/a/a.go", "package a\ntype A struct{}\nfunc (A) B() {}\nfunc C() {}\nvar D, e = 1, 2\n", []string{
			"internal/a/a.go:2: A has no doc comment", "internal/a/a.go:3: B has no doc comment", "internal/a/a.go:4: C has no doc comment", "internal/a/a.go:5: D has no doc comment",
		}},
		{"exported identifiers have doc comments", "internal/a/a.go", "package a\n\n// A is.\ntype A struct{}\n\nfunc (A) String() string { return \"\" }\n\ntype b struct{}\n\nfunc (b) C() {}\n\n// Some.\nconst (\n\tD = 1\n\tE = 2\n)\n\nconst F = 1 // is\n", nil},
		{"exported identifiers have doc comments", "internal/a/a.go", "package a\n\n// Both.\ntype (\n\tA int\n\t// B is.\n\tB int\n)\n", []string{"internal/a/a.go:5: A has no doc comment"}},
		{"exported identifiers have doc comments", "graph/gen/a.go", "package gen\nfunc C() {}\n", nil},

		{"service methods check the caller's role", "internal/a/a.go", "package a\nfunc (s *Service) Get(ctx context.Context) error {\n\tactor, err := auth.Require(ctx, auth.Viewer)\n\treturn err\n}\n", nil},
		{"service methods check the caller's role", "internal/a/a.go", "package a\nfunc (s *Service) Get(ctx context.Context) error {\n\tif _, err := auth.Require(ctx, auth.Viewer); err != nil {\n\t\treturn err\n\t}\n\treturn nil\n}\n", nil},
		{"service methods check the caller's role", "internal/a/a.go", "package a\nfunc (s *Service) Get(ctx context.Context) error {\n\ts.look(ctx)\n\t_, err := auth.Require(ctx, auth.Viewer)\n\treturn err\n}\n", []string{"internal/a/a.go:2: a.Get does not begin with auth.Require"}},
		{"service methods check the caller's role", "internal/a/a.go", "package a\nfunc (s Service) Get(ctx context.Context) error {\n\tif s.open {\n\t\t_, err := auth.Require(ctx, auth.Viewer)\n\t\treturn err\n\t}\n\treturn nil\n}\n", []string{"internal/a/a.go:2: a.Get does not begin with auth.Require"}},
		{"service methods check the caller's role", "internal/a/a.go", "package a\nfunc (s *Service) Get(ctx context.Context) error {\n\tfound, err := s.read(ctx)\n\treturn err\n}\nfunc (s *Service) read(ctx context.Context) error {\n\t_, err := auth.Require(ctx, auth.Viewer)\n\treturn err\n}\n", nil},
		{"service methods check the caller's role", "internal/a/a.go", "package a\nfunc (s *Service) Get(ctx context.Context) error {\n\treturn s.read(ctx)\n}\nfunc (s *Service) read(ctx context.Context) error {\n\treturn nil\n}\n", []string{"internal/a/a.go:2: a.Get does not begin with auth.Require"}},
		{"rows are scanned into new values", "internal/a/a.go", "package a\nfunc a() {\n\tq.Scan(ctx, &made)\n\tq.Scan(ctx, &made.Name, &made.At)\n}\n", []string{
			"internal/a/a.go:4: scan into a new variable and assign its value", "internal/a/a.go:4: scan into a new variable and assign its value",
		}},
		{"every listener has limits", "server/a.go", "package main\nvar s = &http.Server{}\nvar t = new(http.Server)\nvar u http.Server\nfunc a() {\n\thttp.ListenAndServe(a, b)\n\tgo http.Serve(l, h)\n\thttptest.NewServer(h)\n}\n", []string{
			"server/a.go:2: http.Server has no deadlines: take inbound.Guard's Server and Listen", "server/a.go:3: http.Server has no deadlines: take inbound.Guard's Server and Listen",
			"server/a.go:4: http.Server has no deadlines: take inbound.Guard's Server and Listen", "server/a.go:6: http.ListenAndServe has no deadlines: take inbound.Guard's Server and Listen",
			"server/a.go:7: http.Serve has no deadlines: take inbound.Guard's Server and Listen", "server/a.go:8: httptest.NewServer has no deadlines: take inbound.Guard's Server and Listen",
		}},
		{"every listener has limits", "server/a.go", "package main\nfunc a(s *http.Server) { s.Serve(l) }\n", nil},
		{"every listener has limits", "server/a_test.go", "package main\nvar s = &http.Server{}\n", nil},
		{"every listener has limits", "internal/inbound/a.go", "package inbound\nvar s = &http.Server{}\n", nil},
		{"service methods check the caller's role", "internal/a/a.go", "package a\nfunc (s *Service) get(ctx context.Context) {}\nfunc (s *Service) Close() {}\nfunc (s *Store) Get(ctx context.Context) {}\n", nil},
	} {
		sources, err := read(fstest.MapFS{test.path: {Data: []byte(test.text)}})
		require.NoError(t, err)
		require.Equal(t, test.findings, checks()[test.rule](sources), "%s: %s", test.rule, test.text)
	}
}
