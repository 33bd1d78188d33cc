package synth

import (
	"bytes"
	"math/rand/v2"

	"shoptwin/core"
	"shoptwin/core/nn"
)

// AnyOrder draws a row block after block, each given those before: an
// autoregressive network that was trained on all orders at once, so that any
// blocks can be given (Uria et al. 2014; Hoogeboom et al., Autoregressive
// Diffusion Models, 2022; Tiwald et al., TabularARGN, 2025).
//
// Net has three dense layers: ReLU from W+C inputs, ReLU that hands its input
// on, and one to W logits, where W is the number of codes of all blocks
// together and C that of blocks. For each block one input is 1: that of its
// code, or number W + block while it is not known.
type AnyOrder struct{ Net *nn.Net }

// layers returns Net's dense layers, nil if it is not as it should be.
func (a AnyOrder) layers(widths []int) (d [3]*nn.Dense) {
	sum := 0
	for _, w := range widths {
		sum += w
	}
	if a.Net == nil || len(a.Net.Layers) != len(d) {
		return [3]*nn.Dense{}
	}
	ok := true
	for i, l := range a.Net.Layers {
		d[i], _ = l.Op.(*nn.Dense)
		ok = ok && d[i] != nil && len(l.Weights) == 2
	}
	if !ok || d[0].In != sum+len(widths) || d[0].Skip || d[0].Act != nn.ReLU ||
		!d[1].Skip || d[1].Act != nn.ReLU || d[1].In != d[0].Out || d[2].Skip || d[2].Act != nn.Linear || d[2].In != d[1].In+d[1].Out || d[2].Out != sum {
		return [3]*nn.Dense{}
	}
	return d
}

func (a AnyOrder) fits(widths []int) error {
	if a.layers(widths)[0] == nil {
		return core.Errorf(core.Invalid, "the model's network is not of the shape that draws its %d blocks one by one", len(widths))
	}
	return nil
}

func (a AnyOrder) section() (string, []byte, error) {
	var b bytes.Buffer
	err := a.Net.Write(&b, nn.Float32)
	return "ANYO", b.Bytes(), err
}

func readAnyOrder(b []byte) (Body, error) {
	net, err := nn.ReadNet(bytes.NewReader(b))
	return AnyOrder{net}, err
}

func (a AnyOrder) drawer(widths []int) drawer {
	d := a.layers(widths)
	h, w := d[0].Out, d[2].Out
	first, last := a.Net.Layers[0].Weights, a.Net.Layers[2].Weights
	o := &anyOrderDrawer{widths: widths, hidden: h, sums: make([]float32, batchRows*h), start: append([]float32(nil), first[1]...), change: make([]float32, w*h)}
	at := 0
	for b, n := range widths {
		o.order, o.at = append(o.order, b), append(o.at, at)
		unknown := first[0][(w+b)*h : (w+b+1)*h]
		for j, v := range unknown {
			o.start[j] += v
		}
		for i := at; i < at+n; i++ {
			for j, v := range first[0][i*h : (i+1)*h] {
				o.change[i*h+j] = v - unknown[j]
			}
		}
		// The block's own columns of the last layer.
		own := make([]float32, d[2].In*n)
		for i := range d[2].In {
			copy(own[i*n:(i+1)*n], last[0][i*w+at:])
		}
		o.runners = append(o.runners, nn.NewRunner(&nn.Net{Layers: []nn.Layer{
			a.Net.Layers[1],
			{Op: &nn.Dense{In: d[2].In, Out: n}, Weights: [][]float32{own, last[1][at : at+n]}},
		}}, batchRows))
		at += n
	}
	return o
}

type anyOrderDrawer struct {
	widths  []int
	order   []int // of drawing
	at      []int // first of each block's codes among all
	hidden  int
	start   []float32 // first layer's sums while nothing is known
	change  []float32 // what knowing a code adds to them, W x hidden
	sums    []float32 // batchRows x hidden
	runners []*nn.Runner
}

func (o *anyOrderDrawer) batch() int { return batchRows }

func (o *anyOrderDrawer) draw(out [][]uint16, rng *rand.PCG) {
	o.drawInOrder(out, o.order, nil, nil, rng)
}

// drawInOrder draws the blocks in an order. allowed and weight, if not nil,
// are those of conditioner.
func (o *anyOrderDrawer) drawInOrder(out [][]uint16, order []int, allowed [][]bool, weight []float32, rng *rand.PCG) {
	h := o.hidden
	for r := range batchRows {
		copy(o.sums[r*h:(r+1)*h], o.start)
	}
	for _, b := range order {
		n := o.widths[b]
		for r := range batchRows {
			in := o.runners[b].Input(r)
			for j, v := range o.sums[r*h : (r+1)*h] {
				in[j] = max(v, 0)
			}
		}
		logits := o.runners[b].Run()
		for r := range batchRows {
			row := logits[r*n : (r+1)*n]
			weigh(row, o.widths[b:b+1])
			if allowed != nil {
				weight[r] *= keep(row, allowed[b])
			}
			code := pick(row, rng)
			out[b][r] = code
			sums := o.sums[r*h : (r+1)*h]
			for j, v := range o.change[(o.at[b]+int(code))*h:][:h] {
				sums[j] += v
			}
		}
	}
}
