package recipe

import (
	"encoding/json"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"shoptwin/core"
)

// Step is one step of a recipe. Do names it; each kind of step uses the fields
// listed for it and refuses the others.
//
//	drop_duplicates  columns (none: all): keeps the first of equal rows
//	drop_missing     columns (none: all): drops rows with a missing cell in any of them
//	drop_outliers    columns, iqr or min and max: drops rows outside; missing cells stay
//	clip             columns, iqr or min and max: moves cells to the limits
//	repair           columns, to "number" (decimal "." or ",") or "date" (day_first)
//	fill             columns, with "constant" (value), "mean", "median", "mode",
//	                 "interpolate" (order: a number or time column)
//	scale            columns, min and max (none: 0 and 1)
//	standardise      columns: mean 0, standard deviation 1
//	onehot           columns, levels (none: 20): the most frequent ones; the rest share "other"
//	join             table, on, how "left" (none) or "inner", columns (none: all) of that table
//	filter           where: keeps the rows where the expression is true
//	derive           as, expr: a column made, or replaced, by an expression
//	select           columns: keeps these, in this order
//	rename           names: old to new
type Step struct {
	Do       string            `json:"do"`
	Columns  []string          `json:"columns,omitempty"`
	To       string            `json:"to,omitempty"`
	Decimal  string            `json:"decimal,omitempty"`
	DayFirst bool              `json:"day_first,omitempty"`
	With     string            `json:"with,omitempty"`
	Value    *Value            `json:"value,omitempty"`
	Order    string            `json:"order,omitempty"`
	IQR      float64           `json:"iqr,omitempty"`
	Min      *float64          `json:"min,omitempty"`
	Max      *float64          `json:"max,omitempty"`
	Levels   int               `json:"levels,omitempty"`
	Table    string            `json:"table,omitempty"`
	On       []string          `json:"on,omitempty"` // column names equal on both sides, or "left=right"
	How      string            `json:"how,omitempty"`
	Where    string            `json:"where,omitempty"`
	As       string            `json:"as,omitempty"`
	Expr     string            `json:"expr,omitempty"`
	Names    map[string]string `json:"names,omitempty"`
}

// Value is a constant as it is written in a cell; JSON may give it as text,
// number or true and false.
type Value string

// UnmarshalJSON takes a string, a number or a boolean.
func (v *Value) UnmarshalJSON(b []byte) error {
	var s string
	if json.Unmarshal(b, &s) == nil {
		*v = Value(s)
		return nil
	}
	var x float64
	if json.Unmarshal(b, &x) == nil || string(b) == "true" || string(b) == "false" {
		*v = Value(b)
		return nil
	}
	return core.Errorf(core.Invalid, "value %s is neither text nor a number", strconv.Quote(string(b)))
}

// kindOfStep is what a step may say and how it compiles.
type kindOfStep struct {
	uses     string // the fields besides do, by their JSON names
	needs    string // those of uses that must be there
	compiled func(*Step, *Compiler) (*Compiled, error)
}

var kinds map[string]kindOfStep

func init() {
	kinds = map[string]kindOfStep{
		"drop_duplicates": {"columns", "", (*Step).dropDuplicates},
		"drop_missing":    {"columns", "", (*Step).dropMissing},
		"drop_outliers":   {"columns iqr min max", "columns", (*Step).dropOutliers},
		"clip":            {"columns iqr min max", "columns", (*Step).clip},
		"repair":          {"columns to decimal day_first", "columns to", (*Step).repair},
		"fill":            {"columns with value order", "columns with", (*Step).fill},
		"scale":           {"columns min max", "columns", (*Step).scale},
		"standardise":     {"columns", "columns", (*Step).standardise},
		"onehot":          {"columns levels", "columns", (*Step).oneHot},
		"join":            {"table on how columns", "table on", (*Step).join},
		"filter":          {"where", "where", (*Step).filter},
		"derive":          {"as expr", "as expr", (*Step).derive},
		"select":          {"columns", "columns", (*Step).selectColumns},
		"rename":          {"names", "names", (*Step).rename},
	}
}

