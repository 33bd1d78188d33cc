package recipe

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// Ident quotes a name and Literal a text for SQL. Neither can end early:
// DuckDB knows no escape inside but the doubled quote. A NUL, at which its
// text would end, is left out.
func Ident(name string) string {
	return `"` + strings.ReplaceAll(strings.ReplaceAll(name, "\x00", ""), `"`, `""`) + `"`
}

// Literal is a text as SQL; see [Ident].
func Literal(s string) string {
	return `'` + strings.ReplaceAll(strings.ReplaceAll(s, "\x00", ""), `'`, `''`) + `'`
}

// number is a DOUBLE as SQL, NULL when it is not finite.
func number(x float64) string {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return "CAST(NULL AS DOUBLE)"
	}
	return "CAST(" + strconv.FormatFloat(x, 'e', -1, 64) + " AS DOUBLE)"
}

// Layout is one way to write a time.
type Layout struct {
	Go    string // with leading zeros, where it has digits
	Loose string // Go's form that takes them with and without
	SQL   string // strptime's form; it takes both
	Date  bool   // without a time of day
}

// Layouts are the ways of writing times that are recognised, the more usual
// ones first, day before month. Those where day and month could be swapped
// stand in pairs.
var Layouts = makeLayouts()

func makeLayouts() []Layout {
	dates := [][3]string{
		{"2006-01-02", "2006-1-2", "%Y-%m-%d"},
		{"02/01/2006", "2/1/2006", "%d/%m/%Y"},
		{"01/02/2006", "1/2/2006", "%m/%d/%Y"},
		{"2006/01/02", "2006/1/2", "%Y/%m/%d"},
		{"02.01.2006", "2.1.2006", "%d.%m.%Y"},
		{"02-01-2006", "2-1-2006", "%d-%m-%Y"},
		{"01-02-2006", "1-2-2006", "%m-%d-%Y"},
		{"02-Jan-2006", "2-Jan-2006", "%d-%b-%Y"},
		{"Jan 02 2006", "Jan 2 2006", "%b %d %Y"},
		{"Jan 02, 2006", "Jan 2, 2006", "%b %d, %Y"},
		{"02 Jan 2006", "2 Jan 2006", "%d %b %Y"},
		{"January 02, 2006", "January 2, 2006", "%B %d, %Y"},
		{"02 January 2006", "2 January 2006", "%d %B %Y"},
		{"2006年01月02日", "2006年1月2日", "%Y年%m月%d日"},
		{"02/01/06", "2/1/06", "%d/%m/%y"},
		{"01/02/06", "1/2/06", "%m/%d/%y"},
		{"02.01.06", "2.1.06", "%d.%m.%y"},
		{"02-Jan-06", "2-Jan-06", "%d-%b-%y"},
	}
	clocks := [][2]string{
		{"", ""},
		{" 15:04:05", " %H:%M:%S"},
		{" 15:04", " %H:%M"},
		{"T15:04:05", "T%H:%M:%S"},
		{"T15:04:05Z", "T%H:%M:%SZ"},
		{" 15:04:05.000", " %H:%M:%S.%f"},
		{"T15:04:05.000", "T%H:%M:%S.%f"},
		{"T15:04:05.000Z", "T%H:%M:%S.%fZ"},
		{"T15:04:05-07:00", "T%H:%M:%S%z"},
		{" 03:04:05 PM", " %I:%M:%S %p"},
		{" 03:04 PM", " %I:%M %p"},
	}
	var out []Layout
	for _, d := range dates {
		for _, c := range clocks {
			loose := strings.Replace(c[0], ".000", ".999999", 1)
			loose = strings.Replace(loose, "03:", "3:", 1)
			out = append(out, Layout{Go: d[0] + c[0], Loose: d[1] + loose, SQL: d[2] + c[1], Date: c[0] == ""})
		}
	}
	return out
}

