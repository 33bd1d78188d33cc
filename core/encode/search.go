package encode

import (
	"cmp"
	"context"
	"math"
	"math/rand/v2"
	"slices"

	"shoptwin/core"
	"shoptwin/core/table"
)

// Limits of the search for contexts.
const (
	relateRows   = 60_000 // rows that are looked at; a third of them judges
	relateLeast  = 1000   // rows below which nothing is sought
	relateTests  = 1000   // pairs of parts that are tried with so many rows; fewer rows for more
	relateGain   = .02    // bits a row that a context must save on rows not counted
	relateShare  = .6     // of a part's bits that its contexts must save for it to go without a block
	relateOthers = 4      // parts tried as the contexts of one without a block; four times as many for others
	relateShift  = .003   // mean squared contingency by which a pair of columns may change then
)

// search is the choice of contexts.
type search struct {
	*observed
	ctx          context.Context // when it ends, nothing more is tried
	count, judge []int32         // rows
	minCount     int64
	found        map[int][]Context
	free         map[int]bool
	deps         [][]bool // deps[x][y]: x is drawn after y
}

func (e *Encoder) newSearch(ctx context.Context, t *table.Table, rng *rand.Rand) *search {
	parts := max(1, len(e.blocks))
	n := min(t.Rows(), relateRows, max(relateLeast, relateRows*relateTests/(2*parts*parts)))
	rows := make([]int, n)
	if rng != nil {
		copy(rows, rng.Perm(t.Rows()))
	} else {
		for i := range rows {
			rows[i] = i * t.Rows() / n
		}
	}
	s := &search{observed: e.observe(t, rows), ctx: ctx, found: map[int][]Context{}, free: map[int]bool{}, deps: make([][]bool, len(e.parts))}
	for k := range s.deps {
		s.deps[k] = make([]bool, len(e.parts))
	}
	for i := range rows {
		if i%3 == 2 {
			s.judge = append(s.judge, int32(i))
		} else {
			s.count = append(s.count, int32(i))
		}
	}
	s.minCount = max(2, int64(math.Round(float64(e.Config.MinCount)*float64(len(s.count))/float64(t.Rows()))))
	return s
}

// grow adds contexts to part k, at most most, as long as they save bits. It
// returns them and the bits with and without.
func (s *search) grow(k int, free bool, most int) (by []Context, with, without float64) {
	if s.ctx.Err() != nil {
		return nil, 0, 0
	}
	without = s.bits(k, nil, free)
	with = without
	if without < relateGain {
		return nil, with, without
	}
	open := s.candidates(k, free)
	for len(by) < most && len(open) > 0 && s.ctx.Err() == nil {
		bits := make([]float64, len(open))
		core.Parallel(len(open), func(i int) { bits[i] = s.bits(k, append(slices.Clone(by), open[i]), free) })
		best := 0
		for i := range bits {
			if bits[i] < bits[best] {
				best = i
			}
		}
		if bits[best] > with-relateGain {
			break
		}
		first := with
		with = bits[best]
		c := open[best]
		by = append(by, c)
		// What saved nothing alone is not tried again.
		next := open[:0:0]
		for i, o := range open {
			if o.Part != c.Part && bits[i] < first-relateGain/4 {
				next = append(next, o)
			}
		}
		open = next
	}
	return by, with, without
}

// candidates are the contexts that are tried for part k: the parts whose codes
// tell most about its own.
func (s *search) candidates(k int, free bool) (open []Context) {
	type other struct {
		part int
		info float64
	}
	var others []other
	for j, p := range s.e.parts {
		if j == k || s.codes[j] == nil || s.sameColumn(j, k) || p.Free && (!s.free[j] || s.deps[j][k]) {
			continue
		}
		others = append(others, other{j, s.info(k, j)})
	}
	slices.SortStableFunc(others, func(a, b other) int { return cmp.Compare(b.info, a.info) })
	most := 4 * relateOthers
	if free {
		most = relateOthers
	}
	others = others[:min(len(others), most)]
	for _, o := range others {
		p := s.e.parts[o.part]
		if !p.Free {
			open = append(open, Context{o.part, false})
		}
		// Exact times and pieces that are intervals say whose row it is, not
		// of what kind.
		if p.Unit <= Label && p.discrete() && !s.deps[o.part][k] && (p.Free || len(p.Count) > len(p.From)) {
			open = append(open, Context{o.part, true})
		}
	}
	return open
}

