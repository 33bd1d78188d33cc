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

const productRecipe = `{
  "name": "catalogue", "from": "products",
  "steps": [
    {"do": "drop_duplicates"},
    {"do": "repair", "columns": ["price"], "to": "number"},
    {"do": "drop_missing", "columns": ["product_id", "category", "brand", "price"]},
    {"do": "filter", "where": "price > 0 and price < 500"},
    {"do": "drop_duplicates", "columns": ["product_id"]},
    {"do": "select", "columns": ["product_id", "category", "brand", "pack_size", "price"]}
  ]
}`

// referenceGraph: 45,000 clean products of the made shop and 5,000 synthetic
// ones, drawn by a model of those; a network over the graph of what is looked
// at in one visit, 100 epochs, with and without the synthetic ones, asked
// about the same last weeks. Synthetic products stand for real ones of their
// category in as many visits as are a ninth of the real ones.
func (b *bench) referenceGraph() error {
	ctx := context.Background()
	products, made, epochs := 45_000, 5_000, 100
	if b.quick {
		products, made, epochs = 4_500, 500, 4
	}
	clicks, err := b.clicks(ctx, 90_000)
	if err != nil {
		return err
	}
	real, err := tableOf(ctx, "products", filepath.Join(b.dir, "reference shop", "products.csv"), productRecipe)
	if err != nil {
		return err
	}
	real = real.Take(upTo(min(products, real.Rows())))
	synthetic, err := b.madeProducts(real, made)
	if err != nil {
		return err
	}
	n, all := real.Rows(), real.Rows()+synthetic.Rows()
	before, after := inTime(clicks, .85)
	item := map[string]int32{}
	for i := range n {
		item[real.Column("product_id").Cell(i)] = int32(i)
	}
	who := map[string]int32{}
	seen, later := visits(before, item, who), visits(after, item, who)
	split := recommend.Given(logOf(seen, len(who), n), itemsOf(later, len(who)), false)
	baskets := baskets(seen)
	stand := standIns(baskets, real, synthetic, rand.New(rand.NewPCG(1, 2)))
	what := fmt.Sprintf("reference, %d products, GNN, %d epochs: ", n, epochs)
	var alone *recommend.Result
	for _, extra := range [][][]int32{nil, stand} {
		name, items := "real alone", n
		content := contentOf(all, real, synthetic)
		if extra == nil {
			content = contentOf(n, real)
		} else {
			name, items = fmt.Sprintf("and %d synthetic", all-n), all
		}
		begun := cpuSeconds()
		m, err := train.SAGE(ctx, content, baskets, extra, recommend.SAGEConfig{Epochs: epochs}, rand.New(rand.NewPCG(1, 1)), train.Options{}, nil)
		if err != nil {
			return err
		}
		took := cpuSeconds() - begun
		r, err := recommend.Examine(ctx, &firstItems{m, n, items}, split, nil)
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
		b.add(what+name, fmt.Sprintf("%s; %s; %.0f CPU s%s", linkWords(m, baskets, later), rankingWords(r), took, gain), "told", true)
	}
	return nil
}

func upTo(n int) []int {
	rows := make([]int, n)
	for i := range rows {
		rows[i] = i
	}
	return rows
}

// madeProducts draws n products from a model of t.
func (b *bench) madeProducts(t *table.Table, n int) (*table.Table, error) {
	in, out := filepath.Join(b.dir, "catalogue.parquet"), filepath.Join(b.dir, "made catalogue.parquet")
	named := &table.Table{Name: "catalogue"}
	for _, name := range []string{"category", "brand", "pack_size", "price"} {
		named.Columns = append(named.Columns, t.Column(name))
	}
	if err := writeTable(in, named, export.Options{Format: export.Parquet}); err != nil {
		return nil, err
	}
	r, err := b.command(nil, "synth", in, "--engine", "tree", "--effort", "quick", "--rows", strconv.Itoa(n), "--out", out, "--quiet")
	if err != nil || r.code != 0 {
		return nil, fmt.Errorf("shoptwin synth: %v %s", err, r.err)
	}
	return tableOf(context.Background(), "made", out, `{"name": "drawn", "from": "made", "steps": [{"do": "repair", "columns": ["price"], "to": "number"}]}`)
}

// visit is what a customer looked at in one session, each item once.
type visit struct {
	customer int32
	items    []int32
}

