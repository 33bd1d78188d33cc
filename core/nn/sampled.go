package nn

import "math"

// sampled is what losses over a few sampled items share; see [GBCE] for the
// inputs.
type sampled struct {
	Dim  int
	Bias bool
	// Target and Sample are items' ids. Rows with the target -1 do not count.
	Target, Sample []int32
	Weight         []float32 // of each row; nil: the loss is the rows' mean, else the sum of each one's times its weight

	scores []float32 // rows x samples, then their slopes
	bias   []float32 // gradient of the samples' biases
	target []float32 // likewise, of the target
	sums   pieceSums
	rows   int // that count
}

func (*sampled) Shape([][2]int) [2]int { return [2]int{1, 1} }

// width returns the columns of P and E.
func (s *sampled) width() int {
	if s.Bias {
		return s.Dim + 1
	}
	return s.Dim
}

// parts returns h, P and E of inputs or gradients.
func (s *sampled) parts(in [][]float32) (h, p, e []float32) {
	if len(in) > 2 {
		return in[0], in[1], in[2]
	}
	if in[1] == nil {
		return in[0], nil, nil
	}
	at := len(in[1]) - len(s.Sample)*s.width()
	return in[0], in[1][:at], in[1][at:]
}

// forward finds the scores and returns the mean over rows of f, which gets a
// row's scores, replaces those of the samples by the slopes and returns loss
// and slope of the target's. A left out item has the score -Inf, and must be
// given the slope 0.
func (s *sampled) forward(in [][]float32, f func(row int, target float32, scores []float32) (loss float64, slope float32)) float32 {
	h, p, e := s.parts(in)
	rows, n, width := len(h)/s.Dim, len(s.Sample), s.width()
	s.scores, s.target = grown(s.scores, rows*n), grown(s.target, rows)
	s.sums.begin(rows)
	s.rows = counted(s.Target[:rows])
	Sgemm(false, true, rows, n, s.Dim, 1, h, s.Dim, e, width, 0, s.scores, n)
	byRows(rows, func(piece, r0, r1 int) {
		sum := 0.0
		for r := r0; r < r1; r++ {
			scores := s.scores[r*n : (r+1)*n]
			if s.Target[r] < 0 {
				clear(scores)
				s.target[r] = 0
				continue
			}
			target := dot(h[r*s.Dim:(r+1)*s.Dim], p[r*width:])
			if s.Bias {
				target += p[r*width+s.Dim]
				for j := range scores {
					scores[j] += e[j*width+s.Dim]
				}
			}
			for j, id := range s.Sample {
				if id == s.Target[r] {
					scores[j] = float32(math.Inf(-1))
				}
			}
			loss, slope := f(r, target, scores)
			if s.Weight != nil {
				loss, slope = loss*float64(s.Weight[r]), slope*s.Weight[r]
				scaleBy(scores, s.Weight[r])
			}
			sum += loss
			s.target[r] = slope
		}
		s.sums[piece] = sum
	})
	if s.Weight != nil {
		s.rows = 1
	}
	return s.sums.mean(s.rows)
}

func (s *sampled) Backward(grads [][]float32, dout, _ []float32, in [][]float32) {
	h, p, e := s.parts(in)
	rows, n, width := len(s.target), len(s.Sample), s.width()
	by := dout[0] / float32(max(s.rows, 1))
	dh, dp, de := s.parts(grads)
	byRows(rows, func(_, r0, r1 int) {
		for r := r0; r < r1; r++ {
			slope := by * s.target[r]
			if dh != nil {
				scaled(dh[r*s.Dim:(r+1)*s.Dim], p[r*width:], slope)
			}
			if dp != nil {
				scaled(dp[r*width:r*width+s.Dim], h[r*s.Dim:], slope)
				if s.Bias {
					dp[r*width+s.Dim] = slope
				}
			}
		}
	})
	if dh != nil {
		Sgemm(false, false, rows, s.Dim, n, by, s.scores, n, e, width, 1, dh, s.Dim)
	}
	if de != nil {
		Sgemm(true, false, n, s.Dim, rows, by, s.scores, n, h, s.Dim, 0, de, width)
		if s.Bias {
			s.bias = grown(s.bias, n)
			sumRows(s.bias, s.scores, n, rows)
			for j, v := range s.bias {
				de[j*width+s.Dim] = by * v
			}
		}
	}
}

