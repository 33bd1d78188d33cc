package nn

import "math"

// The functions below work on whole slices, element by element. Slices that
// are read may be the ones that are written. A not-a-number stays one.

// add adds src to dst, which may be longer.
func add(dst, src []float32) {
	dst = dst[:len(src)]
	i := 0
	if hasVectors && len(src) >= 8 {
		i = len(src) &^ 7
		vectorAdd(&dst[0], &src[0], i)
	}
	for ; i < len(src); i++ {
		dst[i] += src[i]
	}
}

// mul sets y to a·b.
func mul(y, a, b []float32) {
	a, b = a[:len(y)], b[:len(y)]
	for i, v := range a {
		y[i] = v * b[i]
	}
}

// mulAdd adds a·b to y, both steps rounded.
func mulAdd(y, a, b []float32) {
	a, b = a[:len(y)], b[:len(y)]
	for i, v := range a {
		y[i] += float32(v * b[i])
	}
}

// axpy adds a·x to y, which may be longer; both steps are rounded.
func axpy(y, x []float32, a float32) {
	y = y[:len(x)]
	for i, v := range x {
		y[i] += float32(a * v)
	}
}

// scaleBy multiplies y by a.
func scaleBy(y []float32, a float32) {
	for i := range y {
		y[i] *= a
	}
}

// sumOf returns the sum of x, in an order that depends on its length alone.
func sumOf(x []float32) (sum float32) {
	for _, v := range x {
		sum += v
	}
	return sum
}

// dot returns the inner product of a and b, which may be longer, in an order
// that depends on the length alone.
func dot(a, b []float32) (sum float32) {
	b = b[:len(a)]
	for i, v := range a {
		sum += v * b[i]
	}
	return sum
}

// maxOf returns the largest of x, which is not empty.
func maxOf(x []float32) float32 {
	top := x[0]
	for _, v := range x {
		top = max(top, v)
	}
	return top
}

// exp sets y to e^x, relative error below 2e-7; x below -86 or above 88
// counts as -86 or 88. It is Cephes' expf: e^x = 2^n·e^r with |r| <= ln 2 / 2.
func exp(y, x []float32) {
	y = y[:len(x)]
	i := 0
	if hasVectors && len(x) >= 8 {
		i = len(x) &^ 7
		vectorExp(&y[0], &x[0], i)
	}
	for ; i < len(x); i++ {
		y[i] = exp1(min(max(x[i], -86), 88))
	}
}

// exp1 is e^v for v that exp has bounded.
func exp1(v float32) float32 {
	const round = 3 << 22 // adding it leaves no room for a fraction
	n := v*math.Log2E + round - round
	r := v - n*0.693359375 + n*2.12194440e-4
	p := float32(1.9875691500e-4)
	p = p*r + 1.3981999507e-3
	p = p*r + 8.3334519073e-3
	p = p*r + 4.1665795894e-2
	p = p*r + 1.6666665459e-1
	p = p*r + 5.0000001201e-1
	p = p*r*r + r + 1
	return p * math.Float32frombits(uint32(int32(n)+127)<<23)
}

// Exp sets y to e^x, to 2e-7 of its value; x below -86 or above 88 counts as
// -86 or 88. The two may be the same slice.
func Exp(y, x []float32) { exp(y, x) }

// sigmoid sets y to 1/(1 + e^-x), relative error below 3e-7; x below -86
// counts as -86, where it is 4e-38.
func sigmoid(y, x []float32) {
	y = y[:len(x)]
	for i, v := range x {
		y[i] = 1 / (1 + exp1(min(max(-v, -86), 86)))
	}
}

// tanh sets y to the hyperbolic tangent of x, relative error below 3e-7.
// It is Cephes' tanhf: an odd polynomial near zero, 1 - 2/(e^2|x| + 1) with
// the sign of x elsewhere.
func tanh(y, x []float32) {
	y = y[:len(x)]
	for i, v := range x {
		a := min(max(v, -v), 43)
		t := 1 - 2/(exp1(2*a)+1)
		if a < .625 {
			s := a * a
			p := float32(-5.70498872745e-3)
			p = p*s + 2.06390887954e-2
			p = p*s - 5.37397155531e-2
			p = p*s + 1.33314422036e-1
			p = p*s - 3.33332819422e-1
			t = p*s*a + a
		}
		y[i] = float32(math.Copysign(float64(t), float64(v)))
	}
}

// Softmax sets y to the softmax of x; the two may be the same slice. Any
// finite x is safe.
func Softmax(y, x []float32) { SoftmaxBlocks(y, x, []int{len(x)}) }

// SoftmaxBlocks sets y to the softmax of each block of x, block after block.
// y and x may be the same slice.
func SoftmaxBlocks(y, x []float32, widths []int) {
	at := 0
	for _, n := range widths {
		x, y := x[at:at+n], y[at:at+n]
		top := x[0]
		for _, v := range x {
			top = max(top, v)
		}
		for i, v := range x {
			y[i] = v - top
		}
		at += n
	}
	exp(y[:at], y[:at]) // one call for all blocks: most are short
	at = 0
	for _, n := range widths {
		y := y[at : at+n]
		sum := float32(0)
		for _, v := range y {
			sum += v
		}
		inv := 1 / sum
		for i := range y {
			y[i] *= inv
		}
		at += n
	}
}
