package synth

import (
	"context"
	"math/rand/v2"
	"strconv"
	"strings"

	"shoptwin/core"
	"shoptwin/core/encode"
	"shoptwin/core/table"
)

// Want asks for rows of a kind, or for other shares of kinds than the model
// would draw.
//
// A condition is "city=Lyon", "city=Lyon|Nice", "age=18..25" with both ends
// included, "age=65..", "date=2024-01-01..2024-03-31", "date=2024-03", or
// "city=" for missing cells.
type Want struct {
	// Where are conditions, which a row of the kind meets all.
	Where []string
	// Share of the rows that meet Where, the others do not; 0 counts as 1:
	// all do.
	Share float64
	// Shares are conditions with the share of rows that shall meet each, all
	// at once: "city=Lyon:0.3" or "city=Lyon:30%", "family=yes:+20%" for a
	// fifth more than the model draws, and "city" for the same share of each
	// of its levels.
	Shares []string
}

// With returns a model that draws what is wanted. Rows that meet the same of
// the conditions are distributed as before; how many there are of each such
// cell is what changes. With several shares, of all ways to have them the one
// nearest to the model is taken (least Kullback-Leibler divergence: Csiszár,
// I-divergence geometry, 1975). [Model.Effect] says how far that is. Keys are
// numbered anew.
//
// Rows are those that m draws, taken or left; what is rare is drawn by
// conditioning m where its body can, but for raked models. Drawing takes
// longer the rarer the kind, and fails where it is rarer than one row of some
// hundred thousand and cannot be conditioned on. Some 20,000 rows are drawn
// beforehand to see how frequent the kinds are.
func (m *Model) With(w Want) (*Model, error) {
	kinds, err := m.kinds(w)
	if err != nil || len(kinds) == 0 {
		return m, err
	}
	if err := m.check(); err != nil {
		return nil, err
	}
	out := *m
	out.want = nil
	wish := &wish{kinds: kinds, draws: maxDraws}
	if err := wish.plan(newSampler(&out)); err != nil {
		return nil, err
	}
	out.want = wish
	return &out, nil
}

// Effect says what a model of [Model.With] does to the shares of kinds; the
// zero Effect is that of a model that draws as it has learned.
type Effect struct {
	Kinds []KindEffect `json:"kinds,omitempty"`
	// Divergence is the Kullback-Leibler divergence from the model, in nats,
	// and Effective the share of drawn rows that count, 1/Σ q²/p over cells:
	// below some hundredths the rows wanted are hardly those of the model.
	Divergence float64 `json:"divergence"`
	Effective  float64 `json:"effective"`
}

// KindEffect is the share of a kind, as the model draws it and as wanted.
type KindEffect struct {
	Text string  `json:"text"`
	From float64 `json:"from"`
	To   float64 `json:"to"`
}

// Effect returns what [Model.With] has changed.
func (m *Model) Effect() Effect {
	if w, ok := m.want.(*wish); ok {
		return w.effect
	}
	return Effect{Effective: 1}
}

// kind is what a share is asked of.
type kind struct {
	all      []condition
	share    float64
	relative bool // share is a factor on what the model draws
	text     string
}

// maxKinds is how many shares there may be: cells are named by 64 bits.
const maxKinds = 60

// kinds understands w.
func (m *Model) kinds(w Want) (kinds []kind, err error) {
	if len(w.Where) > 0 {
		k := kind{share: w.Share, text: strings.Join(w.Where, " and ")}
		if k.share == 0 {
			k.share = 1
		}
		if !(k.share > 0 && k.share <= 1) {
			return nil, core.Errorf(core.Invalid, "a share of %g is not possible", k.share).WithHint("give a share above 0, up to 1, such as 0.3")
		}
		for _, s := range w.Where {
			c, err := m.condition(s)
			if err != nil {
				return nil, err
			}
			k.all = append(k.all, c)
		}
		kinds = append(kinds, k)
	}
	for _, s := range w.Shares {
		if c := m.column(s); c != nil {
			even, err := evenly(c)
			if err != nil {
				return nil, err
			}
			kinds = append(kinds, even...)
			continue
		}
		i := strings.LastIndexByte(s, ':')
		if i < 0 {
			return nil, core.Errorf(core.Invalid, "%q has no share", s).WithHint("write column=value:0.3, or column=value:+20%%")
		}
		k := kind{text: s[:i]}
		if k.share, k.relative, err = readShare(s[i+1:]); err != nil {
			return nil, err
		}
		c, err := m.condition(s[:i])
		if err != nil {
			return nil, err
		}
		k.all = []condition{c}
		kinds = append(kinds, k)
	}
	if len(kinds) > maxKinds {
		return nil, core.Errorf(core.Invalid, "%d shares were asked for, at most %d can be held at once", len(kinds), maxKinds)
	}
	return kinds, nil
}

func (m *Model) column(name string) *encode.Column {
	for i := range m.Encoder.Columns {
		if m.Encoder.Columns[i].Field.Name == name {
			return &m.Encoder.Columns[i]
		}
	}
	return nil
}

// evenly asks for the same share of every level of a column.
func evenly(c *encode.Column) (kinds []kind, err error) {
	if c.Field.Kind != table.Text || c.Form != encode.Modelled || len(c.Parts[0].Levels) > maxKinds {
		return nil, core.Errorf(core.Invalid, "the levels of column %q cannot be made equally frequent", c.Field.Name).
			WithHint("name a column of at most %d values, or give a share: %s=value:0.3", maxKinds, c.Field.Name)
	}
	levels := c.Parts[0].Levels
	for _, l := range levels {
		k := kind{share: 1 / float64(len(levels)), text: c.Field.Name + "=" + l}
		k.all = []condition{{column: c.Field.Name, levels: map[string]bool{l: true}}}
		kinds = append(kinds, k)
	}
	return kinds, nil
}

