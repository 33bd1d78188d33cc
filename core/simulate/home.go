package simulate

import (
	"math"
	"sync/atomic"

	"shoptwin/core"
)

// homes is how many customers are of which class and size, and what sizes
// mean: the chances of rates, and the odds to buy in a category at all.
type homes struct {
	Rates  []float64
	Chance [][]float64 // by size, then rate; those who buy at all
	Odds   []float64   // by size
	Share  [][]float64 // by class, then size; sums to 1
	Visit  float64     // chance of coming in a week
	Swing  float64     // of readiness between weeks of coming; see visiting

}

func newHomes() *homes {
	h := &homes{Visit: 1}
	for i := range 11 {
		h.Rates = append(h.Rates, math.Exp2(float64(i-5)/2))
	}
	for z := range sizes {
		var p []float64
		sum := 0.0
		for _, m := range h.Rates {
			d := math.Log(m) - .35*float64(z-sizes/2)
			p = append(p, math.Exp(-d*d/.6))
			sum += p[len(p)-1]
		}
		for i := range p {
			p[i] /= sum
		}
		h.Chance, h.Odds = append(h.Chance, p), append(h.Odds, 1)
	}
	return h
}

// resize moves customers between sizes by what their categories say, and the
// rates of each size.
func (m *Model) resize(size [][]float64, likely [][]float64, rates [][][]float64, parts []float64, homePart [][]float64) {
	h, count := m.homes, make([]float64, sizes)
	for p := range size {
		for z, x := range size[p] {
			count[z] += x
		}
	}
	for z := range sizes {
		sum := 1e-9
		for i := range h.Rates {
			x := 1e-3
			for k := range rates {
				x += rates[k][z][i]
			}
			h.Chance[z][i] = x
			sum += x
		}
		for i := range h.Chance[z] {
			h.Chance[z][i] /= sum
		}
		got, want := 1.0, 1.0
		for k := range homePart {
			got += homePart[k][z]
			o := m.needs[k].Odds * h.Odds[z]
			want += count[z] * o / (1 + o)
		}
		h.Odds[z] *= math.Max(.5, math.Min(2, got/want))
	}
	for k, n := range m.needs {
		want := .5
		for z := range sizes {
			o := n.Odds * h.Odds[z]
			want += count[z] * o / (1 + o)
		}
		n.Odds *= math.Max(.5, math.Min(2, (parts[k]+.5)/want))
	}
	core.Parallel(len(size), func(p int) {
		x := size[p]
		for z := range x {
			x[z] = math.Log(count[z] + 1)
			for k := range likely {
				x[z] += likely[k][p*sizes+z]
			}
		}
		_, sum := odds(x)
		for z := range x {
			x[z] /= sum
		}
	})
}

// visiting returns the chance to come in a week, and how far the weeks of those
// who come differ beyond what is bought by chance: readiness in all categories
// is 1-swing in half of them and 1+swing in the others. Under both as many
// weeks as there were pass without a purchase, and numbers of categories vary
// as they did.
func (m *Model) visiting(h *History, data []*bought, class []uint8) (visit, swing float64) {
	weeks, skip := h.weeks, burn(h.weeks)
	const one = 1 << 32 // sums of integers do not depend on their order
	sum, squares := make([]atomic.Int64, len(class)*weeks), make([]atomic.Int64, len(class)*weeks)
	count := make([]atomic.Int32, len(sum))
	core.Parallel(len(data), func(k int) {
		n, d := m.needs[k], data[k]
		t := n.stock()
		b, did := make([]float64, weeks), make([]bool, weeks)
		for p := range class {
			if clear(did); d.pull[p] == nil {
				n.flat(d.none[class[p]], b)
			} else {
				n.hazards(d, p, t, b, did, nil)
			}
			for w := skip; w < weeks; w++ {
				x := -math.Expm1(-d.mean[p] * b[w])
				sum[p*weeks+w].Add(int64(x * one))
				squares[p*weeks+w].Add(int64(x * x * one))
				if did[w] {
					count[p*weeks+w].Add(1)
				}
			}
		}
	})
	idle := 0.0
	each := func(f func(want, square, got float64)) {
		for p := range class {
			for w := skip; w < weeks; w++ {
				f(float64(sum[p*weeks+w].Load())/one, float64(squares[p*weeks+w].Load())/one, float64(count[p*weeks+w].Load()))
			}
		}
	}
	each(func(_, _, got float64) {
		if got == 0 {
			idle++
		}
	})
	for range 6 {
		lo, hi := .05, 1.0
		for range 30 {
			v, want := (lo+hi)/2, 0.0
			each(func(x, s, _ float64) {
				few, many := (1-swing)/v, (1+swing)/v
				want += 1 - v + v*(math.Exp(-x*few-s*few*few/2)+math.Exp(-x*many-s*many*many/2))/2
			})
			if want > idle {
				lo = v
			} else {
				hi = v
			}
		}
		visit = hi
		spread, scale := 0.0, 1e-9
		each(func(x, s, got float64) {
			spread += (got-x)*(got-x) - (x - s/visit) - x*x*(1/visit-1)
			scale += (x*x - s) / visit
		})
		swing = math.Sqrt(math.Max(0, math.Min(.8, spread/scale)))
	}
	return visit, swing
}
