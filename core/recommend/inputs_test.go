package recommend

import (
	"bytes"
	"context"
	"math"
	"os"
	"reflect"
	"strings"
	"testing"

	"shoptwin/core/table"
)

// TestInputs: discounts and channels are read from columns as people write
// them, stay with their events, and say which rows of a network's table
// describe one.
func TestInputs(t *testing.T) {
	events := func(discount ...string) *table.Table {
		return &table.Table{Name: "events", Columns: []*table.Column{
			table.NewText("customer", []string{"b", "a", "a", "b"}, nil), table.NewText("item", []string{"x", "y", "x", "z"}, nil),
			table.NewNumber("time", []float64{1, 4, 3, 2}), table.NewText("Discount", discount, nil), table.NewText("渠道", []string{"app", "web", "", "app"}, []bool{false, false, true, false})}}
	}
	nan := float32(math.NaN())
	for _, tt := range []struct {
		name  string
		cells []string
		want  []float32 // of b's two events, then a's
		notes string
	}{
		{"shares", []string{"0", ".2", "", ".5"}, []float32{0, .5, nan, .2}, ""},
		{"percent", []string{"0%", "20 %", "x", "50%"}, []float32{0, 50, nan, 20}, ""},
		{"yes and no", []string{"no", "Yes", "是", "否"}, []float32{0, 0, 1, 1}, ""},
		{"no number", []string{"A1", "B2", "", "C"}, nil, "no number, yes or no"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l, err := NewLog(events(tt.cells...), Columns{})
			if err != nil {
				t.Fatal(err)
			}
			if said := strings.Join(l.Notes, "; "); !strings.Contains(said, tt.notes) {
				t.Errorf("notes %q", said)
			}
			if len(l.Discount) != len(tt.want) {
				t.Fatalf("discounts %v, want %v", l.Discount, tt.want)
			}
			for i, x := range tt.want {
				if y := l.Discount[i]; x != y && !(x != x && y != y) {
					t.Errorf("discounts %v, want %v", l.Discount, tt.want)
				}
			}
			if want := []string{"app", "web", ""}; !reflect.DeepEqual(l.Channels, want) || !bytes.Equal(l.Channel, []uint8{0, 0, 2, 1}) {
				t.Errorf("channels %v of %q", l.Channel, l.Channels)
			}
			if tt.want == nil {
				return
			}
			b, err := NewBehaviour(l, BehaviourConfig{}.WithDefaults())
			if err != nil {
				t.Fatal(err)
			}
			codes := make([]int32, 2*b.Inputs())
			b.Codes(l.History(0), 0, 2, codes)
			b.runs(func(kind string, place, first int) {
				one, two := codes[place], codes[b.Inputs()+place]
				switch kind {
				case "channel":
					if one != int32(first) || two != int32(first) {
						t.Errorf("channels have the rows %d and %d", one, two)
					}
				case "discount":
					if one != int32(first) || tt.name != "yes and no" && two <= one {
						t.Errorf("discounts have the rows %d and %d", one, two)
					}
				}
			})
		})
	}
}

// TestOldFile: what version 2 wrote, with prices but without discounts and
// channels, answers still.
func TestOldFile(t *testing.T) {
	old, err := os.ReadFile("testdata/version2.model")
	if err != nil {
		t.Fatal(err)
	}
	m, err := Read(bytes.NewReader(old))
	if err != nil {
		t.Fatal(err)
	}
	l := habits(12, 6, 4, 3)
	now, _, err := Train(context.Background(), Markov(Chain{}), l, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range l.Customers {
		a, err := m.Ask(Query{Customer: c, K: 3})
		if err != nil {
			t.Fatal(err)
		}
		if b, _ := now.Ask(Query{Customer: c, K: 3}); !reflect.DeepEqual(a.Items, b.Items) {
			t.Errorf("customer %s: %+v, trained anew %+v", c, a.Items, b.Items)
		}
	}
}
