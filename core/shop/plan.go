package shop

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"time"

	"shoptwin/core"
	"shoptwin/core/table"
)

// offer is how an item is sold in a week. The zero value is base price.
type offer struct {
	depth            float64 // share off the base price
	feature, display bool
	row              int32 // of the promotion table plus 1; 0 is none
}

// promotion is a planned offer of whole weeks.
type promotion struct {
	product int // row of the product table
	item    int // flat, -1 when the product does not sell
	week    int
	weeks   int
	offer
}

var (
	depths     = [...]float64{.10, .15, .20, .25, .30, .40}
	depthShare = [...]float64{.19, .18, .22, .17, .14, .10}
)

// newPlan plans n promotions over the weeks: four in five for products that
// sell, more of them for those that sell more (units, expected, by flat
// item), the rest for others. Depths and support are drawn without a look at
// season or demand, weeks too unless season says how items sell over the year:
// then by its power lean. A product has at least one plain week between two
// promotions.
func newPlan(n, weeks, products int, rows []int, units []float64, season []*[52]float64, lean float64, rng *rand.Rand) ([]promotion, error) {
	times, placed := spread(n*4/5, weeks/4, units)
	plan := make([]promotion, 0, n)
	for i, k := range times {
		length := make([]int, k)
		free := weeks - (k - 1)
		for j := range length {
			length[j] = 1 + b2i(rng.IntN(6) == 0)
			free -= length[j]
		}
		for j := 0; free < 0; j++ {
			free += length[j] - 1
			length[j] = 1
		}
		cuts := make([]int, k)
		for j := range cuts {
			cuts[j] = rng.IntN(free + 1)
		}
		if season != nil {
			cuts = highWeeks(season[i], lean, length, weeks, rng)
		}
		slices.Sort(cuts)
		used := 0
		for j, cut := range cuts {
			plan = append(plan, promotion{product: rows[i], item: i, week: cut + used, weeks: length[j], offer: newOffer(rng)})
			used += length[j] + 1
		}
	}
	sells := make([]bool, products)
	for _, row := range rows {
		sells[row] = true
	}
	if idle := products - len(rows); n-placed > idle*weeks/4 {
		return nil, core.Errorf(core.Invalid, "%d promotions do not fit %d products and %d weeks", n, products, weeks).
			WithHint("plan fewer promotions or more products")
	}
	taken := map[[2]int]bool{}
	for len(plan) < n {
		p, w := rng.IntN(products), rng.IntN(weeks)
		if sells[p] || taken[[2]int{p, w}] {
			continue
		}
		taken[[2]int{p, w}] = true
		plan = append(plan, promotion{product: p, item: -1, week: w, weeks: 1, offer: newOffer(rng)})
	}
	slices.SortFunc(plan, func(a, b promotion) int {
		return cmp.Or(cmp.Compare(a.week, b.week), cmp.Compare(a.product, b.product))
	})
	for k := range plan {
		plan[k].row = int32(k + 1)
	}
	return plan, nil
}

// highWeeks draws where promotions of these lengths begin, as newPlan's cuts:
// weeks less those that earlier ones and the plain weeks after them take. A
// week's chance goes with the season's factor to the power lean.
func highWeeks(season *[52]float64, lean float64, length []int, weeks int, rng *rand.Rand) []int {
	free := weeks - (len(length) - 1)
	for _, l := range length {
		free -= l
	}
	// Gibbs sampling: one cut after another moves to where it may lie.
	cuts := make([]int, len(length))
	for j := range cuts {
		cuts[j] = rng.IntN(free + 1)
	}
	slices.Sort(cuts)
	before := make([]int, len(length))
	for j := 1; j < len(length); j++ {
		before[j] = before[j-1] + length[j-1] + 1
	}
	for range 6 {
		for j := range cuts {
			lo, hi := 0, free
			if j > 0 {
				lo = cuts[j-1]
			}
			if j+1 < len(cuts) {
				hi = cuts[j+1]
			}
			chance := make([]float64, hi-lo+1)
			for c := range chance {
				chance[c] = math.Pow(season[(lo+c+before[j])%52], lean)
			}
			cuts[j] = lo + pick(chance, total(chance)*rng.Float64())
		}
	}
	return cuts
}

// spread shares n promotions out in proportion to units^0.6, at most most
// each, and returns how many each item has and their sum, at most n.
func spread(n, most int, units []float64) (times []int, sum int) {
	times = make([]int, len(units))
	count := func(scale float64) int {
		sum := 0
		for i, u := range units {
			times[i] = min(int(scale*math.Pow(u, .6)), most)
			sum += times[i]
		}
		return sum
	}
	lo, hi := 0., 1.
	for count(hi) < n && hi < 1e9 {
		hi *= 2
	}
	for range 60 {
		if mid := (lo + hi) / 2; count(mid) <= n {
			lo = mid
		} else {
			hi = mid
		}
	}
	return times, count(lo)
}

func newOffer(rng *rand.Rand) offer {
	if rng.Float64() < .08 {
		return offer{display: true, feature: rng.Float64() < .2}
	}
	d := depths[pick(depthShare[:], rng.Float64())]
	return offer{depth: d, feature: rng.Float64() < .15+.9*d, display: rng.Float64() < .12+.7*d}
}

// promotionTable returns the calendar as a table; first is its first Monday.
func promotionTable(plan []promotion, products *table.Column, first time.Time, rng *rand.Rand) *table.Table {
	n := len(plan)
	id, product, kind, funding := make([]string, n), make([]string, n), make([]string, n), make([]string, n)
	start, end, depth := make([]float64, n), make([]float64, n), make([]float64, n)
	feature, display := make([]float64, n), make([]float64, n)
	for k, p := range plan {
		id[k] = fmt.Sprintf("M%05d", k+1)
		product[k] = products.Cell(p.product)
		start[k] = float64(first.Unix()) + 7*day*float64(p.week)
		end[k] = start[k] + day*float64(7*p.weeks-1)
		depth[k], feature[k], display[k] = p.depth, float64(b2i(p.feature)), float64(b2i(p.display))
		switch {
		case p.depth == 0:
			kind[k] = "display only"
		case rng.IntN(4) == 0:
			kind[k] = "loyalty price"
		default:
			kind[k] = "weekly offer"
		}
		// Makers pay rather for deep offers.
		funding[k] = []string{"own", "shared", "supplier"}[pick([]float64{.45 - p.depth/2, .3, 1}, rng.Float64())]
	}
	d := table.NewNumber("depth", depth)
	d.Decimals = 2
	return &table.Table{Name: "promotions", Columns: []*table.Column{
		table.NewText("promotion_id", id, nil), table.NewText("product_id", product, nil),
		table.NewTime("start_date", dayForm, start), table.NewTime("end_date", dayForm, end),
		d, whole("feature", feature), whole("display", display),
		table.NewText("type", kind, nil), table.NewText("funding", funding, nil),
	}}
}

// offers lays the plan out by flat item and week: offers[item*weeks+week].
func offers(plan []promotion, items, weeks int) []offer {
	out := make([]offer, items*weeks)
	for _, p := range plan {
		for w := p.week; p.item >= 0 && w < min(p.week+p.weeks, weeks); w++ {
			out[p.item*weeks+w] = p.offer
		}
	}
	return out
}
