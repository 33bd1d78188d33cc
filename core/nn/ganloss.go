package nn

import "math"

// The losses of adversarial training. Of two inputs, a critic's scores of
// real and of generated rows, they make the critic's loss; of generated rows'
// scores alone, the generator's.

// Wasserstein is mean D(fake) - mean D(real), and for the generator
// -mean D(fake) (Arjovsky et al. 2017). The two may differ in rows.
type Wasserstein struct{}

func (Wasserstein) Shape([][2]int) [2]int { return [2]int{1, 1} }

func (Wasserstein) Forward(out []float32, in [][]float32) {
	if len(in) == 1 {
		out[0] = -meanOf(in[0])
	} else {
		out[0] = meanOf(in[1]) - meanOf(in[0])
	}
}

func meanOf(x []float32) float32 {
	sum := 0.0
	for _, v := range x {
		sum += float64(v)
	}
	return float32(sum / float64(len(x)))
}

func (Wasserstein) Backward(grads [][]float32, dout, _ []float32, _ [][]float32) {
	for i, g := range grads {
		by := dout[0] / float32(len(g))
		if i == 0 {
			by = -by
		}
		for j := range g {
			g[j] = by
		}
	}
}

// Hinge is mean max(0, 1 - D(real)) + mean max(0, 1 + D(fake)), and for the
// generator -mean D(fake) (Lim and Ye 2017). The two may differ in rows.
type Hinge struct{}

func (Hinge) Shape([][2]int) [2]int { return [2]int{1, 1} }

func (Hinge) Forward(out []float32, in [][]float32) {
	if len(in) == 1 {
		out[0] = -meanOf(in[0])
		return
	}
	total := 0.0
	for i, sign := range []float32{-1, 1} {
		sum := 0.0
		for _, v := range in[i] {
			sum += float64(max(0, 1+sign*v))
		}
		total += sum / float64(len(in[i]))
	}
	out[0] = float32(total)
}

func (Hinge) Backward(grads [][]float32, dout, out []float32, in [][]float32) {
	if len(in) == 1 {
		Wasserstein{}.Backward(grads, dout, out, in)
		return
	}
	for i, sign := range []float32{-1, 1} {
		by := sign * dout[0] / float32(len(in[i]))
		for j := range grads[i] {
			grads[i][j] = 0
			if 1+sign*in[i][j] > 0 {
				grads[i][j] = by
			}
		}
	}
}

// Relativistic is mean ln(1 + e^(D(fake) - D(real))) over pairs of rows, and
// for the generator, that needs both inputs too, the same with the roles
// exchanged (Jolicoeur-Martineau 2018; R3GAN, Huang et al. 2024).
type Relativistic struct {
	Generator bool

	slope []float32 // by D(fake) - D(real)
}

func (*Relativistic) Shape([][2]int) [2]int { return [2]int{1, 1} }

func (l *Relativistic) Forward(out []float32, in [][]float32) {
	sign := 1.0
	if l.Generator {
		sign = -1
	}
	l.slope = grown(l.slope, len(in[0]))
	sum := 0.0
	for i, real := range in[0] {
		d := sign * (float64(in[1][i]) - float64(real))
		sum += max(d, 0) + math.Log1p(math.Exp(-math.Abs(d)))
		l.slope[i] = float32(sign / (1 + math.Exp(-d)))
	}
	out[0] = float32(sum / float64(len(in[0])))
}

func (l *Relativistic) Backward(grads [][]float32, dout, _ []float32, _ [][]float32) {
	for i, by := range []float32{-dout[0], dout[0]} {
		if grads[i] != nil {
			scaled(grads[i], l.slope, by/float32(len(l.slope)))
		}
	}
}
