package recipe

import (
	"errors"
	"strings"
	"testing"

	"shoptwin/core"
	"shoptwin/core/table"
)

var shopFields = []table.Field{
	{Name: "quantity", Kind: table.Number},
	{Name: "price", Kind: table.Number},
	{Name: "city", Kind: table.Text},
	{Name: "date", Kind: table.Time},
	{Name: "unit price", Kind: table.Number},
	{Name: `a"b`, Kind: table.Text},
}

func TestCompileExpression(t *testing.T) {
	n := func(s string) string { return "CAST(" + s + " AS DOUBLE)" }
	for _, tt := range []struct {
		in, want string
		kind     kind
	}{
		{"quantity", `"quantity"`, kNumber},
		{"QUANTITY", `"quantity"`, kNumber},
		{"[unit price]*2", `("unit price" * ` + n("2e+00") + `)`, kNumber},
		{"`a\"b`", `"a""b"`, kText},
		{"1 + 2 * 3 - 4", `((` + n("1e+00") + ` + (` + n("2e+00") + ` * ` + n("3e+00") + `)) - ` + n("4e+00") + `)`, kNumber},
		{"price / quantity", `("price" / nullif("quantity", 0))`, kNumber},
		{"-price < 3 and not city = 'x' or true", `((((-"price") < ` + n("3e+00") + `) AND (NOT ("city" = 'x'))) OR true)`, kBool},
		{"city is missing", `("city" IS NULL)`, kBool},
		{"city is not missing", `(NOT ("city" IS NULL))`, kBool},
		{`city not in ("a", 'b''c')`, `(NOT ("city" IN ('a', 'b''c')))`, kBool},
		{"quantity in (1, -2)", `("quantity" IN (` + n("1e+00") + `, ` + n("-2e+00") + `))`, kBool},
		{"lower(city) == \"york\"", `(lower("city") = 'york')`, kBool},
		{"if(price > 1, 'dear', missing)", `CASE WHEN ("price" > ` + n("1e+00") + `) THEN 'dear' ELSE CAST(NULL AS VARCHAR) END`, kText},
		{"coalesce(price, 0)", `coalesce("price", ` + n("0e+00") + `)`, kNumber},
		{"weekday(date)", `CAST(isodow("date") AS DOUBLE)`, kNumber},
		{"round(price, 2)", `round("price", 2)`, kNumber},
		{"case(price < 1, 'a', city = 'x', missing, 'c')", `CASE WHEN ("price" < ` + n("1e+00") + `) THEN 'a' WHEN ("city" = 'x') THEN CAST(NULL AS VARCHAR) ELSE 'c' END`, kText},
		{`extract(city, "^(.)")`, `nullif(regexp_extract("city", '^(.)', 1), '')`, kText},
		{`format_date(date, "%Y-%m")`, `strftime("date", '%Y-%m')`, kText},
	} {
		sql, k, err := compileExpression(tt.in, shopFields, false)
		if err != nil || k != tt.kind || !strings.EqualFold(sql, tt.want) {
			t.Errorf("%s: %v, %v\n got %s\nwant %s", tt.in, err, k, sql, tt.want)
		}
	}
}

