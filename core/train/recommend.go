package train

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/json"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"

	"gorgonia.org/gorgonia"

	"shoptwin/core"
	"shoptwin/core/nn"
	"shoptwin/core/recommend"
)

// Behaviour fits a network that says which item a customer's next event has,
// see [recommend.Behaviour]. synthetic, if not nil, are more events to learn
// from, whose items, actions and categories are numbered as those of real: the
// loss is mean(real) + Config.Lambda·mean(synthetic).
//
// The last basket of Config.HoldOut of the real customers is not learned, nor
// what lies between where Config.Ahead looks further; the reported "ndcg" is
// NDCG@10 among all items of what those hold. The training
// ends when in its second half it has not been near its best for a quarter of
// the steps; the weights kept are a running mean, the latest near the best.
// Resuming, cancelling, progress and determinism are those of [GAN].
//
// An epoch takes six times the events times the network's weights, and with
// the loss softmax times known items times Dim.
func Behaviour(ctx context.Context, real, synthetic *recommend.Log, cfg recommend.BehaviourConfig, rng *rand.Rand, opt Options, report func(core.Progress)) (*recommend.Behaviour, error) {
	cfg = cfg.WithDefaults()
	m, err := recommend.NewBehaviour(real, cfg)
	if err != nil {
		return nil, err
	}
	seed, err := begins(rng, opt)
	if err != nil {
		return nil, err
	}
	b := &behaviour{model: m, loss: cfg.Loss}
	if b.loss == "" {
		b.loss = "softmax"
		if m.Known() > 20_000 {
			b.loss = "sampled"
		}
	}
	learn := b.holdOut(real, seed)
	reals := len(learn)
	if synthetic != nil {
		for c := range synthetic.Customers {
			learn = append(learn, synthetic.History(c))
		}
	}
	b.windows = newWindows(m, learn, reals, false)
	return b.fit(ctx, seed, opt, report)
}

// begins returns a training's seed.
func begins(rng *rand.Rand, opt Options) (uint64, error) {
	if opt.Resume != nil {
		return seedOf(opt.Resume)
	}
	return rng.Uint64(), nil
}

// behaviour is a training under way.
type behaviour struct {
	training
	model   *recommend.Behaviour
	windows *windows
	labels  []float32 // of each history, with a task
	exam    []recommend.History
	truth   [][]int32 // items of the basket after each of exam
	answers []float32 // of each of exam, with a task

	loss  string
	batch behaviourBatch
	net   *behaviourNet
	cost  *gorgonia.Node
	value [1]float64
}

const mostExam = 500

// holdOut returns what is learned of each customer, and sets the rest aside.
func (b *behaviour) holdOut(l *recommend.Log, seed uint64) []recommend.History {
	all := make([]recommend.History, len(l.Customers))
	var may []int
	for c := range all {
		all[c] = l.History(c)
		if all[c].Baskets(nil) > 1 {
			may = append(may, c)
		}
	}
	far := 1
	if !slices.ContainsFunc(all, unordered) {
		far = b.model.Config.Furthest()
	}
	n := min(mostExam, int(math.Ceil(b.model.Config.HoldOut*float64(len(may)))))
	rng := generator(seed, forSplit, 0)
	rng.Shuffle(len(may), func(i, j int) { may[i], may[j] = may[j], may[i] })
	for _, c := range may[:n] {
		h := all[c]
		last := 0
		h.Baskets(func(_, lo, _ int) { last = lo })
		all[c] = h.Slice(0, max(1, last+1-far))
		b.exam, b.truth = append(b.exam, all[c]), append(b.truth, h.Items[last:])
	}
	return all
}

// fit trains what has been prepared.
func (b *behaviour) fit(ctx context.Context, seed uint64, opt Options, report func(core.Progress)) (*recommend.Behaviour, error) {
	if len(b.windows.all) == 0 {
		return nil, core.Errorf(core.Invalid, "no customer has more than one event: there is nothing that follows another").
			WithHint("check --map customer=COLUMN: it should name who comes back")
	}
	if need := 4 * b.floats(); opt.Memory > 0 && need > opt.Memory {
		return nil, core.Errorf(core.Full, "the training needs about %d MB of memory, more than the %d MB allowed", need>>20, opt.Memory>>20).
			WithHint("lower Items, Dim or Batch, or allow more memory")
	}
	if err := b.prepare(seed, opt.Device); err != nil {
		return nil, err
	}
	defer b.machine.Close()
	err := b.run(ctx, b, opt, report)
	if b.kept == nil {
		return nil, err
	}
	return b.model.Learned(b.kept), err
}

// floats estimates what the training keeps.
func (b *behaviour) floats() int64 {
	m, c := b.model, b.model.Config
	n := int64(6*m.Rows()*c.Dim) + int64(512*m.Known())
	for _, op := range m.Layers() {
		for _, s := range recommend.MatricesOf(op) {
			n += int64(14 * s.Rows * s.Cols)
		}
	}
	width := 4 * c.Dim
	for _, w := range c.Widths {
		width += 8 * w
	}
	if c.Body == "attention" {
		width = c.Blocks * (24*c.Dim + 2*c.Heads*c.Length)
	}
	return n + int64(c.Batch*width)
}

