package main

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"time"

	"shoptwin/core/plan"
	"shoptwin/core/promo"
	"shoptwin/core/table"
)

// plans: planners on made problems whose optimum is known, in this process;
// then the program's own plan, and rules that cannot be kept.
func (b *bench) plans() error {
	if err := b.oneItem(); err != nil {
		return err
	}
	if err := b.byPPO(); err != nil {
		return err
	}
	if err := b.sharedBudget(); err != nil {
		return err
	}
	return b.fromNoisyWeeks()
}

// oneItem: 120 problems of one item (24 in the short form).
func (b *bench) oneItem() error {
	n := 120
	if b.quick {
		n = 24
	}
	part := map[string]float64{}
	var exact, learning, slowest time.Duration
	broken := 0
	for seed := range n {
		p, _ := plan.Made(rand.New(rand.NewPCG(uint64(seed), 1)), 1)
		begun := time.Now()
		best, err := plan.Exact(p)
		if err != nil {
			return err
		}
		exact += time.Since(begun)
		optimum := p.Value(best).Profit
		add := func(name string, c plan.Calendar) {
			part[name] += p.Value(c).Profit / optimum / float64(n)
			broken += len(p.Broken(c))
		}
		linear, err := plan.Linear(p)
		if err != nil {
			return err
		}
		add("linear", linear)
		begun = time.Now()
		policy, err := plan.Learn(context.Background(), p, plan.Learning{}, rand.New(rand.NewPCG(uint64(seed), 2)))
		if err != nil {
			return err
		}
		learned, err := policy.Calendar()
		if err != nil {
			return err
		}
		slowest = max(slowest, time.Since(begun))
		learning += time.Since(begun)
		add("learned", learned)
		others, err := plan.Simple(context.Background(), p, nil, nil)
		if err != nil {
			return err
		}
		for _, o := range others {
			add(o.Name, o.Calendar)
		}
	}
	b.most(fmt.Sprintf("%d made problems: dynamic programme, each", n), exact.Seconds()/float64(n), 0.1, " s")
	b.least("linear programme, part of the optimum", part["linear"], 0.998)
	b.least("learned policy, part of the optimum", part["learned"], 0.995)
	b.most("learned policy, the slowest", slowest.Seconds(), 60, " s")
	b.add("rules broken by any of the plans", fmt.Sprint(broken), "0", broken == 0)
	for _, name := range []string{"none", "cadence", "blind"} {
		b.add("beside it: "+name, fmt.Sprintf("%.4f", part[name]), "told", true)
	}
	return nil
}

// sharedBudget: 20 items that may spend half of what they would without a
// budget.
func (b *bench) sharedBudget() error {
	var gap, gain, profit []float64
	for seed := range uint64(3) {
		p, _ := plan.Made(rand.New(rand.NewPCG(seed, 9)), 20)
		free, err := plan.Best(context.Background(), p, nil)
		if err != nil {
			return err
		}
		p.Budget = free.Totals.Spent / 2
		best, err := plan.Best(context.Background(), p, nil)
		if err != nil {
			return err
		}
		if broken := p.Broken(best.Calendar); len(broken) > 0 {
			return fmt.Errorf("seed %d breaks %v", seed, broken)
		}
		others, err := plan.Simple(context.Background(), p, nil, nil)
		if err != nil {
			return err
		}
		none, blind := others[0].Totals.Profit, others[2].Totals.Profit
		gap = append(gap, best.Totals.Profit/best.Bound)
		gain = append(gain, (best.Totals.Profit-none)/(blind-none)-1)
		profit = append(profit, best.Totals.Profit/blind-1)
	}
	b.least("20 items, one budget: part of the bound, median of 3", median(gap), 0.98)
	b.least("20 items, one budget: promotions bring more than blind to dips", median(gain), 0.02)
	b.add("20 items, one budget: all profit, more than blind to dips", fmt.Sprintf("%.4f", median(profit)), "told", true)
	return nil
}

