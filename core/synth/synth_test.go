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
	"strings"
	"testing"

	"shoptwin/core"
	"shoptwin/core/encode"
	"shoptwin/core/table"
)

// text writes a table out, so that two can be compared cell by cell.
func text(t *table.Table) string {
	var b strings.Builder
	for _, c := range t.Columns {
		b.WriteString(c.Name + ":")
		for i := range c.Len() {
			b.WriteString(c.Cell(i) + ",")
		}
		b.WriteString("\n")
	}
	return b.String()
}

func rows(from, n int, t *table.Table) string { return text(t.Slice(from, from+n)) }

// A row depends on model, seed and index alone: not on the chunk size, the
// number of threads, the length of the sample or where a range begins.
func TestRowsDependOnSeedAndIndex(t *testing.T) {
	for _, raked := range []bool{false, true} {
		t.Run(fmt.Sprint("raked ", raked), func(t *testing.T) {
			m := randomModel(t, shopTable(600, rand.New(rand.NewPCG(1, 1))), 8, raked)
			n := 2*BlockRows + 1234
			if raked {
				n = BlockRows + 500
			}
			whole, err := m.Sample(n, 5)
			if err != nil {
				t.Fatal(err)
			}
			if err := whole.Check(); err != nil || whole.Rows() != n {
				t.Fatalf("%d rows, expected %d; %v", whole.Rows(), n, err)
			}
			if other, _ := m.Sample(n, 6); rows(0, 100, other) == rows(0, 100, whole) {
				t.Error("another seed gives the same rows")
			}
			ranges := []struct{ threads, chunk, from, to int }{
				{1, 0, 0, n}, {2, 333, BlockRows - 5, BlockRows + 400}, {3, 700, 0, n},
				{2, BlockRows, 0, n}, {2, 1, 0, 3}, {2, 1000, 0, n - 77}, {2, 0, 100, 101},
			}
			if raked {
				ranges = ranges[:2] // a block of these takes its time
			}
			for _, tt := range ranges {
				old := runtime.GOMAXPROCS(tt.threads)
				at := tt.from
				err := m.Range(context.Background(), tt.from, tt.to, 5, tt.chunk, func(c *table.Table) error {
					if err := c.Check(); err != nil {
						return err
					}
					if got := c.Rows(); tt.chunk > 0 && got != min(tt.chunk, tt.to-at) {
						return fmt.Errorf("a chunk of %d rows", got)
					}
					if text(c) != rows(at, c.Rows(), whole) {
						return fmt.Errorf("rows %d to %d differ", at, at+c.Rows())
					}
					at += c.Rows()
					return nil
				}, nil)
				runtime.GOMAXPROCS(old)
				if err != nil || at != tt.to {
					t.Errorf("%+v: ended at row %d, %v", tt, at, err)
				}
			}
		})
	}
}

// The sample's marginals are those of the network, and its keys are fresh in
// every block.
func TestSampleHoldsNoKeyTwice(t *testing.T) {
	real := shopTable(600, rand.New(rand.NewPCG(2, 2)))
	m := randomModel(t, real, 8, false)
	out, err := m.Sample(2*BlockRows, 1)
	if err != nil {
		t.Fatal(err)
	}
	if out.Column("note") != nil {
		t.Error("free text is in the sample")
	}
	for _, name := range []string{"receipt_id", "customer_id"} {
		seen := map[string]bool{}
		for i := range real.Rows() {
			seen[real.Column(name).Cell(i)] = true
		}
		n := len(seen)
		c := out.Column(name)
		for i := range c.Len() {
			if seen[c.Cell(i)] && (name == "receipt_id" || i < n) {
				t.Fatalf("%s %q is a real one, or there twice", name, c.Cell(i))
			}
			if name == "receipt_id" {
				seen[c.Cell(i)] = true
			}
		}
	}
}

