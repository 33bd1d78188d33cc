package train

import (
	"fmt"
	"testing"

	"gorgonia.org/gorgonia"

	"shoptwin/core/nn"
)

// ctgan is build/bench/torch/ctgan.py: a step of each player of CTGAN (Xu et
// al. 2019), a critic on packs of rows with gradient penalty and a generator
// that is asked for conditions. Each player has a graph; the other's weights
// are inputs there.
type ctgan struct {
	ctganSizes
	critic, generator training

	real  []float32 // rows to learn from, wide each
	rows  []float32 // the critic's batch of them, with conditions
	share []float32 // of the real pack in each mixed one
	drops []*nn.Dropout

	latent, gumbel [2][]float32 // of the critic's step and the generator's
	cond           [2][]float32
	asked          *nn.CrossEntropy
	lossD, lossG   *gorgonia.Node
	noise          noise
}

type ctganSizes struct {
	batch, pack, latents, hidden int
	numbers, modes               int // columns with a tanh and so many modes each
	categories, levels           int
	dropout                      float32
}

var ctganBench = ctganSizes{
	batch: 500, pack: 10, latents: 128, hidden: 256,
	numbers: 20, modes: 9, categories: 10, levels: 10, dropout: .5,
}

func (s ctganSizes) wide() int   { return s.numbers*(1+s.modes) + s.conds() }
func (s ctganSizes) conds() int  { return s.categories * s.levels }
func (s ctganSizes) packed() int { return s.pack * (s.wide() + s.conds()) }

// widths has all numbers first, then their modes, then the categories.
func (s ctganSizes) widths() (w []int) {
	for _, run := range [][2]int{{s.numbers, 1}, {s.numbers, s.modes}, {s.categories, s.levels}} {
		for range run[0] {
			w = append(w, run[1])
		}
	}
	return w
}

func newCTGAN(s ctganSizes) *ctgan {
	m := &ctgan{ctganSizes: s, noise: noise{seed: 1}, share: make([]float32, s.batch/s.pack)}
	m.rows = make([]float32, s.batch*(s.wide()+s.conds()))
	m.asked = &nn.CrossEntropy{Cols: s.wide(), Widths: s.widths(), Target: make([]int32, s.batch), Block: make([]int32, s.batch)}
	for i := range m.latent {
		m.latent[i] = make([]float32, s.batch*s.latents)
		m.gumbel[i] = make([]float32, s.batch*s.wide())
		m.cond[i] = make([]float32, s.batch*s.conds())
	}
	m.critic = training{graph: newGraph(nn.CPU), seed: 1, steps: 1 << 30}
	m.generator = training{graph: newGraph(nn.CPU), seed: 2, steps: 1 << 30}
	building.Lock()
	defer building.Unlock()
	first := s.latents + s.conds()
	for i, l := range [][2]int{{first, s.hidden}, {first + s.hidden, s.hidden}} {
		m.generator.weights(fmt.Sprint("W", i), l[0], l[1], l[0])
		ones := m.generator.param(fmt.Sprint("gamma", i), 1, l[1])
		for j := range ones.w {
			ones.w[j] = 1
		}
		m.generator.param(fmt.Sprint("beta", i), 1, l[1])
	}
	last := first + 2*s.hidden
	m.generator.weights("W2", last, s.wide(), last)
	m.generator.weights("b2", 1, s.wide(), last)
	for i, l := range [][2]int{{s.packed(), s.hidden}, {s.hidden, s.hidden}, {s.hidden, 1}} {
		m.critic.weights(fmt.Sprint("C", i), l[0], l[1], l[0])
		m.critic.weights(fmt.Sprint("c", i), 1, l[1], l[0])
	}
	m.buildCritic()
	m.buildGenerator()
	for _, t := range []*training{&m.critic, &m.generator} {
		t.solver(solver{rule: nn.AdamRule{Beta1: .5, Beta2: .9, L2: 1e-6}, rate: 2e-4, schedule: schedule{hold: 1}}, t.params)
		if err := t.ready(); err != nil {
			panic(err)
		}
	}
	return m
}

// layer adds one to t's graph; wrt says which inputs have a gradient, as in
// "011".
func layer(t *training, l nn.Fused, wrt string, in ...*gorgonia.Node) *gorgonia.Node {
	flags := make([]bool, len(in))
	for i := range flags {
		flags[i] = wrt[i] == '1'
	}
	n, err := t.fuse(l, flags, in...)
	if err != nil {
		panic(err)
	}
	return n
}

