package nn

import (
	"math"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
)

func init() {
	gradientSets = append(gradientSets, func(*rand.Rand) []gradientCase {
		return []gradientCase{
			{name: "last", layer: &Last{Batch: 9, Lengths: unequal(9)}, in: [][2]int{{5 * 9, 3}}, wrt: []bool{true}},
		}
	})
}

// unequal are lengths from 0 to 3, the last eight at most 1, of which Lengths
// may say more than there are steps.
func unequal(n int) []int32 {
	lengths := make([]int32, n)
	for i := range lengths {
		lengths[i] = int32(i % 4)
		if i >= n-8 {
			lengths[i] = int32(i % 2)
		}
	}
	lengths[0] = 99
	return lengths
}

// sequenceCase is a layer over sequences with its inputs, for what all of
// these must do.
type sequenceCase struct {
	name  string
	layer func(batch int, lengths []int32) Fused
	in    int      // columns of the first input
	rest  [][2]int // shapes of the weights
	out   int
}

var sequenceCases = []sequenceCase{
	{"lstm", func(n int, lengths []int32) Fused { return &LSTM{In: 5, Hidden: 9, Batch: n, Lengths: lengths} }, 5, [][2]int{{5, 36}, {9, 36}, {1, 36}}, 9},
	{"gru", func(n int, lengths []int32) Fused { return &GRU{In: 5, Hidden: 9, Batch: n, Lengths: lengths} }, 5, [][2]int{{5, 27}, {9, 27}, {1, 27}, {1, 27}}, 9},
	{"attention", func(n int, lengths []int32) Fused {
		return &Attention{Width: 12, Heads: 3, Batch: n, Lengths: lengths}
	}, 36, nil, 12},
}

// TestLengths runs sequences of unequal lengths together and each alone, at
// its length: nothing may change, whatever stands in the steps beyond.
func TestLengths(t *testing.T) {
	const batch, steps = 40, 5
	for _, tt := range sequenceCases {
		t.Run(tt.name, func(t *testing.T) {
			rng := rand.New(rand.NewPCG(1, 2))
			lengths := unequal(batch)
			in := [][]float32{randoms(rng, steps*batch*tt.in)}
			for _, s := range tt.rest {
				in = append(in, randoms(rng, s[0]*s[1]))
			}
			dout := randoms(rng, steps*batch*tt.out)
			run := func(n int, lengths []int32, in [][]float32, dout []float32) (out []float32, grads [][]float32) {
				l := tt.layer(n, lengths)
				out, grads = make([]float32, len(dout)), likes(in)
				for i := range out {
					out[i] = 7 // may hold anything
				}
				for range 2 { // the second run finds the first's scratch
					l.Forward(out, in)
					l.Backward(grads, dout, out, in)
				}
				return out, grads
			}
			out, grads := run(batch, lengths, in, dout)
			sums := likes(in)
			for s := range batch {
				n := min(int(lengths[s]), steps)
				for t0 := n; t0 < steps; t0++ {
					r := t0*batch + s
					if !zero(out[r*tt.out:(r+1)*tt.out]) || !zero(grads[0][r*tt.in:(r+1)*tt.in]) {
						t.Fatalf("sequence %d has %d steps, but step %d is not 0", s, n, t0)
					}
				}
				if n == 0 {
					continue
				}
				alone, dalone := slices.Clone(in), make([]float32, n*tt.out)
				alone[0] = make([]float32, n*tt.in)
				for t0 := range n {
					r := t0*batch + s
					copy(alone[0][t0*tt.in:], in[0][r*tt.in:(r+1)*tt.in])
					copy(dalone[t0*tt.out:], dout[r*tt.out:(r+1)*tt.out])
				}
				o, g := run(1, nil, alone, dalone)
				for t0 := range n {
					r := t0*batch + s
					close32(t, "output", o[t0*tt.out:(t0+1)*tt.out], out[r*tt.out:])
					close32(t, "dx", g[0][t0*tt.in:(t0+1)*tt.in], grads[0][r*tt.in:])
				}
				for i := range tt.rest {
					add(sums[i+1], g[i+1])
				}
			}
			for i := range tt.rest {
				close32(t, "gradient of weights", sums[i+1], grads[i+1])
			}
		})
	}
}

func zero(x []float32) bool { return !slices.ContainsFunc(x, func(v float32) bool { return v != 0 }) }

func close32(t *testing.T, what string, a, b []float32) {
	t.Helper()
	for i, v := range a {
		if d := math.Abs(float64(v - b[i])); !(d <= 1e-5*max(1, math.Abs(float64(v)))) {
			t.Fatalf("%s: element %d is %g and %g", what, i, v, b[i])
		}
	}
}

// TestSteps takes sequences step by step, a few and many together: it must
// come to what Forward gives, without memory of its own.
func TestSteps(t *testing.T) {
	const steps = 4
	for _, batch := range []int{1, 3, 20} {
		for _, tt := range sequenceCases {
			rng := rand.New(rand.NewPCG(1, 2))
			in := [][]float32{randoms(rng, steps*batch*tt.in)}
			for _, s := range tt.rest {
				in = append(in, randoms(rng, s[0]*s[1]))
			}
			want := make([]float32, steps*batch*tt.out)
			layer := tt.layer(batch, nil)
			layer.Forward(want, in)
			h, c := make([]float32, batch*tt.out), make([]float32, batch*tt.out)
			layer = tt.layer(batch, nil)
			walk := func(check bool) {
				clear(h)
				clear(c)
				for s := range steps {
					x := in[0][s*batch*tt.in : (s+1)*batch*tt.in]
					switch l := layer.(type) {
					case *LSTM:
						l.Step(h, c, x, in[1:])
					case *GRU:
						l.Step(h, x, in[1:])
					case *Attention:
						l.Step(h, in[0], s)
					}
					if check {
						close32(t, tt.name, h, want[s*batch*tt.out:])
					}
				}
			}
			walk(true)
			if n := testing.AllocsPerRun(10, func() { walk(false) }); n != 0 && !raceDetector {
				t.Errorf("%s, %d sequences: %v allocations in %d steps", tt.name, batch, n, steps)
			}
		}
	}
}

// TestAtOnce lets goroutines predict with the same weights, each with a layer
// of its own: nothing else may be shared.
func TestAtOnce(t *testing.T) {
	const batch, steps = 40, 5
	for _, tt := range sequenceCases {
		rng := rand.New(rand.NewPCG(1, 2))
		in := [][]float32{randoms(rng, steps*batch*tt.in)}
		for _, s := range tt.rest {
			in = append(in, randoms(rng, s[0]*s[1]))
		}
		var outs [4][]float32
		var all sync.WaitGroup
		for i := range outs {
			outs[i] = make([]float32, steps*batch*tt.out)
			all.Go(func() {
				l := tt.layer(batch, nil)
				for range 3 {
					l.Forward(outs[i], in)
				}
			})
		}
		all.Wait()
		for _, out := range outs[1:] {
			if !slices.Equal(out, outs[0]) {
				t.Errorf("%s: at once, two layers differ", tt.name)
			}
		}
	}
}

// TestLast picks the last step that counts.
func TestLast(t *testing.T) {
	l := &Last{Batch: 3, Lengths: []int32{2, 0, 1}}
	out := make([]float32, 3)
	l.Forward(out, [][]float32{{1, 2, 3, 4, 5, 6}})
	if !slices.Equal(out, []float32{4, 0, 3}) {
		t.Errorf("last steps are %v, want [4 0 3]", out)
	}
}
