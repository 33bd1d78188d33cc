package table_test

import (
	"encoding/json"
	"math"
	"slices"
	"testing"

	"shoptwin/core/table"
)

func sample() *table.Table {
	price := table.NewNumber("price", []float64{1.5, math.NaN(), 2})
	price.Decimals = 2
	return &table.Table{Name: "t", Columns: []*table.Column{
		price,
		table.NewText("city", []string{"Lyon", "", "Lyon"}, []bool{false, true, false}),
		table.NewTime("day", "2006-01-02", []float64{0, 86400, math.NaN()}),
	}}
}

func TestCellsAreWrittenAsInFiles(t *testing.T) {
	for _, tt := range []struct {
		column string
		want   []string
	}{
		{"price", []string{"1.50", "", "2.00"}},
		{"city", []string{"Lyon", "", "Lyon"}},
		{"day", []string{"1970-01-01", "1970-01-02", ""}},
	} {
		c := sample().Column(tt.column)
		for i, want := range tt.want {
			if got := c.Cell(i); got != want {
				t.Errorf("%s %d: %q, want %q", tt.column, i, got, want)
			}
			if c.Missing(i) != (want == "") {
				t.Errorf("%s %d: missing is %v", tt.column, i, c.Missing(i))
			}
		}
	}
}

func TestTakeAndSliceAgree(t *testing.T) {
	s := sample()
	a, b := s.Take([]int{1, 2}), s.Slice(1, 3)
	for j := range a.Columns {
		for i := range 2 {
			if a.Columns[j].Cell(i) != b.Columns[j].Cell(i) || a.Columns[j].Cell(i) != s.Columns[j].Cell(i+1) {
				t.Errorf("column %d, row %d: %q and %q", j, i, a.Columns[j].Cell(i), b.Columns[j].Cell(i))
			}
		}
	}
	if got := append(b.Columns[1].Codes, 9); len(got) != 3 || s.Columns[1].Codes[2] != 0 {
		t.Error("appending to a slice reached the table")
	}
}

func TestCheckFindsBrokenPromises(t *testing.T) {
	for name, breakIt := range map[string]func(*table.Table){
		"unequal":  func(s *table.Table) { s.Columns[0].Num = s.Columns[0].Num[:1] },
		"twice":    func(s *table.Table) { s.Columns[2].Name = "city" },
		"nameless": func(s *table.Table) { s.Columns[1].Name = "" },
		"code":     func(s *table.Table) { s.Columns[1].Codes[0] = 5 },
		"infinite": func(s *table.Table) { s.Columns[0].Num[0] = math.Inf(1) },
	} {
		s := sample()
		if err := s.Check(); err != nil {
			t.Fatal(err)
		}
		breakIt(s)
		if s.Check() == nil {
			t.Errorf("%s: not found", name)
		}
	}
}

func TestFieldsSurviveJSON(t *testing.T) {
	want := sample().Schema()
	want[1].Role = table.Category
	b, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	var got []table.Field
	if err := json.Unmarshal(b, &got); err != nil || !slices.Equal(got, want) {
		t.Errorf("%v, %v from %s", got, err, b)
	}
	if json.Unmarshal([]byte(`[{"kind":"colour"}]`), &got) == nil {
		t.Error("a kind that does not exist was read")
	}
}

func TestDetectRole(t *testing.T) {
	for _, tt := range []struct {
		field          table.Field
		distinct, rows int
		words          float64
		want           table.Role
	}{
		{table.Field{Name: "customer_id", Kind: table.Text}, 900, 1000, 1, table.Key},
		{table.Field{Name: "CustomerID", Kind: table.Number}, 4340, 531_282, 0, table.Key},
		{table.Field{Name: "InvoiceNo", Kind: table.Number}, 20_725, 531_282, 0, table.Key},
		{table.Field{Name: "StockCode", Kind: table.Text}, 3940, 531_282, 1, table.Category},
		{table.Field{Name: "product_id", Kind: table.Text}, 50_000, 50_000, 1, table.Key},
		{table.Field{Name: "会员号", Kind: table.Text}, 400, 3000, 1, table.Key},
		{table.Field{Name: "手机", Kind: table.Number}, 3000, 3000, 0, table.Key},
		{table.Field{Name: "商品编号", Kind: table.Text}, 400, 3000, 1, table.Category},
		{table.Field{Name: "门店号", Kind: table.Text}, 6, 3000, 1, table.Category},
		{table.Field{Name: "store_id", Kind: table.Text}, 6, 100_000, 1, table.Category},
		{table.Field{Name: "price", Kind: table.Number}, 300, 1000, 0, table.Measure},
		{table.Field{Name: "display", Kind: table.Number}, 2, 1000, 0, table.Category},
		{table.Field{Name: "sold", Kind: table.Time}, 100, 1000, 0, table.Timestamp},
		{table.Field{Name: "review", Kind: table.Text}, 5000, 5000, 12, table.FreeText},
		{table.Field{Name: "remark", Kind: table.Text}, 490, 500, 5, table.FreeText},
		{table.Field{Name: "remark", Kind: table.Text}, 400, 500, 5, table.Category},
		{table.Field{Name: "plate", Kind: table.Text}, 5000, 5000, 1, table.Key},
		{table.Field{Name: "plate", Kind: table.Text}, 490, 500, 1, table.Key},
		{table.Field{Name: "town", Kind: table.Text}, 40, 40, 1, table.Category},
	} {
		if got := table.DetectRole(tt.field, tt.distinct, tt.rows, tt.words); got != tt.want {
			t.Errorf("%s: %v, want %v", tt.field.Name, got, tt.want)
		}
	}
}

func TestAppend(t *testing.T) {
	a, b := table.NewText("x", []string{"u", "v"}, nil), table.NewText("x", []string{"w", "", "u"}, []bool{false, true, false})
	shared := a.Levels
	a.Append(b)
	var got []string
	for i := range a.Len() {
		got = append(got, a.Cell(i))
	}
	if want := []string{"u", "v", "w", "", "u"}; !slices.Equal(got, want) || !a.Missing(3) || len(shared) != 2 {
		t.Errorf("%q, missing %v, levels shared with others %q", got, a.Missing(3), shared)
	}
	n := table.NewNumber("n", []float64{1})
	if n.Append(table.NewNumber("n", []float64{2, 3})); !slices.Equal(n.Num, []float64{1, 2, 3}) {
		t.Errorf("%v", n.Num)
	}
}
