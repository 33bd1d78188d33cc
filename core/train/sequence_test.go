package train

import (
	"bytes"
	"context"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"

	"shoptwin/core"
	"shoptwin/core/synth"
	"shoptwin/core/table"
)

// eventTable is the events of n customers: each keeps its country; a basket is
// bread or wine and what goes with it, one to five lines at one time.
func eventTable(n int) *table.Table {
	rng := rand.New(rand.NewPCG(5, 8))
	var who, country, item []string
	var when, basket, quantity, price, amount []float64
	cost := map[string]float64{}
	kinds := [][]string{{"bread", "butter", "jam", "milk", "honey"}, {"wine", "cheese", "grapes", "olives", "ham"}}
	for k, items := range kinds {
		for i, name := range items {
			cost[name] = float64(2*k+i) + 1.25
		}
	}
	id := 1000.
	for o := range n {
		at := float64(19800*86400 + rng.IntN(100)*86400 + 3600*(9+rng.IntN(8)))
		home, like := []string{"France", "Spain"}[rng.IntN(2)], rng.IntN(2)
		for range 1 + rng.IntN(4) {
			id++
			items := kinds[like]
			if rng.IntN(5) == 0 {
				items = kinds[1-like]
			}
			for _, i := range rng.Perm(len(items))[:1+rng.IntN(5)] {
				q := float64(1 + rng.IntN(12))
				who, country, item = append(who, "C"+string(rune('a'+o%26))+string(rune('a'+o/26%26))+string(rune('a'+o/676))), append(country, home), append(item, items[i])
				when, basket, quantity = append(when, at), append(basket, id), append(quantity, q)
				price, amount = append(price, cost[items[i]]), append(amount, q*cost[items[i]])
			}
			at += float64(86400*(1+rng.IntN(20)) - 1800*rng.IntN(3))
		}
	}
	key := table.NewNumber("invoice", basket)
	key.Role = table.Key
	return &table.Table{Name: "events", Columns: []*table.Column{
		table.NewText("customer", who, nil), key, table.NewTime("time", "", when), table.NewText("product", item, nil),
		table.NewNumber("quantity", quantity), table.NewNumber("price", price), table.NewNumber("amount", amount), table.NewText("country", country, nil),
	}}
}

// smallSequences learn fast.
var smallSequences = synth.SequenceConfig{Owner: "customer", Time: "time", Basket: "invoice", Item: "product",
	Steps: 100, Batch: 16, Lines: 64, Window: 3, Hidden: 8, Wide: 12, Rounds: -1}

func fitSequences(ctx context.Context, seed uint64, other bool, opt Options, report func(core.Progress)) ([]byte, error) {
	n := 150
	if other {
		n++
	}
	m, err := Sequences(ctx, eventTable(n), smallSequences, rand.New(rand.NewPCG(seed, 4)), opt, report)
	if m == nil {
		return nil, err
	}
	return writtenSequences(m), err
}

func writtenSequences(m *synth.Sequences) []byte {
	var b bytes.Buffer
	if err := m.Write(&b); err != nil {
		panic(err)
	}
	return b.Bytes()
}

func sameTable(a, b *table.Table) bool {
	return slices.EqualFunc(a.Columns, b.Columns, func(a, b *table.Column) bool {
		if a.Name != b.Name || a.Len() != b.Len() {
			return false
		}
		for i := range a.Len() {
			if a.Cell(i) != b.Cell(i) {
				return false
			}
		}
		return true
	})
}

