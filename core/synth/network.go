package synth

import (
	"bytes"
	"math"
	"math/rand/v2"
	"sync"

	"shoptwin/core"
	"shoptwin/core/nn"
)

// Network draws rows from a neural network: it maps a row of standard normal
// numbers, Net.In() of them, to the logits of all blocks, one after another;
// given the noise the blocks are independent. All of its layers but the last
// hand their input on.
type Network struct{ Net *nn.Net }

func (n Network) fits(widths []int) error {
	sum := 0
	for _, w := range widths {
		sum += w
	}
	switch {
	case n.Net == nil || len(n.Net.Layers) == 0:
		return core.Errorf(core.Invalid, "the model has %d blocks of codes but no network", len(widths))
	case n.Net.Out() != sum:
		return core.Errorf(core.Invalid, "the model's network has %d outputs, its columns need %d", n.Net.Out(), sum)
	case nn.NewRunner(n.Net, 0) == nil:
		return core.Errorf(core.Invalid, "the model's network is not of the shape that samples")
	}
	return nil
}

func (n Network) section() (string, []byte, error) {
	var b bytes.Buffer
	err := n.Net.Write(&b, nn.Float32)
	return "NETW", b.Bytes(), err
}

func readNetwork(b []byte) (Body, error) {
	net, err := nn.ReadNet(bytes.NewReader(b))
	return Network{net}, err
}

func (n Network) drawer(widths []int) drawer {
	return &networkDrawer{widths: widths, normal: normalTable(), runner: nn.NewRunner(n.Net, batchRows)}
}

type networkDrawer struct {
	widths []int
	normal []float32 // quantiles of the standard normal
	runner *nn.Runner
}

func (d *networkDrawer) batch() int { return batchRows }

// draw inverts the softmax of each block's logits at a uniform number.
func (d *networkDrawer) draw(out [][]uint16, rng *rand.PCG) {
	for r := range batchRows {
		d.fill(d.runner.Input(r), rng)
	}
	logits := d.runner.Run()
	width := len(logits) / batchRows
	for r := range batchRows {
		row := logits[r*width : (r+1)*width]
		weigh(row, d.widths)
		for c, w := range d.widths {
			out[c][r] = pick(row[:w], rng)
			row = row[w:]
		}
	}
}

// weigh turns a row of logits into weights: exponentials, of each block's
// largest logit 1.
func weigh(row []float32, widths []int) {
	rest := row
	for _, w := range widths {
		l := rest[:w]
		rest = rest[w:]
		top := l[0]
		for _, x := range l {
			if x > top { // max would also look for NaN, which costs
				top = x
			}
		}
		for i := range l {
			l[i] -= top
		}
	}
	nn.Exp(row, row) // one call for all blocks: most are short
}

// pick draws a code in proportion to weight, which it overwrites with its
// running sum.
func pick(weight []float32, rng *rand.PCG) uint16 {
	var sum float32
	for i, x := range weight {
		sum += x
		weight[i] = sum
	}
	at := uniform(rng) * sum
	for i, x := range weight {
		if at < x {
			return uint16(i)
		}
	}
	return uint16(len(weight) - 1)
}

// normalBits is the resolution of normalTable.
const normalBits = 13

// normalTable holds the standard normal's quantiles at the midpoints of
// 2^13 equal parts, the largest 3.84: a network cannot tell them from the
// real thing, and four come from one random number without any arithmetic.
var normalTable = sync.OnceValue(func() []float32 {
	q := make([]float32, 1<<normalBits)
	for i := range q {
		q[i] = float32(math.Sqrt2 * math.Erfinv((2*float64(i)+1)/float64(len(q))-1))
	}
	return q
})

// fill sets z to standard normal numbers.
func (d *networkDrawer) fill(z []float32, rng *rand.PCG) {
	const mask = 1<<normalBits - 1
	normal := (*[1 << normalBits]float32)(d.normal)
	for len(z) >= 4 {
		x := rng.Uint64()
		z[0], z[1] = normal[x&mask], normal[x>>normalBits&mask]
		z[2], z[3] = normal[x>>(2*normalBits)&mask], normal[x>>(3*normalBits)&mask]
		z = z[4:]
	}
	if len(z) > 0 {
		x := rng.Uint64()
		for i := range z {
			z[i] = normal[x&mask]
			x >>= normalBits
		}
	}
}
