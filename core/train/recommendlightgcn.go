package train

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"math"
	"math/rand/v2"
	"slices"

	"gorgonia.org/gorgonia"

	"shoptwin/core"
	"shoptwin/core/nn"
	"shoptwin/core/recommend"
)

// LightGCN fits vectors of customers and items on the graph of who bought what
// (He et al. 2020), see [nn.LightGCN] and [recommend.LightGCNConfig]. It starts
// from the graph's singular vectors unless Config.Random, which brings it near
// GF-CF before the first step.
//
// One item of some customers is not learned; "recall" is the share of them
// among the 20 best that the customer does not have. Resuming, cancelling,
// progress and determinism are those of [GAN]. A step takes 4·Layers·edges·Dim
// additions and 6·Batch·Negatives·Dim flops.
func LightGCN(ctx context.Context, l *recommend.Log, cfg recommend.LightGCNConfig, rng *rand.Rand, opt Options, report func(core.Progress)) (*recommend.Vectors, error) {
	cfg = cfg.WithDefaults()
	if cfg.Loss != "softmax" && cfg.Loss != "bpr" {
		return nil, core.Errorf(core.Invalid, "the loss is %q", cfg.Loss).WithHint("use softmax or bpr")
	}
	seed, err := begins(rng, opt)
	if err != nil {
		return nil, err
	}
	m := &lightGCN{cfg: cfg, log: l}
	m.holdOut(seed)
	if len(m.item) == 0 {
		return nil, core.Errorf(core.Invalid, "there are no events to learn from").WithHint("every event needs a customer and an item: check --map customer=COLUMN,item=COLUMN")
	}
	if err := m.prepare(ctx, seed, opt.Device, report); err != nil {
		return nil, err
	}
	defer m.machine.Close()
	err = m.run(ctx, m, opt, report)
	if m.kept == nil {
		return nil, err
	}
	return m.vectors(m.kept[0]), err
}

// lightGCN is a training under way.
type lightGCN struct {
	training
	cfg   recommend.LightGCNConfig
	log   *recommend.Log
	edges *nn.Graph
	who   []int32 // customer of each edge
	item  []int32 // item of each edge
	asked []int32 // customers who judge
	truth []int32 // what was set aside of each

	gcn   *nn.LightGCN
	loss  *nn.SampledSoftmax // nil: bpr
	cost  *gorgonia.Node
	value [1]float64
}

// holdOut lists the edges, each once, but one of each customer who judges.
func (m *lightGCN) holdOut(seed uint64) {
	rng := generator(seed, forSplit, 0)
	n := len(m.log.Customers)
	asked := map[int]bool{}
	for _, c := range rng.Perm(n)[:min(m.cfg.HoldOut, n/10)] {
		asked[c] = true
	}
	for c := range n {
		items := slices.Clone(m.log.History(c).Items)
		slices.Sort(items)
		items = slices.Compact(items)
		if asked[c] && len(items) > 4 {
			k := rng.IntN(len(items))
			m.asked, m.truth = append(m.asked, int32(c)), append(m.truth, items[k])
			items = slices.Delete(items, k, k+1)
		}
		for _, i := range items {
			m.who, m.item = append(m.who, int32(c)), append(m.item, i)
		}
	}
	m.edges = nn.NewGraph(n, len(m.log.Items), m.who, m.item)
}

