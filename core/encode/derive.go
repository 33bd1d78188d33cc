package encode

import (
	"cmp"
	"context"
	"math"
	"math/rand/v2"
	"slices"

	"shoptwin/core/table"
)

// Rule is how a derived column follows from another one: product to category,
// store to region, education to years of education. What is a rule in the
// real table is then one in every sample, without being learned.
type Rule struct {
	Source int // index of the other column
	// Num or Label is this column's cell for each piece of the source, and
	// last for a missing source: a number, NaN for missing, +Inf where there
	// is no rule; or an index into Levels, -1 for missing, -2 for no rule.
	Num   []float64
	Label []int32
}

const noRule = -2

// Limits of the search for rules.
const (
	ruleColumns = 300 // columns that are looked at
	ruleRare    = .05 // share of rows that the source may have in forgotten values
	ruleChance  = -30 // log of the chance that independent columns look like a rule
)

// derive finds columns whose cells are decided by another column's in every
// row, and makes them follow it. The source is text, or numbers that are all
// remembered; a level that stands for itself has MinCount rows or more, so a
// rule never speaks of fewer.
func (e *Encoder) derive(ctx context.Context, t *table.Table) {
	var order []int // finest first, so that rules hang on columns that have none
	for i := range min(len(e.Columns), ruleColumns) {
		if c := &e.Columns[i]; c.Form == Modelled && len(c.Parts) == 1 && c.Field.Kind != table.Time {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Compare(len(e.Columns[b].Parts[0].Count), len(e.Columns[a].Parts[0].Count))
	})
	pieces := map[int][]int32{}
	for _, s := range order {
		if p := &e.Columns[s].Parts[0]; p.atomic() {
			pieces[s] = p.piecesOf(t.Columns[s])
		}
	}
	source := map[int]bool{} // these stay as they are
	for _, b := range slices.Backward(order) {
		if ctx.Err() != nil {
			return
		}
		for _, s := range order {
			src := &e.Columns[s]
			if s == b || source[b] || e.Columns[b].known || pieces[s] == nil || src.Form != Modelled {
				continue
			}
			if rule := findRule(&src.Parts[0], pieces[s], t.Columns[b], &e.Columns[b].Parts[0], e.Config.MinCount); rule != nil {
				rule.Source = s
				source[s] = true
				e.Columns[b].Rule, e.Columns[b].Form = rule, Derived
				e.Columns[b].Parts[0].Free = true
				break
			}
		}
	}
}

// settle finds the rules' cells anew once narrowing has put the levels in
// their final order.
func (e *Encoder) settle(t *table.Table) {
	for i := range e.Columns {
		if c := &e.Columns[i]; c.Form == Derived {
			s := c.Rule.Source
			src := &e.Columns[s].Parts[0]
			c.Rule = findRule(src, src.piecesOf(t.Columns[s]), t.Columns[i], &c.Parts[0], e.Config.MinCount)
			c.Rule.Source = s
		}
	}
}

// atomic says whether every piece is a single value.
func (p *Part) atomic() bool {
	for i := range p.Lo {
		if p.Lo[i] != p.Hi[i] {
			return false
		}
	}
	return true
}

// piecesOf returns the piece of each cell of c: len(p.Count) for a missing
// one, -1 for a value that is not remembered.
func (p *Part) piecesOf(c *table.Column) []int32 {
	out := make([]int32, c.Len())
	gone := int32(len(p.Count))
	if p.Unit == Label {
		index := make(map[string]int32, len(p.Levels))
		for i, l := range p.Levels {
			index[l] = int32(i)
		}
		byLevel := make([]int32, len(c.Levels))
		for l, name := range c.Levels {
			byLevel[l] = -1
			if i, ok := index[name]; ok {
				byLevel[l] = i
			}
		}
		for i, code := range c.Codes {
			if out[i] = gone; code >= 0 {
				out[i] = byLevel[code]
			}
		}
		return out
	}
	for i, x := range c.Num {
		if math.IsNaN(x) {
			out[i] = gone
		} else if k, ok := slices.BinarySearch(p.Lo, x); ok {
			out[i] = int32(k)
		} else {
			out[i] = -1
		}
	}
	return out
}

