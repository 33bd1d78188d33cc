package simulate

import (
	"context"
	"math"

	"shoptwin/core"
)

// need is whether a category is bought in a week, and how many units. A
// customer of rate m buys with chance 1-exp(-m b),
//
//	b = Rate exp(Week + Theta ln pull) Π (1 - (1-Use)^age (1-e^-Full))^units,
//
// the product being over the units bought age weeks ago: each is used up in a
// week with chance Use, and each that is still at home lowers the hazard by
// the factor e^-Full. The pull is what the week's offers are worth to the
// customer beside usual prices. Of what is bought, units beyond the first are
// Poisson with mean Many exp(Bulk off).
type need struct {
	Rate, Theta float64
	Full, Use   float64
	Week        []float64 // by week of history; mean 0
	Odds        float64   // of buying here at all, for a household of middling size
	Many, Bulk  float64
}

const (
	sizes      = 5
	rateRounds = 24
	memory     = 30 // weeks after which a unit counts as used up
)

// stock tabulates what units at home leave of the hazard.
type stock struct {
	age   [memory + 1][3]float64 // by weeks since a unit was bought: ln, and its derivatives by Full and Use
	early [memory + 1][3]float64 // by weeks since history began: the same of all that was bought before, one a week
}

func (n *need) stock() *stock {
	t := &stock{}
	d, e := 1-n.Use, math.Exp(-n.Full)
	for age := memory; age >= 1; age-- {
		kept := math.Pow(d, float64(age))
		gone := kept * (1 - e)
		t.age[age] = [3]float64{math.Log1p(-gone), -kept * e / (1 - gone), float64(age) * gone / d / (1 - gone)}
		// Of a Poisson number of units the mean of what is gone counts.
		t.early[age-1] = t.early[age]
		t.early[age-1][0] -= gone
		t.early[age-1][1] -= kept * e
		t.early[age-1][2] += float64(age) * gone / d
	}
	return t
}

// burn is how many of the first weeks are not learned from: it is not known
// what was at home.
func burn(weeks int) int { return min(4, weeks/8) }

// bought is one category's data while it is fitted.
type bought struct {
	e    *events
	pull [][]float32 // by customer: Σ over favourites of ln pull, by week; nil for those who never bought
	none [][]float64 // the same of a class on average
	mean []float64   // by customer: expected rate
	pace []float64   // by customer: units a week
}

// pulls returns by class, week and favourite the logarithm of what the week's
// offers are worth beside usual prices.
func (c *choice) pulls(moved []float64, offers []offer, weeks int) [][]float64 {
	out := make([][]float64, len(c.Alpha)*weeks)
	var m, usual market
	plain := make([]offer, len(c.Effect))
	for g := range c.Alpha {
		c.draws(g, 0, plain, 1, 0, &usual)
		for w := range weeks {
			c.draws(g, moved[g], offers, weeks, w, &m)
			row := make([]float64, len(m.a))
			for f := range row {
				row[f] = math.Log((m.sum + c.Loyal*m.a[f]) / (usual.sum + c.Loyal*usual.a[f]))
			}
			out[g*weeks+w] = row
		}
	}
	return out
}

func (m *Model) newBought(h *History, e *events, k int, class []uint8) *bought {
	c, weeks := m.choices[k], h.weeks
	offers := h.offersOf(k)
	t, pull := c.tabulate(m.Moved, offers, weeks), c.pulls(m.Moved, offers, weeks)
	b := &bought{e: e, pull: make([][]float32, len(class)), mean: make([]float64, len(class)), pace: make([]float64, len(class))}
	for g := range c.Alpha {
		favours, row := c.favours(g), make([]float64, weeks)
		for w := range row {
			for f, x := range favours {
				row[w] += x * pull[g*weeks+w][f]
			}
		}
		b.none = append(b.none, row)
	}
	q := make([]float64, len(c.Effect))
	for p, g := range class {
		if e.first[p] == e.first[p+1] {
			continue
		}
		c.weigh(t, e, p, int(g), weeks, q)
		row := make([]float32, weeks)
		for f, x := range q {
			if x < 1e-3 {
				continue
			}
			for w := range row {
				row[w] += float32(x * pull[int(g)*weeks+w][f])
			}
		}
		b.pull[p] = row
		for i := e.first[p]; i < e.first[p+1]; i++ {
			b.pace[p] += float64(e.n[i]) / float64(weeks)
		}
	}
	return b
}

