// Package uplift says what a campaign changed, in whom, and whom to reach next
// time.
//
// A [Trial] holds a row for each person: what was known before, whether the
// campaign reached them, what they did after it. [Evaluate] expects the effect
// on each person by three learners over boosted trees (T and X, Künzel et al.
// 2019; DR, Kennedy 2023), always by models that have not seen that person,
// and judges their rankings by what happened. It refuses, in words, a campaign
// that did not reach people by chance, and one too small to tell anything.
package uplift

import (
	"context"
	"math/rand/v2"

	"shoptwin/core"
	"shoptwin/core/table"
)

// Trial is a campaign. Rows are persons, in the same order everywhere.
type Trial struct {
	Context    *table.Table // what was known before the campaign; at least one column
	Treated    []bool       // whether the campaign reached them
	Outcome    []float64    // what they did after it: bought (0 or 1), or how much; finite
	Propensity []float64    // chance with which they were reached, in (0, 1); nil: the same for all
}

// Config is what was chosen; its zero value is the default.
type Config struct {
	Folds         int     // persons are dealt into so many; each is asked of the models of the others; default 5
	Resamples     int     // of the bootstrap; default 400
	Level         float64 // of the intervals; default 0.9
	Value         float64 // money for one unit of outcome; default 1
	Cost          float64 // money for reaching one person
	Observational bool    // the campaign was not random: estimate who was likely to be reached
	Enough        int     // persons, on either side, below which nothing is said; default 200
}

// Interval is an estimate with the bounds of its interval.
type Interval struct {
	Mean float64 `json:"mean"`
	Lo   float64 `json:"lo"`
	Hi   float64 `json:"hi"`
}

// Learner is how well one learner ranks persons by the effect on them.
type Learner struct {
	Name string `json:"name"` // t, x, dr; chosen is the best of them by the other folds
	// AUUC is the area between the gain of reaching persons from the largest
	// expected effect down and that of reaching them by chance, in units of
	// outcome for each person of the trial (Gutierrez and Gérardy 2017), by
	// doubly robust scores. 0 is a ranking by chance.
	AUUC Interval `json:"auuc"`
	// Qini is the same area by Radcliffe's (2007) counts: what those reached
	// did, less what as many not reached did.
	Qini Interval `json:"qini"`
	// Loss is the mean squared distance of expected effects from the doubly
	// robust scores; the smallest is nearest to the truth.
	Loss float64 `json:"loss"`
}

// Point of the gain curve: reaching that share of the persons, from the
// largest expected effect down, brings so many units of outcome for each
// person of the trial.
type Point struct {
	Share float64  `json:"share"`
	Gain  Interval `json:"gain"`
}

// Group is a fifth of the persons, by expected effect.
type Group struct {
	Rows     int      `json:"rows"`
	Expected float64  `json:"expected"` // mean effect on one person
	Effect   Interval `json:"effect"`   // what the trial shows
}

// Target is whom to reach: all whose expected effect is worth more than the
// cost of reaching them. Money is for each person of the trial.
type Target struct {
	Share     float64  `json:"share"`     // of the persons, in [0, 1]
	Threshold float64  `json:"threshold"` // effect from which it pays
	Gain      Interval `json:"gain"`
	Everyone  Interval `json:"everyone"` // gain of reaching all
	Better    Interval `json:"better"`   // Gain less the better of Everyone and no one
	Chance    float64  `json:"chance"`   // that Better is above 0, in [0, 1]
}

// Driver is a column's share in what the expected effects differ by.
type Driver struct {
	Column string  `json:"column"`
	Share  float64 `json:"share"`
}

// Report is what a trial tells.
type Report struct {
	Rows       int       `json:"rows"`
	Treated    int       `json:"treated"`
	Effect     Interval  `json:"effect"`     // mean over persons, in units of outcome
	Without    float64   `json:"without"`    // mean outcome expected without the campaign
	Assignment string    `json:"assignment"` // even (one chance for all), given, estimated
	Learners   []Learner `json:"learners"`   // t, x, dr, chosen
	Curve      []Point   `json:"curve"`      // of chosen
	Groups     []Group   `json:"groups"`     // of chosen, largest expected effect first
	Target     Target    `json:"target"`
	Drivers    []Driver  `json:"drivers"` // largest first
	Notes      []string  `json:"notes"`

	Expected []float64 `json:"-"` // effect on each person, of chosen
}

func (c Config) withDefaults() Config {
	if c.Folds == 0 {
		c.Folds = 5
	}
	if c.Resamples == 0 {
		c.Resamples = 400
	}
	if c.Level == 0 {
		c.Level = 0.9
	}
	if c.Value == 0 {
		c.Value = 1
	}
	if c.Enough == 0 {
		c.Enough = 200
	}
	return c
}

// Evaluate expects the effect on each person of t and says how good that is.
//
// Without a propensity every person is taken to have been reached with the
// same chance, and the trial is refused (Unsupported) where the context tells
// who was: then those reached and not reached differ in more than the
// campaign. So is one whose propensities do not fit what happened. With
// cfg.Observational they are estimated instead, and what comes out leans on
// the context holding all that mattered. Fewer than cfg.Enough persons on a
// side, or so few that did anything at all, are refused too.
//
// A learner is chosen for each fold by its loss on the others, so that no
// person's own outcome chooses what is expected of them. The same rng state
// gives the same report on any number of threads; it stops between two models
// once ctx is cancelled. report, if not nil, is called after every fold. O(folds ×
// rows × columns × trees + resamples × rows): 20,000 persons of ten columns
// take some 6 s.
func Evaluate(ctx context.Context, t *Trial, cfg Config, rng *rand.Rand, report func(core.Progress)) (*Report, error) {
	cfg = cfg.withDefaults()
	if err := t.check(cfg); err != nil {
		return nil, err
	}
	s, err := newStudy(t, cfg, rng)
	if err != nil {
		return nil, err
	}
	r := &Report{Rows: len(t.Outcome), Treated: s.reached, Notes: []string{}}
	if err := s.assign(ctx, r); err != nil {
		return nil, err
	}
	for f := range cfg.Folds {
		if err := s.fold(ctx, f); err != nil {
			return nil, err
		}
		if report != nil {
			report(core.Progress{Stage: "uplift", Done: int64(f + 1), Total: int64(cfg.Folds), Unit: "folds"})
		}
	}
	s.choose()
	s.judge(r, rng)
	if err := s.drivers(ctx, r); err != nil {
		return nil, err
	}
	return r, nil
}
