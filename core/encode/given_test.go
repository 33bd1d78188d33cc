package encode

import (
	"fmt"
	"math"
	"testing"

	"shoptwin/core/table"
)

// shelf is a table of products' prices: in each category the exact price says
// whether it is promoted, and a label follows the price but for some noise.
func shelf(rows int) *table.Table {
	r := source(5)
	category, label, shop := make([]string, rows), make([]string, rows), make([]string, rows)
	price, deal := make([]float64, rows), make([]float64, rows)
	for i := range rows {
		c, product := r.IntN(30), r.IntN(12)
		base := float64(199+37*c+61*product) / 100
		category[i] = fmt.Sprint("category ", c)
		if r.IntN(3) == 0 {
			deal[i] = 1
			base = math.Round(base*80) / 100
		}
		price[i] = base
		label[i] = fmt.Sprint("label ", int(base*100)%40)
		if r.IntN(50) == 0 {
			label[i] = fmt.Sprint("label ", r.IntN(40))
		}
		shop[i] = fmt.Sprint("shop ", r.IntN(4))
	}
	return &table.Table{Name: "shelf", Columns: []*table.Column{
		table.NewText("category", category, nil), table.NewNumber("price", price), table.NewNumber("deal", deal),
		table.NewText("label", label, nil), table.NewText("shop", shop, nil),
	}}
}

// known is the share of rows of sample whose cells of these columns occur
// together in real.
func known(real, sample *table.Table, columns ...string) float64 {
	text := func(t *table.Table, i int) (s string) {
		for _, c := range columns {
			s += t.Column(c).Cell(i) + "\x00"
		}
		return s
	}
	seen, hits := map[string]bool{}, 0
	for i := range real.Rows() {
		seen[text(real, i)] = true
	}
	for i := range sample.Rows() {
		if seen[text(sample, i)] {
			hits++
		}
	}
	return float64(hits) / float64(sample.Rows())
}

// The exact value follows from other columns where it does in the table, and
// marginals stay as they are.
func TestValuesFollowOtherColumns(t *testing.T) {
	tab := shelf(20_000)
	e, out := roundTrip(t, tab, Config{})
	if p := &e.Columns[3].Parts[0]; p.Given == nil || !p.Free {
		t.Error("label follows from the price but has a block")
	}
	for _, other := range []string{"category", "deal", "label"} {
		if share := known(tab, out, "price", other); share < .97 {
			t.Errorf("%.3f of the rows have a %s known at their price", share, other)
		}
	}
	for _, c := range tab.Columns {
		if d := variation(c, out.Column(c.Name)); d > .05 {
			t.Errorf("%s: total variation %.3f", c.Name, d)
		}
	}
}

// No combination of fewer than MinCount rows is kept, and every row is counted
// once.
func TestContextsKeepNothingRare(t *testing.T) {
	tab := shelf(6000)
	for _, k := range []int{3, 8} {
		e, _ := roundTrip(t, tab, Config{MinCount: k})
		kept := 0
		for _, p := range e.parts {
			if p.Given == nil {
				continue
			}
			total := sum(p.Given.Rest)
			for _, l := range p.Given.Levels {
				for _, n := range l.Count {
					kept++
					if n < int64(k) {
						t.Fatalf("a cell of %d rows is kept with MinCount %d", n, k)
					}
				}
				total += sum(l.Count)
			}
			if total != float64(tab.Rows()) {
				t.Errorf("cells count %g rows, the table has %d", total, tab.Rows())
			}
		}
		if kept == 0 {
			t.Errorf("MinCount %d: nothing was kept at all", k)
		}
	}
}

// Columns of noise follow from nothing.
func TestNoiseHasNoContexts(t *testing.T) {
	r := source(3)
	tab := &table.Table{}
	for j := range 5 {
		x := make([]float64, 5000)
		for i := range x {
			x[i] = math.Round(1000 * r.Float64())
		}
		tab.Columns = append(tab.Columns, table.NewNumber(fmt.Sprint("x", j), x))
	}
	e, _ := roundTrip(t, tab, Config{})
	for k, p := range e.parts {
		if p.Given != nil {
			t.Errorf("part %d follows from %v", k, p.Given.By)
		}
	}
}

// A formula of the table holds in every sample to the last digit, whatever
// the codes, and nothing becomes negative that was not.
func TestFormulasHold(t *testing.T) {
	r := source(7)
	const rows = 3000
	for name, of := range map[string]func(q, p, d float64) float64{
		"product":            func(q, p, d float64) float64 { return q * p },
		"product less money": func(q, p, d float64) float64 { return q*p - d },
		"difference":         func(q, p, d float64) float64 { return p - d },
		"sum":                func(q, p, d float64) float64 { return q + p },
	} {
		t.Run(name, func(t *testing.T) {
			cent := func(x float64) float64 { return math.Round(100*x) / 100 }
			var q, p, d, z [rows]float64
			most := 0.
			for i := range rows {
				q[i] = float64(1 + r.IntN(9))
				p[i] = cent(1 + 20*r.Float64())
				d[i] = cent(p[i] * .5 * r.Float64())
				if q[i] > 5 {
					p[i] = cent(1 + 2*r.Float64()) // large quantities are of cheap things
				}
				d[i] = min(d[i], cent(p[i]/2))
				if z[i] = cent(of(q[i], p[i], d[i])); i%20 == 0 {
					z[i] = math.NaN()
				} else {
					most = max(most, z[i])
				}
			}
			tab := &table.Table{Columns: []*table.Column{
				table.NewNumber("quantity", q[:]), table.NewNumber("price", p[:]), table.NewNumber("discount", d[:]), table.NewNumber("amount", z[:]),
			}}
			e, err := Fit(tab, Config{}, source(1))
			if err != nil {
				t.Fatal(err)
			}
			if e.Columns[3].Form != Computed {
				t.Fatal("the formula was not found")
			}
			codes := make([][]uint16, len(e.Widths()))
			for b, w := range e.Widths() {
				codes[b] = make([]uint16, rows)
				for i := range codes[b] {
					codes[b][i] = uint16(r.IntN(w))
				}
			}
			out, err := e.Decode(codes, source(2))
			if err != nil {
				t.Fatal(err)
			}
			missing := 0
			for i := range rows {
				have := out.Columns[3].Num[i]
				want := cent(of(out.Columns[0].Num[i], out.Columns[1].Num[i], out.Columns[2].Num[i]))
				switch {
				case math.IsNaN(have):
					missing++
				case math.Abs(have-want) > 1e-9 || have < 0 || have > most+1 && name[:3] == "pro":
					t.Fatalf("row %d: %g, computed %g, in the table at most %g", i, have, want, most)
				}
			}
			if missing < rows/40 || missing > rows/10 {
				t.Errorf("%d of %d cells are missing, in the table a twentieth", missing, rows)
			}
		})
	}
}
