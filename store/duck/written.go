package duck

import (
	"fmt"
	"regexp"
	"strings"

	"shoptwin/core/recipe"
	"shoptwin/core/table"
)

// commaForm is a number with a decimal comma, as 1.234,50 and 7 and -0,5.
const commaForm = `\s*[+-]?(\d+|\d{1,3}(\.\d{3})+)(,\d+)?\s*`

var (
	decimalComma = regexp.MustCompile(`^` + commaForm + `$`)
	zeroPadded   = regexp.MustCompile(`^\s*[+-]?0\d`)
)

// withComma says whether the cells are numbers with a decimal comma: all of
// them can be, and of those with a comma most cannot be read as thousands.
func withComma(cells []string) bool {
	commas, sure := 0, 0
	for _, s := range cells {
		if !decimalComma.MatchString(s) || zeroPadded.MatchString(s) {
			return false
		}
		if _, after, ok := strings.Cut(strings.TrimSpace(s), ","); ok {
			commas++
			if len(after) != 3 || strings.Contains(s, ".") {
				sure++
			}
		}
	}
	return sure > 0 && sure*2 >= commas
}

// commaQuestion is for a column that seems to hold numbers with a decimal
// comma; see numberQuestion.
func commaQuestion(col *column, x string) question {
	number := "CASE WHEN regexp_full_match(" + x + ", " + recipe.Literal(commaForm) + ") THEN TRY_CAST(replace(replace(trim(" + x + "), '.', ''), ',', '.') AS DOUBLE) END"
	return question{[]string{number}, []string{
		"count(%[1]s)", "count(%[2]s)",
		`count(*) FILTER (regexp_matches(%[1]s, '^\s*[+-]?0[0-9]'))`, // codes, not quantities
		"max(CASE WHEN contains(%[1]s, ',') THEN strlen(trim(%[1]s)) - strpos(trim(%[1]s), ',') ELSE 0 END)",
		example(2),
	}, x, func(a []cell) {
		switch present, fit, zeros := a[0].whole(), a[1].whole(), a[2].whole(); {
		case zeros > 0:
		case fit == present:
			col.expr, col.comma = number, true
			col.info.Kind, col.info.Decimals = table.Number, int(a[3].whole())
			if col.info.Decimals > 15 {
				col.info.Decimals = -1
			}
		case fit*10 >= present*9:
			col.info.Problems = append(col.info.Problems, fmt.Sprintf("%s of the cells are not numbers with a decimal comma, such as %q: repair the column to number.",
				percent(present-fit, present), a[4].text))
		}
	}}
}

// asMoney returns a cell that shows how the column's numbers are written, when
// nine cells in ten can be read as numbers, but not as they stand: with signs
// of currencies, thousands that are parted, brackets.
func asMoney(cells []string) string {
	read, such := 0, ""
	for _, s := range cells {
		if !recipe.ReadsAsNumber(s) {
			continue
		}
		if read++; such == "" && !numberForm.MatchString(s) {
			such = strings.TrimSpace(s)
		}
	}
	if read*10 < len(cells)*9 {
		return ""
	}
	return such
}
