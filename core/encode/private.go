package encode

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"

	"shoptwin/core"
	"shoptwin/core/privacy"
	"shoptwin/core/table"
)

// Budget is what FitPrivate may spend.
type Budget struct {
	Ledger *privacy.Ledger
	Rho    float64 // of the ledger's
	Delta  float64 // of the ledger's, for values that nobody listed
	// Known holds by column name what is public and costs nothing.
	Known map[string]Known
}

// Known is what is public about a column.
type Known struct {
	Lo, Hi float64  // of a number: its range, if Hi > Lo
	Levels []string // of text: what values it can have
}

// Margin is what is known of a block's codes: noisy counts and the variance of
// their noise.
type Margin struct{ Count, Var []float64 }

// FitPrivate is [Fit] with differential privacy: whatever the encoder and the
// margins (one for each block) hold is computed from noisy counts that are
// entered in b.Ledger, and from what is taken to be public: the names of the
// table and its columns, their kinds, the layouts of times, the roles that
// are not Auto, and b.Known.
//
// Spent is, a column: a histogram of its form (missing, decimals, weekdays);
// for a number one of powers of two to find its range, unless that is known,
// and of its distinct values, of which only frequent ones are kept, by
// threshold, then one over intervals that share the range as the earlier ones
// tell; for text one of its levels, rare ones dropped by threshold unless
// they are known. A role that is Auto costs a noisy number of distinct values
// where it hangs on it.
//
// No rule, formula or context between columns is sought, as that is not paid
// for. Keys are written in a form that does not follow the real ones': they
// can meet a real key by chance. Nothing is an error for what the rows hold,
// not even that there are none, as errors would tell.
//
// rng must be unpredictable; see [privacy.Gaussian.Draw].
func FitPrivate(t *table.Table, cfg Config, b Budget, rng *rand.Rand) (*Encoder, []Margin, error) {
	cfg = cfg.WithDefaults()
	if err := t.Check(); err != nil {
		return nil, nil, core.Wrap(err, "cannot learn from table %q", t.Name).WithHint("repair or drop that column first")
	}
	if len(t.Columns) == 0 {
		return nil, nil, core.Errorf(core.Invalid, "table %q has no columns", t.Name)
	}
	f := &private{Budget: b, rng: rng, cfg: cfg}
	var weight float64
	for _, c := range t.Columns {
		weight += f.weight(c)
	}
	rho := b.Rho * .98
	n, sigma := f.ask(privacy.ForForm, []int64{int64(t.Rows())}, b.Rho-rho)
	f.rows = max(1, float64(n[0]))
	e := &Encoder{Config: cfg, Table: t.Name, Rows: int(f.rows), Columns: make([]Column, len(t.Columns))}
	f.rowsVar = sigma * sigma
	f.e = e
	var margins []Margin
	for i, c := range t.Columns {
		w := f.weight(c) / weight
		out, m := f.column(c, rho*w, b.Delta*w)
		e.Columns[i] = out
		margins = append(margins, m...)
	}
	if !slices.ContainsFunc(e.Columns, func(c Column) bool { return c.Form != LeftOut }) {
		return nil, nil, core.Errorf(core.Invalid, "table %q has no column that can be imitated", t.Name).
			WithHint("free text is left out; give a column another role if it is none")
	}
	return e, margins, e.index()
}

// private is a FitPrivate under way.
type private struct {
	Budget
	e             *Encoder
	cfg           Config
	rng           *rand.Rand
	rows, rowsVar float64 // noisy
}

// weight is a column's share of the budget: what is asked about it.
func (f *private) weight(c *table.Column) float64 {
	switch {
	case c.Role == table.Key || c.Role == table.FreeText:
		return .1
	case c.Kind == table.Time:
		return 2
	case c.Kind == table.Number:
		return 2.2
	}
	return 1
}

// ask returns noisy counts, bought with rho, and their sigma.
func (f *private) ask(what string, count []int64, rho float64) ([]int64, float64) {
	g := f.noise(rho)
	return f.Ledger.Histogram(what, count, g, f.rng), g.Sigma()
}

