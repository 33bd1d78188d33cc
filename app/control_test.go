package app

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"shoptwin/core"
	"shoptwin/core/source"
	"shoptwin/core/synth"
)

// rareFile writes a table in which one row of thirty is of a kind that two
// columns tell about.
func rareFile(t *testing.T) string {
	t.Helper()
	rng := rand.New(rand.NewPCG(1, 2))
	var b strings.Builder
	b.WriteString("kind,size,x\n")
	for i := range 3000 {
		kind, size, x := "common", []string{"big", "small"}[rng.IntN(2)], 50+10*rng.NormFloat64()
		if i%30 == 0 {
			kind, size, x = ">rare", "big", x+8
		}
		b.WriteString(kind + "," + size + "," + strconv.FormatFloat(x, 'f', 1, 64) + "\n")
	}
	path := filepath.Join(t.TempDir(), "rare.csv")
	if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestBalance makes a rare value frequent, and is told what that is good for.
func TestBalance(t *testing.T) {
	out := filepath.Join(t.TempDir(), "out.csv")
	res, err := SynthFile(context.Background(), SynthRequest{
		File: rareFile(t), Out: out, Engine: "tree", Seed: 1, Rows: 4000, Balance: []string{"kind=>rare:0.3"}, Report: out + ".html", Shares: []string{"size=big:+10%"},
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(res.Upsampled) != 1 || res.Upsampled[0].Words.En == "" || res.Upsampled[0].Words.Zh == "" || res.Upsampled[0].MadeShare < .29 {
		t.Errorf("upsampled: %+v", res.Upsampled)
	}
	if e := res.Files[0].Effect; e == nil || len(e.Kinds) != 2 {
		t.Errorf("effect: %+v", e)
	}
	page, err := os.ReadFile(out + ".html")
	if err != nil || !strings.Contains(string(page), "&gt;rare") || !strings.Contains(string(page), "average precision") {
		t.Errorf("the page does not tell of it (%v)", err)
	}
	made, err := Load(context.Background(), out, source.Options{}, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	c, rare := made.Column("kind"), 0
	for _, code := range c.Codes {
		if c.Levels[code] == ">rare" {
			rare++
		}
	}
	if share := float64(rare) / float64(made.Rows()); share < .29 || share > .31 {
		t.Errorf("a share of %.3f", share)
	}
}

func TestTroubled(t *testing.T) {
	for _, m := range []*synth.Model{{Trouble: synth.Collapsed, Restarted: true}, {Trouble: synth.Diverged}} {
		if w := troubled(m); w.En == "" || w.Zh == "" {
			t.Errorf("%+v: %+v", m, w)
		}
	}
	if w := troubled(&synth.Model{}); w.En != "" || w.Zh != "" {
		t.Errorf("without trouble: %+v", w)
	}
}

// TestGoOn trains a model on with new rows, one value of which it does not
// know, and writes a sample in two files that are one.
func TestGoOn(t *testing.T) {
	a := open(t)
	project := trained(t, a)
	var text strings.Builder
	text.WriteString("city,amount\n")
	for i := range 400 {
		text.WriteString([]string{"Lyon,3\n", "Gent,8\n", "Bari,8\n", "Rome,8\n"}[i%4])
	}
	if _, err := a.Import(context.Background(), ImportRequest{Project: project, Files: []string{write(t, "more.csv", text.String())}}, nil); err != nil {
		t.Fatal(err)
	}
	run, err := a.Train(context.Background(), TrainRequest{Project: project, Dataset: "more", Effort: "quick", Seed: 2, Continue: "run 1"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(run.Why.En, "Rome") || !strings.Contains(run.Why.Zh, "Rome") {
		t.Errorf("what is new is told as %+v", run.Why)
	}
	dir := t.TempDir()
	part := func(name string, from, rows int) string {
		path := filepath.Join(dir, name)
		if _, err := a.Export(context.Background(), ExportRequest{Project: project, Run: "run 2", From: from, Rows: rows, Path: path, Shares: []string{"city=Gent:0.5"}}, nil); err != nil {
			t.Fatal(err)
		}
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		_, rest, _ := strings.Cut(string(b), "\n")
		return rest
	}
	if whole := part("whole.csv", 0, 300); whole != part("first.csv", 0, 100)+part("second.csv", 100, 200) || strings.Count(whole, "Gent") != 150 {
		t.Errorf("two parts are not the whole, or %d of 300 rows are of a kind that half of them shall be", strings.Count(whole, "Gent"))
	}
}

// Rows that nobody could judge are not written: of keys alone nothing can be
// compared.
func TestUnjudgedRowsAreNotWritten(t *testing.T) {
	var b strings.Builder
	b.WriteString("plate\n")
	for i := range 300 {
		fmt.Fprintf(&b, "q%dx\n", i*i)
	}
	out := filepath.Join(t.TempDir(), "made.csv")
	for _, engine := range []string{"tree", "marginal"} {
		_, err := SynthFile(t.Context(), SynthRequest{File: write(t, "plates.csv", b.String()), Engine: engine, Out: out, Report: out + ".html"}, nil)
		if core.KindOf(err) != core.Invalid || !strings.Contains(err.Error(), "no column that can be compared") {
			t.Errorf("%s: %v", engine, err)
		}
		for _, path := range []string{out, out + ".html"} {
			if _, err := os.Stat(path); err == nil {
				t.Errorf("%s: %s is there", engine, filepath.Base(path))
			}
		}
	}
}
