package shop

import (
	"context"
	"math/rand/v2"
	"slices"

	"shoptwin/core"
	"shoptwin/core/table"
)

// Deal offers one product for one week of the history.
type Deal struct {
	Product          string
	Week             int
	Depth            float64 // fraction off, in [0, 1)
	Feature, Display bool
}

// Relive returns the receipts that the households of s would have written
// under other promotions: the same people with the same tastes and what they
// had at home when the history began, but luck of its own. The columns are
// those of Transactions; promotion_id is the number of the deal, from 1. A
// product that s does not sell, a week outside the history, a depth outside
// [0, 1) or two deals of one product and week are errors. s is not changed.
// Once ctx is cancelled it stops within a week's work.
func (s *Shop) Relive(ctx context.Context, deals []Deal, rng *rand.Rand) (*table.Table, error) {
	r := run{weeks: s.Config.Weeks, offers: make([]offer, len(s.rows)*s.Config.Weeks)}
	at := map[string]int{}
	names := s.Products.Column("product_id")
	for i, row := range s.rows {
		at[names.Cell(row)] = i
	}
	for n, d := range deals {
		i, ok := at[d.Product]
		switch {
		case !ok:
			return nil, core.Errorf(core.NotFound, "deal %d is of product %q, which the shop does not sell", n+1, d.Product)
		case d.Week < 0 || d.Week >= r.weeks || !(d.Depth >= 0 && d.Depth < 1):
			return nil, core.Errorf(core.Invalid, "deal %d, product %q: week %d, depth %g", n+1, d.Product, d.Week, d.Depth).WithHint("weeks are 0 to %d, depths at least 0 and less than 1", r.weeks-1)
		}
		o := &r.offers[i*r.weeks+d.Week]
		if o.row > 0 {
			return nil, core.Errorf(core.Invalid, "deals %d and %d are both of product %q in week %d", o.row, n+1, d.Product, d.Week)
		}
		*o = offer{depth: d.Depth, feature: d.Feature, display: d.Display, row: int32(n + 1)}
	}
	m := *s.market
	m.cupboard = slices.Clone(s.cupboard)
	t := &receipts{first: float64(s.Config.Start.Unix()), offers: r.offers, rows: s.rows, price: s.price}
	m.simulate(ctx, r, rng, t.add, nil)
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return t.table(s.Config.Customers, s.Config.Stores, names, &table.Column{Levels: numbered("", 1, len(deals))}), nil
}
