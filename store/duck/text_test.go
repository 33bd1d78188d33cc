package duck

import (
	"reflect"
	"strings"
	"testing"

	"shoptwin/core/recipe"
)

func TestTextSteps(t *testing.T) {
	try(t, nil, []tried{
		{"trim, collapse, width", "a,b\n\"  New   York \",1\nＡＢ－１２　x,2\n\" \",3\n", `{"do": "clean_text", "columns": ["a"], "clean": ["width", "trim", "collapse"]}`,
			"a|b\nNew York|1\nAB-12 x|2\n|3", "2 cells of a were tidied"},
		{"title, accents", "a\nélise dupont\nÖSTERREICH\n", `{"do": "clean_text", "columns": ["a"], "clean": ["accents", "title"]}`, "a\nElise Dupont\nOsterreich", "2 cells"},
		{"upper", "a\nélise\n", `{"do": "clean_text", "columns": ["a"], "clean": ["upper"]}`, "a\nÉLISE", "1 cells"},
		{"replace", "a\nSKU-0012x\nSKU-7\n", `{"do": "clean_text", "columns": ["a"], "find": "^SKU-0*(\\d+).*$", "replace": "\\1"}`, "a\n12\n7", "2 cells"},
		{"not a pattern", "a\nx\n", `{"do": "clean_text", "columns": ["a"], "find": "("}`, "", "is no regular expression"},
		{"no such cleaning", "a\nx\n", `{"do": "clean_text", "columns": ["a"], "clean": ["wash"]}`, "", `clean cannot be "wash"`},
		{"rare by count", "a\nx\nx\ny\ny\nz\n", `{"do": "merge", "columns": ["a"], "count": 2}`, "a\nx\nx\ny\ny\nother", `a: 1 rare values in 1 cells became "other", 2 were kept`},
		{"rare by levels", "a,n\nx,1\nx,2\ny,3\n,4\nz,5\n", `{"do": "merge", "columns": ["a"], "levels": 1, "other": "rest"}`, "a|n\nx|1\nx|2\nrest|3\n|4\nrest|5", "2 rare values"},
		{"rare by share", "a\n" + strings.Repeat("x\n", 150) + "y\n", `{"do": "merge", "columns": ["a"]}, {"do": "filter", "where": "a <> 'x'"}`, "a\nother", ""},
		{"spellings", "a\nNew York\nnew york\nNew York\nNewyork\nHull\n", `{"do": "merge", "columns": ["a"], "by": "spelling"}`, "a\nNew York\nNew York\nNew York\nNew York\nHull", "2 values in 2 cells were merged into others"},
		{"no spellings", "a\nNew York\nHull\n", `{"do": "merge", "columns": ["a"], "by": "spelling"}`, "a\nNew York\nHull", "no values are merged"},
		{"as the map says", "a,b\nx,x\ny,y\n,x\n", `{"do": "merge", "columns": ["a", "b"], "by": "map", "map": {"a": {"x": "X'"}}}`, "a|b\nX'|x\ny|y\n|x", "1 values in 1 cells"},
		{"a map of another column", "a,b\nx,x\n", `{"do": "merge", "columns": ["a"], "by": "map", "map": {"b": {"x": "z"}}}`, "", "is none of columns"},
	})
}

// What was found is written into the recipe and done again to other rows.
func TestLearned(t *testing.T) {
	db := open(t, "")
	load(t, db, "d", "a\nNew York\nNew York\nnew york\n")
	r := parse(t, `{"from": "d", "steps": [{"do": "merge", "columns": ["a"], "by": "spelling"}]}`)
	effects, err := db.Run(ctx, r, "out", nil)
	if err != nil {
		t.Fatal(err)
	}
	l := r.Learned(effects)
	want := map[string]map[string]string{"a": {"new york": "New York"}}
	if !reflect.DeepEqual(l.Steps[0].Map, want) || r.Steps[0].Map != nil {
		t.Fatalf("%v, %v", l.Steps[0].Map, r.Steps[0].Map)
	}
	load(t, db, "next", "a\nnew york\nnew york\nNew York\n") // another spelling is more frequent here
	again := &recipe.Recipe{From: "next", Steps: l.Steps}
	if _, err := db.Run(ctx, again, "out2", nil); err != nil {
		t.Fatal(err)
	}
	if got := dump(t, db, "out2"); got != "a\nNew York\nNew York\nNew York" {
		t.Error(got)
	}
}
