package main

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"

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
	state  []float32
	done   int
	weeks  float64
	scale  float64 // money: usual sales of those weeks
	reward float64 // of scale
	truth  []outcome
}

// outcome is what an action is expected to bring by the shop's truth: money,
// units bought on promotion, money of sales.
type outcome struct{ benefit, offered, sales float64 }

// policyReference: a policy network learns from the made shop's promotions and
// what the receipts say they brought, 100 epochs, with and without synthetic
// records a ninth as many; it is judged by the shop's truth on the same
// products and weeks, beside what history did there, one action for all, and
// the best that the truth allows.
func (b *bench) policyReference() error {
	ctx := context.Background()
	cfg, seeds, epochs := shop.Config{}, uint64(3), 100
	if b.quick {
		cfg, seeds, epochs = smallShop, 1, 30
	}
	s, err := shop.Generate(ctx, cfg, rand.New(rand.NewPCG(1, 0)), nil)
	if err != nil {
		return err
	}
	dirty := filepath.Join(b.dir, "policy promotions.csv")
	var text bytes.Buffer
	if err := s.WriteFile("promotions.csv", &text); err != nil {
		return err
	}
	if err := os.WriteFile(dirty, text.Bytes(), 0o600); err != nil {
		return err
	}
	clean, err := tableOf(ctx, "promotions", dirty, calendarRecipe)
	if err != nil {
		return err
	}
	deals, actions, lost := newDeals(s, clean)
	real := decisionsOf(deals, len(actions))
	made, err := b.madeDecisions(real, clean.Rows()/9)
	if err != nil {
		return err
	}
	what := fmt.Sprintf("reference, %d clean promotion records, %d of products that sell, and %d synthetic, %d epochs: ", clean.Rows(), len(deals), len(made.Action), epochs)
	history := summed(deals, func(d *deal) int { return d.done })
	best := summed(deals, func(d *deal) int {
		top := 0
		for a, x := range d.truth {
			if x.benefit > d.truth[top].benefit {
				top = a
			}
		}
		return top
	})
	sums := make([]float64, len(actions))
	count := make([]float64, len(actions))
	for i := range deals {
		sums[deals[i].done] += deals[i].reward * deals[i].scale
		count[deals[i].done]++
	}
	one, top := 0, 0.
	for a := range sums {
		if mean := sums[a] / math.Max(count[a], 100); mean > top {
			one, top = a, mean
		}
	}
	cadence := summed(deals, func(*deal) int { return one })
	words := func(o outcome) string {
		return fmt.Sprintf("benefit %.0f (%.3f of the best possible), units on promotion %.2f and sales %.3f of history's", o.benefit, o.benefit/best.benefit, o.offered/history.offered, o.sales/history.sales)
	}
	b.add(what+"history", words(history), "told", true)
	b.add(what+fmt.Sprintf("one action for all, the log's best (%.0f %% off, feature %v, display %v)", 100*actions[one].depth, actions[one].feature, actions[one].display), words(cadence), "told", true)
	b.add(what+"the best possible, by the truth", words(best), "told", true)
	b.add(what+"of an extra unit others and later weeks lose, by the log", fmt.Sprintf("%.2f", lost), "told", true)
	for _, with := range []struct {
		name  string
		extra *train.Decisions
	}{{"policy, without synthetic records", nil}, {"policy, with synthetic records", made}} {
		var benefit, offered, sales []float64
		begun := cpuSeconds()
		for seed := range seeds {
			net, err := train.Policy(ctx, real, with.extra, train.PolicyConfig{Epochs: epochs}, rand.New(rand.NewPCG(seed, 40)), train.Options{}, nil)
			if err != nil {
				return err
			}
			values := net.Values(real.State)
			n := -1
			o := summed(deals, func(*deal) int {
				n++
				pick, top := 0, 0. // no promotion brings nothing
				for a := 1; a < len(actions); a++ {
					if v := values[n*len(actions)+a]; v > top {
						pick, top = a, v
					}
				}
				return pick
			})
			benefit, offered, sales = append(benefit, o.benefit), append(offered, o.offered), append(sales, o.sales)
		}
		o := outcome{median(benefit), median(offered), median(sales)}
		figure := words(o) + fmt.Sprintf(", %.0f CPU s each", (cpuSeconds()-begun)/float64(seeds))
		if b.quick {
			b.add(what+with.name, figure, "told; more benefit than history in the full form", true)
			continue
		}
		b.add(what+with.name, figure, "more benefit than history and one action", o.benefit > history.benefit && o.benefit > cadence.benefit)
	}
	return nil
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
