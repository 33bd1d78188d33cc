package app

import (
	"bufio"
	"context"
	"encoding/csv"
	"io"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"

	"shoptwin/core"
	"shoptwin/core/source"
	"shoptwin/core/table"
	"shoptwin/core/uplift"
)

// UpliftRequest asks what a campaign changed, and in whom.
type UpliftRequest struct {
	Log        string   `json:"log"`                  // file: a row for each person
	Treated    string   `json:"treated"`              // column: 1 or yes, 0 or no; or a text of two values
	Treatment  string   `json:"treatment,omitempty"`  // the value of Treated that means reached
	Outcome    string   `json:"outcome"`              // column of what they did after it
	Propensity string   `json:"propensity,omitempty"` // column, or one number for all; "" is not known
	Context    []string `json:"context,omitempty"`    // columns of what was known before; empty is all others
	ID         string   `json:"id,omitempty"`         // column that names persons; never learned from
	uplift.Config
	Seed uint64 `json:"seed,omitempty"`
}

// Uplift evaluates a campaign. scores, if not nil, gets a CSV of the persons:
// their ID (or row), the effect expected on them by models that have not seen
// them, and whether it pays to reach them.
func Uplift(ctx context.Context, req UpliftRequest, scores io.Writer, report func(core.Progress)) (*uplift.Report, error) {
	t, err := Load(ctx, req.Log, source.Options{}, nil, report)
	if err != nil {
		return nil, err
	}
	trial, err := trialOf(t, req)
	if err != nil {
		return nil, err
	}
	r, err := uplift.Evaluate(ctx, trial, req.Config, rand.New(rand.NewPCG(req.Seed, 4)), report)
	if err != nil || scores == nil {
		return r, err
	}
	return r, writeScores(scores, t.Column(req.ID), req.ID, r)
}

// trialOf takes the trial's columns from a table.
func trialOf(t *table.Table, req UpliftRequest) (*uplift.Trial, error) {
	out := &uplift.Trial{Context: &table.Table{Name: t.Name}}
	of, err := column(t, req.Treated)
	if err != nil {
		return nil, err
	}
	if out.Treated, err = sides(t.Name, of, req.Treatment); err != nil {
		return nil, err
	}
	if out.Outcome, err = numberColumn(t, req.Outcome); err != nil {
		return nil, err
	}
	if p, ok := number(req.Propensity); ok && t.Column(req.Propensity) == nil {
		out.Propensity = slices.Repeat([]float64{p}, t.Rows())
	} else if req.Propensity != "" {
		if out.Propensity, err = numberColumn(t, req.Propensity); err != nil {
			return nil, err
		}
	}
	if req.ID != "" {
		if _, err := column(t, req.ID); err != nil {
			return nil, err
		}
	}
	names := req.Context
	if len(names) == 0 {
		for _, c := range t.Columns {
			if !slices.Contains([]string{req.Treated, req.Outcome, req.Propensity, req.ID}, c.Name) && !namesRows(c, t.Rows()) {
				names = append(names, c.Name)
			}
		}
	}
	for _, name := range names {
		c, err := column(t, name)
		if err != nil {
			return nil, err
		}
		if slices.Contains([]string{req.Treated, req.Outcome, req.Propensity, req.ID}, name) {
			return nil, core.Errorf(core.Invalid, "%s, column %q cannot be both context and another part of the campaign", t.Name, name).
				WithHint("context is what was known before the campaign")
		}
		out.Context.Columns = append(out.Context.Columns, c)
	}
	return out, nil
}

// namesRows says whether a text column names single rows, so that nothing can be
// learned from it.
func namesRows(c *table.Column, rows int) bool {
	return c.Kind == table.Text && len(c.Levels) > rows/2
}

// sides reads who was reached.
func sides(name string, c *table.Column, treatment string) ([]bool, error) {
	values := map[string]int{}
	for i := range c.Len() {
		values[c.Cell(i)]++
	}
	yes := treatment
	if yes == "" {
		for v := range values {
			switch strings.ToLower(v) {
			case "1", "yes", "y", "true", "t", "treated", "treatment", "是":
				yes = v
			}
		}
	}
	if _, ok := values[yes]; !ok || yes == "" || len(values) != 2 && treatment == "" {
		some := make([]string, 0, len(values))
		for v := range values {
			some = append(some, v)
		}
		slices.Sort(some)
		more := ""
		if len(some) > 5 {
			some, more = some[:5], ", …"
		}
		return nil, core.Errorf(core.Invalid, "%s, column %q does not say who was reached: it holds %s%s", name, c.Name, strings.Join(some, ", "), more).
			WithHint("it needs 1 and 0, or yes and no; or name the value that means reached: --treatment VALUE")
	}
	out := make([]bool, c.Len())
	for i := range out {
		v := c.Cell(i)
		if v == "" {
			return nil, core.Errorf(core.Invalid, "%s, column %q, row %d is empty", name, c.Name, i+1).WithHint("leave out rows of which nothing is known")
		}
		out[i] = v == yes
	}
	return out, nil
}

func number(s string) (float64, bool) {
	x, err := strconv.ParseFloat(s, 64)
	return x, err == nil && !math.IsNaN(x)
}

func writeScores(w io.Writer, id *table.Column, name string, r *uplift.Report) error {
	b := bufio.NewWriter(w)
	c := csv.NewWriter(b)
	if id == nil {
		name = "row"
	}
	if err := c.Write([]string{name, "expected_effect", "reach"}); err != nil {
		return err
	}
	for i, e := range r.Expected {
		who := strconv.Itoa(i + 1)
		if id != nil {
			who = id.Cell(i)
		}
		reach := "0"
		if e > r.Target.Threshold {
			reach = "1"
		}
		if err := c.Write([]string{who, strconv.FormatFloat(e, 'g', 6, 64), reach}); err != nil {
			return err
		}
	}
	c.Flush()
	if err := c.Error(); err != nil {
		return err
	}
	return b.Flush()
}
