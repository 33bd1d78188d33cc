package nn

import "math"

// add adds src to dst, which may be longer.
func add(dst, src []float32) {
	dst = dst[:len(src)]
	for i, v := range src {
		dst[i] += v
	}
}

// exp sets y to e^x for x <= 88, relative error below 2e-7; below -87 it
// gives 0. It is Cephes' expf: e^x = 2^n·e^r with |r| <= ln 2 / 2.
func exp(y, x []float32) {
	y = y[:len(x)]
	const round = 3 << 22 // adding it leaves no room for a fraction
	for i, v := range x {
		if v < -87 {
			y[i] = 0
			continue
		}
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

// Softmax sets y to the softmax of x; the two may be the same slice. Any
// finite x is safe.
func Softmax(y, x []float32) {
	y = y[:len(x)]
	top := x[0]
	for _, v := range x {
		top = max(top, v)
	}
	for i, v := range x {
		y[i] = v - top
	}
	exp(y, y)
	sum := float32(0)
	for _, v := range y {
		sum += v
	}
	inv := 1 / sum
	for i := range y {
		y[i] *= inv
	}
}
