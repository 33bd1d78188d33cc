package synth

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"shoptwin/core"
)

const (
	pilotSeed   = 0x5741_4e54
	pilotBlocks = 2    // drawn to see how frequent kinds are
	pilotFew    = 200  // rows of a kind that say little about what else they are
	worthGiving = 8    // draws for a row from which on conditioning is quicker
	planSweeps  = 4000 // of the kinds, until their shares hold
	planExact   = 1e-4 // by how much a share may be missed
)

// plan sees how frequent the cells are under the model and sets what is
// wanted of each: of all shares of cells with which every kind has its own,
// those nearest to the model's. Scaling the cells in a kind and those outside
// of it, kind by kind, converges to that (iterative proportional fitting,
// Csiszár 1975).
func (w *wish) plan(s *sampler) error {
	ctx := context.Background()
	count := map[uint64]float64{}
	rows := 0.
	blocks := pilotBlocks
	if len(s.m.Pairs) > 0 {
		blocks = 1 // each of a pool of many
	}
	for b := range blocks {
		t, err := s.plain(ctx, b, BlockRows, pilotSeed)
		if err != nil {
			return err
		}
		for _, mask := range w.masks(t) {
			count[mask]++
		}
		rows += float64(rowsOf(t))
	}
	// Kinds that hardly came are looked at on their own, where that goes.
	given := make([][][]bool, len(w.kinds))
	var rare []int
	for k := range w.kinds {
		given[k] = w.given(s, 1<<k)
		of := 0.
		for mask, n := range count {
			if mask>>k&1 == 1 {
				of += n
			}
		}
		if given[k] != nil && of < pilotFew && w.kinds[k].share > 0 {
			rare = append(rare, k)
		}
	}
	seen := map[uint64]float64{}
	for mask, n := range count {
		seen[mask] = n / rows
	}
	for _, k := range rare {
		t, mass, err := s.given(ctx, 0, given[k], pilotSeed+uint64(k)+1)
		if err != nil {
			return err
		}
		for mask := range seen {
			if mask>>k&1 == 1 {
				delete(seen, mask)
			}
		}
		for _, mask := range w.masks(t) {
			if mask>>k&1 == 1 {
				seen[mask] += mass / float64(rowsOf(t))
			}
		}
	}
	total := 0.
	for mask, p := range seen {
		w.cells = append(w.cells, cell{mask: mask, is: p})
	}
	slices.SortFunc(w.cells, func(a, b cell) int { // a map has no order
		if a.mask < b.mask {
			return -1
		}
		return 1
	})
	for i := range w.cells {
		total += w.cells[i].is
	}
	for i := range w.cells {
		w.cells[i].is /= total
	}
	if err := w.weigh(); err != nil {
		return err
	}
	for i := range w.cells {
		if c := &w.cells[i]; c.mask != 0 && c.want > worthGiving*c.is {
			c.given = w.given(s, c.mask)
		}
	}
	w.place = map[uint64]int{}
	for i, c := range w.cells {
		w.place[c.mask] = i
	}
	return nil
}

