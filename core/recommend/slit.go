package recommend

import (
	"context"
	"slices"

	"shoptwin/core"
	"shoptwin/core/nn"
)

// Linear are the choices of linear transitions; zero values are the defaults.
type Linear struct {
	Lambda   float64 // regularisation; 100
	Input    Decay   // of what went before; rate .8
	Ahead    int     // baskets ahead that are learned; 1
	Gap      float64 // factor for each basket further ahead; .5
	MaxItems int     // those most customers have; 5,000
}

// Transitions learns, in closed form, the linear map from a decayed history to
// what came next: B = (H'H + λI)^-1 H'Y, H being the histories before each
// basket and Y the baskets (SLIT of Choi, Kim, Lee, Sun and Lee, Session-aware
// Linear Item-Item Models for Session-based Recommendation, 2021). Unlike a
// chain it knows what the items of a history say together; what is bought again
// is on the diagonal. 3 items³ operations.
func Transitions(cfg Linear) Method {
	if cfg.Lambda == 0 {
		cfg.Lambda = 100
	}
	if cfg.Input == (Decay{}) {
		cfg.Input = Decay{Rate: .8}
	}
	if cfg.Ahead == 0 {
		cfg.Ahead = 1
	}
	if cfg.Gap == 0 {
		cfg.Gap = .5
	}
	if cfg.MaxItems == 0 {
		cfg.MaxItems = 5_000
	}
	return Method{Name: "linear transitions", Control: true, Fit: func(ctx context.Context, l *Log, report func(core.Progress)) (Scorer, error) {
		return onMost(ctx, l, cfg.MaxItems, func(l *Log) (Scorer, error) {
			n := len(l.Items)
			before, next := cfg.steps(l)
			byItem := before.Transposed()
			p := cross(byItem, before)
			for i := range n {
				p[i*n+i] += float32(cfg.Lambda)
			}
			if err := invert(ctx, p, n, report); err != nil {
				return nil, err
			}
			y, b := cross(byItem, next), make([]float32, n*n)
			nn.Sgemm(false, false, n, n, n, 1, p, n, y, n, 0, b, n)
			return newLinear(l, cfg.Input, b), ctx.Err()
		})
	}}
}

// steps returns a row for each basket but a customer's first: the decayed
// history before it, of up to 40 items, and the baskets ahead.
func (cfg Linear) steps(l *Log) (before, next *nn.CSR) {
	const longest = 40
	w, near := cfg.Input.weight(), powersOf(cfg.Gap, cfg.Ahead)
	before = &nn.CSR{Cols: len(l.Items), Start: []int32{0}}
	next = &nn.CSR{Cols: len(l.Items), Start: []int32{0}}
	sum := make([]float32, len(l.Items))
	for c := range l.Customers {
		h := l.History(c)
		var starts []int
		h.Baskets(func(_, lo, hi int) { starts = append(starts, lo) })
		starts = append(starts, len(h.Items))
		for b := 1; b+1 < len(starts); b++ {
			from := max(0, starts[b]-longest)
			before.Index, before.Value = appendRow(before.Index, before.Value, sum, h.Slice(from, starts[b]), w)
			before.Start = append(before.Start, int32(len(before.Index)))
			at := len(next.Index)
			for a := range min(cfg.Ahead, len(starts)-1-b) {
				for _, item := range h.Items[starts[b+a]:starts[b+a+1]] {
					if sum[item] == 0 {
						next.Index = append(next.Index, item)
					}
					sum[item] = max(sum[item], near[a])
				}
			}
			slices.Sort(next.Index[at:])
			for _, item := range next.Index[at:] {
				next.Value, sum[item] = append(next.Value, sum[item]), 0
			}
			next.Start = append(next.Start, int32(len(next.Index)))
		}
	}
	before.Rows, next.Rows = len(before.Start)-1, len(next.Start)-1
	return before, next
}
