package recipe

import (
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"

	"shoptwin/core"
	"shoptwin/core/table"
)

func lookup(name string) ([]table.Field, error) {
	switch name {
	case "sales":
		return shopFields, nil
	case "cities":
		return []table.Field{{Name: "city", Kind: table.Text}, {Name: "people", Kind: table.Number}, {Name: "price", Kind: table.Number}, {Name: "code", Kind: table.Number}}, nil
	}
	return nil, core.Errorf(core.NotFound, "there is no dataset %q", name).WithHint("import it")
}

func TestParseAndCheck(t *testing.T) {
	const good = `{"name": "clean", "from": "sales", "steps": [
		{"do": "drop_duplicates"}, {"do": "drop_missing", "columns": ["city"]},
		{"do": "repair", "columns": ["city"], "to": "number", "decimal": ","},
		{"do": "fill", "columns": ["price"], "with": "constant", "value": 3},
		{"do": "fill", "columns": ["quantity"], "with": "interpolate", "order": "date"},
		{"do": "clip", "columns": ["price"], "min": 0, "max": 99}, {"do": "drop_outliers", "columns": ["price"], "iqr": 1.5},
		{"do": "scale", "columns": ["price"], "min": -1, "max": 1}, {"do": "standardise", "columns": ["quantity"]},
		{"do": "derive", "as": "late", "expr": "hour(date) > 20"}, {"do": "onehot", "columns": ["late"], "levels": 3},
		{"do": "filter", "where": "late_true = 1"}, {"do": "rename", "names": {"price": "paid"}}, {"do": "select", "columns": ["paid", "quantity"]}]}`
	r, err := Parse(strings.NewReader(good))
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Check(lookup); err != nil {
		t.Errorf("a good recipe: %v", err)
	}
	b, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	again, err := Parse(strings.NewReader(string(b)))
	if err != nil || !reflect.DeepEqual(r, again) {
		t.Errorf("written and read again: %v\n%s", err, b)
	}

	step := func(s string) string { return `{"from": "sales", "steps": [{"do": "drop_duplicates"}, ` + s + `]}` }
	for _, tt := range []struct{ in, says string }{
		{``, "the recipe"},
		{`{"steps": []}`, "does not say which dataset"},
		{"{\n\"from\": \"sales\",\n\"stepps\": []}", `unknown field "stepps"`},
		{"{\n\"from\": 3}", "line 2"},
		{`{"from": "sales"} {}`, "goes on after"},
		{`{"from": "nothing"}`, `no dataset "nothing"`},
		{step(`{"do": "vanish"}`), `step 2 (vanish): there is no step "vanish"`},
		{step(`{"do": "fill", "columns": ["price"]}`), `step 2 (fill): "with" is missing`},
		{step(`{"do": "fill", "columns": ["price"], "with": "mean", "iqr": 3}`), `"iqr" means nothing`},
		{step(`{"do": "fill", "columns": ["price"], "with": "constant"}`), "belong together"},
		{step(`{"do": "fill", "columns": ["price"], "with": "constant", "value": "much"}`), `column "price" holds numbers`},
		{step(`{"do": "fill", "columns": ["price"], "with": "constant", "value": [1]}`), "neither text nor a number"},
		{step(`{"do": "fill", "columns": ["city"], "with": "mean"}`), `column "city" holds text`},
		{step(`{"do": "fill", "columns": ["price"], "with": "interpolate", "order": "city"}`), "holds text"},
		{step(`{"do": "clip", "columns": ["price"]}`), "no limits"},
		{step(`{"do": "clip", "columns": ["price"], "iqr": 2, "min": 1}`), "choose one"},
		{step(`{"do": "clip", "columns": ["price"], "min": 2, "max": 1}`), "not below"},
		{step(`{"do": "clip", "columns": ["date"], "iqr": 2}`), `column "date" holds time`},
		{step(`{"do": "scale", "columns": ["price"], "min": 2}`), "only one of min and max"},
		{step(`{"do": "repair", "columns": ["city"], "to": "colour"}`), `"to" cannot be "colour"`},
		{step(`{"do": "repair", "columns": ["date"], "to": "number"}`), "cannot become a number"},
		{step(`{"do": "select", "columns": ["price", "price"]}`), "named twice"},
		{step(`{"do": "select", "columns": ["prize"]}`), `no column "prize"`},
		{step(`{"do": "rename", "names": {"price": "CITY"}}`), "two columns would be named"},
		{step(`{"do": "rename", "names": {"price": "_row"}}`), "cannot be a column's name"},
		{step(`{"do": "join", "table": "towns", "on": ["city"]}`), `no dataset "towns"`},
		{step(`{"do": "join", "table": "cities", "on": ["town"]}`), `no column "town"`},
		{step(`{"do": "join", "table": "cities", "on": ["city=code"]}`), "text here, number in cities"},
		{step(`{"do": "filter", "where": "price"}`), "not true or false"},
		{step(`{"do": "filter", "where": "prize > 1"}`), `character 1: there is no column "prize"`},
		{step(`{"do": "derive", "as": " ", "expr": "1"}`), "cannot be a column's name"},
		{step(`{"do": "derive", "as": "x", "expr": "missing"}`), "missing everywhere"},
		{step(`{"do": "onehot", "columns": ["date"]}`), "holds times"},
	} {
		r, err := Parse(strings.NewReader(tt.in))
		if err == nil {
			err = r.Check(lookup)
		}
		var e *core.Error
		if !errors.As(err, &e) || !strings.Contains(e.Message+" "+e.Hint, tt.says) || e.Hint == "" || e.Kind == core.Internal {
			t.Errorf("%s\n%v, want %q and a way out", tt.in, err, tt.says)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add(`{"from": "sales", "steps": [{"do": "filter", "where": "price > 1"}]}`)
	f.Add(`{"from": "sales", "steps": [{"do": "join", "table": "cities", "on": ["city=city"]}]}`)
	f.Fuzz(func(t *testing.T, s string) {
		r, err := Parse(strings.NewReader(s))
		if err == nil {
			err = r.Check(lookup)
		}
		if err != nil && core.KindOf(err) == core.Internal {
			t.Fatalf("%q: %v is not for people", s, err)
		}
	})
}

func TestLayouts(t *testing.T) {
	for _, tt := range []struct {
		sql, cell string
		fits      bool
		form      int
	}{
		{"%Y-%m-%d", "2024-03-05", true, 0},
		{"%Y-%m-%d", "2024-3-5", true, 2},
		{"%Y-%m-%d", "24-03-05", false, 0},
		{"%Y-%m-%d", "2024-03-05 10:00:00", false, 0},
		{"%Y-%m-%d %H:%M:%S", "2024-03-05", true, 0}, // midnight
		{"%Y-%m-%d %H:%M:%S", "2024-03-05 10:00:00.5", false, 0},
		{"%Y-%m-%d %H:%M:%S.%f", "2024-03-05 10:00:00.5", true, 1},
		{"%Y-%m-%d %H:%M:%S.%f", "2024-03-05 10:00:00.500", true, 0},
		{"%Y-%m-%d %H:%M:%S.%f", "2024-03-05 10:00:00.250000", true, 1},
		{"%Y-%m-%d %H:%M:%S.%f", "2024-3-5 10:00:00.250", true, 2},
		{"%d/%m/%Y", "25/03/2024", true, 0},
		{"%m/%d/%Y", "25/03/2024", false, 0},
		{"%b %d %Y", "Mar 5 2024", true, 2},
		{"%Y年%m月%d日", "2024年3月5日", true, 2},
		{"%d/%m/%y", "05/03/24", true, 0},
	} {
		for _, l := range Layouts {
			if l.SQL == tt.sql {
				if fits, form := l.Fits(tt.cell); fits != tt.fits || form != tt.form {
					t.Errorf("%s %q: %v %d", tt.sql, tt.cell, fits, form)
				}
			}
		}
	}
}

// The numbers of joined rows never overflow.
func TestRowOfBoth(t *testing.T) {
	for _, tt := range []struct{ left, right, want string }{
		{"1000", "50", "(l._row * 50 + coalesce(r._row, 0))"},
		{"", "", "(l._row * 1 + coalesce(r._row, 0))"},
		{"4000000000000", "4000000000", "(row_number() OVER (ORDER BY l._row, r._row) - 1)"},
	} {
		c := &Compiler{Ask: func(string) ([][]string, error) { return [][]string{{tt.left, tt.right}}, nil }}
		if got, err := c.rowOfBoth("t"); err != nil || got != tt.want {
			t.Errorf("%s x %s: %v %s", tt.left, tt.right, err, got)
		}
	}
}

// However rare in the sample, the order of day and month holds.
func TestDateForms(t *testing.T) {
	for _, dayFirst := range []bool{true, false} {
		for _, cells := range [][][]string{nil, {{"25/03/2024"}}, {{"03/25/2024"}, {"2024-01-01"}}} {
			forms := dateForms(dayFirst, cells)
			d, m := strings.Index(forms, "'%d/%m/%Y'"), strings.Index(forms, "'%m/%d/%Y'")
			if d < 0 || m < 0 || (d < m) != dayFirst {
				t.Errorf("day first %v, cells %v: %d and %d", dayFirst, cells, d, m)
			}
			if strings.Count(forms, ", ")+1 < len(Layouts) {
				t.Errorf("%d forms of %d", strings.Count(forms, ", ")+1, len(Layouts))
			}
		}
	}
}
