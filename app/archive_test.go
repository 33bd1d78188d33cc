package app

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"shoptwin/core"
)

// sales writes a small table and returns its path.
func smallSales(t *testing.T, rows int) string {
	t.Helper()
	var b strings.Builder
	b.WriteString("receipt,city,units,price\n")
	for i := range rows {
		fmt.Fprintf(&b, "R%d,%s,%d,%.2f\n", i, []string{"Lyon", "Nice", "Brest"}[i%3], 1+i%4, 1+float64(i%37)/4)
	}
	b.WriteString("broken\n")
	path := filepath.Join(t.TempDir(), "sales.csv")
	if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func quietly(core.Progress) {}

// archived is a home with a project of one table and one run, and its archive.
func archivedProject(t *testing.T, req ArchiveRequest) (*App, ProjectView, string) {
	t.Helper()
	a, err := Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.Close() })
	p, err := a.CreateProject("Corner shop")
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	if _, err := a.Import(ctx, ImportRequest{Project: p.ID, Files: []string{smallSales(t, 600)}}, quietly); err != nil {
		t.Fatal(err)
	}
	if _, err := a.Train(ctx, TrainRequest{Project: p.ID, Dataset: "sales", Engine: "tree", Effort: "quick", Seed: 3}, quietly); err != nil {
		t.Fatal(err)
	}
	req.Project, req.Path = p.ID, filepath.Join(t.TempDir(), "shop.shoptwin")
	out, err := a.ExportProject(ctx, req, quietly)
	if err != nil || out.Rows == req.NoRows || out.Size == 0 {
		t.Fatalf("%+v %v", out, err)
	}
	v, err := a.OpenProject(p.ID)
	if err != nil {
		t.Fatal(err)
	}
	return a, v, req.Path
}

func TestArchive(t *testing.T) {
	a, before, path := archivedProject(t, ArchiveRequest{})
	ctx := context.Background()
	info, err := a.ImportProject(ctx, path, "", quietly)
	if err != nil {
		t.Fatal(err)
	}
	if info.Name != "Corner shop 2" || info.ID == before.ID {
		t.Errorf("imported as %+v", info)
	}
	after, err := a.OpenProject(info.ID)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(after.Datasets, before.Datasets) || !reflect.DeepEqual(after.Runs, before.Runs) || !reflect.DeepEqual(after.Models, before.Models) {
		t.Errorf("%+v\nis not\n%+v", after, before)
	}
	for _, get := range []func(project string) (any, error){
		func(p string) (any, error) { return a.Rows(p, "sales", 0, 600) },
		func(p string) (any, error) { return a.Rejects(p, "sales", 0, 10) },
		func(p string) (any, error) { return a.Report(p, "") },
		func(p string) (any, error) { return a.SampleRows(p, "", 50, 1) },
	} {
		x, err1 := get(before.ID)
		y, err2 := get(after.ID)
		if err1 != nil || err2 != nil || !reflect.DeepEqual(x, y) {
			t.Errorf("%v %v: %.200v\nis not\n%.200v", err1, err2, y, x)
		}
	}
}

// Without rows there is no cell of the table anywhere, but models and verdicts.
func TestArchiveWithoutRows(t *testing.T) {
	a, before, path := archivedProject(t, ArchiveRequest{NoRows: true})
	z, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		b, _ := io.ReadAll(r)
		if f.Name == tablesName || bytes.Contains(b, []byte("R17")) || bytes.Contains(b, []byte("broken")) {
			t.Errorf("%s holds real rows", f.Name)
		}
	}
	info, err := a.ImportProject(context.Background(), path, "Without", quietly)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.Rows(info.ID, "sales", 0, 10); core.KindOf(err) != core.NotFound || !strings.Contains(err.Error(), "left out") {
		t.Errorf("rows: %v", err)
	}
	x, _ := a.SampleRows(before.ID, "", 20, 1)
	y, err := a.SampleRows(info.ID, "", 20, 1)
	if err != nil || !reflect.DeepEqual(x, y) {
		t.Errorf("%v: the twin draws other rows", err)
	}
}

