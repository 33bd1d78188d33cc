package promo

import "math"

// Products with a small part of a category have fewer buyers, and those less
// loyal ones (double jeopardy; Ehrenberg, Goodhardt and Barwise, Journal of
// Marketing, 1990): what neighbours' offers take of them is a larger part of
// what they sell. So an item's effect of the neighbours' pull is drawn to its
// category's mean and, by a slope that all categories share, to what its size
// says.

// sizes sets each item's size: the root of its part of the category's usual
// units, less the category's mean of that.
func (f *fitted) sizes(first []int) {
	f.size = make([]float64, len(f.group))
	total, mean, n := make([]float64, f.groups), make([]float64, f.groups), make([]float64, f.groups)
	for i, g := range f.group {
		for s := first[i]; s < first[i+1]; s++ {
			f.size[i] += f.d.share[s]
		}
		total[g] += f.size[i]
	}
	for i, g := range f.group {
		f.size[i] = math.Sqrt(f.size[i] / max(total[g], 1e-9))
		mean[g] += f.size[i]
		n[g]++
	}
	for i, g := range f.group {
		f.size[i] -= mean[g] / n[g]
	}
}

// sized is what item i's size adds to the mean of effect j.
func (f *fitted) sized(i, j int) float64 {
	if j != xPull {
		return 0
	}
	return f.bySize * f.size[i]
}

// slopeOfSize sets the slope by generalised least squares on what the items
// say of their effect beyond their categories' means, as [fitted.means] does
// for these. A slope of 0 is believed as if with a standard deviation of 1: an
// item that is all of its category and one that is nothing of it differ by 1.
func (f *fitted) slopeOfSize(work []itemWork) {
	k := f.d.k
	info, say := 1.0, 0.0
	for i, g := range f.group {
		v := f.cov[(i*k+xPull)*k:][:k]
		own := dot(v, work[i].rhs) / (f.phi[i] * f.tau[xPull])
		for j, m := range f.mean[g*k:][:k] {
			own += m * v[j] / (f.tau[xPull] * f.tau[j])
		}
		own -= f.mean[g*k+xPull] / f.tau[xPull]
		say += f.size[i] * own
		info += f.size[i] * f.size[i] * (1/f.tau[xPull] - v[xPull]/(f.tau[xPull]*f.tau[xPull]))
	}
	f.bySize = say / info
}
