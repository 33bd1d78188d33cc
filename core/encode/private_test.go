package encode

import (
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"

	"shoptwin/core/privacy"
	"shoptwin/core/table"
)

func chacha(seed byte) *rand.Rand { return rand.New(rand.NewChaCha8([32]byte{seed})) }

// budgetOf is one of epsilon and delta, all for the encoder.
func budgetOf(epsilon, delta float64) Budget {
	rho := privacy.Rho(epsilon, delta)
	return Budget{Ledger: privacy.NewLedger(rho, delta, 1), Rho: rho, Delta: delta}
}

// till is a table with a column of every kind.
func till(n int, seed uint64) *table.Table {
	rng := rand.New(rand.NewPCG(seed, 7))
	store, note, id := make([]string, n), make([]string, n), make([]string, n)
	gone := make([]bool, n)
	age, price, paid, when, empty := make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n)
	for i := range n {
		store[i] = []string{"north", "north", "south", "east"}[rng.IntN(4)]
		if i%(n/3+1) == 1 {
			store[i] = "secret" + strconv.Itoa(i)
		}
		gone[i] = rng.IntN(10) == 0
		note[i] = "note of customer " + strconv.Itoa(i)
		id[i] = "C" + strconv.Itoa(10000+i)
		age[i] = 18 + float64(rng.IntN(60))
		price[i] = math.Round(100*math.Exp(rng.NormFloat64())) / 100
		if i%5 == 0 {
			price[i] = 9.99
		}
		paid[i] = float64(rng.IntN(2))
		when[i] = 1.7e9 + math.Floor(rng.Float64()*300)*86400 + 3600*float64(9+rng.IntN(9))
		when[i] -= math.Mod(when[i], 3600)
		empty[i] = math.NaN()
		if i%7 == 0 {
			price[i] = math.NaN()
		}
	}
	price[0], age[1] = 1e9, 3000 // one row each, and not to be seen
	return &table.Table{Name: "till", Columns: []*table.Column{
		table.NewText("store", store, gone), table.NewText("note", note, nil), table.NewText("customer id", id, nil),
		table.NewNumber("age", age), table.NewNumber("price", price), table.NewNumber("paid", paid), table.NewTime("when", "", when), table.NewNumber("empty", empty),
	}}
}

func TestFitPrivate(t *testing.T) {
	tab := till(8000, 1)
	b := budgetOf(5, 1e-5)
	e, margins, err := FitPrivate(tab, Config{}, b, chacha(1))
	if err != nil {
		t.Fatal(err)
	}
	if rho, delta := b.Ledger.Spent(); rho > b.Rho*(1+1e-9) || delta > b.Delta*(1+1e-9) || rho < b.Rho*.7 {
		t.Errorf("spent rho %g of %g, delta %g of %g", rho, b.Rho, delta, b.Delta)
	}
	if math.Abs(float64(e.Rows)-8000) > 100 || e.Rows == 8000 {
		t.Errorf("%d rows, of 8000", e.Rows)
	}
	column := func(name string) *Column {
		return &e.Columns[slices.IndexFunc(e.Columns, func(c Column) bool { return c.Field.Name == name })]
	}
	if p := column("store").Parts[0]; !slices.Equal(p.Levels, []string{"north", "south", "east"}) && !slices.Equal(p.Levels, []string{"north", "east", "south"}) || !p.Missing {
		t.Errorf("levels %q", p.Levels)
	}
	for name, want := range map[string]Form{"customer id": Keyed, "note": Keyed, "empty": Empty, "age": Modelled, "when": Modelled} {
		if got := column(name).Form; got != want {
			t.Errorf("column %q has form %d, want %d", name, got, want)
		}
	}
	for name, want := range map[string][2]float64{"age": {18, 77}, "price": {.02, 30}, "paid": {0, 1}} {
		p := column(name).Parts[0]
		lo, hi := p.Lo[0], p.Hi[len(p.Hi)-1]
		if math.Abs(lo-want[0]) > max(8, want[0]) || hi < want[1]*.6 || hi > want[1]*2.2 {
			t.Errorf("%q lies between %g and %g, want about %v", name, lo, hi, want)
		}
	}
	if p := column("price").Parts[0]; p.Scale != 100 || !slices.Contains(p.Lo, 9.99) || !p.Missing {
		t.Errorf("price: scale %g, missing %v, 9.99 apart: %v", p.Scale, p.Missing, slices.Contains(p.Lo, 9.99))
	}
	if c := column("when"); len(c.Parts) != 2 || c.Parts[1].Step != 3600 || c.Parts[1].Unit != Clock {
		t.Errorf("when has %d parts", len(c.Parts))
	}
	widths := e.Widths()
	if len(margins) != len(widths) {
		t.Fatalf("%d margins for %d blocks", len(margins), len(widths))
	}
	codes, err := e.Codes(tab)
	if err != nil {
		t.Fatal(err)
	}
	for b, m := range margins {
		if len(m.Count) != widths[b] || len(m.Var) != widths[b] {
			t.Fatalf("margin %d has %d codes, want %d", b, len(m.Count), widths[b])
		}
		real := make([]float64, widths[b])
		for _, c := range codes[b] {
			real[c]++
		}
		var off float64
		for i, n := range m.Count {
			off += math.Abs(n-real[i]) / 2
			if !(m.Var[i] > 0) {
				t.Errorf("margin %d, code %d: variance %g", b, i, m.Var[i])
			}
		}
		if off > .06*8000 {
			t.Errorf("block %q: the margin is off by %.0f rows", e.BlockNames()[b], off)
		}
	}
	out, err := e.DecodeRows(codes, 8000, 0, rand.New(rand.NewPCG(1, 1)))
	if err != nil {
		t.Fatal(err)
	}
	if err := out.Check(); err != nil {
		t.Error(err)
	}
	for i, x := range out.Column("price").Num {
		if x == x && (x < 0 || math.Abs(x*100-math.Round(x*100)) > 1e-6) {
			t.Fatalf("row %d: a price of %v", i, x)
		}
	}
	form, err := e.MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	var back Encoder
	if err := back.UnmarshalBinary(form); err != nil {
		t.Error(err)
	}
}

