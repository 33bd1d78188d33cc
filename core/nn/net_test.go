package nn

import (
	"math"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
)

func someNet() *Net {
	rng := rand.New(rand.NewPCG(1, 2))
	return randomNet(rng, &Dense{In: 3, Out: 4, Act: ReLU, Skip: true}, &Dense{In: 7, Out: 2})
}

// randomNet returns a Net of the given ops. Its matrices are normal numbers
// over the square root of their rows, as those of trained nets roughly are.
func randomNet(rng *rand.Rand, ops ...Op) *Net {
	n := &Net{}
	for _, op := range ops {
		l := Layer{Op: op}
		for _, shape := range op.spec().weights {
			w := randoms(rng, shape[0]*shape[1])
			for i := range w {
				w[i] /= float32(math.Sqrt(float64(shape[0])))
			}
			l.Weights = append(l.Weights, w)
		}
		n.Layers = append(n.Layers, l)
	}
	return n
}

func TestNet(t *testing.T) {
	n, x := someNet(), randoms(rand.New(rand.NewPCG(3, 4)), 6)
	got := n.Forward(x, 2)
	for r := range 2 {
		for o := range 2 { // the definition, unit by unit
			l0, l1 := n.Layers[0], n.Layers[1]
			want := l1.Weights[1][o]
			for j := range 4 {
				s := l0.Weights[1][j]
				for i := range 3 {
					s += x[3*r+i] * l0.Weights[0][4*i+j]
				}
				want += max(s, 0) * l1.Weights[0][2*j+o]
			}
			for i := range 3 {
				want += x[3*r+i] * l1.Weights[0][2*(4+i)+o]
			}
			if d := got[2*r+o] - want; d > 1e-5 || d < -1e-5 {
				t.Errorf("row %d, output %d is %g, want %g", r, o, got[2*r+o], want)
			}
		}
	}
}

// In a batch, a sequence gives what it gives alone and without its steps that
// do not count, which then are zeros wherever layers look back.
func TestForwardSequences(t *testing.T) {
	const steps = 5
	lengths := []int32{5, 2, 4}
	for name, n := range someNets() {
		t.Run(name, func(t *testing.T) {
			in, out, count := n.In(), n.Out(), len(lengths)
			x := randoms(rand.New(rand.NewPCG(3, 4)), steps*count*in)
			got := n.ForwardSequences(x, count, lengths)
			for b, length := range lengths {
				var alone, mine []float32
				for s := range int(length) {
					alone = append(alone, x[(s*count+b)*in:(s*count+b+1)*in]...)
				}
				for at := b * out; at < len(got); at += count * out {
					mine = append(mine, got[at:at+out]...)
				}
				want := n.ForwardSequences(alone, 1, nil)
				near(t, mine[:len(want)], want)
			}
		})
	}
	if y := someNet().Forward(nil, 0); len(y) != 0 {
		t.Errorf("no rows give %v", y)
	}
}

// Several goroutines use one net at once (run it with -race).
func TestNetAtOnce(t *testing.T) {
	for name, n := range someNets() {
		t.Run(name, func(t *testing.T) {
			x := randoms(rand.New(rand.NewPCG(3, 4)), 12*n.In())
			want := n.ForwardSequences(x, 3, []int32{4, 1, 3})
			var all sync.WaitGroup
			for range 4 {
				all.Go(func() {
					for range 20 {
						if !slices.Equal(n.ForwardSequences(x, 3, []int32{4, 1, 3}), want) {
							t.Error("it predicts otherwise")
						}
					}
				})
			}
			all.Wait()
		})
	}
}

// A Runner gives what Forward gives, to the last bit, again and again.
func TestRunner(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	n := randomNet(rng, &Dense{In: 16, Out: 24, Act: ReLU, Skip: true}, &Dense{In: 40, Out: 24, Act: ReLU, Skip: true}, &Dense{In: 64, Out: 37})
	const rows = 70
	r := NewRunner(n, rows)
	for range 2 {
		x := randoms(rng, rows*16)
		for i := range rows {
			copy(r.Input(i), x[16*i:])
		}
		if !slices.Equal(r.Run(), n.Forward(x, rows)) {
			t.Fatal("it differs from Forward")
		}
	}
	if NewRunner(randomNet(rng, &Dense{In: 4, Out: 4, Act: ReLU}, &Dense{In: 4, Out: 2}), 1) != nil {
		t.Error("a net that it cannot run is accepted")
	}
}

func TestLookupResidual(t *testing.T) {
	n := &Net{Layers: []Layer{
		{Op: &Lookup{In: 3, Rows: 2, Dim: 2}, Weights: [][]float32{{1, 2, 3, 4}}},
		{Op: &Lookup{In: 4, Rows: 3, Dim: 1}, Weights: [][]float32{{10, 20, 30}}},
		{Op: &Dense{In: 4, Out: 4}, Weights: [][]float32{{2, 0, 0, 0, 0, 2, 0, 0, 0, 0, 2, 0, 0, 0, 0, 2}, make([]float32, 4)}},
		{Op: &Residual{Cols: 4, Back: 1}},
	}}
	nan := float32(math.NaN())
	x := []float32{1, 2, 7, 0, 0, 7, -1, 3, 7, nan, 1, 7, 2, float32(math.Inf(1)), 7}
	want := []float32{7, 3, 4, 30, 7, 1, 2, 10, 7, 0, 0, 0, 7, 0, 0, 20, 7, 0, 0, 0}
	for i := range want {
		want[i] *= 3
	}
	near(t, n.Forward(x, 5), want)
}
