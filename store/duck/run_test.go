package duck

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"shoptwin/core"
	"shoptwin/core/recipe"
)

func parse(t testing.TB, text string) *recipe.Recipe {
	t.Helper()
	r, err := recipe.Parse(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

const cities = "city,people\nYork,200\nLeeds,800\n"

func TestSteps(t *testing.T) {
	for _, tt := range []struct {
		name, in, steps, want string
		before, after, cells  int64
		says                  string
	}{
		{"drop duplicates", "a,b\n1,x\n2,y\n1,x\n1,z\n,q\n,q\n", `{"do": "drop_duplicates"}`,
			"a|b\n1|x\n2|y\n1|z\n|q", 6, 4, 0, "2 rows equal to an earlier one in all columns were dropped."},
		{"drop duplicates by a column", "a,b\n1,x\n2,y\n1,z\n", `{"do": "drop_duplicates", "columns": ["a"]}`,
			"a|b\n1|x\n2|y", 3, 2, 0, "in a were dropped"},
		{"drop missing", "a,b\n1,\n,2\n3,4\n", `{"do": "drop_missing"}`, "a|b\n3|4", 3, 1, 0, "2 rows with a missing cell in any column"},
		{"drop missing in a column", "a,b\n1,\n,2\n3,4\n", `{"do": "drop_missing", "columns": ["a"]}`, "a|b\n1|\n3|4", 3, 2, 0, "in a were"},
		{"drop outliers by range", "a,b\n1,x\n-5,y\n,z\n200,v\n", `{"do": "drop_outliers", "columns": ["a"], "min": 0, "max": 100}`,
			"a|b\n1|x\n|z", 4, 2, 0, "a outside 0 to 100"},
		{"drop outliers by quartiles", "a,b\n1,x\n2,x\n3,x\n4,x\n5,x\n1000,x\n", `{"do": "drop_outliers", "columns": ["a"], "iqr": 1.5}`,
			"a|b\n1|x\n2|x\n3|x\n4|x\n5|x", 6, 5, 0, "1 rows were dropped as outliers"},
		{"clip", "a,b\n1,x\n-5,y\n,z\n200,v\n", `{"do": "clip", "columns": ["a"], "min": 0, "max": 100}`,
			"a|b\n1|x\n0|y\n|z\n100|v", 4, 4, 2, "2 cells were moved to the limit"},
		{"clip by quartiles keeps whole numbers", "a,b\n1,x\n2,x\n3,x\n4,x\n5,x\n1000,x\n", `{"do": "clip", "columns": ["a"], "iqr": 1.5}`,
			"a|b\n1|x\n2|x\n3|x\n4|x\n5|x\n8|x", 6, 6, 1, "a outside -1 to 8"},
		{"repair numbers", "a\n1\n\"1,234.50\"\ntwelve\n$5\n(7)\n10%\n\"1,5\"\n-3.25\n 4 \nx\n1'000\n", `{"do": "repair", "columns": ["a"], "to": "number"}`,
			"a\n1.00\n1234.50\n\n5.00\n-7.00\n0.10\n\n-3.25\n4.00\n\n1000.00", 11, 11, 8, "5 cells were rewritten, 3 could not be read"},
		{"repair numbers with decimal commas", "a\n\"1.234,5\"\n\"7,25\"\nx y\n3\n", `{"do": "repair", "columns": ["a"], "to": "number", "decimal": ","}`,
			"a\n1234.50\n7.25\n\n3.00", 4, 4, 3, "1 could not be read"},
		{"repair dates day first", "a\n2024-03-05\n05/03/2024\nMar 5 2024\nsoon\n2024/3/5\n", `{"do": "repair", "columns": ["a"], "to": "date", "day_first": true}`,
			"a\n2024-03-05\n2024-03-05\n2024-03-05\n\n2024-03-05", 5, 5, 4, "1 could not be read"},
		{"repair dates by evidence", "a\n05/03/2024\n25/03/2024\n2024-03-06\n", `{"do": "repair", "columns": ["a"], "to": "date"}`,
			"a\n2024-03-05\n2024-03-25\n2024-03-06", 3, 3, 2, "day before month"},
		{"repair dates month first", "a\n05/03/2024\n5/25/2024 8:30\n2024-03-06\n", `{"do": "repair", "columns": ["a"], "to": "date"}`,
			"a\n2024-05-03 00:00:00\n2024-05-25 08:30:00\n2024-03-06 00:00:00", 3, 3, 2, "month before day"},
		{"repair what is right", "a\n1\n2\n", `{"do": "repair", "columns": ["a"], "to": "number"}`, "a\n1\n2", 2, 2, 0, "holds numbers already"},
		{"fill with a constant", "a,b,d\n1,,2024-03-05\n,x,\n", `{"do": "fill", "columns": ["a"], "with": "constant", "value": 7},
			{"do": "fill", "columns": ["b"], "with": "constant", "value": "it's"}, {"do": "fill", "columns": ["d"], "with": "constant", "value": "2024-01-01"}`,
			"a|b|d\n1|it's|2024-03-05\n7|x|2024-01-01", 2, 2, 1, "d: 1 cells with 2024-01-01"},
		{"fill with the mean", "a,z\n1.5,1\n2.5,1\n,1\n4.5,1\n", `{"do": "fill", "columns": ["a"], "with": "mean"}`,
			"a|z\n1.5|1\n2.5|1\n2.8|1\n4.5|1", 4, 4, 1, "the mean, 2.8"},
		{"fill with the median", "a,z\n1,1\n2,1\n,1\n9,1\n", `{"do": "fill", "columns": ["a"], "with": "median"}`, "a|z\n1|1\n2|1\n2|1\n9|1", 4, 4, 1, "the median, 2"},
		{"fill with the mode", "a,z\nx,1\ny,1\n,1\ny,1\nx,1\n", `{"do": "fill", "columns": ["a"], "with": "mode"}`,
			"a|z\nx|1\ny|1\nx|1\ny|1\nx|1", 5, 5, 1, "the most frequent value, x"},
		{"interpolate by a time", "t,v\n2024-01-05,\n2024-01-01,10\n2024-01-03,\n2024-01-07,16\n2024-01-09,\n,\n", `{"do": "fill", "columns": ["v"], "with": "interpolate", "order": "t"}`,
			"t|v\n2024-01-05|14\n2024-01-01|10\n2024-01-03|12\n2024-01-07|16\n2024-01-09|16\n|", 6, 6, 3, "by t"},
		{"interpolate by row", "v,v2\n1.0,x\n,x\n,x\n4.0,x\n", `{"do": "fill", "columns": ["v"], "with": "interpolate"}`, "v|v2\n1.0|x\n2.0|x\n3.0|x\n4.0|x", 4, 4, 2, "by row"},
		{"scale", "a,z\n0,1\n5,1\n,1\n10,1\n", `{"do": "scale", "columns": ["a"]}`, "a|z\n0|1\n0.5|1\n|1\n1|1", 4, 4, 3, "a from 0..10 to 0..1"},
		{"scale to -1 and 1", "a,z\n0,1\n5,1\n10,1\n", `{"do": "scale", "columns": ["a", "z"], "min": -1, "max": 1}`, "a|z\n-1|-1\n0|-1\n1|-1", 3, 3, 6, ""},
		{"standardise", "a,z\n1,3\n2,3\n3,3\n", `{"do": "standardise", "columns": ["a", "z"]}`, "a|z\n-1|0\n0|0\n1|0", 3, 3, 6, "a by mean 2 and standard deviation 1"},
		{"one-hot", "a,b\nx,1\ny,2\nx,3\n,4\nz,5\nx,6\ny,7\n", `{"do": "onehot", "columns": ["a"], "levels": 2}`,
			"a_x|a_y|a_other|b\n1|0|0|1\n0|1|0|2\n1|0|0|3\n0|0|0|4\n0|0|1|5\n1|0|0|6\n0|1|0|7", 7, 7, 21, "a became 2 columns"},
		{"one-hot of numbers", "a,a_1\n1,7\n2.5,8\n1,9\n", `{"do": "onehot", "columns": ["a"]}`, "a_1_2|a_2.5|a_1\n1|0|7\n0|1|8\n1|0|9", 3, 3, 6, ""},
		{"join left", "city,n\nYork,1\nParis,2\n,3\nLeeds,4\n", `{"do": "join", "table": "cities", "on": ["city"]}`,
			"city|n|people\nYork|1|200\nParis|2|\n|3|\nLeeds|4|800", 4, 4, 2, "50.0 % of 4 rows found their match in cities"},
		{"join inner, other names", "town,people\nYork,1\nParis,2\n", `{"do": "join", "table": "cities", "on": ["town=city"], "how": "inner", "columns": ["people"]}`,
			"town|people|cities_people\nYork|1|200", 2, 1, 1, "50.0 %"},
		{"join with fan-out", "k,n\na,1\nb,2\na,3\n", `{"do": "join", "table": "many", "on": ["k"]}`,
			"k|n|_v\na|1|p\na|1|q\nb|2|r\na|3|p\na|3|q", 3, 5, 3, "some found up to 2, so that there are 5 rows now"},
		{"filter", "q,c\n1,x\n-2,y\n,z\n3,x\n", `{"do": "filter", "where": "q > 0 and c in ('x', 'y')"}`, "q|c\n1|x\n3|x", 4, 2, 0, "2 of 4 rows were kept"},
		{"derive a number", "q,p\n2,1.25\n3,\n0,4\n", `{"do": "derive", "as": "amount", "expr": "q * p"}`, "q|p|amount\n2|1.25|2.5\n3||\n0|4.00|0.0", 3, 3, 2, "Column amount was added"},
		{"derive over a column", "q\n2\n3\n", `{"do": "derive", "as": "Q", "expr": "1 / (q - 2)"}`, "q\n\n1", 2, 2, 1, "Column q was replaced"},
		{"derive from times", "d\n2024-03-05 14:30:00\n2024-03-10 09:00:00\n", `{"do": "derive", "as": "w", "expr": "weekday(d)"},
			{"do": "derive", "as": "day", "expr": "date(d)"}, {"do": "derive", "as": "late", "expr": "hour(d) >= 12 and d < '2024-03-06'"}, {"do": "derive", "as": "n", "expr": "days('2024-03-01', day)"}`,
			"d|w|day|late|n\n2024-03-05 14:30:00|2|2024-03-05|true|4\n2024-03-10 09:00:00|7|2024-03-10|false|9", 2, 2, 2, "Column n"},
		{"derive text", "a,n\nYork,3\n,4.5\n", `{"do": "derive", "as": "t", "expr": "concat(upper(a), '-', to_text(n), if(a is missing, '?', '!'))"}`,
			"a|n|t\nYork|3.0|YORK-3!\n|4.5|-4.5?", 2, 2, 2, ""},
		{"derive by more functions", "c,d\nA-12/x,2024-01-31 10:00:00\nb,2024-12-30 00:00:30\n,\n", `{"do": "derive", "as": "k", "expr": "case(starts_with(c, 'A'), 'one', c is missing, 'none', 'other')"},
			{"do": "derive", "as": "n", "expr": "to_number(extract(c, '-(\\d+)')) + position(c, '/')"}, {"do": "derive", "as": "p", "expr": "part(c, '/', 2)"}, {"do": "derive", "as": "z", "expr": "pad_left(left(c, 1), 3, '0')"},
			{"do": "derive", "as": "m", "expr": "format_date(add_months(d, 1), '%Y-%m-%d')"}, {"do": "derive", "as": "e", "expr": "days(month_end(d), date(add_days(d, 1.5)))"},
			{"do": "derive", "as": "y", "expr": "months(year_start(d), d) + band(second(d), 20)"}, {"do": "derive", "as": "x", "expr": "clip(to_number(c), 0, 1e300) is missing and not matches(c, 'A')"}`,
			"c|d|k|n|p|z|m|e|y|x\nA-12/x|2024-01-31 10:00:00|one|17|x|00A|2024-02-29|1|0|false\nb|2024-12-30 00:00:30|other|||00b|2025-01-30|0|31|true\n||none|||||||", 3, 3, 2, "Column x was added"},
		{"what would stop DuckDB is missing", "n\n-1\n0\n800\n", `{"do": "derive", "as": "a", "expr": "coalesce(ln(n), sqrt(-n - 2), 1 / n, exp(n), (-2) ^ (n / 10), -9)"}`,
			"n|a\n-1|-1\n0|1\n800|6.684611727667927", 3, 3, 3, ""},
		{"select and rename", "a,b,c\n1,2,3\n", `{"do": "select", "columns": ["c", "a"]}, {"do": "rename", "names": {"c": "x y", "a": "c"}}, {"do": "derive", "as": "s", "expr": "[x y] + c"}`,
			"x y|c|s\n3|1|4", 1, 1, 1, ""},
		{"names that SQL uses", "select,n,x,v,o,first,p\n1,2,3,,5,6,7\n1,2,3,4,5,6,7\n1,2,3,4,5,6,7\n", `{"do": "drop_duplicates"}, {"do": "fill", "columns": ["v", "n"], "with": "interpolate", "order": "o"},
			{"do": "fill", "columns": ["x"], "with": "mode"}, {"do": "filter", "where": "select = 1 and first = 6"}, {"do": "standardise", "columns": ["p"]}`,
			"select|n|x|v|o|first|p\n1|2|3|4|5|6|0\n1|2|3|4|5|6|0", 2, 2, 2, ""},
		{"nothing to do", "a\n1\n", ``, "a\n1", 0, 0, 0, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			db := open(t, "")
			load(t, db, "d", tt.in)
			before := dump(t, db, "d")
			load(t, db, "cities", cities)
			load(t, db, "many", "k,_v\na,p\na,q\nb,r\nc,s\n")
			effects, err := db.Run(ctx, parse(t, `{"from": "d", "steps": [`+tt.steps+`]}`), "out", nil)
			if err != nil {
				t.Fatal(err)
			}
			if got := dump(t, db, "out"); got != tt.want {
				t.Errorf("got\n%s\nwant\n%s", got, tt.want)
			}
			if dump(t, db, "d") != before {
				t.Error("the first dataset changed")
			}
			if tt.steps == "" {
				return
			}
			e := effects[len(effects)-1]
			if e.RowsBefore != tt.before || e.RowsAfter != tt.after || e.CellsChanged != tt.cells || !strings.Contains(e.Say, tt.says) || e.Say == "" {
				t.Errorf("%+v", e)
			}
		})
	}
}

// A step that fails says which, and leaves no table.
func TestStepErrors(t *testing.T) {
	db := open(t, "")
	load(t, db, "d", "a,b,t\n1,x,one\n2,y,two\n")
	load(t, db, "wide", "k\n"+strings.Repeat("1\n", 2000))
	for _, tt := range []struct{ steps, says string }{
		{`{"do": "filter", "where": "a > 5"}`, "step 1 (filter): no row is left of 2"},
		{`{"do": "drop_duplicates"}, {"do": "repair", "columns": ["t"], "to": "date"}`, `step 2 (repair): column "t": not one of 2 cells`},
		{`{"do": "derive", "as": "z", "expr": "if(a > 9, a, missing)"}, {"do": "fill", "columns": ["z"], "with": "mean"}`, "step 2 (fill): column \"z\" has no mean"},
		{`{"do": "select", "columns": ["b"]}, {"do": "filter", "where": "a > 1"}`, `there is no column "a"`},
		{`{"do": "rename", "names": {"a": "k"}}, {"do": "derive", "as": "k", "expr": "1"}, {"do": "join", "table": "wide", "on": ["k"]}, {"do": "join", "table": "wide", "on": ["k"]}`, "step 4 (join): 4,000 rows would become 8,000,000"},
		{`{"do": "filter", "where": "b = '' or 1 = 1; DROP TABLE d"}`, "has no meaning here"},
		{`{"do": "join", "table": "d\" CROSS JOIN \"wide", "on": ["a"]}`, "there is no dataset"},
	} {
		_, err := db.Run(ctx, parse(t, `{"from": "d", "steps": [`+tt.steps+`]}`), "out", nil)
		var e *core.Error
		if !errors.As(err, &e) || !strings.Contains(e.Message, tt.says) || e.Hint == "" || e.Kind == core.Internal {
			t.Errorf("%s: %v (%v), want %q", tt.steps, err, core.KindOf(err), tt.says)
		}
	}
	if names, err := db.Tables(ctx); err != nil || fmt.Sprint(names) != "[d wide]" {
		t.Errorf("%v %q", err, names)
	}
}

// Text that looks like SQL stays text, wherever it stands.
func TestInjection(t *testing.T) {
	db := open(t, "")
	evil := `x'); DROP TABLE main.d; --`
	load(t, db, "d", "\"a\"\"; DROP TABLE d; --\",b\n"+evil+",1\n"+evil+",2\nok,3\n")
	name := `a"; DROP TABLE d; --`
	quoted := strings.ReplaceAll(name, `"`, `\"`)
	r := parse(t, `{"from": "d", "steps": [
		{"do": "onehot", "columns": ["`+quoted+`"]},
		{"do": "derive", "as": "'; DROP TABLE d; --", "expr": "'`+strings.ReplaceAll(evil, `'`, `''`)+`'"},
		{"do": "rename", "names": {"b": "\"; DROP TABLE d; --"}}]}`)
	if _, err := db.Run(ctx, r, `o"; DROP TABLE d; --`, nil); err != nil {
		t.Fatal(err)
	}
	if got := dump(t, db, `o"; DROP TABLE d; --`); !strings.HasSuffix(got, "1|0|1|"+evil+"\n1|0|2|"+evil+"\n0|1|3|"+evil) {
		t.Errorf("%s", got)
	}
	if got := dump(t, db, "d"); strings.Count(got, "\n") != 3 {
		t.Errorf("the first dataset: %s", got)
	}
}
