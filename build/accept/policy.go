package main

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"shoptwin/core/export"
	"shoptwin/core/shop"
	"shoptwin/core/table"
	"shoptwin/core/train"
)

// calendarRecipe cleans the made shop's promotions.
const calendarRecipe = `{
  "name": "calendar", "from": "promotions",
  "steps": [
    {"do": "drop_duplicates"},
    {"do": "repair", "columns": ["start_date", "end_date"], "to": "date", "day_first": true},
    {"do": "repair", "columns": ["depth", "feature", "display"], "to": "number"},
    {"do": "drop_missing", "columns": ["product_id", "start_date", "end_date", "depth", "funding"]},
    {"do": "filter", "where": "depth >= 0 and depth < 0.9 and end_date >= start_date"}
  ]
}`

// What a week of support costs, which the made shop does not say.
const featureCost, displayCost = 6., 4.

// action is one way to offer: 0 is not at all.
type action struct {
	depth            float64
	feature, display bool
}

// deal is one promotion of the log: its product's week as the policy sees it,
// what was done and what it brought, and what the truth says any action brings.
type deal struct {
	product string
	week    int
	funded  float64 // of the discount, by the supplier
	state   []float32
	done    int
	weeks   float64
	scale   float64 // money: usual sales of those weeks
	reward  float64 // of scale
	truth   []outcome
}

// outcome is what an action is expected to bring by the shop's truth when
// nothing else is on promotion: money, units bought on promotion, money of
// sales.
type outcome struct{ benefit, offered, sales float64 }

// lived is what the shop's households did under a plan.
type lived struct {
	benefit   float64 // profit beside the same weeks without promotions
	sales     float64
	units     float64 // share of the units that were bought on promotion
	baskets   float64 // share of the receipts with a line on promotion
	customers float64 // share of the weeks in which a customer bought that saw one on promotion
}

// policyReference: a policy network learns from the made shop's promotions and
// what the receipts say they brought, 100 epochs, with and without synthetic
// records a ninth as many. Then the shop's households live through the two
// years again under what the policy would have done in the same places, beside
// history, one action for all, and the best that the truth allows of each
// promotion by itself; three shops.
func (b *bench) policyReference() error {
	cfg, seeds, epochs := shop.Config{}, uint64(3), 100
	if b.quick {
		cfg, seeds, epochs = smallShop, 1, 30
	}
	var names []string
	got := map[string][]lived{}
	part := map[string][]float64{} // of the best possible benefit, by the truth of single promotions
	var records, learned, synthetic, lost []float64
	begun := cpuSeconds()
	for seed := range seeds {
		r, err := b.policyShop(cfg, seed+1, epochs)
		if err != nil {
			return err
		}
		records, learned, synthetic, lost = append(records, float64(r.records)), append(learned, float64(len(r.deals))), append(synthetic, float64(r.made)), append(lost, r.lost)
		names = r.names
		none, err := r.live(nil, seed)
		if err != nil {
			return err
		}
		best := summed(r.deals, r.pick["best possible"]).benefit
		for _, name := range r.names {
			l, err := r.live(r.pick[name], seed)
			if err != nil {
				return err
			}
			l.benefit -= none.benefit
			got[name] = append(got[name], *l)
			part[name] = append(part[name], summed(r.deals, r.pick[name]).benefit/best)
		}
	}
	what := fmt.Sprintf("reference, %.0f clean promotion records, %.0f of products that sell, and %.0f synthetic, %d epochs, median of %d: ", median(records), median(learned), median(synthetic), epochs, seeds)
	of := func(name string, f func(lived) float64) (x []float64) {
		for _, l := range got[name] {
			x = append(x, f(l))
		}
		return x
	}
	benefit := func(l lived) float64 { return l.benefit }
	for _, name := range names {
		var more []float64
		for i, l := range got[name] {
			more = append(more, l.benefit-got["history"][i].benefit)
		}
		beside := func(f func(lived) float64) (x []float64) {
			for i, l := range got[name] {
				x = append(x, f(l)/f(got["history"][i]))
			}
			return x
		}
		figure := fmt.Sprintf("benefit %s, %s beside history's; participation: %s of the receipts, %s of customers' weeks, %s of the units; sales %s of history's; by single promotions %s of the best",
			span(of(name, benefit), "%.0f"), span(more, "%+.0f"),
			span(of(name, func(l lived) float64 { return l.baskets }), "%.3f"), span(of(name, func(l lived) float64 { return l.customers }), "%.3f"),
			span(of(name, func(l lived) float64 { return l.units }), "%.3f"), span(beside(func(l lived) float64 { return l.sales }), "%.3f"), span(part[name], "%.3f"))
		if !strings.HasPrefix(name, "policy") {
			b.add(what+name, figure, "told", true)
			continue
		}
		if b.quick {
			b.add(what+name, figure, "told; more benefit than history in the full form", true)
			continue
		}
		b.add(what+name, figure, "more benefit than history and one action", median(of(name, benefit)) > max(median(of("history", benefit)), median(of("one action", benefit))))
	}
	b.add(what+"of an extra unit others and later weeks lose, by the log", fmt.Sprintf("%s; %.0f CPU s in all", span(lost, "%.2f"), cpuSeconds()-begun), "told", true)
	return nil
}

