package duck

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"shoptwin/core/recipe"
	"shoptwin/core/table"
)

// many makes the rows of a small shop as CSV: some cells missing, some wild.
func many(rows int) string {
	var b strings.Builder
	b.WriteString("id,city,price\n")
	for i := range rows {
		price := fmt.Sprint(i % 97)
		if i%10 == 3 {
			price = ""
		}
		fmt.Fprintf(&b, "%d,%s,%s\n", i, []string{"York", "Leeds", "Hull"}[i%3], price)
	}
	return b.String()
}

func TestPreview(t *testing.T) {
	db := open(t, "")
	load(t, db, "d", many(30_000))
	load(t, db, "cities", cities)
	r := parse(t, `{"from": "d", "steps": [
		{"do": "fill", "columns": ["price"], "with": "constant", "value": 7},
		{"do": "filter", "where": "city <> 'Hull'"},
		{"do": "join", "table": "cities", "on": ["city"]},
		{"do": "rename", "names": {"price": "paid"}}]}`)
	for _, tt := range []struct {
		upto                             int
		changed, dropped, added          int64
		state                            string
		marked                           []int
		after                            int
		firstRowsBefore, firstRowsAfter  int64
		effects                          int
		lastCells, lastMatched, lastMost int64
	}{
		{0, 0, 0, 0, "kept", nil, 3, 0, 0, 0, 0, 0, 0},
		{1, 1000, 0, 0, "changed", []int{2}, 3, 10_000, 10_000, 1, 1000, 0, 0},
		{2, 0, 3300, 0, "dropped", nil, 0, 10_000, 10_000, 2, 0, 0, 0},
		{3, 0, 0, 0, "kept", []int{3}, 4, 10_000, 10_000, 3, 6700, 6700, 1},
		{4, 0, 0, 0, "kept", []int{2}, 4, 10_000, 10_000, 4, 0, 0, 0},
	} {
		p, err := db.Preview(ctx, r, tt.upto, 20)
		if err != nil {
			t.Fatal(err)
		}
		// A sample of 10,000 rows has each share within 300 rows.
		near := func(what string, got, want int64) {
			if got < want-300 || got > want+300 || want == 0 && got != 0 {
				t.Errorf("upto %d: %s %d, about %d expected", tt.upto, what, got, want)
			}
		}
		near("changed", p.Changed, tt.changed)
		near("dropped", p.Dropped, tt.dropped)
		near("added", p.Added, tt.added)
		if p.Rows != 30_000 || p.Sample != 10_000 || len(p.Lines) != 20 || len(p.Effects) != tt.effects {
			t.Fatalf("upto %d: %+v", tt.upto, p)
		}
		l := p.Lines[0]
		if l.State != tt.state || !reflect.DeepEqual(l.Marked, tt.marked) || len(l.After) != tt.after || len(l.Before) != len(p.Before) {
			t.Errorf("upto %d: line %+v", tt.upto, l)
		}
		if tt.effects > 0 {
			e := p.Effects[tt.effects-1]
			near("cells", e.CellsChanged, tt.lastCells)
			near("matched", e.Matched, tt.lastMatched)
			if e.FanOut != tt.lastMost {
				t.Errorf("upto %d: %+v", tt.upto, e)
			}
		}
		again, err := db.Preview(ctx, r, tt.upto, 20)
		if err != nil || !reflect.DeepEqual(p, again) {
			t.Errorf("upto %d: another preview is another: %v", tt.upto, err)
		}
	}
	p, err := db.Preview(ctx, parse(t, `{"from": "d", "steps": [{"do": "drop_missing"}, {"do": "filter", "where": "price < 0"}, {"do": "select", "columns": ["id"]}]}`), 3, 0)
	if err == nil || !strings.Contains(err.Error(), "step 2 (filter): no row is left") || len(p.Effects) != 2 {
		t.Errorf("%v, %d effects", err, len(p.Effects))
	}
	if err := db.Drop(ctx, "d"); err != nil {
		t.Fatal(err)
	}
	load(t, db, "d", many(20_000))
	if p, err := db.Preview(ctx, parse(t, `{"from": "d", "steps": []}`), 0, 0); err != nil || p.Rows != 20_000 || p.Lines[0].Row > 20_000 {
		t.Errorf("%v: the sample of a table that was dropped: %d rows", err, p.Rows)
	}
}

