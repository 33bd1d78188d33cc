package simulate

import (
	"context"
	"fmt"
	"math"
	"strings"

	"shoptwin/core"
)

// Rule sends coupons as a shop does without a learned policy: every so many
// weeks to each customer who is meant, of one product.
type Rule struct {
	Every int     // weeks from a customer's coupon to the next; 0 sends none
	Depth int     // index into the programme's depths
	Pick  Pick    // which product
	Item  int     // of the programme, for PickOne
	Since float64 // weeks since the category was bought, at least
	Often float64 // purchases of the category in the year before, about; at least
	Own   float64 // part of them that was the product itself, at most
}

// Pick chooses among the products that a [Rule] may send.
type Pick int

const (
	PickOne     Pick = iota // always the same
	PickLongest             // whose category was bought longest ago
	PickOften               // whose category is bought most often
	PickTurn                // one after another
)

// Words describes r for people.
func (c *Coupons) Words(r Rule) string {
	if r.Every == 0 {
		return "no coupon"
	}
	which := "one product after another"
	switch r.Pick {
	case PickOne:
		which = "product " + c.Items[r.Item]
	case PickLongest:
		which = "the product whose category was bought longest ago"
	case PickOften:
		which = "the product whose category is bought most often"
	}
	out := []string{fmt.Sprintf("%.0f %% off %s every %d weeks", 100*c.Depths[r.Depth], which, r.Every)}
	if r.Since > 0 {
		out = append(out, fmt.Sprintf("to who has not bought there for %.0f weeks", r.Since))
	}
	if r.Often > 0 {
		out = append(out, fmt.Sprintf("to who buys there at least %.1f times a year", r.Often*52/12))
	}
	if r.Own < 1 {
		out = append(out, fmt.Sprintf("to who takes another product there in %.0f %% of the cases", 100*(1-r.Own)))
	}
	return strings.Join(out, ", ")
}

// Rules lists the rules among which [Coupons.BestRule] looks.
func (c *Coupons) Rules() []Rule {
	out := []Rule{{}}
	for _, every := range []int{1, 3, 6} {
		for d := range c.Depths {
			for _, since := range []float64{0, 4} {
				for _, often := range []float64{0, .3} {
					for _, own := range []float64{1, .4} {
						r := Rule{Every: every, Depth: d, Since: since, Often: often, Own: own}
						for _, pick := range []Pick{PickLongest, PickOften, PickTurn} {
							r.Pick = pick
							out = append(out, r)
						}
						for i := range c.Items {
							r.Pick, r.Item = PickOne, i
							out = append(out, r)
						}
					}
				}
			}
		}
	}
	return out
}

// Decide fills the actions by the rule from states as [Coupons.See] gives them.
func (c *Coupons) Decide(r Rule, state []float32, can []bool, action []int32) {
	_, _, n, actions := c.Sizes()
	for e := range action {
		action[e] = 0
		x := state[e*n : (e+1)*n]
		if r.Every == 0 || 26*float64(x[2])+.5 < float64(r.Every) {
			continue
		}
		top, best := -1.0, -1
		for k := range c.Items {
			y := x[shared+k*perItem:][:perItem]
			since, often, own := 26*float64(y[0]), 3*float64(y[2]), float64(y[5])
			if since+.5 < r.Since || often < r.Often || own > r.Own {
				continue
			}
			score := 0.0
			switch {
			case r.Pick == PickOne && k != r.Item:
				continue
			case r.Pick == PickLongest:
				score = since
			case r.Pick == PickOften:
				score = often
			case r.Pick == PickTurn:
				score = 1 - float64(y[7])
			}
			if score > top {
				top, best = score, k
			}
		}
		if a := 1 + best*len(c.Depths) + r.Depth; best >= 0 && can[e*actions+a] {
			action[e] = int32(a)
		}
	}
}

// beside lists the rules that differ from r in one number.
func (c *Coupons) beside(r Rule) (out []Rule) {
	with := func(change func(*Rule)) {
		q := r
		if change(&q); q != r {
			out = append(out, q)
		}
	}
	for _, every := range []int{1, 2, 3, 4, 6, 8} {
		with(func(q *Rule) { q.Every = every })
	}
	for d := range c.Depths {
		with(func(q *Rule) { q.Depth = d })
	}
	for _, since := range []float64{0, 1, 2, 3, 4, 6, 8, 12} {
		with(func(q *Rule) { q.Since = since })
	}
	for _, often := range []float64{0, .05, .1, .2, .3, .6, 1, 1.5} {
		with(func(q *Rule) { q.Often = often })
	}
	for _, own := range []float64{.2, .25, .3, .4, .5, .6, .8, 1} {
		with(func(q *Rule) { q.Own = own })
	}
	return out
}

// BestRule returns the rule that earns most in expectation: all of [Coupons.Rules]
// are tried on the customers of one seed; then, on four times as many of
// another, single numbers of the best change for as long as that helps. play
// is core/train's Play. It stops within a rule of cancellation; report, if not
// nil, is called after every one.
func (c *Coupons) BestRule(ctx context.Context, customers int, seed uint64, play func(ctx context.Context, w *Coupons, seed uint64, r Rule) ([]float64, error), report func(core.Progress)) (Rule, error) {
	done := int64(0)
	best := func(rules []Rule, customers int, seed uint64) (top Rule, err error) {
		w := *c
		w.episodes = customers
		worth := math.Inf(-1)
		for _, r := range rules {
			got, err := play(ctx, &w, seed, r)
			if err != nil {
				return top, err
			}
			if x := meanOf(got); x > worth {
				top, worth = r, x
			}
			if done++; report != nil {
				report(core.Progress{Stage: "compare", Done: done, Unit: "rules"})
			}
		}
		return top, nil
	}
	now, err := best(c.Rules(), customers, seed)
	for range 6 {
		if err != nil || now.Every == 0 {
			break
		}
		was := now
		if now, err = best(append([]Rule{now}, c.beside(now)...), 4*customers, seed+1); now == was {
			break
		}
	}
	return now, err
}
