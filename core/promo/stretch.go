package promo

import (
	"math"
	"slices"
)

// stretch widens b, learned from earlier cells, as the bands of before were
// too narrow for the cells that came after: by state, so that what was learned
// from one half of the calibration holds the share that it promises in the
// other. A state's promotions are of few items and weeks, which err together
// and differ from one half to the next; quantiles alone do not know that. Nor
// does what is needed: it is believed half where it rests on halfway
// item-weeks, the more the more there are.
func (b *bands) stretch(before *bands, after []missed) {
	var need [states][2][]float64 // by state, for 90 and 80 %
	var events [states]map[int64]bool
	for s := range events {
		events[s] = map[int64]bool{}
	}
	for _, c := range after {
		events[c.state][c.event()] = true
		q := before.at(int(c.state), c.mu)
		for n, pair := range [2][2]int{{0, 4}, {1, 3}} {
			need[c.state][n] = append(need[c.state][n], far(c.units/max(c.mu, 1e-9), q[pair[0]], q[2], q[pair[1]]))
		}
	}
	// Of 0 to 1,600 and for ever, 400 to 1,600 came nearest to what was promised
	// in three windows before the last one of Breakfast at the Frat, by state, by
	// half as much again as 0 (root mean square .020 after .031 of 90 %).
	const few, most, halfway = 200, 2, 800
	for s := range need {
		if len(need[s][0]) < few {
			continue
		}
		for n, pair := range [2][2]int{{0, 4}, {1, 3}} {
			slices.Sort(need[s][n])
			k := min(max(quantile(need[s][n], 0.9-0.1*float64(n)), 1), most)
			k = math.Pow(k, float64(len(events[s]))/float64(len(events[s])+halfway))
			for v := range b.table[s] {
				t := &b.table[s][v]
				for _, j := range pair {
					if t[2] > 0 && t[j] > 0 {
						t[j] = float32(float64(t[2]) * math.Pow(float64(t[j]/t[2]), k))
					}
				}
			}
		}
	}
}

// far is how far x lies from mid, in logs, in units of the way to the bound
// on its side; 0 where that bound is none.
func far(x, lo, mid, hi float64) float64 {
	bound := hi
	if x < mid {
		bound = lo
	}
	if bound <= 0 || mid <= 0 || bound == mid {
		return 0
	}
	return math.Log(max(x, 1e-12)/mid) / math.Log(bound/mid)
}
