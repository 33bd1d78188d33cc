package train

import (
	"math"
	"math/rand/v2"

	"shoptwin/core/nn"
	"shoptwin/core/privacy"
)

// sanitiser makes a critic's gradient by its real rows differentially private
// (Abadi et al., Deep Learning with Differential Privacy, 2016): each row takes
// part with probability rate, its gradient is cut to a length of clip, and the
// sum gets Gaussian noise.
//
// A row's gradient is never laid out. Its part in the first layer is the
// product of the row's ones and what comes back to the hidden layer, so that
// its length follows from theirs (ghost clipping: Goodfellow, Efficient
// per-example gradient computations, 2015; Li et al. 2022).
//
// Gradients are cut to whole multiples of a unit, towards 0, which makes none
// longer, and noise is drawn from the discrete Gaussian: sums are exact, and
// nothing leaks through the last digits. Its divergences are those of the
// continuous one, as the moments of exp of whole shifts are.
type sanitiser struct {
	rng  *rand.Rand
	real rows
	rate float64
	clip float64
	unit float64
	g    privacy.Gaussian
	mean float64 // rows of a batch, as expected

	sumC, sumB, sumV []int64 // W x H, H, H+1, in units
	back, active     []float64
}

// finest is how many units a clipped gradient is long at most: the noise's
// variance must stay within [privacy.Gaussian]'s range.
const finest = 1 << 10

func newSanitiser(real rows, hidden int, rate, clip, noise float64, rng *rand.Rand) *sanitiser {
	units := math.Min(finest, math.Floor((1<<14-1)/noise))
	s := &sanitiser{
		rng: rng, real: real, rate: rate, clip: clip, unit: clip / units, mean: rate * float64(real.len()),
		g:    privacy.Gaussian{V: uint64(math.Ceil(noise * noise * units * units))},
		sumC: make([]int64, real.width*hidden), sumB: make([]int64, hidden), sumV: make([]int64, hidden+1),
		back: make([]float64, hidden), active: make([]float64, hidden),
	}
	return s
}

// each calls f with the rows of a Poisson sample.
func (s *sanitiser) each(f func(row int)) {
	if s.rate >= 1 {
		for r := range s.real.len() {
			f(r)
		}
		return
	}
	// The gaps between chosen rows are geometric.
	for r := -1; ; {
		u := 1 - s.rng.Float64() // in (0, 1]
		gap := math.Floor(math.Log(u) / math.Log1p(-s.rate))
		if gap >= float64(s.real.len()) {
			return
		}
		if r += 1 + int(gap); r >= s.real.len() {
			return
		}
		f(r)
	}
}

// add adds the private gradient of mean ln(1+e^-D(x)) over real rows to dw,
// db and dv, for the critic's weights w, b and v: see [nn.Critic].
func (s *sanitiser) add(w, b, v, dw, db, dv []float32) {
	clear(s.sumC)
	clear(s.sumB)
	clear(s.sumV)
	h := len(b)
	s.each(func(r int) {
		ones := s.real.ones[r*s.real.blocks : (r+1)*s.real.blocks]
		score := float64(v[h])
		for j := range h {
			x := b[j]
			for _, one := range ones {
				x += w[int(one)*h+j]
			}
			slope := 1.
			if x <= 0 {
				slope = nn.LeakySlope
			}
			s.back[j], s.active[j] = slope*float64(v[j]), slope*float64(x)
			score += s.active[j] * float64(v[j])
		}
		by := -1 / (1 + math.Exp(score)) // the loss by the score
		var backs, actives float64
		for j := range h {
			s.back[j] *= by
			s.active[j] *= by
			backs += s.back[j] * s.back[j]
			actives += s.active[j] * s.active[j]
		}
		norm := math.Sqrt(float64(len(ones)+1)*backs + actives + by*by)
		if !(norm > 0 && norm < math.MaxFloat32) { // what is not a number must not pass for a short gradient
			return
		}
		scale := math.Min(1, s.clip/norm) / s.unit
		for j := range h {
			q := int64(s.back[j] * scale)
			for _, one := range ones {
				s.sumC[int(one)*h+j] += q
			}
			s.sumB[j] += q
			s.sumV[j] += int64(s.active[j] * scale)
		}
		s.sumV[h] += int64(by * scale)
	})
	by := s.unit / s.mean
	for i, part := range [][]int64{s.sumC, s.sumB, s.sumV} {
		out := [][]float32{dw, db, dv}[i]
		for j, n := range part {
			out[j] += float32(float64(n+s.g.Draw(s.rng)) * by)
		}
	}
}
