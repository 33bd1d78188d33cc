package nn

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"shoptwin/core"
)

// someNets are small nets that hold every kind of layer.
func someNets() map[string]*Net {
	rng := rand.New(rand.NewPCG(1, 2))
	return map[string]*Net{
		"dense":     someNet(),
		"lstm":      randomNet(rng, &LSTM{In: 2, Hidden: 3}, &Dense{In: 3, Out: 2}),
		"gru":       randomNet(rng, &Dense{In: 2, Out: 3, Act: Leaky}, &GRU{In: 3, Hidden: 2}, &LastStep{Cols: 2}),
		"attention": randomNet(rng, &Dense{In: 2, Out: 12}, &Attention{Width: 4, Heads: 2}, &Affine{Cols: 4, Act: ReLU}),
		"block": randomNet(rng, &Lookup{In: 2, Rows: 4, Dim: 3}, &LayerNorm{Cols: 4}, &Dense{In: 4, Out: 12}, &Attention{Width: 4, Heads: 1},
			&Residual{Cols: 4, Back: 3}, &LastStep{Cols: 4}),
		"softmax": randomNet(rng, &Dense{In: 2, Out: 5}, &BlockSoftmax{Widths: []int{2, 3}}),
	}
}

func written(t testing.TB, n *Net, p Precision) []byte {
	t.Helper()
	var file bytes.Buffer
	if err := n.Write(&file, p); err != nil {
		t.Fatal(err)
	}
	return file.Bytes()
}

func TestNetFile(t *testing.T) {
	for name, n := range someNets() {
		t.Run(name, func(t *testing.T) {
			good := written(t, n, Float32)
			rest := bytes.NewReader(append(slices.Clone(good), "more"...))
			back, err := ReadNet(rest)
			if err != nil {
				t.Fatal(err)
			}
			if rest.Len() != 4 {
				t.Errorf("%d bytes are left after the file, want 4", rest.Len())
			}
			x := randoms(rand.New(rand.NewPCG(3, 4)), 6*n.In())
			if !slices.Equal(n.ForwardSequences(x, 2, []int32{3, 2}), back.ForwardSequences(x, 2, []int32{3, 2})) {
				t.Error("a net predicts otherwise after it was written and read")
			}
			for _, p := range []Precision{Float32, Float16, Int8} {
				good := written(t, n, p)
				if again, err := ReadNet(bytes.NewReader(good)); err != nil || p != Int8 && !bytes.Equal(written(t, again, p), good) {
					t.Fatalf("precision %d: error %v, or it is not the same when written again", p, err)
				}
				for i := range good { // no damaged file is read
					bad := slices.Clone(good)
					bad[i] ^= 1
					if _, err := ReadNet(bytes.NewReader(bad)); err == nil {
						t.Fatalf("precision %d: a flipped bit in byte %d goes unnoticed", p, i)
					}
					if _, err := ReadNet(bytes.NewReader(good[:i])); core.KindOf(err) != core.Invalid {
						t.Fatalf("precision %d: cut off after %d bytes: %v", p, i, err)
					}
				}
			}
		})
	}
	future := written(t, someNet(), Float32)
	future[7]++
	if _, err := ReadNet(bytes.NewReader(future)); core.KindOf(err) != core.Unsupported {
		t.Errorf("a later version gives %v", err)
	}
}

// version1 writes n as programs wrote it that knew dense layers only.
func version1(n *Net) []byte {
	b := append([]byte("STNET\x00\x00\x01"), byte(len(n.Layers)), 0, 0, 0)
	for _, l := range n.Layers {
		d, skip := l.Op.(*Dense), byte(0)
		if d.Skip {
			skip = 1
		}
		b = binary.LittleEndian.AppendUint32(b, uint32(d.In))
		b = binary.LittleEndian.AppendUint32(b, uint32(d.Out))
		b = AppendFloats(AppendFloats(append(b, byte(d.Act), skip), l.Weights[0]), l.Weights[1])
	}
	return sealed(b)
}

func sealed(b []byte) []byte {
	sum := sha256.Sum256(b)
	return append(b, sum[:]...)
}

func TestNetFileVersion1(t *testing.T) {
	n := someNet()
	back, err := ReadNet(bytes.NewReader(version1(n)))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(written(t, back, Float32), written(t, n, Float32)) {
		t.Error("it is another net")
	}
}

