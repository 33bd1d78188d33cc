package app

import (
	"context"
	"io"
	"math"
	"os"

	"shoptwin/core"
	"shoptwin/core/export"
	"shoptwin/core/recommend"
	"shoptwin/core/table"
)

// writeChunks writes tables of one schema to a file in the format of its name,
// as next hands them out; nil ends.
func writeChunks(ctx context.Context, path string, next func() *table.Table, report func(core.Progress), total int) (Exported, error) {
	format, gz, err := export.FormatOf(path)
	if err != nil {
		return Exported{}, err
	}
	out := Exported{Path: path}
	err = WriteFile(path, func(w io.Writer) error {
		var to export.Writer
		for t := next(); t != nil; t = next() {
			if err := ctx.Err(); err != nil {
				return err
			}
			if to == nil {
				if to, err = export.New(w, t.Schema(), export.Options{Format: format, Gzip: gz}); err != nil {
					return err
				}
			}
			if err := to.Write(t); err != nil {
				return err
			}
			out.Rows += t.Rows()
			if report != nil {
				report(core.Progress{Stage: "export", Done: int64(out.Rows), Total: int64(total), Unit: "rows"})
			}
		}
		if to == nil {
			return core.Errorf(core.Invalid, "there is nothing to write")
		}
		return to.Close()
	})
	if info, e := os.Stat(path); err == nil && e == nil {
		out.Size = info.Size()
	}
	return out, err
}

// codes is a column of names by number.
func codes(name string, of []int32, names []string) *table.Column {
	return &table.Column{Field: table.Field{Name: name, Kind: table.Text}, Codes: of, Levels: names}
}

func counted(name string, x []float64, decimals int) *table.Column {
	c := table.NewNumber(name, x)
	c.Decimals = decimals
	return c
}

// WriteLists writes the list of every customer, k items each, to CSV, TSV, JSON,
// JSON Lines, Parquet or Excel: customer, rank, item, score.
func WriteLists(ctx context.Context, m *recommend.Model, k int, path string, report func(core.Progress)) (Exported, error) {
	if k <= 0 || k > recommend.Kept {
		return Exported{}, core.Errorf(core.Invalid, "k is %d", k).WithHint("give 1 to %d", recommend.Kept)
	}
	const chunk = 5000
	from := 0
	return writeChunks(ctx, path, func() *table.Table {
		if from >= len(m.Customers) {
			return nil
		}
		var who, what []int32
		var rank, score []float64
		for c := from; c < min(from+chunk, len(m.Customers)); c++ {
			items, x := m.List(c)
			for i := range min(k, len(items)) {
				who, what = append(who, int32(c)), append(what, items[i])
				rank, score = append(rank, float64(i+1)), append(score, float64(x[i]))
			}
		}
		from += chunk
		return &table.Table{Name: "lists", Columns: []*table.Column{
			codes("customer", who, m.Customers), counted("rank", rank, 0), codes("item", what, m.Items), counted("score", score, 6)}}
	}, report, k*len(m.Customers))
}

// WriteRelated writes up to k related products of each item, with the evidence;
// substitutes, too, where kind says so.
func WriteRelated(ctx context.Context, r *recommend.Relations, k int, path string, report func(core.Progress)) (Exported, error) {
	const chunk = 2000
	from := 0
	return writeChunks(ctx, path, func() *table.Table {
		if from >= len(r.Items) {
			return nil
		}
		var a, b, kind []int32
		num := make([][]float64, 7)
		for i := from; i < min(from+chunk, len(r.Items)); i++ {
			for n, pairs := range [][]recommend.Pair{r.To(int32(i), k), r.Instead(int32(i), k)} {
				for rank, p := range pairs {
					a, b, kind = append(a, int32(i)), append(b, p.Item), append(kind, int32(n))
					for j, x := range []float64{float64(rank + 1), float64(p.Both), p.Support, p.Confidence, p.Lift, p.Cosine, math.Exp(p.Score)} {
						num[j] = append(num[j], x)
					}
				}
			}
		}
		from += chunk
		t := &table.Table{Name: "related", Columns: []*table.Column{
			codes("item", a, r.Items), codes("related", b, r.Items), codes("kind", kind, []string{"together", "instead"})}}
		for j, name := range []string{"rank", "baskets", "support", "confidence", "lift", "cosine", "shrunk_lift"} {
			t.Columns = append(t.Columns, counted(name, num[j], []int{0, 0, 6, 4, 3, 4, 3}[j]))
		}
		return t
	}, report, 0)
}

// WriteSegments writes the segment of each customer.
func WriteSegments(ctx context.Context, l *recommend.Log, s *recommend.Segments, path string, report func(core.Progress)) (Exported, error) {
	var names []string
	for _, g := range s.Segments {
		names = append(names, g.Name.En)
	}
	who := make([]int32, len(l.Customers))
	for i := range who {
		who[i] = int32(i)
	}
	t := &table.Table{Name: "segments", Columns: []*table.Column{codes("customer", who, l.Customers), codes("segment", s.Of, names)}}
	return writeChunks(ctx, path, func() *table.Table {
		out := t
		t = nil
		return out
	}, report, len(who))
}
