package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"shoptwin/core/encode"
	"shoptwin/core/nn"
	"shoptwin/core/promo"
	"shoptwin/core/recommend"
	"shoptwin/core/synth"
	"shoptwin/core/table"
)

// made are two saved models of made-up data.
type made struct{ promo, synth []byte }

func models(t testing.TB) made {
	t.Helper()
	rng := rand.New(rand.NewPCG(5, 6))
	var file, synthFile bytes.Buffer

	const items, weeks = 15, 90
	var item, store []string
	var week, units, price, base, feature []float64
	for i := range items {
		level := math.Log(20 + 40*rng.Float64())
		for w := range weeks {
			depth, shown := 0.0, 0.0
			if rng.Float64() < .2 {
				depth, shown = []float64{.1, .2, .3}[rng.IntN(3)], float64(rng.IntN(2))
			}
			for s := range 4 {
				item, store = append(item, fmt.Sprintf("p%02d", i)), append(store, fmt.Sprintf("Store %d", s))
				week, base = append(week, float64(w+1)), append(base, 2)
				price, feature = append(price, 2*(1-depth)), append(feature, shown)
				mean := math.Exp(level - 2.5*math.Log1p(-depth) + .3*shown)
				units = append(units, math.Max(0, math.Round(mean+math.Sqrt(mean)*rng.NormFloat64())))
			}
		}
	}
	sales := &table.Table{Name: "sales", Columns: []*table.Column{
		table.NewText("product_id", item, nil), table.NewText("store_id", store, nil), table.NewNumber("week", week),
		table.NewNumber("units", units), table.NewNumber("price", price), table.NewNumber("base_price", base), table.NewNumber("feature", feature)}}
	panel, err := promo.NewPanel(sales, nil, nil, promo.DetectColumns(sales.Schema()))
	if err != nil {
		t.Fatal(err)
	}
	response, err := promo.Fit(context.Background(), panel, promo.Config{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := response.Write(&file); err != nil {
		t.Fatal(err)
	}

	// An untrained network samples as well as a trained one, for this test.
	rows := &table.Table{Name: "rows", Columns: []*table.Column{
		table.NewText("store", store, nil), table.NewNumber("units", units), table.NewNumber("price", price)}}
	cfg := synth.Config{Hidden: 16, Latent: 16}.WithDefaults()
	enc, err := encode.Fit(rows, cfg.Encode, rng)
	if err != nil {
		t.Fatal(err)
	}
	out := 0
	for _, w := range enc.Widths() {
		out += w
	}
	layer := func(in, out int, act nn.Act, skip bool) nn.Layer {
		l := nn.Layer{Op: &nn.Dense{In: in, Out: out, Act: act, Skip: skip}, Weights: [][]float32{make([]float32, in*out), make([]float32, out)}}
		for i := range l.Weights[0] {
			l.Weights[0][i] = float32(rng.NormFloat64() / math.Sqrt(float64(in)))
		}
		return l
	}
	m := &synth.Model{Config: cfg, Encoder: enc, TrainRows: rows.Rows(), Body: synth.Network{Net: &nn.Net{Layers: []nn.Layer{layer(16, 16, nn.ReLU, true), layer(32, out, nn.Linear, false)}}}}
	if err := m.Write(&synthFile); err != nil {
		t.Fatal(err)
	}
	return made{file.Bytes(), synthFile.Bytes()}
}

const askPlan = `{"horizon":11,"items":["p00","p01","p02","p03","p04","p05","p06","p07","p08","p09","p10","p11"],"funding":0.2,"offers":[` +
	`{"item":"p00","week":0,"depth":0.2,"feature":true},{"item":"p03","week":4,"depth":0.3},{"item":"p07","week":4,"depth":0.45,"display":true},{"item":"p11","week":10,"depth":0.1}]}`

var asks = []struct{ name, function, body string }{
	{"panel", "panel", `{"weeks":12}`},
	{"what-if", "whatIf", askPlan},
	{"compare", "compare", `{"plan":` + askPlan + `,"than":{"horizon":4,"offers":[]}}`},
	{"curve", "curve", `{"item":"p03","store":"","feature":true,"display":false}`},
	{"curve in a store", "curve", `{"item":"p03","store":"Store 2","feature":false,"display":false}`},
	{"sample", "sample", `{"rows":25,"seed":3}`},
	{"empty sample", "sample", `{"rows":0,"seed":3}`},
	{"unknown item", "whatIf", `{"horizon":4,"offers":[{"item":"no such","week":0,"depth":0.2}]}`},
	{"too many rows", "sample", `{"rows":1000000000,"seed":3}`},
	{"not JSON", "whatIf", `{"horizon":`},
	{"unknown key", "whatIf", `{"horizont":3,"offers":[]}`},
	{"damaged model", "loadPromo", "not a model"},
	{"damaged synthesizer", "loadSynth", "not a model"},
}

// call does what an export does.
func (p *page) call(function string, in []byte) []byte {
	return answer(map[string]func([]byte, *writer) error{
		"loadPromo": p.loadPromo, "panel": p.panel, "whatIf": p.whatIf, "compare": p.compare, "curve": p.curve, "loadSynth": p.loadSynth, "sample": p.sample, "loadKin": p.loadKin, "kin": p.relatives,
	}[function], in, nil)
}

type reply struct {
	Result json.RawMessage `json:"result"`
	Error  *struct{ Kind, Message, Hint string }
}

func parse(t *testing.T, out []byte) (r reply) {
	t.Helper()
	if err := json.Unmarshal(out, &r); err != nil {
		t.Fatalf("%v in %q", err, out)
	}
	if (r.Result == nil) == (r.Error == nil) {
		t.Fatalf("neither or both of result and error: %.200s", out)
	}
	return r
}

// TestAnswers asks natively what the page asks. With SHOPTWIN_FIXTURES set to
// a folder it leaves models, questions and answers there: the front end's
// test asks the wasm the same and compares.
func TestAnswers(t *testing.T) {
	m := models(t)
	var p page
	for _, load := range []struct {
		function string
		model    []byte
	}{{"loadPromo", m.promo}, {"loadSynth", m.synth}} {
		if r := parse(t, p.call(load.function, load.model)); r.Error != nil {
			t.Fatalf("%s: %+v", load.function, r.Error)
		}
	}
	type answered struct {
		Name     string          `json:"name"`
		Function string          `json:"function"`
		Body     string          `json:"body"`
		Answer   json.RawMessage `json:"answer"`
	}
	var all []answered
	for _, ask := range asks {
		out := p.call(ask.function, []byte(ask.body))
		all = append(all, answered{ask.name, ask.function, ask.body, out})
		r := parse(t, out)
		wrong := strings.Contains("unknown item, too many rows, not JSON, unknown key, damaged model, damaged synthesizer", ask.name)
		if (r.Error != nil) != wrong {
			t.Errorf("%s: answered %.200s", ask.name, out)
		}
		if wrong && r.Error != nil && (r.Error.Message == "" || r.Error.Hint == "" || r.Error.Kind == "internal") {
			t.Errorf("%s: the error has no way out: %+v", ask.name, *r.Error)
		}
	}
	dir := os.Getenv("SHOPTWIN_FIXTURES")
	if dir == "" {
		return
	}
	text, err := json.Marshal(all)
	if err != nil {
		t.Fatal(err)
	}
	for name, b := range map[string][]byte{"promo.model": m.promo, "synth.model": m.synth, "answers.json": text} {
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func TestNothingLoaded(t *testing.T) {
	for _, function := range []string{"panel", "whatIf", "compare", "curve", "sample", "kin"} {
		var p page
		r := parse(t, p.call(function, []byte(`{}`)))
		if r.Error == nil || r.Error.Kind != "not found" || r.Error.Hint == "" {
			t.Errorf("%s without a model: %+v", function, r.Error)
		}
	}
}

// TestKin: what goes with a basket is answered as the model says.
func TestKin(t *testing.T) {
	var who, basket, item []int32
	for c := range int32(60) {
		for k := range int32(3) {
			who, basket, item = append(who, c), append(basket, 0), append(item, c%5*3+k)
		}
	}
	m, _, err := recommend.Train(context.Background(), recommend.Popular(recommend.Decay{}), recommend.FromBaskets(who, basket, item, 60, 15), nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	var file bytes.Buffer
	if err := m.WritePage(&file); err != nil {
		t.Fatal(err)
	}
	var p page
	if r := parse(t, p.call("loadKin", file.Bytes())); r.Error != nil {
		t.Fatalf("%+v", r.Error)
	}
	for _, items := range [][]string{{m.Items[3]}, {m.Items[3], m.Items[4]}} {
		ask, err := json.Marshal(map[string]any{"items": items, "k": 5})
		if err != nil {
			t.Fatal(err)
		}
		r := parse(t, p.call("kin", ask))
		var got []struct {
			Item string
			Both float64
		}
		if r.Error != nil || json.Unmarshal(r.Result, &got) != nil || len(got) == 0 {
			t.Fatalf("%v: %+v %s", items, r.Error, r.Result)
		}
		for _, x := range got {
			if !slices.Contains(m.Items[3:6], x.Item) || slices.Contains(items, x.Item) || len(items) == 1 && x.Both != 12 {
				t.Errorf("%v go with %s in %g baskets", items, x.Item, x.Both)
			}
		}
	}
	if r := parse(t, p.call("kin", []byte(`{"items":[],"k":1000}`))); r.Error == nil || r.Error.Hint == "" {
		t.Errorf("a thousand items: %+v", r.Error)
	}
}

// A panic is answered, so that the worker lives on.
func TestPanicIsAnswered(t *testing.T) {
	r := parse(t, answer(func([]byte, *writer) error { panic("index out of range") }, nil, nil))
	if r.Error == nil || r.Error.Kind != "internal" || !strings.Contains(r.Error.Message, "index out of range") {
		t.Errorf("%+v", r.Error)
	}
}

func FuzzCall(f *testing.F) {
	m := models(f)
	for _, ask := range asks {
		f.Add(ask.function == "sample", []byte(ask.body))
	}
	p := &page{}
	p.call("loadPromo", m.promo)
	p.call("loadSynth", m.synth)
	f.Fuzz(func(t *testing.T, sample bool, in []byte) {
		function := "whatIf"
		if sample {
			function = "sample"
		}
		r := parse(t, p.call(function, in))
		if r.Error != nil && r.Error.Kind == "internal" {
			t.Errorf("%q: %s", in, r.Error.Message)
		}
	})
}

func BenchmarkWhatIf(b *testing.B) {
	m := models(b)
	var p page
	p.call("loadPromo", m.promo)
	for b.Loop() {
		p.call("whatIf", []byte(askPlan))
	}
}
