package quality

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"shoptwin/core"
	"shoptwin/core/relation"
	"shoptwin/core/table"
)

// TablesReport is what [Tables] found.
type TablesReport struct {
	Version int           `json:"version"` // of this form: 1
	Title   Words         `json:"title"`
	Keys    []KeyScore    `json:"keys"`   // as they were given
	Rules   []RuleScore   `json:"rules"`  // likewise
	Tables  []TableReport `json:"tables"` // likewise
	Notes   []Words       `json:"notes,omitempty"`
}

// TableReport is one table's.
type TableReport struct {
	Name   string  `json:"name"`
	Report *Report `json:"report"`
}

// KeyScore compares a key. Shares lie in [0, 1].
type KeyScore struct {
	Key    relation.Link `json:"key"`
	Cells  int           `json:"cells"`  // of the synthetic table that are not missing
	Broken int           `json:"broken"` // of these, that name no row
	Valid  float64       `json:"valid"`  // share that name one; 1 without cells
	// Cardinality is the KS complement of the numbers of rows that the rows of
	// the parent have, zero included.
	Cardinality float64 `json:"cardinality"`
	Real        Spread  `json:"real"`
	Synthetic   Spread  `json:"synthetic"`
	// Trend is the mean similarity, as of a pair of columns, of each column of
	// the parent with each of the child, over rows joined by the key, and with
	// the number of rows; nil if there is none to compare.
	Trend *float64      `json:"trend,omitempty"`
	Worst []BetweenPair `json:"worst,omitempty"` // the least similar, worst first, at most five
}

// Spread is how many rows the rows of a parent have.
type Spread struct {
	Mean    float64 `json:"mean"`
	None    float64 `json:"none"`    // share without any
	Missing float64 `json:"missing"` // share of the child's rows that name none
}

// BetweenPair is a column of the parent and one of the child; Child is "" for
// the number of rows.
type BetweenPair struct {
	Parent string  `json:"parent"`
	Child  string  `json:"child,omitempty"`
	Score  float64 `json:"score"`
}

// RuleScore counts the rows that break a rule.
type RuleScore struct {
	Rule       relation.Rule `json:"rule"`
	Text       string        `json:"text"` // the rule written out
	Rows       int           `json:"rows"` // synthetic rows that it speaks of
	Broken     int           `json:"broken"`
	RealRows   int           `json:"realRows"`
	RealBroken int           `json:"realBroken"`
}

// Limits of what is compared between two tables.
const (
	betweenRows   = 40_000
	betweenLevels = 60
	worstPairs    = 5
)

// Tables judges several synthetic tables against the real ones: every key and
// rule, and every table by itself as [Evaluate] does, without a holdout and without its
// keys.
// Tables are matched by name. report, if not nil, is called on the calling
// goroutine; once ctx is cancelled Tables stops within a moment and returns
// nil with ctx's error.
func Tables(ctx context.Context, real, synthetic []*table.Table, links []relation.Link, rules []relation.Rule, cfg Config, report func(core.Progress)) (*TablesReport, error) {
	r := &TablesReport{Version: 1}
	total, step := int64(len(real)+2), int64(0)
	done := func() {
		if step++; report != nil {
			report(core.Progress{Stage: "judge", Done: step, Total: total, Unit: "tables"})
		}
	}
	for _, l := range links {
		k, err := keyScore(real, synthetic, l)
		if err != nil {
			return nil, err
		}
		r.Keys = append(r.Keys, k)
		if err := ctx.Err(); err != nil {
			return nil, err
		}
	}
	done()
	for _, rule := range rules {
		s := RuleScore{Rule: rule, Text: rule.String()}
		s.Rows, s.Broken = rule.Broken(synthetic, real, links)
		s.RealRows, s.RealBroken = rule.Broken(real, real, links)
		r.Rules = append(r.Rules, s)
		if err := ctx.Err(); err != nil {
			return nil, err
		}
	}
	done()
	for _, t := range real {
		other := relation.Table(synthetic, t.Name)
		if other == nil {
			return nil, core.Errorf(core.Invalid, "there is no synthetic table %q", t.Name)
		}
		one, err := Evaluate(ctx, keyed(t, links), nil, keyed(other, links), cfg, nil)
		switch {
		case ctx.Err() != nil:
			return nil, ctx.Err()
		case err != nil:
			r.Notes = append(r.Notes, Words{fmt.Sprintf("table %q by itself was not judged: %v", t.Name, err), fmt.Sprintf("表“%s”未单独评判：%v", t.Name, err)})
		default:
			r.Tables = append(r.Tables, TableReport{t.Name, one})
		}
		done()
	}
	r.title()
	return r, nil
}

