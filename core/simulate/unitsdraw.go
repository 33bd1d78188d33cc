package simulate

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"shoptwin/core"
	"shoptwin/core/table"
)

// UnitsReport is how weeks that were not learned from lie in what was drawn
// for them, their prices and promotions being known.
type UnitsReport struct {
	Weeks  int      `json:"weeks"`
	Items  int      `json:"items"`
	Held   float64  `json:"held"`   // share of the products' weeks whose units lie in the 90 % band
	Worst  float64  `json:"worst"`  // of the product whose weeks are held least
	Offers float64  `json:"offers"` // of weeks on promotion
	Width  float64  `json:"width"`  // half a band beside its middle, median
	WMAPE  float64  `json:"wmape"`  // of the middle: absolute errors over units
	Usable bool     `json:"usable"`
	Why    []string `json:"why"`
}

// LeastHeld is the share of weeks that 90 % bands must hold.
const LeastHeld = .85

// Refuse returns an error that says why the simulator is not to be used; nil
// when it is usable.
func (r *UnitsReport) Refuse() error {
	if r.Usable {
		return nil
	}
	return core.Errorf(core.Invalid, "the simulator is not like the shop: %s", r.Why[0]).WithHint("give a longer history; --anyway uses it all the same")
}

// Judge draws the weeks after those that were learned from so many times, and
// looks where what was sold lies. There must be such weeks.
func (u *Units) Judge(ctx context.Context, draws int, seed uint64) (*UnitsReport, error) {
	s := u.sales
	if u.cut >= s.weeks || draws < 20 {
		return nil, core.Errorf(core.Invalid, "%d weeks after week %d and %d draws to judge by", s.weeks-u.cut, u.cut, draws).WithHint("learn from fewer weeks, and draw at least 20 times")
	}
	type week struct{ got, lo, mid, hi, promoted float64 }
	rows := make([][]week, len(s.items))
	core.Parallel(len(s.items), func(i int) {
		if ctx.Err() != nil {
			return
		}
		rng := rand.New(rand.NewPCG(seed, uint64(i)))
		x := make([]float64, unitTerms)
		made := make([][]float64, s.weeks-u.cut)
		row := make([]week, len(made))
		mean := make([][]float64, len(made))
		for t := range made {
			w, want, promoted := u.cut+t, 0.0, 0.0
			row[t].got = math.NaN()
			for n := range s.series {
				q := &s.series[n]
				if q.item != i || q.units[w] != q.units[w] || u.level[n] != u.level[n] {
					continue
				}
				if row[t].got != row[t].got {
					row[t].got = 0
				}
				row[t].got += q.units[w]
				mu := u.mean(n, w, x)
				mean[t] = append(mean[t], mu)
				want += mu
				if q.off[w] > .05 || q.feature[w] > 0 || q.display[w] > 0 {
					promoted += mu
				}
			}
			row[t].promoted = b2f(promoted > .1*want)
		}
		for range draws {
			lasting := pickOne(u.lasting, rng)
			for t := range made {
				f := math.Exp(lasting + pickOne(u.weekly[int(row[t].promoted)], rng))
				sum := 0.0
				for _, mu := range mean[t] {
					sum += u.drawn(mu*f, rng)
				}
				made[t] = append(made[t], sum)
			}
		}
		for t, x := range made {
			slices.Sort(x)
			row[t].lo, row[t].mid, row[t].hi = x[draws*5/100], x[draws/2], x[draws-1-draws*5/100]
		}
		rows[i] = row
	})
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	r := &UnitsReport{Weeks: s.weeks - u.cut, Worst: 1, Why: []string{}}
	var held, offers, wide []float64
	off, units := 0.0, 0.0
	for _, row := range rows {
		var own []float64
		for _, w := range row {
			if w.got != w.got {
				continue
			}
			in := b2f(w.lo <= w.got && w.got <= w.hi)
			own = append(own, in)
			if w.promoted > 0 {
				offers = append(offers, in)
			}
			wide = append(wide, (w.hi-w.lo)/2/math.Max(1, w.mid))
			off += math.Abs(w.got - w.mid)
			units += w.got
		}
		if len(own) > 0 {
			r.Items++
			r.Worst = math.Min(r.Worst, meanOf(own))
			held = append(held, own...)
		}
	}
	slices.Sort(wide)
	r.Held, r.Offers, r.WMAPE = meanOf(held), meanOf(offers), off/units
	if math.IsNaN(r.Offers) {
		r.Offers = 0
	}
	r.Width = wide[len(wide)/2]
	if r.Held < LeastHeld {
		r.Why = append(r.Why, fmt.Sprintf("its 90 %% bands hold %.0f %% of the weeks of products that it did not learn from, %.0f %% are needed", 100*r.Held, 100*LeastHeld))
	}
	r.Usable = len(r.Why) == 0
	return r, nil
}