// span tells the median and between what the seeds lie.
func span(x []float64, form string) string {
	if len(x) == 1 {
		return fmt.Sprintf(form, x[0])
	}
	return fmt.Sprintf(form+" ("+form+" to "+form+")", median(x), slices.Min(x), slices.Max(x))
}

// policyCase is one shop, its log of decisions, and what would be done in
// their places.
type policyCase struct {
	shop    *shop.Shop
	records int
	made    int
	deals   []deal
	actions []action
	lost    float64
	names   []string
	pick    map[string]func(*deal) int
	cost    map[string][2]float64 // of a product: price and cost
}

func (b *bench) policyShop(cfg shop.Config, seed uint64, epochs int) (*policyCase, error) {
	ctx := context.Background()
	s, err := shop.Generate(ctx, cfg, rand.New(rand.NewPCG(seed, 0)), nil)
	if err != nil {
		return nil, err
	}
	dirty := filepath.Join(b.dir, "policy promotions.csv")
	var text bytes.Buffer
	if err := s.WriteFile("promotions.csv", &text); err != nil {
		return nil, err
	}
	if err := os.WriteFile(dirty, text.Bytes(), 0o600); err != nil {
		return nil, err
	}
	clean, err := tableOf(ctx, "promotions", dirty, calendarRecipe)
	if err != nil {
		return nil, err
	}
	r := &policyCase{shop: s, records: clean.Rows(), pick: map[string]func(*deal) int{}, cost: map[string][2]float64{}}
	r.deals, r.actions, r.lost = newDeals(s, clean)
	id, price, cost := s.Products.Column("product_id"), s.Products.Column("price"), s.Products.Column("cost")
	for i := range s.Products.Rows() {
		r.cost[id.Cell(i)] = [2]float64{price.Num[i], cost.Num[i]}
	}
	real := decisionsOf(r.deals, len(r.actions))
	made, err := b.madeDecisions(real, clean.Rows()/9)
	if err != nil {
		return nil, err
	}
	r.made = len(made.Action)
	add := func(name string, pick func(*deal) int) { r.names, r.pick[name] = append(r.names, name), pick }
	add("history", func(d *deal) int { return d.done })
	one := r.oneAction()
	add("one action", func(*deal) int { return one })
	add("best possible", func(d *deal) int {
		top := 0
		for a, x := range d.truth {
			if x.benefit > d.truth[top].benefit {
				top = a
			}
		}
		return top
	})
	for _, with := range []struct {
		name  string
		extra *train.Decisions
	}{{"policy, without synthetic records", nil}, {"policy, with synthetic records", made}} {
		net, err := train.Policy(ctx, real, with.extra, train.PolicyConfig{Epochs: epochs}, rand.New(rand.NewPCG(seed, 40)), train.Options{}, nil)
		if err != nil {
			return nil, err
		}
		add(with.name, func(d *deal) int {
			pick, top := 0, 0. // no promotion brings nothing
			for a, v := range net.Values(d.state) {
				if a > 0 && v > top {
					pick, top = a, v
				}
			}
			return pick
		})
	}
	return r, nil
}

// oneAction is the action that brought most in the log, on average.
func (r *policyCase) oneAction() int {
	sums, count := make([]float64, len(r.actions)), make([]float64, len(r.actions))
	for _, d := range r.deals {
		sums[d.done] += d.reward * d.scale
		count[d.done]++
	}
	one, top := 0, 0.
	for a := range sums {
		if mean := sums[a] / math.Max(count[a], 100); mean > top {
			one, top = a, mean
		}
	}
	return one
}

