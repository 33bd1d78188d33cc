package synth

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"
	"time"

	"shoptwin/core"
	"shoptwin/core/encode"
	"shoptwin/core/table"
)

func fitTrees(t testing.TB, tab *table.Table, cfg Config) *Model {
	t.Helper()
	m, err := Trees(context.Background(), tab, cfg, rand.New(rand.NewPCG(1, 2)), nil)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// chained is a table whose columns hang together: b follows a, c follows a
// and b by what neither tells alone, and x is a number that follows c, with
// gaps where a is "a0".
func chained(rows int, rng *rand.Rand) *table.Table {
	a, b, c := make([]string, rows), make([]string, rows), make([]string, rows)
	x := make([]float64, rows)
	for i := range rows {
		ka, kb := rng.IntN(4), rng.IntN(3)
		if rng.IntN(3) > 0 {
			kb = ka % 3
		}
		kc := (ka + kb) % 2
		if rng.IntN(10) == 0 {
			kc = 1 - kc
		}
		a[i], b[i], c[i] = fmt.Sprint("a", ka), fmt.Sprint("b", kb), fmt.Sprint("c", kc)
		x[i] = math.Round(100*(3*float64(kc)+rng.NormFloat64())) / 100
		if ka == 0 && rng.IntN(2) == 0 {
			x[i] = math.NaN()
		}
	}
	return &table.Table{Name: "chained", Columns: []*table.Column{
		table.NewText("a", a, nil), table.NewText("b", b, nil), table.NewText("c", c, nil), table.NewNumber("x", x),
	}}
}

func TestTreesSameWhateverTheThreads(t *testing.T) {
	for _, tab := range []*table.Table{chained(3000, rand.New(rand.NewPCG(1, 1))), shopTable(700, rand.New(rand.NewPCG(2, 1)))} {
		var want []byte
		for _, threads := range []int{1, 2, 3, 8} {
			old := runtime.GOMAXPROCS(threads)
			m := fitTrees(t, tab, Config{})
			var file bytes.Buffer
			err := m.Write(&file)
			runtime.GOMAXPROCS(old)
			if err != nil {
				t.Fatal(err)
			}
			if want == nil {
				want = file.Bytes()
			} else if !bytes.Equal(want, file.Bytes()) {
				t.Errorf("%s: %d threads give another model", tab.Name, threads)
			}
		}
		m, err := Trees(context.Background(), tab, Config{}, rand.New(rand.NewPCG(2, 2)), nil)
		if err != nil {
			t.Fatal(err)
		}
		var file bytes.Buffer
		if err := m.Write(&file); err != nil || bytes.Equal(want, file.Bytes()) {
			t.Errorf("%s: another seed gives the same model; %v", tab.Name, err)
		}
	}
}

// pairDistance is half the summed difference of two tables' shares of the
// levels of columns i, j and k together.
func pairDistance(x, y *table.Table, columns ...int) (d float64) {
	share := map[string]float64{}
	for s, tab := range []*table.Table{x, y} {
		for i := range tab.Rows() {
			key := ""
			for _, c := range columns {
				cell := tab.Columns[c].Cell(i)
				if tab.Columns[c].Kind == table.Number && cell != "" {
					cell = fmt.Sprint(tab.Columns[c].Num[i] > 1.5)
				}
				key += cell + "|"
			}
			share[key] += float64(1-2*s) / float64(tab.Rows())
		}
	}
	for _, v := range share {
		d += math.Abs(v) / 2
	}
	return d
}

// What the columns have to do with each other is in the sample, three at a
// time, and would not be if they were drawn apart.
func TestTreesLearnDependencies(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 3))
	tab, fresh := chained(4000, rng), chained(4000, rng)
	apart := &table.Table{}
	for _, c := range tab.Columns {
		apart.Columns = append(apart.Columns, c.Take(rng.Perm(tab.Rows())))
	}
	for _, cfg := range []Config{{}, {Trees: 1, Leaf: 50}, {Rake: true}} {
		out, err := fitTrees(t, tab, cfg).Sample(4000, 1)
		if err != nil {
			t.Fatal(err)
		}
		for _, columns := range [][]int{{0, 1}, {2, 3}, {0, 1, 2}, {0, 3}, {0, 1, 2, 3}} {
			got, floor, control := pairDistance(tab, out, columns...), pairDistance(tab, fresh, columns...), pairDistance(tab, apart, columns...)
			if got > 1.5*floor+.01 || got > control/3 {
				t.Errorf("%d trees, raked %v, columns %v: distance %.3f; of fresh rows %.3f, of columns apart %.3f", cfg.Trees, cfg.Rake, columns, got, floor, control)
			}
		}
	}
}

