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
// that the table of kinds lists for it, where they are described, and refuses
// the others. Fields with the same name mean the same in every kind.
type Step struct {
	Do         string                       `json:"do"`
	Columns    []string                     `json:"columns,omitempty"`
	By         string                       `json:"by,omitempty"`
	To         string                       `json:"to,omitempty"`
	Decimal    string                       `json:"decimal,omitempty"`
	DayFirst   bool                         `json:"day_first,omitempty"`
	With       string                       `json:"with,omitempty"`
	Value      *Value                       `json:"value,omitempty"`
	Per        []string                     `json:"per,omitempty"`
	Using      []string                     `json:"using,omitempty"`
	Order      string                       `json:"order,omitempty"`
	IQR        float64                      `json:"iqr,omitempty"`
	Factor     float64                      `json:"factor,omitempty"`
	Min        *float64                     `json:"min,omitempty"`
	Max        *float64                     `json:"max,omitempty"`
	Then       string                       `json:"then,omitempty"`
	Keep       string                       `json:"keep,omitempty"`
	Levels     int                          `json:"levels,omitempty"`
	Count      int                          `json:"count,omitempty"`
	Share      float64                      `json:"share,omitempty"`
	Similarity float64                      `json:"similarity,omitempty"`
	Other      string                       `json:"other,omitempty"`
	Map        map[string]map[string]string `json:"map,omitempty"` // column to value to value
	Clean      []string                     `json:"clean,omitempty"`
	Find       string                       `json:"find,omitempty"`
	Replace    string                       `json:"replace,omitempty"`
	Unit       string                       `json:"unit,omitempty"`
	Rates      map[string]float64           `json:"rates,omitempty"`
	Table      string                       `json:"table,omitempty"`
	Tables     []string                     `json:"tables,omitempty"`
	On         []string                     `json:"on,omitempty"` // column names equal on both sides, or "left=right"
	How        string                       `json:"how,omitempty"`
	At         string                       `json:"at,omitempty"`
	Days       float64                      `json:"days,omitempty"`
	Rows       int                          `json:"rows,omitempty"`
	Lags       []int                        `json:"lags,omitempty"`
	Make       []string                     `json:"make,omitempty"`
	Parts      []string                     `json:"parts,omitempty"`
	Country    string                       `json:"country,omitempty"`
	Where      string                       `json:"where,omitempty"`
	As         string                       `json:"as,omitempty"`
	Expr       string                       `json:"expr,omitempty"`
	Names      map[string]string            `json:"names,omitempty"`
	Width      float64                      `json:"width,omitempty"`
	First      int                          `json:"first,omitempty"`
	Last       int                          `json:"last,omitempty"`
	K          int                          `json:"k,omitempty"`
	Secret     string                       `json:"secret,omitempty"`
	Seed       int                          `json:"seed,omitempty"`
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
	group    string // where people look for it
	uses     string // the fields besides do; see [inputs]
	compiled func(*Step, *Compiler) (*Compiled, error)
}

var kinds map[string]kindOfStep

