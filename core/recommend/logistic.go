package recommend

import "math"

// curve is a logistic regression: one weight a column, then the offset.
type curve []float64

// logistic fits p = σ(x·w + b) by Newton's method, with so little
// regularisation that it only keeps weights finite. Columns have one number a
// row, all finite; y holds 0 and 1. O(rows · columns²) for each of some ten
// rounds. Targets are drawn in as Platt does (Probabilities for SV Machines,
// 1999), so that few answers do not make sure.
func logistic(x [][]float64, y []float32) curve {
	k := len(x) + 1
	w := make(curve, k)
	yes, n := 0., float64(len(y))
	for _, v := range y {
		yes += float64(v)
	}
	high, low := (yes+1)/(yes+2), 1/(n-yes+2)
	row, slope, bend := make([]float64, k), make([]float64, k), make([]float64, k*k)
	for range 30 {
		for j := range slope {
			slope[j] = 1e-6 * w[j]
		}
		clear(bend)
		for i, v := range y {
			for j := range x {
				row[j] = x[j][i]
			}
			row[k-1] = 1
			p := w.at(row)
			target := low
			if v > 0 {
				target = high
			}
			h := max(p*(1-p), 1e-9)
			for a, u := range row {
				slope[a] += (p - target) * u
				for b, v := range row[:a+1] {
					bend[a*k+b] += h * u * v
				}
			}
		}
		for a := range k {
			bend[a*k+a] += 1e-6
			for b := range a {
				bend[b*k+a] = bend[a*k+b]
			}
		}
		step := solve(bend, slope)
		size := 0.
		for j := range w {
			w[j] -= max(-5, min(5, step[j]))
			size += math.Abs(step[j])
		}
		if size < 1e-9 {
			break
		}
	}
	return w
}

func (w curve) at(row []float64) float64 {
	sum := 0.
	for j, v := range row {
		sum += w[j] * v
	}
	return 1 / (1 + math.Exp(-sum))
}

// of returns the probability of each row of the columns.
func (w curve) of(x [][]float64) []float64 {
	out := make([]float64, len(x[0]))
	row := make([]float64, len(w))
	row[len(x)] = 1
	for i := range out {
		for j := range x {
			row[j] = x[j][i]
		}
		out[i] = w.at(row)
	}
	return out
}

// solve returns the x of a·x = b for a symmetric positive a, k x k, by Gauss's
// elimination; both are changed.
func solve(a, b []float64) []float64 {
	k := len(b)
	for p := range k {
		for r := p + 1; r < k; r++ {
			f := a[r*k+p] / a[p*k+p]
			for c := p; c < k; c++ {
				a[r*k+c] -= f * a[p*k+c]
			}
			b[r] -= f * b[p]
		}
	}
	x := make([]float64, k)
	for p := k - 1; p >= 0; p-- {
		x[p] = b[p]
		for c := p + 1; c < k; c++ {
			x[p] -= a[p*k+c] * x[c]
		}
		x[p] /= a[p*k+p]
	}
	return x
}
