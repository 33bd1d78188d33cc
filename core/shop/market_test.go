package shop

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"
)

func seeded(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 1)) }

func TestSettled(t *testing.T) {
	for _, c := range newTree(24, time.Unix(0, 0), seeded(1)) {
		for r := 1; r < rates; r++ {
			pi := c.settled(r)
			sum, in, home := 0., 0., 0.
			for n, p := range pi {
				sum += p
				in += p * c.buys(r, n, 1) * (1 + c.many)
				home += p * float64(n)
			}
			// What is bought in a week is used up in it: out of what is there
			// at its start and what has just come in.
			out := c.use * (home + in)
			if math.Abs(sum-1) > 1e-9 || math.Abs(in-out) > 1e-3*in {
				t.Errorf("%s, rate %d: chances sum to %v, %v units come in, %v go out", c.name, r, sum, in, out)
			}
		}
	}
}

// TestTruthIsWhatHappens lives through nine weeks, the first with an offer of
// one item in each category, in a shop with many households, and compares the
// receipts with the expectations that Truth is made of.
func TestTruthIsWhatHappens(t *testing.T) {
	const weeks = 1 + after
	for _, tt := range []struct {
		name       string
		households int
		o          offer
	}{
		{"base price", 100_000, offer{}},
		{"10 % off", 200_000, offer{depth: .1, row: 1}},
		{"40 % off", 700_000, offer{depth: .4, row: 1}},
		{"feature and display", 200_000, offer{feature: true, display: true, row: 1}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			rng := seeded(7)
			cats := newTree(12, time.Unix(0, 0), rng)[9:] // three that keep at home
			newProducts(60, 9, cats, time.Unix(0, 0), rng)
			m := newMarket(cats, tt.households, 2, rng)
			items := m.first[len(cats)]
			r := run{weeks: weeks, offers: make([]offer, items*weeks), calm: true}
			for k := range cats {
				r.offers[m.first[k]*weeks] = tt.o
			}
			sold := make([][weeks]float64, items)
			m.simulate(t.Context(), r, rng, func(w, _ int, lines []line) {
				for _, l := range lines {
					sold[l.item][w] += float64(l.quantity)
				}
			}, nil)
			far := 0.
			for k, c := range cats {
				ratio := 1 - tt.o.depth
				cells, tab := m.cells(k), m.responses(k, ratio)
				plain := m.expect(k, cells, &tab, 0, offer{}, 1)
				want := m.expect(k, cells, &tab, 0, tt.o, ratio)
				later, wantLater := 0., 0.
				for i := range c.items {
					got := sold[m.first[k]+i][0]
					// Quantities of one line vary like 1+Poisson: variance at most mean times 1 + 2 more.
					sd := math.Sqrt(want.units[i] * (1 + 2*c.more(ratio)))
					if z := (got - want.units[i]) / sd; math.Abs(z) > 4.5 {
						t.Errorf("%s, item %d: %.0f units, expected %.0f, %.1f standard deviations off", c.name, i, got, want.units[i], z)
					}
					for w := 1; w < weeks; w++ {
						later += sold[m.first[k]+i][w]
						wantLater += plain.units[i]
					}
				}
				sd, dip := math.Sqrt(wantLater*(1+2*c.many)), 0.
				for _, l := range want.later {
					dip += l
				}
				if z := (later - wantLater - dip) / sd; math.Abs(z) > 4.5 {
					t.Errorf("%s: %.0f units after the offer, expected %.0f%+.0f, %.1f standard deviations off", c.name, later, wantLater, dip, z)
				}
				far = math.Max(far, -dip/sd)
			}
			if tt.o.depth == .4 && far < 5 {
				t.Errorf("the largest dip is %.1f standard deviations: this test would not see it go", far)
			}
		})
	}
}

// TestShares checks that an extra unit comes from somewhere: other products,
// later weeks, or extra consumption, and that effects have their signs.
func TestShares(t *testing.T) {
	s := small(t, 3)
	for _, x := range s.Truth.Items {
		if !(x.Elasticity < -.5 && x.Point < -.5 && x.Feature > 1 && x.Display > 1 && x.Taken > 0 && x.Pulled > 0 && x.Taken+x.Pulled < 1 && x.Units > 0) {
			t.Fatalf("%+v", x)
		}
		if math.Abs(x.Elasticity/x.Point-1) > .15 {
			t.Errorf("%s: the elasticity over 20 %%, %.2f, is far from that at base price, %.2f", x.Product, x.Elasticity, x.Point)
		}
	}
	for _, x := range s.Truth.Cross {
		if x.Elasticity <= 0 || x.Product == x.Price {
			t.Fatalf("%+v", x)
		}
	}
	for _, x := range s.Truth.Dip {
		sum := 0.
		for _, w := range x.Weeks {
			sum += w
		}
		if len(x.Weeks) != after || math.Abs(sum-x.Pulled) > 1e-12 || x.Pulled <= 0 {
			t.Fatalf("%+v", x)
		}
	}
	for _, x := range s.Truth.Season {
		sum := 0.
		for _, f := range x.Factor {
			sum += f / 52
		}
		if math.Abs(sum-1) > 1e-9 {
			t.Fatalf("%s: the season's mean is %v", x.Category, sum)
		}
	}
}

func TestSpread(t *testing.T) {
	times, sum := spread(100, 10, []float64{100, 10, 1, .1, 50, 20, 30, 5, 60, 70, 80, 90})
	got := 0
	for i, k := range times {
		got += k
		if k < 0 || k > 10 {
			t.Errorf("item %d has %d promotions", i, k)
		}
	}
	if got != sum || sum > 100 || sum < 85 || times[3] > times[0] {
		t.Errorf("%d promotions of 100: %v", sum, times)
	}
}