// visits are in the order of their first events; products that are not among
// items are left out. Customers are numbered in who.
func visits(t *table.Table, items map[string]int32, who map[string]int32) (all []visit) {
	session, customer, product := t.Column("session_id"), t.Column("customer_id"), t.Column("product_id")
	at := map[string]int{}
	for i := range t.Rows() {
		item, ok := items[product.Cell(i)]
		if !ok {
			continue
		}
		c, known := who[customer.Cell(i)]
		if !known {
			c = int32(len(who))
			who[customer.Cell(i)] = c
		}
		v, known := at[session.Cell(i)]
		if !known {
			v = len(all)
			at[session.Cell(i)], all = v, append(all, visit{customer: c})
		}
		if !slices.Contains(all[v].items, item) {
			all[v].items = append(all[v].items, item)
		}
	}
	return all
}

func baskets(all []visit) (out [][]int32) {
	for _, v := range all {
		out = append(out, v.items)
	}
	return out
}

func logOf(all []visit, customers, items int) *recommend.Log {
	var c, n, item []int32
	for i, v := range all {
		for _, x := range v.items {
			c, n, item = append(c, v.customer), append(n, int32(i)), append(item, x)
		}
	}
	return recommend.FromBaskets(c, n, item, customers, items)
}

// itemsOf returns what each customer looked at.
func itemsOf(all []visit, customers int) [][]int32 {
	out := make([][]int32, customers)
	for _, v := range all {
		out[v.customer] = append(out[v.customer], v.items...)
	}
	return out
}

// standIns are a ninth of the visits with a synthetic product of its category
// in each item's place.
func standIns(from [][]int32, real, synthetic *table.Table, rng *rand.Rand) (out [][]int32) {
	of := map[string][]int32{}
	for i := range synthetic.Rows() {
		c := synthetic.Column("category").Cell(i)
		of[c] = append(of[c], int32(real.Rows()+i))
	}
	for range len(from) / 9 {
		var b []int32
		for _, item := range from[rng.IntN(len(from))] {
			if some := of[real.Column("category").Cell(int(item))]; len(some) > 0 {
				b = append(b, some[rng.IntN(len(some))])
			}
		}
		out = append(out, b)
	}
	return out
}

// contentOf is what is known of the products of several tables, n in all.
func contentOf(n int, tables ...*table.Table) *recommend.Content {
	content, at := recommend.NewContent(n, 4096), 0
	for _, t := range tables {
		for i := range t.Rows() {
			for _, field := range []string{"category", "brand", "pack_size"} {
				content.Word(at, field, t.Column(field).Cell(i))
			}
			content.Price(at, t.Column("price").Num[i])
			at++
		}
	}
	return content
}

// firstItems asks a network about the first n of its items.
type firstItems struct {
	of       recommend.Scorer
	n, items int
}

func (f *firstItems) Score(h []recommend.History, out []float32) {
	all := make([]float32, len(h)*f.items)
	f.of.Score(h, all)
	for i := range h {
		copy(out[i*f.n:(i+1)*f.n], all[i*f.items:])
	}
}

// linkWords tells pairs of later visits, that no visit before has held, from
// pairs with another item of later visits, which is as popular.
func linkWords(m *recommend.SAGE, before [][]int32, later []visit) string {
	together := map[[2]int32]bool{}
	for _, b := range before {
		for _, x := range b {
			for _, y := range b {
				together[[2]int32{x, y}] = true
			}
		}
	}
	var pairs [][2]int32
	now := map[[2]int32]bool{}
	for _, v := range later {
		for i, x := range v.items {
			for _, y := range v.items[:i] {
				now[[2]int32{x, y}], now[[2]int32{y, x}] = true, true
				if !together[[2]int32{x, y}] {
					pairs = append(pairs, [2]int32{x, y})
				}
			}
		}
	}
	d, rng := m.Config.Dim, rand.New(rand.NewPCG(3, 4))
	inner := func(x, y int32) (s float64) {
		for j := range d {
			s += float64(m.Vectors[int(x)*d+j]) * float64(m.Vectors[int(y)*d+j])
		}
		return s
	}
	var score, came []float64
	for _, p := range pairs {
		other := pairs[rng.IntN(len(pairs))][1]
		if other == p[0] || now[[2]int32{p[0], other}] || together[[2]int32{p[0], other}] {
			continue
		}
		score, came = append(score, inner(p[0], p[1]), inner(p[0], other)), append(came, 1, 0)
	}
	if len(score) == 0 {
		return "no new pairs"
	}
	c := recommend.Classify(score, came, median(score))
	return fmt.Sprintf("%d new pairs against as popular ones: AUC %.3f, accuracy %.3f, recall %.3f, F1 %.3f", len(score)/2, c.AUC, c.Accuracy, c.Recall, c.F1)
}