// No share of a leaf can come from fewer rows than MinCount, in the leaf or in
// the tables above it.
func TestTreesKeepNoSmallCell(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 4))
	// 1,000 rows of "odd" are b0 but for four, which are b1 to b4: levels
	// that "even" has by hundreds.
	a, b := make([]string, 3000), make([]string, 3000)
	for i := range a {
		a[i], b[i] = "even", fmt.Sprint("b", rng.IntN(6))
		if i < 1000 {
			a[i], b[i] = "odd", "b0"
			if i < 4 {
				b[i] = fmt.Sprint("b", 1+i)
			}
		}
	}
	tab := &table.Table{Columns: []*table.Column{table.NewText("a", a, nil), table.NewText("b", b, nil)}}
	c := newTestCart(t, tab, Config{Trees: 1, Smooth: -1})
	g := newGrower(context.Background(), c)
	for r := range c.rows {
		g.rows = append(g.rows, int32(r))
	}
	g.block, g.y, g.ny = 1, c.bins[1], c.nbins[1]
	s := g.sprout(0, c.rows)
	s.block = 0 // the odd go left
	s.codes.add(c.bins[0][0])
	s.left, s.right = &sprout{block: -1}, &sprout{block: -1}
	up := g.pool(s)
	var walk func(s *sprout)
	walk = func(s *sprout) {
		for i, x := range s.kept {
			if x != 0 && (x < 5 || s.pool[i] < 5) {
				t.Errorf("a cell of %g rows is kept", x)
			}
		}
		if s.left != nil {
			walk(s.left)
			walk(s.right)
		}
	}
	walk(s)
	var left, lost float64
	for i := range up {
		left += s.left.kept[i]
		lost += up[i]
	}
	if left != 996 || lost != 4 {
		t.Errorf("%g of the odd rows are kept, expected the 996 of b0; %g go up from the root, expected 4", left, lost)
	}
	// The four are drawn, but as what the block's own shares say.
	f := Grove{Width: c.widths[1]}
	g.write(&f, s, g.marginal(f.Width))
	var last uint16
	for i, end := range f.ends[:f.Width] {
		if share := float64(end-last) / shareUnit; share > .004 && i != int(c.codes[1][999]) || share == 0 {
			t.Errorf("code %d has share %g among the odd", i, share)
		}
		last = end
	}
}

func newTestCart(t *testing.T, tab *table.Table, cfg Config) *cart {
	t.Helper()
	cfg.Engine = "tree"
	cfg = cfg.WithDefaults()
	enc, err := encode.Fit(tab, cfg.Encode, nil)
	if err != nil {
		t.Fatal(err)
	}
	codes, err := enc.Codes(tab)
	if err != nil {
		t.Fatal(err)
	}
	return newCart(enc, codes, cfg, 1)
}

