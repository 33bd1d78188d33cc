package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strconv"

	"shoptwin/core/export"
	"shoptwin/core/recommend"
	"shoptwin/core/table"
	"shoptwin/core/train"
)

// clickRecipe cleans the made shop's behaviour log.
const clickRecipe = `{
  "name": "clicks", "from": "behaviour",
  "steps": [
    {"do": "drop_duplicates"},
    {"do": "repair", "columns": ["time"], "to": "date", "day_first": true},
    {"do": "repair", "columns": ["price", "seconds", "on_promotion"], "to": "number"},
    {"do": "drop_missing", "columns": ["time", "customer_id", "session_id", "action", "product_id", "price"]},
    {"do": "filter", "where": "price > 0 and price < 500"},
    {"do": "select", "columns": ["customer_id", "session_id", "time", "action", "product_id", "price", "on_promotion", "channel"]}
  ]
}`

var clickColumns = recommend.Columns{Customer: "customer_id", Item: "product_id", Time: "time", Basket: "session_id", Action: "action", Price: "price", Category: "-"}

// reference: 90,000 clean behaviour records of the made shop, and synthetic
// ones a ninth as many, drawn by a model of those that are learned from; an
// LSTM of 128 and 64 states, 100 epochs, with and without them, examined on
// the same last weeks, which neither has seen.
func (b *bench) reference() error {
	ctx := context.Background()
	records, epochs, lambdas := 90_000, 100, []float64{.3, .1, 1}
	if b.quick {
		records, epochs, lambdas = 20_000, 5, []float64{.3}
	}
	clicks, err := b.clicks(ctx, 90_000)
	if err != nil {
		return err
	}
	before, after := inTime(clicks.Take(byTime(clicks)[:min(records, clicks.Rows())]), .85)
	made, err := b.madeClicks(before)
	if err != nil {
		return err
	}
	// One log of all rows numbers items and actions alike.
	logs, err := together(clickColumns, before, after, made)
	if err != nil {
		return err
	}
	real, later, synthetic := logs[0], logs[1], logs[2]
	next := make([][]int32, len(real.Customers))
	for c := range next {
		next[c] = later.History(c).Items
	}
	split := recommend.Given(real, next, false)
	cfg := recommend.BehaviourConfig{Widths: []int{128, 64}, Dim: 64, Length: 50, Epochs: epochs, Batch: 2048}
	what := fmt.Sprintf("reference, %d records and %d synthetic, LSTM 128-64, %d epochs: ", real.Events()+later.Events(), synthetic.Events(), epochs)
	var alone *recommend.Result
	for _, lambda := range append([]float64{0}, lambdas...) {
		cfg.Lambda = lambda
		extra, name := synthetic, fmt.Sprintf("real + %g synthetic", lambda)
		if lambda == 0 {
			extra, name = nil, "real alone"
		}
		begun := cpuSeconds()
		m, err := train.Behaviour(ctx, real, extra, cfg, rand.New(rand.NewPCG(1, 1)), train.Options{}, nil)
		if err != nil {
			return err
		}
		took := cpuSeconds() - begun
		r, err := recommend.Examine(ctx, m, split, nil)
		if err != nil {
			return err
		}
		gain := ""
		if alone == nil {
			alone = r
		} else {
			d := r.Beats(alone)
			gain = fmt.Sprintf("; NDCG@10 against real alone %+.4f (%+.4f to %+.4f)", d.Mean, d.Lo, d.Hi)
		}
		b.add(what+name, fmt.Sprintf("%s, %.0f CPU s%s", rankingWords(r), took, gain), "told", true)
	}
	popular, err := recommend.Popular(recommend.Decay{}).Fit(ctx, real, nil)
	if err != nil {
		return err
	}
	r, err := recommend.Examine(ctx, popular, split, nil)
	if err != nil {
		return err
	}
	b.add(what+"popularity beside it", rankingWords(r), "told", true)
	return nil
}

func rankingWords(r *recommend.Result) string {
	at := recommend.At(10)
	return fmt.Sprintf("recall@10 %.4f, NDCG@10 %.4f, hits@10 %.3f, precision@10 %.4f, MRR %.4f, coverage %.3f, novelty %.2f bits, %d customers",
		r.Ranking.Recall[at], r.Ranking.NDCG[at], r.Ranking.HitRate[at], r.Ranking.Precision[at], r.Ranking.MRR, r.Coverage, r.Novelty, r.Ranking.Customers)
}