// fitNeeds fits whether categories are bought, and how large households are,
// by expectation maximisation over rates and sizes.
func (m *Model) fitNeeds(ctx context.Context, h *History, all []events, class []uint8, report func(core.Progress)) error {
	people, cats := len(h.people), len(h.cats)
	m.homes = newHomes()
	m.needs = make([]*need, cats)
	data := make([]*bought, cats)
	core.Parallel(cats, func(k int) {
		data[k] = m.newBought(h, &all[k], k, class)
		m.needs[k] = newNeed(h, data[k])
	})
	size := firstSizes(h)
	likely := make([][]float64, cats) // ln likelihood by customer and size
	parts, rates := make([]float64, cats), make([][][]float64, cats)
	homePart := make([][]float64, cats)
	for round := range rateRounds {
		if err := ctx.Err(); err != nil {
			return err
		}
		core.Parallel(cats, func(k int) {
			likely[k], rates[k], homePart[k] = m.needs[k].round(h, data[k], class, m.homes, size)
			parts[k] = 0
			for _, x := range homePart[k] {
				parts[k] += x
			}
		})
		m.resize(size, likely, rates, parts, homePart)
		if report != nil {
			report(core.Progress{Stage: "fit", Done: int64(choiceRounds + round + 1), Total: choiceRounds + rateRounds, Unit: "rounds"})
		}
	}
	share := make([][]float64, m.Config.Classes)
	for g := range share {
		share[g] = make([]float64, sizes)
	}
	for p, g := range class {
		for z, x := range size[p] {
			share[g][z] += x / float64(people)
		}
	}
	m.homes.Share = share
	m.homes.Visit, m.homes.Swing = m.visiting(h, data, class)
	return nil
}

func newNeed(h *History, b *bought) *need {
	n := &need{Theta: .5, Full: 1, Use: .3, Odds: 1, Many: .3, Bulk: .5, Week: make([]float64, h.weeks)}
	who := 0
	for p := range b.mean {
		b.mean[p] = .1
		if b.pull[p] != nil {
			who++
			b.mean[p] = 1
		}
	}
	n.Rate = float64(len(b.e.week)) / float64(max(1, who)*h.weeks) * 1.5
	n.Odds = (float64(who) + 1) / (float64(len(b.mean)-who) + 1)
	return n
}

// firstSizes deals customers into sizes by how many lines they have.
func firstSizes(h *History) [][]float64 {
	count := make([]float64, len(h.people))
	for p := range count {
		count[p] = float64(len(h.people[p].lines))
	}
	out := make([][]float64, len(count))
	for i, p := range ranked(count) {
		out[p] = make([]float64, sizes)
		out[p][i*sizes/len(count)] = 1
	}
	return out
}

// hazards fills b with a customer's hazard by week at rate 1, and did with
// whether the category was bought; slope, if not nil, with the derivatives of
// ln b by Full and Use. The customer has bought here.
func (n *need) hazards(d *bought, p int, t *stock, b []float64, did []bool, slope [][2]float64) {
	clear(did)
	e := d.e
	from, next := e.first[p], e.first[p]
	for w := range b {
		for next < e.first[p+1] && int(e.week[next]) < w {
			next++
		}
		x, df, du := n.Week[w]+n.Theta*float64(d.pull[p][w]), 0.0, 0.0
		if w < memory {
			x += d.pace[p] * t.early[w][0]
			df, du = d.pace[p]*t.early[w][1], d.pace[p]*t.early[w][2]
		}
		for i := from; i < next; i++ {
			age := w - int(e.week[i])
			if age > memory {
				from = i + 1
				continue
			}
			q := float64(e.n[i])
			x += q * t.age[age][0]
			df += q * t.age[age][1]
			du += q * t.age[age][2]
		}
		b[w] = n.Rate * math.Exp(x)
		did[w] = next < e.first[p+1] && int(e.week[next]) == w
		if slope != nil {
			slope[w] = [2]float64{df, du}
		}
	}
}

// flat fills b with the hazard of those with nothing at home.
func (n *need) flat(pull, b []float64) {
	for w := range b {
		b[w] = n.Rate * math.Exp(n.Week[w]+n.Theta*pull[w])
	}
}