// discrete says whether nearly all rows lie in pieces of a single value.
func (p *Part) discrete() bool {
	var wide int64
	for i := range p.Lo {
		if p.Lo[i] != p.Hi[i] {
			wide += p.Count[i]
		}
	}
	return float64(wide) < .1*sum(p.Count)
}

// sameColumn says whether two parts are of one column.
func (s *search) sameColumn(a, b int) bool {
	for i := range s.e.Columns {
		n := len(s.e.Columns[i].Parts)
		if a < n || b < n {
			return a < n && b < n
		}
		a, b = a-n, b-n
	}
	return false
}

// keep notes the contexts of part k.
func (s *search) keep(k int, by []Context, free bool) {
	s.found[k], s.free[k] = by, free
	if free {
		s.e.parts[k].Free = true
	}
	for j := range s.deps {
		clear(s.deps[j])
	}
	for range s.deps { // transitive closure, slowly
		for k, by := range s.found {
			for _, c := range by {
				if !c.Fine && !s.e.parts[c.Part].Free {
					continue
				}
				s.deps[k][c.Part] = true
				for j, d := range s.deps[c.Part] {
					s.deps[k][j] = s.deps[k][j] || d
				}
			}
		}
	}
}

// replace finds parts that can go without a block, those that are nearest to
// decided first.
func (s *search) replace() {
	type candidate struct {
		k          int
		by         []Context
		with, base float64
	}
	var list []candidate
	k := 0
	for i := range s.e.Columns {
		c := &s.e.Columns[i]
		if c.Form == Modelled && !c.known && len(c.Parts) == 1 && !c.Parts[0].Free && s.told(k) {
			if by, with, base := s.grow(k, true, 1); base-with > .1*base {
				list = append(list, candidate{k, by, with, base})
			}
		}
		k += len(c.Parts)
	}
	slices.SortStableFunc(list, func(a, b candidate) int { return cmp.Compare(a.with/a.base, b.with/b.base) })
	for _, c := range list {
		if s.looked(c.k) {
			continue // that part would have to be drawn first and last
		}
		by, with, base := s.grow(c.k, true, maxContexts)
		if base-with < relateShare*base {
			continue
		}
		// What is nearly decided no network gets right; there more may change.
		if s.shift(c.k, by) < relateShift*(base/max(with, relateGain)-1) {
			s.keep(c.k, by, true)
		}
	}
}

// looked says whether the code of part k is a context already.
func (s *search) looked(k int) bool {
	for _, by := range s.found {
		if slices.Contains(by, Context{Part: k}) {
			return true
		}
	}
	return false
}

// told says whether another part's codes tell something about those of k: a
// cheap test of whether contexts could.
func (s *search) told(k int) bool {
	h := s.info(k, k)
	for j := range s.e.parts {
		if j != k && s.codes[j] != nil && !s.sameColumn(j, k) && s.info(k, j) > .01*h {
			return true
		}
	}
	return false
}

// refine finds contexts for the pieces of parts that keep their block.
func (s *search) refine() {
	type candidate struct {
		k    int
		base float64
	}
	var list []candidate
	for k, p := range s.e.parts {
		if s.codes[k] != nil && !p.Free && !s.e.knownPart(k) {
			if base := s.bits(k, nil, false); base > relateGain {
				list = append(list, candidate{k, base})
			}
		}
	}
	slices.SortStableFunc(list, func(a, b candidate) int { return cmp.Compare(a.base, b.base) })
	for _, c := range list {
		if by, _, _ := s.grow(c.k, false, maxContexts); len(by) > 0 {
			s.keep(c.k, by, false)
		}
	}
}
