// Package simulate learns shoppers from receipts, and lets them live through
// promotions that never ran.
//
// [Fit] learns a [Model] from a [History]: kinds of customers with their
// tastes, household sizes and the categories they buy; in each week, whether a
// customer comes, whether a category is bought (a hazard that falls with what
// is at home and rises with the pull of the week's offers), which of its
// products, and how many. All is fitted by likelihood. Then customers are
// drawn, live through the past, and a discriminator learns to tell their
// trajectories from real ones; kinds of customers that it takes for real are
// kept rather than others, and habits move until it sees less (after Virtual-
// Taobao, Shi et al. 2019, whose GAN-SD draws customers and whose MAIL matches
// trajectories).
//
// [Model.Judge] says how far the drawn trajectories can be told from those of
// customers that were not learned from, and refuses a simulator that fails.
// [Units] is the same for weekly sales without customers.
package simulate

import (
	"context"
	"math/rand/v2"

	"shoptwin/core"
)

// source is where chance comes from.
type source = *rand.Rand

// Config is what was chosen; its zero value is the default.
type Config struct {
	Classes int // of customers; default one for 150 of them, 1 to 6
	Match   int // rounds of adversarial matching; default 2, -1 for none
}

// Model is what was learned: sums over customers, no customer. It does not
// change once fitted.
type Model struct {
	Config  Config
	shop    *History // items, categories, offers of the past; no people
	Moved   []float64
	choices []*choice
	needs   []*need
	homes   *homes
	trips   *trips
}

// Fit learns from h. The same h, cfg and rng state give the same model,
// whatever the number of threads. report, if not nil, is called after every
// round. Once ctx is cancelled Fit stops within one round and returns ctx's
// error.
//
// O(rounds × (lines × items of a category + customers × categories × weeks)).
func Fit(ctx context.Context, h *History, cfg Config, rng *rand.Rand, report func(core.Progress)) (*Model, error) {
	if cfg.Classes == 0 {
		cfg.Classes = min(max(len(h.people)/150, 1), 6)
	}
	if cfg.Match == 0 {
		cfg.Match = 2
	}
	if cfg.Classes < 1 || cfg.Classes > 50 || len(h.people) < 20*cfg.Classes {
		return nil, core.Errorf(core.Invalid, "%d classes of %d customers", cfg.Classes, len(h.people)).WithHint("leave it 0, or give each class 20 customers")
	}
	shop := *h
	shop.people = nil
	m := &Model{Config: cfg, shop: &shop}
	all := eventsOf(h)
	class := kinds(h, all, cfg.Classes)
	if err := m.fitChoices(ctx, h, all, class, rng, report); err != nil {
		return nil, err
	}
	if err := m.fitNeeds(ctx, h, all, class, report); err != nil {
		return nil, err
	}
	m.fitTrips(h, class)
	if cfg.Match > 0 {
		if err := m.match(ctx, h, rng, report); err != nil {
			return nil, err
		}
	}
	return m, nil
}
