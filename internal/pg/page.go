package pg

import (
	"strings"

	"github.com/uptrace/bun"

	"github.com/orgmap/orgmap/internal/page"
)

// Page restricts a query to a window of its list, in the window's order. It asks for one item more than the window
// holds, which shows whether there are more.
func Page(query *bun.SelectQuery, window page.Window) *bun.SelectQuery {
	columns := window.Order.Columns()
	row := "(" + strings.Join(columns, ", ") + ")"
	values := "(?" + strings.Repeat(", ?", len(columns)-1) + ")"
	for _, bound := range window.Bounds() {
		query = query.Where(row+" "+bound.Comparison+" "+values, bound.SortKey...)
	}
	return Sorted(query, window).Offset(int64(window.Offset)).Limit(int64(window.Size + 1))
}

// Sorted sorts a query in the window's order.
func Sorted(query *bun.SelectQuery, window page.Window) *bun.SelectQuery {
	for _, column := range window.Order.Columns() {
		query = query.OrderExpr(column + " " + window.Direction())
	}
	return query
}
