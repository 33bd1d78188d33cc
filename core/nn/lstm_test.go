package nn

import (
	"math"
	"math/rand/v2"
	"testing"
)

func init() {
	gradientSets = append(gradientSets, func(*rand.Rand) []gradientCase {
		all := []bool{true, true, true, true}
		shapes := func(rows, in, h int) [][2]int { return [][2]int{{rows, in}, {in, 4 * h}, {h, 4 * h}, {1, 4 * h}} }
		return []gradientCase{
			{name: "lstm", layer: &LSTM{In: 3, Hidden: 9, Batch: 5}, in: shapes(4*5, 3, 9), wrt: all},
			{name: "lstm one step", layer: &LSTM{In: 3, Hidden: 2, Batch: 2}, in: shapes(2, 3, 2), wrt: all},
			{name: "lstm lengths", layer: &LSTM{In: 2, Hidden: 8, Batch: 40, Lengths: unequal(40)}, in: shapes(5*40, 2, 8), wrt: all},
		}
	})
}

// wave returns sin(f), sin(2f), ...: numbers that PyTorch can be given too.
func wave(f float64, n int) []float32 {
	x := make([]float32, n)
	for i := range x {
		x[i] = float32(math.Sin(f * float64(i+1)))
	}
	return x
}

// golden compares with numbers that PyTorch 2 printed with "%.6g".
func golden(t *testing.T, what string, got []float32, want []float64) {
	t.Helper()
	for i, w := range want {
		if d := math.Abs(float64(got[i]) - w); !(d < 6e-6*max(1, math.Abs(w))) {
			t.Errorf("%s: element %d is %g, PyTorch has %g", what, i, got[i], w)
		}
	}
}

// TestLSTMGolden: nn.LSTM(3, 2), 3 steps of 2 sequences; x, weights (input,
// hidden, bias; transposed as here) and the output's weighting in the loss are
// waves of 1.1, 1.2, 1.3, 1.4 and 1.7.
func TestLSTMGolden(t *testing.T) {
	l := &LSTM{In: 3, Hidden: 2, Batch: 2}
	in := [][]float32{wave(1.1, 18), wave(1.2, 24), wave(1.3, 16), wave(1.4, 8)}
	out := make([]float32, 12)
	l.Forward(out, in)
	golden(t, "y", out, []float64{0.129606, 0.11023, 0.187077, 0.0914218, 0.154191, 0.158423, 0.234671, 0.112301, 0.14273, 0.179383, 0.243081, 0.117178})
	grads := likes(in)
	l.Backward(grads, wave(1.7, 12), out, in)
	golden(t, "dx", grads[0], []float64{-0.0567053, 0.00749906, 0.0419368, -0.0595759, 0.0804329, -0.0988267, -0.07936, 0.0346182, 0.0111838, -0.0552367})
	golden(t, "dWx", grads[1], []float64{0.152989, -0.195987, 0.0655969, -0.082414, 0.860918, -0.374509, 0.393432, -0.446151, 0.103486, -0.103811})
	golden(t, "dWh", grads[2], []float64{-0.000666213, 0.00311786, 0.00158972, 0.00025706, 0.035579, -0.0168155, -0.00963743, 0.00818051})
	golden(t, "db", grads[3], []float64{0.0130746, -0.00850984, 0.0212416, -0.0147931, 0.467466, -0.197126, -0.0579099, -0.0239593})
}

func likes(in [][]float32) [][]float32 {
	out := make([][]float32, len(in))
	for i, x := range in {
		out[i] = make([]float32, len(x))
	}
	return out
}

// BenchmarkLSTM is a training step of 256 sequences of 30 steps, 128 inputs,
// 64 units, without the gradient by the inputs.
func BenchmarkLSTM(b *testing.B) {
	const in, h, batch, steps = 128, 64, 256, 30
	benchmarkSequence(b, &LSTM{In: in, Hidden: h, Batch: batch}, steps*batch*h, [][2]int{{steps * batch, in}, {in, 4 * h}, {h, 4 * h}, {1, 4 * h}})
}

func benchmarkSequence(b *testing.B, l Fused, size int, shapes [][2]int) {
	rng := rand.New(rand.NewPCG(1, 2))
	var in, grads [][]float32
	for i, s := range shapes {
		x := randoms(rng, s[0]*s[1])
		if i > 0 {
			scaleBy(x, .1)
		}
		in = append(in, x)
	}
	grads = likes(in)
	grads[0] = nil
	out, dout := make([]float32, size), randoms(rng, size)
	scaleBy(dout, 1/float32(size))
	adams := make([]Adam, len(in))
	step := 0
	b.ReportAllocs()
	for b.Loop() {
		step++
		l.Forward(out, in)
		l.Backward(grads, dout, out, in)
		for i := 1; i < len(in); i++ {
			adams[i].Update(in[i], grads[i], AdamRule{Rate: 1e-3, Beta1: .9, Beta2: .999, Step: step})
		}
	}
}
