package plan

import "math"

// answer is an item's expected factor on usual units, over its beliefs, by
// what stood in the weeks before and by option. What stood before is a number
// in base classes, the latest week last: options of the same dips are one
// class, for they are remembered alike.
type answer struct {
	lags, classes, options int
	class                  []int     // of each option; 0 for none
	first                  []int     // option that stands for each class
	factor                 []float64 // memory*options + option
	beliefs                []Demand

	own  [][]int    // see owns
	kept [][]Totals // see keep
}

// codes is the number of different memories.
func (a *answer) codes() int {
	n := 1
	for range a.lags {
		n *= a.classes
	}
	return n
}

// next is the memory after a week with option o.
func (a *answer) next(code, o int) int {
	if a.lags == 0 {
		return 0
	}
	return (code*a.classes + a.class[o]) % a.codes()
}

func newAnswer(it *Item, options int) *answer {
	a := &answer{lags: it.lags(), options: options, class: make([]int, options), beliefs: it.Beliefs, own: it.owns()}
	var first []int
	for o := range options {
		a.class[o] = -1
		for c, f := range first {
			if sameDips(it.Beliefs, o, f) {
				a.class[o] = c
				break
			}
		}
		if a.class[o] < 0 {
			a.class[o] = len(first)
			first = append(first, o)
		}
	}
	a.classes, a.first = len(first), first
	a.factor = make([]float64, a.codes()*options)
	for code := range a.codes() {
		for _, d := range it.Beliefs {
			f, rest := 1.0, code
			for l := range a.lags {
				if l < len(d.Dip) {
					f *= d.Dip[l][first[rest%a.classes]]
				}
				rest /= a.classes
			}
			for o := range options {
				a.factor[code*options+o] += f * d.Lift[o] / float64(len(it.Beliefs))
			}
		}
	}
	return a
}

func sameDips(beliefs []Demand, a, b int) bool {
	for _, d := range beliefs {
		for _, dip := range d.Dip {
			if dip[a] != dip[b] {
				return false
			}
		}
	}
	return true
}

// Value is what a calendar is expected to bring, on average over the items'
// beliefs. The calendar has a row for each item and a column for each week.
func (p *Problem) Value(c Calendar) Totals {
	var t Totals
	for i := range p.Items {
		t.add(p.itemValue(i, newAnswer(&p.Items[i], len(p.Options)), c[i]))
	}
	return t
}

func (p *Problem) itemValue(i int, a *answer, weeks []int) (t Totals) {
	it, code := &p.Items[i], 0
	shelf, asked := it.shelf(), make([]float64, 1+len(it.Apart))
	for w := range p.Weeks + a.lags {
		o := 0
		if w < p.Weeks {
			o = weeks[w]
		}
		p.asked(it, a, w, code, o, asked)
		t.add(p.weekValue(it, a, w, o, shelf.sell(w, asked)))
		code = a.next(code, o)
	}
	return t
}

// lucky is the profit of a week that sells luck times what it should, as if
// nothing of its stocks were sold before; what offers cost stays.
func (p *Problem) lucky(it *Item, a *answer, w, code, o int, luck float64) float64 {
	asked := make([]float64, 1+len(it.Apart))
	p.asked(it, a, w, code, o, asked)
	fixed := 0.0
	for k := range asked {
		fixed += p.option(a.stands(k, w, o)).Fixed * float64(it.place(k).Stores)
	}
	return (p.weekValue(it, a, w, o, it.shelf().sold(w, asked)).Profit+fixed)*luck - fixed
}

// asked fills in how many units of an item would be sold in a week in each of
// its places if they were there.
func (p *Problem) asked(it *Item, a *answer, w, code, o int, asked []float64) {
	asked[0] = it.Units[w] * a.factor[code*a.options+o]
	for k := 1; k < len(asked); k++ {
		asked[k] = it.Apart[k-1].Units[w] * a.at(k, w, code, o)
	}
}

// weekValue is one item in one week, of which so many units are sold by place.
func (p *Problem) weekValue(it *Item, a *answer, w, o int, sold []float64) (t Totals) {
	for k, n := range sold {
		t.add(it.place(k).value(p, it.Funding, w, a.stands(k, w, o), n))
	}
	if o > 0 {
		t.Promos = 1
	}
	return t
}

// value is what n units of a week bring in x, where option o stands.
func (x *Place) value(p *Problem, funding float64, w, o int, n float64) Totals {
	opt := p.option(o)
	off, fixed := x.Price*opt.Depth, opt.Fixed*float64(x.Stores)
	t := Totals{Units: n, Sales: n * (x.Price - off), Profit: n*(x.Price-off-x.Cost+funding*off) - fixed, Spent: n*(1-funding)*off + fixed}
	if x.Taken != nil {
		t.Profit -= x.Taken[o] * x.Units[w]
	}
	return t
}

// forget returns the problem as one sees it who knows of no dips.
func (p *Problem) forget() *Problem {
	q := *p
	q.Items = make([]Item, len(p.Items))
	for i, it := range p.Items {
		beliefs := make([]Demand, len(it.Beliefs))
		for j, d := range it.Beliefs {
			beliefs[j] = Demand{Lift: d.Lift}
		}
		it.Beliefs = beliefs
		q.Items[i] = it
	}
	return &q
}

// Broken lists the rules that a calendar breaks, in words; none when it keeps
// them all. Money is compared to a millionth.
func (p *Problem) Broken(c Calendar) []string {
	var out []string
	for _, r := range p.rules() {
		if !r.keeps(p, c) {
			out = append(out, r.text)
		}
	}
	return out
}

func atMost(x, bar float64) bool { return x <= bar+1e-6*math.Max(1, math.Abs(bar)) }
