package nn

import "math"

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

// exp sets y to e^x, relative error below 2e-7; x below -86 or above 88
// counts as -86 or 88. The two may be the same slice. It is Cephes' expf:
// e^x = 2^n·e^r with |r| <= ln 2 / 2.
func exp(y, x []float32) {
	y = y[:len(x)]
	i := 0
	if hasVectors && len(x) >= 8 {
		i = len(x) &^ 7
		vectorExp(&y[0], &x[0], i)
	}
	const round = 3 << 22 // adding it leaves no room for a fraction
	for ; i < len(x); i++ {
		v := min(max(x[i], -86), 88)
		n := v*math.Log2E + round - round
		r := v - n*0.693359375 + n*2.12194440e-4
		p := float32(1.9875691500e-4)
		p = p*r + 1.3981999507e-3
		p = p*r + 8.3334519073e-3
		p = p*r + 4.1665795894e-2
		p = p*r + 1.6666665459e-1
		p = p*r + 5.0000001201e-1
		p = p*r*r + r + 1
		y[i] = p * math.Float32frombits(uint32(int32(n)+127)<<23)
	}
}

// Exp sets y to e^x, to 2e-7 of its value; x below -86 or above 88 counts as
// -86 or 88. The two may be the same slice.
func Exp(y, x []float32) { exp(y, x) }

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
