// Package recipe holds the steps that clean, fuse and transform datasets, as
// data: readable JSON, checked before anything runs. Each step compiles to SQL
// of DuckDB over the step before; store/duck runs it. Numbers are DOUBLE,
// times TIMESTAMP and texts VARCHAR there, and the column _row orders the rows
// of every table.
package recipe

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"

	"shoptwin/core"
	"shoptwin/core/table"
)

// Recipe is a list of steps that make one table out of the dataset From.
type Recipe struct {
	Name  string `json:"name"`
	From  string `json:"from"`
	Steps []Step `json:"steps"`
}

// Effect is what one step did.
type Effect struct {
	Step          int    `json:"step"` // from 1
	Do            string `json:"do"`
	Say           string `json:"say"` // a sentence in English
	RowsBefore    int64  `json:"rowsBefore"`
	RowsAfter     int64  `json:"rowsAfter"`
	CellsChanged  int64  `json:"cellsChanged"`
	ColumnsBefore int    `json:"columnsBefore"`
	ColumnsAfter  int    `json:"columnsAfter"`
	// Of a join: the rows that found a match, and the most that one row found.
	Matched int64 `json:"matched,omitempty"`
	FanOut  int64 `json:"fanOut,omitempty"`
	// Map is what the step found out and [Recipe.Learned] writes into it.
	Map map[string]map[string]string `json:"map,omitempty"`
}

const (
	maxRecipe = 1 << 20 // bytes of JSON
	maxSteps  = 200
)

// Parse reads a recipe from JSON. Fields that are not known, and those that
// their step does not use, are errors of kind Invalid.
func Parse(r io.Reader) (*Recipe, error) {
	b, err := io.ReadAll(io.LimitReader(r, maxRecipe+1))
	if err != nil {
		return nil, core.Wrap(err, "reading the recipe")
	}
	if len(b) > maxRecipe {
		return nil, core.Errorf(core.Invalid, "the recipe is longer than 1 MB").WithHint("is it the right file?")
	}
	d := json.NewDecoder(strings.NewReader(string(b)))
	d.DisallowUnknownFields()
	out := &Recipe{}
	if err := d.Decode(out); err != nil {
		return nil, jsonError(err, string(b))
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, core.Errorf(core.Invalid, "the recipe goes on after its end").WithHint("keep one JSON object in the file")
	}
	return out, out.form()
}

// jsonError names the line where a recipe is not JSON, or not a recipe.
func jsonError(err error, text string) error {
	at := int64(-1)
	const form = `a recipe is {"name": …, "from": …, "steps": [{"do": …}]}`
	var syntax *json.SyntaxError
	var typed *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		at = syntax.Offset
	case errors.As(err, &typed):
		at = typed.Offset
	}
	what := strings.TrimPrefix(err.Error(), "json: ")
	if at < 0 {
		return core.Errorf(core.Invalid, "the recipe: %s", what).WithHint(form)
	}
	return core.Errorf(core.Invalid, "the recipe, line %d: %s", 1+strings.Count(text[:min(int(at), len(text))], "\n"), what).WithHint(form)
}

// form checks what can be checked without the datasets.
func (r *Recipe) form() error {
	if r.From == "" {
		return core.Errorf(core.Invalid, "the recipe does not say which dataset it starts from").WithHint(`add "from": "name of a dataset"`)
	}
	if len(r.Steps) > maxSteps {
		return core.Errorf(core.Invalid, "the recipe has %d steps", len(r.Steps)).WithHint("at most %d; split it into two recipes", maxSteps)
	}
	for i := range r.Steps {
		if err := r.Steps[i].form(); err != nil {
			return r.Place(i, err)
		}
	}
	return nil
}

// Place names the step, counted from 0, in which err arose.
func (r *Recipe) Place(i int, err error) error {
	return core.Wrap(err, "step %d (%s)", i+1, r.Steps[i].Do)
}

// Lookup returns the columns of a dataset, and NotFound when there is none.
type Lookup func(dataset string) ([]table.Field, error)

// Check goes through the steps as far as it can without the data: that
// datasets, columns and functions exist and are of the right type.
func (r *Recipe) Check(lookup Lookup) error {
	if err := r.form(); err != nil {
		return err
	}
	fields, err := lookup(r.From)
	if err != nil {
		return err
	}
	c := &Compiler{Fields: fields, In: "input", Lookup: lookup}
	for i, s := range r.Steps {
		out, err := s.Compile(c)
		if err != nil {
			return r.Place(i, err)
		}
		c.Fields, c.loose = out.Fields, c.loose || out.loose
	}
	return nil
}

// Tables returns the names of the datasets that the recipe reads, From first,
// each once.
func (r *Recipe) Tables() []string {
	out := []string{r.From}
	for _, s := range r.Steps {
		for _, name := range append([]string{s.Table}, s.Tables...) {
			if name != "" && !slices.Contains(out, name) {
				out = append(out, name)
			}
		}
	}
	return out
}

