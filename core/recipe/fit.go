package recipe

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"shoptwin/core"
	"shoptwin/core/table"
)

// Fit is how a recipe goes with other data than it was made for.
type Fit struct {
	Problems []Problem `json:"problems"`
	// Stops says that a step cannot run: nothing was made.
	Stops bool `json:"stops"`
}

// Problem is one thing that no longer fits.
type Problem struct {
	Step    int      `json:"step"` // from 1; 0 of the dataset itself
	What    string   `json:"what"` // missing, kind, new, levels, step, effect or match
	Column  string   `json:"column,omitempty"`
	Nearest []string `json:"nearest,omitempty"` // of a missing column, names that may be meant, the likeliest first
	Stops   bool     `json:"stops,omitempty"`
	Say     string   `json:"say"` // a sentence in English
}

func (f *Fit) add(p Problem) {
	f.Problems = append(f.Problems, p)
	f.Stops = f.Stops || p.Stops
}

// Nearest returns up to three names of fields that look like name: the same
// but for case, accents and signs first, then those of few changes of letters,
// then those that hold it or are held by it.
func Nearest(name string, fields []table.Field) []string {
	type candidate struct {
		name string
		far  float64
	}
	var all []candidate
	print := strings.ReplaceAll(Fingerprint(name), " ", "")
	for _, f := range fields {
		other := strings.ReplaceAll(Fingerprint(f.Name), " ", "")
		longest := max(len([]rune(print)), len([]rune(other)), 1)
		far := float64(distance([]rune(print), []rune(other), longest)) / float64(longest)
		if print != "" && other != "" && (strings.Contains(print, other) || strings.Contains(other, print)) {
			far = min(far, 0.4)
		}
		if far <= 0.45 {
			all = append(all, candidate{f.Name, far})
		}
	}
	slices.SortStableFunc(all, func(a, b candidate) int {
		switch {
		case a.far < b.far:
			return -1
		case a.far > b.far:
			return 1
		}
		return 0
	})
	var out []string
	for _, c := range all[:min(3, len(all))] {
		out = append(out, c.name)
	}
	return out
}

// Fitting says what of r does not go with the dataset it now starts from,
// whose columns were was when the recipe was made (nil: not known): columns
// that are gone, of another type or new, and steps that cannot run. Each step
// is checked behind those before it that can.
func (r *Recipe) Fitting(lookup Lookup, was []table.Field) (Fit, error) {
	fit := Fit{Problems: []Problem{}}
	if err := r.form(); err != nil {
		return fit, err
	}
	fields, err := lookup(r.From)
	if err != nil {
		return fit, err
	}
	for _, old := range was {
		f, err := find(fields, old.Name)
		switch {
		case err != nil:
			p := Problem{What: "missing", Column: old.Name, Nearest: Nearest(old.Name, without(fields, was))}
			p.Say = fmt.Sprintf("Column %s is not there any more.", old.Name)
			if len(p.Nearest) > 0 {
				p.Say = fmt.Sprintf("Column %s is not there any more; it may be named %s.", old.Name, strings.Join(p.Nearest, " or "))
			}
			fit.add(p)
		case f.Kind != old.Kind:
			fit.add(Problem{What: "kind", Column: old.Name, Say: fmt.Sprintf("Column %s holds %s; it was %s.", old.Name, f.Kind, old.Kind)})
		}
	}
	if was != nil {
		for _, f := range without(fields, was) {
			fit.add(Problem{What: "new", Column: f.Name, Say: fmt.Sprintf("Column %s is new.", f.Name)})
		}
	}
	c := &Compiler{Fields: fields, In: "input", Lookup: lookup}
	for i, s := range r.Steps {
		out, err := s.Compile(c)
		if err != nil {
			fit.add(Problem{Step: i + 1, What: "step", Stops: true, Say: fmt.Sprintf("Step %d (%s) cannot run: %s.", i+1, s.Do, message(err))})
			continue
		}
		c.Fields, c.loose = out.Fields, c.loose || out.loose
	}
	return fit, nil
}

func message(err error) string {
	var e *core.Error
	if errors.As(err, &e) {
		return e.Message
	}
	return err.Error()
}

// without returns the fields whose names none of others has.
func without(fields, others []table.Field) []table.Field {
	var out []table.Field
	for _, f := range fields {
		if _, err := find(others, f.Name); err != nil {
			out = append(out, f)
		}
	}
	return out
}

// Compare says which steps did far more, or far less, than they did to the
// data the recipe was made for: the share of rows that came or went, or of
// cells that changed, is another by a factor of three and two points in a
// hundred, or a join's share of matches by five points.
func (f *Fit) Compare(was, now []Effect) {
	for i := range min(len(was), len(now)) {
		a, b := was[i], now[i]
		if a.Do != b.Do {
			return
		}
		share := func(n, of int64) float64 { return float64(n) / math.Max(float64(of), 1) }
		differs := func(x, y float64) bool {
			return math.Abs(x-y) >= 0.02 && (y > 3*x || x > 3*y)
		}
		if x, y := share(a.Matched, a.RowsBefore), share(b.Matched, b.RowsBefore); math.Abs(x-y) >= 0.05 {
			f.add(Problem{Step: b.Step, What: "match", Say: fmt.Sprintf("Step %d (%s): %.1f %% of the rows found a match; it was %.1f %%.", b.Step, b.Do, 100*y, 100*x)})
		}
		rows := func(e Effect) int64 { return max(e.RowsBefore-e.RowsAfter, e.RowsAfter-e.RowsBefore) }
		// A sum over groups has fewer rows by nature, and joins tell matches.
		if x, y := share(rows(a), a.RowsBefore), share(rows(b), b.RowsBefore); differs(x, y) && b.Do != "aggregate" && b.Do != "join" {
			f.add(Problem{Step: b.Step, What: "effect", Say: fmt.Sprintf("Step %d (%s): %.1f %% of the rows came or went; it was %.1f %%.", b.Step, b.Do, 100*y, 100*x)})
		}
		if x, y := share(a.CellsChanged, a.RowsBefore), share(b.CellsChanged, b.RowsBefore); differs(x, y) && b.Do != "join" {
			f.add(Problem{Step: b.Step, What: "effect", Say: fmt.Sprintf("Step %d (%s): %.1f cells changed for each 100 rows; it was %.1f.", b.Step, b.Do, 100*y, 100*x)})
		}
	}
}

// Levels adds what is new among the values of a column.
func (f *Fit) Levels(column string, levels []string, rows int64) {
	if len(levels) == 0 {
		return
	}
	shown := strings.Join(levels[:min(5, len(levels))], ", ")
	if len(levels) > 5 {
		shown += ", …"
	}
	f.add(Problem{What: "levels", Column: column, Say: fmt.Sprintf("Column %s has %d new values in %s rows: %s.", column, len(levels), count(rows), shown)})
}

// On returns the recipe for other datasets: names says which dataset takes the
// place of which.
func (r *Recipe) On(names map[string]string) *Recipe {
	other := func(name string) string {
		if to, ok := names[name]; ok {
			return to
		}
		return name
	}
	out := &Recipe{Name: r.Name, From: other(r.From), Steps: slices.Clone(r.Steps)}
	for i := range out.Steps {
		s := &out.Steps[i]
		s.Table = other(s.Table)
		s.Tables = slices.Clone(s.Tables)
		for k := range s.Tables {
			s.Tables[k] = other(s.Tables[k])
		}
	}
	return out
}