// nodes returns params as nodes of t's graph, whether they are its own or not.
func nodes(t *training, params []*param) (n []*gorgonia.Node) {
	for _, p := range params {
		if t.params[0] == params[0] {
			n = append(n, p.node)
		} else {
			s := p.node.Shape()
			n = append(n, t.input(p.node.Name(), s[0], s[1], p.w))
		}
	}
	return n
}

// fakes adds the generator to t's graph and returns its rows, packed, with
// the conditions, and its last sums. learn says whether its weights do.
func (m *ctgan) fakes(t *training, player int, learn bool) (rows, sums *gorgonia.Node) {
	s, w := m.ctganSizes, nodes(t, m.generator.params)
	cond := t.input("cond", s.batch, s.conds(), m.cond[player])
	x := layer(t, beside{s.latents, s.conds()}, "00", t.input("z", s.batch, s.latents, m.latent[player]), cond)
	first := s.latents + s.conds()
	wrt := [3]string{"0000", "0000", "000"}
	if learn {
		wrt = [3]string{"0111", "1111", "111"}
	}
	x = layer(t, nn.NewDenseNorm(first, s.hidden, nn.ReLU, true), wrt[0], x, w[0], w[1], w[2])
	x = layer(t, nn.NewDenseNorm(first+s.hidden, s.hidden, nn.ReLU, true), wrt[1], x, w[3], w[4], w[5])
	sums = layer(t, &nn.Dense{In: first + 2*s.hidden, Out: s.wide(), Tail: first}, wrt[2], x, w[6], w[7])
	heads := "000"
	if learn {
		heads = "100"
	}
	rows = layer(t, nn.NewMixedHeads(s.widths(), .2, s.pack), heads, sums, t.input("gumbel", s.batch, s.wide(), m.gumbel[player]), cond)
	return rows, sums
}

// dense returns the critic's layer i with a dropout of its own.
func (m *ctgan) dense(i int) *nn.Dense {
	in, h := m.packed(), m.hidden
	if i == 2 {
		return &nn.Dense{In: h, Out: 1}
	}
	d := &nn.Dense{In: []int{in, h}[i], Out: h, Act: nn.Leaky, Drop: &nn.Dropout{Rate: m.dropout, Seed: uint64(len(m.drops) + 1)}}
	m.drops = append(m.drops, d.Drop)
	return d
}

// buildCritic makes its loss: scores of real and generated packs in one pass,
// and the penalty on the gradient by packs mixed of both.
func (m *ctgan) buildCritic() {
	t, packs := &m.critic, m.batch/m.pack
	w := nodes(t, t.params)
	fake, _ := m.fakes(t, 0, false)
	real := t.input("real", packs, m.packed(), m.rows)
	x := layer(t, below{}, "00", real, fake)
	for i := range 3 {
		x = layer(t, m.dense(i), []string{"011", "111", "111"}[i], x, w[2*i], w[2*i+1])
	}
	score := layer(t, margin{}, "1", x)

	// The mixed packs' own scores are in no loss: only what is needed of
	// them for the gradient is computed, the first two layers.
	x = layer(t, mix{}, "000", real, fake, t.input("share", packs, 1, m.share))
	one, two := m.dense(0), m.dense(1)
	y1 := layer(t, one, "000", x, w[0], w[1])
	y2 := layer(t, two, "000", y1, w[2], w[3])
	dy := make([]float32, packs)
	for i := range dy {
		dy[i] = 1
	}
	y3 := t.input("ones", packs, 1, dy)
	slope := layer(t, &nn.DenseGrad{Of: m.dense(2)}, "001", y3, y3, w[4])
	slope = layer(t, &nn.DenseGrad{Of: two}, "101", slope, y2, w[2])
	slope = layer(t, &nn.DenseGrad{Of: one}, "101", slope, y1, w[0])
	penalty := layer(t, &nn.GradientPenalty{Cols: m.packed(), Weight: 10}, "1", slope)
	m.lossD = layer(t, both{}, "11", score, penalty)
	if err := t.differentiate(m.lossD, t.params); err != nil {
		panic(err)
	}
}