// What is kept of the preview before changes no preview, and spares its steps.
func TestPreviewAgain(t *testing.T) {
	db := open(t, "")
	load(t, db, "d", many(12_000))
	load(t, db, "cities", cities)
	fill := `{"do": "fill", "columns": ["price"], "with": "mean", "per": ["city"]}`
	join := `{"do": "join", "table": "cities", "on": ["city"]}`
	none := `{"do": "filter", "where": "price < 0"}`
	asked := 0
	db.trace = func(string) func() { asked++; return func() {} }
	var counts []int
	for _, tt := range []struct {
		steps []string
		upto  int
	}{
		{[]string{fill, join}, 2}, {[]string{fill, join}, 2}, {[]string{fill, join}, 1}, {[]string{fill, join, `{"do": "drop", "columns": ["id"]}`}, 3},
		{[]string{fill, `{"do": "filter", "where": "city = 'York'"}`, join}, 3}, {[]string{fill}, 0}, {[]string{none}, 1}, {[]string{none, fill}, 2},
		{[]string{join, fill}, 2}, {[]string{join, `{"do": "onehot", "columns": ["city"]}`}, 2},
	} {
		r := parse(t, `{"from": "d", "steps": [`+strings.Join(tt.steps, ", ")+`]}`)
		asked = 0
		got, err := db.Preview(ctx, r, tt.upto, 30)
		counts = append(counts, asked)
		fresh := &DB{path: db.path, dir: db.dir, db: db.db}
		want, wanted := fresh.Preview(ctx, r, tt.upto, 30)
		fresh.trials.forget()
		if fmt.Sprint(err) != fmt.Sprint(wanted) || !reflect.DeepEqual(got, want) {
			t.Errorf("%v up to %d: %v, %v\ngot  %+v\nwant %+v", tt.steps, tt.upto, err, wanted, got, want)
		}
	}
	if counts[1]*2 > counts[0] {
		t.Errorf("a preview asks %d questions, the same once more %d", counts[0], counts[1])
	}
	// Other rows under the same name.
	if err := db.Drop(ctx, "cities"); err != nil {
		t.Fatal(err)
	}
	load(t, db, "cities", "city,people\nYork,7\n")
	p, err := db.Preview(ctx, parse(t, `{"from": "d", "steps": [`+join+`]}`), 1, 3)
	if err != nil || p.Lines[0].After[3] != "7" && p.Lines[1].After[3] != "7" && p.Lines[2].After[3] != "7" {
		t.Errorf("%v: %v", err, p.Lines)
	}
}

// Rows that multiply, and cells that become of another kind.
func TestPreviewStates(t *testing.T) {
	db := open(t, "")
	load(t, db, "d", "k,v\na,1\nb,two\n,3\n")
	load(t, db, "many", "k,w\na,p\na,q\n")
	show := func(steps string) string {
		r := parse(t, `{"from": "d", "steps": [`+steps+`]}`)
		p, err := db.Preview(ctx, r, len(r.Steps), 0)
		if err != nil {
			return err.Error()
		}
		var out []string
		for _, l := range p.Lines {
			out = append(out, fmt.Sprint(l.State, l.Before, l.After, l.Marked))
		}
		return strings.Join(out, "; ")
	}
	for _, tt := range []struct{ steps, want string }{
		{`{"do": "repair", "columns": ["v"], "to": "number"}`, "kept[a 1] [a 1] []; changed[b two] [b ] [1]; kept[ 3] [ 3] []"},
		{`{"do": "join", "table": "many", "on": ["k"]}`, "kept[] [a 1 p] []; kept[] [a 1 q] []; kept[] [b two ] []; kept[] [ 3 ] []"},
		{`{"do": "drop_missing"}`, "kept[a 1] [a 1] []; kept[b two] [b two] []; dropped[ 3] [] []"},
	} {
		if got := show(tt.steps); got != tt.want {
			t.Errorf("%s\ngot  %s\nwant %s", tt.steps, got, tt.want)
		}
	}
	if _, err := db.Preview(ctx, &recipe.Recipe{From: "d"}, 1, 0); err == nil {
		t.Error("a step that is not there was shown")
	}
}