// Marginals are kept, rare codes included, whatever goes up.
func TestTreesKeepMarginals(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 5))
	tab := adultLike(4000, rng)
	m := fitTrees(t, tab, Config{})
	codes, err := newSampler(m).codes(context.Background(), 1<<17, stream(1, 0, streamCodes))
	if err != nil {
		t.Fatal(err)
	}
	for b, want := range m.Encoder.Marginals() {
		got := make([]float64, len(want))
		for _, c := range codes[b] {
			got[c] += 1. / (1 << 17)
		}
		for i := range got {
			if math.Abs(got[i]-want[i]) > .002+.05*want[i] {
				t.Errorf("block %d, code %d: share %.4f, in the table %.4f", b, i, got[i], want[i])
			}
		}
	}
}

// A sample of as many rows as a small table has is even, and not some rows of
// an even block, which would be as uneven as any rows.
func TestTreesSmallSampleIsEven(t *testing.T) {
	rng := rand.New(rand.NewPCG(8, 8))
	const rows = 300
	tab := shopTable(rows, rng)
	m, err := Trees(t.Context(), tab, Config{}, rng, nil)
	if err != nil {
		t.Fatal(err)
	}
	out, err := m.Sample(2*rows, 5)
	if err != nil {
		t.Fatal(err)
	}
	codes, err := m.Encoder.Codes(out)
	if err != nil {
		t.Fatal(err)
	}
	for part := range 2 { // the first rows, and as many after them
		var sum float64
		for b, want := range m.Encoder.Marginals() {
			off := make([]float64, len(want))
			for c, share := range want {
				off[c] = -share * rows
			}
			for _, c := range codes[b][part*rows : (part+1)*rows] {
				off[c]++
			}
			for _, n := range off {
				sum += math.Abs(n)
			}
		}
		if sum > 40 { // of leaves alone 53; some are cells that have another code once they are rounded
			t.Errorf("rows from %d on: codes are off by %.1f rows together", part*rows, sum)
		}
	}
}

func TestTreesStop(t *testing.T) {
	tab := adultLike(15_000, rand.New(rand.NewPCG(6, 6)))
	ctx, cancel := context.WithCancel(context.Background())
	var cancelled time.Time
	_, err := Trees(ctx, tab, Config{Trees: 60}, rand.New(rand.NewPCG(1, 1)), func(p core.Progress) {
		if p.Stage != "train" || p.Total != 15 || p.Done < 1 || p.Done > 15 {
			t.Errorf("progress %+v", p)
		}
		if cancelled.IsZero() {
			cancelled = time.Now()
			cancel()
		}
	})
	if took := time.Since(cancelled); !errors.Is(err, context.Canceled) || took > time.Second {
		t.Errorf("cancelled: %v after %v", err, took)
	}
}

func TestTreesOddTables(t *testing.T) {
	repeat := func(s string, n int) []string { return slices.Repeat([]string{s}, n) }
	nan := slices.Repeat([]float64{math.NaN()}, 40)
	few := chained(12, rand.New(rand.NewPCG(7, 7)))
	for _, tt := range []struct {
		name string
		tab  *table.Table
		cfg  Config
		kind core.Kind // of the error; 0: none
	}{
		{"no row", chained(0, rand.New(rand.NewPCG(7, 7))), Config{}, core.Invalid},
		{"one row", few.Slice(0, 1), Config{}, core.Invalid},
		{"one row, no secret", few.Slice(0, 1), Config{Encode: encode.Config{MinCount: 1}}, 0},
		{"twelve rows", few, Config{}, 0},
		{"twelve rows, no secret", few, Config{Encode: encode.Config{MinCount: 1}, Leaf: 1, Smooth: -1}, 0},
		{"constant", &table.Table{Columns: []*table.Column{table.NewText("a", repeat("x", 40), nil)}}, Config{}, 0},
		{"all missing beside a number", &table.Table{Columns: []*table.Column{table.NewNumber("gone", nan), table.NewNumber("x", chained(40, rand.New(rand.NewPCG(7, 7))).Columns[3].Num)}}, Config{}, 0},
		{"wide blocks", adultLike(3000, rand.New(rand.NewPCG(8, 8))), Config{Encode: encode.Config{Bins: 500, MaxLevels: 700, MaxWidth: 5000}}, 0},
		{"many trees, all rows", few, Config{Trees: 1 << 11, Share: -1}, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m, err := Trees(context.Background(), tt.tab, tt.cfg, rand.New(rand.NewPCG(1, 1)), nil)
			if core.KindOf(err) != tt.kind || (err != nil) != (tt.kind != 0) {
				t.Fatalf("error %v", err)
			}
			if err != nil {
				return
			}
			out, err := m.Sample(300, 1)
			if err != nil || out.Rows() != 300 || len(out.Columns) != len(tt.tab.Columns) {
				t.Fatalf("%v, %v", out, err)
			}
			if err := out.Check(); err != nil {
				t.Error(err)
			}
		})
	}
}

