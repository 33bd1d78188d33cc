package recipe

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"shoptwin/core"
	"shoptwin/core/table"
)

// units by what they measure: names in small letters, each with how many of
// the base unit it is.
var units = []map[string]float64{
	{"g": 1, "gram": 1, "grams": 1, "gr": 1, "克": 1, "mg": 1e-3, "毫克": 1e-3, "kg": 1000, "kgs": 1000, "kilo": 1000, "千克": 1000, "公斤": 1000, "斤": 500, "两": 50,
		"t": 1e6, "吨": 1e6, "lb": 453.59237, "lbs": 453.59237, "pound": 453.59237, "pounds": 453.59237, "磅": 453.59237, "oz": 28.349523125, "ounce": 28.349523125, "ounces": 28.349523125, "盎司": 28.349523125},
	{"l": 1, "litre": 1, "liter": 1, "litres": 1, "liters": 1, "升": 1, "ml": 1e-3, "毫升": 1e-3, "cl": 1e-2, "dl": 0.1, "hl": 100, "fl oz": 0.0295735295625, "floz": 0.0295735295625, "pt": 0.473176473, "qt": 0.946352946, "gal": 3.785411784},
	{"m": 1, "metre": 1, "meter": 1, "米": 1, "mm": 1e-3, "毫米": 1e-3, "cm": 1e-2, "厘米": 1e-2, "km": 1000, "公里": 1000, "千米": 1000, "in": 0.0254, "inch": 0.0254, "inches": 0.0254, "″": 0.0254, "ft": 0.3048, "feet": 0.3048, "yd": 0.9144, "mi": 1609.344},
	{"m2": 1, "m²": 1, "sqm": 1, "平方米": 1, "cm2": 1e-4, "cm²": 1e-4, "sq ft": 0.09290304, "sqft": 0.09290304, "ha": 1e4, "acre": 4046.8564224, "亩": 2000.0 / 3},
}

// signs of currencies and the codes that they stand for.
var signs = map[string]string{"$": "usd", "us$": "usd", "€": "eur", "£": "gbp", "₹": "inr", "元": "cny", "￥": "¥", "rmb": "cny", "人民币": "cny", "hk$": "hkd", "円": "jpy", "₩": "krw", "zł": "pln", "kr": "kr", "fr": "chf", "r$": "brl"}

// factors returns what one of each unit is in s.To: those of its measure, or
// the rates that the step gives.
func (s *Step) factors() (map[string]float64, error) {
	to := strings.ToLower(strings.TrimSpace(s.To))
	out := map[string]float64{to: 1}
	if len(s.Rates) == 0 {
		for _, measure := range units {
			if base, ok := measure[to]; ok {
				for name, x := range measure {
					out[name] = x / base
				}
				return out, nil
			}
		}
		return nil, core.Errorf(core.Invalid, "%q is no unit that is known", s.To).
			WithHint(`use one such as kg, l or m, or give rates: what one of each unit is worth, such as {"USD": 0.92}`)
	}
	for _, name := range slices.Sorted(maps.Keys(s.Rates)) {
		rate := s.Rates[name]
		if !(rate > 0) || math.IsInf(rate, 0) {
			return nil, core.Errorf(core.Invalid, "the rate of %q is %v", name, rate).WithHint("it is what one of it is worth in %s", s.To)
		}
		out[strings.ToLower(strings.TrimSpace(name))] = rate
	}
	for sign, code := range signs {
		if rate, ok := out[code]; ok && out[sign] == 0 {
			out[sign] = rate
		}
	}
	return out, nil
}

// convert reads amounts that are written with their unit before or behind
// them, and brings all to one.
func (s *Step) convert(c *Compiler) (*Compiled, error) {
	cols, err := c.columns(s.Columns)
	if err != nil {
		return nil, err
	}
	factors, err := s.factors()
	if err != nil {
		return nil, err
	}
	factor := func(unit string) string {
		sql := "CASE " + unit
		for _, name := range slices.Sorted(maps.Keys(factors)) {
			sql += " WHEN " + Literal(name) + " THEN " + number(factors[name])
		}
		return sql + " END"
	}
	own := ""
	if s.Unit != "" {
		f, err := c.field(s.Unit)
		if err != nil {
			return nil, core.Wrap(err, "unit")
		}
		if f.Kind != table.Text && !c.loose {
			return nil, core.Errorf(core.Invalid, "unit: column %q holds %s, not names of units", f.Name, f.Kind).WithHint("name the column that says kg or USD")
		}
		own = factor("lower(trim(" + Ident(f.Name) + "))")
	}
	out := &Compiled{Fields: c.Fields, Costly: c.Ask != nil}
	replaced := map[string]string{}
	var said []string
	for _, f := range cols {
		x := Ident(f.Name)
		value := ""
		switch {
		case f.Kind == table.Number && own != "":
			value = "(" + x + " * " + own + ")"
		case f.Kind == table.Number && !c.loose:
			return nil, core.Errorf(core.Invalid, "column %q holds numbers without a unit", f.Name).WithHint("name the column of their units in unit, or derive %s * factor", f.Name)
		case f.Kind == table.Time:
			return nil, core.Errorf(core.Invalid, "column %q holds times", f.Name).WithHint("leave it out of the step")
		default:
			value = amount(x, s.Decimal, factor, own)
		}
		f.Kind, f.Role, f.Decimals = table.Number, table.Auto, -1
		replaced[f.Name] = "CASE WHEN " + Sound(value) + " THEN " + value + " END"
		n, err := c.ask(3, fmt.Sprintf("SELECT CAST(count(x) AS VARCHAR), CAST(count(v) AS VARCHAR), CAST(%s AS VARCHAR) FROM (SELECT %s AS x, %s AS v FROM %s)",
			DecimalsOf("v"), x, replaced[f.Name], c.In))
		if err != nil {
			return nil, err
		}
		present, _ := strconv.ParseInt(n[0], 10, 64)
		read, _ := strconv.ParseInt(n[1], 10, 64)
		if f.Decimals, err = strconv.Atoi(n[2]); err != nil {
			f.Decimals = -1
		}
		if present > 0 && read == 0 {
			return nil, core.Errorf(core.Invalid, "column %q: not one of %s cells is an amount in a unit that goes with %s", f.Name, count(present), s.To).
				WithHint("choose another column, or give rates")
		}
		out.Fields = replaceField(out.Fields, f)
		out.Changed += present
		said = append(said, fmt.Sprintf("%s is in %s: %s cells were converted, %s could not be read and are missing", f.Name, s.To, count(read), count(present-read)))
	}
	out.SQL = project(out.Fields, replaced) + " FROM " + c.In
	out.Say = func(Effect) string { return strings.Join(said, "; ") + "." }
	return out, nil
}

// amount is SQL that reads the text x as a number and a unit in either order,
// in the unit that is asked for. Without one it is in that unit, or in the one
// of the row.
func amount(x, decimal string, factor func(string) string, own string) string {
	const figure = `([+-]?\d[\d.,''’ ]*|[+-]?[.,]\d+)`
	form := `'^\s*([^\d+\-.,(]*?)\s*` + figure + `\s*([^\d]?.*?)\s*$'`
	part := func(k int) string { return fmt.Sprintf("regexp_extract(lower(%s), %s, %d)", x, form, k) }
	unit := fmt.Sprintf("trim(concat(%s, %s))", part(1), part(3))
	if own == "" {
		own = number(1)
	}
	return fmt.Sprintf("(%s * CASE WHEN %s = '' THEN %s ELSE %s END)", toNumber("replace(trim("+part(2)+"), ' ', '')", decimal), unit, own, factor(unit))
}
