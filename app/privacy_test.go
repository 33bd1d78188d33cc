package app

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// marked is a table in which some cells are of one row alone: names, notes, a
// number to the cent, an extreme. markers are those, as text and as numbers.
func marked(rows int) (csv string, words []string, numbers []float64) {
	rng := rand.New(rand.NewPCG(11, 0))
	var b strings.Builder
	b.WriteString("customer,name,city,segment,salary,spend,signup\n")
	for i := range rows {
		name := fmt.Sprintf("Zq%dmarker", i)
		city := []string{"Lyon", "Gent", "Bari", "Turku"}[rng.IntN(4)]
		if i%50 == 0 { // a place where only one customer lives
			city = fmt.Sprintf("Hamlet%dmarker", i)
			words = append(words, city)
		}
		salary := 20000 + float64(rng.IntN(4000000))/100 // hardly ever twice
		if i == 7 {
			salary = 987654.32 // the one who earns most
		}
		if i == 9 {
			salary = 1234.56
		}
		words = append(words, name)
		numbers = append(numbers, salary)
		fmt.Fprintf(&b, "C%07d,%s,%s,%s,%.2f,%d,2024-%02d-%02d\n", 8900000-i*37, name, city,
			[]string{"gold", "silver"}[rng.IntN(2)], salary, rng.IntN(90), 1+rng.IntN(12), 1+rng.IntN(28))
		words = append(words, fmt.Sprintf("C%07d", 8900000-i*37))
	}
	return b.String(), words, numbers
}

// found returns which markers stand in b: words as they are, numbers as text
// or as a float of either width.
func found(b []byte, words []string, numbers []float64) (out []string) {
	for _, w := range words {
		if bytes.Contains(b, []byte(w)) {
			out = append(out, w)
		}
	}
	var le [8]byte
	for _, x := range numbers {
		text := strconv.FormatFloat(x, 'f', -1, 64)
		binary.LittleEndian.PutUint64(le[:], math.Float64bits(x))
		switch {
		case bytes.Contains(b, []byte(text)), bytes.Contains(b, []byte(strconv.FormatFloat(x, 'f', 2, 64))):
			out = append(out, text)
		case bytes.Contains(b, le[:]):
			out = append(out, "float64 "+text)
		}
	}
	return out
}

// TestNoRealRowsLeave trains on a table of unique cells and looks for them in
// everything that a user may give away.
func TestNoRealRowsLeave(t *testing.T) {
	ctx := context.Background()
	a := open(t)
	if _, err := a.CreateProject("p"); err != nil {
		t.Fatal(err)
	}
	csv, words, numbers := marked(1200)
	if _, err := a.Import(ctx, ImportRequest{Project: "p", Files: []string{write(t, "people.csv", csv)}}, nil); err != nil {
		t.Fatal(err)
	}
	run, err := a.Train(ctx, TrainRequest{Project: "p", Dataset: "people", Effort: "quick", Seed: 5}, nil)
	if err != nil {
		t.Fatal(err)
	}
	p, err := a.store.Project("p")
	if err != nil {
		t.Fatal(err)
	}
	m, err := a.synthesizer(p, run.Model)
	if err != nil {
		t.Fatal(err)
	}
	var model, page bytes.Buffer
	if err := m.Write(&model); err != nil {
		t.Fatal(err)
	}
	if err := a.ReportHTML("p", run.ID, "en", &page); err != nil {
		t.Fatal(err)
	}
	r, err := a.Report("p", run.ID)
	if err != nil {
		t.Fatal(err)
	}
	report, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	view, err := json.Marshal(run)
	if err != nil {
		t.Fatal(err)
	}
	out, err := a.Export(ctx, ExportRequest{Project: "p", Run: run.ID, Rows: 5000, Format: "csv"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := os.ReadFile(out.Path)
	if err != nil {
		t.Fatal(err)
	}
	for name, b := range map[string][]byte{"model": model.Bytes(), "report page": page.Bytes(), "report": report, "run": view} {
		if hits := found(b, words, numbers); len(hits) > 0 {
			t.Errorf("%s: %d real cells, such as %.10q", name, len(hits), hits)
		}
	}
	if hits := found(rows, words, nil); len(hits) > 0 { // numbers may be hit by chance
		t.Errorf("synthetic rows: %d real names, such as %.10q", len(hits), hits)
	}
}

func TestHomeIsPrivate(t *testing.T) {
	a, err := Open(filepath.Join(t.TempDir(), "new"))
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	if _, err := a.CreateProject("p"); err != nil {
		t.Fatal(err)
	}
	if _, err := a.Import(context.Background(), ImportRequest{Project: "p", Files: []string{write(t, "d.csv", "a,b\n1,x\n2,y\n")}}, nil); err != nil {
		t.Fatal(err)
	}
	filepath.WalkDir(a.About().Home, func(path string, e os.DirEntry, err error) error {
		if err != nil {
			t.Fatal(err)
		}
		info, err := e.Info()
		if err != nil {
			t.Fatal(err)
		}
		// DuckDB makes its files by the umask; the folder keeps others out.
		if (e.IsDir() || filepath.Base(path) == "shoptwin.db") && info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s may be read by others: %v", path, info.Mode())
		}
		return nil
	})
	backup := filepath.Join(t.TempDir(), "b.tar")
	if _, err := a.BackupTo(backup); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(backup); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("backup: %v %v", info.Mode(), err)
	}
}
