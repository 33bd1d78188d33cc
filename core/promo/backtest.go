package promo

import (
	"context"
	"fmt"
	"math"

	"shoptwin/core"
)

// Backtest hides the units of the last weeks, forecasts them from the weeks
// before and from the prices, features and displays that stood in those
// weeks, and compares. weeks 0 is a quarter of the panel, at most 26.
//
// All methods are judged on the same cells: observed, in a series with
// history. The model's forecast is the median of its band, as WMAPE asks
// for. Trees boosted on what the model missed in earlier weeks (of prices,
// supports, items, stores, seasons) were tried and left out: learned on one
// calibration stretch and judged on the next, before any test, they lost in all
// of four windows of Breakfast at the Frat (WMAPE .3165 to .3185, .3523 to
// .3535, .3025 to .3314, .3917 to .4039; promotion weeks in three of four) and
// on the made shop (.527 to .534). "mean13" is the series' mean over the 13 weeks before the cut;
// "spreadsheet" the mean of those without promotion (of all of history when
// there are none), times, in a promotion week, the item's mean lift: units of
// a promotion week over the mean of the weeks without promotion among the 13
// before it, when there are two. Bands are calibrated on the weeks before the
// cut. Cost: three fits.
func Backtest(ctx context.Context, p *Panel, weeks int, cfg Config, report func(core.Progress)) (*BacktestReport, error) {
	if weeks == 0 {
		weeks = min(26, p.weeks/4)
	}
	if weeks < 1 || p.weeks-weeks < 8 {
		return nil, core.Errorf(core.Invalid, "a backtest of %d weeks leaves %d of %d weeks to learn from", weeks, p.weeks-weeks, p.weeks).
			WithHint("hold out fewer weeks; at least 8 must remain")
	}
	cut := p.weeks - weeks
	cfg, err := cfg.check(cut)
	if err != nil {
		return nil, err
	}
	cal, err := calibrate(ctx, p, cut, cfg, report)
	if err != nil {
		return nil, err
	}
	f, err := fit(ctx, newDesign(p, cut, cfg.Lags), cfg, report)
	if err != nil {
		return nil, err
	}
	cells := f.forecasts(cut, p.weeks)
	if len(cells) == 0 {
		return nil, core.Errorf(core.Invalid, "no series has sales both before and after %s", p.Label(cut)).WithHint("hold out fewer weeks")
	}
	return p.judge(cells, cal.bands, cut), nil
}

// judge scores the forecasts beside the two simple methods.
func (p *Panel) judge(cells []missed, b *bands, cut int) *BacktestReport {
	r := &BacktestReport{Weeks: p.weeks - cut, Cut: p.Label(cut), Cells: len(cells)}
	simple := p.simple(cut)
	var model, mean13, sheet errors2
	groups := map[string]*cover{}
	order := []string{"all", "promo", "regular"}
	var sum, expected, promoSum, promoExpected float64
	for _, c := range cells {
		state := int(c.state)
		q := b.at(state, c.mu)
		median := c.mu * q[2]
		isPromo := state > 0
		model.add(c.units, median, isPromo)
		m := simple.mean13[[2]int32{c.item, c.store}]
		mean13.add(c.units, m.mean, isPromo)
		s := m.regular
		if isPromo {
			s *= simple.lift[c.item]
		}
		sheet.add(c.units, s, isPromo)
		names := []string{"all", "regular"}
		sum, expected = sum+c.units, expected+c.mu
		if isPromo {
			r.PromoCells++
			promoSum, promoExpected = promoSum+c.units, promoExpected+c.mu
			names = []string{"all", "promo", depthName(state)}
		}
		for _, name := range names {
			g := groups[name]
			if g == nil {
				g = &cover{events: map[int64][2]float64{}}
				groups[name] = g
			}
			g.add(c, q, median)
		}
	}
	for s := 1; s < states; s++ {
		order = append(order, depthName(s))
	}
	for _, name := range order {
		if g := groups[name]; g != nil {
			r.Coverage = append(r.Coverage, Coverage{name, g.n, g.in80 / float64(g.n), g.in90 / float64(g.n), ratioOr0(g.missed, g.units), len(g.events), g.unsure()})
		}
	}
	r.Scores = []Score{model.score("model"), sheet.score("spreadsheet"), mean13.score("mean13")}
	r.Bias = ratioOr0(expected-sum, sum)
	r.PromoBias = ratioOr0(promoExpected-promoSum, promoSum)
	return r
}

