package synth

import (
	"cmp"
	"context"
	"math"
	"slices"

	"shoptwin/core"
)

// Limits of calibration.
const (
	calibrateItems = 1200 // most frequent items whose pairs are counted
	calibratePairs = 1500 // pairs that may be tied
	pairLeast      = 25   // baskets that a tied pair is in, at least
	priorCodes     = 5    // counts added on both sides, so that chance weighs less
	priorItems     = 60
	priorPairs     = 40
	calibrateStep  = .5 // of what is missed: what is drawn feeds on itself
	itemStep       = .7 // of what items and pairs miss
	tieMost        = 2  // what ties add to a choice together, at most
)

// Calibrate makes what is drawn as frequent in samples as in the rows that were
// learned from: gaps, sizes and values of columns, items, and pairs of items in
// a basket. One by one the choices that a network makes are nearly right, but
// what it drew is what it goes on from. Calibrate draws as many customers as
// were learned from, Config.Rounds times, and adds to a choice a part of what
// is missing of the logarithm of its frequency, less with every round (Robbins
// and Monro 1951; it is iterative proportional fitting with counts from
// samples). Items and pairs depend on each other, a pair of a set on the whole
// set, and are corrected together, by Newton's method; see response. What is
// kept is the state whose sample came nearest, which may be the one it began
// with. Only pairs that Encode.MinCount customers or more bought are looked at.
//
// Same rows and model, same result. Once ctx is cancelled it stops within a
// moment and returns ctx's error; the model is then as far as it got.
func (s *Sequences) Calibrate(ctx context.Context, r *SequenceRows, report func(core.Progress)) error {
	c := r.census()
	n, rounds := len(r.owners), s.Config.WithDefaults().Rounds
	ties := make([]float64, len(c.pairs))
	least := math.Inf(1)
	var weights [][]float32
	var tied []Tie
	for round := range rounds {
		got, err := s.census(ctx, n, mix(s.Seed+uint64(round)+1), c)
		if err != nil {
			return err
		}
		value, off := s.misfit(c, got)
		if report != nil {
			report(core.Progress{Stage: "calibrate", Done: int64(round + 1), Total: int64(rounds), Unit: "samples", Value: value})
		}
		if off < least {
			least, weights, tied = off, slices.Clone(s.Weights), s.Ties
		}
		if round < rounds-1 { // what comes after the last is not looked at
			s.correct(c, got, ties, 1/math.Sqrt(float64(round+1)))
		}
	}
	if weights != nil {
		s.Weights, s.Ties = weights, tied
	}
	return nil
}

// misfit returns how well a sample's codes agree with those learned from, by
// name, and how far it is off in all: what is drawn for a part of the visits or
// lines counts for that part.
func (s *Sequences) misfit(want, got *census) (value map[string]float64, off float64) {
	value = map[string]float64{}
	for k := range s.plan.slots {
		if s.plan.modelled(k) {
			d := variation(want.slots[k], got.slots[k])
			value[s.slotName(k)] = 1 - d
			all := want.visits
			if k >= s.plan.visits {
				all = want.lines
			}
			off += d * total(want.slots[k]) / max(all, 1)
		}
	}
	if len(want.pairs) > 0 {
		d := variation(want.count, got.count)
		value["pairs"] = 1 - d
		off += d
	}
	return value, off
}

// correct moves biases and ties towards what got misses, so great a part of the
// first step.
func (s *Sequences) correct(c, got *census, ties []float64, part float64) {
	s.Weights = slices.Clone(s.Weights) // others may have the old ones
	at := firstHead
	for k := range s.plan.slots {
		if !s.plan.modelled(k) {
			continue
		}
		miss, step := []float64(nil), part*calibrateStep
		if k == s.plan.item {
			miss, step = c.missingItems(got, k, len(s.Items)), part*itemStep
		} else {
			miss = missing(c.slots[k], got.slots[k])
		}
		v := slices.Clone(s.Weights[at+5])
		for i := range v {
			v[i] += float32(step * miss[i])
		}
		s.Weights[at+5] = v
		at += headWeights
		if k != s.plan.item {
			continue
		}
		at += choiceWeights
		s.Ties = nil
		for i, pair := range c.pairs {
			ties[i] = max(-tieMost, min(tieMost, ties[i]+step*miss[len(s.Items)+i]))
			s.Ties = append(s.Ties, Tie{pair[0], pair[1], float32(ties[i])})
		}
	}
}

