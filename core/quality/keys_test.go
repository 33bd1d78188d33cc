package quality

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"shoptwin/core/relation"
	"shoptwin/core/table"
)

// related makes parents with a kind, and children whose number and worth
// follow it; loose cuts that tie, and lost keys name nobody.
func related(rng *rand.Rand, loose bool, lost int) []*table.Table {
	var id, kind, parent []string
	var worth, twice []float64
	for i := range 300 {
		k := rng.IntN(2)
		id, kind = append(id, fmt.Sprint("P", i)), append(kind, fmt.Sprint("kind ", k))
		if loose {
			k = rng.IntN(2)
		}
		for range rng.IntN(2 + 6*k) {
			parent = append(parent, id[i])
			x := float64(rng.IntN(10) + 10*k)
			worth, twice = append(worth, x), append(twice, 2*x)
		}
	}
	for i := range lost {
		parent[i] = "nobody"
		twice[i]++
	}
	return []*table.Table{
		{Name: "parents", Columns: []*table.Column{table.NewText("id", id, nil), table.NewText("kind", kind, nil)}},
		{Name: "kids", Columns: []*table.Column{table.NewText("parent", parent, nil), table.NewNumber("worth", worth), table.NewNumber("twice", twice)}},
	}
}

func TestTables(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 3))
	real, good, bad := related(rng, false, 0), related(rng, false, 0), related(rng, true, 3)
	links := []relation.Link{{Child: "kids", Column: "parent", Parent: "parents", Key: "id"}}
	rules := []relation.Rule{{Kind: relation.Formula, Table: "kids", Column: "twice", Op: "x+y", Scale: 1, From: []relation.Ref{{Column: "worth"}, {Column: "worth"}}}}
	judge := func(synthetic []*table.Table) *TablesReport {
		r, err := Tables(context.Background(), real, synthetic, links, rules, Config{Seed: 1}, nil)
		if err != nil {
			t.Fatal(err)
		}
		if len(r.Tables) != 2 || len(r.Keys) != 1 || len(r.Rules) != 1 {
			t.Fatalf("%d tables, %d keys, %d rules", len(r.Tables), len(r.Keys), len(r.Rules))
		}
		return r
	}
	g, b := judge(good), judge(bad)
	if k := g.Keys[0]; k.Broken != 0 || k.Valid != 1 || k.Cardinality < .9 || k.Trend == nil || *k.Trend < .9 || g.Rules[0].Broken != 0 {
		t.Errorf("tables like the real ones: %+v, %+v", k, g.Rules[0])
	}
	if k := b.Keys[0]; k.Broken != 3 || k.Valid == 1 || *k.Trend > *g.Keys[0].Trend-.03 || b.Rules[0].Broken != 3 {
		t.Errorf("three keys and sums are broken, columns loose: %+v trend %.3f against %.3f, %+v", k, *k.Trend, *g.Keys[0].Trend, b.Rules[0])
	}
	if _, err := Tables(context.Background(), real, good[:1], links, rules, Config{}, nil); err == nil {
		t.Error("a table that is missing is no error")
	}
	for _, lang := range []string{"en", "zh-CN"} {
		var page bytes.Buffer
		if err := WriteTablesHTML(&page, b, lang); err != nil {
			t.Fatal(err)
		}
		if s := page.String(); strings.Contains(s, "nobody") || strings.Contains(s, "<script") || !strings.Contains(s, "kids.parent=parents.id") || !strings.Contains(s, "</html>") {
			t.Errorf("the page in %s shows what it should not, or not what it should", lang)
		}
	}
}