// The kinds of steps. A field that must be there has a !, what it may be stands
// behind =, what it is when left out behind ~, and the kind of columns that it
// takes behind a colon.
func init() {
	kinds = map[string]kindOfStep{
		// Keeps one of the rows that are equal in columns (none: all): the
		// first, the last, or the one with the most cells.
		"drop_duplicates": {"rows", "columns keep=first|last|complete~first", (*Step).dropDuplicates},
		// Keeps one, or marks the others (as), of rows that are nearly equal in
		// columns and equal in per; see [Step.nearDuplicates].
		"near_duplicates": {"rows", "columns! per similarity~0.9 keep=first|last|complete~first then=drop|mark~drop as~duplicate", (*Step).nearDuplicates},
		// Drops rows with a missing cell in any of columns (none: all).
		"drop_missing": {"rows", "columns", (*Step).dropMissing},
		// Drops rows outside min and max, or the quartiles moved out by iqr
		// times their distance; missing cells stay.
		"drop_outliers": {"rows", "columns:number! iqr min max", (*Step).dropOutliers},
		// Drops, clips to the limits or marks (as) what lies beyond the quartiles
		// by factor (1.5) times their distance, beyond the median by factor
		// (3.5) times the median distance, outside min to max, or, of whole
		// rows, the share that an isolation forest finds farthest off.
		"outliers": {"rows", "columns:number! by=iqr|mad|range|forest~iqr factor min max share~0.01 then=drop|clip|mark~drop as~outlier seed", (*Step).outliers},
		// Keeps the rows where the expression is true.
		"filter": {"rows", "where!", (*Step).filter},

		// Moves cells to the limits; see drop_outliers.
		"clip": {"cells", "columns:number! iqr min max", (*Step).clip},
		// Reads text as numbers (decimal "." or ",") or dates (day_first).
		"repair": {"cells", "columns! to!=number|date decimal=.|, day_first", (*Step).repair},
		// Fills missing cells with a constant (value), the column's mean, median
		// or mode, also of each group of rows alike in per, with a line between
		// neighbours or the value before by order (a number or time column;
		// none: row order), or with what boosted trees learned from the columns
		// using (none: all others).
		"fill": {"cells", "columns! with!=constant|mean|median|mode|interpolate|previous|model value per order:ordered using seed", (*Step).fill},
		// Makes fewer levels: rare ones (fewer than count cells, less than share
		// of them, or beyond the most frequent levels) become other; spellings
		// of one thing become the most frequent one; or as map says, column to
		// value to value. What was found is written into map.
		"merge": {"cells", "columns:text! by=rare|spelling|map~rare count share levels other~other similarity~0.85 map", (*Step).merge},
		// Tidies text in the order of clean; find is a regular expression (RE2),
		// and \1 in replace its first bracket.
		"clean_text": {"cells", "columns:text! clean=trim|collapse|lower|upper|title|width|accents find replace", (*Step).cleanText},
		// Brings amounts with a unit or currency before or behind them, or in the
		// column unit, to one unit (to); rates say what one of each is worth,
		// and are needed for currencies.
		"convert": {"cells", "columns! to! decimal=.|, unit:text rates", (*Step).convert},
		// Moves each column to the range from min to max.
		"scale": {"cells", "columns:number! min~0 max~1", (*Step).scale},
		// Gives each column mean 0 and standard deviation 1.
		"standardise": {"cells", "columns:number!", (*Step).standardise},

		// Replaces numbers by a function of them, or by their place among all,
		// in (0, 1) or as the quantile of a normal distribution.
		"transform": {"cells", "columns:number! with!=log|log1p|signed_log|sqrt|square|reciprocal|quantile|normal", (*Step).transform},
		// Writes levels as numbers from 0: in the order of parts, of their
		// names, or the most frequent first.
		"ordinal": {"cells", "columns:text! parts by=name|count~name", (*Step).ordinal},

		// Makes a column of each of the most frequent levels; the rest share
		// "other".
		"onehot": {"columns", "columns! levels~20", (*Step).oneHot},
		// Makes, or replaces, a column by an expression.
		"derive": {"columns", "as! expr!", (*Step).derive},
		// Leaves columns out.
		"drop": {"columns", "columns!", (*Step).drop},
		// Says which part a row belongs to (as), or keeps one of them; see
		// [Step.split].
		"split": {"rows", "by=random|key|time~random columns parts~train=0.8,test=0.2 as~part keep seed", (*Step).split},
		// Keeps columns, in this order.
		"select": {"columns", "columns!", (*Step).selectColumns},
		// Renames columns, old to new.
		"rename": {"columns", "names!", (*Step).rename},

		// Adds parts of a time, and what the calendar of country says of the
		// day; see [Step.dateParts].
		"date_parts": {"time", "columns:time! make=year|quarter|month|week|weekday|day|day_of_year|hour|minute|weekend|month_end|holiday|holiday_name|days_to_holiday country", (*Step).dateParts},
		// Adds columns of the cells lags rows before each row, by order within
		// per.
		"lag": {"time", "columns! lags~1 per order:ordered", (*Step).lag},
		// Adds what the last rows, or those of the last days, come to, by order
		// within per: mean, sum, min, max, count, std.
		"rolling": {"time", "columns:number! make=mean|sum|min|max|count|std~mean rows days per order:ordered", (*Step).rolling},

		// Makes one row of those equal in per, times cut to their day, week and
		// so on; make holds "name = function column"; see [Step.aggregate].
		"aggregate": {"tables", "per! to=day|week|month|quarter|year make", (*Step).aggregate},
		// Puts the rows of other tables behind these; as names a column that
		// says which table a row is of.
		"union": {"tables", "tables! as", (*Step).union},
		// Adds columns (none: all) of another table where the keys in on are
		// equal; as of a time, of the last row whose moment (at, as
		// "here=there") is not later, nor older than days.
		"join": {"tables", "table! on how=left|inner|asof~left columns at days", (*Step).join},

		// Makes the classes of one column equally many; see [Step.balance].
		"balance": {"rows", "columns! by!=under|over|smote|twin seed", (*Step).balance},

		// Replaces cells by the first digits (16) of their keyed hash; secret
		// names the key, which is kept elsewhere.
		"pseudonym": {"private", "columns! secret~pseudonyms first~16", (*Step).pseudonym},
		// Writes * for all but the first and last letters.
		"mask": {"private", "columns! first~0 last~0", (*Step).mask},
		// Makes numbers bands of width, times the start of their day and so on,
		// texts their first letters; counts, or drops, the rows of groups of
		// columns and per with fewer than k rows.
		"generalise": {"private", "columns! width to=day|week|month|quarter|year first per k~5 then=keep|drop~keep", (*Step).generalise},
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

// said returns the fields that the step has, by their JSON names, and those
// that are text.
func (s *Step) said() (map[string]json.RawMessage, error) {
	b, err := json.Marshal(s)
	if err != nil { // a number that is none
		return nil, core.Errorf(core.Invalid, "%s cannot be written as JSON: %v", s.Do, err).WithHint("use finite numbers")
	}
	said := map[string]json.RawMessage{}
	err = json.Unmarshal(b, &said)
	delete(said, "do")
	return said, err
}

// form checks that the step says what it needs, and nothing else.
func (s *Step) form() error {
	k, ok := kinds[s.Do]
	if !ok {
		return core.Errorf(core.Invalid, "there is no step %q", s.Do).
			WithHint("the steps are %s", strings.Join(slices.Sorted(maps.Keys(kinds)), ", "))
	}
	said, err := s.said()
	if err != nil {
		return err
	}
	in := inputs(k.uses)
	var uses []string
	for _, i := range in {
		uses = append(uses, i.Name)
	}
	for _, name := range slices.Sorted(maps.Keys(said)) {
		if !slices.Contains(uses, name) {
			return core.Errorf(core.Invalid, "%q means nothing to %s", name, s.Do).WithHint("it takes %s", strings.Join(uses, ", "))
		}
	}
	for _, i := range in {
		if i.Needed && said[i.Name] == nil {
			return core.Errorf(core.Invalid, "%q is missing", i.Name).WithHint("%s takes %s", s.Do, strings.Join(uses, ", "))
		}
		var got string
		if len(i.Choices) == 0 || json.Unmarshal(said[i.Name], &got) != nil || slices.Contains(i.Choices, got) {
			continue
		}
		return core.Errorf(core.Invalid, "%q cannot be %q", i.Name, got).WithHint("it is one of %s", strings.Join(i.Choices, ", "))
	}
	return s.sense()
}

// sense checks what fields mean together.
func (s *Step) sense() error {
	switch {
	case s.IQR < 0 || math.IsNaN(s.IQR):
		return core.Errorf(core.Invalid, "iqr is %v", s.IQR).WithHint("it is a factor above 0, usually 1.5 or 3")
	case s.Levels < 0 || s.Levels > 1000:
		return core.Errorf(core.Invalid, "levels is %d", s.Levels).WithHint("it lies between 1 and 1000")
	case s.Min != nil && s.Max != nil && !(*s.Min < *s.Max):
		return core.Errorf(core.Invalid, "min %v is not below max %v", *s.Min, *s.Max).WithHint("swap them")
	case s.Do == "fill" && (s.With == "constant") != (s.Value != nil):
		return core.Errorf(core.Invalid, "a constant and a value belong together").WithHint(`write "with": "constant", "value": …`)
	case s.Do == "fill" && s.Order != "" && s.With != "interpolate" && s.With != "previous":
		return core.Errorf(core.Invalid, "order means something to interpolate and previous only").WithHint("leave it out")
	case s.Do == "fill" && len(s.Per) > 0 && (s.With == "constant" || s.With == "model"):
		return core.Errorf(core.Invalid, "per means nothing to %s", s.With).WithHint("leave it out")
	case s.Do == "fill" && len(s.Using) > 0 && s.With != "model":
		return core.Errorf(core.Invalid, "using means something to model only").WithHint("leave it out")
	case (s.Do == "clip" || s.Do == "drop_outliers") && s.IQR == 0 && s.Min == nil && s.Max == nil:
		return core.Errorf(core.Invalid, "there are no limits").WithHint("give iqr (usually 1.5 or 3), or min and max")
	case s.IQR != 0 && (s.Min != nil || s.Max != nil):
		return core.Errorf(core.Invalid, "iqr and min or max are given").WithHint("choose one of them")
	case s.Do == "scale" && (s.Min == nil) != (s.Max == nil):
		return core.Errorf(core.Invalid, "only one of min and max is given").WithHint("give both, such as -1 and 1, or none for 0 and 1")
	}
	return nil
}
