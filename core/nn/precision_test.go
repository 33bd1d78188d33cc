package nn

import (
	"math"
	"math/rand/v2"
	"testing"
)

// TestHalf: every float16 is its value, and between two neighbours numbers
// go to the nearer, from the middle to the even one.
func TestHalf(t *testing.T) {
	value := func(h int) float64 { // the definition
		e, m := h>>10&31, float64(h&1023)
		switch e {
		case 0:
			return m * 0x1p-24
		case 31:
			if m == 0 {
				return 65536 // where the next step would be, for rounding
			}
			return math.NaN()
		}
		return (1 + m/1024) * math.Ldexp(1, e-15)
	}
	for h := range 1 << 15 {
		want := value(h)
		got := float64(fromHalf(uint16(h)))
		if h == 0x7c00 && math.IsInf(got, 1) {
			got = 65536
		}
		if got != want && !(math.IsNaN(got) && math.IsNaN(want)) || fromHalf(uint16(h)|0x8000) != -fromHalf(uint16(h)) && !math.IsNaN(want) {
			t.Fatalf("float16 %#x is %g, want %g", h, got, want)
		}
		if math.IsNaN(want) {
			if back := toHalf(fromHalf(uint16(h))); back&0x7c00 != 0x7c00 || back&0x3ff == 0 {
				t.Fatalf("NaN %#x became %#x", h, back)
			}
			continue
		}
		if h == 0x7c00 {
			continue
		}
		for _, sign := range []uint16{0, 0x8000} {
			s := float32(1)
			if sign != 0 {
				s = -1
			}
			middle := float32((want + value(h+1)) / 2)
			below, above := math.Nextafter32(middle, 0), math.Nextafter32(middle, 1e9)
			even := uint16(h + h&1)
			for _, tt := range []struct {
				x    float32
				want uint16
			}{{float32(want), uint16(h)}, {below, uint16(h)}, {middle, even}, {above, uint16(h + 1)}} {
				if got := toHalf(s * tt.x); got != sign|tt.want {
					t.Fatalf("%g became %#x, want %#x", s*tt.x, got, sign|tt.want)
				}
			}
		}
	}
	if toHalf(float32(math.Inf(1))) != 0x7c00 || toHalf(-math.MaxFloat32) != 0xfc00 || toHalf(1e-30) != 0 {
		t.Error("what is too large is not infinite, or what is too small not 0")
	}
}

// TestPrecision checks the errors that the doc comments promise.
func TestPrecision(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	const rows, cols = 50, 7
	x, top := randoms(rng, rows*cols), make([]float64, cols)
	for i := range x {
		x[i] *= float32(int(1) << (i % cols))
		x[i] *= float32(min(1, i%cols)) // a column of zeros
		top[i%cols] = max(top[i%cols], math.Abs(float64(x[i])))
	}
	for _, p := range []Precision{Float32, Float16, Int8} {
		b, err := appendCells(nil, x, cols, p)
		if err != nil {
			t.Fatal(err)
		}
		var scales []float32
		if p == Int8 {
			scales = Float32.appendValues(nil, b[:4*cols], nil)
			b = b[4*cols:]
		}
		if len(b) != p.cellBytes()*len(x) {
			t.Errorf("precision %d takes %d bytes", p, len(b))
		}
		for i, got := range p.appendValues(nil, b, scales) {
			bound := []float64{0, math.Abs(float64(x[i])) / 2048, top[i%cols] / 254 * 1.00001}[p]
			if d := math.Abs(float64(got - x[i])); !(d <= bound) {
				t.Fatalf("precision %d: %g became %g, an error above %g", p, x[i], got, bound)
			}
		}
	}
}
