package nn

import (
	"bytes"
	"flag"
	"fmt"
	"math"
	"os"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the files in testdata anew")

// exact returns numbers from -1 to 1 that are the same on every machine.
func exact(n int, seed uint32) []float32 {
	x := make([]float32, n)
	for i := range x {
		seed = seed*1664525 + 1013904223
		x[i] = float32(int32(seed)>>8) / (1 << 23)
	}
	return x
}

// predicting are nets whose files and predictions are kept in testdata.
func predicting() map[string]*Net {
	nets := map[string]*Net{}
	for name, ops := range map[string][]Op{
		"dense":     {&Dense{In: 12, Out: 20, Act: ReLU, Skip: true}, &Dense{In: 32, Out: 17, Act: Leaky}, &Dense{In: 17, Out: 5}},
		"lstm":      {&LSTM{In: 6, Hidden: 16}, &Dense{In: 16, Out: 3}},
		"gru":       {&GRU{In: 6, Hidden: 12}, &LastStep{Cols: 12}, &Dense{In: 12, Out: 4}, &BlockSoftmax{Widths: []int{3, 1}}},
		"attention": {&Dense{In: 6, Out: 24}, &Attention{Width: 8, Heads: 2}, &Affine{Cols: 8, Act: ReLU}},
		"block": {
			&Lookup{In: 3, Rows: 9, Dim: 4}, &LayerNorm{Cols: 6}, &Dense{In: 6, Out: 18}, &Attention{Width: 6, Heads: 1},
			&Residual{Cols: 6, Back: 2},
		},
	} {
		n, seed := &Net{}, uint32(len(name))
		for _, op := range ops {
			l := Layer{Op: op}
			for _, shape := range op.spec().weights {
				seed++
				l.Weights = append(l.Weights, exact(shape[0]*shape[1], seed))
			}
			n.Layers = append(n.Layers, l)
		}
		nets[name] = n
	}
	return nets
}

// TestPredicts: every machine reads the weights files in testdata, and
// predicts the same from them to 1e-5. The numbers come from one with vectors;
// make test-wasm runs the test in WebAssembly.
func TestPredicts(t *testing.T) {
	checkPredicts(t)
	t.Run("plain Go", func(t *testing.T) { withoutVectors(func() { checkPredicts(t) }) })
}

func checkPredicts(t *testing.T) {
	const steps, sequences = 7, 3
	for name, made := range predicting() {
		for i, precision := range []string{"float32", "float16", "int8"} {
			t.Run(name+" "+precision, func(t *testing.T) {
				path := "testdata/" + name + "." + precision
				file := written(t, made, Precision(i))
				if *update {
					keep(t, path+".net", file)
				}
				kept, err := os.ReadFile(path + ".net")
				if err != nil {
					t.Fatal(err)
				}
				if !bytes.Equal(kept, file) {
					t.Errorf("the net is written otherwise than to %s.net; if that is meant, run with -update", path)
				}
				n, err := ReadNet(bytes.NewReader(kept))
				if err != nil {
					t.Fatal(err)
				}
				got := n.ForwardSequences(exact(steps*sequences*n.In(), 99), sequences, []int32{steps, 4, 0})
				if *update {
					var text strings.Builder
					for _, v := range got {
						fmt.Fprintf(&text, "%.9g\n", v)
					}
					keep(t, path+".golden", []byte(text.String()))
				}
				golden, err := os.ReadFile(path + ".golden")
				if err != nil {
					t.Fatal(err)
				}
				lines := strings.Fields(string(golden))
				if len(lines) != len(got) {
					t.Fatalf("%d outputs, want %d", len(got), len(lines))
				}
				for i, line := range lines {
					var want float64
					if _, err := fmt.Sscan(line, &want); err != nil {
						t.Fatal(err)
					}
					if d := math.Abs(float64(got[i]) - want); !(d <= 1e-5) {
						t.Fatalf("output %d is %g, elsewhere %g", i, got[i], want)
					}
				}
			})
		}
	}
}

func keep(t *testing.T, path string, b []byte) {
	t.Helper()
	if err := os.MkdirAll("testdata", 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, b, 0o644); err != nil {
		t.Fatal(err)
	}
}
