package promo

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"sync/atomic"

	"shoptwin/core"
)

// Model is what Fit learned. It holds sums over weeks, stores and items, no
// receipts and no customers, and does not change: any number of goroutines
// may ask it at once.
type Model struct {
	lags   int
	start  float64 // day number of history's first week; NaN without dates
	first  int     // number of that week without dates
	weeks  int     // of history
	items  []itemModel
	stores []string
	series []seriesModel // by item, then by store
	share  []float64     // of all units, by store
	cal    calibration
	notes  []string
	tau    []float64 // by response: variance of items about their category
	common []float64 // by category, as an item's cov: of its mean
	kept   int       // last weeks of history kept, by series
	past   []pastRow // series*kept + week
	// Derived by index.
	itemAt, storeAt map[string]int
	categories      []string
	group           []int                   // category of each item
	firstSeries     []int                   // of each item; one more at the end
	bySeries        []int32                 // item*stores + store: place in series, or -1
	members         [][]int                 // items by category
	slope           []slope                 // of price, by category
	lot             []atomic.Pointer[[]lot] // by category, see lots
	turn            *[pairs]float32         // how weeks turn out, by pair of draws
}

// itemModel is an item's response and what it rests on.
type itemModel struct {
	item
	coef       []float64 // as the design's row
	cov        []float64 // of the responses (see responses), lower triangle by rows
	alpha      float64
	maxDepth   float64 // deepest observed
	promoWeeks int     // different weeks at least 5 % under base price
	prices     int     // different depths, rounded to 5 %, observed
	units      float64 // mean a week, all stores
	seen       uint8   // flags observed
}

// slope is how a category's items answer to price.
type slope struct{ mean, variance float64 }

// seriesModel is one item in one store.
type seriesModel struct {
	item, store int32
	level       float64   // ln units a week at base price, season and lags apart
	base        float64   // current base price
	share       float64   // usual units a week
	lag         []float64 // depth (-ln ratio) of the last weeks, latest first
	pull        []float64 // ln of the neighbours' pull, of the last weeks, latest first
	weeks       int       // observed
	usual       float64   // derived: units a week at base price, season and lags apart
	after       []float64 // derived: what the offers of the last weeks multiply the next ones by
}

// pastRow is a week of history as it is kept for charts.
type pastRow struct {
	units float32 // NaN: not observed
	depth float32
	flags uint8
}

// keptWeeks of history go into a model.
const keptWeeks = 104

// responses are the places in a row of what a plan can move, in the order in
// which covariances and beliefs hold them. All but the base price lie in front
// of the season.
var responses = [...]int{xPrice, xFeature, xDisplay, xPull, xPast, xLag}

// check fills in the defaults for a history of cut weeks.
func (c Config) check(cut int) (Config, error) {
	if c.Lags == 0 {
		c.Lags = 4
	}
	if c.Calib == 0 {
		c.Calib = min(max(cut/5, 8), 26)
	}
	c.Calib = min(c.Calib, cut/2)
	if c.HalfLife == 0 {
		c.HalfLife = 13
	}
	if c.Rounds == 0 {
		c.Rounds = 8
	}
	if c.Lags < 1 || c.Lags > maxLags || c.Calib < 0 || !(c.HalfLife > 0) || c.Rounds < 1 {
		return c, core.Errorf(core.Invalid, "lags %d, calib %d, halfLife %g, rounds %d: not all can be used", c.Lags, c.Calib, c.HalfLife, c.Rounds).
			WithHint("leave them 0 for the defaults; lags are 1 to %d", maxLags)
	}
	return c, nil
}

// calibration is what the last weeks of history taught about misses.
type calibration struct {
	bands   *bands
	spreads spreads
}

// trials is how many fits calibrate makes for a history of cut weeks.
func (c Config) trials(cut int) int {
	switch {
	case cut-c.Calib < 4:
		return 0
	case c.Calib < 8 || cut-2*c.Calib < 26:
		return 1
	}
	return 2
}

// calibrate fits on the weeks before the last Calib ones before cut, and
// learns from what it missed on these. Where history is long enough it does so
// once more as many weeks earlier: more promotions to learn bands from, and a
// trial of how bands hold in the weeks after those they were learned on.
func calibrate(ctx context.Context, p *Panel, cut int, cfg Config, report func(core.Progress)) (*calibration, error) {
	tried := func(cut int) ([]missed, error) {
		f, err := fit(ctx, newDesign(p, cut-cfg.Calib, cfg.Lags), cfg, report)
		if err != nil {
			return nil, err
		}
		return f.forecasts(cut-cfg.Calib, cut), nil
	}
	var last []missed
	var err error
	trials := cfg.trials(cut)
	if trials > 0 {
		if last, err = tried(cut); err != nil {
			return nil, err
		}
	}
	cal := &calibration{newBands(last), newSpreads(last)}
	if trials > 1 {
		first, err := tried(cut - cfg.Calib)
		if err != nil {
			return nil, err
		}
		cal.bands = newBands(append(slices.Clone(first), last...))
		cal.bands.stretch(newBands(first), last)
	}
	return cal, nil
}