func (m *ctgan) buildGenerator() {
	t := &m.generator
	rows, sums := m.fakes(t, 1, true)
	w := nodes(t, m.critic.params)
	for i := range 3 {
		rows = layer(t, m.dense(i), "100", rows, w[2*i], w[2*i+1])
	}
	m.lossG = layer(t, both{}, "11", layer(t, nn.Wasserstein{}, "1", rows), layer(t, m.asked, "1", sums))
	if err := t.differentiate(m.lossG, t.params); err != nil {
		panic(err)
	}
}

// step draws a batch for each player and trains them.
func (m *ctgan) step(i int) (lossD, lossG float64, err error) {
	rng := generator(1, forRows, i)
	for p := range 2 {
		m.noise.fill(m.latent[p], forLatent, 2*i+p, normal())
		m.noise.fill(m.gumbel[p], forGumbel, 2*i+p, exponential())
		clear(m.cond[p])
		for r := range m.batch {
			block, level := rng.IntN(m.categories), rng.IntN(m.levels)
			m.cond[p][r*m.conds()+block*m.levels+level] = 1
			m.asked.Block[r], m.asked.Target[r] = int32(2*m.numbers+block), int32(level)
		}
	}
	wide, all := m.wide(), len(m.real)/m.wide()
	for r, from := range rng.Perm(m.batch) {
		row := m.rows[r*(wide+m.conds()):]
		copy(row, m.real[rng.IntN(all)*wide:][:wide])
		copy(row[wide:], m.cond[0][from*m.conds():][:m.conds()])
	}
	for p := range m.share {
		m.share[p] = rng.Float32()
	}
	return m.train(i)
}

// train does a step on what the batch holds.
func (m *ctgan) train(i int) (lossD, lossG float64, err error) {
	for _, d := range m.drops {
		d.Step = uint64(i)
	}
	for _, t := range []*training{&m.critic, &m.generator} {
		if err := t.pass(i); err != nil {
			return 0, 0, err
		}
		if err := t.solvers[0].step(i, t.steps); err != nil {
			return 0, 0, err
		}
	}
	return float64(floats(m.lossD.Value())[0]), float64(floats(m.lossG.Value())[0]), nil
}

func (m *ctgan) close() {
	m.critic.machine.Close()
	m.generator.machine.Close()
}

// TestCTGAN pins four steps to PyTorch's (build/bench/torch/golden.py), with
// waves for all that is drawn.
func TestCTGAN(t *testing.T) {
	s := ctganSizes{batch: 20, pack: 5, latents: 6, hidden: 12, numbers: 3, modes: 4, categories: 2, levels: 5}
	m := newCTGAN(s)
	defer m.close()
	for p, params := range [][]*param{m.generator.params, m.critic.params} {
		for i, w := range params {
			copy(w.w, wave(len(w.w), 10*p+i, .5))
		}
	}
	wide, conds := s.wide(), s.conds()
	var got []float64
	for i := range 4 {
		for p := range 2 {
			copy(m.latent[p], wave(len(m.latent[p]), 100+2*i+p, 2))
			for j, v := range wave(len(m.gumbel[p]), 200+2*i+p, .5) {
				m.gumbel[p][j] = v + .55
			}
			clear(m.cond[p])
			for r := range s.batch {
				block, level := (r*7+i+p)%s.categories, (r*3+i+p)%s.levels
				m.cond[p][r*conds+block*s.levels+level] = 1
				m.asked.Block[r], m.asked.Target[r] = int32(2*s.numbers+block), int32(level)
			}
		}
		for j, v := range wave(s.batch*wide, 300+i, .5) {
			m.rows[j/wide*(wide+conds)+j%wide] = v + .5
		}
		for r := range s.batch {
			copy(m.rows[r*(wide+conds)+wide:][:conds], m.cond[0][(s.batch-1-r)*conds:])
		}
		for j, v := range wave(len(m.share), 400+i, .5) {
			m.share[j] = v + .5
		}
		lossD, lossG, err := m.train(i)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, lossD, lossG)
	}
	pinned(t, got, []float64{58.483662, 2.1914482, 27.561768, 3.2362883, 19.884251, 3.315351, 35.262688, 2.1528559})
}

// BenchmarkCTGAN is a step of both players on 500 rows of 300 columns.
func BenchmarkCTGAN(b *testing.B) {
	m := newCTGAN(ctganBench)
	defer m.close()
	m.real = wave(20000*m.wide(), 1, 1)
	timeSteps(b, func(i int) error {
		_, _, err := m.step(i)
		return err
	})
}
