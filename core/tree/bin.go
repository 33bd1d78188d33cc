package tree

import (
	"cmp"
	"math"
	"slices"

	"shoptwin/core"
	"shoptwin/core/table"
)

// missing is the bin of cells without a value, in every column.
const missing = 0

// maxBins is how many bins a column may have beside the missing one.
const maxBins = 255

// Binning maps the cells of a table to small integers. It is learned once,
// from the rows a model is trained on, and then applied to any table with the
// same column names. It can be written as JSON.
type Binning struct {
	Features []Feature
}

// Feature is how one column is cut. Bin 0 holds missing cells.
type Feature struct {
	Name string
	// Edges are the upper bounds of bins 1, 2, …, ascending, of a column that
	// is ordered; values above the last edge have the bin after it.
	Edges []float64
	// Levels are the values of bins 1, 2, … of a categorical column, the most
	// frequent first; all other values share the bin after the last.
	Levels []string
	// Categorical says which of the two is used.
	Categorical bool
}

// Matrix is a binned table by columns: Cols[j][i] is the bin of row i in
// feature j of its Binning.
type Matrix struct {
	Rows int
	Cols [][]uint8
	// categorical[j] says that the bins of column j have no order.
	categorical []bool
}

// NewBinning learns bins for the named columns of t, all of them when names
// is nil. Numbers and times are cut at their quantiles into at most 255 bins,
// or one bin a value where there are fewer; text has one bin for each of its
// 254 most frequent levels and one for the rest. O(rows log rows) a column.
func NewBinning(t *table.Table, names []string) (*Binning, error) {
	if names == nil {
		for _, c := range t.Columns {
			names = append(names, c.Name)
		}
	}
	b := &Binning{Features: make([]Feature, len(names))}
	for j, name := range names {
		c := t.Column(name)
		if c == nil {
			return nil, core.Errorf(core.NotFound, "table %q has no column %q", t.Name, name)
		}
		f := Feature{Name: name, Categorical: c.Kind == table.Text}
		if f.Categorical {
			f.Levels = frequentLevels(c, maxBins-1)
		} else {
			f.Edges = quantileEdges(c.Num, maxBins)
		}
		b.Features[j] = f
	}
	return b, nil
}

// frequentLevels returns the most frequent levels of c that occur at all, at
// most limit, ties by name.
func frequentLevels(c *table.Column, limit int) []string {
	count := make([]int, len(c.Levels))
	for _, code := range c.Codes {
		if code >= 0 {
			count[code]++
		}
	}
	var order []int
	for code, n := range count {
		if n > 0 {
			order = append(order, code)
		}
	}
	slices.SortFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(count[b], count[a]), cmp.Compare(c.Levels[a], c.Levels[b]))
	})
	levels := make([]string, min(limit, len(order)))
	for i := range levels {
		levels[i] = c.Levels[order[i]]
	}
	return levels
}

// quantileEdges returns at most bins-1 cuts halfway between neighbouring
// values, so that about equally many values fall between two cuts.
func quantileEdges(x []float64, bins int) []float64 {
	sorted := make([]float64, 0, len(x))
	for _, v := range x {
		if !math.IsNaN(v) {
			sorted = append(sorted, v)
		}
	}
	slices.Sort(sorted)
	// starts[k] is where the k-th distinct value begins.
	var starts []int
	for i, v := range sorted {
		if i == 0 || v != sorted[i-1] {
			starts = append(starts, i)
		}
	}
	var edges []float64
	cut := func(i int) { edges = append(edges, sorted[i-1]+(sorted[i]-sorted[i-1])/2) }
	if len(starts) <= bins {
		for _, i := range starts[min(1, len(starts)):] {
			cut(i)
		}
		return edges
	}
	next := 1
	for k := 1; k < bins; k++ {
		// The first change of value at or after the k-th quantile.
		at, _ := slices.BinarySearch(starts, k*len(sorted)/bins)
		if at = max(at, next); at >= len(starts) {
			break
		}
		cut(starts[at])
		next = at + 1
	}
	return edges
}

// Apply bins the columns of t. A level that the binning has not seen has the
// bin of the rare ones. It returns an error if t lacks a column or has text
// where numbers were learned, or the other way round.
func (b *Binning) Apply(t *table.Table) (*Matrix, error) {
	m := &Matrix{Rows: t.Rows(), Cols: make([][]uint8, len(b.Features)), categorical: make([]bool, len(b.Features))}
	for j, f := range b.Features {
		c := t.Column(f.Name)
		switch {
		case c == nil:
			return nil, core.Errorf(core.NotFound, "table %q has no column %q", t.Name, f.Name)
		case f.Categorical != (c.Kind == table.Text):
			return nil, core.Errorf(core.Invalid, "table %q, column %q is %v, the model was trained on another kind", t.Name, f.Name, c.Kind)
		}
		m.categorical[j] = f.Categorical
		m.Cols[j] = f.bins(c)
	}
	return m, nil
}

func (f *Feature) bins(c *table.Column) []uint8 {
	out := make([]uint8, c.Len())
	if !f.Categorical {
		for i, v := range c.Num {
			if !math.IsNaN(v) {
				at, _ := slices.BinarySearch(f.Edges, v)
				out[i] = uint8(at + 1)
			}
		}
		return out
	}
	index := make(map[string]uint8, len(f.Levels))
	for k, level := range f.Levels {
		index[level] = uint8(k + 1)
	}
	byCode := make([]uint8, len(c.Levels))
	for code, level := range c.Levels {
		bin, known := index[level]
		if !known {
			bin = uint8(len(f.Levels) + 1)
		}
		byCode[code] = bin
	}
	for i, code := range c.Codes {
		if code >= 0 {
			out[i] = byCode[code]
		}
	}
	return out
}

// Take returns the given rows of m, in that order.
func (m *Matrix) Take(rows []int) *Matrix {
	out := &Matrix{Rows: len(rows), Cols: make([][]uint8, len(m.Cols)), categorical: m.categorical}
	for j, col := range m.Cols {
		out.Cols[j] = make([]uint8, len(rows))
		for i, r := range rows {
			out.Cols[j][i] = col[r]
		}
	}
	return out
}
