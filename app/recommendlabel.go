package app

import (
	"context"
	"slices"

	"shoptwin/core/recommend"
	"shoptwin/core/table"
	"shoptwin/store"
)

// called are the names of columns that say what people call a product.
var called = []string{"productname", "itemname", "name", "title", "description", "商品名称", "商品名", "名称", "品名"}

// label lets another dataset of the project tell what the items of the events
// are called and their categories: one that has the column of items, too, the
// products' and what a recipe made first.
func (a *App) label(ctx context.Context, p store.Project, of Dataset, l *recommend.Log, t *table.Table, req EventsRequest) error {
	cols, err := recommend.Resolve(t, req.Columns)
	if err != nil {
		return err
	}
	all, err := a.datasets(p.ID)
	if err != nil {
		return err
	}
	rank := func(d Dataset) (n int) {
		if d.Role == "products" {
			n += 2
		}
		if d.Recipe != nil {
			n++
		}
		return n
	}
	slices.SortStableFunc(all, func(x, y Dataset) int { return rank(y) - rank(x) })
	for _, d := range all {
		var fields []table.Field
		for _, c := range d.Columns {
			fields = append(fields, table.Field{Name: c.Name, Kind: c.Kind, Role: c.Role})
		}
		name, category := "", recommend.DetectColumns(fields).Category
		for _, want := range called {
			if i := slices.IndexFunc(fields, func(f table.Field) bool { return table.PlainName(f.Name) == want }); i >= 0 && name == "" {
				name = fields[i].Name
			}
		}
		if d.ID == of.ID && name == "" || name == "" && category == "" || !slices.ContainsFunc(fields, func(f table.Field) bool { return f.Name == cols.Item }) {
			continue
		}
		want := []string{cols.Item}
		for _, c := range []string{name, category} {
			if c != "" && c != cols.Item && !slices.Contains(want, c) {
				want = append(want, c)
			}
		}
		of, err := a.columns(ctx, p, d, want)
		if err != nil {
			return err
		}
		l.Describe(of.Column(cols.Item), of.Column(name), of.Column(category))
		return nil
	}
	return nil
}