func (f *private) noise(rho float64) privacy.Gaussian {
	g, ok := privacy.NewGaussian(rho, f.Ledger.Rows())
	if !ok {
		panic(core.Errorf(core.Invalid, "epsilon is too small for that many columns").WithHint("give a larger epsilon, or learn fewer columns"))
	}
	return g
}

// sure is by how many sigmas a count must be above 0 to count as something.
const sure = 4.5

func (f *private) column(c *table.Column, rho, delta float64) (Column, []Margin) {
	out := Column{Field: c.Field}
	role := c.Role
	if role == table.Auto {
		role = table.DetectRole(c.Field, 0, int(f.rows), 0)
		if c.Kind == table.Text || table.DetectRole(c.Field, 1<<40, 1<<40, 0) == table.Key {
			n, _ := f.ask(privacy.ForRoles, []int64{distinct(c)}, rho*.04)
			role = table.DetectRole(c.Field, int(max(0, n[0])), int(f.rows), 0)
			rho *= .96
		}
	}
	if out.Field.Role = role; c.Kind == table.Time {
		return f.time(out, c, rho, delta)
	}
	switch {
	case role == table.FreeText && c.Kind == table.Text:
		out.Form = LeftOut
		f.e.warn("column %q holds free text and is left out", c.Name)
		return out, nil
	case role == table.Key:
		return f.key(out, c, rho), nil
	}
	var p Part
	var m Margin
	var ok bool
	if c.Kind == table.Text {
		p, m, ok = f.levels(c, rho, delta)
	} else {
		form, sigma := f.ask(privacy.ForForm, decimals(c.Num), rho*.05)
		g := grainOf(form[1:], sigma)
		if out.Field.Decimals > g.decimals {
			out.Field.Decimals = g.decimals
		}
		p, m, ok = f.number(c.Num, rho*.95, delta, numeric{grain: g, known: f.Known[c.Name], unit: Value})
	}
	return f.finish(out, []Part{p}, []Margin{m}, ok)
}

// finish makes a modelled column of its parts.
func (f *private) finish(out Column, parts []Part, margins []Margin, ok bool) (Column, []Margin) {
	if !ok {
		out.Form, out.Parts, out.Days = Empty, nil, nil
		f.e.warn("column %q has too few values to say anything about them in private; it is left empty", out.Field.Name)
		return out, nil
	}
	out.Parts = parts
	var keep []Margin
	for j := range parts {
		p := &parts[j]
		p.Mass = make([]int64, p.Width())
		for b, n := range margins[j].Count {
			p.Mass[b] = max(0, int64(math.Round(n)))
		}
		if p.Free = p.Width() < 2; !p.Free {
			keep = append(keep, margins[j])
		}
	}
	return out, keep
}

// key makes fresh keys for a column: their number of rows each is the mean.
func (f *private) key(out Column, c *table.Column, rho float64) Column {
	gone := int64(0)
	for i := range c.Len() {
		if c.Missing(i) {
			gone++
		}
	}
	n, _ := f.ask(privacy.ForForm, []int64{gone}, rho/2)
	d, _ := f.ask(privacy.ForRoles, []int64{distinct(c)}, rho/2)
	out.Form = Keyed
	k := &Key{Number: c.Kind == table.Number, Start: 1, Digits: 7, Missing: min(1, max(0, float64(n[0])/f.rows))}
	if !k.Number {
		k.generic(c.Name, nil)
	}
	if mean := f.rows * (1 - k.Missing) / max(1, float64(d[0])); mean > 1.1 {
		k.Repeat = geometric(mean)
		f.e.warn("column %q is a key that repeats: it gets fresh values that repeat as often on average, without ties to other columns; give it the role category to keep its values", c.Name)
	}
	out.Key = k
	return out
}

// geometric is how many rows share a key if only their mean is known.
func geometric(mean float64) *Part {
	p := &Part{Rare: -1, Scale: 1, Step: 1, From: []int32{0}, Mass: []int64{1 << 20}}
	for i, left := 1, 1.; i <= 1000 && left > 1e-3; i++ {
		p.add(float64(i), float64(i), max(1, int64(left/mean*(1<<20))))
		left *= 1 - 1/mean
	}
	p.To = []int32{int32(len(p.Count))}
	return p
}

