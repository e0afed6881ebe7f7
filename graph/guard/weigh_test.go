package guard

import (
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"
)

func heap() int64 {
	runtime.GC()
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return int64(stats.HeapAlloc) //nolint:gosec // no heap is that large
}

// Whatever they contain, cached documents take no more memory than their weight, and so no more than the cache's limit.
func TestDocuments_TakeNoMoreMemoryThanTheirWeight(t *testing.T) { //nolint:paralleltest // it measures the heap
	repeated := func(n int, text string) string { return strings.Repeat(text, n) }
	for name, text := range map[string]string{
		"a small document": "{ viewer { name role } }",
		"fields":           "{a{" + repeated(700, "b ") + "}}",
		"deep fields":      repeated(11, "{a ") + repeated(11, "}"),
		"aliases":          "{a{" + repeated(30, "b:c ") + "}}",
		"fragments":        "{a{" + repeated(25, "...F ") + repeated(200, "...{b}") + "}} fragment F on T {b}",
		"values":           "{a(b:[" + repeated(800, "1,") + "])}",
		"objects":          "{a(b:[" + repeated(200, "{c:$d}") + "])}",
		"texts":            `{a(b:[` + repeated(100, `"`+repeated(400, "x")+`",`) + `])}`,
		"variables":        "query(" + repeated(200, "$a:[B!]=[1] ") + "){a}",
		"operations":       repeated(100, "query A{b} "),
		"a lot of blanks":  "{a}" + repeated(60_000, " "),
	} {
		t.Run(name, func(t *testing.T) { //nolint:paralleltest // it measures the heap
			kept := newDocuments()
			before := heap()
			for i := range 300 {
				unique := fmt.Sprintf("%s#%d", text, i)
				document, err := parser.ParseQuery(&ast.Source{Input: unique})
				require.NoError(t, err)
				kept.Add(t.Context(), unique, document)
			}
			taken, weighed := heap()-before, kept.kept.Bytes()
			t.Logf("%d documents, %d KiB taken, %d KiB weighed", kept.kept.Len(), taken>>10, weighed>>10)
			require.Positive(t, weighed)
			require.LessOrEqual(t, weighed, int64(documentsBytes))
			require.Less(t, taken, weighed+256<<10)
			runtime.KeepAlive(kept)
		})
	}
}
