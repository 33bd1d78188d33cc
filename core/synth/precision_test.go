package synth

import (
	"bytes"
	"math"
	"math/rand/v2"
	"testing"

	"shoptwin/core/nn"
)

// precisionLoss returns how much of each column's probability moves when a
// model's weights are written at a precision (the total variation distance,
// mean over columns): row by row, given the noise, and all in all, which is
// what a sample shows. size is the weights' file's.
func precisionLoss(tb testing.TB, was *nn.Net, widths []int, p nn.Precision) (byRow, overall float64, size int) {
	var file bytes.Buffer
	if err := was.Write(&file, p); err != nil {
		tb.Fatal(err)
	}
	size = file.Len()
	net, err := nn.ReadNet(&file)
	if err != nil {
		tb.Fatal(err)
	}
	const rows = 4096
	z, rng := make([]float32, rows*was.In()), rand.New(rand.NewPCG(1, 2))
	for i := range z {
		z[i] = float32(rng.NormFloat64())
	}
	want, got, width := was.Forward(z, rows), net.Forward(z, rows), was.Out()
	shift := make([]float64, width)
	for r := range rows {
		want, got := want[r*width:(r+1)*width], got[r*width:(r+1)*width]
		nn.SoftmaxBlocks(want, want, widths)
		nn.SoftmaxBlocks(got, got, widths)
		for i, w := range want {
			d := float64(got[i] - w)
			shift[i] += d
			byRow += math.Abs(d)
		}
	}
	for _, d := range shift {
		overall += math.Abs(d)
	}
	by := 1 / float64(2*rows*len(widths))
	return byRow * by, overall * by, size
}

var precisionNames = []string{"float32", "float16", "int8"}

// sharpModel is a model of Adult's shape whose logits spread as a trained
// one's do: its columns are nearly decided by the noise.
func sharpModel(tb testing.TB) *Model {
	m := randomModel(tb, adultLike(24421, rand.New(rand.NewPCG(1, 1))), 256, false)
	last := m.Body.(Network).Net.Layers[2].Weights[0]
	for i := range last {
		last[i] *= 4
	}
	return m
}

func TestPrecisionLoss(t *testing.T) {
	m := sharpModel(t)
	for p, bound := range []struct{ byRow, overall float64 }{{0, 0}, {.001, 1e-4}, {.03, .003}} {
		if byRow, overall, _ := precisionLoss(t, m.Body.(Network).Net, m.Encoder.Widths(), nn.Precision(p)); byRow > bound.byRow || overall > bound.overall {
			t.Errorf("%s moves %.2g of a column's probability row by row, %.2g overall", precisionNames[p], byRow, overall)
		}
	}
}

// BenchmarkPrecision reports the loss.
func BenchmarkPrecision(b *testing.B) {
	m := sharpModel(b)
	for p, name := range precisionNames {
		b.Run(name, func(b *testing.B) {
			var byRow, overall float64
			var size int
			for b.Loop() {
				byRow, overall, size = precisionLoss(b, m.Body.(Network).Net, m.Encoder.Widths(), nn.Precision(p))
			}
			b.ReportMetric(byRow, "TV-by-row")
			b.ReportMetric(overall, "TV-overall")
			b.ReportMetric(float64(size), "file-bytes")
		})
	}
}