// TestSequences learns, calibrates, is written and read, and draws customers
// that keep every rule, whatever the threads and the range.
func TestSequences(t *testing.T) {
	cfg := smallSequences
	cfg.Steps, cfg.Rounds = 250, 3
	ctx := context.Background()
	var agree []float64
	m, err := Sequences(ctx, eventTable(400), cfg, rand.New(rand.NewPCG(1, 2)), Options{}, func(p core.Progress) {
		if p.Stage == "calibrate" {
			agree = append(agree, p.Value["items"])
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(agree) != 3 || agree[2] < .9 {
		t.Errorf("calibration: items agree by %v", agree)
	}
	file := writtenSequences(m)
	back, err := synth.ReadSequences(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	all, err := back.Sample(ctx, 1100, 7, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	if again, err := m.Sample(ctx, 1100, 7, nil); err != nil || !sameTable(all, again) {
		t.Fatalf("one thread, and the model before it was written, draw others (%v)", err)
	}
	var part *table.Table
	if err := m.Range(ctx, 520, 530, 7, func(t *table.Table) error { part = t; return nil }, nil); err != nil {
		t.Fatal(err)
	}
	who := all.Column("customer")
	first := slices.IndexFunc(who.Codes, func(c int32) bool { return who.Levels[c] == part.Column("customer").Cell(0) })
	if first < 0 || !sameTable(part, all.Slice(first, first+part.Rows())) {
		t.Error("a range of customers is not that of the whole sample")
	}
	check(t, all)
	for i := 0; i < len(file); i += 1 + len(file)/50 {
		spoilt := slices.Clone(file)
		spoilt[i] ^= 4
		if _, err := synth.ReadSequences(bytes.NewReader(spoilt)); err == nil {
			t.Fatalf("byte %d changed and nobody noticed", i)
		}
	}
}

// check looks at what must hold in every row.
func check(t *testing.T, all *table.Table) {
	t.Helper()
	col := func(name string) *table.Column { return all.Column(name) }
	home, moment, owner := map[string]string{}, map[float64]float64{}, map[float64]string{}
	real := map[string]bool{}
	for _, l := range eventTable(400).Column("customer").Levels {
		real[l] = true
	}
	same, pairs := 0, 0
	kind := map[string]int{"bread": 1, "butter": 1, "jam": 1, "milk": 1, "honey": 1}
	for i := range all.Rows() {
		who, id, at := col("customer").Cell(i), col("invoice").Num[i], col("time").Num[i]
		if real[who] {
			t.Fatalf("row %d: customer %s is a real one", i, who)
		}
		if h, ok := home[who]; ok && h != col("country").Cell(i) {
			t.Fatalf("row %d: customer %s is from two countries", i, who)
		}
		home[who] = col("country").Cell(i)
		if x, ok := moment[id]; ok && (x != at || owner[id] != who) {
			t.Fatalf("row %d: basket %g is not one customer's at one time", i, id)
		}
		moment[id], owner[id] = at, who
		if i > 0 && col("customer").Cell(i-1) == who {
			if at < col("time").Num[i-1] {
				t.Fatalf("row %d: back in time", i)
			}
			if col("invoice").Num[i-1] == id {
				pairs++
				if kind[col("product").Cell(i)] == kind[col("product").Cell(i-1)] {
					same++
				}
			}
		}
		if d := col("quantity").Num[i]*col("price").Num[i] - col("amount").Num[i]; d > 1e-6 || d < -1e-6 {
			t.Fatalf("row %d: amount is off by %g", i, d)
		}
	}
	if float64(same) < .9*float64(pairs) {
		t.Errorf("%d of %d neighbours in a basket go together", same, pairs)
	}
}

// TestRareItems are forgotten where fewer than five customers have them,
// however often.
func TestRareItems(t *testing.T) {
	e := eventTable(150)
	item, who := e.Column("product"), e.Column("customer")
	item.Levels = append(item.Levels, "secret")
	for i := range item.Codes {
		if who.Codes[i] < 4 {
			item.Codes[i] = int32(len(item.Levels) - 1)
		}
	}
	cfg := smallSequences
	cfg.Steps = 20
	m, err := Sequences(context.Background(), e, cfg, rand.New(rand.NewPCG(1, 2)), Options{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(m.Items) != 10 || bytes.Contains(writtenSequences(m), []byte("secret")) {
		t.Errorf("what four customers have is remembered: %q", m.Items)
	}
}