// missingItems returns what the logits of items and, after them, of pairs are
// short of, slot k being that of items.
func (c *census) missingItems(got *census, k, items int) []float64 {
	want, have := c.slots[k], got.slots[k]
	scale := total(have) / max(total(want), 1)
	short, ridge := make([]float64, items+len(c.pairs)), make([]float64, items+len(c.pairs))
	for i := range want {
		short[i], ridge[i] = scale*want[i]-have[i], priorItems
	}
	for i := range c.pairs {
		short[items+i], ridge[items+i] = scale*c.count[i]-got.count[i], priorPairs
	}
	return got.held.solve(short, ridge)
}

// missing returns the logarithms of what got is short of want, each less the
// more chance there is in it.
func missing(want, got []float64) []float64 {
	scale := total(want) / max(total(got), 1)
	out := make([]float64, len(want))
	for i := range out {
		out[i] = math.Log((want[i] + priorCodes) / (got[i]*scale + priorCodes))
	}
	return out
}

// variation is the total variation between two counts.
func variation(want, got []float64) (d float64) {
	a, b := max(total(want), 1), max(total(got), 1)
	for i := range want {
		d += math.Abs(want[i]/a-got[i]/b) / 2
	}
	return d
}

func total(x []float64) (sum float64) {
	for _, v := range x {
		sum += v
	}
	return sum
}

// slotName names a slot for people.
func (s *Sequences) slotName(k int) string {
	w := &s.plan.slots[k]
	switch {
	case w.gauge >= 0:
		return gaugeNames[w.gauge]
	case k == s.plan.item:
		return "items"
	case k < s.plan.visits:
		return s.Visits.BlockNames()[w.block]
	}
	known, b := s.Lines.IsKnown(s.itemNames()), 0
	for i, name := range s.Lines.BlockNames() {
		if known[i] {
			continue
		}
		if b == w.block {
			return name
		}
		b++
	}
	return "lines"
}

// census is how often codes, items and pairs of items are drawn.
type census struct {
	slots [][]float64
	pairs [][2]int32
	count []float64       // of pairs
	place map[int64]int32 // of a pair
	rank  []int32         // of an item among those paired, -1: not
	held  response        // items and, after them, pairs in baskets; of samples

	visits, lines float64
}

func pairKey(a, b int32) int64 {
	if a > b {
		a, b = b, a
	}
	return int64(a)<<32 | int64(b)
}

// newCensus returns one without counts.
func newCensus(p *plan) *census {
	c := &census{slots: make([][]float64, len(p.slots))}
	for k := range p.slots {
		c.slots[k] = make([]float64, p.slots[k].width)
	}
	return c
}

// take counts the codes of a visit or a line, which begin with slot k.
func (c *census) take(codes []uint16, k int) {
	for i, code := range codes {
		if int(code) < len(c.slots[k+i]) {
			c.slots[k+i][code]++
		}
	}
}

