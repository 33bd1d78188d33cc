package train

import "math"

// clipped is the loss of proximal policy optimisation (Schulman et al. 2017),
// by row
//
//	-min(ρ advantage, clip(ρ) advantage) - entropy H + value (V - target)²/2,
//
// mean over the batch; ρ is the chance of the action beside that when it was
// taken, clip(ρ) is within 1 ± clip, and H is the entropy of the chances. Its
// inputs are the logarithms of chances, rows x actions, up to a constant, and
// V, rows x 1. Actions that cannot be taken have no chance.
type clipped struct {
	actions              int
	clip, entropy, value float64
	can                  []bool
	action               []int32
	was                  []float32 // ln chance when it was taken
	advantage, target    []float32
}

func (c *clipped) Shape([][2]int) [2]int { return [2]int{1, 1} }

// chances fills p with the chances of a row of logits, and returns their
// entropy.
func chances(logits []float32, can []bool, p []float64) (entropy float64) {
	top, sum := math.Inf(-1), 0.0
	for j, x := range logits {
		if can[j] {
			top = max(top, float64(x))
		}
	}
	for j, x := range logits {
		p[j] = 0
		if can[j] {
			p[j] = math.Exp(float64(x) - top)
			sum += p[j]
		}
	}
	for j := range p {
		p[j] /= sum
		if p[j] > 0 {
			entropy -= p[j] * math.Log(p[j])
		}
	}
	return entropy
}

// ratio returns ρ of a row, and whether the loss follows it there.
func (c *clipped) ratio(p []float64, r int) (ratio float64, follows bool) {
	ratio = math.Exp(min(20, math.Log(max(p[c.action[r]], 1e-30))-float64(c.was[r])))
	if c.advantage[r] > 0 {
		return ratio, ratio < 1+c.clip
	}
	return ratio, ratio > 1-c.clip
}

func (c *clipped) Forward(out []float32, in [][]float32) {
	sum, p := 0.0, make([]float64, c.actions)
	for r := range c.action {
		at := r * c.actions
		h := chances(in[0][at:at+c.actions], c.can[at:at+c.actions], p)
		ratio, _ := c.ratio(p, r)
		a, miss := float64(c.advantage[r]), float64(in[1][r]-c.target[r])
		sum += -min(ratio*a, max(1-c.clip, min(1+c.clip, ratio))*a) - c.entropy*h + c.value*miss*miss/2
	}
	out[0] = float32(sum / float64(len(c.action)))
}

func (c *clipped) Backward(grads [][]float32, dout, _ []float32, in [][]float32) {
	p, by := make([]float64, c.actions), float64(dout[0])/float64(len(c.action))
	for r, a := range c.action {
		at := r * c.actions
		h := chances(in[0][at:at+c.actions], c.can[at:at+c.actions], p)
		pull, follows := c.ratio(p, r)
		if pull *= float64(c.advantage[r]); !follows {
			pull = 0
		}
		for j, x := range p {
			d := 0.0
			if x > 0 {
				d = pull*x + c.entropy*x*(math.Log(x)+h)
			}
			if j == int(a) {
				d -= pull
			}
			grads[0][at+j] = float32(by * d)
		}
		grads[1][r] = float32(by * c.value * float64(in[1][r]-c.target[r]))
	}
}