// Fit learns the response from all weeks of p, first without the last
// Calib weeks, to learn from them how wide the intervals must be, then with
// them. Once ctx is cancelled it stops within one round and returns ctx's
// error. report, if not nil, is called after every round. The same panel and
// config give the same model on any number of processors.
//
// O(rounds × cells × effects²): 2 s for 525,000 weeks of 3,900 series on two
// cores.
func Fit(ctx context.Context, p *Panel, cfg Config, report func(core.Progress)) (*Model, error) {
	if p == nil || p.Cells() == 0 {
		return nil, core.Errorf(core.Invalid, "the panel holds no observed week").WithHint("build it from sales with units and prices")
	}
	cfg, err := cfg.check(p.weeks)
	if err != nil {
		return nil, err
	}
	rounds := report
	if done := int64(0); report != nil {
		rounds = func(q core.Progress) {
			done++
			q.Done, q.Total = done, q.Total*int64(1+cfg.trials(p.weeks))
			report(q)
		}
	}
	cal, err := calibrate(ctx, p, p.weeks, cfg, rounds)
	if err != nil {
		return nil, err
	}
	f, err := fit(ctx, newDesign(p, p.weeks, cfg.Lags), cfg, rounds)
	if err != nil {
		return nil, err
	}
	m := &Model{lags: cfg.Lags, start: p.start, first: p.first, weeks: p.weeks,
		stores: slices.Clone(p.stores), cal: *cal, notes: slices.Clone(p.notes), kept: min(p.weeks, keptWeeks)}
	m.keepItems(f)
	if !slices.ContainsFunc(m.items, func(it itemModel) bool { return it.maxDepth > 0 }) {
		m.notes = append(m.notes, "no item was ever below its base price: how sales answer to price is assumed, not learned")
	}
	if m.weeks < 26 {
		m.notes = append(m.notes, fmt.Sprintf("only %d weeks of history: season, dips and what neighbours take are assumed more than learned", m.weeks))
	}
	if m.countCategories() == 1 && len(m.items) > 1 && m.items[0].category() == "" {
		m.notes = append(m.notes, "no product has a category: all are taken for each other's substitutes")
	}
	m.common = f.common()
	m.keepSeries(f)
	if len(m.series) == 0 {
		return nil, core.Errorf(core.Invalid, "no item has sold a single unit").WithHint("check the column of units")
	}
	m.round32()
	m.index()
	return m, nil
}

func (m *Model) keepItems(f *fitted) {
	p, k := f.d.p, f.d.k
	for _, j := range responses {
		m.tau = append(m.tau, f.tau[j])
	}
	for i, it := range p.items {
		im := itemModel{item: it, coef: slices.Clone(f.coef[i*k : (i+1)*k]), alpha: f.alpha[i]}
		cov := f.cov[i*k*k : (i+1)*k*k]
		for a, ra := range responses {
			for _, rb := range responses[:a+1] {
				im.cov = append(im.cov, cov[ra*k+rb])
			}
		}
		m.items = append(m.items, im)
	}
	promoWeek := make([]bool, len(p.items)*p.weeks)
	depths := make([]uint32, len(p.items))
	for s, key := range p.series {
		im := &m.items[key.item]
		for w := range p.weeks {
			i := s*p.weeks + w
			u := float64(p.units[i])
			if u != u {
				continue
			}
			im.units += u
			im.seen |= p.flags[i]
			if depth := 1 - math.Exp(float64(p.lp[i])); depth >= promoDepth-1e-6 {
				promoWeek[int(key.item)*p.weeks+w] = true
				depths[key.item] |= 1 << int(depth*20+0.5)
				im.maxDepth = max(im.maxDepth, depth)
			}
		}
	}
	for i := range m.items {
		m.items[i].units /= float64(p.weeks)
		for _, on := range promoWeek[i*p.weeks : (i+1)*p.weeks] {
			if on {
				m.items[i].promoWeeks++
			}
		}
		for b := depths[i]; b > 0; b &= b - 1 {
			m.items[i].prices++
		}
	}
}

func (m *Model) keepSeries(f *fitted) {
	p, d, k := f.d.p, f.d, f.d.k
	m.share = make([]float64, len(p.stores))
	total := 0.0
	for s, key := range p.series {
		if math.IsNaN(f.level[s]) {
			continue
		}
		sm := seriesModel{item: key.item, store: key.store, share: d.share[s], lag: make([]float64, m.lags), pull: make([]float64, m.lags)}
		last := p.weeks - 1
		base := float64(p.lb[s*p.weeks+last])
		sm.base = math.Exp(base)
		sm.level = f.level[s] + f.coef[int(key.item)*k+xBase]*(base-d.usualBase[s])
		for l := range min(m.lags, p.weeks) {
			sm.pull[l] = float64(d.pull[s*p.weeks+last-l])
			sm.lag[l] = max(0, -float64(p.lp[s*p.weeks+last-l]))
		}
		for w := range p.weeks {
			u := float64(p.units[s*p.weeks+w])
			if u == u {
				sm.weeks++
				m.share[key.store] += u
				total += u
			}
		}
		for w := p.weeks - m.kept; w < p.weeks; w++ {
			i := s*p.weeks + w
			m.past = append(m.past, pastRow{p.units[i], float32(max(0, 1-math.Exp(float64(p.lp[i])))), p.flags[i]})
		}
		m.series = append(m.series, sm)
	}
	for s := range m.share {
		m.share[s] /= max(total, 1e-9)
	}
}

