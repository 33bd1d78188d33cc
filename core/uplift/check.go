package uplift

import (
	"context"
	"math"
	"strings"

	"shoptwin/core"
	"shoptwin/core/tree"
)

// few outcomes other than the commonest, on a side, tell nothing of effects.
const few = 20

func (t *Trial) check(cfg Config) error {
	n := len(t.Outcome)
	if t.Context == nil || len(t.Context.Columns) == 0 {
		return core.Errorf(core.Invalid, "nothing is known of the persons of the campaign").
			WithHint("name columns of what was known before it: effects differ by these")
	}
	if len(t.Treated) != n || t.Context.Rows() != n || t.Propensity != nil && len(t.Propensity) != n {
		return core.Errorf(core.Invalid, "the campaign's columns have different lengths")
	}
	if cfg.Folds < 2 || cfg.Resamples < 20 || !(cfg.Level > 0 && cfg.Level < 1) || !(cfg.Value > 0) || !(cfg.Cost >= 0) || math.IsInf(cfg.Value+cfg.Cost, 0) {
		return core.Errorf(core.Invalid, "%d folds, %d resamples, level %g, value %g, cost %g: not all can be used", cfg.Folds, cfg.Resamples, cfg.Level, cfg.Value, cfg.Cost).
			WithHint("give a value above 0, a cost of at least 0, and leave the others 0 for the defaults")
	}
	if cfg.Observational && t.Propensity != nil {
		return core.Errorf(core.Invalid, "an observational campaign with propensities").WithHint("give one or the other")
	}
	var count [2]int
	values := [2]map[float64]int{{}, {}}
	for i, y := range t.Outcome {
		if math.IsNaN(y) || math.IsInf(y, 0) {
			return core.Errorf(core.Invalid, "row %d: the outcome is not a number", i+1).WithHint("give 0 to those who did nothing")
		}
		if t.Propensity != nil && !(t.Propensity[i] > 0 && t.Propensity[i] < 1) {
			return core.Errorf(core.Invalid, "row %d: a propensity of %g", i+1, t.Propensity[i]).
				WithHint("it is the chance of being reached, above 0 and below 1: of those who were reached or left out for certain no effect can be told")
		}
		side := sideOf(t.Treated[i])
		count[side]++
		values[side][y]++
	}
	for side, name := range [2]string{"were not reached", "were reached"} {
		if count[side] < cfg.Enough {
			return core.Errorf(core.Unsupported, "the campaign is too small: %d of %d persons %s", count[side], n, name).
				WithHint("at least %d on either side are needed; keep a larger group apart next time", cfg.Enough)
		}
		most := 0
		for _, k := range values[side] {
			most = max(most, k)
		}
		if count[side]-most < few {
			return core.Errorf(core.Unsupported, "the outcome hardly varies: of the %d persons who %s only %d differ from the rest", count[side], name, count[side]-most).
				WithHint("at least %d are needed; take a longer time after the campaign, or another outcome", few)
		}
	}
	return nil
}

func sideOf(treated bool) int {
	if treated {
		return 1
	}
	return 0
}

// assign settles the chance of having been reached, or refuses.
func (s *study) assign(ctx context.Context, r *Report) error {
	t, n := s.t, len(s.t.Outcome)
	s.chance = make([]float64, n)
	share := float64(s.reached) / float64(n)
	r.Assignment = "even"
	for i := range s.chance {
		s.chance[i] = share
	}
	if t.Propensity != nil {
		r.Assignment = "given"
		copy(s.chance, t.Propensity)
	}
	rest := make([]float32, n)
	for i, on := range t.Treated {
		rest[i] = float32(float64(sideOf(on)) - s.chance[i])
	}
	guess, columns, err := s.guess(ctx, rest)
	if err != nil {
		return err
	}
	// Models that have not seen a row expect nothing of what is left if it is
	// chance: then z is standard normal.
	var told, noise, off, all float64
	for i, g := range guess {
		v := s.chance[i] * (1 - s.chance[i])
		told += g * float64(rest[i])
		noise += g * g * v
		off += (float64(rest[i]) - g) * (float64(rest[i]) - g)
		all += float64(rest[i]) * float64(rest[i])
	}
	z, explained := 0.0, 1-off/all
	if noise > 0 {
		z = told / math.Sqrt(noise)
	}
	by := strings.Join(columns, ", ")
	switch {
	case z > 4 && explained > 1e-3 && !s.cfg.Observational && r.Assignment == "given":
		return core.Errorf(core.Unsupported, "the propensities do not fit what happened: %s tell more of who was reached", by).
			WithHint("give the chances with which persons were reached, or call it observational to have them estimated")
	case z > 4 && explained > 1e-3 && !s.cfg.Observational:
		return core.Errorf(core.Unsupported, "the campaign did not reach people by chance: %s tell who was reached, so these differ from the others in more than the campaign", by).
			WithHint("give the chances as a propensity column if they are known, leave out columns that were written after the campaign, or call it observational to have chances estimated")
	case z > 3 && !s.cfg.Observational:
		r.Notes = append(r.Notes, "who was reached can be told a little from "+by+"; check that the campaign was random")
	}
	if !s.cfg.Observational {
		return s.even(r)
	}
	r.Assignment = "estimated"
	r.Notes = append(r.Notes, "not an experiment: the effects lean on the columns holding all that decided who was reached")
	for i, g := range guess {
		s.chance[i] = min(max(share+g, 0.02), 0.98)
	}
	return s.even(r)
}

// even refuses a trial whose weights leave too few effective persons.
func (s *study) even(r *Report) error {
	var sum, squares [2]float64
	for i, on := range s.t.Treated {
		k := sideOf(on)
		w := 1 / (1 - s.chance[i])
		if on {
			w = 1 / s.chance[i]
		}
		sum[k], squares[k] = sum[k]+w, squares[k]+w*w
	}
	for k, name := range [2]string{"not reached", "reached"} {
		if e := sum[k] * sum[k] / squares[k]; e < float64(s.cfg.Enough) {
			return core.Errorf(core.Unsupported, "the chances of being reached differ too much: the persons %s are worth %.0f", name, e).
				WithHint("at least %d are needed; leave out those who were nearly certain to be reached, or nearly certain not to be", s.cfg.Enough)
		}
	}
	return nil
}

// guess expects y of each row by models of the other folds, and names the
// columns that tell most.
func (s *study) guess(ctx context.Context, y []float32) (out []float64, columns []string, err error) {
	out = make([]float64, len(y))
	importance := make([]float64, len(s.x.Cols))
	for f := range s.cfg.Folds {
		learn, ask := s.split(f)
		m, err := tree.FitSquared(ctx, s.x.Take(learn), take(y, learn), s.trees(len(learn)))
		if err != nil {
			return nil, nil, err
		}
		for k, v := range m.Predict(s.x.Take(ask)) {
			out[ask[k]] = v
		}
		for j, v := range m.Importance(len(importance)) {
			importance[j] += v
		}
	}
	for _, j := range largest(importance, 2) {
		columns = append(columns, s.t.Context.Columns[j].Name)
	}
	return out, columns, nil
}
