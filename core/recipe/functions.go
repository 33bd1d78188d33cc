package recipe

import "fmt"

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
	"to_text":     {}, "round": {}, "coalesce": {}, "if": {}, "min": {}, "max": {}, "concat": {},
}