func depthName(state int) string {
	lo, hi := 0.0, 0.9
	if state > 1 {
		lo = depthEdges[state-2]
	}
	if state-1 < len(depthEdges) {
		hi = depthEdges[state-1]
	}
	return fmt.Sprintf("depth %.2f-%.2f", lo, hi)
}

type cover struct {
	n             int
	in80, in90    float64
	missed, units float64
	events        map[int64][2]float64 // item-week: cells, and those that the 90 % band held
}

func (g *cover) add(c missed, q [5]float64, median float64) {
	g.n++
	in := func(lo, hi float64) float64 {
		if c.units >= c.mu*lo && c.units <= c.mu*hi {
			return 1
		}
		return 0
	}
	held, e := in(q[0], q[4]), g.events[c.event()]
	g.events[c.event()] = [2]float64{e[0] + 1, e[1] + held}
	g.in90 += held
	g.in80 += in(q[1], q[3])
	g.missed += math.Abs(c.units - median)
	g.units += c.units
}

// unsure is the standard error of the part that 90 % bands held, cells of an
// item's week being one draw.
func (g *cover) unsure() float64 {
	part := g.in90 / float64(g.n)
	var all, both, held float64 // sums of whole numbers, the same in any order
	for _, e := range g.events {
		all, both, held = all+e[0]*e[0], both+e[0]*e[1], held+e[1]*e[1]
	}
	return math.Sqrt(max(held-2*part*both+part*part*all, 0)) / float64(g.n)
}

type errors2 struct{ missed, units, promoMissed, promoUnits float64 }

func (e *errors2) add(units, forecast float64, isPromo bool) {
	e.missed += math.Abs(units - forecast)
	e.units += units
	if isPromo {
		e.promoMissed += math.Abs(units - forecast)
		e.promoUnits += units
	}
}

func (e *errors2) score(method string) Score {
	return Score{method, ratioOr0(e.missed, e.units), ratioOr0(e.promoMissed, e.promoUnits)}
}

func ratioOr0(a, b float64) float64 {
	if b == 0 {
		return 0
	}
	return a / b
}

// usual is what the simple methods know of a series.
type usual struct{ mean, regular float64 }

type simple struct {
	mean13 map[[2]int32]usual
	lift   []float64 // by item
}

func (p *Panel) simple(cut int) simple {
	out := simple{mean13: map[[2]int32]usual{}, lift: make([]float64, len(p.items))}
	ups := make([]float64, len(p.items))
	for s, k := range p.series {
		var last, lastN, regular, regularN, all, allN float64
		for w := range cut {
			i := s*p.weeks + w
			u := float64(p.units[i])
			if u != u {
				continue
			}
			isPromo := promo(p.lp[i], p.flags[i])
			if w >= cut-13 {
				last, lastN = last+u, lastN+1
				if !isPromo {
					regular, regularN = regular+u, regularN+1
				}
			}
			if !isPromo {
				all, allN = all+u, allN+1
				continue
			}
			before, n := 0.0, 0.0
			for v := max(0, w-13); v < w; v++ {
				j := s*p.weeks + v
				if x := float64(p.units[j]); x == x && !promo(p.lp[j], p.flags[j]) {
					before, n = before+x, n+1
				}
			}
			if n >= 2 && before > 0 {
				out.lift[k.item] += u / (before / n)
				ups[k.item]++
			}
		}
		u := usual{}
		switch {
		case lastN > 0:
			u.mean = last / lastN
		case allN > 0:
			u.mean = all / allN
		}
		switch {
		case regularN > 0:
			u.regular = regular / regularN
		case allN > 0:
			u.regular = all / allN
		default:
			u.regular = u.mean
		}
		out.mean13[[2]int32{k.item, k.store}] = u
	}
	for i := range out.lift {
		if ups[i] > 0 {
			out.lift[i] /= ups[i]
		} else {
			out.lift[i] = 1
		}
	}
	return out
}
