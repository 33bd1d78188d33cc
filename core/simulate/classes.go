package simulate

import (
	"cmp"
	"context"
	"math"
	"slices"

	"shoptwin/core"
)

// kinds deals customers into classes by what they pay for a product beside
// what others pay in its category: a start, for fitChoices to move them.
func kinds(h *History, all []events, classes int) []uint8 {
	sum, n := make([]float64, len(h.people)), make([]float64, len(h.people))
	for k, e := range all {
		mean, many := 0.0, 0.0
		for _, j := range e.item {
			mean += math.Log(h.items[h.cats[k].first+int(j)].price)
			many++
		}
		mean /= math.Max(1, many)
		for p := range h.people {
			for i := e.first[p]; i < e.first[p+1]; i++ {
				sum[p] += math.Log(h.items[h.cats[k].first+int(e.item[i])].price) - mean
				n[p]++
			}
		}
	}
	order := make([]int, len(h.people))
	for p := range order {
		order[p] = p
		sum[p] /= n[p] + 5
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(sum[a], sum[b]) })
	out := make([]uint8, len(order))
	for i, p := range order {
		out[p] = uint8(i * classes / len(order))
	}
	return out
}

const choiceRounds = 30

// fitChoices fits how each class chooses in each category, and to which class
// each customer belongs: in every round customers move to a class drawn from
// what their purchases say of it, always by the same draw.
func (m *Model) fitChoices(ctx context.Context, h *History, all []events, class []uint8, rng source, report func(core.Progress)) error {
	classes := m.Config.Classes
	m.choices, m.Moved = make([]*choice, len(h.cats)), slices.Repeat([]float64{1}, classes)
	core.Parallel(len(h.cats), func(k int) { m.choices[k] = newChoice(&all[k], class, classes, h.cats[k].n) })
	luck := make([]float64, len(h.people))
	for p := range luck {
		luck[p] = rng.Float64()
	}
	likely := make([][]float64, len(h.cats)) // ln likelihood by customer and class
	pulls := make([][][2]float64, len(h.cats))
	for round := range choiceRounds {
		if err := ctx.Err(); err != nil {
			return err
		}
		moving := classes > 1 && round >= 5 && round%2 == 1
		tab := make([]*tables, len(h.cats))
		core.Parallel(len(h.cats), func(k int) {
			c, offers := m.choices[k], h.offersOf(k)
			tab[k] = c.tabulate(m.Moved, offers, h.weeks)
			if moving {
				likely[k] = c.likelihoods(tab[k], &all[k], len(h.people), h.weeks)
			}
		})
		if moving {
			regroup(class, classes, likely, luck)
		}
		core.Parallel(len(h.cats), func(k int) {
			c, offers := m.choices[k], h.offersOf(k)
			s := c.gather(tab[k], &all[k], class, h.weeks)
			for range 3 {
				pulls[k] = c.improve(s, m.Moved, offers, h.weeks)
			}
		})
		if round >= 3 {
			m.moveClasses(class, pulls)
		}
		if report != nil {
			report(core.Progress{Stage: "fit", Done: int64(round + 1), Total: choiceRounds + rateRounds, Unit: "rounds"})
		}
	}
	return nil
}

func (h *History) offersOf(k int) []offer {
	c := h.cats[k]
	return h.offers[c.first*h.weeks : (c.first+c.n)*h.weeks]
}

func (c *choice) likelihoods(t *tables, e *events, people, weeks int) []float64 {
	classes := len(c.Alpha)
	out, q := make([]float64, people*classes), make([]float64, len(c.Effect))
	for p := range people {
		if e.first[p] == e.first[p+1] {
			continue
		}
		for g := range classes {
			out[p*classes+g] = c.weigh(t, e, p, g, weeks, q)
		}
	}
	return out
}

func regroup(class []uint8, classes int, likely [][]float64, luck []float64) {
	size := make([]float64, classes)
	for _, g := range class {
		size[g]++
	}
	core.Parallel(len(class), func(p int) {
		x := make([]float64, classes)
		for g := range x {
			x[g] = math.Log(size[g] + 1)
			for k := range likely {
				x[g] += likely[k][p*classes+g]
			}
		}
		_, sum := odds(x)
		class[p] = uint8(pick(x, sum*luck[p]))
	})
}

// odds replaces logarithms of likelihoods by the likelihoods beside the
// largest, whose logarithm it returns with their sum.
func odds(x []float64) (top, sum float64) {
	top = slices.Max(x)
	for i, v := range x {
		x[i] = math.Exp(v - top)
		sum += x[i]
	}
	return top, sum
}

// moveClasses takes one step towards how strongly price moves each class
// beside the others; the mean over customers stays 1.
func (m *Model) moveClasses(class []uint8, pulls [][][2]float64) {
	size, mean := make([]float64, len(m.Moved)), 0.0
	for _, g := range class {
		size[g] += 1 / float64(len(class))
	}
	for g := range m.Moved {
		slope, curve := 0.0, 30.0
		for _, p := range pulls {
			slope += p[g][0]
			curve += p[g][1]
		}
		m.Moved[g] += math.Max(-.1, math.Min(.1, (slope-30*(m.Moved[g]-1))/curve))
		m.Moved[g] = math.Max(.1, m.Moved[g])
		mean += size[g] * m.Moved[g]
	}
	for g := range m.Moved {
		m.Moved[g] /= mean
	}
	for _, c := range m.choices {
		for j := range c.Effect {
			c.Effect[j][0] *= mean
		}
		c.Mean[0] *= mean
	}
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
