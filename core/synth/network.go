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
	return &networkDrawer{widths: widths, normal: normalTable(), runner: nn.NewRunner(n.Net, batchRows), weight: make([]float32, n.Net.Out())}
}

type networkDrawer struct {
	widths []int
	normal []float32 // quantiles of the standard normal
	runner *nn.Runner
	weight []float32 // of a row's codes
}

func (d *networkDrawer) batch() int { return batchRows }

// each calls f with every row of a batch: the logits of all codes, block after
// block.
func (d *networkDrawer) each(rng *rand.PCG, f func(r int, logits []float32)) {
	for r := range batchRows {
		d.fill(d.runner.Input(r), rng)
	}
	logits := d.runner.Run()
	width := len(logits) / batchRows
	for r := range batchRows {
		f(r, logits[r*width:(r+1)*width])
	}
}

// draw inverts the softmax of each block's logits at a uniform number.
func (d *networkDrawer) draw(out [][]uint16, rng *rand.PCG) {
	d.each(rng, func(r int, logits []float32) {
		nn.Exp(d.weight, logits) // one call for all blocks: most are short
		var bits uint64
		weight := d.weight
		for c, w := range d.widths {
			if bits >>= 24; c%2 == 0 {
				bits = rng.Uint64() >> 16
			}
			sum := sumOf(weight[:w])
			if !(sum > 1/vast && sum < vast) { // some logits were large: rare
				copy(weight[:w], logits[:w])
				weigh(weight[:w], d.widths[c:c+1])
				sum = sumOf(weight[:w])
			}
			out[c][r] = pickOf(weight[:w], sum, float32(bits&(1<<24-1))/(1<<24))
			weight, logits = weight[w:], logits[w:]
		}
	})
}

// vast is e^tame: a sum of exponentials within it and its inverse is that of
// logits that are tame but for some that contribute nothing.
const vast = 1e26

// tame is what logits must not exceed in size for their exponentials to be
// summed as they are: e^60 is 1e26, and float32 goes to 3e38.
const tame = 60

// weigh turns a row of logits into weights: exponentials, of each block's
// logits less the largest where these are large.
func weigh(row []float32, widths []int) {
	if !within(row, tame) {
		shift(row, widths)
	}
	nn.Exp(row, row)
}

// within says whether all of x lie between -most and most. As whole numbers
// floats above 0 have the order they have; comparing those costs a third.
func within(x []float32, most float32) bool {
	var a, b, c, d uint32
	for len(x) >= 4 {
		a, b = max(a, math.Float32bits(x[0])&^(1<<31)), max(b, math.Float32bits(x[1])&^(1<<31))
		c, d = max(c, math.Float32bits(x[2])&^(1<<31)), max(d, math.Float32bits(x[3])&^(1<<31))
		x = x[4:]
	}
	for _, v := range x {
		a = max(a, math.Float32bits(v)&^(1<<31))
	}
	return max(a, b, c, d) <= math.Float32bits(most)
}

// shift takes each block's largest logit off the others.
func shift(row []float32, widths []int) {
	for _, w := range widths {
		l := row[:w]
		row = row[w:]
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
}

// pick draws a code in proportion to weight.
func pick(weight []float32, rng *rand.PCG) uint16 { return pickAt(weight, uniform(rng)) }

// pickAt returns the code at u in [0, 1) of the weights' running sum.
func pickAt(weight []float32, u float32) uint16 { return pickOf(weight, sumOf(weight), u) }

// sumOf is the sum of the weights, made by fours: one addition need not wait
// for the other.
func sumOf(weight []float32) float32 {
	var a, b, c, d float32
	for len(weight) >= 4 {
		a, b, c, d = a+weight[0], b+weight[1], c+weight[2], d+weight[3]
		weight = weight[4:]
	}
	for _, x := range weight {
		a += x
	}
	return a + b + (c + d)
}

// pickOf is pickAt where the weights' sum is known.
func pickOf(weight []float32, sum, u float32) uint16 {
	at := u * sum
	w := weight
	for len(w) >= 4 {
		four := w[0] + w[1] + (w[2] + w[3])
		if at < four {
			break
		}
		at -= four
		w = w[4:]
	}
	for i, x := range w {
		if at -= x; at < 0 {
			return uint16(len(weight) - len(w) + i)
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
