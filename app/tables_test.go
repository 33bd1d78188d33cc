package app

import (
	"archive/zip"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"shoptwin/core"
)

// writePair writes two small files with a key between them.
func writePair(t *testing.T, dir string) (parents, children string) {
	t.Helper()
	rng := rand.New(rand.NewPCG(6, 6))
	var a, b strings.Builder
	a.WriteString("customer_id,city\n")
	b.WriteString("order_id,customer_id,quantity,price,amount\n")
	n := 0
	for i := range 120 {
		fmt.Fprintf(&a, "C%04d,%s\n", i, []string{"Lyon", "Nice", "Metz"}[rng.IntN(3)])
		for range rng.IntN(8) {
			q, p := 1+rng.IntN(6), 100+rng.IntN(900)
			fmt.Fprintf(&b, "O%05d,C%04d,%d,%d.%02d,%d.%02d\n", n, i, q, p/100, p%100, q*p/100, q*p%100)
			n++
		}
	}
	parents, children = filepath.Join(dir, "customers.csv"), filepath.Join(dir, "orders.csv")
	for path, content := range map[string]string{parents: a.String(), children: b.String()} {
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return parents, children
}

func TestSynthTables(t *testing.T) {
	dir := t.TempDir()
	parents, children := writePair(t, dir)
	out, err := SynthTables(context.Background(), TablesRequest{Files: []string{children, parents}, Out: filepath.Join(dir, "out"), Seed: 1, Effort: "quick"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(out.Keys) != 1 || out.Keys[0].String() != "orders.customer_id=customers.customer_id" || out.Report.Keys[0].Broken != 0 {
		t.Errorf("keys %v, %+v", out.Keys, out.Report.Keys)
	}
	found := false
	for _, r := range out.Report.Rules {
		found = found || r.Text == "orders: amount = quantity × price"
		if r.Broken > 0 {
			t.Errorf("%s: %d rows break it", r.Text, r.Broken)
		}
	}
	if !found {
		t.Errorf("rules %v", out.Rules)
	}
	for _, name := range []string{"customers.csv", "orders.csv", "report.html"} {
		if info, err := os.Stat(filepath.Join(dir, "out", name)); err != nil || info.Size() < 500 {
			t.Errorf("%s: %v", name, err)
		}
	}
	_, err = SynthTables(context.Background(), TablesRequest{Files: []string{children, parents}, Out: dir, Keys: []string{"orders.customer_id=customers.name"}}, nil)
	if core.KindOf(err) != core.NotFound {
		t.Errorf("a key that is not there: %v", err)
	}
}

func TestTrainTables(t *testing.T) {
	dir := t.TempDir()
	parents, children := writePair(t, dir)
	a, err := Open(filepath.Join(dir, "home"))
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	p, err := a.CreateProject("pair")
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	if _, err := a.Import(ctx, ImportRequest{Project: p.ID, Files: []string{parents, children}}, nil); err != nil {
		t.Fatal(err)
	}
	run, err := a.TrainTables(ctx, TablesTraining{Project: p.ID, Datasets: []string{"customers", "orders"}, Effort: "quick"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	again, err := a.TablesRuns(p.ID)
	if err != nil || len(again) != 1 || again[0].Name != run.Name || len(again[0].Report.Keys) != 1 {
		t.Fatalf("%v, %+v", err, again)
	}
	var sizes []int64
	for range 2 {
		files, err := a.ExportTables(ctx, p.ID, run.Name, filepath.Join(dir, "out"), "csv", 1, 0, false, nil)
		if err != nil || len(files) != 3 {
			t.Fatalf("%v, %v", files, err)
		}
		sizes = append(sizes, files[1].Size)
	}
	if sizes[0] != sizes[1] || sizes[0] == 0 {
		t.Errorf("two exports of one model have %d and %d bytes", sizes[0], sizes[1])
	}
	short, err := a.TablesModels(p.ID)
	if err != nil || len(short) != 1 || len(short[0].Tables) != 2 || short[0].Tables[0].Rows != 120 || short[0].Keys[0].Key != "orders.customer_id → customers.customer_id" || short[0].Keys[0].Valid != 1 {
		t.Fatalf("%v, %+v", err, short)
	}
	out, err := a.exportTables(ctx, TablesExport{Project: p.ID}, nil)
	if err != nil {
		t.Fatal(err)
	}
	z, err := zip.OpenReader(out.Path)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	var names []string
	for _, f := range z.File {
		names = append(names, f.Name)
	}
	slices.Sort(names)
	if got := strings.Join(names, " "); got != "customers.csv orders.csv report.html" || out.Rows < 240 || out.Size == 0 {
		t.Errorf("%s, %+v", got, out)
	}
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(out.Path), "tables-*")); len(left) > 0 {
		t.Errorf("left: %v", left)
	}
}
