package app

import (
	"context"
	"strings"
	"testing"

	"shoptwin/core"
	"shoptwin/core/recipe"
)

// draft is a recipe from JSON; "off" switches a step off.
func draft(t *testing.T, a *App, text string) Draft {
	t.Helper()
	d, err := a.ReadRecipe(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// TestDraft writes a recipe as a person does on the Prepare screen: it is
// tried, kept, saved, used on another table, and run.
func TestDraft(t *testing.T) {
	a := open(t)
	p, err := a.CreateProject("till")
	if err != nil {
		t.Fatal(err)
	}
	till := write(t, "till.csv", "sku,qty,price\nA,1,1.50\nA,1,1.50\nB,2,n/a\nC,,3.25\n")
	next := write(t, "next.csv", "sku,amount,price\nA,1,1.50\nD,4,2.00\n")
	if _, err = a.Import(context.Background(), ImportRequest{Project: p.ID, Files: []string{till, next}}, nil); err != nil {
		t.Fatal(err)
	}
	d := draft(t, a, `{"name": "clean", "from": "till", "steps": [
		{"do": "drop_duplicates"},
		{"do": "filter", "where": "qty > 1", "off": true},
		{"do": "repair", "columns": ["price"], "to": "number"},
		{"do": "fill", "columns": ["qty"], "with": "median"},
		{"do": "derive", "as": "amount", "expr": "qty * prize"}]}`)

	got, err := a.TryRecipe(p.ID, d, 4, 10)
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Misfits) != 1 || got.Misfits[0].Step != 4 || !strings.Contains(got.Misfits[0].Problem.Message, "prize") || strings.HasPrefix(got.Misfits[0].Problem.Message, "step") {
		t.Errorf("misfits %+v", got.Misfits)
	}
	if len(got.At) != 3 || got.At[2] != 3 || got.Preview.Effects[0].RowsAfter != 3 {
		t.Errorf("steps %v ran: %+v", got.At, got.Preview.Effects)
	}
	if got.Preview.Changed != 1 {
		t.Errorf("fill changed %d rows, want 1", got.Preview.Changed)
	}
	// What a step does that is off, or does not fit: nothing.
	for _, upto := range []int{2, 5} {
		got, err := a.TryRecipe(p.ID, d, upto, 10)
		if err != nil {
			t.Fatal(err)
		}
		if p := got.Preview; p.Changed+p.Dropped+p.Added != 0 || len(p.Lines) != 3 {
			t.Errorf("after step %d, %d rows, of which %d changed, %d dropped", upto, len(p.Lines), p.Changed, p.Dropped)
		}
	}

	if err := a.KeepDraft(p.ID, d); err != nil {
		t.Fatal(err)
	}
	kept, err := a.OpenDraft(p.ID)
	if err != nil || kept == nil || len(kept.Steps) != 5 || !kept.Steps[1].Off {
		t.Fatalf("the draft is %+v: %v", kept, err)
	}
	for range 2 { // the second takes the place of the first
		if _, err := a.SaveRecipe(p.ID, d); err != nil {
			t.Fatal(err)
		}
	}
	all, err := a.Recipes(p.ID)
	if err != nil || len(all) != 1 {
		t.Fatalf("%d recipes: %v", len(all), err)
	}
	replay := all[0]
	replay.From = "next"
	misfits, err := a.CheckRecipe(p.ID, replay)
	if err != nil || len(misfits) != 2 { // no qty, and prize again
		t.Errorf("on the next file %+v do not fit: %v", misfits, err)
	}
	replay.From = "gone"
	if misfits, err := a.CheckRecipe(p.ID, replay); err != nil || len(misfits) != 1 || misfits[0].Step != -1 {
		t.Errorf("without a table: %+v, %v", misfits, err)
	}

	d.Steps[4].Off = true
	r, _ := d.Recipe()
	made, err := a.Prepare(context.Background(), p.ID, r, nil)
	if err != nil || made.Rows != 3 || len(made.Effects) != 3 {
		t.Fatalf("made %d rows by %d steps: %v", made.Rows, len(made.Effects), err)
	}
	if err := a.DeleteRecipe(p.ID, all[0].ID); err != nil {
		t.Fatal(err)
	}
	if all, _ := a.Recipes(p.ID); len(all) != 0 {
		t.Errorf("%d recipes are left", len(all))
	}
}

func TestReadRecipe(t *testing.T) {
	a := open(t)
	for _, tt := range []struct{ name, text, want string }{
		{"no JSON", `{"from": "a", "steps": [}`, "line 1"},
		{"an unknown step", `{"name": "x", "from": "a", "steps": [{"do": "dance"}]}`, `no step "dance"`},
		{"a field of another step", `{"name": "x", "from": "a", "steps": [{"do": "filter", "where": "b > 0", "to": "number"}]}`, `"to" means nothing`},
		{"no table", `{"name": "x", "steps": []}`, "starts from"},
		{"two recipes", `{"name": "x", "from": "a", "steps": []} {}`, "goes on"},
	} {
		_, err := a.ReadRecipe(tt.text)
		if core.KindOf(err) != core.Invalid || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v, want %q", tt.name, err, tt.want)
		}
	}
}

// TestKindsOfSteps sees that what a form would fill in is what steps take.
func TestKindsOfSteps(t *testing.T) {
	a := open(t)
	kinds := a.StepKinds()
	if len(kinds) < 14 {
		t.Errorf("%d kinds", len(kinds))
	}
	for _, k := range kinds {
		for _, i := range k.Inputs {
			if i.Type == "" || i.Name == "" {
				t.Errorf("%s: %+v", k.Do, i)
			}
		}
	}
	var _ []recipe.Kind = kinds
}
