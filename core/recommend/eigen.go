package recommend

import (
	"math"

	"shoptwin/core/nn"
)

// orthonormal makes the columns of x, rows x cols, an orthonormal base of what
// they span: x V D^-½ with x'x = V D V', twice, as the first is only as good as
// single precision. Columns that others span become noise of length 0.
func orthonormal(x []float32, rows, cols int) error {
	g, t, y := make([]float32, cols*cols), make([]float32, cols*cols), make([]float32, rows*cols)
	for range 2 {
		nn.Sgemm(true, false, cols, cols, rows, 1, x, cols, x, cols, 0, g, cols)
		// Scaled first: columns may be of very different lengths.
		scale := make([]float64, cols)
		for j := range cols {
			if x := float64(g[j*cols+j]); x > 0 {
				scale[j] = 1 / math.Sqrt(x)
			}
		}
		for i := range cols {
			for j := range cols {
				g[i*cols+j] *= float32(scale[i] * scale[j])
			}
		}
		value, vector, err := eigen(g, cols)
		if err != nil {
			return err
		}
		for j := range cols {
			by := 0.
			if value[j] > 1e-9*value[cols-1] {
				by = 1 / math.Sqrt(value[j])
			}
			for i := range cols {
				t[i*cols+j] = float32(scale[i] * vector.At(i, j) * by)
			}
		}
		nn.Sgemm(false, false, rows, cols, cols, 1, x, cols, t, cols, 0, y, cols)
		copy(x, y)
	}
	return nil
}
