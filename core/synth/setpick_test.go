package synth

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// Rates from which counts are drawn by chance give counts as they were.
func TestPopularity(t *testing.T) {
	rng := rand.New(rand.NewPCG(8, 8))
	poisson := func(mean float64) (n int32) {
		for x := rng.ExpFloat64(); x < mean; x += rng.ExpFloat64() {
			n++
		}
		return n
	}
	count := make([]int32, 20_000)
	var real, again, plain []float64
	for i := range count {
		if rng.IntN(3) > 0 {
			count[i] = poisson(12 * math.Pow(rng.Float64(), 2))
		}
		real = append(real, float64(count[i]))
	}
	for i, r := range popularity(count, rng) {
		again, plain = append(again, float64(poisson(r))), append(plain, float64(poisson(real[i])))
	}
	slices.Sort(real)
	slices.Sort(again)
	slices.Sort(plain)
	if got, control := apart(real, again), apart(real, plain); got > .012 || got > control/2 {
		t.Errorf("counts drawn from rates are %.4f apart, from counts %.4f", got, control)
	}
}

// Rows are drawn as often as they like to be, though windows overlap unevenly,
// and never outside of theirs.
func TestStrata(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 5))
	const n, draws = 300, 60_000
	open, until, like := make([]float64, n), make([]float64, n), make([]float64, n)
	rows := make([]int32, n)
	var sum float64
	for i := range rows {
		rows[i] = int32(i)
		open[i] = math.Floor(365 * rng.Float64() * rng.Float64())
		until[i] = open[i] + float64(3+rng.IntN(40))
		like[i] = rng.ExpFloat64()
		sum += like[i]
	}
	var times, run []float64
	sum = 0
	for _, x := range like {
		sum += x
		run = append(run, sum)
	}
	for range draws { // as rows would come that are drawn as they like
		r, _ := slices.BinarySearch(run, sum*rng.Float64())
		times = append(times, open[r]+math.Floor((until[r]-open[r]+1)*rng.Float64()))
	}
	slices.Sort(times)
	var quantiles []float64
	for k := range 1001 {
		quantiles = append(quantiles, times[k*(draws-1)/1000])
	}
	s := newStrata(rows, open, until, like, quantiles)
	got := make([]float64, n)
	drawn := 0.
	for _, x := range times {
		if r := s.draw(x, rng); r >= 0 {
			if x < open[r] || x > until[r] {
				t.Fatalf("row %d, open %g to %g, was drawn at %g", r, open[r], until[r], x)
			}
			got[r]++
			drawn++
		}
	}
	var off float64
	for i := range got {
		off += math.Abs(got[i]/drawn-like[i]/sum) / 2
	}
	if off > .06 { // chance alone: about .03
		t.Errorf("rows are drawn otherwise than they like: %.3f of the draws", off)
	}
}