// distinct returns the number of different values, which one row more changes
// by one at most.
func distinct(c *table.Column) int64 {
	if c.Kind != table.Text {
		seen := map[float64]struct{}{}
		for _, x := range c.Num {
			if x == x {
				seen[x] = struct{}{}
			}
		}
		return int64(len(seen))
	}
	seen := make([]bool, len(c.Levels))
	n := int64(0)
	for _, l := range c.Codes {
		if l >= 0 && !seen[l] {
			seen[l] = true
			n++
		}
	}
	return n
}

// levels learns a column of text from one histogram of its levels.
func (f *private) levels(c *table.Column, rho, delta float64) (Part, Margin, bool) {
	listed := f.Known[c.Name].Levels
	place := make(map[string]int, len(listed))
	for i, l := range listed {
		place[l] = i
	}
	known := make([]int64, 1+len(listed)) // missing, and what is listed
	found := make([]int64, len(c.Levels))
	for _, l := range c.Codes {
		if l < 0 {
			known[0]++
		} else if i, ok := place[c.Levels[l]]; ok {
			known[1+i]++
		} else if len(listed) == 0 {
			found[l]++
		}
	}
	g := f.noise(rho)
	var cells []int
	var noisy []int64
	if len(listed) > 0 {
		known = f.Ledger.Histogram(privacy.ForCounts, known, g, f.rng)
	} else {
		// Levels are looked at in the order of their names, not in the order
		// of the rows, which the noise would then follow.
		order := make([]int, len(found))
		for i := range order {
			order[i] = i
		}
		slices.SortFunc(order, func(a, b int) int { return cmp.Compare(c.Levels[a], c.Levels[b]) })
		sorted := make([]int64, len(found))
		for i, l := range order {
			sorted[i] = found[l]
		}
		known, cells, noisy = f.Ledger.Frequent(privacy.ForValues, known, sorted, g, delta, int64(f.cfg.MinCount), f.rng)
		for i := range cells {
			cells[i] = order[cells[i]]
		}
	}
	p := Part{Unit: Label, Rare: -1}
	s := g.Sigma()
	gone := float64(known[0])
	if p.Missing = gone > sure*s; !p.Missing {
		gone = 0
	}
	left := f.rows - gone
	keep := func(level string, n int64) {
		p.Levels, p.Count = append(p.Levels, level), append(p.Count, max(1, n))
		left -= float64(n)
	}
	for i, l := range listed {
		keep(l, known[1+i])
	}
	for i, l := range cells {
		keep(c.Levels[l], noisy[i])
	}
	order := make([]int, len(p.Levels))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(p.Count[b], p.Count[a]) })
	p.reorder(order)
	restVar := f.rowsVar + s*s*float64(len(p.Count)+1)
	if left < sure*math.Sqrt(restVar) || len(listed) > 0 {
		left = 0
	}
	if p.rareRows = int64(left); left > rareShare*f.rows || len(p.Levels) == 0 && left > 0 {
		p.other = "other"
		for slices.Contains(p.Levels, p.other) {
			p.other += "_"
		}
		f.e.warn("column %q: about %d rows hold values too rare to be told in private; they are written as %q", c.Name, p.rareRows, p.other)
	}
	if len(p.Levels) == 0 && p.other == "" {
		return p, Margin{}, false
	}
	own := 0 // levels frequent enough for pair tables
	for own < len(p.Count) && own < f.cfg.MaxLevels-2 && float64(p.Count[own]) > max(.003*f.rows, 4*s) {
		own++
	}
	if own < len(p.Count) {
		own++
	}
	p.group(nil, own, 1)
	return p, f.labelMargin(&p, gone, s, restVar), true
}

func (f *private) labelMargin(p *Part, gone, sigma, restVar float64) Margin {
	m := Margin{make([]float64, p.Width()), make([]float64, p.Width())}
	for b := range p.From {
		if int32(b) == p.Rare && p.rareRows > 0 && (p.other != "" || p.rareBins(1) > 0) {
			m.Count[b], m.Var[b] = float64(p.rareRows), restVar
			continue
		}
		for k := p.From[b]; k < p.To[b]; k++ {
			m.Count[b] += float64(p.Count[k])
			m.Var[b] += sigma * sigma
		}
	}
	if p.Missing {
		m.Count[len(p.From)], m.Var[len(p.From)] = gone, sigma*sigma
	}
	return m
}
