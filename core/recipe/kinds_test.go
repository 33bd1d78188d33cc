package recipe

import (
	"slices"
	"strings"
	"testing"
)

// examples of every kind of step, over the columns of sales.
var examples = []string{
	`{"do": "drop_duplicates", "keep": "complete"}`, `{"do": "near_duplicates", "columns": ["city"], "per": ["date"], "then": "mark"}`,
	`{"do": "drop_missing"}`, `{"do": "drop_outliers", "columns": ["price"], "iqr": 3}`, `{"do": "outliers", "columns": ["price"], "by": "mad", "then": "mark"}`,
	`{"do": "outliers", "columns": ["price", "quantity"], "by": "forest"}`, `{"do": "filter", "where": "price > 0"}`,
	`{"do": "clip", "columns": ["price"], "min": 0}`, `{"do": "repair", "columns": ["city"], "to": "number"}`,
	`{"do": "fill", "columns": ["price"], "with": "mean", "per": ["city"]}`, `{"do": "fill", "columns": ["price"], "with": "model"}`,
	`{"do": "fill", "columns": ["price"], "with": "previous", "order": "date", "per": ["city"]}`,
	`{"do": "merge", "columns": ["city"], "by": "spelling"}`, `{"do": "clean_text", "columns": ["city"], "clean": ["trim", "title"]}`,
	`{"do": "convert", "columns": ["city"], "to": "kg"}`, `{"do": "scale", "columns": ["price"], "min": -1, "max": 1}`, `{"do": "standardise", "columns": ["price"]}`,
	`{"do": "transform", "columns": ["price"], "with": "normal"}`, `{"do": "ordinal", "columns": ["city"], "by": "count"}`, `{"do": "onehot", "columns": ["city"]}`,
	`{"do": "derive", "as": "paid", "expr": "price * quantity"}`, `{"do": "select", "columns": ["price"]}`, `{"do": "drop", "columns": ["price"]}`,
	`{"do": "rename", "names": {"price": "paid"}}`, `{"do": "date_parts", "columns": ["date"], "make": ["month", "holiday"], "country": "CN"}`,
	`{"do": "lag", "columns": ["price"], "per": ["city"], "order": "date"}`, `{"do": "rolling", "columns": ["price"], "days": 7, "order": "date"}`,
	`{"do": "aggregate", "per": ["city", "date"], "to": "week", "make": ["spent = sum price", "n = rows", "last = max date"]}`,
	`{"do": "join", "table": "cities", "on": ["city"]}`, `{"do": "join", "table": "cities", "how": "asof", "at": "price=price", "columns": ["people"]}`,
	`{"do": "union", "tables": ["cities"], "as": "from"}`, `{"do": "split", "by": "time", "columns": ["date"]}`,
	`{"do": "balance", "columns": ["city"], "by": "smote"}`, `{"do": "pseudonym", "columns": ["city"]}`, `{"do": "mask", "columns": ["city"], "last": 2}`,
	`{"do": "generalise", "columns": ["price"], "width": 10}`,
}

// Every kind of step can be checked without data, and a recipe says the same
// when it is written and read again; the catalogue knows all of it.
func TestKinds(t *testing.T) {
	known := map[string]bool{}
	for _, text := range examples {
		r, err := Parse(strings.NewReader(`{"from": "sales", "steps": [` + text + `]}`))
		if err == nil {
			err = r.Check(lookup)
		}
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		known[r.Steps[0].Do] = true
	}
	for _, k := range Catalogue() {
		if !known[k.Do] {
			t.Errorf("no example of %s", k.Do)
		}
		if !slices.Contains([]string{"rows", "cells", "columns", "tables", "time", "private"}, k.Group) {
			t.Errorf("%s: group %q", k.Do, k.Group)
		}
		said, err := (&Step{Do: k.Do}).said()
		if err != nil || len(said) != 0 {
			t.Errorf("%s: %v says %v", k.Do, err, said)
		}
		for _, i := range k.Inputs {
			if (i.Of != "") != (strings.HasPrefix(i.Type, "column")) && i.Of != "" || i.Name == "" {
				t.Errorf("%s: input %+v", k.Do, i)
			}
		}
	}
	if len(known) != len(kinds) {
		t.Errorf("%d kinds in examples, %d in all", len(known), len(kinds))
	}
}

func TestFit(t *testing.T) {
	for name, want := range map[string]string{"Price": "price", "unit_price": "unit price", "citty": "city", "when": "", "QUANTITY": "quantity"} {
		if got := strings.Join(Nearest(name, shopFields), ","); !strings.HasPrefix(got, want) || want == "" && got != "" {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	var f Fit
	was := []Effect{{Step: 1, Do: "filter", RowsBefore: 1000, RowsAfter: 990}, {Step: 2, Do: "fill", RowsBefore: 990, CellsChanged: 10}, {Step: 3, Do: "join", RowsBefore: 990, RowsAfter: 990, Matched: 980}}
	f.Compare(was, was)
	if len(f.Problems) > 0 {
		t.Errorf("the same is told: %+v", f.Problems)
	}
	f.Compare(was, []Effect{{Step: 1, Do: "filter", RowsBefore: 1000, RowsAfter: 500}, {Step: 2, Do: "fill", RowsBefore: 500, CellsChanged: 100}, {Step: 3, Do: "join", RowsBefore: 500, RowsAfter: 500, Matched: 250}})
	if len(f.Problems) != 3 || f.Stops || !strings.Contains(f.Problems[2].Say, "50.0 % of the rows found a match; it was 99.0 %") {
		t.Errorf("%+v", f.Problems)
	}
}