// index derives the look-ups.
func (m *Model) index() {
	m.itemAt, m.storeAt = map[string]int{}, map[string]int{}
	groups := map[string]int{}
	m.group = make([]int, len(m.items))
	for i, it := range m.items {
		m.itemAt[it.ID] = i
		c := it.category()
		g, ok := groups[c]
		if !ok {
			g = len(groups)
			groups[c] = g
			m.categories = append(m.categories, c)
			m.members = append(m.members, nil)
		}
		m.group[i] = g
		m.members[g] = append(m.members[g], i)
	}
	m.lot, m.turn = make([]atomic.Pointer[[]lot], len(m.members)), new([pairs]float32)
	deviates(m.turn[:], named("luck"))
	m.slope = make([]slope, len(m.members))
	for g, members := range m.members {
		var sum, squares, unsure float64
		for _, i := range members {
			b := m.items[i].coef[xPrice]
			sum, squares, unsure = sum+b, squares+b*b, unsure+m.items[i].cov[0]
		}
		n := float64(len(members))
		m.slope[g] = slope{sum / n, max(squares/n-sum/n*sum/n, 0) + unsure/n}
	}
	for i, s := range m.stores {
		m.storeAt[s] = i
	}
	m.firstSeries = make([]int, len(m.items)+1)
	m.bySeries = make([]int32, len(m.items)*len(m.stores))
	for i := range m.bySeries {
		m.bySeries[i] = -1
	}
	after := make([]float64, len(m.series)*m.lags)
	for n := range m.series {
		s := &m.series[n]
		it := &m.items[s.item]
		s.usual = math.Exp(s.level)
		s.after = after[n*m.lags:][:m.lags:m.lags]
		for w := range s.after {
			past := 0.0
			for l := w + 1; l <= m.lags; l++ {
				past += faded[l] * (it.coef[xLag]*s.lag[l-w-1] + it.coef[xPast]*s.pull[l-w-1])
			}
			s.after[w] = math.Exp(past)
		}
		m.firstSeries[s.item+1]++
		m.bySeries[int(s.item)*len(m.stores)+int(s.store)] = int32(n)
	}
	for i := range m.items {
		m.firstSeries[i+1] += m.firstSeries[i]
	}
}

func (m *Model) countCategories() int {
	names := map[string]bool{}
	for i := range m.items {
		names[m.items[i].category()] = true
	}
	return len(names)
}

// label names a week; 0 is the first after history.
func (m *Model) label(ahead int) string { return weekLabel(m.start, m.first, m.weeks+ahead) }

// season is the item's factor in a week ahead of history.
func (m *Model) season(it *itemModel, ahead int) float64 {
	x := seasonAt(m.start, m.weeks+ahead)
	return math.Exp(dot(x[:], it.coef[xSeason:xTrend]))
}

// Elasticities returns the own-price elasticity of every item, best selling
// first, with its posterior standard deviation and 90 % interval. An item is
// eligible to be read for itself with at least 8 promotion weeks at 2 or more
// depths and 20 units a week over all stores; of the others the category says
// most.
func (m *Model) Elasticities() []Elasticity {
	out := make([]Elasticity, len(m.items))
	for i, it := range m.items {
		mean, sd := it.coef[xPrice], math.Sqrt(max(it.cov[0]+m.leaning(i), 0))
		out[i] = Elasticity{Item: it.ID, Category: it.Category, Mean: mean, SD: sd,
			Lo90: mean - 1.6449*sd, Hi90: min(mean+1.6449*sd, 0),
			PromoWeeks: it.promoWeeks, Units: it.units, Prices: it.prices,
			Eligible: it.promoWeeks >= 8 && it.prices >= 2 && it.units >= 20}
	}
	slices.SortStableFunc(out, func(a, b Elasticity) int { return cmp.Compare(b.Units, a.Units) })
	return out
}

// leaning is the variance of item i's own price effect that comes of its
// category's mean, on which it leans, not being known.
func (m *Model) leaning(i int) float64 {
	on := make([]float64, len(responses))
	for a := range on {
		on[a] = m.items[i].cov[triangle(a)] / m.tau[a]
	}
	size := triangle(len(responses))
	return quadratic(m.common[m.group[i]*size:][:size], on)
}