// clicks returns the first so many clean records of the made shop's log.
func (b *bench) clicks(ctx context.Context, n int) (*table.Table, error) {
	shop := filepath.Join(b.dir, "reference shop")
	if r, err := b.command(nil, "shop", "--out", shop, "--quiet"); err != nil || r.code != 0 {
		return nil, fmt.Errorf("shoptwin shop: %v %s", err, r.err)
	}
	t, err := tableOf(ctx, "behaviour", filepath.Join(shop, "behaviour.csv"), clickRecipe)
	if err != nil {
		return nil, err
	}
	order := byTime(t)
	return t.Take(order[:min(n, len(order))]), nil
}

func byTime(t *table.Table) []int {
	at := t.Column("time").Num
	order := make([]int, t.Rows())
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(x, y int) int {
		switch {
		case at[x] < at[y]:
			return -1
		case at[x] > at[y]:
			return 1
		}
		return 0
	})
	return order
}

// inTime cuts a table of events after a share of them.
func inTime(t *table.Table, share float64) (before, after *table.Table) {
	order := byTime(t)
	n := int(share * float64(len(order)))
	return t.Take(order[:n]), t.Take(order[n:])
}

// madeClicks learns the customers' events and draws as many customers as make
// about a ninth of the events.
func (b *bench) madeClicks(t *table.Table) (*table.Table, error) {
	in, out := filepath.Join(b.dir, "clicks.parquet"), filepath.Join(b.dir, "made clicks.parquet")
	if err := writeTable(in, t, export.Options{Format: export.Parquet}); err != nil {
		return nil, err
	}
	customers := map[string]bool{}
	c := t.Column("customer_id")
	for i := range t.Rows() {
		customers[c.Cell(i)] = true
	}
	args := []string{"synth", in, "--owner", "customer_id", "--time", "time", "--basket", "session_id", "--item", "product_id",
		"--customers", strconv.Itoa(len(customers) / 9), "--out", out, "--quiet"}
	if b.quick {
		args = append(args, "--effort", "quick")
	}
	if r, err := b.command(nil, args...); err != nil || r.code != 0 {
		return nil, fmt.Errorf("shoptwin synth: %v %s", err, r.err)
	}
	return tableOf(context.Background(), "made", out, `{"name": "drawn", "from": "made", "steps": [{"do": "repair", "columns": ["time"], "to": "date"}]}`)
}

// together returns a log of each table with customers, items and actions
// numbered alike. Synthetic customers, whose names may be anything, are apart
// by a letter in front.
func together(cols recommend.Columns, tables ...*table.Table) ([]*recommend.Log, error) {
	all := &table.Table{Name: "all"}
	names := map[string][]string{}
	numbers := map[string][]float64{}
	for p, t := range tables {
		for i := range t.Rows() {
			who := t.Column(cols.Customer).Cell(i)
			if p == 2 {
				who = "made " + who
			}
			names[cols.Customer] = append(names[cols.Customer], who)
			names[cols.Basket] = append(names[cols.Basket], t.Column(cols.Basket).Cell(i)+" of "+who)
			names[cols.Item] = append(names[cols.Item], t.Column(cols.Item).Cell(i))
			names[cols.Action] = append(names[cols.Action], t.Column(cols.Action).Cell(i))
			numbers[cols.Time] = append(numbers[cols.Time], t.Column(cols.Time).Num[i])
			numbers[cols.Price] = append(numbers[cols.Price], t.Column(cols.Price).Num[i])
		}
	}
	for _, name := range []string{cols.Customer, cols.Basket, cols.Item, cols.Action} {
		all.Columns = append(all.Columns, table.NewText(name, names[name], nil))
	}
	for _, name := range []string{cols.Time, cols.Price} {
		all.Columns = append(all.Columns, table.NewNumber(name, numbers[name]))
	}
	log, err := recommend.NewLog(all, cols)
	if err != nil {
		return nil, err
	}
	cut := numbers[cols.Time][tables[0].Rows()] // of the first row after
	made := func(c int) bool { return len(log.Customers[c]) > 5 && log.Customers[c][:5] == "made " }
	return []*recommend.Log{
		log.Keep(func(c, e int) bool { return !made(c) && log.Time[e] < cut }),
		log.Keep(func(c, e int) bool { return !made(c) && log.Time[e] >= cut }),
		log.Keep(func(c, _ int) bool { return made(c) }),
	}, nil
}