// Errors name the character and a way out.
func TestExpressionErrors(t *testing.T) {
	for _, tt := range []struct{ in, says string }{
		{"", "empty"},
		{"quantity +", "ends too early"},
		{"quantity quantity", "too much"},
		{"(quantity", "closing bracket"},
		{"prize > 1", `no column "prize"`},
		{"system('ls')", `no function "system"`},
		{"lower(quantity)", "lower takes text, not a number"},
		{"lower(city, city)", "takes 1 arguments"},
		{"city + 1", "+ needs a number, not text"},
		{"city > 3", "cannot be compared"},
		{"date > 'soon'", "not a date"},
		{"quantity and city = 'x'", "and needs true or false"},
		{"city in ()", "list after in is empty"},
		{"city in (city)", "numbers and text only"},
		{"city is 3", "missing or not missing"},
		{"'abc", "not closed"},
		{"`abc", "not closed"},
		{"[abc", "not closed"},
		{"quantity; 1", "no meaning"},
		{"1.2.3", "not a number"},
		{"if(city, 1, 2)", "first argument of if"},
		{"if(price > 1, 1, 'x')", "values of one type"},
		{"round(price, quantity)", "whole number"},
		{"coalesce(missing)", "are missing"},
		{"case(price > 1, 2)", "case takes a condition"},
		{"case(price, 2, 3)", "case needs true or false"},
		{"case(price > 1, 2, 'x')", "values of one type"},
		{"matches(city, city)", "between quotes"},
		{"extract(city, '(')", "no regular expression"},
		{"format_date(date, '%Q')", "how to write it"},
		{"lower", "is a function"},
		{"a\x00b", "not valid text"},
		{strings.Repeat("(", 500) + "1" + strings.Repeat(")", 500), "nested deeper"},
		{strings.Repeat("-", 500) + "1", "nested deeper"},
		{strings.Repeat("not ", 500) + "true", "nested deeper"},
		{"1" + strings.Repeat("+1", 500), "in a row"},
		{strings.Repeat("ln(", 100) + "price" + strings.Repeat(")", 100), "too complicated"},
		{strings.Repeat("1", maxExpression+1), "longer than"},
	} {
		_, _, err := compileExpression(tt.in, shopFields, false)
		var e *core.Error
		if !errors.As(err, &e) || e.Kind != core.Invalid || !strings.Contains(e.Message, tt.says) || e.Hint == "" {
			t.Errorf("%.60s: %v, want %q and a hint", tt.in, err, tt.says)
		}
	}
}

// Nothing that is written in an expression leaves its place in the SQL: outside
// of quotes there are only names of functions, numbers and signs of our own.
func FuzzExpression(f *testing.F) {
	for _, s := range []string{
		"quantity > 1", `city = "'; DROP TABLE x; --"`, "`a\"b` = 'y'", "[unit price] ^ 2", "if(date > '2024-03-05', price, missing)",
		`city in ("a''b", '"')`, "lower(concat(city, '/* */')) is not missing", "x'y", "1e5 % -.5", "to_text(date)", "days(date, '2024-01-01')",
		"case(price > 1, 'a', city = 'b', 'c', 'd')", `matches(city, "^(a'b)")`, "format_date(add_months(date, 2), '%Y''%m')", "part(city, '/', 2)", "pad_left(city, 9, '0')",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		sql, _, err := compileExpression(s, shopFields, false)
		if err != nil {
			if core.KindOf(err) != core.Invalid {
				t.Fatalf("%q: %v", s, err)
			}
			return
		}
		if strings.ContainsRune(sql, 0) {
			t.Fatalf("%q: NUL in %q", s, sql)
		}
		rest := outside(t, sql)
		for _, bad := range []string{";", "--", "/*", "'", `"`} {
			if strings.Contains(rest, bad) {
				t.Fatalf("%q: %q stands outside of quotes in %q", s, bad, sql)
			}
		}
		for _, word := range []string{"select", "from", "drop", "copy", "attach", "pragma", "read_csv"} {
			if strings.Contains(strings.ToLower(rest), word) {
				t.Fatalf("%q: %q stands outside of quotes in %q", s, word, sql)
			}
		}
	})
}

// outside returns what stands outside of SQL's quotes.
func outside(t *testing.T, sql string) string {
	var b strings.Builder
	for i := 0; i < len(sql); i++ {
		q := sql[i]
		if q != '\'' && q != '"' {
			b.WriteByte(q)
			continue
		}
		closed := false
		for i++; i < len(sql); i++ {
			if sql[i] != q {
				continue
			}
			if i+1 < len(sql) && sql[i+1] == q {
				i++
				continue
			}
			closed = true
			break
		}
		if !closed {
			t.Fatalf("a quote is not closed in %q", sql)
		}
	}
	return b.String()
}