// A network that says nothing but its biases gives their softmax as shares.
func TestSampleFollowsLogits(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 3))
	cells := make([]string, 1000)
	for i := range cells {
		cells[i] = string(rune('a' + r.IntN(4)))
	}
	tab := &table.Table{Columns: []*table.Column{table.NewText("x", cells, nil)}}
	m := randomModel(t, tab, 8, false)
	last := &m.Body.(Network).Net.Layers[2]
	clear(last.Weights[0])
	copy(last.Weights[1], []float32{0, float32(math.Log(2)), float32(math.Log(1e-3)), -400})
	codes, err := newSampler(m).codes(context.Background(), 1<<17, stream(1, 0, streamCodes))
	if err != nil {
		t.Fatal(err)
	}
	var got [4]float64
	for _, c := range codes[0] {
		got[c] += 1. / (1 << 17)
	}
	for i, want := range []float64{1 / 3.001, 2 / 3.001, .001 / 3.001, 0} {
		if math.Abs(got[i]-want) > 4*math.Sqrt(want/(1<<17)) {
			t.Errorf("code %d: share %.5f, expected %.5f", i, got[i], want)
		}
	}
}

func TestNormalTable(t *testing.T) {
	var sum, square float64
	q := normalTable()
	for _, x := range q {
		sum += float64(x)
		square += float64(x) * float64(x)
	}
	n := float64(len(q))
	if math.Abs(sum/n) > 1e-6 || math.Abs(square/n-1) > 1e-3 || !slices.IsSorted(q) {
		t.Errorf("mean %g, variance %g", sum/n, square/n)
	}
}

// Raking brings the pairs of an untrained network's sample to the real ones.
func TestRakeFitsPairs(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 4))
	a, b := make([]string, 3000), make([]string, 3000)
	for i := range a {
		k := r.IntN(4)
		a[i], b[i] = fmt.Sprint("a", k), fmt.Sprint("b", (k+r.IntN(2))%4)
	}
	tab := &table.Table{Columns: []*table.Column{table.NewText("a", a, nil), table.NewText("b", b, nil)}}
	share := func(t *table.Table) map[string]float64 {
		m := map[string]float64{}
		for i := range t.Rows() {
			m[t.Columns[0].Cell(i)+t.Columns[1].Cell(i)] += 1 / float64(t.Rows())
		}
		return m
	}
	distance := func(raked bool) (d float64) {
		out, err := randomModel(t, tab, 16, raked).Sample(BlockRows, 1)
		if err != nil {
			t.Fatal(err)
		}
		x, y := share(tab), share(out)
		for _, i := range []string{"a0", "a1", "a2", "a3"} {
			for _, j := range []string{"b0", "b1", "b2", "b3"} {
				d += math.Abs(x[i+j]-y[i+j]) / 2
			}
		}
		return d
	}
	if before, after := distance(false), distance(true); before < .1 || after > .02 {
		t.Errorf("total variation of the pair %.3f, raked %.3f", before, after)
	}
}

// Each cell of the rare code is suppressed in every pair table; its rows stay.
func TestRakeKeepsMargins(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 5))
	cells := make([][]string, 3)
	for i := range 3000 {
		k := r.IntN(10)
		for c := range cells {
			cells[c] = append(cells[c], fmt.Sprint("v", (k*(c+1)+r.IntN(3))%10))
		}
		if i%150 == 0 {
			cells[0][i] = "rare"
		}
	}
	tab := &table.Table{}
	for c := range cells {
		tab.Columns = append(tab.Columns, table.NewText(fmt.Sprint("c", c), cells[c], nil))
	}
	out, err := randomModel(t, tab, 16, true).Sample(3000, 1)
	if err != nil {
		t.Fatal(err)
	}
	for c, col := range out.Columns {
		off, count := 0, map[string]int{}
		for i := range 3000 {
			count[col.Cell(i)]++
			count[tab.Columns[c].Cell(i)]--
		}
		for _, n := range count {
			off += max(n, -n)
		}
		if rare := 20 + count["rare"]; c == 0 && (rare < 12 || rare > 28) {
			t.Errorf("the rare code has %d rows, 20 were learned from", rare)
		}
		if off > 2*30 {
			t.Errorf("column %s: %d of 3000 rows would have to change", col.Name, off/2)
		}
	}
}

