package simulate

import (
	"context"
	"math"
	"math/rand/v2"
	"reflect"
	"runtime"
	"strings"
	"sync"
	"testing"

	"shoptwin/core/shop"
	"shoptwin/core/table"
)

// known is a small made shop, fitted once for all tests.
var known = sync.OnceValues(func() (*fixture, error) {
	rng := rand.New(rand.NewPCG(3, 1))
	s, err := shop.Generate(context.Background(), shop.Config{Customers: 700, Active: 60, Products: 100, Promotions: 500, Events: 100, Weeks: 60}, rng, nil)
	if err != nil {
		return nil, err
	}
	f := &fixture{shop: s}
	if f.all, err = NewHistory(s.Transactions, s.Products, s.Promotions, Columns{}); err != nil {
		return nil, err
	}
	f.train, f.held = f.all.Split(.7, rng)
	f.model, err = Fit(context.Background(), f.train, Config{}, rng, nil)
	return f, err
})

type fixture struct {
	shop             *shop.Shop
	all, train, held *History
	model            *Model
}

func fitted(t *testing.T) *fixture {
	t.Helper()
	f, err := known()
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func judged(t *testing.T, f *fixture, m *Model) *Realism {
	t.Helper()
	r, err := m.Judge(t.Context(), f.held, f.all, rand.New(rand.NewPCG(5, 1)), nil)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestLikeTheShop(t *testing.T) {
	f := fitted(t)
	r := judged(t, f, f.model)
	if r.AUC > MostAUC || r.Weekly > 1.3*r.Chance || r.Gaps > .05 || r.Baskets > .05 || r.Returns > .05 || !r.Usable || r.Refuse() != nil {
		t.Errorf("AUC %.3f, weekly units off by %.3f (chance %.3f), gaps %.3f, baskets %.3f, returns %.3f: %v", r.AUC, r.Weekly, r.Chance, r.Gaps, r.Baskets, r.Returns, r.Why)
	}
	truth := map[string]float64{}
	for _, x := range f.shop.Truth.Items {
		truth[x.Product] = x.Elasticity
	}
	bias, n := 0.0, 0.0
	for _, e := range r.Elasticities[:20] {
		bias += e.Mean/truth[e.Item] - 1
		n++
	}
	if math.Abs(bias/n) > .12 {
		t.Errorf("elasticities of the best sellers are off by %.3f on average", bias/n)
	}
}

// TestUnlikeTheShop spoils one habit after the other: the judge must see it.
func TestUnlikeTheShop(t *testing.T) {
	f := fitted(t)
	for _, tt := range []struct {
		name  string
		spoil func(m *Model)
	}{
		{"nobody has a favourite", func(m *Model) {
			for k, c := range m.choices {
				d := *c
				d.Loyal = 0
				m.choices[k] = &d
			}
		}},
		{"half the visits", func(m *Model) { h := *m.homes; h.Visit /= 2; m.homes = &h }},
		{"nothing is kept at home", func(m *Model) {
			for k, n := range m.needs {
				d := *n
				d.Full, d.Many = 0, 0
				m.needs[k] = &d
			}
		}},
		{"offers move nobody", func(m *Model) {
			for k, c := range m.choices {
				d := *c
				d.Effect = make([][3]float64, len(c.Effect))
				m.choices[k] = &d
			}
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m := *f.model
			m.needs = append([]*need{}, m.needs...)
			m.choices = append([]*choice{}, m.choices...)
			tt.spoil(&m)
			r := judged(t, f, &m)
			if r.Usable || r.Refuse() == nil {
				t.Errorf("AUC %.3f, weekly %.3f: usable", r.AUC, r.Weekly)
			}
		})
	}
}

// TestMatch spoils habits and lets the discriminator find them again.
func TestMatch(t *testing.T) {
	f := fitted(t)
	m := f.model.copy()
	m.Config.Match = 4
	for i, factor := range map[int]float64{0: 1.25, 2: 1.6, 4: .85} {
		knobs[i](m, factor)
	}
	before := judged(t, f, m)
	if err := m.match(t.Context(), f.train, rand.New(rand.NewPCG(2, 2)), nil); err != nil {
		t.Fatal(err)
	}
	if after := judged(t, f, m); before.AUC < .62 || after.AUC > before.AUC-.05 {
		t.Errorf("spoiled habits give an AUC of %.3f, %.3f after matching", before.AUC, after.AUC)
	}
}

func TestPlans(t *testing.T) {
	f := fitted(t)
	best := judged(t, f, f.model).Elasticities[0].Item
	day := func(week float64) float64 { return (f.all.start + 7*(float64(f.all.weeks)+week)) * 86400 }
	at := func(depth float64) *table.Table {
		return &table.Table{Name: "plan", Columns: []*table.Column{table.NewText("product_id", []string{best, best}, nil),
			table.NewTime("start_date", "", []float64{day(0), day(2)}), table.NewTime("end_date", "", []float64{day(0) + 6*86400, day(2) + 6*86400}),
			table.NewNumber("depth", []float64{depth, depth})}}
	}
	sold := func(depth float64) Summary {
		p, err := f.all.NewPlan(at(depth), Columns{})
		if err != nil {
			t.Fatal(err)
		}
		if p.Weeks() != 3 {
			t.Fatalf("%d weeks", p.Weeks())
		}
		h, err := f.model.Draw(t.Context(), p, 3000, 9, nil)
		if err != nil {
			t.Fatal(err)
		}
		return h.Summary()
	}
	little, much := sold(.1), sold(.4)
	if much.Offered < 1.25*little.Offered || much.Units <= little.Units || much.Joined <= little.Joined || little.Off <= 0 {
		t.Errorf("10 %% off: %+v; 40 %% off: %+v", little, much)
	}
	_, err := f.all.NewPlan(&table.Table{Name: "plan", Columns: []*table.Column{table.NewText("product_id", []string{"nosuch"}, nil),
		table.NewTime("start_date", "", []float64{day(0)}), table.NewNumber("depth", []float64{.2})}}, Columns{})
	if err == nil || !strings.Contains(err.Error(), `row 1 of the plan offers product "nosuch"`) {
		t.Errorf("unknown product: %v", err)
	}
}

func TestSameSeed(t *testing.T) {
	f := fitted(t)
	draw := func(threads int) *History {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(threads))
		h, err := f.model.Draw(t.Context(), f.all.Past(), 150, 4, nil)
		if err != nil {
			t.Fatal(err)
		}
		return h
	}
	a, b := draw(1), draw(3)
	if !reflect.DeepEqual(a.people, b.people) {
		t.Error("another number of threads, other customers")
	}
	// What is written can be read, and is the same.
	transactions, log := a.Tables()
	if transactions.Rows() != a.Lines() || log.Rows() != a.Lines()+a.Summary().Visits || transactions.Check() != nil || log.Check() != nil {
		t.Errorf("%d lines, %d rows, %d of the log", a.Lines(), transactions.Rows(), log.Rows())
	}
	back, err := NewHistory(transactions, f.shop.Products, f.shop.Promotions, Columns{})
	if err != nil {
		t.Fatal(err)
	}
	if back.Weeks() != a.Weeks() || back.Lines() < a.Lines()*9/10 {
		t.Errorf("read back: %d weeks, %d of %d lines", back.Weeks(), back.Lines(), a.Lines())
	}
}

func TestBadInput(t *testing.T) {
	f := fitted(t)
	s := f.shop
	one := func() *table.Table {
		var rows []int
		for i, c := range s.Transactions.Column("customer_id").Codes {
			if c == 0 {
				rows = append(rows, i)
			}
		}
		return s.Transactions.Take(rows)
	}
	plain, err := s.Transactions.Select("customer_id", "product_id", "date", "quantity", "unit_price")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name              string
		sales, promotions *table.Table
		want              string
	}{
		{"no transactions", s.Transactions.Take(nil), s.Promotions, "there are no transactions"},
		{"one customer", one(), s.Promotions, "has 1 customers with a usable purchase: a simulator needs 100"},
		{"no promotions", plain, nil, "no product was ever on promotion"},
		{"an empty calendar", plain, s.Promotions.Take(nil), "no product was ever on promotion"},
		{"no customers", s.Promotions, s.Promotions, "no column that looks like the customer"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := NewHistory(tt.sales, s.Products, tt.promotions, Columns{}); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %q", err, tt.want)
			}
		})
	}
	// Without the calendar, discounts tell the offers.
	h, err := NewHistory(s.Transactions, s.Products, nil, Columns{})
	if err != nil {
		t.Fatal(err)
	}
	n, same := 0, 0
	for i, o := range h.offers {
		if o.off > 0 {
			n++
			if math.Abs(o.off-f.all.offers[i].off) < .02 {
				same++
			}
		}
	}
	if n < 100 || same < n*95/100 {
		t.Errorf("%d offers read off the receipts, %d of them right", n, same)
	}
}

func TestCancel(t *testing.T) {
	f := fitted(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Fit(ctx, f.train, Config{}, rand.New(rand.NewPCG(1, 1)), nil); err == nil {
		t.Error("a cancelled fit went on")
	}
	if _, err := f.model.Draw(ctx, f.all.Past(), 10, 1, nil); err == nil {
		t.Error("a cancelled draw went on")
	}
}
