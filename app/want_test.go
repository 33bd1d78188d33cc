package app

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestExportOfAKind writes rows of one city only, and more of it than there
// are.
func TestExportOfAKind(t *testing.T) {
	a := open(t)
	if _, err := a.CreateProject("p"); err != nil {
		t.Fatal(err)
	}
	if _, err := a.Import(context.Background(), ImportRequest{Project: "p", Files: []string{sheet(t, "d.csv", 300)}}, nil); err != nil {
		t.Fatal(err)
	}
	run, err := a.Train(context.Background(), TrainRequest{Project: "p", Dataset: "d", Engine: "tree"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		share    float64
		from, to int
	}{{0, 1000, 1000}, {.8, 750, 850}} {
		path := filepath.Join(t.TempDir(), "out.csv")
		if _, err := a.Export(context.Background(), ExportRequest{Project: "p", Run: run.ID, Rows: 1000, Path: path, Where: []string{"city=Gent"}, Share: tt.share}, nil); err != nil {
			t.Fatal(err)
		}
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if n := strings.Count(string(b), "\nGent,"); n < tt.from || n > tt.to {
			t.Errorf("share %g: %d of 1,000 rows are of Gent", tt.share, n)
		}
	}
	if _, err := a.Export(context.Background(), ExportRequest{Project: "p", Run: run.ID, Rows: 10, Where: []string{"city=Oslo"}}, nil); err == nil || !strings.Contains(err.Error(), "Oslo") {
		t.Errorf("a city that is not there: %v", err)
	}
}