func (m *lightGCN) prepare(ctx context.Context, seed uint64, on nn.Device, report func(core.Progress)) error {
	c := m.cfg
	m.training = training{
		graph: newGraph(on), seed: seed, steps: c.Epochs * ((len(m.item) + c.Batch - 1) / c.Batch), losses: []string{"loss"}, scored: "recall",
		judgements: 10, patience: 3, near: .002,
	}
	sum := sha256.New()
	enc := json.NewEncoder(sum)
	enc.Encode(c)
	enc.Encode(m.who)
	enc.Encode(m.item)
	m.print = [32]byte(sum.Sum(nil))
	rows := 3 * c.Batch
	if c.Loss == "softmax" {
		rows = 2*c.Batch + c.Negatives
	}
	m.gcn = &nn.LightGCN{Graph: m.edges, Dim: c.Dim, Layers: c.Layers, Skip: c.Loss == "bpr", Rows: make([]int32, rows)}
	var start []float32
	if !c.Random {
		// What was set aside must not be told by the singular vectors either.
		log := m.log.Keep(m.learned())
		customers, items, err := recommend.SingularVectors(ctx, log, c.Dim, nil)
		if err != nil {
			return err
		}
		start = append(customers, items...)
	}

	building.Lock()
	defer building.Unlock()
	table := m.weights("table", m.edges.Nodes(), c.Dim, c.Dim)
	copy(m.params[0].w, start)
	x, err := m.fuse(m.gcn, []bool{true}, table)
	if err != nil {
		return core.Wrap(err, "the graph's layers")
	}
	if c.Loss == "bpr" {
		m.cost, err = m.fuse(&nn.BPR{Dim: c.Dim, Cols: 2 * c.Dim, L2: float32(c.L2)}, []bool{true}, x)
	} else {
		if x, err = m.fuse(&nn.Unit{Cols: c.Dim, Scale: float32(math.Sqrt(1 / c.Temperature))}, []bool{true}, x); err != nil {
			return core.Wrap(err, "the cosines")
		}
		m.loss = nn.NewSampledSoftmax(c.Dim, false)
		m.cost, err = m.fuse(&pairLoss{SampledSoftmax: m.loss, rows: c.Batch}, []bool{true}, x)
	}
	if err != nil {
		return core.Wrap(err, "the loss")
	}
	if err := m.differentiate(m.cost, m.params); err != nil {
		return err
	}
	m.averaged = m.params
	m.solver(solver{rule: nn.AdamRule{Beta1: .9, Beta2: .999}, rate: c.LearnRate, clip: 5,
		schedule: schedule{warmUp: .02, hold: .3, last: c.Decay, cosine: true}}, m.params)
	return m.ready()
}

// learned says which events are edges.
func (m *lightGCN) learned() func(customer, event int) bool {
	aside := map[[2]int32]bool{}
	for i, c := range m.asked {
		aside[[2]int32{c, m.truth[i]}] = true
	}
	return func(c, e int) bool { return !aside[[2]int32{int32(c), m.log.Item[e]}] }
}

func (m *lightGCN) step(i int) ([]float64, error) {
	rng := generator(m.seed, forRows, i)
	n, users, items := m.cfg.Batch, int32(m.edges.Users), int32(m.edges.Items)
	rows := m.gcn.Rows
	for j := range n {
		at := rng.IntN(len(m.item))
		rows[j], rows[n+j] = m.who[at], users+m.item[at]
	}
	for j := range rows[2*n:] {
		rows[2*n+j] = users + rng.Int32N(items)
	}
	if m.loss != nil {
		m.loss.Target, m.loss.Sample = rows[n:2*n], rows[2*n:]
	}
	if err := m.pass(i); err != nil {
		return nil, err
	}
	m.value[0] = float64(floats(m.cost.Value())[0])
	return m.value[:], m.solvers[0].step(i, m.steps)
}

// vectors spreads the table over the graph.
func (m *lightGCN) vectors(table []float32) *recommend.Vectors {
	c, n := m.cfg, m.edges.Nodes()
	x := make([]float32, n*c.Dim)
	(&nn.LightGCN{Graph: m.edges, Dim: c.Dim, Layers: c.Layers}).Forward(x, [][]float32{table})
	if m.loss != nil {
		(&nn.Unit{Cols: c.Dim, Scale: 1}).Forward(x, [][]float32{x})
	}
	cut := m.edges.Users * c.Dim
	return &recommend.Vectors{Config: c, Customers: x[:cut:cut], Items: x[cut:], Popular: recommend.Popularity(m.log)}
}

func (m *lightGCN) score(mean [][]float32) float64 {
	v := m.vectors(mean[0])
	found, scores := 0, make([]float32, m.edges.Items)
	for i, c := range m.asked {
		h := m.log.History(int(c))
		v.Score([]recommend.History{h}, scores)
		own := scores[m.truth[i]]
		for _, item := range h.Items {
			scores[item] = -math.MaxFloat32
		}
		better := 0
		for _, s := range scores {
			if s > own {
				better++
			}
		}
		if better < 20 {
			found++
		}
	}
	return float64(found) / float64(max(1, len(m.asked)))
}
