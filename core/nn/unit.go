package nn

import "math"

// Unit scales each row to the length Scale, so that inner products of rows are
// cosines times Scale². Its only input is x (rows x Cols); a row of zeros
// stays one, and has no gradient.
type Unit struct {
	Cols  int
	Scale float32

	by []float32 // what each row was multiplied by
}

func (u *Unit) Shape(in [][2]int) [2]int { return in[0] }

func (u *Unit) Forward(y []float32, in [][]float32) {
	n := u.Cols
	rows := len(y) / n
	u.by = grown(u.by, rows)
	byRows(rows, func(_, r0, r1 int) {
		for r := r0; r < r1; r++ {
			x := in[0][r*n : (r+1)*n]
			u.by[r] = 0
			if length := math.Sqrt(float64(dot(x, x))); length > 1e-12 {
				u.by[r] = u.Scale / float32(length)
			}
			scaled(y[r*n:(r+1)*n], x, u.by[r])
		}
	})
}

// Backward is dx = by·(dy - y·(y·dy)/Scale²).
func (u *Unit) Backward(grads [][]float32, dy, y []float32, _ [][]float32) {
	if grads[0] == nil {
		return
	}
	n := u.Cols
	byRows(len(y)/n, func(_, r0, r1 int) {
		for r := r0; r < r1; r++ {
			y, dy, dx := y[r*n:(r+1)*n], dy[r*n:(r+1)*n], grads[0][r*n:(r+1)*n]
			copy(dx, dy)
			axpy(dx, y, -dot(y, dy)/(u.Scale*u.Scale))
			scaleBy(dx, u.by[r])
		}
	})
}
