package synth

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"shoptwin/core/encode"
	"shoptwin/core/nn"
	"shoptwin/core/table"
)

// shopTable returns a made table with one column of every kind.
func shopTable(rows int, rng *rand.Rand) *table.Table {
	id, amount, units, when := make([]string, rows), make([]float64, rows), make([]float64, rows), make([]float64, rows)
	customer, city, note := make([]string, rows), make([]string, rows), make([]string, rows)
	gone := make([]bool, rows)
	for i := range rows {
		id[i] = fmt.Sprintf("R%06d", i+1)
		customer[i] = fmt.Sprintf("C%05d", rng.IntN(rows/4+1))
		amount[i] = math.Round(100*math.Exp(3+rng.NormFloat64())) / 100
		units[i] = float64(1 + rng.IntN(6))
		if rng.IntN(10) == 0 {
			units[i] = math.NaN()
		}
		when[i] = float64(19700+rng.IntN(300))*86400 + float64(9+rng.IntN(10))*3600
		city[i] = []string{"Lyon", "Lyon", "Lyon", "Nice", "Brest"}[rng.IntN(5)]
		gone[i] = rng.IntN(20) == 0
		note[i] = fmt.Sprintf("please call %d before noon", i)
	}
	words := table.NewText("note", note, nil)
	words.Role = table.FreeText
	return &table.Table{Name: "shop", Columns: []*table.Column{
		table.NewText("receipt_id", id, nil), table.NewText("customer_id", customer, nil),
		table.NewNumber("amount", amount), table.NewNumber("units", units),
		table.NewTime("time", "", when), table.NewText("city", city, gone), words,
	}}
}

// randomNet returns an untrained network of the recipe's shape.
func randomNet(latent, hidden, out int, rng *rand.Rand) *nn.Net {
	layer := func(in, out int, act nn.Act, skip bool) nn.Layer {
		l := nn.Layer{Op: &nn.Dense{In: in, Out: out, Act: act, Skip: skip}, Weights: [][]float32{make([]float32, in*out), make([]float32, out)}}
		for i := range l.Weights[0] {
			l.Weights[0][i] = float32(rng.NormFloat64() / math.Sqrt(float64(in)))
		}
		return l
	}
	return &nn.Net{Layers: []nn.Layer{
		layer(latent, hidden, nn.ReLU, true),
		layer(latent+hidden, hidden, nn.ReLU, true),
		layer(latent+2*hidden, out, nn.Linear, false),
	}}
}

// randomModel returns a model of t with an untrained network.
func randomModel(t testing.TB, tab *table.Table, hidden int, rakeIt bool) *Model {
	t.Helper()
	rng := rand.New(rand.NewPCG(7, 7))
	cfg := Config{Rake: rakeIt, Hidden: hidden, Latent: hidden}.WithDefaults()
	enc, err := encode.Fit(tab, cfg.Encode, rng)
	if err != nil {
		t.Fatal(err)
	}
	m := &Model{Config: cfg, Encoder: enc, TrainRows: tab.Rows(), Seed: 7}
	sum := 0
	for _, w := range enc.Widths() {
		sum += w
	}
	if sum > 0 {
		m.Body = Network{randomNet(hidden, hidden, sum, rng)}
	}
	if rakeIt {
		codes, err := enc.Codes(tab)
		if err != nil {
			t.Fatal(err)
		}
		m.Pairs = PairTables(codes, enc.Widths(), cfg.Encode.MinCount)
	}
	return m
}

// randomAnyOrder returns a model of t with an untrained any-order network.
func randomAnyOrder(t testing.TB, tab *table.Table) *Model {
	t.Helper()
	m := randomModel(t, tab, 8, false)
	in, sum := len(m.Encoder.Widths()), 0
	for _, w := range m.Encoder.Widths() {
		sum += w
	}
	rng := rand.New(rand.NewPCG(8, 8))
	layer := func(in, out int, act nn.Act, skip bool) nn.Layer {
		l := nn.Layer{Op: &nn.Dense{In: in, Out: out, Act: act, Skip: skip}, Weights: [][]float32{make([]float32, in*out), make([]float32, out)}}
		for i := range l.Weights[0] {
			l.Weights[0][i] = float32(rng.NormFloat64() / 2)
		}
		return l
	}
	const h = 16
	m.Body = AnyOrder{&nn.Net{Layers: []nn.Layer{
		layer(sum+in, h, nn.ReLU, false), layer(h, h, nn.ReLU, true), layer(2*h, sum, nn.Linear, false),
	}}}
	return m
}