// fromNoisyWeeks: the response is learned from 52 weeks of 120 items, the
// plans are judged by the truth. Usual units of the plan's weeks are given in
// one row, and learned as well in the other.
func (b *bench) fromNoisyWeeks() error {
	var given, learned []float64
	for seed := range uint64(3) {
		rng := rand.New(rand.NewPCG(seed, 11))
		p, truth := plan.Made(rng, 120)
		sales, products := noisyWeeks(p, truth, rng)
		panel, err := promo.NewPanel(sales, products, nil, promo.Columns{})
		if err != nil {
			return err
		}
		m, err := promo.Fit(context.Background(), panel, promo.Config{Lags: 2}, nil)
		if err != nil {
			return err
		}
		var names []string
		for _, it := range p.Items {
			names = append(names, it.Name)
		}
		all, err := m.Responses(promo.Plan{Horizon: p.Weeks, Items: names}, 32, rng)
		if err != nil {
			return err
		}
		var known, own float64
		for i := range p.Items {
			one := &plan.Problem{Weeks: p.Weeks, Options: p.Options, Items: p.Items[i : i+1]}
			best, err := plan.Exact(one)
			if err != nil {
				return err
			}
			optimum := one.Value(best).Profit
			guess := *one
			guess.Items = []plan.Item{p.Items[i]}
			it := &guess.Items[0]
			it.Beliefs = nil
			for _, belief := range all[i].Beliefs {
				it.Beliefs = append(it.Beliefs, demandOf(&all[i], belief, p.Options))
			}
			for n, units := range [][]float64{p.Items[i].Units, all[i].Units} {
				it.Units = units
				c, err := plan.Exact(&guess)
				if err != nil {
					return err
				}
				part := one.Value(c).Profit / optimum / float64(len(p.Items))
				if n == 0 {
					known += part
				} else {
					own += part
				}
			}
		}
		given, learned = append(given, known), append(learned, own)
	}
	b.least("from 52 noisy weeks: part of the optimum, median of 3", median(given), 0.99)
	b.add("from 52 noisy weeks, season and level learned, too", fmt.Sprintf("%.4f", median(learned)), "told", true)
	return nil
}

func demandOf(r *promo.Response, belief promo.Belief, options []plan.Option) plan.Demand {
	d := plan.Demand{Dip: make([][]float64, r.Lags())}
	for _, o := range options {
		d.Lift = append(d.Lift, r.Lift(belief, o.Depth, false, false))
		for l := range d.Dip {
			d.Dip[l] = append(d.Dip[l], r.Dip(belief, l+1, o.Depth))
		}
	}
	return d
}

// noisyWeeks are 52 weeks of sales, a quarter of them on promotion, units
// being off by 30 %.
func noisyWeeks(p *plan.Problem, truth []plan.Truth, rng *rand.Rand) (sales, products *table.Table) {
	var item, pid, category []string
	var week, units, price, base, cost []float64
	for i, t := range truth {
		pid, category, cost = append(pid, p.Items[i].Name), append(category, p.Items[i].Category), append(cost, t.Cost)
		depths := make([]float64, 52)
		for w := range depths {
			if rng.Float64() < 0.25 {
				depths[w] = p.Options[1+rng.IntN(len(p.Options)-1)].Depth
			}
		}
		for w, d := range depths {
			item, week = append(item, p.Items[i].Name), append(week, float64(w))
			units = append(units, math.Round(t.Expected(w, depths[:w+1])*math.Exp(0.3*rng.NormFloat64())))
			price, base = append(price, t.Price*(1-d)), append(base, t.Price)
		}
	}
	return &table.Table{Name: "sales", Columns: []*table.Column{table.NewText("product_id", item, nil), table.NewNumber("week", week),
			table.NewNumber("units", units), table.NewNumber("price", price), table.NewNumber("base_price", base)}},
		&table.Table{Name: "products", Columns: []*table.Column{table.NewText("product_id", pid, nil), table.NewText("category", category, nil), table.NewNumber("cost", cost)}}
}
