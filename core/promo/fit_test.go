package promo

import (
	"context"
	"errors"
	"math"
	"runtime"
	"testing"

	"shoptwin/core"
)

func (m *market) panel(t testing.TB) *Panel {
	t.Helper()
	sales, products := m.tables()
	p, err := NewPanel(sales, products, nil, Columns{})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func (m *market) fit(t testing.TB) *Model {
	t.Helper()
	model, err := Fit(context.Background(), m.panel(t), Config{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return model
}

func TestFitRecoversTruth(t *testing.T) {
	for _, tt := range []struct {
		name   string
		m      market
		within float64 // mean absolute relative error of elasticities
	}{
		{"many units", market{items: 12, stores: 5, weeks: 104, volume: 60, noise: 0.2, dip: -0.1, cross: 0.4, past: -0.06, seed: 1}, 0.06},
		{"sparse counts", market{items: 12, stores: 5, weeks: 104, volume: 1.5, dip: -0.1, cross: 0.4, past: -0.06, seed: 2}, 0.10},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m := tt.m.fit(t)
			sum, worst := 0.0, 0.0
			for i, truth := range tt.m.elasticity {
				e := m.items[m.itemAt[itemName(i)]].coef[xPrice]/truth - 1
				sum += math.Abs(e)
				worst = max(worst, math.Abs(e))
			}
			if mean := sum / float64(len(tt.m.elasticity)); mean > tt.within {
				t.Errorf("elasticities are off by %.3f on average, more than %.3f (worst %.3f)", mean, tt.within, worst)
			}
			var feature, dip, cross, past float64
			for _, it := range m.items {
				feature += it.coef[xFeature] / 12
				dip += it.coef[xLag] / 12
				cross -= it.coef[xPull] / 12
				past += it.coef[xPast] / 12
			}
			if math.Abs(feature-tt.m.feature) > 0.07 || math.Abs(dip-tt.m.dip) > 0.05 || math.Abs(cross-tt.m.cross) > 0.1 || math.Abs(past-tt.m.past) > 0.04 {
				t.Errorf("feature %.2f (%.2f), dip %.3f (%.3f), cross %.2f (%.2f), past %.3f (%.3f)", feature, tt.m.feature, dip, tt.m.dip, cross, tt.m.cross, past, tt.m.past)
			}
		})
	}
}

func itemName(i int) string { return string([]byte{'p', byte('0' + i/10), byte('0' + i%10)}) }

func TestElasticityIntervalsCover(t *testing.T) {
	in, n := 0, 0
	for seed := range uint64(8) {
		mk := market{items: 15, stores: 3, weeks: 80, volume: 6, noise: 0.3, dip: -0.1, cross: 0.3, seed: 10 + seed}
		m := mk.fit(t)
		for _, e := range m.Elasticities() {
			i := int(e.Item[1]-'0')*10 + int(e.Item[2]-'0')
			n++
			if truth := mk.elasticity[i]; truth >= e.Lo90 && truth <= e.Hi90 {
				in++
			}
		}
	}
	if share := float64(in) / float64(n); share < 0.83 || share > 0.95 {
		t.Errorf("90 %% intervals hold %d of %d true elasticities", in, n)
	}
}

func TestBacktest(t *testing.T) {
	mk := market{items: 15, stores: 6, weeks: 104, volume: 12, noise: 0.3, dip: -0.1, cross: 0.3, seed: 3}
	p := mk.panel(t)
	r, err := Backtest(context.Background(), p, 20, Config{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if r.Cells != 15*6*20 || r.Weeks != 20 || r.Cut != "week 85" || r.PromoCells < 200 {
		t.Errorf("%d cells, %d of promotion, %d weeks from %s", r.Cells, r.PromoCells, r.Weeks, r.Cut)
	}
	model, sheet, mean := r.Scores[0], r.Scores[1], r.Scores[2]
	if !(model.Promo < 0.8*sheet.Promo && model.All < 0.8*sheet.All && sheet.All < mean.All) {
		t.Errorf("model %v, spreadsheet %v, mean %v", model, sheet, mean)
	}
	for _, c := range r.Coverage[:3] {
		if c.Cover90 < 0.84 || c.Cover90 > 0.96 || c.Cover80 < 0.72 || c.Cover80 > 0.88 {
			t.Errorf("%s: 80 %% bands hold %.3f, 90 %% bands %.3f of %d cells", c.Group, c.Cover80, c.Cover90, c.Cells)
		}
	}
	if math.Abs(r.Bias) > 0.08 || math.Abs(r.PromoBias) > 0.1 {
		t.Errorf("bias %.3f, of promotions %.3f", r.Bias, r.PromoBias)
	}
}

// Forecasts may read the plan of held-out weeks, never their units.
func TestBacktestDoesNotLook(t *testing.T) {
	mk := market{items: 6, stores: 2, weeks: 60, volume: 20, noise: 0.2, seed: 4}
	p := mk.panel(t)
	cells := func() []missed {
		cfg, _ := Config{}.check(50)
		cal, err := calibrate(context.Background(), p, 50, cfg, nil)
		if err != nil {
			t.Fatal(err)
		}
		f, err := fit(context.Background(), newDesign(p, 50, cfg.Lags), cfg, nil)
		if err != nil {
			t.Fatal(err)
		}
		out := f.forecasts(50, 60)
		for i := range out {
			out[i].units = cal.bands.at(int(out[i].state), out[i].mu)[4]
		}
		return out
	}
	before := cells()
	for s := range p.series {
		for w := 50; w < 60; w++ {
			p.units[s*p.weeks+w] *= 7
		}
	}
	after := cells()
	for i := range before {
		if before[i] != after[i] {
			t.Fatalf("forecast %d changed from %v to %v with the future's units", i, before[i], after[i])
		}
	}
}

func TestFitIsTheSameOnAnyThreads(t *testing.T) {
	mk := market{items: 9, stores: 2, weeks: 40, volume: 5, seed: 5}
	p := mk.panel(t)
	one := func(procs int) *Model {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(procs))
		m, err := Fit(context.Background(), p, Config{}, nil)
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	if a, b := written(t, one(1)), written(t, one(4)); string(a) != string(b) {
		t.Error("one and four processors give different models")
	}
}

func TestFitStops(t *testing.T) {
	mk := market{items: 3, stores: 1, weeks: 30, volume: 5, seed: 6}
	p := mk.panel(t)
	ctx, cancel := context.WithCancel(context.Background())
	rounds := int64(0)
	m, err := Fit(ctx, p, Config{}, func(q core.Progress) {
		if rounds = q.Done; rounds == 3 {
			cancel()
		}
	})
	if m != nil || !errors.Is(err, context.Canceled) || rounds != 3 {
		t.Errorf("after %d rounds: model %v, error %v", rounds, m, err)
	}
}

func TestConfig(t *testing.T) {
	p := (&market{items: 3, stores: 1, weeks: 30, volume: 5, seed: 6}).panel(t)
	for _, cfg := range []Config{{Lags: 9}, {Lags: -1}, {HalfLife: -1}, {HalfLife: math.NaN()}, {Rounds: -1}, {Calib: -1}} {
		if _, err := Fit(context.Background(), p, cfg, nil); core.KindOf(err) != core.Invalid {
			t.Errorf("%+v: error %v", cfg, err)
		}
	}
	if _, err := Fit(context.Background(), nil, Config{}, nil); core.KindOf(err) != core.Invalid {
		t.Errorf("no panel: error %v", err)
	}
	for _, weeks := range []int{-1, 23, 30} {
		if _, err := Backtest(context.Background(), p, weeks, Config{}, nil); core.KindOf(err) != core.Invalid {
			t.Errorf("backtest of %d of 30 weeks: error %v", weeks, err)
		}
	}
}

func BenchmarkFit(b *testing.B) {
	p := (&market{items: 55, stores: 70, weeks: 130, volume: 20, noise: 0.3, seed: 8}).panel(b)
	b.ResetTimer()
	for b.Loop() {
		if _, err := Fit(context.Background(), p, Config{}, nil); err != nil {
			b.Fatal(err)
		}
	}
}
