package nn

import "math"

// Trained returns what the layer computes with its running mean and variance,
// in fewer steps, given the weights it was trained to. Skip must not be set.
func (b *BatchNorm) Trained(gamma, beta []float32) Layer {
	if b.Skip {
		panic("nn: BatchNorm.Trained: a Net has no second input to hand on")
	}
	scale, shift := b.affine(gamma, beta)
	return Layer{Op: &Affine{Cols: b.Cols, Act: b.Act}, Weights: [][]float32{scale, shift}}
}

// Trained returns the [Dense] layer that computes the same with the running
// mean and variance, given the weights it was trained to.
func (d *DenseNorm) Trained(w, gamma, beta []float32) Layer {
	scale, shift := d.Norm.affine(gamma, beta)
	scaled := make([]float32, len(w))
	for i, v := range w {
		scaled[i] = v * scale[i%len(scale)]
	}
	op := &Dense{In: d.In, Out: d.Norm.Cols, Act: d.Norm.Act, Skip: d.Skip}
	return Layer{Op: op, Weights: [][]float32{scaled, shift}}
}

// affine returns a and b such that the norm of x is a·x + b.
func (b *BatchNorm) affine(gamma, beta []float32) (scale, shift []float32) {
	scale, shift = make([]float32, b.Cols), make([]float32, b.Cols)
	for j := range scale {
		s := float64(gamma[j]) / math.Sqrt(float64(b.Var[j])+normEps)
		scale[j], shift[j] = float32(s), float32(float64(beta[j])-s*float64(b.Mean[j]))
	}
	return scale, shift
}
