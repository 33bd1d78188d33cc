package synth

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"shoptwin/core/table"
)

// manyCodesTable has a column of 120 levels and one of two, which tells the odd
// ones of them, but for a tenth of the rows.
func manyCodesTable(rows int, rng *rand.Rand) *table.Table {
	a, b := make([]string, rows), make([]string, rows)
	for i := range rows {
		k := rng.IntN(120)
		a[i] = fmt.Sprintf("a%03d", k)
		if rng.IntN(10) == 0 {
			k++
		}
		b[i] = []string{"even", "odd"}[k%2]
	}
	return &table.Table{Name: "many", Columns: []*table.Column{table.NewText("a", a, nil), table.NewText("b", b, nil)}}
}

// Neighbouring codes are told apart, however many there are: by a single tree,
// which has no guess to ask.
func TestTreesTellManyCodesApart(t *testing.T) {
	tab := manyCodesTable(6000, rand.New(rand.NewPCG(1, 1)))
	m := fitTrees(t, tab, Config{Trees: 1})
	out, err := m.Sample(6000, 1)
	if err != nil {
		t.Fatal(err)
	}
	right := 0
	for i := range out.Rows() {
		var k int
		fmt.Sscanf(out.Column("a").Cell(i), "a%03d", &k)
		if out.Column("b").Cell(i) == []string{"even", "odd"}[k%2] {
			right++
		}
	}
	if share := float64(right) / 6000; share < .82 {
		t.Errorf("%.2f of the rows are right, in the table .9", share)
	}
	forestFile(t, tab, "TREE", Config{Trees: 1})
}

// Where columns have nothing to do with each other, rows that did not shape a
// tree cut off most of the branches that chance makes of so many codes: there
// are 57 a table where only those that shaped it are asked.
func TestTreesBelieveNoChance(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 2))
	const rows, tables = 2000, 5
	branches := 0
	for range tables {
		a, b := make([]string, rows), make([]string, rows)
		for i := range rows {
			a[i], b[i] = fmt.Sprint("a", rng.IntN(60)), fmt.Sprint("b", rng.IntN(10))
		}
		tab := &table.Table{Columns: []*table.Column{table.NewText("a", a, nil), table.NewText("b", b, nil)}}
		for _, g := range fitTrees(t, tab, Config{}).Body.(Forest).Blocks {
			branches += len(g.nodes)
		}
	}
	if branches > 30*tables {
		t.Errorf("%d branches in 8 trees of each of %d blocks that hang on nothing", branches, tables)
	}
}

func TestCodeSet(t *testing.T) {
	var s codeSet
	if s.words() != 1 {
		t.Errorf("an empty set takes %d words", s.words())
	}
	for _, x := range []uint8{0, 63, 64, 200, 255} {
		if s.has(uint16(x)) != 0 {
			t.Errorf("%d is in the set before it was added", x)
		}
		s.add(x)
		if s.has(uint16(x)) != 1 || s.has(uint16(x^1)) != 0 || s.words() != int(x)/64+1 {
			t.Errorf("%d was added: %x", x, s)
		}
	}
}
