package recipe

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// function is one that expressions may call. Arguments are SQL already; %s
// takes them in order.
type function struct {
	args    []kind // the last repeats when variadic
	minArgs int
	result  kind
	sql     func(args []string) string
}

func f(result kind, format string, args ...kind) function {
	return function{args: args, minArgs: len(args), result: result, sql: func(a []string) string {
		list := make([]any, len(a))
		for i := range a {
			list[i] = a[i]
		}
		return fmt.Sprintf(format, list...)
	}}
}

// double makes DuckDB's whole numbers floating ones, so that all numbers of
// expressions are.
func double(s string) string { return "CAST(" + s + " AS DOUBLE)" }

// functions that the expression language knows. Whatever DuckDB would stop at
// (the logarithm of a negative number, a pattern that is none) is missing.
var functions = map[string]function{
	"lower":       f(kText, "lower(%s)", kText),
	"upper":       f(kText, "upper(%s)", kText),
	"trim":        f(kText, "trim(%s)", kText),
	"length":      f(kNumber, double("length(%s)"), kText),
	"contains":    f(kBool, "contains(%s, %s)", kText, kText),
	"starts_with": f(kBool, "starts_with(%s, %s)", kText, kText),
	"ends_with":   f(kBool, "ends_with(%s, %s)", kText, kText),
	"replace":     f(kText, "replace(%s, %s, %s)", kText, kText, kText),
	"left":        f(kText, "left(%s, CAST(least(greatest(%s, 0), 1e6) AS BIGINT))", kText, kNumber),
	"right":       f(kText, "right(%s, CAST(least(greatest(%s, 0), 1e6) AS BIGINT))", kText, kNumber),
	"substr":      f(kText, "substr(%s, CAST(least(greatest(%s, 1), 1e6) AS BIGINT), CAST(least(greatest(%s, 0), 1e6) AS BIGINT))", kText, kNumber, kNumber),
	"abs":         f(kNumber, "abs(%s)", kNumber),
	"floor":       f(kNumber, "floor(%s)", kNumber),
	"ceil":        f(kNumber, "ceil(%s)", kNumber),
	"sign":        f(kNumber, double("sign(%s)"), kNumber),
	"ln":          f(kNumber, "CASE WHEN %[1]s > 0 THEN ln(%[1]s) END", kNumber),
	"log10":       f(kNumber, "CASE WHEN %[1]s > 0 THEN log10(%[1]s) END", kNumber),
	"exp":         f(kNumber, "CASE WHEN %[1]s < 700 THEN exp(%[1]s) END", kNumber),
	"sqrt":        f(kNumber, "CASE WHEN %[1]s >= 0 THEN sqrt(%[1]s) END", kNumber),
	"year":        f(kNumber, double("year(%s)"), kTime),
	"quarter":     f(kNumber, double("quarter(%s)"), kTime),
	"month":       f(kNumber, double("month(%s)"), kTime),
	"week":        f(kNumber, double("week(%s)"), kTime),                                       // of ISO 8601
	"weekday":     f(kNumber, double("isodow(%s)"), kTime),                                     // 1 Monday to 7 Sunday
	"day":         f(kNumber, double("day(%s)"), kTime),                                        // of the month
	"hour":        f(kNumber, double("hour(%s)"), kTime),                                       //
	"minute":      f(kNumber, double("minute(%s)"), kTime),                                     //
	"date":        f(kTime, "date_trunc('day', %s)", kTime),                                    // without the time of day
	"week_start":  f(kTime, "date_trunc('week', %s)", kTime),                                   // its Monday
	"month_start": f(kTime, "date_trunc('month', %s)", kTime),                                  //
	"days":        f(kNumber, "((epoch_us(%[2]s) - epoch_us(%[1]s)) / 8.64e10)", kTime, kTime), // from the first to the second
	"to_number":   f(kNumber, ToNumber("%[1]s"), kText),
	"to_text":     {}, "round": {}, "coalesce": {}, "if": {}, "case": {}, "min": {}, "max": {}, "concat": {},
	"matches": {}, "extract": {}, "format_date": {},

	"position":      f(kNumber, double("strpos(%s, %s)"), kText, kText), // of the first, from 1; 0 where it is not
	"part":          f(kText, "nullif(split_part(%s, %s, CAST(least(greatest(%s, 1), 1e4) AS BIGINT)), '')", kText, kText, kNumber),
	"pad_left":      f(kText, "CASE WHEN length(%[1]s) >= %[2]s OR %[3]s = '' THEN %[1]s ELSE lpad(%[1]s, CAST(least(greatest(%[2]s, 0), 1000) AS INTEGER), %[3]s) END", kText, kNumber, kText),
	"is_number":     f(kBool, "("+ToNumber("%[1]s")+" IS NOT NULL)", kText),
	"between":       f(kBool, "(%s BETWEEN %s AND %s)", kNumber, kNumber, kNumber),
	"clip":          f(kNumber, "CASE WHEN %[1]s IS NOT NULL THEN least(greatest(%[1]s, %[2]s), %[3]s) END", kNumber, kNumber, kNumber), // to a smallest and a largest
	"trunc":         f(kNumber, "trunc(%s)", kNumber),
	"band":          f(kNumber, "(floor(%[1]s / nullif(%[2]s, 0)) * %[2]s)", kNumber, kNumber), // the lower end of its band of that width
	"second":        f(kNumber, double("second(%s)"), kTime),
	"day_of_year":   f(kNumber, double("dayofyear(%s)"), kTime),
	"quarter_start": f(kTime, "date_trunc('quarter', %s)", kTime),
	"year_start":    f(kTime, "date_trunc('year', %s)", kTime),
	"month_end":     f(kTime, "CAST(last_day(%s) AS TIMESTAMP)", kTime), // its last day
	"add_days":      f(kTime, "(%s + to_microseconds(CAST(least(greatest(%s, -4e5), 4e5) * 8.64e10 AS BIGINT)))", kTime, kNumber),
	"add_months":    f(kTime, "(%s + to_months(CAST(least(greatest(%s, -12000), 12000) AS INTEGER)))", kTime, kNumber),
	"months":        f(kNumber, double("datesub('month', %s, %s)"), kTime, kTime), // whole ones, from the first to the second
	"years":         f(kNumber, double("datesub('year', %s, %s)"), kTime, kTime),
	"to_date":       f(kTime, "TRY_CAST(%s AS TIMESTAMP)", kText), // written as 2024-03-05; repair reads others
}

