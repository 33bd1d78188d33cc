package privacy

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

func source(seed byte) *rand.Rand { return rand.New(rand.NewChaCha8([32]byte{seed})) }

// What is drawn has the probabilities of the discrete Gaussian.
func TestGaussianDistribution(t *testing.T) {
	for _, v := range []uint64{1, 2, 9, 400} {
		g := Gaussian{v}
		rng := source(byte(v))
		const n = 40_000
		count := map[int64]int{}
		for range n {
			count[g.Draw(rng)]++
		}
		var z float64
		far := int64(12*g.Sigma()) + 1
		mass := func(x int64) float64 { return math.Exp(-float64(x*x) / (2 * float64(v))) }
		for x := -far; x <= far; x++ {
			z += mass(x)
		}
		// Pearson's statistic over the values that are expected 10 times.
		var chi, cells float64
		for x := -far; x <= far; x++ {
			if want := n * mass(x) / z; want >= 10 {
				d := float64(count[x]) - want
				chi += d * d / want
				cells++
			}
		}
		if limit := cells + 5*math.Sqrt(2*cells); chi > limit {
			t.Errorf("variance %d: chi squared %.1f over %.0f cells", v, chi, cells)
		}
		for _, at := range []int64{-3, 0, 1, int64(2 * g.Sigma()), far / 2} {
			var want float64
			for x := at; x <= far; x++ {
				want += mass(x) / z
			}
			if got := g.Beyond(at); math.Abs(got-want) > 1e-9*want+1e-15 || got < want*(1-1e-9) {
				t.Errorf("variance %d: P(x >= %d) = %g, want %g", v, at, got, want)
			}
		}
	}
	big := Gaussian{maxV}
	rng := source(3)
	var sum float64
	for range 2000 {
		x := float64(big.Draw(rng))
		sum += x * x
	}
	if got := math.Sqrt(sum / 2000); math.Abs(got/big.Sigma()-1) > .06 {
		t.Errorf("the largest variance: deviation %g, want %g", got, big.Sigma())
	}
}

func TestBernoulliExp(t *testing.T) {
	rng := source(1)
	for _, tt := range []struct{ num, den uint64 }{{0, 1}, {1, 3}, {1, 1}, {5, 2}, {1 << 40, 1 << 41}} {
		hits := 0
		const n = 40_000
		for range n {
			if bernoulliExp(rng, tt.num, tt.den) {
				hits++
			}
		}
		p := math.Exp(-float64(tt.num) / float64(tt.den))
		if d := math.Abs(float64(hits)/n - p); d > 5*math.Sqrt(p*(1-p)/n) {
			t.Errorf("exp(-%d/%d): %.4f, want %.4f", tt.num, tt.den, float64(hits)/n, p)
		}
	}
}

func TestChooseOdds(t *testing.T) {
	rng := source(2)
	score := []int64{10, 7, 10, -1000, 4}
	const rho, n = .02, 40_000
	epsilon := math.Sqrt(8 * rho)
	var total float64
	for _, s := range score {
		total += math.Exp(epsilon * float64(s) / 4)
	}
	count := make([]int, len(score))
	for range n {
		l := NewLedger(1, 0, 2)
		count[l.Choose(ForChoices, score, 2, rho, rng)]++
		if spent, _ := l.Spent(); spent > rho || spent < rho*.9999 {
			t.Fatalf("spent %g for %g", spent, rho)
		}
	}
	for i, s := range score {
		p := math.Exp(epsilon*float64(s)/4) / total
		if d := math.Abs(float64(count[i])/n - p); d > 5*math.Sqrt(p*(1-p)/n)+1e-4 {
			t.Errorf("score %d: chosen %.4f, want %.4f", s, float64(count[i])/n, p)
		}
	}
}

