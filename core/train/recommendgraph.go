package train

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"math/rand/v2"
	"slices"

	"gorgonia.org/gorgonia"

	"shoptwin/core"
	"shoptwin/core/nn"
	"shoptwin/core/recommend"
)

// SAGE fits a network over the graph of items to which of them are bought
// together, see [recommend.SAGE]. real and synthetic are baskets, sets of
// items in time order; synthetic may be nil. The first Config.Early of the
// real baskets make the graph that the network sees, and it is to foretell
// pairs within the others: it cannot learn that two items belong together
// because it sees them together. Where it tells pairs apart, the other items
// are as popular as the pair's, so that popularity does not help. At last the
// vectors are those of the graph of all baskets.
//
// The loss is mean(real pairs) + Lambda·mean(synthetic pairs), each -ln
// softmax of the item among Config.Negatives others. In every step some items
// are shown as if they were new. Resuming, cancelling, progress and
// determinism are those of [GAN]. A step takes 30·items·Dim² flops.
func SAGE(ctx context.Context, content *recommend.Content, real, synthetic [][]int32, cfg recommend.SAGEConfig, rng *rand.Rand, opt Options, report func(core.Progress)) (*recommend.SAGE, error) {
	cfg = cfg.WithDefaults()
	s := &sage{cfg: cfg, content: content, items: content.Items(), fake: pairBaskets(synthetic)}
	s.late = pairBaskets(real[int(cfg.Early*float64(len(real))):])
	if len(s.late) == 0 {
		return nil, core.Errorf(core.Invalid, "no basket holds two items: nothing says which belong together").
			WithHint("check --map basket=COLUMN: it should name what was bought together")
	}
	seed, err := begins(rng, opt)
	if err != nil {
		return nil, err
	}
	if err := s.prepare(seed, real, opt.Device); err != nil {
		return nil, err
	}
	defer s.machine.Close()
	err = s.run(ctx, s, opt, report)
	if s.kept == nil {
		return nil, err
	}
	bought := make([]bool, s.items)
	for _, b := range real {
		for _, i := range b {
			bought[i] = true
		}
	}
	return recommend.NewSAGE(cfg, content, recommend.Neighbourhood(real, s.items, cfg.Neighbours, cfg.Shrink), bought, s.kept), err
}

// pairBaskets keeps baskets that hold a pair.
func pairBaskets(all [][]int32) (some [][]int32) {
	for _, b := range all {
		if len(b) > 1 {
			some = append(some, b)
		}
	}
	return some
}

// sage is a training under way.
type sage struct {
	training
	cfg        recommend.SAGEConfig
	content    *recommend.Content
	items      int
	late, fake [][]int32 // baskets of which pairs are foretold

	hidden []bool    // items that this step shows as new ones
	pick   []int32   // one of each pair, the other of each, and those beside
	weight []float32 // of each pair
	loss   *nn.SampledSoftmax
	gather *nn.Embedding
	cost   *gorgonia.Node
	value  [1]float64
}