// 5,000 columns are narrowed by the encoder; a tree asks a few of them.
func TestTreesManyColumns(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 9))
	tab := &table.Table{Name: "wide"}
	const rows = 300
	first := make([]string, rows)
	for i := range first {
		first[i] = fmt.Sprint("v", rng.IntN(3))
	}
	for c := range 5000 {
		cells := make([]string, rows)
		for i := range cells {
			if cells[i] = fmt.Sprint("v", rng.IntN(3)); c == 100 {
				cells[i] = first[i] + "!"
				if rng.IntN(20) == 0 {
					cells[i] = "v0!"
				}
			}
		}
		if c == 0 {
			cells = first
		}
		tab.Columns = append(tab.Columns, table.NewText(fmt.Sprint("c", c), cells, nil))
	}
	m := fitTrees(t, tab, Config{})
	out, err := m.Sample(100, 1)
	if err != nil || len(out.Columns) != 5000 {
		t.Fatal(err)
	}
	// The one block that the 100th hangs on is among those it asks.
	c := newTestCart(t, tab, Config{})
	at := slices.Index(c.order, 100)
	if asked := c.ask(c.order[:at], 100); len(asked) != maxAsked || !slices.Contains(asked, 0) {
		t.Errorf("block 100 asks %v", asked)
	}
}

func TestForestFile(t *testing.T) {
	for section, cfg := range map[string]Config{"TREE": {Trees: 1}, "TREG": {}} { // with guesses and without
		t.Run(section, func(t *testing.T) { forestFile(t, chained(1500, rand.New(rand.NewPCG(10, 10))), section, cfg) })
	}
}

func forestFile(t *testing.T, tab *table.Table, section string, cfg Config) {
	m := fitTrees(t, tab, cfg)
	name, b, err := m.Body.section()
	if err != nil || name != section {
		t.Fatal(name, err)
	}
	back, err := bodies[name](b)
	if err != nil {
		t.Fatal(err)
	}
	copied := *m
	copied.Body = back
	x, errX := m.Sample(500, 3)
	y, errY := copied.Sample(500, 3)
	if errX != nil || errY != nil || text(x) != text(y) {
		t.Errorf("the trees read back draw differently; %v, %v", errX, errY)
	}
	for n := range b {
		if f, err := bodies[name](b[:n]); err == nil && f.fits(m.Encoder.Widths()) == nil {
			t.Fatalf("the first %d of %d bytes are taken for the whole", n, len(b))
		}
	}
	var whole bytes.Buffer
	if err := m.Write(&whole); err != nil {
		t.Fatal(err)
	}
	if again, err := Read(&whole); err != nil || again.Config != m.Config {
		t.Errorf("%v", err)
	}
}

