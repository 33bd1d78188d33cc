package synth

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/mat"

	"shoptwin/core/encode"
)

// TestResponse solves as a dense matrix does: the covariance in classes of
// baskets, plus the ridge.
func TestResponse(t *testing.T) {
	const counts = 30
	rng := rand.New(rand.NewPCG(3, 1))
	r := newResponse(counts)
	dense := mat.NewSymDense(counts, nil)
	held := map[int][][]float64{} // by the bits of the size
	for range 400 {
		size := 1 + rng.IntN(9)
		var ids []int32
		x := make([]float64, counts)
		for range size {
			i := min(rng.IntN(counts), rng.IntN(counts))
			ids = append(ids, int32(i))
			x[i]++
		}
		r.basket(size, ids)
		class := math.Ilogb(float64(size))
		held[class] = append(held[class], x)
	}
	for _, rows := range held {
		for i := range counts {
			for j := range i + 1 {
				var a, b, ab float64
				for _, x := range rows {
					a, b, ab = a+x[i], b+x[j], ab+x[i]*x[j]
				}
				dense.SetSym(i, j, dense.At(i, j)+ab-a*b/float64(len(rows)))
			}
		}
	}
	miss, ridge := make([]float64, counts), make([]float64, counts)
	for i := range miss {
		miss[i], ridge[i] = rng.NormFloat64(), 1+rng.Float64()
		dense.SetSym(i, i, dense.At(i, i)+ridge[i])
	}
	var want mat.VecDense
	if err := want.SolveVec(dense, mat.NewVecDense(counts, miss)); err != nil {
		t.Fatal(err)
	}
	for i, x := range r.solve(miss, ridge) {
		if d := math.Abs(x - want.AtVec(i)); d > 1e-3*mat.Norm(&want, math.Inf(1)) {
			t.Errorf("%d: %g, dense %g", i, x, want.AtVec(i))
		}
	}
}

// TestGapRoom: a customer with many visits to come keeps time for them.
func TestGapRoom(t *testing.T) {
	var days []float64
	for i := range 700 {
		days = append(days, float64(i/10))
	}
	g, err := newGauge("days", days, SequenceConfig{}.WithDefaults().Encode)
	if err != nil || g == nil {
		t.Fatal(g, err)
	}
	p := &plan{slots: []slot{{width: g.width(), gauge: gaugeDays, block: -1}}}
	for _, tt := range []struct {
		name         string
		visits       int
		room         float64
		most, beyond float64
	}{
		{"the last visit may be near the end", 1, 61, 59, 62},
		{"the first of forty may not", 40, 61, 6, 8},
		{"a day is left whatever comes", 40, 3, 1, 3},
		{"there is no time", 4, 0, 0, 1},
	} {
		a := &walk{t: &trail{p: p, m: moments{days: &encode.Calendar{}, last: tt.room}, visits: tt.visits}}
		logits := make([]float32, g.width())
		a.mask(0, logits, g)
		if logits[g.code(tt.most)] == never || logits[g.code(tt.beyond)] != never {
			t.Errorf("%s: not from %g to %g", tt.name, tt.most, tt.beyond)
		}
	}
}