// What is public costs nothing to find out, and is taken as it is.
func TestFitPrivateKnown(t *testing.T) {
	tab := till(4000, 2)
	b := budgetOf(2, 1e-6)
	b.Known = map[string]Known{"age": {Lo: 18, Hi: 80}, "store": {Levels: []string{"north", "south", "east", "west"}}}
	sub, _ := tab.Select("age", "store")
	e, _, err := FitPrivate(sub, Config{}, b, chacha(2))
	if err != nil {
		t.Fatal(err)
	}
	if p := e.Columns[0].Parts[0]; p.Lo[0] < 17.5 || p.Hi[len(p.Hi)-1] > 80.5 {
		t.Errorf("age lies between %g and %g", p.Lo[0], p.Hi[len(p.Hi)-1])
	}
	if p := e.Columns[1].Parts[0]; len(p.Levels) != 4 {
		t.Errorf("levels %q", p.Levels)
	}
	for _, c := range b.Ledger.Costs() {
		if c.What == privacy.ForRanges || c.Delta > 0 {
			t.Errorf("%d times %q for rho %g and delta %g", c.Times, c.What, c.Rho, c.Delta)
		}
	}
}

// Nothing in a table is an error but what cannot be a table.
func TestFitPrivateOdd(t *testing.T) {
	nan := math.NaN()
	for name, c := range map[string]*table.Column{
		"no rows":       table.NewNumber("x", nil),
		"one row":       table.NewNumber("x", []float64{3}),
		"all missing":   table.NewNumber("x", []float64{nan, nan, nan}),
		"text, no rows": table.NewText("x", nil, nil),
		"times":         table.NewTime("x", "", []float64{nan, 1e9, -1e12, 1e15}),
		"huge":          table.NewNumber("x", slices.Repeat([]float64{1e300, -1e300, 1e-300, 0}, 500)),
		"constant":      table.NewNumber("x", slices.Repeat([]float64{7}, 2000)),
		"two levels":    table.NewText("x", slices.Repeat([]string{"a", "b"}, 1000), nil),
	} {
		t.Run(name, func(t *testing.T) {
			for seed := range byte(8) {
				for _, epsilon := range []float64{.01, 1, 50} {
					tab := &table.Table{Name: "odd", Columns: []*table.Column{c}}
					e, margins, err := FitPrivate(tab, Config{}, budgetOf(epsilon, 1e-6), chacha(seed))
					if err != nil {
						t.Fatal(err)
					}
					if len(margins) != len(e.Widths()) {
						t.Fatalf("%d margins for %d blocks", len(margins), len(e.Widths()))
					}
					codes, err := e.Codes(tab)
					if err != nil {
						t.Fatal(err)
					}
					out, err := e.DecodeRows(codes, c.Len(), 0, rand.New(rand.NewPCG(1, 1)))
					if err != nil {
						t.Fatal(err)
					}
					if err := out.Check(); err != nil {
						t.Error(err)
					}
					form, _ := e.MarshalBinary()
					if err := new(Encoder).UnmarshalBinary(form); err != nil {
						t.Errorf("epsilon %g: %v", epsilon, err)
					}
				}
			}
		})
	}
	if _, _, err := FitPrivate(&table.Table{Name: "none"}, Config{}, budgetOf(1, 1e-6), chacha(1)); err == nil {
		t.Error("a table without columns was fitted")
	}
}
