package shop

import (
	"math"
	"math/rand/v2"
)

// market is who buys what: the categories with their items, and households
// with tastes, habits and cupboards.
//
// In each week a household visits with chance visits and is on one of the
// missions. In a category with n units at home it buys with chance
// 1-exp(-rate exp(-full n) season mission pull), pull = (S/S0)^theta, where S
// is the sum of the attractions of the week's offers to it and S0 that of the
// base prices. It takes item i with chance A_i/S, attraction
//
//	A_i = exp(appeal + taste of style - price1 moved ln(price/base) + feature + display),
//
// 1+loyal times as much for its favourite, and of that 1+Poisson(more(price))
// units; then uses up part of what is at home. Own elasticities therefore lie
// near -price1 (1 - share (1-theta)) plus the growth of the quantity, nearly
// the same at every depth.
type market struct {
	cats  []*category
	first []int // of each category's items in the flat order; one more at the end
	base  [][segments][]float64
	total [][segments]float64 // sum of base

	segment []uint8
	store   []uint8 // the household's own
	stores  int

	// By household and category, household first.
	rate, favourite, cupboard []uint8
}

func newMarket(cats []*category, households, stores int, rng *rand.Rand) *market {
	m := &market{cats: cats, stores: stores, first: []int{0}}
	for _, c := range cats {
		var base [segments][]float64
		var total [segments]float64
		for g := range segments {
			base[g] = make([]float64, len(c.items))
			for i := range c.items {
				base[g][i] = c.attraction(g, i, offer{})
				total[g] += base[g][i]
			}
		}
		m.base, m.total = append(m.base, base), append(m.total, total)
		m.first = append(m.first, m.first[len(m.first)-1]+len(c.items))
	}
	settled := make([][rates]stock, len(cats))
	for k, c := range cats {
		for r := 1; r < rates; r++ {
			settled[k][r] = c.settled(r)
		}
	}
	m.segment, m.store = make([]uint8, households), make([]uint8, households)
	m.rate = make([]uint8, households*len(cats))
	m.favourite = make([]uint8, len(m.rate))
	m.cupboard = make([]uint8, len(m.rate))
	for h := range households {
		g := pick(segmentShare[:], rng.Float64())
		m.segment[h] = uint8(g)
		// Dearer households are found more in the first store, and so on.
		near := make([]float64, stores)
		sum := 0.
		for s := range near {
			off := float64(g)/(segments-1) - float64(s)/math.Max(1, float64(stores-1))
			near[s] = math.Exp(-1.5*off*off) * (1 + .4*float64(s%3))
			sum += near[s]
		}
		m.store[h] = uint8(pick(near, sum*rng.Float64()))
		size := rng.NormFloat64()
		for k, c := range cats {
			at := h*len(cats) + k
			if rng.Float64() >= c.bought {
				continue
			}
			switch x := .7*size + .7*rng.NormFloat64(); {
			case x < -.6:
				m.rate[at] = 1
			case x < .7:
				m.rate[at] = 2
			default:
				m.rate[at] = 3
			}
			m.favourite[at] = uint8(pick(m.base[k][g], m.total[k][g]*rng.Float64()))
			m.cupboard[at] = uint8(pick(settled[k][m.rate[at]][:], rng.Float64()))
		}
	}
	return m
}

// attraction of item i of c under o to a household of segment g, whose
// favourite it is not.
func (c *category) attraction(g, i int, o offer) float64 {
	it := &c.items[i]
	u := it.appeal + c.taste[g][it.style]
	if o.depth > 0 {
		u -= it.price1 * moved[g] * math.Log(1-o.depth)
	}
	if o.feature {
		u += it.feature
	}
	if o.display {
		u += it.display
	}
	return math.Exp(u)
}

// pick returns the first index at which the running sum of weights exceeds x.
func pick(weights []float64, x float64) int {
	for i, w := range weights {
		if x -= w; x < 0 {
			return i
		}
	}
	return len(weights) - 1
}
