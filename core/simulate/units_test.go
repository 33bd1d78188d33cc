package simulate

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"shoptwin/core/table"
)

// madeSales is weekly sales whose answer is known: elasticity 2, feature .4,
// weeks of products off by 20 %.
func madeSales(promoted bool) *table.Table {
	rng := rand.New(rand.NewPCG(2, 1))
	var item, store []string
	var date, units, price, usual, feature []float64
	const items, stores, weeks = 6, 4, 90
	for i := range items {
		for w := range weeks {
			depth, on := 0., 0.
			if promoted && rng.Float64() < .25 {
				depth, on = []float64{.1, .2, .3}[rng.IntN(3)], float64(rng.IntN(2))
			}
			shock := math.Exp(.2 * rng.NormFloat64())
			for s := range stores {
				mean := (5 + 3*float64(i+s)) * math.Pow(1-depth, -2) * math.Exp(.4*on) * shock
				item, store = append(item, fmt.Sprintf("p%d", i)), append(store, fmt.Sprintf("s%d", s))
				date, units = append(date, float64(18000+7*w)*86400), append(units, float64(poissonOf(mean, rng)))
				price, usual, feature = append(price, 2*(1-depth)), append(usual, 2), append(feature, on)
			}
		}
	}
	return &table.Table{Name: "sales", Columns: []*table.Column{table.NewText("upc_id", item, nil), table.NewText("store_id", store, nil),
		table.NewTime("week_end_date", "2006-01-02", date), table.NewNumber("units", units), table.NewNumber("price", price),
		table.NewNumber("base_price", usual), table.NewNumber("feature", feature)}}
}

func TestUnits(t *testing.T) {
	sales := madeSales(true)
	if HasCustomers(sales, Columns{}) {
		t.Error("weekly sales are taken for receipts")
	}
	s, err := NewSales(sales, nil, Columns{})
	if err != nil {
		t.Fatal(err)
	}
	u, err := FitUnits(t.Context(), s, 64)
	if err != nil {
		t.Fatal(err)
	}
	for i, c := range u.coef {
		if math.Abs(c[0]-2) > .5 || math.Abs(c[1]-.4) > .2 {
			t.Errorf("product %d: elasticity %.2f, feature %.2f", i, c[0], c[1])
		}
	}
	r, err := u.Judge(t.Context(), 200, 1)
	if err != nil {
		t.Fatal(err)
	}
	if r.Held < .8 || r.Held > .99 || r.Items != 6 || r.Weeks != 26 || r.Width > .6 {
		t.Errorf("%+v", r)
	}
	sure := *u // a simulator that takes its forecast for sure is refused
	sure.lasting, sure.weekly, sure.lumps = []float64{0}, [2][]float64{{0}, {0}}, 1
	if r, err := sure.Judge(t.Context(), 200, 1); err != nil || r.Usable || r.Refuse() == nil {
		t.Errorf("a simulator without misses: %+v, %v", r, err)
	}
	sum := func(offers []Offer) (n float64) {
		made, err := u.Draw(2, offers, 3)
		if err != nil {
			t.Fatal(err)
		}
		if made.Rows() != 2*6*4 || made.Check() != nil {
			t.Fatalf("%d rows", made.Rows())
		}
		for _, x := range made.Column("units").Num {
			n += x
		}
		return n
	}
	if with, without := sum([]Offer{{Item: "p5", Week: 1, Depth: .3, Feature: true}}), sum(nil); with < 1.05*without {
		t.Errorf("%.0f units with an offer, %.0f without", with, without)
	}
	for _, tt := range []struct {
		name string
		do   func() error
		want string
	}{
		{"unknown product", func() error { _, err := u.Draw(2, []Offer{{Item: "nosuch"}}, 1); return err }, `product "nosuch", which has no sales`},
		{"impossible depth", func() error { _, err := u.Draw(2, []Offer{{Item: "p1", Depth: 2}}, 1); return err }, "depth 2"},
		{"no promotions", func() error { _, err := NewSales(madeSales(false), nil, Columns{}); return err }, "no product was ever on promotion"},
		{"no sales", func() error { _, err := NewSales(sales.Take(nil), nil, Columns{}); return err }, "there are no sales"},
		{"too short", func() error { _, err := NewSales(sales.Slice(0, 100), nil, Columns{}); return err }, "needs 52 to 1040"},
	} {
		if err := tt.do(); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: got %v, want %q", tt.name, err, tt.want)
		}
	}
}