// zCDP's conversions agree with each other, with the formula of the paper by
// brute force, and beat the standard one.
func TestConversions(t *testing.T) {
	for _, tt := range []struct{ epsilon, delta float64 }{{.1, 1e-6}, {1, 1e-5}, {1, 1e-9}, {8, 1e-5}, {50, 1e-7}} {
		rho := Rho(tt.epsilon, tt.delta)
		if e := Epsilon(rho, tt.delta); math.Abs(e-tt.epsilon) > 1e-6*tt.epsilon {
			t.Errorf("epsilon %g back as %g", tt.epsilon, e)
		}
		if d := Delta(rho, tt.epsilon); d > tt.delta || d < tt.delta*.9999 {
			t.Errorf("delta %g back as %g", tt.delta, d)
		}
		least := math.Inf(1)
		for a := 1.001; a < 5000; a *= 1.0005 {
			least = min(least, math.Exp((a-1)*(a*rho-tt.epsilon))/(a-1)*math.Pow(1-1/a, a))
		}
		if d := Delta(rho, tt.epsilon); math.Abs(d/least-1) > 1e-3 {
			t.Errorf("epsilon %g: delta %g, by brute force %g", tt.epsilon, d, least)
		}
		standard := math.Pow(math.Sqrt(math.Log(1/tt.delta)+tt.epsilon)-math.Sqrt(math.Log(1/tt.delta)), 2)
		if rho < standard {
			t.Errorf("epsilon %g: rho %g, the standard conversion allows %g", tt.epsilon, rho, standard)
		}
		// The exact delta of a Gaussian mechanism of that rho is no larger.
		mu := math.Sqrt(2 * rho)
		phi := func(x float64) float64 { return math.Erfc(-x/math.Sqrt2) / 2 }
		exact := phi(mu/2-tt.epsilon/mu) - math.Exp(tt.epsilon)*phi(-mu/2-tt.epsilon/mu)
		if exact > tt.delta {
			t.Errorf("epsilon %g: a Gaussian of rho %g has delta %g", tt.epsilon, rho, exact)
		}
	}
	if Rho(0, 1e-5) != 0 || Delta(0, 1) != 0 || Epsilon(0, 1e-5) != 0 {
		t.Error("nothing spent costs something")
	}
}

// TensorFlow Privacy's table (tutorials/README.md) was made with the older
// conversion; Opacus' figure (opacus/tests/accountants_test.py) with this one
// and with orders between whole ones.
func TestSGDPublished(t *testing.T) {
	for _, tt := range []struct {
		noise  float64
		epochs int
		want   float64
	}{{1.12, 60, 2.92}, {.6, 30, 9.74}, {1.2, 10, 1.20}} {
		s := SGD{Rate: 256. / 60000, Noise: tt.noise, Steps: tt.epochs * 60000 / 256}
		older := math.Inf(1)
		for a := 2; a <= maxOrder; a++ {
			older = min(older, s.Renyi(a)+math.Log(1e5)/float64(a-1))
		}
		if math.Abs(older-tt.want) > .011*tt.want {
			t.Errorf("noise %g, %d epochs: epsilon %.3f, published %.2f", tt.noise, tt.epochs, older, tt.want)
		}
		if e, _ := s.Epsilon(1e-5); e > older {
			t.Errorf("noise %g: the tighter conversion gives %.3f, the older %.3f", tt.noise, e, older)
		}
	}
	e, _ := SGD{Rate: .04, Noise: 1.5, Steps: 2250}.Epsilon(1e-5)
	if want := 7.32911117143; e < want-1e-6 || e > want*1.01 {
		t.Errorf("epsilon %.4f, Opacus has %.4f", e, want)
	}
	if e, _ := (SGD{Rate: 1, Noise: 4, Steps: 1}).Epsilon(1e-5); math.Abs(e-Epsilon(1./32, 1e-5)) > .02*e {
		t.Errorf("one whole step: epsilon %.4f, as zCDP %.4f", e, Epsilon(1./32, 1e-5))
	}
}

func TestLedgerStops(t *testing.T) {
	l := NewLedger(.1, 1e-6, 1)
	l.Spend(ForBins, .06, 0)
	l.Spend(ForBins, .03, 1e-6)
	if c := l.Costs(); len(c) != 1 || c[0].Times != 2 || math.Abs(c[0].Rho-.09) > 1e-12 {
		t.Errorf("costs %+v", c)
	}
	for _, over := range [][2]float64{{.011, 0}, {0, 1e-7}, {math.NaN(), 0}, {-1, 0}} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%v was spent", over)
				}
			}()
			l.Spend(ForBins, over[0], over[1])
		}()
	}
}