// keyed returns t with the columns of keys marked as such: their values are
// fresh, and what they name is judged by the keys.
func keyed(t *table.Table, links []relation.Link) *table.Table {
	out := &table.Table{Name: t.Name}
	for _, c := range t.Columns {
		for _, l := range links {
			if l.Child == t.Name && l.Column == c.Name || l.Parent == t.Name && l.Key == c.Name {
				mine := *c
				mine.Role = table.Key
				c = &mine
			}
		}
		out.Columns = append(out.Columns, c)
	}
	return out
}

// title says in a line what holds.
func (r *TablesReport) title() {
	broken, rules, least := 0, 0, 1.
	for _, k := range r.Keys {
		broken += k.Broken
		least = min(least, k.Cardinality)
	}
	for _, s := range r.Rules {
		rules += s.Broken
	}
	r.Title = Words{"Every key is valid", "所有键均有效"}
	if broken > 0 {
		r.Title = Words{fmt.Sprintf("%s keys name no row", grouped(float64(broken))), fmt.Sprintf("%s 个键无对应行", grouped(float64(broken)))}
	}
	if len(r.Keys) > 0 {
		r.Title.En += fmt.Sprintf("; numbers of rows are kept to %.3f or better", least)
		r.Title.Zh += fmt.Sprintf("；每个父行的行数分布相似度不低于 %.3f", least)
	}
	if len(r.Rules) > 0 {
		r.Title.En += fmt.Sprintf("; %s of %d rules broken", grouped(float64(rules)), len(r.Rules))
		r.Title.Zh += fmt.Sprintf("；%d 条规则共被违反 %s 次", len(r.Rules), grouped(float64(rules)))
	}
}

// joined is a key's rows on one side.
type joined struct {
	child, parent *table.Table
	rows          []int32
	count         []float64
}

func together(tables []*table.Table, l relation.Link) (j joined, err error) {
	j.child, j.parent = relation.Table(tables, l.Child), relation.Table(tables, l.Parent)
	if j.child == nil || j.parent == nil || j.child.Column(l.Column) == nil || j.parent.Column(l.Key) == nil ||
		j.child.Column(l.Column).Kind != j.parent.Column(l.Key).Kind {
		return j, core.Errorf(core.Invalid, "key %s cannot be looked up in these tables", l).WithHint("check that both columns are there and hold the same kind of values")
	}
	j.rows = relation.Match(j.child.Column(l.Column), j.parent.Column(l.Key))
	j.count = make([]float64, j.parent.Rows())
	for _, r := range j.rows {
		if r >= 0 {
			j.count[r]++
		}
	}
	return j, nil
}

func (j *joined) spread() (s Spread) {
	missing := 0
	for _, r := range j.rows {
		if r < 0 {
			missing++
		}
	}
	for _, n := range j.count {
		if s.Mean += n / float64(len(j.count)); n == 0 {
			s.None += 1 / float64(len(j.count))
		}
	}
	s.Missing = float64(missing) / float64(max(1, len(j.rows)))
	return s
}

