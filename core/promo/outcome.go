package promo

import (
	"fmt"
	"math"
)

const z80, z90 = 1.2816, 1.6449

// normal is the interval of a quantity that may be negative.
func normal(mean, sd float64) Interval {
	return Interval{mean, mean - z80*sd, mean + z80*sd, mean - z90*sd, mean + z90*sd}
}

// positive is the interval of a log-normal quantity of that mean and standard
// deviation.
func positive(mean, sd, scale80, scale90 float64) Interval {
	if !(mean > 0) {
		return Interval{}
	}
	s2 := math.Log1p(sd * sd / (mean * mean))
	s, mid := math.Sqrt(s2), mean*math.Exp(-s2/2)
	return Interval{mean, mid * math.Exp(-z80*scale80*s), mid * math.Exp(z80*scale80*s),
		mid * math.Exp(-z90*scale90*s), mid * math.Exp(z90*scale90*s)}
}

// band is the conformal interval of one cell, widened by variance extra in
// logs when the offer goes beyond what was observed.
func (b *bands) band(state int, mu, extra float64) Interval {
	q := b.at(state, mu)
	wide := func(x float64, z float64) float64 {
		if extra == 0 {
			return mu * x
		}
		l := math.Log(max(x, 1e-3))
		return mu * math.Exp(math.Copysign(math.Sqrt(l*l+z*z*extra), l))
	}
	return Interval{mu, min(wide(q[1], z80), mu), max(wide(q[3], z80), mu), min(wide(q[0], z90), mu), max(wide(q[4], z90), mu)}
}

// outcome turns the sums into the answer.
func (r *run) outcome() *Outcome {
	m, q := r.m, r.q
	o := &Outcome{Weeks: make([]WeekOutcome, q.Horizon), Items: make([]ItemOutcome, len(q.items)), OfferCount: len(q.cells),
		Baseline: r.baseline[inUnits], BaselineSales: r.baseline[inSales], BaselineProfit: r.baseline[inProfit], Spent: r.spent}
	var cells []CellOutcome
	if !q.Brief {
		cells = make([]CellOutcome, len(q.items)*q.Horizon)
	}
	var total variance
	itemTotals := make([]variance, len(q.items))
	for w := range q.Horizon {
		wo := &o.Weeks[w]
		wo.Week, wo.Label = w, m.label(w)
		var week [measures]variance
		var mean [measures]float64
		var promoted, units float64
		for n := range q.items {
			t := r.shown(n, w)
			if !q.Brief {
				cells[n*q.Horizon+w] = r.cellOutcome(n, w, t)
			}
			wo.Baseline += t.baseline
			wo.BaselineProfit += t.base[inProfit]
			wo.Spent += t.spent
			wo.Lost += t.asked - t.units
			wo.Guess = wo.Guess || t.guess
			promoted += t.promoted
			units += t.units
			for j := range measures {
				mean[j] += t.value[j]
				week[j].own += t.noise[j] + t.itemWeek[j]*t.itemWeek[j] + t.itemAll[j]*t.itemAll[j]
				week[j].shared += t.shock[j]
			}
			it := &itemTotals[n]
			it.own += t.noise[inUnits] + t.itemWeek[inUnits]*t.itemWeek[inUnits] + t.shock[inUnits]*t.shock[inUnits]
			it.shared += t.itemAll[inUnits]
			total.own += t.noise[inUnits] + t.itemWeek[inUnits]*t.itemWeek[inUnits]
		}
		o.Lost += wo.Lost
		total.own += week[inUnits].shared * week[inUnits].shared
		s80, s90 := m.cal.spreads.scale(ratioOr0(promoted, units))
		wo.Units = positive(mean[inUnits], week[inUnits].sd(), s80, s90)
		wo.Sales = positive(mean[inSales], week[inSales].sd(), s80, s90)
		wo.Profit = normal(mean[inProfit], week[inProfit].sd())
	}
	units := 0.0
	for n, i := range q.items {
		it := &m.items[i]
		io := &o.Items[n]
		*io = ItemOutcome{Item: it.ID, Name: it.Name, Category: it.Category, Weeks: []CellOutcome{}}
		if !q.Brief {
			io.Weeks = cells[n*q.Horizon : (n+1)*q.Horizon : (n+1)*q.Horizon]
		}
		sum := 0.0
		for w := range q.Horizon {
			t := r.shown(n, w)
			io.Baseline += t.baseline
			io.Lost += t.asked - t.units
			sum += t.units
		}
		io.Units = positive(sum, itemTotals[n].sd(), 1, 1)
		own := &r.owned[r.local[i]]
		io.Change, io.Sales, io.Profit = own[inUnits], own[inSales], own[inProfit]
		total.own += itemTotals[n].shared * itemTotals[n].shared
		units += sum
	}
	o.Units = positive(units, total.sd(), 1, 1)
	luck := r.luck(nil)
	o.Change, o.Sales, o.Profit = r.effect(inUnits, &luck), r.effect(inSales, &luck), r.effect(inProfit, &luck)
	o.Warnings = r.warnings()
	return o
}

