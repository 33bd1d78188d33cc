package recipe

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"shoptwin/core"
	"shoptwin/core/table"
)

// currencies are signs and words that stand beside amounts of money.
const currencies = `[\s$€£¥￥₹₩₽₺₫฿元円圆]|USD|EUR|GBP|CNY|RMB|JPY|CHF|HKD|TWD|KRW|INR|人民币|HK\$|NT\$`

// toNumber is SQL that reads text as people write numbers: with currency
// signs, thousands parted by the other sign (or a space or apostrophe), percent
// as a fraction, brackets or a minus behind for negative amounts. NULL when that
// is in doubt.
func toNumber(x, decimal string) string {
	point, comma := `\.`, `,`
	if decimal == "," {
		point, comma = `,`, `\.`
	}
	t := "regexp_replace(upper(" + x + "), " + Literal(currencies) + ", '', 'g')"
	t = "regexp_replace(" + t + `, '^(?:\((.*)\)|([0-9].*)-)$', '-\1\2')`
	form := `[+-]?(\d+|\d{1,3}([` + comma + `'’]\d{3})+)?(` + point + `\d*)?%?`
	plain := "regexp_replace(" + t + ", " + Literal("[%'’"+comma+"]") + ", '', 'g')"
	if decimal == "," {
		plain = "replace(" + plain + ", ',', '.')"
	}
	cast := "TRY_CAST(" + plain + " AS DOUBLE)"
	loose := "CASE WHEN regexp_full_match(" + t + ", " + Literal(form) + ") AND " + Sound(cast) + " THEN CASE WHEN ends_with(" + t + ", '%') THEN " + cast + " / 100 ELSE " + cast + " END END"
	if decimal == "," {
		return loose
	}
	return "coalesce(" + ToNumber(x) + ", " + loose + ")"
}

var (
	currency = regexp.MustCompile(`(?i)` + currencies)
	written  = regexp.MustCompile(`^(\([\d.,'’]+\)|[+-]?(\d+|\d{1,3}([,'’]\d{3})+)?(\.\d*)?%?)-?$`)
)

// ReadsAsNumber says whether a repair to number can read the text of a cell,
// with a decimal point.
func ReadsAsNumber(text string) bool {
	t := currency.ReplaceAllString(text, "")
	return strings.ContainsAny(t, "0123456789") && written.MatchString(t)
}

func (s *Step) repair(c *Compiler) (*Compiled, error) {
	cols, err := c.columns(s.Columns)
	if err != nil {
		return nil, err
	}
	out := &Compiled{Fields: c.Fields}
	from, replaced := c.In, map[string]string{}
	var said []string
	for i, f := range cols {
		goal, already := table.Number, "holds numbers already"
		if s.To == "date" {
			goal, already = table.Time, "holds dates already"
		}
		if f.Kind == goal {
			said = append(said, f.Name+" "+already)
			continue
		}
		if f.Kind != table.Text && !c.loose {
			return nil, core.Errorf(core.Invalid, "column %q holds %s and cannot become a %s", f.Name, f.Kind, s.To).WithHint("leave it out of the step")
		}
		what := "numbers"
		r := reading{text: Ident("_row text " + strconv.Itoa(i)), value: Ident("_row value " + strconv.Itoa(i)), f: f}
		if s.To == "date" {
			dayFirst, err := s.dayFirst(c, Ident(f.Name))
			if err != nil {
				return nil, err
			}
			what = "dates, month before day where in doubt"
			if dayFirst {
				what = "dates, day before month where in doubt"
			}
			err = s.readDates(c, &r, dayFirst)
			if err != nil {
				return nil, err
			}
		} else if err := s.readNumbers(c, &r); err != nil {
			return nil, err
		}
		if r.present > 0 && r.read == 0 {
			return nil, core.Errorf(core.Invalid, "column %q: not one of %s cells can be read as a %s", f.Name, count(r.present), s.To).
				WithHint("choose another column, or drop the step")
		}
		r.f.Kind, r.f.Role = goal, table.Auto
		from += fmt.Sprintf(" LEFT JOIN %s ON %s = %s", r.table, Ident(f.Name), r.text)
		replaced[f.Name] = r.value
		out.Fields = replaceField(out.Fields, r.f)
		out.Changed += r.rewritten + r.present - r.read
		said = append(said, fmt.Sprintf("%s holds %s: %s cells were rewritten, %s could not be read and are missing",
			f.Name, what, count(r.rewritten), count(r.present-r.read)))
	}
	out.SQL = project(out.Fields, replaced) + " FROM " + from
	out.Costly = len(replaced) > 0
	out.Say = func(Effect) string { return strings.Join(said, "; ") + "." }
	return out, nil
}

// reading is a column of text and what its cells are read as.
type reading struct {
	f                        table.Field
	table                    string // of each different text once, with its value
	text, value              string // the columns of table
	present, read, rewritten int64  // cells
}