// Codes that are fresh in each block stay what they are where blocks meet, in
// chunks of any size.
func TestFreshCodesMeet(t *testing.T) {
	r := rand.New(rand.NewPCG(6, 6))
	product, units := make([]string, 6000), make([]float64, 6000)
	often := map[string]int{}
	for i := range product {
		product[i] = fmt.Sprintf("P%05d", r.IntN(30))
		if i%2 == 0 {
			product[i] = fmt.Sprintf("P%05d", 100+r.IntN(2000))
		}
		often[product[i]]++
		units[i] = float64(r.IntN(9))
	}
	tab := &table.Table{Columns: []*table.Column{table.NewText("product", product, nil), table.NewNumber("units", units)}}
	m := randomModel(t, tab, 16, false)
	const rows = 3*BlockRows + 100
	whole, err := m.Sample(rows, 4)
	if err != nil {
		t.Fatal(err)
	}
	if err := whole.Check(); err != nil {
		t.Fatal(err)
	}
	fresh := 0
	for i := range rows {
		if c := whole.Columns[0].Cell(i); often[c] < 5 {
			if fresh++; often[c] > 0 {
				t.Fatalf("row %d: %q is a real product of %d rows", i, c, often[c])
			}
		}
	}
	if fresh < 200 {
		t.Errorf("%d of %d rows have fresh codes", fresh, rows)
	}
	at := 0
	err = m.Chunks(context.Background(), rows, 4, 5000, func(part *table.Table) error {
		for i := range part.Rows() {
			if got, want := part.Columns[0].Cell(i), whole.Columns[0].Cell(at); got != want {
				t.Fatalf("row %d: %q in chunks, %q in one", at, got, want)
			}
			at++
		}
		return nil
	}, nil)
	if err != nil || at != rows {
		t.Errorf("%v, %d rows", err, at)
	}
}

func TestPairTablesHideSmallCells(t *testing.T) {
	codes := [][]uint16{{0, 0, 0, 1, 1, 1}, {0, 0, 1, 1, 1, 1}}
	got := PairTables(codes, []int{2, 2}, 2)
	if want := "[{0 1 [2 0 0 3] 1}]"; fmt.Sprint(got) != want {
		t.Errorf("%v, expected %s", got, want)
	}
}

func TestDraw(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 5))
	weight := make([]float64, 1000)
	for i := range weight {
		weight[i] = math.Exp(2 * r.NormFloat64())
	}
	weight[17] = 1e6 // certain
	count := make([]int, len(weight))
	for range 400 {
		rows := draw(weight, 100, r.Float64())
		if len(rows) != 100 || !slices.IsSorted(rows) || len(slices.Compact(slices.Clone(rows))) != 100 {
			t.Fatalf("rows %v", rows)
		}
		for _, i := range rows {
			count[i]++
		}
	}
	if count[17] != 400 {
		t.Errorf("a certain row was drawn in %d of 400", count[17])
	}
	if n := draw([]float64{1, 1, 1}, 3, .5); fmt.Sprint(n) != "[0 1 2]" {
		t.Errorf("all of three: %v", n)
	}
}

func TestSampleEdges(t *testing.T) {
	m := randomModel(t, shopTable(300, rand.New(rand.NewPCG(6, 6))), 8, false)
	empty, err := m.Sample(0, 1)
	if err != nil || empty.Rows() != 0 || len(empty.Columns) != 6 {
		t.Errorf("no rows: %v, %v", empty, err)
	}
	if _, err := m.Sample(-1, 1); core.KindOf(err) != core.Invalid {
		t.Errorf("-1 rows: %v", err)
	}
	constant := &table.Table{Columns: []*table.Column{table.NewNumber("x", slices.Repeat([]float64{3}, 20))}}
	same, err := randomModel(t, constant, 8, true).Sample(100, 1)
	if err != nil || same.Rows() != 100 || same.Columns[0].Num[99] != 3 {
		t.Errorf("a constant column: %v, %v", same, err)
	}
	broken := *m
	broken.Body = Network{randomNet(8, 8, 3, rand.New(rand.NewPCG(1, 1)))}
	if _, err := broken.Sample(1, 1); err == nil || !strings.Contains(err.Error(), "outputs") {
		t.Errorf("a network of the wrong size: %v", err)
	}
}