func (s *sage) prepare(seed uint64, real [][]int32, on nn.Device) error {
	c, n, d := s.cfg, s.items, s.cfg.Dim
	pairs := 0
	for _, b := range s.late {
		pairs += len(b)
	}
	s.training = training{
		graph: newGraph(on), seed: seed, steps: c.Epochs * ((pairs + c.Batch - 1) / c.Batch), losses: []string{"loss"}, scored: "score",
		decay: c.EMA, judgements: 1,
	}
	sum := sha256.New()
	json.NewEncoder(sum).Encode(c)
	from, ids, weights := s.content.Lists()
	binary.Write(sum, binary.LittleEndian, from)
	binary.Write(sum, binary.LittleEndian, ids)
	for _, all := range [][][]int32{real, s.fake} {
		binary.Write(sum, binary.LittleEndian, int64(len(all)))
		for _, b := range all {
			binary.Write(sum, binary.LittleEndian, int64(len(b)))
			binary.Write(sum, binary.LittleEndian, b)
		}
	}
	s.print = [32]byte(sum.Sum(nil))

	rows := c.Batch
	if len(s.fake) > 0 {
		rows *= 2
	}
	s.hidden, s.pick, s.weight = make([]bool, n), make([]int32, 2*rows+c.Negatives), make([]float32, rows)
	for i := range s.weight {
		s.weight[i] = 1 / float32(c.Batch)
		if i >= c.Batch {
			s.weight[i] *= float32(c.Lambda)
		}
	}
	s.loss = nn.NewSampledSoftmax(d, false)
	s.loss.Weight = s.weight
	graph := recommend.Neighbourhood(real[:int(c.Early*float64(len(real)))], n, c.Neighbours, c.Shrink)

	building.Lock()
	defer building.Unlock()
	w := []*gorgonia.Node{s.weights("items", n, d, d),
		s.weights("F", s.content.Features, d, d), s.param("f", 1, d).node,
		s.weights("W1", 2*d, d, 2*d), s.param("b1", 1, d).node,
		s.weights("W2", 2*d, d, 2*d), s.param("b2", 1, d).node,
		s.param("gamma", 1, d).node, s.param("beta", 1, d).node}
	for i := range s.params[7].w {
		s.params[7].w[i] = .35 // inner products of some tens at most
	}
	var failed error
	fuse := func(layer nn.Fused, in ...*gorgonia.Node) *gorgonia.Node {
		if failed != nil {
			return nil
		}
		var out *gorgonia.Node
		out, failed = s.fuse(layer, slices.Repeat([]bool{true}, len(in)), in...)
		return out
	}
	h := fuse(&nn.FeatureBag{Out: d, Act: nn.ReLU, Plus: true, From: from, IDs: ids, Weights: weights}, w[1], w[2],
		fuse(&blank{cols: d, rows: s.hidden}, w[0]))
	for layer, act := range []nn.Act{nn.ReLU, nn.Linear} {
		h = fuse(&convolution{d: d, near: nn.NewSparse(graph, d, false), blank: blank{d, s.hidden}, dense: nn.Dense{In: 2 * d, Out: d, Act: act}},
			h, w[3+2*layer], w[4+2*layer])
	}
	h = fuse(&nn.LayerNorm{Cols: d}, h, w[7], w[8])
	s.gather = &nn.Embedding{Dim: d, IDs: s.pick}
	s.cost = fuse(&pairLoss{SampledSoftmax: s.loss, rows: rows}, fuse(s.gather, h))
	if failed != nil {
		return core.Wrap(failed, "the network of products")
	}
	if err := s.differentiate(s.cost, s.params); err != nil {
		return err
	}
	s.averaged = s.params
	s.solver(solver{rule: nn.AdamRule{Beta1: .9, Beta2: .999, Decay: .01}, rate: c.LearnRate, clip: 5,
		schedule: schedule{warmUp: .05, hold: .3, last: c.Decay, cosine: true}}, s.params)
	return s.ready()
}

func (s *sage) step(i int) ([]float64, error) {
	rng := generator(s.seed, forRows, i)
	for j := range s.hidden {
		s.hidden[j] = rng.Float64() < s.cfg.Hidden
	}
	rows := len(s.weight)
	for j := range rows {
		from := s.late
		if j >= s.cfg.Batch {
			from = s.fake
		}
		s.pick[j], s.pick[rows+j] = pair(from, rng)
	}
	for j := range s.cfg.Negatives {
		_, s.pick[2*rows+j] = pair(s.late, rng)
	}
	s.loss.Target, s.loss.Sample = s.pick[rows:2*rows], s.pick[2*rows:]
	if err := s.pass(i); err != nil {
		return nil, err
	}
	s.value[0] = float64(floats(s.cost.Value())[0])
	return s.value[:], s.solvers[0].step(i, s.steps)
}

// pair draws two items of a basket.
func pair(baskets [][]int32, rng *rand.Rand) (a, b int32) {
	basket := baskets[rng.IntN(len(baskets))]
	i, j := rng.IntN(len(basket)), rng.IntN(len(basket)-1)
	if j >= i {
		j++
	}
	return basket[i], basket[j]
}

