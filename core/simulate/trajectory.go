package simulate

import (
	"math"
	"slices"

	"shoptwin/core"
	"shoptwin/core/table"
)

// views are what a judge looks at in a customer's trajectory.
var views = []string{
	"lines", "units", "spend", "receipts", "active weeks",
	"gap mean", "gap sd", "gap most", "basket lines", "basket lines sd", "basket lines most", "basket spend", "basket spend sd",
	"units a line", "units a line on offer", "offer share", "depth", "feature share", "display share",
	"items", "categories", "items a category", "top item share", "repeat share",
	"category gap", "category gap sd", "category gap one", "gap after offer",
	"weekend share", "home store share", "stores", "price level", "price level sd",
	"half ratio", "week correlation", "top categories share", "week lines sd", "week lines most",
}

// trajectories describes each customer who bought anything by [views]; missing
// is what cannot be told. who gives each row's customer.
func (h *History) trajectories() (t *table.Table, who []int) {
	level := h.levels()
	for p := range h.people {
		if len(h.people[p].lines) > 0 {
			who = append(who, p)
		}
	}
	rows := make([][]float64, len(who))
	core.Parallel(len(who), func(i int) { rows[i] = h.trajectory(h.people[who[i]].lines, level) })
	t = &table.Table{Name: "trajectories"}
	for v, name := range views {
		x := make([]float64, len(rows))
		for i, row := range rows {
			x[i] = row[v]
		}
		t.Columns = append(t.Columns, table.NewNumber(name, x))
	}
	return t, who
}

// levels is each item's ln price beside its category's mean.
func (h *History) levels() []float64 {
	out := make([]float64, len(h.items))
	for _, c := range h.cats {
		mean := 0.0
		for i := c.first; i < c.first+c.n; i++ {
			out[i] = math.Log(h.items[i].price)
			mean += out[i] / float64(c.n)
		}
		for i := c.first; i < c.first+c.n; i++ {
			out[i] -= mean
		}
	}
	return out
}

// moments are a mean and a standard deviation as they grow.
type moments struct{ n, sum, squares, most float64 }

func (m *moments) add(x float64) {
	m.n++
	m.sum += x
	m.squares += x * x
	m.most = math.Max(m.most, x)
}

func (m *moments) mean() float64 { return m.sum / m.n } // NaN of none

func (m *moments) sd() float64 {
	return math.Sqrt(math.Max(0, m.squares/m.n-m.mean()*m.mean()))
}

func (h *History) trajectory(lines []line, level []float64) []float64 {
	var basket, spent, gap, units, dealt, plain, depth, price, catGap, afterDeal, otherGap, week moments
	var featured, displayed, deals, weekend, spend, repeats, again, one, before, after float64
	stores, items, byCat := map[int16]float64{}, map[int32]float64{}, map[int]float64{}
	type past struct {
		week int16
		item int32
		deal bool
	}
	last := map[int]past{}
	lastDay, receipt := -1, int32(-1)
	inBasket, inMoney := 0.0, 0.0
	weeks := make([]float64, h.weeks)
	end := func() {
		if inBasket > 0 {
			basket.add(inBasket)
			spent.add(inMoney)
		}
		inBasket, inMoney = 0, 0
	}
	for _, l := range lines {
		o, it := h.offers[int(l.item)*h.weeks+int(l.week)], &h.items[l.item]
		q := float64(l.quantity)
		if l.receipt != receipt {
			end()
			receipt = l.receipt
			day := int(l.week)*7 + int(l.day)
			if lastDay >= 0 {
				gap.add(float64(day - lastDay))
			}
			lastDay = day
			stores[l.store]++
			weekend += b2f(l.day >= 5)
		}
		money := q * it.price * math.Exp(-o.off)
		inBasket++
		inMoney += money
		spend += money
		units.add(q)
		deal := o != offer{}
		if deal {
			deals++
			dealt.add(q)
			depth.add(o.off)
			featured += b2f(o.feature)
			displayed += b2f(o.display)
		} else {
			plain.add(q)
		}
		weeks[l.week] += q
		if int(l.week) < h.weeks/2 {
			before++
		} else {
			after++
		}
		price.add(level[l.item])
		items[l.item]++
		byCat[it.cat]++
		if p, ok := last[it.cat]; ok {
			g := float64(l.week - p.week)
			catGap.add(g)
			one += b2f(g <= 1)
			again++
			repeats += b2f(p.item == l.item)
			if p.deal {
				afterDeal.add(g)
			} else {
				otherGap.add(g)
			}
		}
		last[it.cat] = past{l.week, l.item, deal}
	}
	end()
	for _, x := range weeks {
		week.add(x)
	}
	n := float64(len(lines))
	top, most := make([]float64, len(h.cats)), make([]float64, 0, len(byCat))
	for i, x := range items {
		top[h.items[i].cat] = math.Max(top[h.items[i].cat], x)
	}
	loyal := 0.0
	for _, x := range top {
		loyal += x
	}
	for _, x := range byCat {
		most = append(most, x)
	}
	slices.Sort(most)
	few := 0.0
	for i := max(0, len(most)-5); i < len(most); i++ {
		few += most[i]
	}
	homeShare, visits := 0.0, 0.0
	for _, x := range stores {
		homeShare = math.Max(homeShare, x)
		visits += x
	}
	active := 0.0
	for _, x := range weeks {
		active += b2f(x > 0)
	}
	return []float64{
		n, units.sum, spend, basket.n, active,
		gap.mean(), gap.sd(), gap.most, basket.mean(), basket.sd(), basket.most, spent.mean(), spent.sd(),
		units.mean(), dealt.mean() - plain.mean(), deals / n, depth.mean(), featured / deals, displayed / deals,
		float64(len(items)), float64(len(byCat)), float64(len(items)) / float64(len(byCat)), loyal / n, repeats / again,
		catGap.mean(), catGap.sd(), one / again, afterDeal.mean() - otherGap.mean(),
		weekend / visits, homeShare / visits, float64(len(stores)), price.mean(), price.sd(),
		(after - before) / (after + before), correlation(weeks), few / n, week.sd(), week.most,
	}
}

// correlation of each week with the one before.
func correlation(x []float64) float64 {
	var a, b, ab, aa, bb float64
	n := float64(len(x) - 1)
	for i := 1; i < len(x); i++ {
		a += x[i-1] / n
		b += x[i] / n
	}
	for i := 1; i < len(x); i++ {
		ab += (x[i-1] - a) * (x[i] - b)
		aa += (x[i-1] - a) * (x[i-1] - a)
		bb += (x[i] - b) * (x[i] - b)
	}
	return ab / math.Sqrt(aa*bb)
}
