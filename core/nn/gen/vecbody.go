package main

import "math"

// functions are the element-wise functions; vec.go of the package above says
// what they compute, critic.go has its two in Go.
var functions = []function{
	{name: "vectorAdd", about: "y += x", ptrs: []string{"y", "x"}, body: func(b *body) {
		b.store("y", b.add(b.load("y"), b.load("x")))
	}},
	{name: "vectorMul", about: "y = a·b", ptrs: []string{"y", "a", "b"}, body: func(b *body) {
		b.store("y", b.mul(b.load("a"), b.load("b")))
	}},
	{name: "vectorMulAdd", about: "y += a·b", ptrs: []string{"y", "a", "b"}, body: func(b *body) {
		b.store("y", b.add(b.load("y"), b.mul(b.load("a"), b.load("b"))))
	}},
	{name: "vectorAxpy", about: "y += by[0]·x", ptrs: []string{"y", "x"}, params: 1, body: func(b *body) {
		b.store("y", b.add(b.load("y"), b.mul(b.by(0), b.load("x"))))
	}},
	{name: "vectorScale", about: "y *= by[0]", ptrs: []string{"y"}, params: 1, body: func(b *body) {
		b.store("y", b.mul(b.load("y"), b.by(0)))
	}},
	{name: "vectorShift", about: "y = x + by[0]", ptrs: []string{"y", "x"}, params: 1, body: func(b *body) {
		b.store("y", b.add(b.load("x"), b.by(0)))
	}},
	{name: "vectorMean", about: "y = by[0]·y + by[1]·x", ptrs: []string{"y", "x"}, params: 2, body: func(b *body) {
		b.store("y", b.add(b.mul(b.by(0), b.load("y")), b.mul(b.by(1), b.load("x"))))
	}},
	{name: "vectorReLU", about: "y = x above zero", ptrs: []string{"y", "x"}, body: func(b *body) {
		b.store("y", b.max(b.load("x"), b.num(0)))
	}},
	{name: "vectorLeaky", about: "y = x, below zero times by[0]", ptrs: []string{"y", "x"}, params: 1, body: func(b *body) {
		x := b.load("x")
		b.store("y", b.max(x, b.mul(x, b.by(0))))
	}},
	{name: "vectorSlope", about: "y = x, times by[0] where v is not above zero", ptrs: []string{"y", "x", "v"}, params: 1, body: func(b *body) {
		x := b.load("x")
		b.store("y", b.blend(b.sub(b.num(0), b.load("v")), x, b.mul(x, b.by(0))))
	}},
	{name: "vectorSum", about: "d is set to the sum, lane by lane, of x", ptrs: []string{"x"}, sums: 1, unroll: 4, join: opAdd, body: func(b *body) {
		b.keep(0, b.add(b.sum(0), b.load("x")))
	}},
	{name: "vectorMax", about: "d is set to the largest, lane by lane, of x", ptrs: []string{"x"}, sums: 1, start: float32(math.Inf(-1)), unroll: 4, join: opMax, body: func(b *body) {
		b.keep(0, b.max(b.sum(0), b.load("x")))
	}},
	{name: "vectorDot", about: "d is set to the sum, lane by lane, of x·y", ptrs: []string{"x", "y"}, sums: 1, unroll: 4, join: opAdd, body: func(b *body) {
		b.keep(0, b.fma(b.load("x"), b.load("y"), b.sum(0)))
	}},
	{name: "vectorExp", about: "y = e^x", ptrs: []string{"y", "x"}, body: func(b *body) {
		b.store("y", b.exp(b.min(b.max(b.load("x"), b.num(-86)), b.num(88))))
	}},
	{name: "vectorSigmoid", about: "y = 1/(1 + e^-x)", ptrs: []string{"y", "x"}, body: func(b *body) {
		b.store("y", b.sigmoid(b.load("x")))
	}},
	{name: "vectorTanh", about: "y = tanh x", ptrs: []string{"y", "x"}, body: func(b *body) {
		b.store("y", b.tanh(b.load("x")))
	}},
	{name: "vectorAdam", about: "one step, as Adam.piece has it", ptrs: []string{"w", "dw", "m", "v"}, params: 11, body: adam},
	{name: "vectorCriticRow", about: "d is set to the sums, lane by lane, of v·leaky of real, real+noise, fake, fake+noise",
		ptrs: []string{"real", "fake", "noise", "v"}, sums: 4, body: criticRow},
	{name: "vectorCriticGradient", about: "as Critic.rowGradient has it, with by the five slopes",
		ptrs: []string{"real", "fake", "noise", "adv", "v", "dv", "dbias"}, params: 5, body: criticGradient},
}

// tanh is x·P(x²)/Q(x²) up to tanhEnd, beyond which it is 1 but for the last
// two digits; the coefficients are those of Eigen's vectorised tanh.
const tanhEnd = 7.90531110763549805

