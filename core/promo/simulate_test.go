package promo

import (
	"fmt"
	"math"
	"math/rand/v2"

	"shoptwin/core/table"
)

// market is a simulated panel whose response is known: units are Poisson (or
// noisier) about exp of the very terms that Fit estimates.
type market struct {
	items, stores, weeks int
	volume               float64 // units a week, store and item at base price
	noise                float64 // standard deviation of ln units beyond Poisson
	dip, cross, past     float64 // effects of own depth in the weeks before, of the neighbours' pull (less), of their past pull
	seed                 uint64

	spread float64 // how far items' cross effects lie from their category's

	elasticity []float64 // filled by tables
	feature    float64
	level      []float64   // item*stores
	depth      [][]float64 // by item and week
	featured   [][]float64
	crosses    []float64 // by item; none when they do not differ
}

// crossOf is how much of the neighbours' pull item i loses.
func (m *market) crossOf(i int) float64 {
	if m.crosses == nil {
		return m.cross
	}
	return m.crosses[i]
}

// lift is what item i's own offer multiplies its units by, less 1.
func (m *market) lift(i, w int) float64 {
	return math.Expm1(m.elasticity[i]*math.Log1p(-m.depth[i][w]) + m.feature*m.featured[i][w])
}

// pull is ln of the neighbours' pull on item i: they draw by their usual units.
func (m *market) pull(i, s, w int) float64 {
	sum, n := 0.0, 0.0
	for j := i % 3; j < m.items; j += 3 {
		if j != i {
			share := math.Exp(m.level[j*m.stores+s])
			sum, n = sum+share*m.lift(j, w), n+share
		}
	}
	return math.Log1p(sum / max(n, 1e-9))
}

// answer is the effect, in logs, of all offers on item i in store s and week w.
func (m *market) answer(i, s, w int) float64 {
	eta := math.Log1p(m.lift(i, w)) - m.crossOf(i)*m.pull(i, s, w)
	for l := 1; l <= 4 && l <= w; l++ {
		eta += m.dip * faded[l] * -math.Log1p(-m.depth[i][w-l])
		if m.past != 0 {
			eta += m.past * faded[l] * m.pull(i, s, w-l)
		}
	}
	return eta
}

func (m *market) tables() (sales, products *table.Table) {
	rng := rand.New(rand.NewPCG(m.seed, 7))
	m.feature = 0.35
	var itemID, store, category, pid []string
	var week, units, price, base, feature, display, cost []float64
	m.depth, m.featured = make([][]float64, m.items), make([][]float64, m.items)
	m.elasticity, m.level, m.crosses = nil, nil, nil
	for i := range m.items {
		m.elasticity = append(m.elasticity, -2.2-0.4*float64(i%3)+0.35*rng.NormFloat64())
		m.depth[i], m.featured[i] = make([]float64, m.weeks), make([]float64, m.weeks)
		for w := range m.weeks {
			if rng.Float64() < 0.2 {
				m.depth[i][w] = []float64{0.1, 0.15, 0.2, 0.3, 0.4}[rng.IntN(5)]
				if rng.Float64() < 0.5 {
					m.featured[i][w] = 1
				}
			}
		}
		for range m.stores {
			m.level = append(m.level, math.Log(m.volume)+0.4*rng.NormFloat64())
		}
		pid = append(pid, fmt.Sprintf("p%02d", i))
		category = append(category, fmt.Sprintf("c%d", i%3))
		cost = append(cost, 1.2)
	}
	if m.spread > 0 {
		category := []float64{rng.NormFloat64(), rng.NormFloat64(), rng.NormFloat64()}
		for i := range m.items {
			m.crosses = append(m.crosses, max(0, m.cross+m.spread*(0.7*category[i%3]+0.7*rng.NormFloat64())))
		}
	}
	for i := range m.items {
		for s := range m.stores {
			for w := range m.weeks {
				eta := m.level[i*m.stores+s] + 0.15*math.Sin(2*math.Pi*float64(w)/52.18) + m.answer(i, s, w)
				eta += m.noise*rng.NormFloat64() - m.noise*m.noise/2
				itemID = append(itemID, pid[i])
				store = append(store, fmt.Sprintf("s%d", s))
				week = append(week, float64(w+1))
				units = append(units, poisson(rng, math.Exp(eta)))
				price = append(price, 2*(1-m.depth[i][w]))
				base = append(base, 2)
				feature = append(feature, m.featured[i][w])
				display = append(display, 0)
			}
		}
	}
	sales = &table.Table{Name: "sales", Columns: []*table.Column{
		table.NewText("product_id", itemID, nil), table.NewText("store_id", store, nil), table.NewNumber("week", week),
		table.NewNumber("units", units), table.NewNumber("price", price), table.NewNumber("base_price", base),
		table.NewNumber("feature", feature), table.NewNumber("display", display)}}
	products = &table.Table{Name: "products", Columns: []*table.Column{
		table.NewText("product_id", pid, nil), table.NewText("category", category, nil), table.NewNumber("cost", cost)}}
	return sales, products
}

func poisson(rng *rand.Rand, mean float64) float64 {
	if mean > 60 {
		return math.Max(0, math.Round(mean+math.Sqrt(mean)*rng.NormFloat64()))
	}
	limit, product, n := math.Exp(-mean), rng.Float64(), 0.0
	for product > limit {
		product *= rng.Float64()
		n++
	}
	return n
}
