package app

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"

	"shoptwin/core"
	"shoptwin/core/source"
	"shoptwin/core/table"
)

// What one row alone has is not in a private model; its noise is new with
// every run unless a seed was chosen, and the model says so.
func TestPrivateEngine(t *testing.T) {
	text, words, numbers := marked(600)
	path := filepath.Join(t.TempDir(), "marked.csv")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	in, err := Load(context.Background(), path, source.Options{}, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	fit := func(p PrivacyChoice) []byte {
		m, err := learn(context.Background(), in, learning{engine: "marginal", minutes: 5, seed: 1, privacy: p}, nil)
		if err != nil {
			t.Fatal(err)
		}
		if g := m.Guarantee; g == nil || g.Epsilon != 3 || g.Repeatable != (p.NoiseSeed != 0) {
			t.Fatalf("guarantee %+v", g)
		}
		var b bytes.Buffer
		if err := m.Write(&b); err != nil {
			t.Fatal(err)
		}
		rows, err := m.Sample(2000, 1)
		if err != nil {
			t.Fatal(err)
		}
		cells := bytes.Clone(b.Bytes())
		for _, c := range rows.Columns {
			for i := range rows.Rows() {
				if c.Kind == table.Text {
					cells = append(append(cells, c.Cell(i)...), '\n')
				}
			}
		}
		if leaks := found(cells, words, numbers); len(leaks) > 0 {
			t.Errorf("the model tells %q", leaks[:min(5, len(leaks))])
		}
		return b.Bytes()
	}
	if bytes.Equal(fit(PrivacyChoice{Epsilon: 3}), fit(PrivacyChoice{Epsilon: 3})) {
		t.Error("two runs have the same noise")
	}
	if !bytes.Equal(fit(PrivacyChoice{Epsilon: 3, NoiseSeed: 8}), fit(PrivacyChoice{Epsilon: 3, NoiseSeed: 8})) {
		t.Error("a chosen seed does not repeat the noise")
	}
	_, err = learn(context.Background(), in, learning{engine: "marginal", privacy: PrivacyChoice{Public: []string{"city=Lyon|Lyon"}}}, nil)
	if core.KindOf(err) != core.Invalid {
		t.Errorf("values named twice: %v", err)
	}
}

// Of a few rows nothing can be told privately, and that is said.
func TestSilent(t *testing.T) {
	in := &table.Table{Name: "few", Columns: []*table.Column{
		table.NewNumber("age", []float64{31, 45, 27}), table.NewText("city", []string{"Lyon", "Gent", "Lyon"}, nil),
	}}
	_, err := learn(context.Background(), in, learning{engine: "marginal", seed: 1, privacy: PrivacyChoice{NoiseSeed: 4}}, nil)
	if core.KindOf(err) != core.Invalid {
		t.Errorf("%v", err)
	}
}

// Roles found by looking at rows are forgotten, those that somebody gave stay.
func TestUndetected(t *testing.T) {
	c := table.NewNumber("id", []float64{1, 2})
	c.Role = table.Key
	in := &table.Table{Name: "t", Columns: []*table.Column{c}}
	if got := undetected(in, nil).Columns[0].Role; got != table.Auto {
		t.Errorf("role %v is still there", got)
	}
	if got := undetected(in, map[string]table.Role{"id": table.Category}).Columns[0].Role; got != table.Category {
		t.Errorf("role %v, want the given one", got)
	}
	if c.Role != table.Key {
		t.Error("the table was changed")
	}
}
