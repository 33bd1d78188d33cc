package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strconv"

	"shoptwin/core/plan"
	"shoptwin/core/shop"
	"shoptwin/core/train"
)

// byPPO: a policy learns each of some made problems whose optimum is known, in
// a simulator of noisy weeks.
func (b *bench) byPPO() error {
	n := 24
	if b.quick {
		n = 3
	}
	ctx := context.Background()
	part, none, worst, broken, cpu := 0., 0., 1., 0, cpuSeconds()
	for seed := range n {
		p, _ := plan.Made(rand.New(rand.NewPCG(uint64(seed), 1)), 1)
		best, err := plan.Exact(p)
		if err != nil {
			return err
		}
		optimum := p.Value(best).Profit
		w, err := plan.NewWorld(p, 64, .2)
		if err != nil {
			return err
		}
		a, err := train.PPO(ctx, w, train.PPOConfig{Rounds: 100, Rest: .85}, rand.New(rand.NewPCG(uint64(seed), 2)), train.Options{}, nil)
		if err != nil {
			return err
		}
		if _, err := train.Play(ctx, w, 1, a.Decide); err != nil {
			return err
		}
		got := p.Value(w.Calendar()).Profit / optimum
		part, worst, broken = part+got/float64(n), min(worst, got), broken+len(p.Broken(w.Calendar()))
		none += p.Value(plan.Calendar{make([]int, p.Weeks)}).Profit / optimum / float64(n)
	}
	figure := fmt.Sprintf("%.4f; the worst %.4f; no promotion %.4f; %.0f CPU s each", part, worst, none, (cpuSeconds()-cpu)/float64(n))
	what := fmt.Sprintf("%d made problems by PPO, part of the optimum", n)
	if b.quick {
		b.add(what, figure, "told; at least 0.995 in the full form", true)
	} else {
		b.add(what, figure, ">= 0.995", part >= .995)
	}
	b.add("rules broken by PPO's plans", fmt.Sprint(broken), "0", broken == 0)
	return nil
}

// coupons: where no dynamic programme reaches (who sees what a shop with cards
// sees, and not what customers are like or have at home), a policy that was
// learned in the simulator beside the best of some 500 simple rules and their
// neighbours, judged by new shoppers. Through the program.
func (b *bench) coupons() error {
	if b.quick {
		return nil // a minute or two
	}
	for _, terms := range []struct {
		name             string
		funding, contact string
	}{{"the supplier pays, sending costs 0.05", "1", "0.05"}, {"the supplier pays nine tenths, sending costs 0.02", "0.9", "0.02"}} {
		var rule, policy, ahead, low []float64
		for seed := range uint64(3) {
			s, err := shop.Generate(context.Background(), smallShop, rand.New(rand.NewPCG(seed, 30)), nil)
			if err != nil {
				return err
			}
			at := func(name string) string { return filepath.Join(b.dir, "coupons "+name+".csv") }
			if err := writeTable(at("lines"), s.Transactions, plainCSV); err != nil {
				return err
			}
			if err := writeTable(at("products"), s.Products, plainCSV); err != nil {
				return err
			}
			if err := writeTable(at("promotions"), s.Promotions, plainCSV); err != nil {
				return err
			}
			var out struct{ ByRule, ByPolicy, Ahead, Lo90 float64 }
			if _, err := b.result(&out, "promo", "coupons", "--sales", at("lines"), "--products", at("products"), "--promotions", at("promotions"),
				"--funding", terms.funding, "--contact", terms.contact, "--seed", strconv.FormatUint(seed, 10), "--anyway"); err != nil {
				return err
			}
			rule, policy = append(rule, out.ByRule), append(policy, out.ByPolicy)
			ahead, low = append(ahead, out.Ahead), append(low, out.Lo90)
		}
		b.add("coupons by PPO beside the best simple rule, "+terms.name+", profit for each customer of 26 weeks, median of 3",
			fmt.Sprintf("%s, the rule %s: %s more, 90 %% from %.3f", span(policy, "%.3f"), span(rule, "%.3f"), span(ahead, "%+.3f"), median(low)), "more than the rule, surely", median(low) > 0)
	}
	return nil
}