// weigh sets what is wanted of the cells.
func (w *wish) weigh() error {
	// A single kind needs to have been seen no more than once in a while.
	if len(w.kinds) == 1 && !w.kinds[0].relative {
		for mask := range uint64(2) {
			if !slices.ContainsFunc(w.cells, func(c cell) bool { return c.mask == mask }) {
				w.cells = slices.Insert(w.cells, int(mask), cell{mask: mask})
			}
		}
	}
	for k := range w.kinds {
		if kind := &w.kinds[k]; kind.relative {
			is := w.sum(k, func(c *cell) float64 { return c.is })
			if kind.share *= is; kind.share > 1 {
				return core.Errorf(core.Invalid, "%s makes up %.3g %% of the rows already: so many more there cannot be", kind.text, 100*is).
					WithHint("ask for at most %.0f %% more", 100*(1/is-1))
			}
		}
	}
	for i := range w.cells {
		w.cells[i].want = max(w.cells[i].is, 1e-9)
	}
	worst := 1.
	for range planSweeps {
		worst = 0
		for k, kind := range w.kinds {
			in, all := w.sum(k, func(c *cell) float64 { return c.want }), 0.
			for i := range w.cells {
				all += w.cells[i].want
			}
			if in = in / all; math.IsNaN(in) {
				break
			}
			worst = max(worst, math.Abs(in-kind.share))
			for i := range w.cells {
				c := &w.cells[i]
				if c.mask>>k&1 == 1 {
					c.want *= kind.share / max(in, 1e-300) / all
				} else {
					c.want *= (1 - kind.share) / max(1-in, 1e-300) / all
				}
			}
		}
		if worst < 1e-9 {
			break
		}
	}
	if !(worst <= planExact) {
		return w.cannot()
	}
	w.effect = Effect{}
	effective := 0.
	for _, c := range w.cells {
		if c.want > 0 {
			w.effect.Divergence += c.want * math.Log(c.want/max(c.is, 1e-9))
			effective += c.want * c.want / max(c.is, 1e-9)
		}
	}
	w.effect.Divergence, w.effect.Effective = max(0, w.effect.Divergence), min(1, 1/effective)
	for k, kind := range w.kinds {
		w.effect.Kinds = append(w.effect.Kinds, KindEffect{kind.text, w.sum(k, func(c *cell) float64 { return c.is }), w.sum(k, func(c *cell) float64 { return c.want })})
	}
	w.cells = slices.DeleteFunc(w.cells, func(c cell) bool { return c.want < 1e-7 })
	return nil
}

// sum adds something up over the cells of kind k.
func (w *wish) sum(k int, of func(*cell) float64) (sum float64) {
	for i := range w.cells {
		if c := &w.cells[i]; c.mask>>k&1 == 1 {
			sum += of(c)
		}
	}
	return sum
}

// cannot says why the shares do not hold together.
func (w *wish) cannot() error {
	var asked []string
	for k, kind := range w.kinds {
		if kind.share > 0 && !slices.ContainsFunc(w.cells, func(c cell) bool { return c.mask>>k&1 == 1 }) {
			return core.Errorf(core.Invalid, "no row that the model draws is %s: it cannot be %.3g %% of them", kind.text, 100*kind.share).
				WithHint("ask for a kind that is less rare, or for this one alone")
		}
		for j := range k {
			if other := w.kinds[j]; kind.share+other.share > 1 && !slices.ContainsFunc(w.cells, func(c cell) bool { return c.mask>>k&1 == 1 && c.mask>>j&1 == 1 }) {
				return core.Errorf(core.Invalid, "no row is both %s and %s, so that %.3g %% and %.3g %% are too much together", other.text, kind.text, 100*other.share, 100*kind.share).
					WithHint("ask for shares of 100 %% together at most")
			}
		}
		asked = append(asked, fmt.Sprintf("%s %.3g %%", kind.text, 100*kind.share))
	}
	return core.Errorf(core.Invalid, "these shares cannot hold together: %s", strings.Join(asked, ", ")).
		WithHint("leave out one of them, or ask for shares nearer to those the model draws")
}

// given returns the codes that rows of all kinds of mask may have, nil where
// s cannot draw them or they tell nothing.
func (w *wish) given(s *sampler, mask uint64) [][]bool {
	if _, ok := s.drawer.(conditioner); !ok || len(s.m.Pairs) > 0 {
		return nil
	}
	var out [][]bool
	for k, kind := range w.kinds {
		if mask>>k&1 == 0 {
			continue
		}
		for _, c := range kind.all {
			for b, may := range s.m.Encoder.Possible(c.column, c.levels, c.ranges, c.missing) {
				if may == nil || !slices.Contains(may, true) {
					continue
				}
				if out == nil {
					out = make([][]bool, len(s.widths))
				}
				if out[b] == nil {
					out[b] = may
					continue
				}
				for i := range may {
					out[b][i] = out[b][i] && may[i]
				}
			}
		}
	}
	return out
}