func keyScore(real, synthetic []*table.Table, l relation.Link) (KeyScore, error) {
	k := KeyScore{Key: l, Valid: 1}
	a, err := together(real, l)
	if err != nil {
		return k, err
	}
	b, err := together(synthetic, l)
	if err != nil {
		return k, err
	}
	for _, r := range b.rows {
		if r != -1 {
			k.Cells++
		}
		if r == -2 {
			k.Broken++
		}
	}
	if k.Cells > 0 {
		k.Valid = 1 - float64(k.Broken)/float64(k.Cells)
	}
	k.Cardinality = KSComplement(a.count, b.count)
	if math.IsNaN(k.Cardinality) {
		k.Cardinality = 0
	}
	k.Real, k.Synthetic = a.spread(), b.spread()
	k.between(&a, &b)
	return k, nil
}

// between compares the columns of the two tables with each other.
func (k *KeyScore) between(a, b *joined) {
	var pairs []BetweenPair
	compare := func(p, c *table.Column, pb, cb *table.Column, name string) {
		if p == nil || c == nil || pb == nil || cb == nil || p.Kind != pb.Kind || c.Kind != cb.Kind {
			return
		}
		var score float64
		if p.Kind != table.Text && c.Kind != table.Text {
			score, _, _ = CorrelationSimilarity(p.Num, c.Num, pb.Num, cb.Num)
		} else {
			x, xb, ok := levelsOf(p, pb)
			y, yb, also := levelsOf(c, cb)
			if !ok || !also {
				return
			}
			score = ContingencySimilarity(x, y, xb, yb)
		}
		if !math.IsNaN(score) {
			pairs = append(pairs, BetweenPair{p.Name, name, score})
		}
	}
	sa, ra := a.sample()
	sb, rb := b.sample()
	for _, p := range a.parent.Columns {
		other := b.parent.Column(p.Name)
		if p.Name == k.Key.Key || other == nil || p.Role == table.Key || other.Role == table.Key || p.Role == table.FreeText {
			continue
		}
		compare(p, table.NewNumber("", a.count), other, table.NewNumber("", b.count), "")
		pa, pb := p.Take(ra), other.Take(rb)
		for _, c := range a.child.Columns {
			if cb := b.child.Column(c.Name); cb != nil && c.Name != k.Key.Column && c.Role != table.Key && cb.Role != table.Key && c.Role != table.FreeText {
				compare(pa, c.Take(sa), pb, cb.Take(sb), c.Name)
			}
		}
	}
	if len(pairs) == 0 {
		return
	}
	var mean float64
	for _, p := range pairs {
		mean += p.Score / float64(len(pairs))
	}
	k.Trend = &mean
	slices.SortStableFunc(pairs, func(x, y BetweenPair) int { return cmp.Compare(x.Score, y.Score) })
	k.Worst = pairs[:min(len(pairs), worstPairs)]
}

// sample returns rows of the child that name one, evenly, and these.
func (j *joined) sample() (child, parent []int) {
	step := max(1, len(j.rows)/betweenRows)
	for i := 0; i < len(j.rows); i += step {
		if r := j.rows[i]; r >= 0 {
			child, parent = append(child, i), append(parent, int(r))
		}
	}
	return child, parent
}

// levelsOf codes two columns alike, numbers by tenths of the first; false for
// text of many levels.
func levelsOf(a, b *table.Column) (x, y []int32, ok bool) {
	if a.Kind != table.Text {
		return Tenths(a.Num, a.Num), Tenths(b.Num, a.Num), true
	}
	place := map[string]int32{}
	code := func(c *table.Column) []int32 {
		of := make([]int32, len(c.Levels))
		used := make([]bool, len(c.Levels))
		for _, l := range c.Codes {
			if l >= 0 {
				used[l] = true
			}
		}
		for l, s := range c.Levels {
			if used[l] {
				at, ok := place[s]
				if !ok {
					at = int32(len(place))
					place[s] = at
				}
				of[l] = at
			}
		}
		out := make([]int32, len(c.Codes))
		for i, l := range c.Codes {
			if out[i] = -1; l >= 0 {
				out[i] = of[l]
			}
		}
		return out
	}
	x, y = code(a), code(b)
	return x, y, len(place) <= betweenLevels && len(place) > 1
}
