package duck

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"shoptwin/core/recipe"
	"shoptwin/core/table"
)

// numberQuestion is for a column that seems to hold numbers: x is the column as
// SQL.
func numberQuestion(col *column, x string) question {
	return question{[]string{recipe.ToNumber(x)}, []string{
		"count(%[1]s)", "count(%[2]s)",
		// What costs least comes first, and tells most cells: only signs, blanks
		// and 0 stand before 1.
		`count(*) FILTER (%[1]s < '1' AND regexp_matches(%[1]s, '^\s*[+-]?0[0-9]') AND %[2]s IS NOT NULL)`,
		"count(*) FILTER (abs(%[2]s) >= " + strconv.Itoa(exact) + " AND NOT contains(%[1]s, 'e') AND NOT contains(%[1]s, 'E')" +
			" AND (NOT contains(%[1]s, '.') OR strlen(rtrim(replace(trim(%[1]s), '.', ''), '0')) > 17))", // digits that are lost
		"count(*) FILTER ((contains(%[1]s, 'e') OR contains(%[1]s, 'E')) AND %[2]s IS NOT NULL)",
		"max(CASE WHEN %[2]s IS NULL OR NOT contains(%[1]s, '.') THEN 0 WHEN ends_with(%[1]s, ' ') THEN strlen(trim(%[1]s)) - strpos(trim(%[1]s), '.') ELSE strlen(%[1]s) - strpos(%[1]s, '.') END)",
		example(2),
	}, x, func(a []cell) {
		col.number(x, a[0].whole(), a[1].whole(), a[2].whole(), a[3].whole(), a[4].whole(), a[5].whole(), a[6].text)
	}}
}

func (col *column) number(x string, present, fit, zeros, large, exponents, decimals int64, example string) {
	switch {
	case zeros > 0 || large > 0: // codes, not quantities
	case fit == present:
		col.expr = recipe.ToNumber(x)
		col.info.Kind, col.info.Decimals = table.Number, int(decimals)
		if exponents > 0 || decimals > 15 {
			col.info.Decimals = -1
		}
	case fit*10 >= present*9:
		col.info.Problems = append(col.info.Problems, fmt.Sprintf("%s of the cells are not numbers, such as %q: repair the column to number.",
			percent(present-fit, present), example))
	}
}

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
