package plan

import (
	"slices"

	"shoptwin/core"
)

// Linear plans one item by the linear programme of Cohen, Leung, Panchamgam,
// Perakis and Smith (The Impact of Linear Optimization on Promotion Planning,
// Operations Research 65(2), 2017): each promotion counts with what it earns
// when it stands alone, so that dips upon dips are left out, and whole numbers
// need not be asked for, as the rows (one offer a week, number, spacing) are
// intervals. Then each counts with what it earns beside the others of the
// plan just found, as long as that brings a better plan. It is for memories
// too long for [Exact]; the problem must have one item and no shared rules.
func Linear(p *Problem) (Calendar, error) {
	if err := p.Check(); err != nil {
		return nil, err
	}
	if len(p.Items) != 1 || p.Shared != (Shared{}) {
		return nil, core.Errorf(core.Unsupported, "%d items with shared rules: this linear programme is for one item", len(p.Items)).WithHint("plan many items with Best")
	}
	a := newAnswer(&p.Items[0], len(p.Options))
	best, err := p.linear(a, make([]int, p.Weeks))
	if err != nil {
		return nil, err
	}
	worth := p.itemValue(0, a, best).Profit
	for range 10 {
		next, err := p.linear(a, best)
		if err != nil {
			return nil, err
		}
		v := p.itemValue(0, a, next).Profit
		if v <= worth {
			break
		}
		best, worth = next, v
	}
	return Calendar{best}, nil
}

// linear solves the programme in which each offer counts with what it earns
// beside those of calendar about.
func (p *Problem) linear(a *answer, about []int) ([]int, error) {
	it := &p.Items[0]

	// Rows: a week's offers, at most one; the number; windows of the gap.
	l := &program{limit: make([]float64, p.Weeks, 3*p.Weeks), exact: make([]bool, p.Weeks, 3*p.Weeks)}
	for w := range p.Weeks {
		l.limit[w] = 1
		for _, lock := range it.Locked {
			l.exact[w] = l.exact[w] || lock.Week == w && lock.Option > 0
		}
	}
	row := func(limit float64, exact bool) int {
		l.limit, l.exact = append(l.limit, limit), append(l.exact, exact)
		return len(l.limit) - 1
	}
	most, least, gaps := -1, -1, -1
	if it.MaxPromos > 0 {
		most = row(float64(it.MaxPromos), false)
	}
	if it.MinPromos > 0 {
		least = row(float64(it.MinPromos), true)
	}
	if it.Gap > 0 {
		gaps = len(l.limit)
		for range p.Weeks {
			row(1, false)
		}
	}
	type offer struct{ week, option int }
	var offers []offer
	for w := range p.Weeks {
		trial := slices.Clone(about)
		trial[w] = 0
		none := p.itemValue(0, a, trial).Profit
		for o := 1; o < len(p.Options); o++ {
			if !p.allows(it, w, o) {
				continue
			}
			trial[w] = o
			gain := p.itemValue(0, a, trial).Profit - none
			col := make([]float64, len(l.limit))
			col[w] = 1
			for _, r := range []int{most, least} {
				if r >= 0 {
					col[r] = 1
				}
			}
			for v := max(0, w-it.Gap); gaps >= 0 && v <= w; v++ {
				col[gaps+v] = 1
			}
			l.add(gain, col)
			offers = append(offers, offer{w, o})
		}
	}
	if least >= 0 { // more than the least number may be held
		col := make([]float64, len(l.limit))
		col[least] = -1
		l.add(0, col)
	}
	best, err := l.solve()
	if err != nil {
		return nil, err
	}
	calendar := make([]int, p.Weeks)
	for n, f := range offers {
		if best.x[n] > 0.5 {
			calendar[f.week] = f.option
		}
	}
	if best.short < 1e-6 && len(p.Broken(Calendar{calendar})) == 0 {
		return calendar, nil
	}
	return nil, p.clashError()
}