// findRule returns the rule that takes source pieces to the cells of c, whose
// part is p; nil if there is none, or it may be chance.
func findRule(src *Part, pieces []int32, c *table.Column, p *Part, minCount int) *Rule {
	n := len(src.Count)
	first := make([]int32, n+1) // a row of each piece, + 1
	rows := make([]int64, n+1)
	same := func(a, b int) bool {
		if c.Kind == table.Text {
			return c.Codes[a] == c.Codes[b]
		}
		return c.Num[a] == c.Num[b] || math.IsNaN(c.Num[a]) && math.IsNaN(c.Num[b])
	}
	if n < 2 {
		return nil
	}
	rare, free := 0, false // free: a missing source says nothing
	for i, k := range pieces {
		switch {
		case k < 0:
			rare++
		case first[k] == 0:
			first[k] = int32(i + 1)
			rows[k]++
		case same(i, int(first[k]-1)):
			rows[k]++
		case int(k) == n:
			free = true
		default:
			return nil
		}
	}
	if float64(rare) > ruleRare*float64(len(pieces)) || chance(rows[:n], c, p) > ruleChance {
		return nil
	}
	free = free || rows[n] < int64(minCount)
	r := &Rule{}
	index := map[string]int32{}
	for i, l := range p.Levels {
		index[l] = int32(i)
	}
	for k, row := range first {
		known := row > 0 && (k < n || !free)
		if c.Kind != table.Text {
			x := math.Inf(1)
			if known {
				x = c.Num[row-1]
			}
			r.Num = append(r.Num, x)
			continue
		}
		l := int32(noRule)
		if known {
			if code := c.Codes[row-1]; code < 0 {
				l = -1
			} else if i, ok := index[c.Levels[code]]; ok {
				l = i
			}
		}
		r.Label = append(r.Label, l)
	}
	return r
}

// chance bounds the log of the probability that each of the groups of that
// many rows holds a single value of c if rows were shuffled.
func chance(rows []int64, c *table.Column, p *Part) float64 {
	// The most frequent value decides: groups agree on it most easily.
	var most, total int64
	for _, n := range p.Count {
		most = max(most, n)
		total += n
	}
	gone := int64(c.Len()) - total
	share := float64(max(most, gone)) / float64(c.Len())
	var log float64
	for _, n := range rows {
		if n > 1 {
			// sum over values of share^n is at most largest^(n-1)
			log += float64(n-1) * math.Log(share)
		}
	}
	return log
}

// follow returns a derived column for rows with these pieces of the source.
func (c *Column) follow(pieces []int32, rng *rand.Rand) *table.Column {
	p := &c.Parts[0]
	out := &table.Column{Field: c.Field}
	var silent []int // rows where there is no rule
	if c.Field.Kind == table.Text {
		out.Levels, out.Codes = p.Levels, make([]int32, len(pieces))
		for i, k := range pieces {
			if k < 0 { // a known cell that was not remembered
				silent = append(silent, i)
			} else if out.Codes[i] = c.Rule.Label[k]; out.Codes[i] == noRule {
				silent = append(silent, i)
			}
		}
	} else {
		out.Num = make([]float64, len(pieces))
		for i, k := range pieces {
			if k < 0 {
				silent = append(silent, i)
			} else if out.Num[i] = c.Rule.Num[k]; math.IsInf(out.Num[i], 1) {
				silent = append(silent, i)
			}
		}
	}
	if len(silent) == 0 {
		return out
	}
	piece, place := make([]int32, len(silent)), make([]float64, len(silent))
	p.spread(p.draw(len(silent), rng), p.Count, nil, rng, piece, place)
	num := []float64(nil)
	if p.Unit != Label {
		num = p.numbers(piece, place)
	}
	for j, i := range silent {
		switch {
		case num != nil:
			out.Num[i] = num[j]
		case int(piece[j]) == len(p.Count):
			out.Codes[i] = -1
		default:
			out.Codes[i] = piece[j]
		}
	}
	return out
}