// Files that nobody wrote by accident: their checksum fits.
func TestNetFileHostile(t *testing.T) {
	u32 := func(x ...uint32) (b []byte) {
		for _, v := range x {
			b = binary.LittleEndian.AppendUint32(b, v)
		}
		return b
	}
	v2 := func(layers uint32, rest ...[]byte) []byte {
		return slices.Concat([]byte("STNET\x00\x00\x02"), u32(layers), slices.Concat(rest...))
	}
	const huge = 1<<32 - 1
	for _, tt := range []struct {
		name string
		file []byte
		want string
	}{
		{"no layers", v2(0), "0 layers"},
		{"many layers", v2(huge), "4294967295 layers"},
		{"unknown kind", v2(1, []byte{250, 0, 0}), "unknown kind 250"},
		{"too few numbers", v2(1, []byte{1, 1, 0}, u32(3)), "not possible"},
		{"no inputs", v2(1, []byte{1, 4, 0}, u32(0, 2, 0, 0)), "not possible"},
		{"huge side", v2(1, []byte{1, 4, 0}, u32(huge, huge, 0, 0)), "not possible"},
		{"huge matrix", v2(1, []byte{1, 4, 0}, u32(maxSide, maxSide, 0, 0)), "not possible"},
		{"unknown activation", v2(1, []byte{1, 4, 0}, u32(1, 1, 3, 0)), "not possible"},
		{"no heads", v2(1, []byte{6, 2, 0}, u32(4, 0)), "not possible"},
		{"heads that do not divide", v2(1, []byte{6, 2, 0}, u32(4, 3)), "not possible"},
		{"huge state", v2(1, []byte{3, 2, 0}, u32(1, maxSide)), "not possible"},
		{"no blocks", v2(1, []byte{7, 0, 0}), "not possible"},
		{"an empty block", v2(1, []byte{7, 2, 0}, u32(3, 0)), "not possible"},
		{"huge blocks", v2(1, []byte{7, 255, 255}, bytes.Repeat(u32(maxCells), 1<<16-1)), "not possible"},
		{"a residual of nothing", v2(1, []byte{10, 2, 0}, u32(3, 1)), "none before"},
		{"a residual of itself", v2(2, []byte{5, 1, 0}, u32(3), []byte{10, 2, 0}, u32(3, 0)), "none before"},
		{"a residual of other rows", v2(2, []byte{5, 1, 0}, u32(3), []byte{10, 2, 0}, u32(3, 1)), "none before"},
		{"a residual of other columns", v2(2, []byte{9, 3, 0}, u32(1, 1, 2), make([]byte, 1+8), []byte{10, 2, 0}, u32(2, 1)), "none before"},
		{"no table", v2(1, []byte{9, 3, 0}, u32(1, 0, 2)), "not possible"},
		{"a table for no ids", v2(1, []byte{9, 3, 0}, u32(0, 2, 2)), "not possible"},
		{"unknown precision", v2(1, []byte{1, 4, 0}, u32(1, 1, 0, 0), []byte{3}), "unknown precision 3"},
		{"large matrix without cells", v2(1, []byte{1, 4, 0}, u32(1<<14, 1<<13, 0, 0), []byte{0}), "cut off"},
		{"layers that do not fit", v2(2, []byte{1, 4, 0}, u32(1, 2, 0, 0), make([]byte, 1+8+1+8), []byte{1, 4, 0}, u32(3, 1, 0, 0)), "takes 3 inputs, the one before gives 2"},
		{"version 1, huge matrix", slices.Concat([]byte("STNET\x00\x00\x01"), u32(1, maxSide, maxSide), []byte{0, 0}), "not possible"},
		{"version 1, odd skip", slices.Concat([]byte("STNET\x00\x00\x01"), u32(1, 1, 1), []byte{0, 2}), "not possible"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := ReadNet(bytes.NewReader(sealed(tt.file))); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want one with %q", err, tt.want)
			}
		})
	}
}

// Whatever is changed in a file, under a checksum that fits, it is refused or
// answers.
func FuzzReadNet(f *testing.F) {
	for _, n := range someNets() {
		for _, p := range []Precision{Float32, Float16, Int8} {
			f.Add(written(f, n, p))
		}
	}
	f.Add(version1(someNet()))
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > sha256.Size {
			data = sealed(slices.Clone(data[:len(data)-sha256.Size]))
		}
		if n, err := ReadNet(bytes.NewReader(data)); err == nil && n.In() < 1<<12 {
			if y := n.ForwardSequences(make([]float32, 2*n.In()), 1, nil); len(y)%n.Out() != 0 {
				t.Errorf("%d outputs, they should be a multiple of %d", len(y), n.Out())
			}
		}
	})
}

func TestWriteTooLarge(t *testing.T) {
	for _, tt := range []struct {
		weight float64
		p      Precision
		fits   bool
	}{
		{65504, Float16, true}, {65519, Float16, true}, {-65520, Float16, false}, {math.NaN(), Float16, false},
		{1e38, Int8, true}, {math.Inf(-1), Int8, false}, {math.NaN(), Int8, false}, {math.NaN(), Float32, true},
	} {
		n := someNet()
		n.Layers[1].Weights[0][3] = float32(tt.weight)
		err := n.Write(&bytes.Buffer{}, tt.p)
		if (err == nil) != tt.fits || err != nil && !strings.Contains(err.Error(), "layer 2") {
			t.Errorf("%g at precision %d: %v", tt.weight, tt.p, err)
		}
	}
}
