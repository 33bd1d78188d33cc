package nn

import (
	"bytes"
	"math/rand/v2"
	"slices"
	"testing"

	"shoptwin/core"
)

func someNet() *Net {
	rng := rand.New(rand.NewPCG(1, 2))
	return &Net{Layers: []Layer{
		{Dense: Dense{In: 3, Out: 4, Act: ReLU, Skip: true}, W: randoms(rng, 12), B: randoms(rng, 4)},
		{Dense: Dense{In: 7, Out: 2}, W: randoms(rng, 14), B: randoms(rng, 2)},
	}}
}

func TestNet(t *testing.T) {
	n, x := someNet(), randoms(rand.New(rand.NewPCG(3, 4)), 6)
	got := n.Forward(x, 2)
	for r := range 2 {
		for o := range 2 { // the definition, unit by unit
			l0, l1 := n.Layers[0], n.Layers[1]
			want := l1.B[o]
			for j := range 4 {
				s := l0.B[j]
				for i := range 3 {
					s += x[3*r+i] * l0.W[4*i+j]
				}
				want += max(s, 0) * l1.W[2*j+o]
			}
			for i := range 3 {
				want += x[3*r+i] * l1.W[2*(4+i)+o]
			}
			if d := got[2*r+o] - want; d > 1e-5 || d < -1e-5 {
				t.Errorf("row %d, output %d is %g, want %g", r, o, got[2*r+o], want)
			}
		}
	}
}

// A Runner gives what Forward gives, to the last bit, again and again.
func TestRunner(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	layer := func(in, out int, act Act, skip bool) Layer {
		return Layer{Dense: Dense{In: in, Out: out, Act: act, Skip: skip}, W: randoms(rng, in*out), B: randoms(rng, out)}
	}
	n := &Net{Layers: []Layer{layer(16, 24, ReLU, true), layer(40, 24, ReLU, true), layer(64, 37, Linear, false)}}
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
	if NewRunner(&Net{Layers: []Layer{layer(4, 4, ReLU, false), layer(4, 2, Linear, false)}}, 1) != nil {
		t.Error("a net that it cannot run is accepted")
	}
}

func TestNetFile(t *testing.T) {
	n := someNet()
	var file bytes.Buffer
	if err := n.Write(&file); err != nil {
		t.Fatal(err)
	}
	good := file.Bytes()
	rest := bytes.NewReader(append(slices.Clone(good), "more"...))
	back, err := ReadNet(rest)
	if err != nil {
		t.Fatal(err)
	}
	if rest.Len() != 4 {
		t.Errorf("%d bytes are left after the file, want 4", rest.Len())
	}
	x := randoms(rand.New(rand.NewPCG(3, 4)), 9)
	if !slices.Equal(n.Forward(x, 3), back.Forward(x, 3)) {
		t.Error("a net predicts otherwise after it was written and read")
	}
	for i := range good { // no damaged file is read
		bad := slices.Clone(good)
		bad[i] ^= 1
		if _, err := ReadNet(bytes.NewReader(bad)); err == nil {
			t.Fatalf("a flipped bit in byte %d goes unnoticed", i)
		}
		if _, err := ReadNet(bytes.NewReader(good[:i])); core.KindOf(err) != core.Invalid {
			t.Fatalf("cut off after %d bytes: %v", i, err)
		}
	}
	future := slices.Clone(good)
	future[7]++
	if _, err := ReadNet(bytes.NewReader(future)); core.KindOf(err) != core.Unsupported {
		t.Errorf("a later version gives %v", err)
	}
}

func FuzzReadNet(f *testing.F) {
	var file bytes.Buffer
	if err := someNet().Write(&file); err != nil {
		f.Fatal(err)
	}
	f.Add(file.Bytes())
	f.Fuzz(func(t *testing.T, data []byte) {
		if n, err := ReadNet(bytes.NewReader(data)); err == nil {
			n.Forward(make([]float32, n.In()), 1)
		}
	})
}
