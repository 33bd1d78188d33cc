package app

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strings"

	"shoptwin/core"
	"shoptwin/core/recommend"
	"shoptwin/core/table"
)

// EventTable is a dataset that recommendations can be learned from.
type EventTable struct {
	Dataset string            `json:"dataset"`
	Rows    int64             `json:"rows"`
	Columns recommend.Columns `json:"columns"` // as they would be used
	All     []string          `json:"all"`     // names of all columns
	Ready   bool              `json:"ready"`   // a column of customers and one of items were found
}

// EventTables lists a project's datasets, those that recommendations can be
// learned from first: with customers, items and baskets, then the largest.
func (a *App) EventTables(project string) ([]EventTable, error) {
	p, err := a.store.Project(project)
	if err != nil {
		return nil, err
	}
	all, err := a.datasets(p.ID)
	if err != nil {
		return nil, err
	}
	out := make([]EventTable, len(all))
	for i, d := range all {
		var fields []table.Field
		for _, c := range d.Columns {
			fields = append(fields, table.Field{Name: c.Name, Kind: c.Kind, Role: c.Role})
			out[i].All = append(out[i].All, c.Name)
		}
		cols := recommend.DetectColumns(fields)
		out[i].Dataset, out[i].Rows, out[i].Columns = d.Name, d.Rows, cols
		out[i].Ready = cols.Customer != "" && cols.Item != ""
	}
	rank := func(t EventTable) (n int) {
		for _, c := range []string{t.Columns.Customer, t.Columns.Item, t.Columns.Time, t.Columns.Basket} {
			if c != "" {
				n++
			}
		}
		if !t.Ready {
			n -= 10
		}
		if slices.ContainsFunc(all, func(d Dataset) bool { return d.Name == t.Dataset && d.Recipe != nil }) {
			n++ // what was prepared is clean
		}
		return n
	}
	slices.SortStableFunc(out, func(a, b EventTable) int { return cmp.Or(rank(b)-rank(a), cmp.Compare(b.Rows, a.Rows)) })
	return out, nil
}

// Recommendation describes the project's newest recommender; nil before the
// first was trained.
func (a *App) Recommendation(project string) (*RecommenderInfo, error) {
	p, err := a.store.Project(project)
	if err != nil {
		return nil, err
	}
	all, err := a.Recommenders(p.ID)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	return &all[len(all)-1], nil
}

// Recommended answers a query by the project's newest recommender.
func (a *App) Recommended(project string, q recommend.Query) (recommend.Answer, error) {
	m, err := a.Recommender(project)
	if err != nil {
		return recommend.Answer{}, err
	}
	return m.Ask(q)
}

// RelatedItem is one that belongs to another, with the evidence.
type RelatedItem struct {
	Name  string `json:"name"`
	Label string `json:"label,omitempty"`
	recommend.Pair
	Times float64 `json:"times"` // as many as chance would have, after shrinkage
}

// Relatives are the items that belong to one: bought together with it, and
// instead of it.
type Relatives struct {
	Item     string            `json:"item"`
	Label    string            `json:"label,omitempty"`
	Together []RelatedItem     `json:"together"`
	Instead  []RelatedItem     `json:"instead"`
	Picture  recommend.Picture `json:"picture"`
}

// RelatedTo returns up to k items of each kind. An item that is in no event is
// NotFound.
func (a *App) RelatedTo(project, item string, k int) (Relatives, error) {
	m, err := a.Recommender(project)
	if err != nil {
		return Relatives{}, err
	}
	return relatives(m, item, k)
}

func relatives(m *recommend.Model, item string, k int) (Relatives, error) {
	at, ok := m.Item(item)
	if !ok {
		return Relatives{}, core.Errorf(core.NotFound, "item %q is in no event", item).WithHint("names are compared as they are written in the file")
	}
	if k < 1 || k > recommend.Kept {
		return Relatives{}, core.Errorf(core.Invalid, "k is %d", k).WithHint("give 1 to %d", recommend.Kept)
	}
	named := func(pairs []recommend.Pair) []RelatedItem {
		out := make([]RelatedItem, 0, len(pairs))
		for _, p := range pairs {
			out = append(out, RelatedItem{m.Items[p.Item], m.Label(p.Item), p, math.Exp(p.Score)})
		}
		return out
	}
	r := m.Relations
	return Relatives{Item: item, Label: m.Label(at), Together: named(r.To(at, k)), Instead: named(r.Instead(at, k)), Picture: m.Picture(14, at)}, nil
}

