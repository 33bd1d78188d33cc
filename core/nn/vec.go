package nn

import "math"

// The functions below work on whole slices, element by element. Slices that
// are read may be the ones that are written. A not-a-number stays one.
//
// Each has its loop in plain Go and, where hasVectors, a function of
// assembly for the part whose length is a multiple of eight. Where every
// operation is rounded as Go rounds, the two agree bit for bit, and Go does
// the rest; otherwise the rest is done on a copy in [8]float32, so that a
// result does not depend on an element's place.

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
	i := 0
	if hasVectors && len(y) >= 8 {
		i = len(y) &^ 7
		vectorMul(&y[0], &a[0], &b[0], i)
	}
	for ; i < len(y); i++ {
		y[i] = a[i] * b[i]
	}
}

// mulAdd adds a·b to y, both steps rounded.
func mulAdd(y, a, b []float32) {
	a, b = a[:len(y)], b[:len(y)]
	i := 0
	if hasVectors && len(y) >= 8 {
		i = len(y) &^ 7
		vectorMulAdd(&y[0], &a[0], &b[0], i)
	}
	for ; i < len(y); i++ {
		y[i] += float32(a[i] * b[i])
	}
}

// axpy adds a·x to y, which may be longer; both steps are rounded.
func axpy(y, x []float32, a float32) {
	y = y[:len(x)]
	i := 0
	if hasVectors && len(x) >= 8 {
		i = len(x) &^ 7
		vectorAxpy(&y[0], &x[0], i, &[1]float32{a})
	}
	for ; i < len(x); i++ {
		y[i] += float32(a * x[i])
	}
}

// scaleBy multiplies y by a.
func scaleBy(y []float32, a float32) {
	i := 0
	if hasVectors && len(y) >= 8 {
		i = len(y) &^ 7
		vectorScale(&y[0], i, &[1]float32{a})
	}
	for ; i < len(y); i++ {
		y[i] *= a
	}
}

// shift sets y to x + a.
func shift(y, x []float32, a float32) {
	y = y[:len(x)]
	i := 0
	if hasVectors && len(x) >= 8 {
		i = len(x) &^ 7
		vectorShift(&y[0], &x[0], i, &[1]float32{a})
	}
	for ; i < len(x); i++ {
		y[i] = x[i] + a
	}
}

// relu sets what is negative in y to 0.
func relu(y []float32) {
	i := 0
	if hasVectors && len(y) >= 8 {
		i = len(y) &^ 7
		vectorReLU(&y[0], &y[0], i)
	}
	for ; i < len(y); i++ {
		v := y[i]
		if v <= 0 {
			v = 0
		}
		y[i] = v
	}
}

// leaky multiplies what is negative in y by slope, which is below 1.
func leaky(y []float32, slope float32) {
	i := 0
	if hasVectors && len(y) >= 8 {
		i = len(y) &^ 7
		vectorLeaky(&y[0], &y[0], i, &[1]float32{slope})
	}
	for ; i < len(y); i++ {
		v := y[i]
		if v < 0 {
			v *= slope
		}
		y[i] = v
	}
}

// slope sets y to x where v is positive, elsewhere to low·x.
func slope(y, x, v []float32, low float32) {
	x, v = x[:len(y)], v[:len(y)]
	i := 0
	if hasVectors && len(y) >= 8 {
		i = len(y) &^ 7
		vectorSlope(&y[0], &x[0], &v[0], i, &[1]float32{low})
	}
	for ; i < len(y); i++ {
		if v[i] > 0 {
			y[i] = x[i]
		} else {
			y[i] = low * x[i]
		}
	}
}

// sumOf returns the sum of x, in an order that depends on its length alone.
func sumOf(x []float32) (sum float32) {
	i := 0
	if hasVectors && len(x) >= 8 {
		i = len(x) &^ 7
		var lanes [8]float32
		vectorSum(&x[0], i, &lanes)
		sum = together(&lanes)
	}
	for ; i < len(x); i++ {
		sum += x[i]
	}
	return sum
}

// dot returns the inner product of a and b, which may be longer, in an order
// that depends on the length alone.
func dot(a, b []float32) (sum float32) {
	b = b[:len(a)]
	i := 0
	if hasVectors && len(a) >= 8 {
		i = len(a) &^ 7
		var lanes [8]float32
		vectorDot(&a[0], &b[0], i, &lanes)
		sum = together(&lanes)
	}
	for ; i < len(a); i++ {
		sum += a[i] * b[i]
	}
	return sum
}

func together(l *[8]float32) float32 {
	return ((l[0] + l[4]) + (l[2] + l[6])) + ((l[1] + l[5]) + (l[3] + l[7]))
}