// live lets the households live through the history under what pick does in
// the places of the log's promotions, or without any; benefit is the whole
// profit.
func (r *policyCase) live(pick func(*deal) int, seed uint64) (*lived, error) {
	var plan []shop.Deal
	out, funded := &lived{}, []float64{}
	for i := range r.deals {
		d := &r.deals[i]
		if pick == nil {
			break
		}
		a := pick(d)
		if a == 0 {
			continue
		}
		x := r.actions[a]
		out.benefit -= d.weeks * support(x)
		for w := range int(d.weeks) {
			plan = append(plan, shop.Deal{Product: d.product, Week: d.week + w, Depth: x.depth, Feature: x.feature, Display: x.display})
			funded = append(funded, d.funded)
		}
	}
	t, err := r.shop.Relive(context.Background(), plan, rand.New(rand.NewPCG(seed, 41)))
	if err != nil {
		return nil, err
	}
	first := float64(r.shop.Config.Start.Unix())
	at, who, receipt, what, promo := t.Column("date").Num, t.Column("customer_id").Codes, t.Column("receipt_id").Codes, t.Column("product_id"), t.Column("promotion_id").Codes
	off, quantity, amount := t.Column("discount").Num, t.Column("quantity").Num, t.Column("amount").Num
	type visit struct{ customer, week int32 }
	baskets, visits := map[int32]bool{}, map[visit]bool{}
	units := 0.
	for i, q := range quantity {
		on := promo[i] >= 0
		out.benefit += amount[i] - q*r.cost[what.Cell(i)][1]
		if on {
			out.benefit += funded[promo[i]] * off[i]
			out.units += q
		}
		units += q
		out.sales += amount[i]
		v := visit{who[i], int32((at[i] - first) / weekSeconds)}
		baskets[receipt[i]] = baskets[receipt[i]] || on
		visits[v] = visits[v] || on
	}
	out.units /= units
	out.baskets, out.customers = shareOf(baskets), shareOf(visits)
	return out, nil
}

func shareOf[K comparable](m map[K]bool) float64 {
	n := 0
	for _, is := range m {
		if is {
			n++
		}
	}
	return float64(n) / float64(max(1, len(m)))
}

func summed(deals []deal, do func(*deal) int) (sum outcome) {
	for i := range deals {
		o := deals[i].truth[do(&deals[i])]
		sum.benefit, sum.offered, sum.sales = sum.benefit+o.benefit, sum.offered+o.offered, sum.sales+o.sales
	}
	return sum
}

// decisionsOf is the log as the network learns from it: rewards beside usual
// sales, which weigh.
func decisionsOf(deals []deal, actions int) *train.Decisions {
	d := &train.Decisions{Features: len(deals[0].state), Actions: actions}
	mean := 0.
	for _, x := range deals {
		mean += x.scale / float64(len(deals))
	}
	for _, x := range deals {
		d.State, d.Action = append(d.State, x.state...), append(d.Action, int32(x.done))
		d.Reward = append(d.Reward, float32(math.Max(-3, math.Min(3, x.reward))))
		d.Weight = append(d.Weight, float32(math.Min(5, x.scale/mean)))
	}
	return d
}

// madeDecisions learns the log's rows and draws n.
func (b *bench) madeDecisions(d *train.Decisions, n int) (*train.Decisions, error) {
	rows := len(d.Action)
	t := &table.Table{Name: "decisions"}
	for f := range d.Features {
		x := make([]float64, rows)
		for i := range x {
			x[i] = float64(d.State[i*d.Features+f])
		}
		t.Columns = append(t.Columns, table.NewNumber("state"+strconv.Itoa(f), x))
	}
	done, reward, weight := make([]string, rows), make([]float64, rows), make([]float64, rows)
	for i := range rows {
		done[i], reward[i], weight[i] = "a"+strconv.Itoa(int(d.Action[i])), float64(d.Reward[i]), float64(d.Weight[i])
	}
	t.Columns = append(t.Columns, table.NewText("action", done, nil), table.NewNumber("reward", reward), table.NewNumber("weight", weight))
	in, out := filepath.Join(b.dir, "decisions.parquet"), filepath.Join(b.dir, "made decisions.parquet")
	if err := writeTable(in, t, export.Options{Format: export.Parquet}); err != nil {
		return nil, err
	}
	args := []string{"synth", in, "--rows", strconv.Itoa(n), "--out", out, "--effort", "quick", "--quiet"}
	if r, err := b.command(nil, args...); err != nil || r.code != 0 {
		return nil, fmt.Errorf("shoptwin synth: %v %s", err, r.err)
	}
	made, err := tableOf(context.Background(), "made", out, `{"name": "drawn", "from": "made", "steps": []}`)
	if err != nil {
		return nil, err
	}
	m := &train.Decisions{Features: d.Features, Actions: d.Actions}
	for i := range made.Rows() {
		a, err := strconv.Atoi(made.Column("action").Cell(i)[1:])
		if err != nil {
			return nil, err
		}
		for f := range d.Features {
			m.State = append(m.State, float32(made.Column("state" + strconv.Itoa(f)).Num[i]))
		}
		m.Action = append(m.Action, int32(a))
		m.Reward, m.Weight = append(m.Reward, float32(made.Column("reward").Num[i])), append(m.Weight, float32(math.Max(0, made.Column("weight").Num[i])))
	}
	return m, nil
}