// A level that one person alone has is shown no more often than delta says,
// and the count of one with many rows is right.
func TestFrequent(t *testing.T) {
	rng := source(5)
	g := Gaussian{16}
	const delta, n = .01, 30_000
	shown := 0
	for range n {
		l := NewLedger(1, 1, 1)
		known, cells, noisy := l.Frequent(ForValues, []int64{0}, []int64{1, 5000, 0}, g, delta, 0, rng)
		if slices.Contains(cells, 0) {
			shown++
		}
		if len(known) != 1 || !slices.Contains(cells, 1) || slices.Contains(cells, 2) || math.Abs(float64(noisy[len(noisy)-1])-5000) > 60 {
			t.Fatal("a frequent level is not shown as it is")
		}
	}
	if p := float64(shown) / n; p > delta+4*math.Sqrt(delta/n) || p < delta/5 {
		t.Errorf("shown with probability %.4f, want at most %g and not much less", p, delta)
	}
	for _, rows := range []int{1, 3} {
		limit := g.Threshold(delta, rows)
		if p := float64(rows) * g.Beyond(limit-int64(rows)); p > delta {
			t.Errorf("%d rows: threshold %d is passed with probability %g", rows, limit, p)
		}
		if p := float64(rows) * g.Beyond(limit-int64(rows)-1); p <= delta {
			t.Errorf("%d rows: threshold %d is higher than need be", rows, limit)
		}
	}
}

// An attack on the mechanism from outside: two neighbours, the odds of the
// best test between their outcomes. Its lower bound of epsilon stays below
// what the ledger promises, and shows that half the noise would be caught.
func TestAudit(t *testing.T) {
	rng := source(9)
	const delta, n = 1e-3, 60_000
	attack := func(g Gaussian) float64 {
		var a, b [400]int // outcomes of counts 100 and 101
		for range n {
			a[100+g.Draw(rng)+50]++
			b[101+g.Draw(rng)+50]++
		}
		best := 0.
		above := [2]float64{}
		for x := len(a) - 1; x >= 0; x-- {
			above[0] += float64(a[x])
			above[1] += float64(b[x])
			p, q := above[1]/n, above[0]/n
			low, high := p-4*math.Sqrt(p*(1-p)/n), q+4*math.Sqrt(q*(1-q)/n) // hardly ever wrong
			if low > delta && high > 0 {
				best = max(best, math.Log((low-delta)/high))
			}
		}
		return best
	}
	rho := Rho(1, delta)
	g, ok := NewGaussian(rho, 1)
	if !ok || g.Cost(1) > rho {
		t.Fatalf("noise of variance %d costs %g of %g", g.V, g.Cost(1), rho)
	}
	if e := attack(g); e > 1 || e == 0 {
		t.Errorf("attacked with epsilon %.3f, promised 1", e)
	}
	if e := attack(Gaussian{max(1, g.V/16)}); e <= 1 {
		t.Errorf("a quarter of the noise is attacked with epsilon %.3f only: the attack is too weak to tell", e)
	}
}

func TestStatementForm(t *testing.T) {
	want := Statement{Epsilon: 1, Delta: 1e-5, Rho: .03, Spent: .029, Rows: 3, Person: "a \"b\"\nc", Repeatable: true,
		Costs: []Cost{{ForBins, 3, .01, 0}, {ForValues, 1, .019, 1e-6}}, Public: []string{"age", "s x\n"}}
	var got Statement
	if err := got.Read(append(want.Append(nil), "later 3\n"...)); err != nil {
		t.Fatal(err)
	}
	if got.Person != want.Person || !slices.Equal(got.Costs, want.Costs) || !slices.Equal(got.Public, want.Public) || got.Spent != want.Spent || !got.Repeatable || got.Rows != 3 {
		t.Errorf("read  %+v\nwrote %+v", got, want)
	}
	for _, bad := range []string{"epsilon -1", "delta NaN", "rho +Inf", "cost 1 2", "cost 1 x 0 \"a\"", "rows many", "person x"} {
		if got.Read([]byte(bad)) == nil {
			t.Errorf("%q was read", bad)
		}
	}
}

func BenchmarkGaussian(b *testing.B) {
	rng := source(1)
	g := Gaussian{900}
	for b.Loop() {
		g.Draw(rng)
	}
}
