package app

import (
	"context"
	"math"
	"math/rand/v2"

	"shoptwin/core"
	"shoptwin/core/simulate"
	"shoptwin/core/train"
)

// CouponsRequest asks who should be sent which coupon when.
type CouponsRequest struct {
	Sales, Products, Promotions string // files
	Columns                     simulate.Columns
	simulate.Programme

	Customers int  // who judge the policy; default 10,000
	Rounds    int  // of experience for the policy; default 150
	Anyway    bool // also with shoppers whom their judge refuses
	Seed      uint64
}

// CouponsReply says what coupons bring by a policy that was learned in the
// simulator, and by the best of the simple rules. Money is the profit of the
// programme's categories for each customer over its weeks, beside no coupon.
type CouponsReply struct {
	simulate.Programme
	Realism *simulate.Realism `json:"realism"`

	Rule      string  `json:"rule"` // in words
	ByRule    float64 `json:"byRule"`
	ByPolicy  float64 `json:"byPolicy"`
	RuleSent  float64 `json:"ruleSent"` // coupons for each customer
	Sent      float64 `json:"sent"`
	Ahead     float64 `json:"ahead"` // of the policy over the rule
	Lo90      float64 `json:"lo90"`  // of Ahead, by the luck of who judged
	Hi90      float64 `json:"hi90"`
	Customers int     `json:"customers"` // who judged
}

// Coupons learns shoppers from files, and in them a policy of coupons by PPO;
// new shoppers judge it beside the best simple rule. Shoppers whom their judge
// refuses are an error that says why.
func Coupons(ctx context.Context, req CouponsRequest, report func(core.Progress)) (*CouponsReply, error) {
	tables, err := loadFiles(ctx, report, req.Sales, req.Products, req.Promotions)
	if err != nil {
		return nil, err
	}
	h, err := simulate.NewHistory(tables[0], tables[1], tables[2], req.Columns)
	if err != nil {
		return nil, err
	}
	rng := rand.New(rand.NewPCG(req.Seed, 11))
	m, realism, err := learnShoppers(ctx, h, rng, report)
	if err != nil {
		return nil, err
	}
	if refused := realism.Refuse(); refused != nil && !req.Anyway {
		return nil, refused
	}
	out, err := LearnCoupons(ctx, m, req, rng, report)
	if out != nil {
		out.Realism = realism
	}
	return out, err
}

// LearnCoupons is [Coupons] of shoppers that were learned already.
func LearnCoupons(ctx context.Context, m *simulate.Model, req CouponsRequest, rng *rand.Rand, report func(core.Progress)) (*CouponsReply, error) {
	if req.Customers == 0 {
		req.Customers = 10_000
	}
	w, err := m.NewCoupons(req.Programme, 512)
	if err != nil {
		return nil, err
	}
	play := func(ctx context.Context, w *simulate.Coupons, seed uint64, r simulate.Rule) ([]float64, error) {
		return train.Play(ctx, w, seed, func(state []float32, can []bool, action []int32) { w.Decide(r, state, can, action) })
	}
	rule, err := w.BestRule(ctx, 300, rng.Uint64(), play, report)
	if err != nil {
		return nil, err
	}
	policy, err := train.PPO(ctx, w, train.PPOConfig{Rounds: req.Rounds, LearnRate: .005, Rest: .8}, rng, train.Options{}, report)
	if err != nil {
		return nil, err
	}
	judge, err := m.NewCoupons(w.Programme, req.Customers)
	if err != nil {
		return nil, err
	}
	out, seed := &CouponsReply{Programme: w.Programme, Rule: w.Words(rule), Customers: req.Customers}, rng.Uint64()
	sent := func(action []int32) (n float64) {
		for _, a := range action {
			if a > 0 {
				n += 1 / float64(req.Customers)
			}
		}
		return n
	}
	byRule, err := train.Play(ctx, judge, seed, func(state []float32, can []bool, action []int32) {
		judge.Decide(rule, state, can, action)
		out.RuleSent += sent(action)
	})
	if err != nil {
		return nil, err
	}
	byPolicy, err := train.Play(ctx, judge, seed, func(state []float32, can []bool, action []int32) {
		policy.Decide(state, can, action)
		out.Sent += sent(action)
	})
	if err != nil {
		return nil, err
	}
	n, squares := float64(req.Customers), 0.0
	for i, x := range byPolicy {
		d := x - byRule[i]
		out.ByPolicy += x / n
		out.ByRule += byRule[i] / n
		out.Ahead += d / n
		squares += d * d / n
	}
	half := 1.645 * math.Sqrt(max(0, squares-out.Ahead*out.Ahead)/n)
	out.Lo90, out.Hi90 = out.Ahead-half, out.Ahead+half
	return out, nil
}
