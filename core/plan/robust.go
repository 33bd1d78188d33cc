package plan

import (
	"cmp"
	"context"
	"slices"

	"shoptwin/core"
)

// Robust plans for the unlucky: what counts is the mean over the worst share,
// in (0, 1], of each item's beliefs (conditional value at risk; Rockafellar
// and Uryasev, 2000). Which beliefs are worst depends on the plan, so plan and
// beliefs are found in turns, four at most, and the best of the plans that
// keep the shared rules on average over all beliefs is kept. Totals of the
// result are of its worst beliefs. Any set of beliefs of that share bounds
// what the worst can bring; the least such bound is told. share 1 is [Best].
func Robust(ctx context.Context, p *Problem, share float64, report func(core.Progress)) (*Result, error) {
	if !(share > 0 && share <= 1) {
		return nil, core.Errorf(core.Invalid, "plan for the worst %g of what is believed", share).WithHint("a fraction above 0, at most 1")
	}
	best, err := Best(ctx, p, report)
	if err != nil || share == 1 {
		return best, err
	}
	bound := best.Bound
	q := p.worst(best.Calendar, share)
	best.Totals = q.Value(best.Calendar)
	for range 4 {
		r, err := Best(ctx, q, report)
		if err != nil {
			return nil, err
		}
		if q.Budget == p.Budget {
			bound = min(bound, r.Bound)
		}
		budget := q.Budget
		q = p.worst(r.Calendar, share)
		if len(p.Broken(r.Calendar)) > 0 { // the lucky buy more at a discount
			q.Budget = 0.99 * budget * min(1, p.Budget/p.Value(r.Calendar).Spent)
			continue
		}
		if r.Totals = q.Value(r.Calendar); r.Totals.Profit <= best.Totals.Profit {
			break
		}
		best = r
	}
	best.Bound = max(bound, best.Totals.Profit)
	best.Gap = (best.Bound - best.Totals.Profit) / max(best.Bound, 1e-12)
	return best, nil
}

// worst returns p with the beliefs alone under which c earns least.
func (p *Problem) worst(c Calendar, share float64) *Problem {
	q := p.copy()
	for i := range q.Items {
		it := &q.Items[i]
		all := slices.Clone(it.Beliefs)
		profit := make([]float64, len(all))
		order := make([]int, len(all))
		for n := range all {
			it.Beliefs = all[n : n+1]
			profit[n] = q.itemValue(i, newAnswer(it, len(q.Options)), c[i]).Profit
			order[n] = n
		}
		slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(profit[a], profit[b]) })
		kept := make([]Demand, max(1, int(share*float64(len(all))+0.5)))
		for n := range kept {
			kept[n] = all[order[n]]
		}
		it.Beliefs = kept
	}
	return q
}
