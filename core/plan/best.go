package plan

import (
	"context"
	"math"
	"slices"

	"shoptwin/core"
)

// Result is a plan with its proof.
type Result struct {
	Calendar Calendar
	Totals   Totals
	Bound    float64  // no calendar that keeps the rules has more profit
	Gap      float64  // (Bound - profit) / |Bound|, in [0, 1]
	Tight    []string // shared rules that cost something, in words
}

// column is one calendar of one item and what it uses of the shared rules.
type column struct {
	item     int
	calendar []int
	Totals
}

// planner is a problem at work.
type planner struct {
	p       *Problem
	answer  []*answer
	lattice []*lattice
	group   []int // category of each item
	groups  int

	lp   *program
	cols []column
	seen []map[string]bool // by item: calendars in cols
	last *optimum
}

// Places of the rows: one for each item, whose columns' weights sum to 1;
// budget; margin; each category in each week.
func (s *planner) budgetRow() int { return len(s.p.Items) }
func (s *planner) marginRow() int { return len(s.p.Items) + 1 }
func (s *planner) weekRow(group, week int) int {
	return len(s.p.Items) + 2 + group*s.p.Weeks + week
}

func (p *Problem) planner() (*planner, error) {
	s := &planner{p: p, lp: &program{}, seen: make([]map[string]bool, len(p.Items))}
	index := map[string]int{}
	for i := range p.Items {
		a := newAnswer(&p.Items[i], len(p.Options))
		l, err := p.newLattice(i, a)
		if err != nil {
			return nil, err
		}
		c := p.Items[i].Category
		g, ok := index[c]
		if !ok {
			g = len(index)
			index[c] = g
		}
		s.answer, s.lattice, s.group = append(s.answer, a), append(s.lattice, l), append(s.group, g)
		s.seen[i] = map[string]bool{}
		s.lp.limit, s.lp.exact = append(s.lp.limit, 1), append(s.lp.exact, true)
	}
	s.groups = len(index)
	limit := func(x float64, on bool) {
		if !on {
			x = math.Inf(1)
		}
		s.lp.limit, s.lp.exact = append(s.lp.limit, x), append(s.lp.exact, false)
	}
	limit(p.Budget, p.Budget > 0)
	limit(0, p.MarginFloor > 0)
	if p.PerCategory > 0 {
		for range s.groups * p.Weeks {
			limit(float64(p.PerCategory), true)
		}
	}
	for r, x := range s.lp.limit { // rows that do not bind: any column fits
		if math.IsInf(x, 1) {
			s.lp.limit[r] = 0
		}
	}
	return s, nil
}

// add takes a calendar in; false when it was there.
func (s *planner) add(i int, c []int, wanted float64) bool {
	key := make([]byte, len(c))
	for w, o := range c {
		key[w] = byte(o)
	}
	if s.seen[i][string(key)] {
		return false
	}
	s.seen[i][string(key)] = true
	col := column{i, c, s.p.itemValue(i, s.answer[i], c)}
	s.cols = append(s.cols, col)
	rows := make([]float64, len(s.lp.limit))
	rows[i] = 1
	if s.p.Budget > 0 {
		rows[s.budgetRow()] = col.Spent
	}
	if s.p.MarginFloor > 0 {
		rows[s.marginRow()] = s.p.MarginFloor*col.Sales - col.Profit
	}
	for w, o := range c {
		if o > 0 && s.p.PerCategory > 0 {
			rows[s.weekRow(s.group[i], w)] = 1
		}
	}
	s.lp.add(wanted*col.Profit, rows)
	return true
}

// price solves every item's dynamic programme at prices scaled from the
// duals, in its own place.
func (s *planner) price(dual []float64, wanted, scale float64) ([][]int, []float64) {
	calendars, worth := make([][]int, len(s.p.Items)), make([]float64, len(s.p.Items))
	core.Parallel(len(s.p.Items), func(i int) {
		pr := prices{own: wanted, budget: scale * dual[s.budgetRow()], margin: scale * dual[s.marginRow()]}
		if s.p.PerCategory > 0 {
			at := s.weekRow(s.group[i], 0)
			pr.week = make([]float64, s.p.Weeks)
			for w := range pr.week {
				pr.week[w] = scale * dual[at+w]
			}
		}
		calendars[i], worth[i] = s.p.solve(i, s.answer[i], s.lattice[i], pr)
	})
	return calendars, worth
}

// relax solves the relaxation, weights of calendars in place of one calendar
// for each item, by column generation (Dantzig and Wolfe, 1960). It returns
// the least of the Lagrangian bounds met on the way. wanted is 1, or 0 to ask
// only whether the rules can be kept.
func (s *planner) relax(ctx context.Context, wanted float64, report func(core.Progress)) (bound float64, err error) {
	dual := make([]float64, len(s.lp.limit))
	bound = math.Inf(1)
	const rounds = 200
	for round := range rounds {
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		calendars, worth := s.price(dual, wanted, 1)
		sum, added := 0.0, false
		for r, y := range dual[len(s.p.Items):] {
			sum += y * s.lp.limit[len(s.p.Items)+r]
		}
		for i, c := range calendars {
			sum += worth[i]
			if round == 0 || worth[i] > dual[i]+1e-9*max(1, math.Abs(worth[i])) {
				added = s.add(i, c, wanted) || added
			}
		}
		bound = min(bound, sum)
		if !added {
			break
		}
		if s.last, err = s.lp.solve(); err != nil {
			return 0, err
		}
		for r, y := range s.last.dual {
			dual[r] = y
			if r >= len(s.p.Items) {
				dual[r] = max(y, 0)
			}
		}
		if s.last.short < 1e-7 && bound-s.last.value < 1e-7*math.Abs(bound) {
			break
		}
		if report != nil {
			report(core.Progress{Stage: "plan", Done: int64(round + 1), Total: rounds, Unit: "rounds"})
		}
	}
	return bound, nil
}