// variance of a sum: own parts add as variances, shared ones as standard
// deviations.
type variance struct{ own, shared float64 }

func (v variance) sd() float64 { return math.Sqrt(v.own + v.shared*v.shared) }

// scale mixes the scales of regular and promotion weeks by the part promoted.
func (v *spreads) scale(part float64) (s80, s90 float64) {
	return (1-part)*v.Scale80[0] + part*v.Scale80[1], (1-part)*v.Scale90[0] + part*v.Scale90[1]
}

func (r *run) cellOutcome(n, w int, t *cellSum) CellOutcome {
	c := CellOutcome{Week: w, Baseline: t.baseline, Depth: math.Round(ratioOr0(t.depth, t.weight)*1e4) / 1e4,
		Feature: t.feature, Display: t.display, Guess: t.guess}
	if c.Lost = t.asked - t.units; t.asked != t.units || !math.IsInf(t.room, 1) && t.asked > 0 {
		c.Units = t.stocked(&r.m.cal.spreads)
		return c
	}
	if len(r.q.stores) == 1 {
		state, extra := 0, 0.0
		if o := r.q.offer(r.q.items[n], 0, w); o != nil {
			flags := uint8(o.feature) | uint8(o.display)
			state, extra = stateOf(float32(o.r), flags), r.m.beyond(o.item, o)
		}
		c.Units = r.m.cal.bands.band(state, t.units, extra)
		return c
	}
	s80, s90 := r.m.cal.spreads.scale(ratioOr0(t.promoted, t.units))
	v := t.noise[inUnits] + t.itemWeek[inUnits]*t.itemWeek[inUnits] + t.itemAll[inUnits]*t.itemAll[inUnits] + t.shock[inUnits]*t.shock[inUnits]
	c.Units = positive(t.units, math.Sqrt(v), s80, s90)
	return c
}

// effect is the change in one measure.
func (r *run) effect(j int, luck *[measures]float64) Effect {
	c := r.change[j]
	net, chance := bandOfDraws(r.drawnNet(j, nil, luck[j]))
	return Effect{Extra: c.extra, PriceCut: c.cut, Taken: c.taken, Pulled: c.pulled, Short: c.short, Funding: c.funding, Fixed: c.fixed, Net: net, Chance: chance}
}

// warnings lists where the plan leaves what was observed, in the order of
// offers, and items of which little is known.
func (r *run) warnings() []Warning {
	m, q := r.m, r.q
	out := warnings{}
	nocost := 0
	sparse := make([]bool, len(m.items))
	for n := range q.cells {
		c := &q.cells[n]
		it, at := &m.items[c.item], Warning{Item: m.items[c.item].ID, Store: q.source[n].Store, Week: q.source[n].Week}
		switch {
		case c.depth > 0 && it.maxDepth == 0:
			out.add("constant", at, "%s was never below its base price: how it answers to price is taken from its category.", it.Name)
		case c.depth > it.maxDepth+0.025:
			deep := at
			deep.Limit = it.maxDepth
			out.add("deeper", deep, "%s was never more than %.0f%% off: at %.0f%% the forecast is a guess.", it.Name, it.maxDepth*100, c.depth*100)
		}
		if c.feature > 0 && it.seen&featured == 0 {
			out.add("feature", at, "%s was never featured: the effect is taken from its category.", it.Name)
		}
		if c.display > 0 && it.seen&displayed == 0 {
			out.add("display", at, "%s was never on display: the effect is taken from its category.", it.Name)
		}
		if sparse[c.item] {
			continue
		}
		sparse[c.item] = true
		if it.maxDepth > 0 && it.promoWeeks < 4 || it.units*float64(m.weeks) < 100 {
			out.add("sparse", Warning{Item: it.ID, Week: -1}, "%s has little history (%d promotion weeks, %.1f units a week): most is taken from its category.", it.Name, it.promoWeeks, it.units)
		}
		if _, given := q.Margins[it.ID]; it.Cost <= 0 && !given {
			nocost++
		}
	}
	for n, i := range q.items {
		for w := range q.Horizon {
			if t := r.shown(n, w); t.asked-t.units > max(1, 0.05*t.asked) {
				it := &m.items[i]
				out.add("stock", Warning{Item: it.ID, Week: -1, Limit: t.units}, "%s runs out in %s: %.0f units are asked for, %.0f are there to sell.", it.Name, m.label(w), t.asked, t.units)
				break
			}
		}
	}
	if nocost > 0 && q.Margin == 0 {
		out.add("nocost", Warning{Week: -1}, "no cost is known of %d of the plan's items: a margin of 25%% of the base price is assumed.", nocost)
	}
	return out
}

type warnings []Warning

// add is out of line, as a page carries every copy of it.
//
//go:noinline
func (w *warnings) add(kind string, at Warning, format string, args ...any) {
	at.Kind, at.Text = kind, fmt.Sprintf(format, args...)
	*w = append(*w, at)
}
