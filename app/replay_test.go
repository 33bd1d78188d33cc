package app

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"shoptwin/core/recipe"
)

// A recipe made for one month is run on the next: what no longer fits is told,
// all at once.
func TestReplay(t *testing.T) {
	a, err := Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	p, err := a.CreateProject("shop")
	if err != nil {
		t.Fatal(err)
	}
	ctx, dir := context.Background(), t.TempDir()
	bring := func(name, text string) {
		t.Helper()
		path := filepath.Join(dir, name+".csv")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := a.Import(ctx, ImportRequest{Project: p.ID, Files: []string{path}}, nil); err != nil {
			t.Fatal(err)
		}
	}
	bring("may", "shop,city,price\n1,York,5\n1,york,6\n2,York,7\n2,Hull,8\n")
	bring("june", "shop,City name,price,till\n1,york,-5,1\n1,Leeds,-6,1\n2,York,7,2\n2,Hull,8,2\n")
	bring("july", "shop,city,price\n1,york,-5\n1,york,-6\n2,Leeds,7\n2,Hull,8\n")
	r, err := recipe.Parse(strings.NewReader(`{"name": "clean", "from": "may", "steps": [
		{"do": "merge", "columns": ["city"], "by": "spelling"}, {"do": "filter", "where": "price > 0"},
		{"do": "pseudonym", "columns": ["shop"]}]}`))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.Prepare(ctx, p.ID, r, nil); err != nil {
		t.Fatal(err)
	}
	out, err := a.Replay(ctx, ReplayRequest{Project: p.ID, Recipe: "clean", On: "june"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	said := ""
	for _, p := range out.Fit.Problems {
		said += p.Say + "\n"
	}
	for _, want := range []string{"Column city is not there any more; it may be named City name.", "Column till is new.", `Step 1 (merge) cannot run: there is no column "city"`} {
		if !strings.Contains(said, want) {
			t.Errorf("%q is not said:\n%s", want, said)
		}
	}
	if !out.Fit.Stops || out.Name != "" {
		t.Errorf("it was made all the same: %+v", out)
	}
	out, err = a.Replay(ctx, ReplayRequest{Project: p.ID, Recipe: "clean", On: "july", As: "clean july"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	said = ""
	for _, p := range out.Fit.Problems {
		said += p.Say + "\n"
	}
	for _, want := range []string{"Column city has 1 new values in 1 rows: Leeds.", "Step 2 (filter): 50.0 % of the rows came or went; it was 0.0 %."} {
		if !strings.Contains(said, want) {
			t.Errorf("%q is not said:\n%s", want, said)
		}
	}
	if out.Fit.Stops || out.Rows != 2 || out.Name != "clean july" || out.Recipe.Steps[0].Map["city"]["york"] != "York" {
		t.Errorf("%+v", out)
	}
	// The pseudonyms of one project are the same in all its tables.
	one, err := a.Rows(p.ID, "clean", 2, 1)
	if err != nil {
		t.Fatal(err)
	}
	two, err := a.Rows(p.ID, "clean july", 0, 1)
	if err != nil || one.Rows[0][0] != two.Rows[0][0] || len(one.Rows[0][0]) != 16 {
		t.Errorf("%v: %q and %q", err, one.Rows, two.Rows)
	}
}