// Learned returns the recipe with what its steps found out on the data, so
// that it does the same to other data.
func (r *Recipe) Learned(effects []Effect) *Recipe {
	out := &Recipe{Name: r.Name, From: r.From, Steps: slices.Clone(r.Steps)}
	for _, e := range effects {
		if i := e.Step - 1; i >= 0 && i < len(out.Steps) && len(e.Map) > 0 {
			out.Steps[i].Map = e.Map
		}
	}
	return out
}

// Compiler is what a step needs to become SQL.
type Compiler struct {
	Fields []table.Field // the columns before the step
	In     string        // the relation before the step, as SQL
	Lookup Lookup
	// Table returns a dataset's table as SQL.
	Table func(dataset string) string
	// Ask runs a query whose columns are all VARCHAR; nil in a check, where
	// nothing is known of the data. A cell that is NULL is "".
	Ask func(sql string) ([][]string, error)
	// Temp makes a temporary table of a query and returns its name as SQL.
	Temp func(sql string) (string, error)
	// Read returns the columns of a query that selects _row and the fields,
	// with the rows' numbers, in whatever order.
	Read func(sql string, fields []table.Field) (*table.Table, []int64, error)
	// Write makes a temporary table of _row and columns, and returns its name
	// as SQL.
	Write func(t *table.Table, rows []int64) (string, error)
	// Secret returns the key of that name, which is no part of the recipe.
	Secret func(name string) ([]byte, error)
	// Generate returns new rows like those of t, one for each of known, which
	// holds their cells of one text column of t; nil where nobody can.
	Generate func(ctx context.Context, t, known *table.Table, seed uint64) (*table.Table, error)
	// Context ends what takes long.
	Context context.Context
	Rows    int64 // before the step; unknown in a check
	// Draft says that only a sample is tried: what learns may learn less.
	Draft bool
	loose bool // after a step whose columns depend on the data
}

// Compiled is a step as SQL.
type Compiled struct {
	// SQL selects _row and all columns.
	SQL     string
	Fields  []table.Field
	Changed int64                 // cells
	Rows    bool                  // whether rows may come or go
	Costly  bool                  // better kept than computed again by each step after
	Light   bool                  // computed again at less than it costs to keep, even a sample
	Moved   bool                  // whether _row has other numbers than before
	Say     func(e Effect) string // makes the sentence for people
	Matched int64                 // see Effect
	FanOut  int64
	Map     map[string]map[string]string
	loose   bool
}

// ask returns the first row of an answer. In a check it returns zeros.
func (c *Compiler) ask(width int, sql string) ([]string, error) {
	if c.Ask == nil {
		row := make([]string, width)
		for i := range row {
			row[i] = "0"
		}
		return row, nil
	}
	rows, err := c.Ask(sql)
	if err != nil {
		return nil, err
	}
	if len(rows) == 0 || len(rows[0]) != width {
		return nil, core.Errorf(core.Internal, "the database answered %d rows", len(rows))
	}
	return rows[0], nil
}

// counts returns a row of whole numbers that a query answers.
func (c *Compiler) counts(width int, sql string) ([]int64, error) {
	row, err := c.ask(width, sql)
	if err != nil {
		return nil, err
	}
	out := make([]int64, width)
	for i, text := range row {
		out[i], _ = strconv.ParseInt(text, 10, 64) // NULL, of no rows, is 0
	}
	return out, nil
}

// field returns the column of that name.
func (c *Compiler) field(name string) (table.Field, error) {
	f, err := find(c.Fields, name)
	if err != nil && c.loose {
		return table.Field{Name: name, Kind: table.Number, Decimals: -1}, nil
	}
	return f, err
}

// columns returns the named columns, all when none is named.
func (c *Compiler) columns(names []string) ([]table.Field, error) {
	if len(names) == 0 {
		return c.Fields, nil
	}
	seen := map[string]bool{}
	var out []table.Field
	for _, name := range names {
		f, err := c.field(name)
		if err != nil {
			return nil, err
		}
		if seen[f.Name] {
			return nil, core.Errorf(core.Invalid, "column %q is named twice", name).WithHint("name it once")
		}
		seen[f.Name] = true
		out = append(out, f)
	}
	return out, nil
}

// project selects _row and the columns of fields, replaced where there is SQL
// for them.
func project(fields []table.Field, replaced map[string]string) string {
	list := []string{"_row"}
	for _, f := range fields {
		if sql, ok := replaced[f.Name]; ok {
			list = append(list, sql+" AS "+Ident(f.Name))
		} else {
			list = append(list, Ident(f.Name))
		}
	}
	return "SELECT " + strings.Join(list, ", ")
}

// identList quotes the names of fields, parted by commas.
func identList(fields []table.Field) string {
	names := make([]string, len(fields))
	for i, f := range fields {
		names[i] = Ident(f.Name)
	}
	return strings.Join(names, ", ")
}

// names of fields, for sentences.
func names(fields []table.Field) string { return nameList(fields) }

// replaceField returns fields with the one of the same name replaced.
func replaceField(fields []table.Field, f table.Field) []table.Field {
	out := append([]table.Field(nil), fields...)
	for i := range out {
		if out[i].Name == f.Name {
			out[i] = f
			return out
		}
	}
	return append(out, f)
}