var (
	tanhOver = []float64{-2.76076847742355e-16, 2.00018790482477e-13, -8.60467152213735e-11, 5.12229709037114e-08,
		1.48572235717979e-05, 6.37261928875436e-04, 4.89352455891786e-03}
	tanhUnder = []float64{1.19825839466702e-06, 1.18534705686654e-04, 2.26843463243900e-03, 4.89352518554385e-03}
)

// exp returns e^x for -86 <= x <= 88, as exp1 in vec.go has it.
func (b *body) exp(x int) int {
	n := b.round(b.mul(x, b.bits(0x3fb8aa3b))) // log2 e
	r := b.fnma(n, b.bits(0x3f318000), x)      // ln 2, its first digits
	r = b.fnma(n, b.bits(0xb95e8083), r)       // and the rest
	p := b.bits(0x39506967)
	for _, c := range []uint32{0x3ab743ce, 0x3c088908, 0x3d2aa9c1, 0x3e2aaaaa, 0x3f000000} {
		p = b.fma(p, r, b.bits(c))
	}
	p = b.add(b.fma(b.mul(p, r), r, r), b.num(1))
	return b.iadd(p, b.shift(b.int(n), 23))
}

// sigmoid returns 1/(1 + e^-x), as sigmoid in vec.go has it.
func (b *body) sigmoid(x int) int {
	x = b.sub(b.num(0), x)
	return b.div(b.num(1), b.add(b.exp(b.min(b.max(x, b.num(-86)), b.num(86))), b.num(1)))
}

// tanh returns tanh x, as tanh in vec.go has it.
func (b *body) tanh(x int) int {
	x = b.min(b.max(x, b.num(-tanhEnd)), b.num(tanhEnd))
	s := b.mul(x, x)
	p := b.num(tanhOver[0])
	for _, c := range tanhOver[1:] {
		p = b.fma(p, s, b.num(c))
	}
	q := b.num(tanhUnder[0])
	for _, c := range tanhUnder[1:] {
		q = b.fma(q, s, b.num(c))
	}
	return b.div(b.mul(p, x), q)
}

// leaky must be LeakySlope.
const leaky = 0.2

func criticRow(b *body) {
	noise, v := b.load("noise"), b.load("v")
	for i, name := range []string{"real", "fake"} {
		x := b.load(name)
		for j := range 2 {
			if j == 1 {
				x = b.add(x, noise)
			}
			b.keep(2*i+j, b.fma(b.max(x, b.mul(x, b.num(leaky))), v, b.sum(2*i+j)))
		}
	}
}

func criticGradient(b *body) {
	noise, v, dv := b.load("noise"), b.load("v"), b.load("dv")
	var g [4]int
	for i := range g {
		x := b.load([]string{"real", "fake"}[i/2])
		if i%2 == 1 {
			x = b.add(x, noise)
		}
		slope := b.blend(x, b.num(leaky), b.num(1))
		if i == 2 {
			b.store("adv", b.mul(b.mul(slope, b.by(4)), v))
		}
		g[i] = b.mul(slope, b.by(i))
		dv = b.fma(x, g[i], dv)
	}
	b.store("dv", dv)
	real, fake := b.mul(b.add(g[0], g[1]), v), b.mul(b.add(g[2], g[3]), v)
	b.store("real", real)
	b.store("fake", fake)
	b.store("noise", b.mul(b.add(g[1], g[3]), v))
	b.store("dbias", b.add(b.load("dbias"), b.add(real, fake)))
}

// Places of Adam's parameters in by; adam.go of the package above has the
// same list.
const (
	byClip = iota
	byL2
	byL1
	byMinusL1
	byKeep // of the weights
	byBeta1
	byRest1 // 1 - beta1
	byBeta2
	byRest2
	byUnbias
	byRate
)

// adam rounds after every operation, as Go does: the bits are the same on
// all processors.
func adam(b *body) {
	w := b.load("w")
	g := b.add(b.mul(b.by(byClip), b.load("dw")), b.mul(b.by(byL2), w))
	g = b.add(g, b.min(b.max(b.mul(w, b.num(1e38)), b.by(byMinusL1)), b.by(byL1))) // L1 with w's sign
	m := b.add(b.mul(b.by(byBeta1), b.load("m")), b.mul(b.by(byRest1), g))
	b.store("m", m)
	v := b.add(b.mul(b.by(byBeta2), b.load("v")), b.mul(b.mul(b.by(byRest2), g), g))
	b.store("v", v)
	move := b.div(b.mul(b.by(byRate), m), b.add(b.sqrt(b.mul(v, b.by(byUnbias))), b.num(1e-8)))
	b.store("w", b.sub(b.mul(b.by(byKeep), w), move))
}
