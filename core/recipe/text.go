package recipe

import (
	"fmt"
	"regexp"
	"strings"

	"shoptwin/core"
	"shoptwin/core/table"
)

// cleanings are the ways of tidying text, as SQL over %s.
var cleanings = map[string]string{
	"trim":     `regexp_replace(%s, '^[\s\p{Z}\x{feff}\x{200b}]+|[\s\p{Z}\x{feff}\x{200b}]+$', '', 'g')`,
	"collapse": `regexp_replace(%s, '[\s\p{Z}]+', ' ', 'g')`,
	"lower":    "lower(%s)",
	"upper":    "upper(%s)",
	"title":    "array_to_string(list_transform(string_split(lower(%s), ' '), lambda w: upper(left(w, 1)) || substr(w, 2)), ' ')",
	"width":    "translate(%s, " + Literal(wide) + ", " + strings.ReplaceAll(Literal(narrow), "%", "%%") + ")",
	"accents":  "strip_accents(%s)",
}

// wide and narrow are full-width signs, as Chinese and Japanese keyboards make
// them, and the same in half the width.
var wide, narrow = widths()

func widths() (wide, narrow string) {
	var w, n strings.Builder
	for r := rune('!'); r <= '~'; r++ {
		w.WriteRune(r + 0xfee0)
		n.WriteRune(r)
	}
	return w.String() + "\u3000", n.String() + " "
}

// cleanText tidies the cells of text columns. What is empty then is missing.
func (s *Step) cleanText(c *Compiler) (*Compiled, error) {
	cols, err := c.columns(s.Columns)
	if err != nil {
		return nil, err
	}
	if len(s.Clean) == 0 && s.Find == "" {
		return nil, core.Errorf(core.Invalid, "there is nothing to do").WithHint(`give clean, such as ["trim", "collapse"], or find and replace`)
	}
	if _, err := regexp.Compile(s.Find); err != nil {
		return nil, core.Errorf(core.Invalid, "find %q is no regular expression: %v", shorten(s.Find), err).WithHint(`put \ before signs that mean themselves, such as \. or \(`)
	}
	if s.Replace != "" && s.Find == "" {
		return nil, core.Errorf(core.Invalid, "replace needs find").WithHint("say what is to be replaced")
	}
	replaced := map[string]string{}
	var changed, said []string
	for _, f := range cols {
		if f.Kind != table.Text && !c.loose {
			return nil, core.Errorf(core.Invalid, "column %q holds %s, not text", f.Name, f.Kind).WithHint("leave it out of the step")
		}
		x := Ident(f.Name)
		sql := x
		for _, how := range s.Clean {
			form, ok := cleanings[how]
			if !ok {
				return nil, core.Errorf(core.Invalid, "clean cannot be %q", how).WithHint("it is a list of trim, collapse, lower, upper, title, width, accents")
			}
			plain := sql == x
			if sql = fmt.Sprintf(form, sql); plain && how == "trim" { // what begins and ends with a printed sign of ASCII needs no search
				sql = fmt.Sprintf("CASE WHEN %[1]s >= '!' AND %[1]s < chr(127) AND right(%[1]s, 1) BETWEEN '!' AND '~' THEN %[1]s ELSE %[2]s END", x, sql)
			}
		}
		if s.Find != "" {
			sql = fmt.Sprintf("regexp_replace(%s, %s, %s, 'g')", sql, Literal(s.Find), Literal(s.Replace))
		}
		replaced[f.Name] = "nullif(" + sql + ", '')"
		changed = append(changed, fmt.Sprintf("count(*) FILTER (%s IS DISTINCT FROM %s)", replaced[f.Name], x))
		said = append(said, f.Name)
	}
	n, err := c.counts(1, "SELECT CAST("+strings.Join(changed, " + ")+" AS VARCHAR) FROM "+c.In)
	if err != nil {
		return nil, err
	}
	return &Compiled{SQL: project(c.Fields, replaced) + " FROM " + c.In, Fields: c.Fields, Changed: n[0], Costly: c.Ask != nil, Say: func(e Effect) string {
		return fmt.Sprintf("%s cells of %s were tidied.", count(e.CellsChanged), strings.Join(said, ", "))
	}}, nil
}