// readShare understands "0.3", "30%", "+20%" and "-20%".
func readShare(s string) (x float64, relative bool, err error) {
	text, percent := strings.CutSuffix(s, "%")
	x, bad := strconv.ParseFloat(text, 64)
	relative = text != "" && (text[0] == '+' || text[0] == '-')
	if percent {
		x /= 100
	}
	switch {
	case bad == nil && relative && percent && x >= -1:
		return 1 + x, true, nil
	case bad == nil && !relative && x >= 0 && x <= 1:
		return x, false, nil
	}
	return 0, false, core.Errorf(core.Invalid, "%q is not a share", s).WithHint("write 0.3, 30%%, or +20%% for a fifth more than now")
}

// maxDraws is how many blocks are drawn for one: 2 million rows.
const maxDraws = 256

// wish is a Want that was understood and planned. Rows fall into cells by
// which kinds they are of: bit k of a cell's mask is kind k.
type wish struct {
	kinds  []kind
	cells  []cell
	place  map[uint64]int // of a mask among cells
	effect Effect
	draws  int // blocks drawn for one before it gives up
}

// cell is the rows of one mask.
type cell struct {
	mask  uint64
	is    float64  // share that the model draws, about
	want  float64  // share that is wanted, above 0
	given [][]bool // codes to condition on; nil: rows are taken or left
}

// masks returns the cell of each row of t.
func (w *wish) masks(t *table.Table) []uint64 {
	out := make([]uint64, rowsOf(t))
	met := make([]bool, len(out))
	for k := range w.kinds {
		for r := range met {
			met[r] = true
		}
		for i := range w.kinds[k].all {
			w.kinds[k].all[i].mark(t, met)
		}
		for r, yes := range met {
			if yes {
				out[r] |= 1 << k
			}
		}
	}
	return out
}

// text names a cell by the kinds it is of.
func (w *wish) text(mask uint64) string {
	var in, not []string
	for k := range w.kinds {
		if mask>>k&1 == 1 {
			in = append(in, w.kinds[k].text)
		} else {
			not = append(not, w.kinds[k].text)
		}
	}
	if len(in) == 0 {
		return "other than " + strings.Join(not, " or ")
	}
	return strings.Join(in, " and ")
}

// block draws the first rows of block b of the sample of that seed.
func (w *wish) block(ctx context.Context, s *sampler, b, rows int, seed uint64) (*table.Table, error) {
	rng := rand.New(stream(seed, b, streamWant))
	// Which cell each of the block's rows is of is settled first, so that its
	// first rows do not depend on how many are asked for.
	// Weyl's sequence gives any number of first rows the wanted shares.
	places := make([][]int, len(w.cells))
	at := uint32(stream(seed, 0, streamWant).Uint64()) + uint32(b*BlockRows)*golden
	for i := range rows {
		u, c := float64(at)/(1<<32), 0
		for c < len(w.cells)-1 && u >= w.cells[c].want {
			u -= w.cells[c].want
			c++
		}
		places[c] = append(places[c], i)
		at += golden
	}
	var found []*table.Table
	var order []int
	for c := range w.cells {
		order = append(order, places[c]...)
	}
	take := func(t *table.Table, which func(c int) bool) {
		for len(found) < len(w.cells) {
			found = append(found, blank(t, len(places[len(found)])))
		}
		taken := make([][]int, len(w.cells))
		for r, mask := range w.masks(t) {
			c, ok := w.place[mask]
			if ok && which(c) && rowsOf(found[c])+len(taken[c]) < len(places[c]) {
				taken[c] = append(taken[c], r)
			}
		}
		for c, rows := range taken {
			appendRows(found[c], t.Take(rows))
		}
	}
	// fill draws by one way until all cells that it serves are complete.
	fill := func(which func(c int) bool, next func(try int) (*table.Table, error)) error {
		for try := 0; ; try++ {
			lacking := -1
			for c := range w.cells {
				if which(c) && len(places[c]) > 0 && (len(found) == 0 || rowsOf(found[c]) < len(places[c])) {
					lacking = c
				}
			}
			if lacking < 0 {
				return nil
			}
			if try >= w.draws {
				return core.Errorf(core.Invalid, "of %d rows drawn, too few are %s for the share of %.3g", w.draws*BlockRows, w.text(w.cells[lacking].mask), w.cells[lacking].want).
					WithHint("ask for a kind that is less rare, or for fewer rows")
			}
			t, err := next(try)
			if err != nil {
				return err
			}
			take(t, which)
		}
	}
	err := fill(func(c int) bool { return w.cells[c].given == nil }, func(try int) (*table.Table, error) {
		return s.plain(ctx, b, BlockRows, mix(seed+uint64(try)<<32))
	})
	for c := range w.cells {
		if given := w.cells[c].given; given != nil && err == nil {
			err = fill(func(i int) bool { return i == c }, func(try int) (*table.Table, error) {
				t, _, err := s.given(ctx, b, given, mix(seed+uint64(try)<<32+uint64(c+1)<<48))
				return t, err
			})
		}
	}
	if err != nil {
		return nil, err
	}
	// One cell below the other, then each row to its place.
	all := found[0]
	for _, f := range found[1:] {
		appendRows(all, f)
	}
	row := make([]int, rows)
	for r, place := range order {
		row[place] = r
	}
	out := all.Take(row)
	s.m.Encoder.Rekey(out, int64(b)*BlockRows, rng)
	return out, nil
}

// appendRows appends all rows of src to dst.
func appendRows(dst, src *table.Table) {
	for i, c := range dst.Columns {
		appendCells(c, src.Columns[i], 0, rowsOf(src))
	}
}