// Whatever the bytes, they are refused or can be drawn from.
func FuzzReadForest(f *testing.F) {
	m := fitTrees(f, chained(400, rand.New(rand.NewPCG(11, 11))), Config{Trees: 2})
	name, b, err := m.Body.section()
	if err != nil || name != "TREG" {
		f.Fatal(name, err)
	}
	f.Add(b)
	f.Add([]byte{})
	rng := rand.New(rand.NewPCG(12, 12))
	for range 200 {
		c := bytes.Clone(b)
		for range 1 + rng.IntN(3) {
			c[rng.IntN(len(c))] = byte(rng.IntN(256))
		}
		f.Add(c)
	}
	widths := m.Encoder.Widths()
	f.Fuzz(func(t *testing.T, b []byte) {
		body, err := readGuessing(b)
		if err != nil || body.fits(widths) != nil {
			return
		}
		codes, err := (&sampler{widths: widths, drawer: body.drawer(widths)}).codes(context.Background(), BlockRows, rand.NewPCG(1, 1))
		if err != nil {
			t.Fatal(err)
		}
		for b, col := range codes {
			if int(slices.Max(col)) >= widths[b] {
				t.Fatalf("block %d: code %d of %d", b, slices.Max(col), widths[b])
			}
		}
	})
}

// Rows with the same leaf are drawn evenly, and blocks that have nothing to
// do with each other stay so.
func TestForestDrawsBlocksApart(t *testing.T) {
	half := func(b int) Grove {
		return Grove{Block: b, Width: 2, roots: []int32{^0}, ends: []uint16{shareUnit / 2, shareUnit}}
	}
	f := Forest{Blocks: []Grove{half(0), half(1), half(2)}}
	out := [][]uint16{make([]uint16, BlockRows), make([]uint16, BlockRows), make([]uint16, BlockRows)}
	f.drawer(nil).draw(out, rand.NewPCG(3, 3))
	for a := range out {
		ones := 0
		for _, c := range out[a] {
			ones += int(c)
		}
		if ones < BlockRows/2-8 || ones > BlockRows/2+8 {
			t.Errorf("block %d: %d ones", a, ones)
		}
		for b := range a {
			for _, lag := range []int{0, 1, 2, 13, 512} {
				same := 0
				for i := range BlockRows - lag {
					if out[a][i] == out[b][i+lag] {
						same++
					}
				}
				if n := float64(BlockRows - lag); math.Abs(float64(same)-n/2) > 2.5*math.Sqrt(n) {
					t.Errorf("blocks %d and %d, lag %d: %d of %g rows agree", a, b, lag, same, n)
				}
			}
		}
	}
}

// Codes without an order are split by what they say, not by their number.
func TestArrange(t *testing.T) {
	c := newTestCart(t, chained(2000, rand.New(rand.NewPCG(13, 13))), Config{Trees: 1})
	g := newGrower(context.Background(), c)
	g.ny = 3
	// Codes 0, 2, 4 are mostly of class 2, codes 1, 3 mostly of class 0.
	h := []uint32{1, 5, 40, 41, 4, 2, 2, 4, 50, 30, 5, 1, 0, 6, 30}
	s := &sprout{hi: 221, count: []int32{74, 24, 123}}
	var size [maskBits]int32
	for v := range 5 {
		size[v] = int32(h[3*v] + h[3*v+1] + h[3*v+2])
	}
	order := []uint8{0, 1, 2, 3, 4}
	g.arrange(s, h, order, &size)
	odd := func(v uint8) bool { return v%2 == 1 }
	changes := 0
	for i := range 4 {
		if odd(order[i]) != odd(order[i+1]) {
			changes++
		}
	}
	if changes != 1 {
		t.Errorf("order %v: the two kinds of codes are not apart", order)
	}
}

func TestQuantile(t *testing.T) {
	ends := []uint16{0, 10, 10, 500, shareUnit, shareUnit}
	for _, tt := range []struct{ at, want uint16 }{{0, 1}, {9, 1}, {10, 3}, {499, 3}, {500, 4}, {shareUnit - 1, 4}} {
		if got := quantile(ends, tt.at); got != tt.want {
			t.Errorf("quantile %d is code %d, expected %d", tt.at, got, tt.want)
		}
	}
}