// Best plans all items under their own and the shared rules. The relaxation,
// of which the bound comes, weighs each item's calendars, every one of them
// exact by [Exact]'s programme; then one calendar each is chosen from those
// that were met and from what the same prices, dearer and cheaper, suggest.
//
// Rules that cannot hold together are an error that names an irreducible set
// of them. Once ctx is cancelled it stops within one round of all items. The
// result is the same for any number of processors. 20 items, 26 weeks, 5
// depths and 2 weeks of memory take a second.
func Best(ctx context.Context, p *Problem, report func(core.Progress)) (*Result, error) {
	if err := p.Check(); err != nil {
		return nil, err
	}
	s, err := p.planner()
	if err != nil {
		return nil, err
	}
	for _, l := range s.lattice {
		if !l.feasible() {
			return nil, p.clashError()
		}
	}
	bound, err := s.relax(ctx, 1, report)
	if err != nil {
		return nil, err
	}
	if s.last.short > 1e-6 {
		return nil, p.clashError()
	}
	dual := s.last.dual
	for _, scale := range []float64{0, 0.5, 0.75, 0.9, 1.1, 1.3, 1.6, 2, 3, 6} {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		calendars, _ := s.price(dual, 1, scale)
		for i, c := range calendars {
			s.add(i, c, 1)
		}
	}
	for i := range p.Items {
		if p.Items[i].lasts() {
			s.runDown(i, dual)
		}
	}
	chosen := s.choose()
	r := &Result{Calendar: make(Calendar, len(p.Items)), Bound: bound}
	for i, n := range chosen {
		r.Calendar[i] = s.cols[n].calendar
	}
	if broken := p.Broken(r.Calendar); len(broken) > 0 {
		return nil, core.Errorf(core.Unsupported, "no plan was found that keeps: %s", broken[0]).
			WithHint("parts of plans could keep it; loosen it a little")
	}
	r.Totals = p.Value(r.Calendar)
	r.Gap = max(0, r.Bound-r.Totals.Profit) / max(math.Abs(r.Bound), 1e-12)
	for _, rule := range p.rules() {
		if rule.item >= 0 {
			continue
		}
		price := 0.0
		switch rule.kind {
		case "budget":
			price = dual[s.budgetRow()]
		case "margin":
			price = dual[s.marginRow()]
		case "category":
			for _, y := range dual[s.weekRow(0, 0):] {
				price = max(price, y)
			}
		}
		if price > 1e-9 {
			r.Tight = append(r.Tight, rule.text)
		}
	}
	return r, nil
}

// choose takes one column for each item: those of the largest weights, then
// whatever single or double exchange earns most while broken shared rules
// cost more than any column can earn.
func (s *planner) choose() []int {
	byItem := make([][]int, len(s.p.Items))
	weight := slices.Clone(s.last.x)
	weight = append(weight, make([]float64, len(s.cols)-len(weight))...)
	chosen := make([]int, len(s.p.Items))
	for i := range chosen {
		chosen[i] = -1
	}
	fine := 1.0
	for n, c := range s.cols {
		byItem[c.item] = append(byItem[c.item], n)
		if k := chosen[c.item]; k < 0 || weight[n] > weight[k] {
			chosen[c.item] = n
		}
		fine = max(fine, math.Abs(c.Profit))
	}
	fine *= 10 * float64(len(chosen))
	first := len(s.p.Items)
	used := make([]float64, len(s.lp.limit)-first)
	for _, n := range chosen {
		for r := range used {
			used[r] += s.lp.col[n][first+r]
		}
	}
	// cost of the rules when the columns of out are exchanged for in.
	cost := func(out, in []int) float64 {
		sum := 0.0
		for r := range used {
			u, limit := used[r], s.lp.limit[first+r]
			for k := range out {
				u += s.lp.col[in[k]][first+r] - s.lp.col[out[k]][first+r]
			}
			if !atMost(u, limit) {
				sum += (1 + (u-limit)/max(limit, 1)) * fine
			}
		}
		return sum
	}
	exchange := func(out, in []int) {
		for k := range out {
			for r := range used {
				used[r] += s.lp.col[in[k]][first+r] - s.lp.col[out[k]][first+r]
			}
			chosen[s.cols[in[k]].item] = in[k]
		}
	}
	for range 40 * len(chosen) {
		now := cost(nil, nil)
		gain, bestOut, bestIn := 1e-9*fine/10, []int(nil), []int(nil)
		try := func(out, in []int) {
			g := 0.0
			for k := range out {
				g += s.cols[in[k]].Profit - s.cols[out[k]].Profit
			}
			if g+now <= gain {
				return
			}
			if g += now - cost(out, in); g > gain {
				gain, bestOut, bestIn = g, slices.Clone(out), slices.Clone(in)
			}
		}
		for i, all := range byItem {
			for _, n := range all {
				try(chosen[i:i+1], []int{n})
			}
		}
		if bestOut == nil {
			for i := range byItem {
				for j := range i {
					for _, n := range byItem[i] {
						for _, k := range byItem[j] {
							try([]int{chosen[i], chosen[j]}, []int{n, k})
						}
					}
				}
			}
		}
		if bestOut == nil {
			return chosen
		}
		exchange(bestOut, bestIn)
	}
	return chosen
}
