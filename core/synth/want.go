package synth

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"

	"shoptwin/core"
	"shoptwin/core/encode"
	"shoptwin/core/table"
)

// Want asks for rows of a kind, or for more of them than the model would draw.
type Want struct {
	// Where are conditions, which a row of the kind meets all: "city=Lyon",
	// "city=Lyon|Nice", or "age=18..25", both ends included.
	Where []string
	// Share of the rows that are of the kind, the others are not; 0 counts as
	// 1: all are.
	Share float64
}

// With returns a model that draws what is wanted. Rows are those that m draws,
// taken or left: within the kind and outside of it they are distributed as
// before. Drawing takes longer the rarer the kind, and fails where it is
// rarer than one row of some hundred thousand. Keys are numbered anew.
func (m *Model) With(w Want) (*Model, error) {
	if len(w.Where) == 0 {
		return m, nil
	}
	if w.Share == 0 {
		w.Share = 1
	}
	if !(w.Share > 0 && w.Share <= 1) {
		return nil, core.Errorf(core.Invalid, "a share of %g is not possible", w.Share).WithHint("give a share above 0, up to 1, such as 0.3")
	}
	out := *m
	out.want = &want{share: w.Share, text: strings.Join(w.Where, " and "), draws: maxDraws}
	for _, s := range w.Where {
		c, err := m.condition(s)
		if err != nil {
			return nil, err
		}
		out.want.all = append(out.want.all, c)
	}
	return &out, nil
}

// want is a Want that was understood.
type want struct {
	all   []condition
	share float64
	text  string
	draws int // blocks drawn for one before it gives up
}

// condition holds where a column's cell is one of some levels, or within a
// range. It does not hold where the cell is missing.
type condition struct {
	column string
	levels map[string]bool // nil: the range
	lo, hi float64
}

func (m *Model) condition(s string) (condition, error) {
	var field *table.Field
	var learned *encode.Column
	what := ""
	for i := range m.Encoder.Columns {
		f := &m.Encoder.Columns[i].Field
		if rest, ok := strings.CutPrefix(s, f.Name+"="); ok && (field == nil || len(f.Name) > len(field.Name)) {
			field, learned, what = f, &m.Encoder.Columns[i], rest
		}
	}
	switch {
	case field == nil:
		return condition{}, core.Errorf(core.NotFound, "%q names no column of the model", s).WithHint("write column=value, column=value|value or column=from..to")
	case field.Kind == table.Text:
		c := condition{column: field.Name, levels: map[string]bool{}}
		for l := range strings.SplitSeq(what, "|") {
			if learned.Form == encode.Modelled && !slices.Contains(learned.Parts[0].Levels, l) {
				return c, core.Errorf(core.NotFound, "column %q has no %q that the model remembers", field.Name, l).
					WithHint("ask for a value that is not rare, as it is written in the table")
			}
			c.levels[l] = true
		}
		return c, nil
	case field.Kind != table.Number:
		return condition{}, core.Errorf(core.Unsupported, "column %q holds times, for which there are no conditions yet", field.Name)
	}
	lo, hi, isRange := strings.Cut(what, "..")
	if !isRange {
		hi = lo
	}
	c := condition{column: field.Name}
	var bad, worse error
	c.lo, bad = strconv.ParseFloat(lo, 64)
	c.hi, worse = strconv.ParseFloat(hi, 64)
	if bad != nil || worse != nil || !(c.lo <= c.hi) {
		return condition{}, core.Errorf(core.Invalid, "%q: %q is neither a number nor a range of numbers", s, what).WithHint("write the lower one first: %s=18..25", field.Name)
	}
	return c, nil
}

// mark returns which rows of t meet all conditions.
func (w *want) mark(t *table.Table) []bool {
	met := make([]bool, t.Rows())
	for i := range met {
		met[i] = true
	}
	for _, c := range w.all {
		for _, col := range t.Columns {
			if col.Name != c.column {
				continue
			}
			for r := range met {
				if c.levels == nil {
					met[r] = met[r] && col.Num[r] >= c.lo && col.Num[r] <= c.hi
				} else {
					code := col.Codes[r]
					met[r] = met[r] && code >= 0 && c.levels[col.Levels[code]]
				}
			}
		}
	}
	return met
}

// maxDraws is how many blocks are drawn for one: 2 million rows.
const maxDraws = 256

// wanted draws the first rows of block b of a model that wants something.
func (s *sampler) wanted(ctx context.Context, b, rows int, seed uint64) (*table.Table, error) {
	w := s.m.want
	rng := rand.New(stream(seed, b, streamWant))
	// Which of the block's rows are of the kind is settled first, so that its
	// first rows do not depend on how many are asked for.
	kind := make([]bool, BlockRows)
	for i := range int(math.Round(w.share * BlockRows)) {
		kind[i] = true
	}
	rng.Shuffle(len(kind), func(i, j int) { kind[i], kind[j] = kind[j], kind[i] })
	places := [2][]int{} // of the rows outside the kind, and of it
	for i, k := range kind[:rows] {
		places[which(k)] = append(places[which(k)], i)
	}
	var found [2]*table.Table
	for try := 0; ; try++ {
		t, err := s.plain(ctx, b, mix(seed+uint64(try)<<32))
		if err != nil {
			return nil, err
		}
		if try == 0 {
			found = [2]*table.Table{blank(t, len(places[0])), blank(t, len(places[1]))}
		}
		var take [2][]int
		for r, k := range w.mark(t) {
			if i := which(k); rowsOf(found[i])+len(take[i]) < len(places[i]) {
				take[i] = append(take[i], r)
			}
		}
		complete := true
		for i, f := range found {
			appendRows(f, t.Take(take[i]))
			complete = complete && rowsOf(f) == len(places[i])
		}
		if complete {
			break
		}
		if try+1 >= w.draws {
			return nil, core.Errorf(core.Invalid, "of %d rows drawn, too few are %s for the share of %g", w.draws*BlockRows, w.text, w.share).
				WithHint("ask for a kind that is less rare, or for fewer rows")
		}
	}
	// The kind below the others, then each row to its place.
	order := make([]int, rows)
	for r, place := range append(places[0], places[1]...) {
		order[place] = r
	}
	appendRows(found[0], found[1])
	out := found[0].Take(order)
	s.m.Encoder.Rekey(out, int64(b)*BlockRows, rng)
	return out, nil
}

// appendRows appends all rows of src to dst.
func appendRows(dst, src *table.Table) {
	for i, c := range dst.Columns {
		appendCells(c, src.Columns[i], 0, rowsOf(src))
	}
}

func which(k bool) int {
	if k {
		return 1
	}
	return 0
}