// SampledSoftmax is the loss -ln softmax over the target and the sampled
// items, each score less the logarithm of how often the item is expected in a
// sample, which makes it that of the softmax over all items in the mean
// (Bengio and Senécal 2008; Yi et al., Sampling-Bias-Corrected Neural
// Modeling, 2019). Inputs are as in [GBCE].
type SampledSoftmax struct {
	sampled
	LogQTarget []float32 // of each row's target; nil: 0
	LogQSample []float32 // of each sampled item; nil: 0
}

// NewSampledSoftmax returns the layer for vectors of dim columns; its fields
// Target, Sample and the logarithms are the caller's to fill.
func NewSampledSoftmax(dim int, bias bool) *SampledSoftmax {
	return &SampledSoftmax{sampled: sampled{Dim: dim, Bias: bias}}
}

func (s *SampledSoftmax) Forward(out []float32, in [][]float32) {
	out[0] = s.forward(in, func(row int, target float32, scores []float32) (float64, float32) {
		if s.LogQTarget != nil {
			target -= s.LogQTarget[row]
		}
		for j, q := range s.LogQSample {
			scores[j] -= q
		}
		top := target
		if len(scores) > 0 {
			top = max(top, maxOf(scores))
		}
		shift(scores, scores, -top)
		own := float32(math.Exp(float64(target - top)))
		exp(scores, scores)
		for j, id := range s.Sample {
			if id == s.Target[row] { // e^-86 is near 0, but not 0
				scores[j] = 0
			}
		}
		total := own + sumOf(scores)
		scaleBy(scores, 1/total)
		return math.Log(float64(total)) - float64(target-top), own/total - 1
	})
}

// GBCE is the loss -1/(k+1)·[β·ln σ(s+) + Σ ln(1-σ(s-))] for the target's
// score s+ and those of k sampled items, β = α(t(1-1/α) + 1/α), α = k/(I-1)
// (Petrov and Macdonald, gSASRec, 2023): β < 1 undoes that few of the I items
// are seen as negatives. The sample is the whole batch's.
//
// Inputs are h (rows x Dim), what the network says, the targets' vectors P
// (rows x Dim) and the sampled items' vectors E (k x Dim); or h and one matrix
// with P above E, so that one [Embedding] can look up both. Scores are inner
// products. With Bias P and E have one more column, which is added to the
// score. A sampled item that is the row's target is left out there.
type GBCE struct {
	sampled
	Items int     // I
	T     float64 // t: 0 is plain BCE, 1 calibrated probabilities
}

// NewGBCE returns the layer for vectors of dim columns; its fields Target and
// Sample are the caller's to fill.
func NewGBCE(dim int, bias bool, items int, t float64) *GBCE {
	return &GBCE{sampled: sampled{Dim: dim, Bias: bias}, Items: items, T: t}
}

func (g *GBCE) Forward(out []float32, in [][]float32) {
	k := float64(len(g.Sample))
	alpha := k / float64(g.Items-1)
	beta := alpha * (g.T*(1-1/alpha) + 1/alpha)
	by := 1 / (k + 1)
	out[0] = g.forward(in, func(_ int, target float32, scores []float32) (float64, float32) {
		loss := beta * softplus(-float64(target))
		for len(scores) > 0 {
			run := scores[:min(512, len(scores))]
			loss += softplusLogistic(run)
			scaleBy(run, float32(by))
			scores = scores[len(run):]
		}
		return by * loss, float32(-by * beta * logistic(-float64(target)))
	})
}

// softplusLogistic replaces up to 512 x by σ(x) and returns the sum of
// softplus(x); see softplusSum.
func softplusLogistic(x []float32) float64 {
	sum := 0.0
	for _, v := range x {
		sum += float64(max(v, 0))
	}
	sigmoid(x, x)
	product := 1.0
	for i, s := range x {
		product *= float64(max(s, 1-s))
		if s < 1e-37 { // of -Inf, where σ stops at 4e-38
			x[i] = 0
		}
	}
	return sum - math.Log(product)
}
