package simulate

import (
	"cmp"
	"math"
	"slices"

	"shoptwin/core"
)

// trips is on how many days of a week in which they come customers shop, on
// which, and in which store.
type trips struct {
	Times []float64   // chance of 1, 2, … trips
	Day   [7]float64  // share of the receipts
	Home  [][]float64 // by class: chance of each store to be a customer's own
	Own   float64     // chance that a trip goes there
	Store []float64   // chance of each store otherwise
}

const mostTrips = 6

// fitTrips fits trips, and the units that are taken.
func (m *Model) fitTrips(h *History, class []uint8) {
	t := &trips{Times: slices.Repeat([]float64{1. / mostTrips}, mostTrips), Store: slices.Repeat([]float64{1e-3}, len(h.stores))}
	for range m.Config.Classes {
		t.Home = append(t.Home, slices.Repeat([]float64{.5}, len(h.stores)))
	}
	const longest = 30
	var seen [longest + 1][mostTrips + 1]float64 // weeks by lines and receipts
	own, all := 1.0, 1.0
	for p, who := range h.people {
		count := make([]float64, len(h.stores))
		eachWeek(who.lines, func(lines []line) {
			receipts := 0
			for i, l := range lines {
				if i == 0 || l.receipt != lines[i-1].receipt {
					receipts++
					t.Day[l.day]++
					count[l.store]++
				}
			}
			if len(lines) <= longest {
				seen[len(lines)][min(receipts, mostTrips)]++
			}
		})
		home := 0
		for s, n := range count {
			if n > count[home] {
				home = s
			}
		}
		t.Home[class[p]][home]++
		for s, n := range count {
			all += n
			if s == home {
				own += n
			} else {
				t.Store[s] += n
			}
		}
	}
	t.Own = own / all
	normalise(t.Day[:])
	normalise(t.Store)
	for g := range t.Home {
		normalise(t.Home[g])
	}
	// Lines fall on trips by chance, and some trips get none.
	for range 60 {
		next := slices.Repeat([]float64{1e-6}, mostTrips)
		for n := 1; n <= longest; n++ {
			for r := 1; r <= mostTrips; r++ {
				if seen[n][r] == 0 {
					continue
				}
				post := make([]float64, mostTrips)
				for k := range post {
					post[k] = t.Times[k] * occupied(n, k+1, r)
				}
				if normalise(post) {
					for k, x := range post {
						next[k] += seen[n][r] * x
					}
				}
			}
		}
		normalise(next)
		t.Times = next
	}
	t.Day = spreadDays(t.Day, t.Times)
	m.trips = t
	core.Parallel(len(h.cats), func(k int) { m.needs[k].fitUnits(h, k) })
}

// spreadDays returns the weights of days under which trips of one week, each on
// a day of its own, fall on days in the shares seen.
func spreadDays(seen [7]float64, times []float64) [7]float64 {
	weight := seen
	for range 20 {
		var got [7]float64
		var choose func(taken uint8, left, depth int, p float64)
		choose = func(taken uint8, left, depth int, p float64) {
			free := 0.0
			for d := range weight {
				if taken>>d&1 == 0 {
					free += weight[d]
				}
			}
			if left == 0 || free <= 1e-9 || depth == 4 {
				return
			}
			for d := range weight {
				if q := p * weight[d] / free; taken>>d&1 == 0 && q > 1e-7 {
					got[d] += q
					choose(taken|1<<d, left-1, depth+1, q)
				}
			}
		}
		for n, p := range times {
			choose(0, n+1, 0, p)
		}
		normalise(got[:])
		for d := range weight {
			if got[d] > 0 {
				weight[d] *= seen[d] / got[d]
			}
		}
		normalise(weight[:])
	}
	return weight
}

// occupied is the chance that n lines fall on exactly r of k trips.
func occupied(n, k, r int) float64 {
	p := make([]float64, k+1)
	p[0] = 1
	for range n {
		for x := k; x >= 1; x-- {
			p[x] = p[x]*float64(x)/float64(k) + p[x-1]*float64(k-x+1)/float64(k)
		}
		p[0] = 0
	}
	if r > k {
		return 0
	}
	return p[r]
}

// fitUnits fits how many units are taken, by Newton's method.
func (n *need) fitUnits(h *History, k int) {
	c := h.cats[k]
	count, sum := map[float64]float64{}, map[float64]float64{} // by off
	for _, p := range h.people {
		for _, l := range p.lines {
			if j := int(l.item); j >= c.first && j < c.first+c.n {
				off := h.offers[j*h.weeks+int(l.week)].off
				count[off]++
				sum[off] += float64(l.quantity) - 1
			}
		}
	}
	var offs []float64
	for off := range count {
		offs = append(offs, off)
	}
	slices.Sort(offs)
	a, b := math.Log(.3), .5
	for range 30 {
		g, hh := [3]float64{-1 * (a - math.Log(.3)), -4 * (b - .5)}, [3][3]float64{{1}, {0, 4}, {0, 0, 1}}
		for _, off := range offs {
			want := count[off] * math.Exp(math.Min(4, a+b*off))
			g[0] += sum[off] - want
			g[1] += off * (sum[off] - want)
			hh[0][0] += want
			hh[0][1] += want * off
			hh[1][0] = hh[0][1]
			hh[1][1] += want * off * off
		}
		x, _ := solve3(hh, g)
		a += math.Max(-1, math.Min(1, x[0]))
		b += math.Max(-1, math.Min(1, x[1]))
	}
	n.Many, n.Bulk = math.Exp(a), b
}

// eachWeek calls f with the lines of each week in which there are any.
func eachWeek(lines []line, f func([]line)) {
	for i := 0; i < len(lines); {
		k := i
		for k < len(lines) && lines[k].week == lines[i].week {
			k++
		}
		f(lines[i:k])
		i = k
	}
}

func normalise(x []float64) bool {
	sum := 0.0
	for _, v := range x {
		sum += v
	}
	for i := range x {
		if sum > 0 {
			x[i] /= sum
		}
	}
	return sum > 0
}

// ranked returns the places of x in ascending order.
func ranked(x []float64) []int {
	order := make([]int, len(x))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(x[a], x[b]) })
	return order
}

// solve4 solves h x = g for a symmetric positive definite h.
func solve4(h [4][4]float64, g [4]float64) (x [4]float64) {
	for i := range 4 {
		d := h[i][i]
		for k := i + 1; k < 4; k++ {
			f := h[k][i] / d
			for j := i; j < 4; j++ {
				h[k][j] -= f * h[i][j]
			}
			g[k] -= f * g[i]
		}
	}
	for i := 3; i >= 0; i-- {
		x[i] = g[i]
		for j := i + 1; j < 4; j++ {
			x[i] -= h[i][j] * x[j]
		}
		x[i] /= h[i][i]
	}
	return x
}
