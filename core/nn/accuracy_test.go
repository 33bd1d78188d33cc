package nn

import (
	"bytes"
	"math"
	"math/rand/v2"
	"testing"
)

// precisionLoss returns by how much a net's predictions change when its
// weights are written at a precision, at most and on average, and the bytes
// that they take. Inputs are standard normal.
func precisionLoss(tb testing.TB, n *Net, sequences, rows int, p Precision) (most, mean float64, size int) {
	file := written(tb, n, p)
	back, err := ReadNet(bytes.NewReader(file))
	if err != nil {
		tb.Fatal(err)
	}
	x := randoms(rand.New(rand.NewPCG(5, 6)), rows*n.In())
	want := n.ForwardSequences(x, sequences, nil)
	for i, got := range back.ForwardSequences(x, sequences, nil) {
		d := math.Abs(float64(got - want[i]))
		most = max(most, d)
		mean += d / float64(len(want))
	}
	return most, mean, len(file)
}

var precisionNames = []string{"float32", "float16", "int8"}

// timedNets are of common sizes, their weights as large as those of trained
// nets.
func timedNets() []struct {
	name            string
	net             *Net
	sequences, rows int
} {
	rng := rand.New(rand.NewPCG(1, 2))
	return []struct {
		name            string
		net             *Net
		sequences, rows int
	}{
		{"dense 256-256-200", randomNet(rng, &Dense{In: 256, Out: 256, Act: ReLU}, &Dense{In: 256, Out: 200}), 512, 512},
		{"LSTM 128-64 T 30", randomNet(rng, &LSTM{In: 128, Hidden: 64}), 16, 16 * 30},
	}
}

func TestPrecisionLoss(t *testing.T) {
	for _, tt := range timedNets() {
		for i, bound := range []struct{ most, mean, bytes float64 }{
			{0, 0, 4}, {.003, 3e-4, 2}, {.06, .01, 1},
		} {
			most, mean, size := precisionLoss(t, tt.net, tt.sequences, tt.rows, Precision(i))
			cells := 0
			for _, l := range tt.net.Layers {
				for _, w := range l.Weights {
					cells += len(w)
				}
			}
			if most > bound.most || mean > bound.mean || float64(size) > 1.06*bound.bytes*float64(cells)+200 {
				t.Errorf("%s, %s: outputs change by %.2g at most, %.2g on average; %d bytes", tt.name, precisionNames[i], most, mean, size)
			}
		}
	}
}

// BenchmarkPrecision reports the loss, and times reading and predicting once.
func BenchmarkPrecision(b *testing.B) {
	for _, bb := range timedNets() {
		for i, name := range precisionNames {
			b.Run(bb.name+" "+name, func(b *testing.B) {
				var most, mean float64
				var size int
				for b.Loop() {
					most, mean, size = precisionLoss(b, bb.net, bb.sequences, bb.rows, Precision(i))
				}
				b.ReportMetric(most, "max-diff")
				b.ReportMetric(mean, "mean-diff")
				b.ReportMetric(float64(size), "file-bytes")
			})
		}
	}
}
