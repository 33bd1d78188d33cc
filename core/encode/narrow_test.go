package encode

import (
	"fmt"
	"testing"

	"shoptwin/core/table"
)

// Every level has a code of its own up to MaxLevels; more of them share
// MaxGroups codes.
func TestMaxGroups(t *testing.T) {
	rng := source(2)
	column := func(name string, levels int) *table.Column {
		cells := make([]string, 6000)
		for i := range cells {
			cells[i] = fmt.Sprint(name, rng.IntN(levels))
		}
		return table.NewText(name, cells, nil)
	}
	tab := &table.Table{Columns: []*table.Column{column("kind", 100), column("item", 300)}}
	for _, tt := range []struct {
		cfg  Config
		want [2]int
	}{
		{Config{}, [2]int{64, 64}},
		{Config{MaxLevels: 128}, [2]int{100, 128}},
		{Config{MaxLevels: 128, MaxGroups: 64}, [2]int{100, 64}},
		{Config{MaxLevels: 128, MaxGroups: 500}, [2]int{100, 128}},
		{Config{MaxLevels: 128, MaxGroups: 64, MaxWidth: 90}, [2]int{45, 45}},
	} {
		e, err := Fit(tab, tt.cfg, nil)
		if err != nil {
			t.Fatal(err)
		}
		if got := e.Widths(); len(got) != 2 || [2]int(got) != tt.want {
			t.Errorf("%+v: widths %v, expected %v", tt.cfg, got, tt.want)
		}
	}
}