// maxOf returns the largest of x, which is not empty. What it makes of a
// not-a-number is not defined.
func maxOf(x []float32) float32 {
	top, i := x[0], 0
	if hasVectors && len(x) >= 16 {
		i = len(x) &^ 7
		var lanes [8]float32
		vectorMax(&x[0], i, &lanes)
		for _, v := range lanes {
			top = max(top, v)
		}
	}
	for ; i < len(x); i++ {
		if x[i] > top {
			top = x[i]
		}
	}
	return top
}

// exp sets y to e^x, relative error below 2e-7; x below -86 or above 88
// counts as -86 or 88. It is Cephes' expf: e^x = 2^n·e^r with |r| <= ln 2 / 2.
func exp(y, x []float32) {
	y = y[:len(x)]
	if !hasVectors {
		for i, v := range x {
			y[i] = exp1(within(v, -86, 88))
		}
		return
	}
	n := len(x) &^ 7
	if n > 0 {
		vectorExp(&y[0], &x[0], n)
	}
	if n < len(x) {
		var rest [8]float32
		copy(rest[:], x[n:])
		vectorExp(&rest[0], &rest[0], 8)
		copy(y[n:], rest[:])
	}
}

// within returns v, or the bound that it is beyond. Here and elsewhere in this
// file comparisons stand for min and max, which in WebAssembly are calls and
// take as long as an exponential.
func within(v, low, high float32) float32 {
	if v < low {
		v = low
	}
	if v > high {
		v = high
	}
	return v
}

// exp1 is e^v for v that exp has bounded.
func exp1(v float32) float32 {
	const round = 3 << 22 // adding it leaves no room for a fraction
	n := float32(v*math.Log2E) + round - round
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
	if !hasVectors {
		for i, v := range x {
			y[i] = 1 / (1 + exp1(within(-v, -86, 86)))
		}
		return
	}
	n := len(x) &^ 7
	if n > 0 {
		vectorSigmoid(&y[0], &x[0], n)
	}
	if n < len(x) {
		var rest [8]float32
		copy(rest[:], x[n:])
		vectorSigmoid(&rest[0], &rest[0], 8)
		copy(y[n:], rest[:])
	}
}

// tanh sets y to the hyperbolic tangent of x, relative error below 4e-7 (of denormal results: 1e-42). It is
// the quotient of an odd and an even polynomial, with Eigen's coefficients;
// its largest value is 1 - 2.4e-7, for x of 7.9 and more.
func tanh(y, x []float32) {
	y = y[:len(x)]
	if !hasVectors {
		for i, v := range x {
			y[i] = tanh1(v)
		}
		return
	}
	n := len(x) &^ 7
	if n > 0 {
		vectorTanh(&y[0], &x[0], n)
	}
	if n < len(x) {
		var rest [8]float32
		copy(rest[:], x[n:])
		vectorTanh(&rest[0], &rest[0], 8)
		copy(y[n:], rest[:])
	}
}

func tanh1(v float32) float32 {
	const end = 7.90531110763549805
	v = within(v, -end, end)
	s := v * v
	p := float32(-2.76076847742355e-16)
	p = p*s + 2.00018790482477e-13
	p = p*s - 8.60467152213735e-11
	p = p*s + 5.12229709037114e-08
	p = p*s + 1.48572235717979e-05
	p = p*s + 6.37261928875436e-04
	p = p*s + 4.89352455891786e-03
	q := float32(1.19825839466702e-06)
	q = q*s + 1.18534705686654e-04
	q = q*s + 2.26843463243900e-03
	q = q*s + 4.89352518554385e-03
	return p * v / q
}

// Softmax sets y to the softmax of x; the two may be the same slice. Any
// finite x is safe.
func Softmax(y, x []float32) {
	widths := [1]int{len(x)}
	SoftmaxBlocks(y, x, widths[:])
}

// SoftmaxBlocks sets y to the softmax of each block of x, block after block.
// y and x may be the same slice.
func SoftmaxBlocks(y, x []float32, widths []int) {
	at := 0
	for _, n := range widths {
		x, y := x[at:at+n], y[at:at+n]
		at += n
		if n >= 16 {
			shift(y, x, -maxOf(x))
			continue
		}
		top := x[0]
		for _, v := range x {
			if v > top {
				top = v
			}
		}
		for i, v := range x {
			y[i] = v - top
		}
	}
	exp(y[:at], y[:at]) // one call for all blocks: most are short
	at = 0
	for _, n := range widths {
		y := y[at : at+n]
		at += n
		if n >= 16 {
			scaleBy(y, 1/sumOf(y))
			continue
		}
		sum := float32(0)
		for _, v := range y {
			sum += v
		}
		inv := 1 / sum
		for i := range y {
			y[i] *= inv
		}
	}
}