func TestChunksStop(t *testing.T) {
	m := randomModel(t, shopTable(300, rand.New(rand.NewPCG(6, 6))), 8, false)
	ctx, cancel := context.WithCancel(context.Background())
	got := 0
	err := m.Chunks(ctx, 1<<40, 1, 1000, func(c *table.Table) error {
		if got += c.Rows(); got >= 20000 {
			cancel()
		}
		return nil
	}, nil)
	if !errors.Is(err, context.Canceled) || got > 40000 {
		t.Errorf("cancelled at 20,000 rows: %d rows, %v", got, err)
	}
	full := errors.New("disk full")
	if err := m.Chunks(context.Background(), 1<<40, 1, 1000, func(*table.Table) error { return full }, nil); err != full {
		t.Errorf("error of emit: %v", err)
	}
	var last core.Progress
	if err := m.Chunks(context.Background(), 20000, 1, 0, func(*table.Table) error { return nil }, func(p core.Progress) { last = p }); err != nil || last.Done != 20000 || last.Total != 20000 || last.Stage != "sample" {
		t.Errorf("last progress %+v, %v", last, err)
	}
}

func TestFile(t *testing.T) {
	for _, raked := range []bool{false, true} {
		m := randomModel(t, shopTable(300, rand.New(rand.NewPCG(8, 8))), 4, raked)
		var file bytes.Buffer
		if err := m.Write(&file); err != nil {
			t.Fatal(err)
		}
		back, err := Read(bytes.NewReader(file.Bytes()))
		if err != nil {
			t.Fatal(err)
		}
		if back.Config != m.Config || back.TrainRows != m.TrainRows || back.Seed != m.Seed {
			t.Errorf("read %+v, wrote %+v", back, m)
		}
		a, errA := m.Sample(200, 3)
		b, errB := back.Sample(200, 3)
		if errA != nil || errB != nil || text(a) != text(b) {
			t.Errorf("the model read back samples differently; %v, %v", errA, errB)
		}
		if raked {
			continue
		}
		whole := file.Bytes()
		for i := range whole {
			changed := bytes.Clone(whole)
			changed[i] ^= 1 << (i % 8)
			if _, err := Read(bytes.NewReader(changed)); err == nil {
				t.Fatalf("byte %d of %d changed, and not noticed", i, len(whole))
			}
		}
		for n := 0; n < len(whole); n += 1 + n/50 {
			if _, err := Read(bytes.NewReader(whole[:n])); err == nil || core.KindOf(err) == core.Internal {
				t.Fatalf("the first %d of %d bytes: %v", n, len(whole), err)
			}
		}
		if _, err := Read(bytes.NewReader(append(bytes.Clone(whole), 0))); err == nil {
			t.Error("a byte too many was not noticed")
		}
	}
}

func TestEffort(t *testing.T) {
	last := 0
	for _, name := range []string{"quick", "", "best"} {
		c, err := Effort("", name, 24421)
		if err != nil || c.Steps <= last {
			t.Errorf("%q: %d steps, %v", name, c.Steps, err)
		}
		last = c.Steps
	}
	if c, _ := Effort("gan", "balanced", 500); c.Steps >= 1900 || c.Steps < 1 {
		t.Errorf("500 rows: %d steps", c.Steps)
	}
	if _, err := Effort("", "fast", 1); core.KindOf(err) != core.Invalid {
		t.Errorf("an unknown effort: %v", err)
	}
	if got, want := (Config{}).String(), "gan, 1900 steps of 500 rows, hidden 128, latent 128, learning rate 0.003, moment loss 0.2, 24 bins, values of 5 rows or more"; got != want {
		t.Errorf("%q, expected %q", got, want)
	}
	off := Config{Moment: -1, Encode: encode.Config{MinCount: 1}}.WithDefaults()
	if off.Moment != -1 || off.Encode.MinCount != 1 || off.Sigma != .3 {
		t.Errorf("%+v", off)
	}
}