// rewrite makes another archive of one, its manifest and files changed.
func rewrite(t *testing.T, path string, change func(m *manifest, files map[string][]byte)) string {
	t.Helper()
	z, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	files := map[string][]byte{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		files[f.Name], _ = io.ReadAll(r)
	}
	var m manifest
	if err := json.Unmarshal(files[manifestName], &m); err != nil {
		t.Fatal(err)
	}
	delete(files, manifestName)
	change(&m, files)
	if _, ok := files[manifestName]; !ok {
		files[manifestName], _ = json.Marshal(m)
	}
	out := filepath.Join(t.TempDir(), "hostile.shoptwin")
	f, err := os.Create(out)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	w := zip.NewWriter(f)
	for name, b := range files {
		if b == nil {
			continue
		}
		to, err := w.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		to.Write(b)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestHostileArchive(t *testing.T) {
	a, before, path := archivedProject(t, ArchiveRequest{})
	record := func(m *manifest) *archived {
		for i := range m.Records {
			if m.Records[i].Bytes != nil {
				return &m.Records[i]
			}
		}
		t.Fatal("no record with bytes")
		return nil
	}
	for _, tt := range []struct {
		name   string
		kind   core.Kind
		change func(m *manifest, files map[string][]byte)
	}{
		{"a way out", core.Invalid, func(m *manifest, f map[string][]byte) { f["../../evil"] = []byte("x") }},
		{"a root", core.Invalid, func(m *manifest, f map[string][]byte) { f["/etc/evil"] = []byte("x") }},
		{"windows", core.Invalid, func(m *manifest, f map[string][]byte) { f[`..\evil`] = []byte("x") }},
		{"a file too many", core.Invalid, func(m *manifest, f map[string][]byte) { f["records/more"] = []byte("x") }},
		{"an id that leads out", core.Invalid, func(m *manifest, f map[string][]byte) {
			r := record(m)
			f["records/../../x"] = f["records/"+r.ID]
			delete(f, "records/"+r.ID)
			r.ID = "../../x"
		}},
		{"an id of dots", core.Invalid, func(m *manifest, f map[string][]byte) {
			r := record(m)
			f["records/.."] = f["records/"+r.ID]
			delete(f, "records/"+r.ID)
			r.ID = ".."
		}},
		{"an id twice", core.Invalid, func(m *manifest, f map[string][]byte) { m.Records = append(m.Records, m.Records[0]) }},
		{"a changed byte", core.Invalid, func(m *manifest, f map[string][]byte) { f["records/"+record(m).ID][9] ^= 1 }},
		{"a changed table", core.Invalid, func(m *manifest, f map[string][]byte) { f[tablesName][9000] ^= 1 }},
		{"a wrong sum", core.Invalid, func(m *manifest, f map[string][]byte) { m.Tables.SHA256 = strings.Repeat("0", 64) }},
		{"a wrong size", core.Invalid, func(m *manifest, f map[string][]byte) { record(m).Bytes.Size++ }},
		{"a file missing", core.Invalid, func(m *manifest, f map[string][]byte) { f["records/"+record(m).ID] = nil }},
		{"no manifest", core.Invalid, func(m *manifest, f map[string][]byte) { f[manifestName] = nil }},
		{"a manifest of nonsense", core.Invalid, func(m *manifest, f map[string][]byte) { f[manifestName] = []byte("{") }},
		{"a bomb", core.Invalid, func(m *manifest, f map[string][]byte) { f["records/bomb"] = make([]byte, 200<<20) }},
		{"another format", core.Invalid, func(m *manifest, f map[string][]byte) { m.Format = "zip" }},
		{"a newer version", core.Unsupported, func(m *manifest, f map[string][]byte) { m.Version = 2 }},
		{"rows in secret", core.Invalid, func(m *manifest, f map[string][]byte) { m.Rows = false }},
		{"a table that is none", core.Invalid, func(m *manifest, f map[string][]byte) {
			f[tablesName] = bytes.Repeat([]byte("x"), 20000)
			sum := core.Digest(f[tablesName])
			m.Tables = &archivedFile{20000, fmt.Sprintf("%x", sum)}
		}},
		{"no table at all", core.Invalid, func(m *manifest, f map[string][]byte) { f[tablesName], m.Tables = nil, nil }},
		{"a record of nonsense", core.Invalid, func(m *manifest, f map[string][]byte) { m.Records[0].Meta = []byte(`{"rows": "many"}`) }},
		{"a kind of nonsense", core.Invalid, func(m *manifest, f map[string][]byte) { m.Records[0].Kind = "../x" }},
		{"a name of nonsense", core.Invalid, func(m *manifest, f map[string][]byte) { m.Name = "a\x00b" }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := a.ImportProject(context.Background(), rewrite(t, path, tt.change), "", quietly)
			if core.KindOf(err) != tt.kind {
				t.Errorf("%v: %v", core.KindOf(err), err)
			}
		})
	}
	t.Run("no zip file", func(t *testing.T) {
		if _, err := a.ImportProject(context.Background(), smallSales(t, 3), "", quietly); core.KindOf(err) != core.Invalid {
			t.Errorf("%v", err)
		}
	})
	t.Run("cut off", func(t *testing.T) {
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		cut := filepath.Join(t.TempDir(), "cut.shoptwin")
		os.WriteFile(cut, b[:len(b)/2], 0o600)
		if _, err := a.ImportProject(context.Background(), cut, "", quietly); core.KindOf(err) != core.Invalid {
			t.Errorf("%v", err)
		}
	})
	t.Run("cancelled", func(t *testing.T) {
		ctx, cancel := context.WithCancel(context.Background())
		if _, err := a.ImportProject(ctx, path, "", func(core.Progress) { cancel() }); err == nil {
			t.Error("it went on")
		}
	})
	all, err := a.Projects()
	if err != nil || len(all) != 1 || all[0].ID != before.ID {
		t.Errorf("%v: something stayed behind: %+v", err, all)
	}
	if dirs, _ := os.ReadDir(filepath.Join(a.About().Home, "projects")); len(dirs) != 1 {
		t.Errorf("%d folders", len(dirs))
	}
}
