package app

import (
	"context"
	"regexp"
	"slices"
	"strconv"

	"shoptwin/core"
	"shoptwin/core/recipe"
	"shoptwin/store/duck"
)

// Trial is what a draft does to a sample of its table.
type Trial struct {
	Preview duck.Preview `json:"preview"`
	At      []int        `json:"at"` // where the step of each effect stands in the draft
	Misfits []Misfit     `json:"misfits"`
}

// StepKinds lists the kinds of steps, and what each asks for.
func (a *App) StepKinds() []recipe.Kind { return recipe.Catalogue() }

// TryRecipe tries the first upto steps of a draft on a sample and shows up to
// lines rows before and after the last of them. Steps that do not fit, or fail
// on the rows, are left out and named; where it is the last one, the rows are
// those before it. See [duck.DB.Preview] for the cost.
func (a *App) TryRecipe(project string, d Draft, upto, lines int) (Trial, error) {
	p, err := a.store.Project(project)
	if err != nil {
		return Trial{}, err
	}
	if upto < 0 || upto > len(d.Steps) {
		return Trial{}, core.Errorf(core.Invalid, "the recipe has no step %d", upto).WithHint("it has %d", len(d.Steps))
	}
	db, err := a.data(p)
	if err != nil {
		return Trial{}, err
	}
	// The table is the one that the name or id stands for.
	if _, from, err := a.dataset(p.ID, d.From); err == nil {
		d.From = from.Name
	}
	d, misfits, err := a.fitting(p, d)
	if err != nil {
		return Trial{}, err
	}
	if slices.ContainsFunc(misfits, func(m Misfit) bool { return m.Step < 0 }) {
		return Trial{Misfits: misfits, At: []int{}}, nil
	}
	for {
		r, at := d.Recipe()
		on := 0
		for on < len(at) && at[on] < upto {
			on++
		}
		out := Trial{Misfits: misfits, At: at[:on:on]}
		if out.At == nil {
			out.At = []int{}
		}
		out.Preview, err = db.Preview(context.Background(), r, on, lines)
		k, failed := placed(err)
		if !failed || k >= len(at) {
			if err == nil && on > 0 && at[on-1] != upto-1 { // the last step is off: it changes nothing
				out.Preview = plain(out.Preview)
			}
			return out, err
		}
		// What a step cannot do is known only with the rows.
		misfits = append(misfits, Misfit{at[k], unplaced(err)})
		slices.SortFunc(misfits, func(a, b Misfit) int { return a.Step - b.Step })
		d.Steps[at[k]].Off = true
	}
}

var stepWords = regexp.MustCompile(`^step (\d+) \(`)

// placed says in which step, from 0, an error arose; see [recipe.Recipe.Place].
func placed(err error) (step int, ok bool) {
	if err == nil || core.KindOf(err) == core.Cancelled {
		return 0, false
	}
	m := stepWords.FindStringSubmatch(ProblemOf(err).Message)
	if m == nil {
		return 0, false
	}
	n, err := strconv.Atoi(m[1])
	return n - 1, err == nil && n > 0
}

// plain shows the rows as they stand, without what the last step did.
func plain(p duck.Preview) duck.Preview {
	lines := p.Lines[:0]
	for _, l := range p.Lines {
		if l.After != nil {
			l.State, l.Before, l.Marked = "kept", l.After, nil
			lines = append(lines, l)
		}
	}
	p.Lines, p.Before, p.Changed, p.Dropped, p.Added = lines, p.After, 0, 0, 0
	return p
}
