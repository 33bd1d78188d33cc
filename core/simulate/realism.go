package simulate

import (
	"context"
	"fmt"
	"math"
	"slices"

	"shoptwin/core"
)

// Realism is how far drawn customers can be told from real ones that were not
// learned from.
type Realism struct {
	Customers int     `json:"customers"` // real ones that judged
	AUC       float64 `json:"auc"`       // of trees that tell trajectories apart; .5 is not at all
	Tells     []Tell  `json:"tells"`     // what the trees look at most

	// Weekly is the mean over categories and weeks of the relative error of
	// drawn units, all customers together; Chance is what counting noise alone
	// makes of it. Shares of the real units.
	Weekly float64 `json:"weekly"`
	Chance float64 `json:"chance"`

	// Largest distance between the distributions, in [0, 1]: days between
	// visits, lines of a receipt, weeks between purchases of a category.
	Gaps    float64 `json:"gaps"`
	Baskets float64 `json:"baskets"`
	Returns float64 `json:"returns"`

	Elasticities []Elasticity `json:"elasticities"` // best selling first

	Usable bool     `json:"usable"`
	Why    []string `json:"why"` // what speaks against it, in sentences
}

// Tell is one view of trajectories: means over customers.
type Tell struct {
	View  string  `json:"view"`
	Share float64 `json:"share"` // of what the trees look at
	Real  float64 `json:"real"`
	Made  float64 `json:"made"`
}

// What a simulator must reach to be used.
const (
	MostAUC    = .60
	MostWeekly = .10
)

// MostWeekly is how far weekly units may be off: beyond [MostWeekly] where
// chance alone makes that much.
func (r *Realism) MostWeekly() float64 { return math.Max(MostWeekly, 1.5*r.Chance) }

// Refuse returns an error that says why the simulator is not to be used; nil
// when it is usable.
func (r *Realism) Refuse() error {
	if r.Usable {
		return nil
	}
	return core.Errorf(core.Invalid, "the simulator is not like the shop: %s", r.Why[0]).
		WithHint("give a longer history, more customers or the whole table of promotions; --anyway uses it all the same")
}

// Judge lets as many new customers as h has, who were not learned from, live
// through the past and compares their trajectories; weekly units of whole, all
// customers of the past, with those of many drawn customers. The same rng state
// gives the same report.
func (m *Model) Judge(ctx context.Context, held, whole *History, rng source, report func(core.Progress)) (*Realism, error) {
	if len(held.people) < 30 {
		return nil, core.Errorf(core.Invalid, "%d customers are left to judge the simulator by", len(held.people)).WithHint("hold out at least 30")
	}
	seed := rng.Uint64()
	made, err := m.Draw(ctx, m.shop.Past(), len(held.people), seed, report)
	if err != nil {
		return nil, err
	}
	a, _ := held.trajectories()
	b, _ := made.trajectories()
	r := &Realism{Customers: a.Rows()}
	var gain []float64
	if r.AUC, gain, err = twoSample(ctx, a, b, rng); err != nil {
		return nil, err
	}
	order := ranked(gain)
	slices.Reverse(order)
	for _, v := range order[:10] {
		r.Tells = append(r.Tells, Tell{views[v], gain[v], meanOf(a.Columns[v].Num), meanOf(b.Columns[v].Num)})
	}
	x, y := held.rhythm(), made.rhythm()
	r.Gaps, r.Baskets, r.Returns = distance(x[0], y[0]), distance(x[1], y[1]), distance(x[2], y[2])
	many := max(4*len(whole.people), 2000) // so many that their own chance counts little
	crowd, err := m.Draw(ctx, m.shop.Past(), many, seed+1, report)
	if err != nil {
		return nil, err
	}
	r.Weekly, r.Chance = weeklyError(whole, crowd)
	if r.Elasticities, err = m.elasticities(ctx, min(many, 2000), seed+2); err != nil {
		return nil, err
	}
	r.Elasticities = withUnits(r.Elasticities, whole)
	r.verdict()
	return r, nil
}

func (r *Realism) verdict() {
	r.Why = []string{}
	if !(r.AUC <= MostAUC) {
		r.Why = append(r.Why, fmt.Sprintf("its customers can be told from real ones with an AUC of %.2f, at most %.2f is allowed; what gives them away most is %q, %.3g on average where real customers have %.3g",
			r.AUC, MostAUC, r.Tells[0].View, r.Tells[0].Made, r.Tells[0].Real))
	}
	if bar := r.MostWeekly(); !(r.Weekly <= bar) {
		r.Why = append(r.Why, fmt.Sprintf("weekly units of categories are off by %.0f %%, %.0f %% is allowed", 100*r.Weekly, 100*bar))
	}
	r.Usable = len(r.Why) == 0
}

// weeklyError compares units by category and week, made being scaled to as
// many customers as real has.
func weeklyError(real, made *History) (mape, chance float64) {
	a, _ := real.sold()
	b, _ := made.sold()
	scale := float64(len(real.people)) / float64(len(made.people))
	squares, units, n := 0.0, 0.0, 0.0
	for _, p := range real.people {
		for _, l := range p.lines {
			squares += float64(l.quantity) * float64(l.quantity)
			units += float64(l.quantity)
		}
	}
	lumps := squares / units // variance over mean of counts that come in lumps
	for k := range a {
		for w, x := range a[k] {
			if x > 0 {
				mape += math.Abs(x-scale*b[k][w]) / x
				chance += math.Sqrt(2 / math.Pi * lumps / x)
				n++
			}
		}
	}
	return mape / n, chance / n
}

// rhythm lists days between visits, lines of receipts, and weeks between
// purchases of a category.
func (h *History) rhythm() (out [3][]float64) {
	for _, p := range h.people {
		last, lastDay, lines := map[int]int16{}, -1, 0.0
		for i, l := range p.lines {
			day := int(l.week)*7 + int(l.day)
			if i > 0 && l.receipt != p.lines[i-1].receipt {
				out[1] = append(out[1], lines)
				out[0] = append(out[0], float64(day-lastDay))
				lines = 0
			}
			lines++
			lastDay = day
			cat := h.items[l.item].cat
			if w, ok := last[cat]; ok {
				out[2] = append(out[2], float64(l.week-w))
			}
			last[cat] = l.week
		}
		if lines > 0 {
			out[1] = append(out[1], lines)
		}
	}
	return out
}

// distance is the two-sample Kolmogorov-Smirnov statistic.
func distance(a, b []float64) (d float64) {
	slices.Sort(a)
	slices.Sort(b)
	i, j := 0, 0
	for i < len(a) && j < len(b) {
		x := math.Min(a[i], b[j])
		for i < len(a) && a[i] <= x {
			i++
		}
		for j < len(b) && b[j] <= x {
			j++
		}
		d = math.Max(d, math.Abs(float64(i)/float64(len(a))-float64(j)/float64(len(b))))
	}
	return d
}

func meanOf(x []float64) float64 {
	var m moments
	for _, v := range x {
		if v == v {
			m.add(v)
		}
	}
	return m.mean()
}
