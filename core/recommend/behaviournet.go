package recommend

import (
	"math"

	"shoptwin/core/nn"
)

// Layers returns the network between the vector of an event and what is
// compared with the items' vectors, Dim in and Dim out, but for the last
// step's choice. A [nn.Residual] ends what may be dropped out in a training.
func (b *Behaviour) Layers() (ops []nn.Op) {
	c := b.Config
	if c.Body != "attention" {
		in := c.Dim
		for _, w := range c.Widths {
			if c.Body == "gru" {
				ops = append(ops, &nn.GRU{In: in, Hidden: w})
			} else {
				ops = append(ops, &nn.LSTM{In: in, Hidden: w})
			}
			in = w
		}
		if in != c.Dim {
			ops = append(ops, &nn.Dense{In: in, Out: c.Dim})
		}
		return ops
	}
	d := c.Dim
	for range c.Blocks {
		ops = append(ops,
			&nn.LayerNorm{Cols: d}, &nn.Dense{In: d, Out: 3 * d}, &nn.Attention{Width: d, Heads: c.Heads}, &nn.Dense{In: d, Out: d}, &nn.Residual{Cols: d, Back: 4},
			&nn.LayerNorm{Cols: d}, &nn.Dense{In: d, Out: 4 * d, Act: nn.ReLU}, &nn.Dense{In: 4 * d, Out: d}, &nn.Residual{Cols: d, Back: 3})
	}
	return append(ops, &nn.LayerNorm{Cols: d})
}

// Learned returns b with the given weights: Table, Bias, and the matrices of
// Layers in their order. None is copied.
func (b *Behaviour) Learned(w [][]float32) *Behaviour {
	out := *b
	out.Table, out.Bias = w[0], w[1]
	w = w[2:]
	out.Net = &nn.Net{}
	for _, op := range b.Layers() {
		n := len(MatricesOf(op))
		out.Net.Layers = append(out.Net.Layers, nn.Layer{Op: op, Weights: w[:n:n]})
		w = w[n:]
	}
	out.Net.Layers = append(out.Net.Layers, nn.Layer{Op: &nn.LastStep{Cols: b.Config.Dim}})
	if b.Task != nil {
		out.Net.Layers = append(out.Net.Layers, nn.Layer{Op: &nn.Dense{In: b.Config.Dim, Out: b.Task.outputs()}, Weights: w[:2:2]})
	}
	return &out
}

// A Matrix is the shape of one of a layer's weights. First weights are uniform
// within 1/sqrt(FanIn); with FanIn 0 they are zero, with -1 one.
type Matrix struct{ Rows, Cols, FanIn int }

// MatricesOf returns the shapes of what op learns.
func MatricesOf(op nn.Op) []Matrix {
	switch l := op.(type) {
	case *nn.Dense:
		return []Matrix{{l.In, l.Out, l.In}, {1, l.Out, 0}}
	case *nn.LSTM:
		return []Matrix{{l.In, 4 * l.Hidden, l.Hidden}, {l.Hidden, 4 * l.Hidden, l.Hidden}, {1, 4 * l.Hidden, l.Hidden}}
	case *nn.GRU:
		return []Matrix{{l.In, 3 * l.Hidden, l.Hidden}, {l.Hidden, 3 * l.Hidden, l.Hidden}, {1, 3 * l.Hidden, l.Hidden}, {1, 3 * l.Hidden, l.Hidden}}
	case *nn.LayerNorm:
		return []Matrix{{1, l.Cols, -1}, {1, l.Cols, 0}}
	}
	return nil
}

// InputScale multiplies the sum of an event's vectors: the vectors have a
// length of about 1, which suits scores, and a network wants numbers of about
// 1.
func (b *Behaviour) InputScale() float32 { return float32(math.Sqrt(float64(b.Config.Dim))) }

// states returns what the network says after the last event of each history,
// len(h) x its outputs: zeros or the last layer's bias for an empty one.
func (b *Behaviour) states(h []History) []float32 {
	n, dim, longest := len(h), b.Config.Dim, 1
	lengths := make([]int32, n)
	for i, x := range h {
		lengths[i] = int32(min(len(x.Items), b.Config.Length))
		longest = max(longest, int(lengths[i]))
	}
	inputs := b.Inputs()
	x, codes := make([]float32, longest*n*dim), make([]int32, b.Config.Length*inputs)
	for i, hist := range h {
		to := len(hist.Items)
		steps := int(lengths[i])
		b.Codes(hist, to-steps, to, codes)
		for t := range steps {
			b.Embed(x[(t*n+i)*dim:(t*n+i+1)*dim], codes[t*inputs:(t+1)*inputs])
		}
	}
	return b.Net.ForwardSequences(x, n, lengths)
}

// Embed sets x (Dim) to what the network is given of an event with those
// codes.
func (b *Behaviour) Embed(x []float32, codes []int32) {
	clear(x)
	for _, c := range codes {
		if c < 0 {
			continue
		}
		for j, v := range b.Table[int(c)*len(x) : (int(c)+1)*len(x)] {
			x[j] += v
		}
	}
	scale := b.InputScale()
	for j := range x {
		x[j] *= scale
	}
}

// statesAt is how many histories go through the network at a time.
const statesAt = 64

// Score is a [Scorer]'s. Items that the network does not know come after all
// others. It takes Length times the network's weights flops a history, and
// known items times Dim.
func (b *Behaviour) Score(h []History, out []float32) {
	known, dim := len(b.Bias), b.Config.Dim
	to := out
	if b.Code != nil {
		to = make([]float32, statesAt*known)
	}
	for from := 0; from < len(h); from += statesAt {
		some := h[from:min(from+statesAt, len(h))]
		states := b.states(some)
		scores := to
		if b.Code == nil {
			scores = out[from*known:]
		}
		scores = scores[:len(some)*known]
		nn.Sgemm(false, true, len(some), known, dim, 1, states, dim, b.Table, dim, 0, scores, known)
		for r := range some {
			row := scores[r*known : (r+1)*known]
			for j, v := range b.Bias {
				row[j] += v
			}
			if b.Code != nil {
				b.spread(row, out[(from+r)*b.Items:(from+r+1)*b.Items])
			}
		}
	}
}

// spread sets out to the scores of known items, and to less than any of them
// for the others.
func (b *Behaviour) spread(known, out []float32) {
	low := known[0]
	for _, v := range known {
		low = min(low, v)
	}
	for item, c := range b.Code {
		if c >= 0 {
			out[item] = known[c]
		} else {
			out[item] = low - 1
		}
	}
}

// Vector returns the vector of an item, nil for one that is not known.
func (b *Behaviour) Vector(item int32) []float32 {
	c := b.ItemCode(item)
	if c < 0 {
		return nil
	}
	return b.Table[int(c)*b.Config.Dim : (int(c)+1)*b.Config.Dim]
}
