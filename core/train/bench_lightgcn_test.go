package train

import (
	"bufio"
	"compress/gzip"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"gorgonia.org/gorgonia"

	"shoptwin/core/nn"
)

// graphModel is build/bench/torch/lightgcn.py: LightGCN with BPR loss.
type graphModel struct {
	training
	gcn  *nn.LightGCN
	cost *gorgonia.Node
}

func newGraphModel(g *nn.Graph, dim, layers, batch int) (*graphModel, error) {
	m := &graphModel{
		training: training{graph: newGraph(nn.CPU), seed: 1, steps: 1 << 30},
		gcn:      &nn.LightGCN{Graph: g, Dim: dim, Layers: layers, Skip: true, Rows: make([]int32, 3*batch)},
	}
	building.Lock()
	defer building.Unlock()
	rows, err := m.fuse(m.gcn, []bool{true}, m.weights("table", g.Nodes(), dim, 100))
	if err != nil {
		return nil, err
	}
	if m.cost, err = m.fuse(&nn.BPR{Dim: dim, Cols: 2 * dim, L2: 1e-4}, []bool{true}, rows); err != nil {
		return nil, err
	}
	if err := m.differentiate(m.cost, m.params); err != nil {
		return nil, err
	}
	m.solver(solver{rule: nn.AdamRule{Beta1: .9, Beta2: .999}, rate: 1e-3, schedule: schedule{hold: 1}}, m.params)
	return m, m.ready()
}

// draw sets triple i of the batch: a user, an item that is hers and another.
func (m *graphModel) draw(i int, user, good, bad int32) {
	n, users := len(m.gcn.Rows)/3, int32(m.gcn.Graph.Users)
	m.gcn.Rows[i], m.gcn.Rows[n+i], m.gcn.Rows[2*n+i] = user, users+good, users+bad
}

func (m *graphModel) step(i int) (float64, error) {
	if err := m.pass(i); err != nil {
		return 0, err
	}
	return float64(floats(m.cost.Value())[0]), m.solvers[0].step(i, m.steps)
}

// TestGraphModel pins five steps to PyTorch's (build/bench/torch/golden.py).
func TestGraphModel(t *testing.T) {
	const users, items, batch = 6, 8, 9
	var user, item []int32
	for u := range int32(users) {
		for j := range u%3 + 2 {
			user, item = append(user, u), append(item, (u*3+j*5)%items)
		}
	}
	m, err := newGraphModel(nn.NewGraph(users, items, user, item), 5, 3, batch)
	if err != nil {
		t.Fatal(err)
	}
	defer m.machine.Close()
	copy(m.params[0].w, wave(len(m.params[0].w), 1, 2))
	m.solvers[0].rate = .05
	var got []float64
	for i := range 5 {
		for b := range batch {
			at := (b*7 + i) % len(user)
			m.draw(b, user[at], item[at], int32((b*7+i)%items))
		}
		loss, err := m.step(i)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, loss)
	}
	pinned(t, got, []float64{0.56725776, 0.64893538, 0.65925306, 0.67888904, 0.5220626})
}

// gowalla reads LightGCN's split: a line is a user and its items.
func gowalla(b *testing.B) (g *nn.Graph, user, item []int32) {
	b.Helper()
	data := os.Getenv("SHOPTWIN_DATA")
	if !filepath.IsAbs(data) { // the Makefile's is as seen from the root
		data = filepath.Join("..", "..", data)
	}
	file, err := os.Open(filepath.Join(data, "gowalla", "train.txt.gz"))
	if errors.Is(err, fs.ErrNotExist) {
		b.Skip("no real data: set SHOPTWIN_DATA")
	}
	if err != nil {
		b.Fatal(err)
	}
	defer file.Close()
	text, err := gzip.NewReader(file)
	if err != nil {
		b.Fatal(err)
	}
	users, items := int32(0), int32(0)
	lines := bufio.NewScanner(text)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		u := int32(0)
		for i, f := range strings.Fields(lines.Text()) {
			n, err := strconv.Atoi(f)
			if err != nil {
				b.Fatal(err)
			}
			if i == 0 {
				u = int32(n)
				users = max(users, u+1)
				continue
			}
			user, item = append(user, u), append(item, int32(n))
			items = max(items, int32(n)+1)
		}
	}
	if err := lines.Err(); err != nil {
		b.Fatal(err)
	}
	return nn.NewGraph(int(users), int(items), user, item), user, item
}

// BenchmarkLightGCN is a step on Gowalla: 29,858 users, 40,981 items, 810,128
// edges, 64 dimensions, 3 layers, 2,048 triples. An epoch has 396.
func BenchmarkLightGCN(b *testing.B) {
	const batch = 2048
	g, user, item := gowalla(b)
	m, err := newGraphModel(g, 64, 3, batch)
	if err != nil {
		b.Fatal(err)
	}
	defer m.machine.Close()
	timeSteps(b, func(i int) error {
		rng := generator(1, forRows, i)
		for j := range batch {
			at := rng.IntN(len(user))
			m.draw(j, user[at], item[at], rng.Int32N(int32(g.Items)))
		}
		_, err := m.step(i)
		return err
	})
}