func (s *Step) readNumbers(c *Compiler, r *reading) error {
	plain := "regexp_full_match(x, " + Literal(NumberForm) + ")"
	detail, err := c.read(r, toNumber("x", s.Decimal), plain, DecimalsOf("v"))
	if err != nil {
		return err
	}
	if r.f.Decimals, err = strconv.Atoi(detail); err != nil {
		r.f.Decimals = -1
	}
	return nil
}

func (s *Step) readDates(c *Compiler, r *reading, dayFirst bool) error {
	var cells [][]string
	if c.Ask != nil {
		x, err := Ident(r.f.Name), error(nil)
		if cells, err = c.Ask(fmt.Sprintf("SELECT %[1]s FROM %[2]s WHERE %[1]s IS NOT NULL GROUP BY %[1]s ORDER BY hash(%[1]s), %[1]s LIMIT 1000", x, c.In)); err != nil {
			return err
		}
	}
	detail, err := c.read(r, toTime("x", dateForms(dayFirst, cells)), `regexp_full_match(x, '\d{4}-\d\d-\d\d([ T]\d\d:\d\d:\d\d)?')`,
		"coalesce(bool_and(date_trunc('day', v) = v), true)")
	r.f.Layout = "2006-01-02 15:04:05"
	if detail == "true" {
		r.f.Layout = "2006-01-02"
	}
	return err
}

// read makes r's table: each different text x of the column is read once, as
// the SQL value says. plain says which texts need no rewriting; detail is asked
// of all values v.
func (c *Compiler) read(r *reading, value, plain, detail string) (string, error) {
	r.table = c.In
	if c.Temp == nil {
		return "0", nil
	}
	x := Ident(r.f.Name)
	made, err := c.Temp(fmt.Sprintf("SELECT x, %s AS v, %s AS p, n FROM (SELECT %s AS x, count(*) AS n FROM %s GROUP BY 1) WHERE x IS NOT NULL", value, plain, x, c.In))
	if err != nil {
		return "", err
	}
	row, err := c.ask(4, fmt.Sprintf(`SELECT CAST(sum(n) AS VARCHAR), CAST(sum(n) FILTER (v IS NOT NULL) AS VARCHAR),
		CAST(sum(n) FILTER (v IS NOT NULL AND NOT p) AS VARCHAR), CAST(%s AS VARCHAR) FROM %s`, detail, made))
	if err != nil {
		return "", err
	}
	for i, n := range []*int64{&r.present, &r.read, &r.rewritten} {
		*n, _ = strconv.ParseInt(row[i], 10, 64) // a sum over nothing is NULL: 0
	}
	r.table = fmt.Sprintf("(SELECT x AS %s, v AS %s FROM %s)", r.text, r.value, made)
	return row[3], nil
}

// dateForms is the list of layouts for strptime, as SQL: those that cells show
// first, for speed. Where day and month could be swapped, the one that is meant
// stands before the other.
func dateForms(dayFirst bool, cells [][]string) string {
	swap := strings.NewReplacer("%d", "%m", "%m", "%d")
	seen := map[string]bool{}
	for _, row := range cells {
		for i := range Layouts {
			if ok, _ := Layouts[i].Fits(strings.TrimSpace(row[0])); ok {
				seen[Layouts[i].SQL] = true
				break
			}
		}
	}
	var first, last []string
	taken := map[string]bool{}
	for _, l := range Layouts {
		pair := []string{l.SQL}
		if swapped := swap.Replace(l.SQL); hasLayout(swapped) && swapped != l.SQL {
			pair = []string{l.SQL, swapped} // day first, as in Layouts
			if strings.HasPrefix(l.SQL, "%m") == dayFirst {
				pair[0], pair[1] = pair[1], pair[0]
			}
		}
		for _, form := range pair {
			if taken[form] {
				continue
			}
			taken[form] = true
			if seen[pair[0]] || len(pair) > 1 && seen[pair[1]] {
				first = append(first, Literal(form))
			} else {
				last = append(last, Literal(form))
			}
		}
	}
	return "[" + strings.Join(append(first, last...), ", ") + "]"
}

func hasLayout(sql string) bool {
	for _, l := range Layouts {
		if l.SQL == sql {
			return true
		}
	}
	return false
}

// dayFirst says whether 05/03/2024 is the fifth of March: when the step says
// so, or more cells can be read only this way than only the other way.
func (s *Step) dayFirst(c *Compiler, x string) (bool, error) {
	if s.DayFirst {
		return true, nil
	}
	n, err := c.counts(2, fmt.Sprintf(`SELECT CAST(count(*) FILTER (a > 12 AND b <= 12) AS VARCHAR), CAST(count(*) FILTER (b > 12 AND a <= 12) AS VARCHAR)
		FROM (SELECT TRY_CAST(regexp_extract(%[1]s, '^\s*(\d{1,2})[/-](\d{1,2})[/-]\d', 1) AS INTEGER) AS a,
		TRY_CAST(regexp_extract(%[1]s, '^\s*(\d{1,2})[/-](\d{1,2})[/-]\d', 2) AS INTEGER) AS b FROM %[2]s)`, x, c.In))
	if err != nil {
		return false, err
	}
	return n[0] > n[1], nil
}