func pickOne(x []float64, rng *rand.Rand) float64 {
	if len(x) == 0 {
		return 0
	}
	return x[rng.IntN(len(x))]
}

// Draw makes one course of so many weeks after history under offers: a row for
// each product, store and week in which the product was on sale at the end of
// history. An unknown product, a week outside or an impossible depth is an
// error.
func (u *Units) Draw(weeks int, offers []Offer, seed uint64) (*table.Table, error) {
	s := u.sales
	at := map[string]int{}
	for i, name := range s.items {
		at[name] = i
	}
	for _, o := range offers {
		weeks = max(weeks, o.Week+1)
	}
	if weeks < 1 || weeks > 520 {
		return nil, core.Errorf(core.Invalid, "a plan of %d weeks", weeks).WithHint("plan 1 to 520 weeks")
	}
	plan := make([]offer, len(s.items)*weeks)
	for n, o := range offers {
		i, ok := at[o.Item]
		if !ok {
			return nil, core.Errorf(core.NotFound, "offer %d of the plan is of product %q, which has no sales", n+1, o.Item).WithHint("known are %d products", len(s.items))
		}
		if !(o.Depth >= 0 && o.Depth <= .95) || o.Week < 0 {
			return nil, core.Errorf(core.Invalid, "offer %d of the plan, product %q: week %d, depth %g", n+1, o.Item, o.Week, o.Depth).WithHint("depth is a fraction off the price, 0 to 0.95; weeks count from 0")
		}
		plan[i*weeks+o.Week] = offer{-math.Log1p(-o.Depth), o.Feature, o.Display}
	}
	var date, units, price, usual, feature, display []float64
	var store, item []int32
	x := make([]float64, unitTerms)
	for i := range s.items {
		rng := rand.New(rand.NewPCG(seed, uint64(i)))
		lasting := pickOne(u.lasting, rng)
		for t := range weeks {
			o := plan[i*weeks+t]
			f := math.Exp(lasting + pickOne(u.weekly[int(b2f(o != offer{}))], rng))
			for n := range s.series {
				q := &s.series[n]
				if q.item != i || u.level[n] != u.level[n] || !sells(q, s.weeks) {
					continue
				}
				row := s.future(q, plan[i*weeks:(i+1)*weeks])
				s.terms(x, &row, s.weeks+t, u.cut)
				y := u.drawn(math.Exp(math.Min(20, u.level[n]+dot(x, u.coef[i])))*f, rng)
				date, units = append(date, (s.start+7*float64(s.weeks+t))*86400), append(units, y)
				price, usual = append(price, math.Round(q.price*math.Exp(-o.off)*100)/100), append(usual, q.price)
				feature, display = append(feature, b2f(o.feature)), append(display, b2f(o.display))
				store, item = append(store, int32(q.store)), append(item, int32(i))
			}
		}
	}
	text := func(name string, codes []int32, levels []string) *table.Column {
		return &table.Column{Field: table.Field{Name: name, Kind: table.Text}, Codes: codes, Levels: levels}
	}
	return &table.Table{Name: "sales", Columns: []*table.Column{table.NewTime("week_date", "2006-01-02", date), text("store", store, s.stores), text("product_id", item, s.items),
		decimals("units", 0, units), decimals("price", 2, price), decimals("base_price", 2, usual), decimals("feature", 0, feature), decimals("display", 0, display)}}, nil
}

// sells says whether a series was observed in the last eight weeks.
func sells(q *series, weeks int) bool {
	for _, y := range q.units[weeks-8:] {
		if y == y {
			return true
		}
	}
	return false
}

// future is a series with the plan's weeks after its own.
func (s *Sales) future(q *series, plan []offer) series {
	out := *q
	out.off, out.feature, out.display = slices.Clone(q.off), slices.Clone(q.feature), slices.Clone(q.display)
	for _, o := range plan {
		out.off, out.feature, out.display = append(out.off, o.off), append(out.feature, b2f(o.feature)), append(out.display, b2f(o.display))
	}
	return out
}