// Compile turns the step into SQL over c.In. Errors name the column and the
// way out; [Recipe.Place] adds the step.
func (s *Step) Compile(c *Compiler) (*Compiled, error) {
	if err := s.form(); err != nil {
		return nil, err
	}
	return kinds[s.Do].compiled(s, c)
}

// form checks that the step says what it needs, and nothing else.
func (s *Step) form() error {
	k, ok := kinds[s.Do]
	if !ok {
		return core.Errorf(core.Invalid, "there is no step %q", s.Do).
			WithHint("the steps are %s", strings.Join(slices.Sorted(maps.Keys(kinds)), ", "))
	}
	said := map[string]bool{
		"columns": len(s.Columns) > 0, "to": s.To != "", "decimal": s.Decimal != "", "day_first": s.DayFirst,
		"with": s.With != "", "value": s.Value != nil, "order": s.Order != "", "iqr": s.IQR != 0,
		"min": s.Min != nil, "max": s.Max != nil, "levels": s.Levels != 0, "table": s.Table != "",
		"on": len(s.On) > 0, "how": s.How != "", "where": s.Where != "", "as": s.As != "",
		"expr": s.Expr != "", "names": len(s.Names) > 0,
	}
	uses := strings.Fields(k.uses)
	for _, name := range slices.Sorted(maps.Keys(said)) {
		if said[name] && !slices.Contains(uses, name) {
			return core.Errorf(core.Invalid, "%q means nothing to %s", name, s.Do).WithHint("it takes %s", strings.Join(uses, ", "))
		}
	}
	for _, name := range strings.Fields(k.needs) {
		if !said[name] {
			return core.Errorf(core.Invalid, "%q is missing", name).WithHint("%s takes %s", s.Do, strings.Join(uses, ", "))
		}
	}
	oneOf := func(name, got string, allowed ...string) error {
		if got == "" || slices.Contains(allowed, got) {
			return nil
		}
		return core.Errorf(core.Invalid, "%q cannot be %q", name, got).WithHint("it is one of %s", strings.Join(allowed, ", "))
	}
	for _, err := range []error{
		oneOf("to", s.To, "number", "date"), oneOf("decimal", s.Decimal, ".", ","), oneOf("how", s.How, "left", "inner"),
		oneOf("with", s.With, "constant", "mean", "median", "mode", "interpolate"),
	} {
		if err != nil {
			return err
		}
	}
	switch {
	case s.IQR < 0 || math.IsNaN(s.IQR):
		return core.Errorf(core.Invalid, "iqr is %v", s.IQR).WithHint("it is a factor above 0, usually 1.5 or 3")
	case s.Levels < 0 || s.Levels > 1000:
		return core.Errorf(core.Invalid, "levels is %d", s.Levels).WithHint("it lies between 1 and 1000")
	case s.Min != nil && s.Max != nil && !(*s.Min < *s.Max):
		return core.Errorf(core.Invalid, "min %v is not below max %v", *s.Min, *s.Max).WithHint("swap them")
	case s.Do == "fill" && (s.With == "constant") != (s.Value != nil):
		return core.Errorf(core.Invalid, "a constant and a value belong together").WithHint(`write "with": "constant", "value": …`)
	case s.Do == "fill" && s.Order != "" && s.With != "interpolate":
		return core.Errorf(core.Invalid, "order means something to interpolate only").WithHint("leave it out")
	case (s.Do == "clip" || s.Do == "drop_outliers") && s.IQR == 0 && s.Min == nil && s.Max == nil:
		return core.Errorf(core.Invalid, "there are no limits").WithHint("give iqr (usually 1.5 or 3), or min and max")
	case s.IQR != 0 && (s.Min != nil || s.Max != nil):
		return core.Errorf(core.Invalid, "iqr and min or max are given").WithHint("choose one of them")
	case s.Do == "scale" && (s.Min == nil) != (s.Max == nil):
		return core.Errorf(core.Invalid, "only one of min and max is given").WithHint("give both, such as -1 and 1, or none for 0 and 1")
	}
	return nil
}