func (b *behaviour) prepare(seed uint64, on nn.Device) error {
	c := b.model.Config
	b.training = training{
		graph: newGraph(on), seed: seed, steps: c.Epochs * len(b.windows.cuts), losses: []string{"loss"}, scored: "ndcg",
		decay: c.EMA, judgements: 20, patience: 8, near: .001,
	}
	if b.labels != nil {
		b.scored = "score"
	}
	sum := sha256.New()
	json.NewEncoder(sum).Encode(c)
	json.NewEncoder(sum).Encode(b.labels)
	b.windows.digest(sum)
	b.print = [32]byte(sum.Sum(nil))
	b.windows.weigh(b.labels != nil)
	if b.labels == nil {
		b.windows.negatives()
	}
	b.net = newBehaviourNet(b.model, b.loss, &b.batch, seed)

	building.Lock()
	defer building.Unlock()
	w := []*gorgonia.Node{b.weights("table", b.model.Rows(), c.Dim, c.Dim), b.param("bias", 1, b.model.Known()).node}
	if b.loss != "gbce" && b.labels == nil {
		b.startBias(b.params[1].w)
	}
	ops := b.model.Layers()
	if t := b.model.Task; t != nil {
		ops = append(ops, &nn.Dense{In: c.Dim, Out: t.Outputs()})
	}
	for i, op := range ops {
		for j, s := range recommend.MatricesOf(op) {
			name := strconv.Itoa(i) + " " + strconv.Itoa(j)
			if s.FanIn > 0 {
				w = append(w, b.weights(name, s.Rows, s.Cols, s.FanIn))
				continue
			}
			p := b.param(name, s.Rows, s.Cols)
			for k := range p.w {
				p.w[k] = float32(-s.FanIn)
			}
			w = append(w, p.node)
		}
	}
	var err error
	if b.cost, err = b.fuse(b.net, slices.Repeat([]bool{true}, len(w)), w...); err != nil {
		return core.Wrap(err, "the network of behaviour")
	}
	if err := b.differentiate(b.cost, b.params); err != nil {
		return err
	}
	b.averaged = b.params
	b.solver(solver{rule: nn.AdamRule{Beta1: .9, Beta2: .999, Decay: c.Shrink}, rate: c.LearnRate, clip: 5,
		schedule: schedule{warmUp: .02, hold: .3, last: c.Decay, cosine: true}}, b.params)
	return b.ready()
}

// startBias lets every item begin as likely as it is.
func (b *behaviour) startBias(bias []float32) {
	count := make([]float64, len(bias))
	for _, c := range b.windows.events {
		count[c]++
	}
	smooth, mean := b.model.Config.Smoothing, 0.
	for c, n := range count {
		count[c] = math.Log(n + smooth)
		mean += count[c] / float64(len(count))
	}
	for c := range bias {
		bias[c] = float32(count[c] - mean)
	}
}

func (b *behaviour) step(i int) ([]float64, error) {
	b.windows.batch(&b.batch, i, b.seed, b.labels)
	if b.net.gbce != nil || b.net.softmax != nil {
		b.windows.draw(&b.batch, generator(b.seed, forLatent, i), b.net.gbce != nil)
	}
	b.net.at(i)
	if err := b.pass(i); err != nil {
		return nil, err
	}
	b.value[0] = float64(floats(b.cost.Value())[0])
	return b.value[:], b.solvers[0].step(i, b.steps)
}

// score is NDCG@10 of what was set aside.
func (b *behaviour) score(mean [][]float32) float64 {
	m := b.model.Learned(mean)
	if b.labels != nil {
		return b.taskScore(m)
	}
	if len(b.exam) == 0 {
		return 0
	}
	total := 0.
	scores := make([]float32, 64*m.Items)
	for from := 0; from < len(b.exam); from += 64 {
		to := min(from+64, len(b.exam))
		m.Score(b.exam[from:to], scores)
		for i := from; i < to; i++ {
			total += ndcg(scores[(i-from)*m.Items:(i-from+1)*m.Items], b.truth[i], 10)
		}
	}
	return total / float64(len(b.exam))
}

// ndcg is that of the k best of scores, with every distinct item of truth worth 1.
func ndcg(scores []float32, truth []int32, k int) float64 {
	found := slices.Clone(truth)
	slices.Sort(found)
	found = slices.Compact(found)
	slices.SortFunc(found, func(a, b int32) int { return cmp.Compare(scores[b], scores[a]) })
	gain, ideal := 0., 0.
	for i, item := range found {
		if i < k {
			ideal += 1 / math.Log2(float64(i+2))
		}
		better := 0
		for _, v := range scores {
			if v > scores[item] {
				better++
			}
		}
		if better < k {
			gain += 1 / math.Log2(float64(better+2))
		}
	}
	return gain / max(ideal, 1e-9)
}