// previewShop has a dataset d of SHOPTWIN_ROWS rows and a recipe of ten steps.
func previewShop(b testing.TB) (*DB, *recipe.Recipe) {
	db := open(b, "")
	c, err := db.connect()
	if err != nil {
		b.Fatal(err)
	}
	d := &dataset{Rows: int64(whole("SHOPTWIN_ROWS", 1_000_000))}
	for _, f := range []table.Field{{Name: "id"}, {Name: "city", Kind: table.Text}, {Name: "price", Decimals: 2}, {Name: "day", Kind: table.Time, Layout: "2006-01-02"}} {
		d.Columns = append(d.Columns, ColumnInfo{Field: f})
	}
	err = c.create(ctx, &Imported{Table: "d"}, d, fmt.Sprintf(`SELECT range AS _row, CAST(range AS DOUBLE) AS id, ['York', 'Leeds', 'Hull', 'york', 'LEEDS '][1 + range * 7 %% 5] AS city,
		CASE WHEN range %% 10 <> 3 THEN CAST(range * 7919 %% 10007 AS DOUBLE) / 100 END AS price, make_timestamp(1704067200000000 + range * 7919 %% 365 * 86400000000) AS day FROM range(%d)`, d.Rows), "")
	c.close()
	if err != nil {
		b.Fatal(err)
	}
	load(b, db, "cities", cities)
	return db, parse(b, `{"from": "d", "steps": [{"do": "drop_duplicates"}, {"do": "clean_text", "columns": ["city"], "clean": ["trim"]}, {"do": "merge", "columns": ["city"], "by": "spelling"},
		{"do": "fill", "columns": ["price"], "with": "mean", "per": ["city"]}, {"do": "outliers", "columns": ["price"], "then": "clip"}, {"do": "derive", "as": "twice", "expr": "price * 2"},
		{"do": "join", "table": "cities", "on": ["city"]}, {"do": "date_parts", "columns": ["day"], "make": ["month", "holiday"], "country": "GB"},
		{"do": "onehot", "columns": ["city"]}, {"do": "standardise", "columns": ["price"]}]}`)
}

// What an analyst waits for: a recipe of ten steps, over SHOPTWIN_ROWS rows.
// The first preview takes the sample; then all steps are run on it, and after
// that the last one is changed.
func BenchmarkPreview(b *testing.B) {
	db, r := previewShop(b)
	show := func() float64 {
		begun := time.Now()
		if _, err := db.Preview(ctx, r, 10, 0); err != nil {
			b.Fatal(err)
		}
		return time.Since(begun).Seconds() * 1e3
	}
	first := show()
	var took, changed []float64
	cpu := 0.0
	for b.Loop() {
		db.trials.forget()
		_, before := seconds()
		took = append(took, show())
		_, after := seconds()
		cpu += after - before
		r.Steps[9].Columns = []string{[]string{"price", "twice"}[len(took)%2]}
		changed = append(changed, show())
	}
	slices.Sort(took)
	slices.Sort(changed)
	b.ReportMetric(first, "first-ms")
	b.ReportMetric(took[len(took)/2], "preview-ms")
	b.ReportMetric(changed[len(changed)/2], "changed-ms")
	b.ReportMetric(cpu*1e3/float64(len(took)), "preview-cpu-ms")
}
