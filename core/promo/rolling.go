package promo

import (
	"context"

	"shoptwin/core"
)

// Rolling runs [Backtest] at several cuts, each earlier by weeks than the one
// after it, the latest first: what a shop would have met that had forecast
// again and again. It is an error if the earliest leaves too little history.
// Cost: a backtest each.
func Rolling(ctx context.Context, p *Panel, weeks, windows int, cfg Config, report func(core.Progress)) ([]*BacktestReport, error) {
	if windows == 1 {
		r, err := Backtest(ctx, p, weeks, cfg, report)
		return []*BacktestReport{r}, err
	}
	if windows < 1 || weeks < 1 || p.weeks-weeks*windows < 16 {
		return nil, core.Errorf(core.Invalid, "%d windows of %d weeks leave %d of %d weeks to learn from", windows, weeks, p.weeks-weeks*windows, p.weeks).
			WithHint("take fewer or shorter windows; at least 16 weeks must remain")
	}
	var out []*BacktestReport
	for n := range windows {
		r, err := Backtest(ctx, p.until(p.weeks-n*weeks), weeks, cfg, report)
		if err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	return out, nil
}

// until returns the first weeks of p.
func (p *Panel) until(weeks int) *Panel {
	if weeks == p.weeks {
		return p
	}
	q := *p
	q.weeks, q.units, q.lp, q.lb, q.flags = weeks, nil, nil, nil, nil
	for s := range p.series {
		lo, hi := s*p.weeks, s*p.weeks+weeks
		q.units, q.lp = append(q.units, p.units[lo:hi]...), append(q.lp, p.lp[lo:hi]...)
		q.lb, q.flags = append(q.lb, p.lb[lo:hi]...), append(q.flags, p.flags[lo:hi]...)
	}
	return &q
}
