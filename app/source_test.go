package app

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"shoptwin/core"
)

// A dataset written in every format that is read again comes back the same,
// and a formula in it stays a text.
func TestEveryFormatAgain(t *testing.T) {
	a := open(t)
	ctx := context.Background()
	p, err := a.CreateProject("p")
	if err != nil {
		t.Fatal(err)
	}
	text := "id,name,price,day,at\n1,苹果,1.50,2024-03-05,2024-03-05 14:30:00\n2,\"=1+1, \"\"x\"\"\",,2024-03-06,\n3,@cmd,-7.25,,2024-12-31 23:59:59\n4,O'Neil\\'); DROP TABLE x; --,12.00,2024-01-01,2024-01-01 00:00:01\n"
	if _, err := a.Import(ctx, ImportRequest{Project: p.ID, Files: []string{write(t, "sales.csv", text)}}, nil); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	export := func(dataset, name string, noGuard bool) string {
		out, err := a.Export(ctx, ExportRequest{Project: p.ID, Dataset: dataset, Path: filepath.Join(dir, name), NoGuard: noGuard}, nil)
		if err != nil || out.Rows != 4 || out.Size == 0 {
			t.Fatalf("%s: %v %+v", name, err, out)
		}
		b, err := os.ReadFile(out.Path)
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	want := export("sales", "want.csv", true)
	if want != text {
		t.Errorf("%q", want)
	}
	for _, name := range []string{"x.tsv.gz", "x.json", "x.jsonl", "x.parquet", "x.xlsx", "x.sqlite"} {
		export("sales", name, true)
		again, err := a.Import(ctx, ImportRequest{Project: p.ID, Files: []string{filepath.Join(dir, name)}}, nil)
		if err != nil || len(again) != 1 {
			t.Fatalf("%s: %v", name, err)
		}
		if got := export(again[0].Name, "again.csv", true); got != want {
			t.Errorf("%s: %q", name, got)
		}
	}
	for _, name := range []string{"x.duckdb", "x.sql", "x.mysql.sql", "x.sqlserver.sql.gz"} {
		export("sales", name, true)
	}
	guarded := export("sales", "guarded.csv", false)
	for _, cell := range []string{"'=1+1", "'@cmd", ",-7.25,"} {
		if !strings.Contains(guarded, cell) {
			t.Errorf("no %s in %q", cell, guarded)
		}
	}
	again, err := a.Import(ctx, ImportRequest{Project: p.ID, Files: []string{filepath.Join(dir, "guarded.csv")}, As: "guarded"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if got := export(again[0].Name, "guarded again.csv", false); got != guarded {
		t.Errorf("guarded twice: %q", got)
	}
	left, err := filepath.Glob(filepath.Join(dir, ".shoptwin-*"))
	if err != nil || len(left) > 0 {
		t.Errorf("%v %q", err, left)
	}
	if _, err := a.Export(ctx, ExportRequest{Project: p.ID, Dataset: "sales", Path: filepath.Join(dir, "no", "x.sqlite")}, nil); core.KindOf(err) != core.NotFound {
		t.Errorf("a folder that is not there: %v", err)
	}
}

func TestLookAt(t *testing.T) {
	a := open(t)
	ctx := context.Background()
	dir := t.TempDir()
	for name, text := range map[string]string{"a.csv": "id;x\n1;2\n", "b.csv": "id,y\n1,2\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	l, err := a.LookAt(ctx, dir, Reading{}, "", 5)
	if err != nil || l.Problem == nil || len(l.Tables) != 2 || l.Tables[0].Name != "a.csv" || !strings.Contains(l.Problem.Message, `lacks "x" and has "y"`) && !strings.Contains(l.Problem.Message, `lacks "y" and has "x"`) {
		t.Errorf("%v %+v %+v", err, l, l.Problem)
	}
	l, err = a.LookAt(ctx, filepath.Join(dir, "a.csv"), Reading{}, "", 5)
	if err != nil || l.Problem != nil || l.Info.Delimiter != ";" || len(l.Rows) != 1 || l.Rows[0][1] != "2" {
		t.Errorf("%v %+v", err, l)
	}
	if l, err = a.LookAt(ctx, filepath.Join(dir, "a.csv"), Reading{Delimiter: "tab", NoHeader: true}, "", 1); err != nil || len(l.Header) != 1 {
		t.Errorf("%v %+v", err, l)
	}
	if _, err = a.LookAt(ctx, "postgres://u:geheim@h/d", Reading{}, "", 1); core.KindOf(err) != core.Invalid || strings.Contains(err.Error(), "geheim") {
		t.Errorf("%v", err)
	}
}