// Forms are Go's layouts of l, from the strictest to the one that takes all:
// with leading zeros and three digits of a fraction; with any fraction; without
// leading zeros, too.
func (l Layout) Forms() [3]string {
	return [3]string{l.Go, strings.Replace(l.Go, ".000", ".999999", 1), l.Loose}
}

// Fits says whether cell is written in l; a layout with a time of day takes
// the date alone, too. form is the place among l.Forms of the strictest that
// takes it.
func (l Layout) Fits(cell string) (fits bool, form int) {
	fraction := strings.Contains(l.SQL, "%f")
	if i := strings.LastIndexByte(cell, ':'); i >= 0 && strings.Contains(cell[i:], ".") != fraction {
		return false, 0 // Go takes a fraction where there is none in the layout
	}
	t, err := time.Parse(l.Loose, cell)
	if err != nil && !l.Date {
		date := l.date()
		if t, err = time.Parse(date.Loose, cell); err == nil {
			return t.Year() >= 1000, 0
		}
	}
	if err != nil || t.Year() < 1000 {
		return false, 0
	}
	forms := l.Forms()
	for form < len(forms)-1 {
		if _, err := time.Parse(forms[form], cell); err == nil {
			break
		}
		form++
	}
	return true, form
}

// date is l without its time of day.
func (l Layout) date() Layout {
	for _, d := range Layouts {
		if d.Date && strings.HasPrefix(l.SQL, d.SQL) && (len(l.SQL) == len(d.SQL) || l.SQL[len(d.SQL)] == ' ' || l.SQL[len(d.SQL)] == 'T') {
			return d
		}
	}
	return l
}

// ToTime is SQL that reads the text x, written in l, as a TIMESTAMP; NULL when
// it is written otherwise.
func (l Layout) ToTime(x string) string {
	forms := Literal(l.SQL)
	if !l.Date {
		forms = "[" + forms + ", " + Literal(l.date().SQL) + "]"
	}
	return toTime(x, forms)
}

// toTime guards against years of two digits read as four.
func toTime(x, forms string) string {
	t := "CAST(try_strptime(trim(" + x + "), " + forms + ") AS TIMESTAMP)"
	return fmt.Sprintf("CASE WHEN year(%s) BETWEEN 1000 AND 9999 THEN %s END", t, t)
}

// NumberForm is the regular expression of a plain number.
const NumberForm = `\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?\s*`

// Sound is SQL that says whether the DOUBLE x is a number to reckon with:
// finite, and less than 1e100, which no shop counts. The square of a larger
// one may be none any more, so that it has no deviation.
func Sound(x string) string { return "abs(" + x + ") < 1e100" }

// ToNumber is SQL that reads the text x as a sound DOUBLE, NULL when it is no
// plain number. A cast takes what [NumberForm] does and little more, at a
// quarter of the cost: words for what is infinite or none, which are not sound,
// and these two.
func ToNumber(x string) string {
	cast := "TRY_CAST(" + x + " AS DOUBLE)"
	return "CASE WHEN " + Sound(cast) + " AND NOT contains(" + x + ", '_') AND NOT contains(" + x + ", '+-') THEN " + cast + " END"
}

// DecimalsOf is SQL for how many digits after the point all values of the
// DOUBLE x need, -1 beyond six; x must be finite where it is not NULL. A value
// is rounded as often as it has digits: to round is what costs.
func DecimalsOf(x string) string {
	s := fmt.Sprintf("CASE WHEN %[1]s IS NULL OR floor(%[1]s) = %[1]s THEN 0", x)
	for d := 1; d < 7; d++ {
		s += fmt.Sprintf(" WHEN round(%[1]s, %[2]d) = %[1]s THEN %[2]d", x, d)
	}
	return "coalesce(nullif(max(" + s + " ELSE 7 END), 7), CASE WHEN count(*) = 0 THEN 0 ELSE -1 END)"
}