// census counts the rows that were learned from.
func (r *SequenceRows) census() *census {
	s, p, plan := r.s, r.parts, r.s.plan
	c := newCensus(plan)
	slots := len(plan.slots) - plan.visits
	c.visits, c.lines = float64(len(p.time)), float64(len(p.rows))
	for v := range p.time {
		c.take(r.codes[v*plan.visits:(v+1)*plan.visits], 0)
	}
	for l := range p.rows {
		c.take(r.lines[l*slots:(l+1)*slots], plan.visits)
	}
	if plan.item < 0 {
		return c
	}
	items, item := c.slots[plan.item], r.item
	for _, i := range item {
		if i >= 0 {
			items[i]++
		}
	}
	c.place, c.rank = map[int64]int32{}, make([]int32, len(items))
	order := make([]int32, len(items))
	for i := range order {
		order[i], c.rank[i] = int32(i), -1
	}
	slices.SortFunc(order, func(a, b int32) int { return cmp.Or(cmp.Compare(items[b], items[a]), cmp.Compare(a, b)) })
	n := min(len(order), calibrateItems)
	for r, i := range order[:n] {
		c.rank[i] = int32(r)
	}
	baskets, owners, last := make([]int32, n*n), make([]int32, n*n), make([]int32, n*n)
	for v := range p.time {
		whose := p.whose[p.visit[v]] + 1
		c.each(item[p.visit[v]:p.visit[v+1]], func(a, b int32) {
			at := int(a)*n + int(b)
			if baskets[at]++; last[at] != whose {
				owners[at]++
				last[at] = whose
			}
		})
	}
	least := int32(s.Config.Encode.MinCount)
	for a := range n {
		for b := range n {
			if at := a*n + b; baskets[at] >= pairLeast && owners[at] >= least {
				c.pairs = append(c.pairs, [2]int32{order[a], order[b]})
				c.count = append(c.count, float64(baskets[at]))
			}
		}
	}
	by := make([]int, len(c.pairs))
	for i := range by {
		by[i] = i
	}
	slices.SortStableFunc(by, func(a, b int) int { return cmp.Compare(c.count[b], c.count[a]) })
	by = by[:min(len(by), calibratePairs)]
	pairs, count := make([][2]int32, len(by)), make([]float64, len(by))
	for k, i := range by {
		pairs[k], count[k] = c.pairs[i], c.count[i]
		c.place[pairKey(pairs[k][0], pairs[k][1])] = int32(k)
	}
	c.pairs, c.count = pairs, count
	return c
}

// each calls f for every pair of ranks in a basket, the lower one first.
func (c *census) each(basket []int32, f func(a, b int32)) {
	var ranks []int32
	for _, i := range basket {
		if i >= 0 && c.rank[i] >= 0 {
			ranks = append(ranks, c.rank[i])
		}
	}
	slices.Sort(ranks)
	ranks = slices.Compact(ranks)
	for k, a := range ranks {
		for _, b := range ranks[k+1:] {
			f(a, b)
		}
	}
}

// census counts what c counts in a sample of n customers.
func (s *Sequences) census(ctx context.Context, n int, seed uint64, c *census) (*census, error) {
	owners, err := s.Owners.Sample((n+ownersBlock-1)/ownersBlock*ownersBlock, seed)
	if err != nil {
		return nil, err
	}
	all, err := s.begins(owners)
	if err != nil {
		return nil, err
	}
	back := make([]int32, len(c.rank)) // item of a rank
	for i, r := range c.rank {
		if r >= 0 {
			back[r] = int32(i)
		}
	}
	p := s.plan
	slots := len(p.slots) - p.visits
	out := newCensus(p)
	out.count, out.held = make([]float64, len(c.count)), newResponse(p.items+len(c.pairs))
	var held []int32
	left := n
	err = s.blocks(ctx, all, 0, n, seed, func(_ int, drawn []drawnOwner) error {
		for o := range drawn[:min(left, len(drawn))] {
			d, at := &drawn[o], 0
			for v, size := range d.size {
				out.take(d.codes[v*p.visits:(v+1)*p.visits], 0)
				for l := at; l < at+size; l++ {
					out.take(d.lines[l*slots:(l+1)*slots], p.visits)
				}
				if p.item >= 0 {
					held = append(held[:0], d.item[at:at+size]...)
					for _, i := range held {
						out.slots[p.item][i]++
					}
					c.each(d.item[at:at+size], func(a, b int32) {
						if k, ok := c.place[pairKey(back[a], back[b])]; ok {
							out.count[k]++
							held = append(held, int32(p.items)+k)
						}
					})
					out.held.basket(size, held)
				}
				at += size
			}
		}
		left -= len(drawn)
		return nil
	})
	return out, err
}
