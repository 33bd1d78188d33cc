package recipe

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"shoptwin/core"
	"shoptwin/core/table"
	"shoptwin/core/tree"
)

const (
	learnRows  = 20_000  // rows that a model learns from
	blockRows  = 100_000 // rows that are read at once
	mostLevels = 20      // of a text column that is filled by a model
)

// byModel makes a table of the missing cells of f's column, filled with what
// gradient boosted trees expect given the other columns of the row: the mean
// of a number, the likeliest of the 20 most frequent levels of a text.
// They learn from up to 20,000 rows, chosen by the hash of their number.
func (s *Step) byModel(c *Compiler, f table.Field) (patch, shown string, err error) {
	if f.Kind == table.Time {
		return "", "", core.Errorf(core.Invalid, "column %q holds times, which a model does not fill", f.Name).WithHint("use interpolate or previous")
	}
	var from []table.Field
	if len(s.Using) == 0 {
		for _, o := range c.Fields {
			if o.Name != f.Name && o.Role != table.Key && o.Role != table.FreeText {
				from = append(from, o)
			}
		}
	} else if from, err = c.columns(s.Using); err != nil {
		return "", "", core.Wrap(err, "using")
	}
	if len(from) == 0 || contains(from, f.Name) {
		return "", "", core.Errorf(core.Invalid, "column %q: there is nothing to learn it from", f.Name).WithHint("name other columns in using")
	}
	if c.Read == nil {
		return "", "", nil
	}
	rows, cfg := learnRows, tree.Config{}
	if c.Draft {
		rows, cfg = 1000, tree.Config{Trees: 10, MinLeaf: 10}
	}
	all := append([]table.Field{f}, from...)
	x := Ident(f.Name)
	known, _, err := c.Read(fmt.Sprintf("SELECT * FROM (SELECT _row, %s FROM %s WHERE %s IS NOT NULL ORDER BY md5(CAST(_row + %d AS VARCHAR)), _row LIMIT %d) ORDER BY _row",
		identList(all), c.In, x, s.Seed, rows), all)
	if err != nil {
		return "", "", err
	}
	m, err := learn(c.Context, known, cfg)
	if err != nil {
		return "", "", err
	}
	var parts []string
	for last := int64(-1); ; {
		t, at, err := c.Read(fmt.Sprintf("SELECT _row, %s FROM %s WHERE %s IS NULL AND _row > %d ORDER BY _row LIMIT %d", identList(all), c.In, x, last, blockRows), all)
		if err != nil {
			return "", "", err
		}
		filled, err := m.fill(t, f)
		if err != nil {
			return "", "", err
		}
		name, err := c.Write(filled, at)
		if err != nil {
			return "", "", err
		}
		parts = append(parts, "SELECT _row, v FROM "+name)
		if len(at) < blockRows {
			break
		}
		last = at[len(at)-1]
	}
	return "(" + strings.Join(parts, " UNION ALL ") + ")", fmt.Sprintf("what a model of %s and %d rows expects", nameList(from), known.Rows()), nil
}

// filler predicts the first column of a table from the others.
type filler struct {
	bins   *tree.Binning
	models []*tree.Model // one, or one for each level
	levels []string
	mean   float64
	unit   float64
	lo, hi float64 // of the values that were seen
}

// learn fits a filler to t, whose first column has no missing cell.
func learn(ctx context.Context, t *table.Table, cfg tree.Config) (*filler, error) {
	if ctx == nil {
		ctx = context.Background()
	}
	target, rest := t.Columns[0], &table.Table{Columns: t.Columns[1:]}
	m := &filler{unit: 1}
	var err error
	if m.bins, err = tree.NewBinning(rest, nil); err != nil {
		return nil, err
	}
	x, err := m.bins.Apply(rest)
	if err != nil {
		return nil, err
	}
	y := make([]float32, target.Len())
	if target.Kind == table.Number {
		m.lo, m.hi = slices.Min(target.Num), slices.Max(target.Num)
		for _, v := range target.Num {
			m.mean += v / float64(len(y))
		}
		for _, v := range target.Num {
			m.unit = math.Max(m.unit, math.Abs(v-m.mean))
		}
		for i, v := range target.Num {
			y[i] = float32((v - m.mean) / m.unit)
		}
		one, err := tree.FitSquared(ctx, x, y, cfg)
		m.models = []*tree.Model{one}
		return m, err
	}
	counts := make([]int, len(target.Levels))
	for _, code := range target.Codes {
		counts[code]++
	}
	order := make([]int, len(counts))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		if counts[a] != counts[b] {
			return counts[b] - counts[a]
		}
		return strings.Compare(target.Levels[a], target.Levels[b])
	})
	order = order[:min(len(order), mostLevels)]
	if cfg.Trees == 0 {
		cfg.Trees = 30 // as many again for each level
	}
	for _, level := range order {
		m.levels = append(m.levels, target.Levels[level])
		if len(counts) == 1 {
			break // nothing to learn: always this one
		}
		for i, code := range target.Codes {
			y[i] = 0
			if int(code) == level {
				y[i] = 1
			}
		}
		one, err := tree.FitBinary(ctx, x, y, cfg)
		if err != nil {
			return nil, err
		}
		m.models = append(m.models, one)
	}
	return m, nil
}

// fill returns the expected values of t's first column as the column v.
func (m *filler) fill(t *table.Table, f table.Field) (*table.Table, error) {
	x, err := m.bins.Apply(&table.Table{Columns: t.Columns[1:]})
	if err != nil {
		return nil, err
	}
	f.Name = "v"
	out := &table.Column{Field: f}
	if f.Kind == table.Number {
		out.Num = m.models[0].Predict(x)
		for i, v := range out.Num {
			v = min(max(v*m.unit+m.mean, m.lo), m.hi)
			if f.Decimals >= 0 {
				v, _ = strconv.ParseFloat(strconv.FormatFloat(v, 'f', f.Decimals, 64), 64)
			}
			out.Num[i] = v
		}
		return &table.Table{Columns: []*table.Column{out}}, nil
	}
	out.Levels, out.Codes = m.levels, make([]int32, x.Rows)
	best := make([]float64, x.Rows)
	for k, one := range m.models {
		for i, p := range one.Predict(x) {
			if p > best[i] {
				best[i], out.Codes[i] = p, int32(k)
			}
		}
	}
	return &table.Table{Columns: []*table.Column{out}}, nil
}
