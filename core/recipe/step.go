package recipe

import (
	"encoding/json"
	"strconv"

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