// Found is a customer or an item by its name; Label is what people call it.
type Found struct {
	Name  string `json:"name"`
	Label string `json:"label,omitempty"`
}

// FindNames returns up to most customers or items (what) whose name or label
// contains text, those that begin with it first.
func (a *App) FindNames(project, what, text string, most int) ([]Found, error) {
	m, err := a.Recommender(project)
	if err != nil {
		return nil, err
	}
	names, label := m.Items, m.Label
	if what == "customers" {
		names, label = m.Customers, func(int32) string { return "" }
	}
	text = strings.ToLower(text)
	begin, inside := make([]Found, 0, most), []Found{}
	for i, name := range names {
		f := Found{name, label(int32(i))}
		low, called := strings.ToLower(name), strings.ToLower(f.Label)
		switch {
		case strings.HasPrefix(low, text) || strings.HasPrefix(called, text):
			begin = append(begin, f)
		case len(inside) < most && (strings.Contains(low, text) || strings.Contains(called, text)):
			inside = append(inside, f)
		}
		if len(begin) >= most {
			break
		}
	}
	begin = append(begin, inside...)
	return begin[:max(0, min(most, len(begin)))], nil
}

// ListsRequest writes what the project's newest recommender says.
type ListsRequest struct {
	Project string `json:"project"`
	// What is lists (of customers), related (of items) or customers (segment
	// and chance of each).
	What   string `json:"what"`
	K      int    `json:"k,omitempty"`      // items of each; 20
	Format string `json:"format,omitempty"` // as of exports; "" by Path
	Path   string `json:"path,omitempty"`   // "" keeps it in the project's folder for download
}

// ExportLists writes lists, related items or customers to a file.
func (a *App) ExportLists(ctx context.Context, req ListsRequest, report func(core.Progress)) (Exported, error) {
	p, err := a.store.Project(req.Project)
	if err != nil {
		return Exported{}, err
	}
	m, err := a.Recommender(p.ID)
	if err != nil {
		return Exported{}, err
	}
	if req.Path == "" {
		if req.Path, err = a.outPath(p.ID, "recommend_"+fileName(req.What), req.Format); err != nil {
			return Exported{}, err
		}
	}
	req.K = cmp.Or(req.K, 20)
	switch req.What {
	case "lists":
		return WriteLists(ctx, m, req.K, req.Path, report)
	case "related":
		return WriteRelated(ctx, m.Relations, req.K, req.Path, report)
	case "customers":
		return WriteCustomers(ctx, m, req.Path, report)
	}
	return Exported{}, core.Errorf(core.Invalid, "there is nothing called %q to write", req.What).WithHint("choose lists, related or customers")
}

// StartLists runs [App.ExportLists] as a job.
func (a *App) StartLists(req ListsRequest) (string, error) {
	if _, err := a.Recommender(req.Project); err != nil {
		return "", err
	}
	return a.start("export", req.Project, "recommend "+req.What, func(ctx context.Context, report func(core.Progress)) (any, error) {
		return a.ExportLists(ctx, req, report)
	})
}

// WriteCustomers writes the segment of each customer and, where it was asked,
// the chance to come soon.
func WriteCustomers(ctx context.Context, m *recommend.Model, path string, report func(core.Progress)) (Exported, error) {
	var names []string
	for _, g := range m.Segments {
		names = append(names, g.Name.En)
	}
	who, segment, chance := make([]int32, len(m.Customers)), make([]int32, len(m.Customers)), make([]float64, len(m.Customers))
	for c := range who {
		who[c], segment[c] = int32(c), int32(m.Segment(c))
		if m.Soon != nil {
			chance[c] = m.Soon.Chance(c)
		}
	}
	t := &table.Table{Name: "customers", Columns: []*table.Column{codes("customer", who, m.Customers), codes("segment", segment, names)}}
	if m.Soon != nil {
		t.Columns = append(t.Columns, counted("chance", chance, 4))
	}
	return writeChunks(ctx, path, func() *table.Table {
		out := t
		t = nil
		return out
	}, report, len(who))
}