// score is the same for all weights: the last are kept.
func (s *sage) score([][]float32) float64 { return 0 }

// blank is the layer that sets some rows to 0.
type blank struct {
	cols int
	rows []bool
}

func (b *blank) Shape(in [][2]int) [2]int { return in[0] }

func (b *blank) Forward(y []float32, in [][]float32) {
	copy(y, in[0])
	for r, off := range b.rows {
		if off {
			clear(y[r*b.cols : (r+1)*b.cols])
		}
	}
}

func (b *blank) Backward(grads [][]float32, dy, _ []float32, _ [][]float32) {
	if grads[0] != nil {
		b.Forward(grads[0], [][]float32{dy})
	}
}

// convolution is act(W·[x; mean of neighbours' x] + b), as one layer, because
// Gorgonia would add up the two gradients by x on the host. Its inputs are x,
// W and b.
type convolution struct {
	d     int
	near  *nn.Sparse
	blank blank // who has no neighbours
	dense nn.Dense

	mean, both, dboth []float32
}

func (c *convolution) Shape(in [][2]int) [2]int { return [2]int{in[0][0], c.dense.Out} }

func (c *convolution) Forward(y []float32, in [][]float32) {
	n := len(in[0])
	c.mean, c.both, c.dboth = sized(c.mean, n), sized(c.both, 2*n), sized(c.dboth, 2*n)
	c.near.Forward(c.mean, in[:1])
	c.blank.Forward(c.mean, [][]float32{c.mean})
	(&nn.Concat{Cols: []int{c.d, c.d}}).Forward(c.both, [][]float32{in[0], c.mean})
	c.dense.Forward(y, [][]float32{c.both, in[1], in[2]})
}

func (c *convolution) Backward(grads [][]float32, dy, y []float32, in [][]float32) {
	c.dense.Backward([][]float32{c.dboth, grads[1], grads[2]}, dy, y, [][]float32{c.both, in[1], in[2]})
	if grads[0] == nil {
		return
	}
	far := c.both[:len(in[0])] // no longer needed
	(&nn.Concat{Cols: []int{c.d, c.d}}).Backward([][]float32{far, c.mean}, c.dboth, nil, [][]float32{in[0], c.mean})
	c.blank.Forward(c.mean, [][]float32{c.mean})
	c.near.Backward([][]float32{grads[0]}, c.mean, nil, nil)
	addTo(grads[0], far)
}

// pairLoss is the loss over one matrix of three parts: one of each pair, the
// other, and the items beside.
type pairLoss struct {
	*nn.SampledSoftmax
	rows int
}

func (p *pairLoss) cut(x []float32) [][]float32 {
	if x == nil {
		return make([][]float32, 2)
	}
	at := p.rows * p.Dim
	return [][]float32{x[:at], x[at:]}
}

func (p *pairLoss) Forward(out []float32, in [][]float32) {
	p.SampledSoftmax.Forward(out, p.cut(in[0]))
}

func (p *pairLoss) Backward(grads [][]float32, dout, out []float32, in [][]float32) {
	p.SampledSoftmax.Backward(p.cut(grads[0]), dout, out, p.cut(in[0]))
}

// Baskets returns a log's baskets as sets of items, in time order where times
// are known, else customer by customer.
func Baskets(l *recommend.Log) [][]int32 {
	var all [][]int32
	var at []float64
	for c := range l.Customers {
		h := l.History(c)
		h.Baskets(func(_, lo, hi int) {
			b := slices.Clone(h.Items[lo:hi])
			slices.Sort(b)
			all = append(all, slices.Compact(b))
			if h.Time != nil {
				at = append(at, h.Time[lo])
			}
		})
	}
	if at == nil {
		return all
	}
	order := make([]int, len(all))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case at[a] < at[b]:
			return -1
		case at[a] > at[b]:
			return 1
		}
		return 0
	})
	out := make([][]int32, len(all))
	for i, k := range order {
		out[i] = all[k]
	}
	return out
}