// FunctionNames lists the functions of expressions, sorted.
func FunctionNames() []string { return slices.Sorted(maps.Keys(functions)) }

// caseOf compiles case(when, then, when, then, …, otherwise).
func (c *compiler) caseOf(n *node, args []string, kinds []kind, same func(at []int) (kind, error)) (string, kind, error) {
	if len(args) < 3 || len(args)%2 == 0 || len(args) > 99 {
		return "", 0, expressionError(n.pos, "case takes a condition and a value, any number of times, and then the value otherwise").
			WithHint(`write case(price < 1, "cheap", price < 5, "usual", "dear")`)
	}
	var b strings.Builder
	var values []int
	for i := 0; i+1 < len(args); i += 2 {
		if kinds[i] != kBool {
			return "", 0, expressionError(n.kids[i].pos, "case needs true or false here, not %s", kinds[i]).WithHint("%s", wayTo(kBool, kinds[i]))
		}
		values = append(values, i+1)
	}
	k, err := same(append(values, len(args)-1))
	if err != nil {
		return "", 0, err
	}
	b.WriteString("CASE")
	for i := 0; i+1 < len(args); i += 2 {
		fmt.Fprintf(&b, " WHEN %s THEN %s", args[i], args[i+1])
	}
	return b.String() + " ELSE " + args[len(args)-1] + " END", k, nil
}

// pattern compiles matches(text, "pattern") and extract(text, "pattern"), whose
// pattern is a regular expression (RE2) that is written out. extract gives what
// its first bracket holds, or all that matches.
func pattern(n *node, args []string, kinds []kind) (string, kind, error) {
	if len(args) != 2 || kinds[0] != kText || n.kids[1].op != "text" {
		return "", 0, expressionError(n.pos, "%s takes a text and a pattern between quotes", n.text).WithHint(`write %s(code, "^[A-Z]+")`, n.text)
	}
	re, err := regexp.Compile(n.kids[1].text)
	if err != nil {
		return "", 0, expressionError(n.kids[1].pos, "%q is no regular expression", shorten(n.kids[1].text)).WithHint("check its brackets; \\d is a digit, \\w a letter or digit")
	}
	if n.text == "matches" {
		return "regexp_matches(" + args[0] + ", " + args[1] + ")", kBool, nil
	}
	return fmt.Sprintf("nullif(regexp_extract(%s, %s, %d), '')", args[0], args[1], min(re.NumSubexp(), 1)), kText, nil
}

// writtenForms are the signs that format_date knows.
var writtenForms = regexp.MustCompile(`^([^%]|%[YmdHMSbBaAjVuyp%])*$`)

// formatDate compiles format_date(time, "%Y-%m").
func formatDate(n *node, args []string, kinds []kind) (string, kind, error) {
	if len(args) != 2 || kinds[0] != kTime || n.kids[1].op != "text" || !writtenForms.MatchString(n.kids[1].text) {
		return "", 0, expressionError(n.pos, "format_date takes a time and how to write it").WithHint(`write format_date(date, "%%Y-%%m"); %%Y year, %%m month, %%d day, %%H hour, %%M minute, %%b and %%B month's name, %%a and %%A day's name, %%V week`)
	}
	return "strftime(" + args[0] + ", " + args[1] + ")", kText, nil
}
