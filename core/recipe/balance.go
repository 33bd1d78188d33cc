package recipe

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"

	"shoptwin/core"
	"shoptwin/core/table"
)

const (
	mostBalanced = 200_000 // rows of a class that SMOTE looks at
	smoteK       = 5
)

// balance makes the classes of one column equally many: under leaves rows of
// the larger ones out, over repeats rows of the smaller ones, and smote makes
// new rows between those of a smaller class and one of its five nearest
// neighbours (SMOTE-NC, Chawla et al. 2002: numbers lie on the line between
// them, a text is the most frequent of the neighbours, and texts that differ
// count as the median deviation of the numbers); twin has a synthesizer make
// them, see [Step.byTwin]. Rows without a class stay.
func (s *Step) balance(c *Compiler) (*Compiled, error) {
	cols, err := c.columns(s.Columns)
	if err != nil {
		return nil, err
	}
	if len(cols) == 1 && cols[0].Kind == table.Time {
		return nil, core.Errorf(core.Invalid, "column %q holds times, not classes", cols[0].Name).WithHint("name the column to predict")
	}
	if len(cols) != 1 {
		return nil, core.Errorf(core.Invalid, "balance takes one column of classes, not %d", len(cols)).WithHint("name the column to predict")
	}
	f := cols[0]
	x := Ident(f.Name)
	out := &Compiled{Fields: c.Fields, Rows: true, Costly: c.Ask != nil}
	if c.Ask == nil {
		return out, nil
	}
	rows, err := c.Ask(fmt.Sprintf("SELECT CAST(%[1]s AS VARCHAR), CAST(count(*) AS VARCHAR) FROM %[2]s WHERE %[1]s IS NOT NULL GROUP BY %[1]s ORDER BY count(*), %[1]s", x, c.In))
	if err != nil {
		return nil, err
	}
	if len(rows) < 2 || len(rows) > 100 {
		return nil, core.Errorf(core.Invalid, "column %q has %d classes", f.Name, len(rows)).WithHint("balance needs 2 to 100")
	}
	sizes := make([]int64, len(rows))
	for i, r := range rows {
		sizes[i] = integer(r[1])
	}
	least, most := sizes[0], sizes[len(sizes)-1]
	order := fmt.Sprintf("row_number() OVER (PARTITION BY %s ORDER BY md5(%s || CAST(_row AS VARCHAR)), _row)", x, Literal(fmt.Sprint(s.Seed, " ")))
	list := "_row, " + identList(c.Fields)
	switch s.By {
	case "under":
		out.SQL = fmt.Sprintf("SELECT %s FROM (SELECT *, %s AS \"_row place\" FROM %s) WHERE %s IS NULL OR \"_row place\" <= %d", list, order, c.In, x, least)
	default:
		next, err := c.counts(1, "SELECT CAST(max(_row) + 1 AS VARCHAR) FROM "+c.In)
		if err != nil {
			return nil, err
		}
		more := int64(0)
		for _, n := range sizes {
			more += most - n
		}
		if more > 50_000_000 {
			return nil, core.Errorf(core.Invalid, "%s rows would be added", count(more)).WithHint("balance by under, or leave rare classes out")
		}
		if s.By == "smote" {
			return out, s.smote(c, out, f, rows, sizes, next[0])
		}
		if s.By == "twin" {
			return out, s.byTwin(c, out, f, rows, sizes, next[0])
		}
		// Each row stands as often as it takes, the first by hash once more.
		out.SQL = fmt.Sprintf(`SELECT %[1]s FROM %[2]s UNION ALL SELECT %[3]d + row_number() OVER (ORDER BY "_row copy", "_row place", %[4]s) - 1 AS _row, %[5]s FROM (
			SELECT *, unnest(range(1, CAST(ceil((%[6]d - "_row place" + 1) / "_row size") AS BIGINT))) AS "_row copy" FROM (
			SELECT *, %[7]s AS "_row place", count(*) OVER (PARTITION BY %[4]s) AS "_row size" FROM %[2]s WHERE %[4]s IS NOT NULL))`,
			list, c.In, next[0], x, identList(c.Fields), most, order)
	}
	out.Say = func(e Effect) string {
		if s.By == "under" {
			return fmt.Sprintf("%s rows of larger classes of %s were left out; each has %s now.", count(e.RowsBefore-e.RowsAfter), f.Name, count(least))
		}
		return fmt.Sprintf("%s rows of smaller classes of %s were added; each has %s now.", count(e.RowsAfter-e.RowsBefore), f.Name, count(most))
	}
	return out, nil
}

func integer(s string) (n int64) {
	_, _ = fmt.Sscan(s, &n) // the database's own numbers
	return n
}

func (s *Step) smote(c *Compiler, out *Compiled, class table.Field, rows [][]string, sizes []int64, next int64) error {
	most := sizes[len(sizes)-1]
	rng := rand.New(rand.NewPCG(uint64(s.Seed), 13))
	parts := []string{"SELECT _row, " + identList(c.Fields) + " FROM " + c.In}
	for i, r := range rows {
		need := int(most - sizes[i])
		if need == 0 {
			continue
		}
		t, _, err := c.Read(fmt.Sprintf("SELECT * FROM (SELECT _row, %s FROM %s WHERE CAST(%s AS VARCHAR) = %s ORDER BY md5(CAST(_row + %d AS VARCHAR)), _row LIMIT %d) ORDER BY _row",
			identList(c.Fields), c.In, Ident(class.Name), Literal(r[0]), s.Seed, mostBalanced), c.Fields)
		if err != nil {
			return err
		}
		if t.Rows() < 2 {
			return core.Errorf(core.Invalid, "class %q of column %q has one row, which has no neighbours", shorten(r[0]), class.Name).WithHint("leave the class out, or balance by over")
		}
		made := between(t, need, rng)
		at := make([]int64, need)
		for k := range at {
			at[k] = next
			next++
		}
		name, err := c.Write(made, at)
		if err != nil {
			return err
		}
		parts = append(parts, "SELECT _row, "+identList(c.Fields)+" FROM "+name)
	}
	out.SQL = strings.Join(parts, " UNION ALL ")
	out.Say = func(e Effect) string {
		return fmt.Sprintf("%s rows were made between neighbours in the smaller classes of %s; each has %s now.", count(e.RowsAfter-e.RowsBefore), class.Name, count(most))
	}
	return nil
}

// between makes n rows of t's kind by SMOTE-NC. Neighbours are sought among
// 500 other rows drawn for each, which keeps it at O(500 n columns).
func between(t *table.Table, n int, rng *rand.Rand) *table.Table {
	rows := t.Rows()
	unit := make([]float64, len(t.Columns)) // 1 / deviation of numbers
	var deviations []float64
	for k, col := range t.Columns {
		if col.Kind == table.Text {
			continue
		}
		total, squares, there := 0.0, 0.0, 0.0
		for _, v := range col.Num {
			if !math.IsNaN(v) {
				total, there = total+v, there+1
			}
		}
		for _, v := range col.Num {
			if !math.IsNaN(v) {
				squares += (v - total/there) * (v - total/there)
			}
		}
		if d := math.Sqrt(squares / max(there, 1)); d > 0 {
			unit[k] = 1 / d
			deviations = append(deviations, 1) // of a column scaled to 1
		}
	}
	penalty := 1.0
	if len(deviations) > 0 {
		slices.Sort(deviations)
		penalty = deviations[len(deviations)/2]
	}
	apart := func(a, b int) (d float64) {
		for k, col := range t.Columns {
			if col.Kind == table.Text {
				if col.Codes[a] != col.Codes[b] {
					d += penalty * penalty
				}
				continue
			}
			if v := (col.Num[a] - col.Num[b]) * unit[k]; !math.IsNaN(v) {
				d += v * v
			} else if math.IsNaN(col.Num[a]) != math.IsNaN(col.Num[b]) {
				d += penalty * penalty
			}
		}
		return d
	}
	type seed struct {
		a, pick int
		share   float64
		near    []int
	}
	seeds := make([]seed, n)
	candidates := make([]int, 0, 500)
	for i := range seeds {
		seeds[i] = seed{a: rng.IntN(rows), pick: rng.IntN(smoteK), share: rng.Float64()}
		candidates = candidates[:0]
		if rows <= 500 {
			for b := range rows {
				candidates = append(candidates, b)
			}
		} else {
			for range 500 {
				candidates = append(candidates, rng.IntN(rows))
			}
		}
		var far []float64
		near := make([]int, 0, smoteK+1)
		for _, b := range candidates {
			if b == seeds[i].a || slices.Contains(near, b) {
				continue
			}
			d := apart(seeds[i].a, b)
			at, _ := slices.BinarySearch(far, d)
			for at < len(far) && far[at] == d {
				at++
			}
			if at < smoteK {
				near, far = slices.Insert(near, at, b), slices.Insert(far, at, d)
				near, far = near[:min(len(near), smoteK)], far[:min(len(far), smoteK)]
			}
		}
		seeds[i].near = near
	}
	out := &table.Table{}
	for _, col := range t.Columns {
		made := &table.Column{Field: col.Field, Levels: col.Levels}
		for _, sd := range seeds {
			if col.Kind == table.Text {
				made.Codes = append(made.Codes, commonest(col.Codes, sd.near))
				continue
			}
			a, b := col.Num[sd.a], col.Num[sd.near[sd.pick%len(sd.near)]]
			v := a + sd.share*(b-a)
			if col.Kind == table.Number && col.Decimals >= 0 {
				p := math.Pow(10, float64(col.Decimals))
				v = math.Round(v*p) / p
			}
			if col.Kind == table.Time {
				v = math.Round(v)
			}
			made.Num = append(made.Num, v)
		}
		out.Columns = append(out.Columns, made)
	}
	return out
}

// commonest is the most frequent code among rows, the first of equals.
func commonest(codes []int32, rows []int) int32 {
	best, most := int32(-1), 0
	for _, r := range rows {
		n := 0
		for _, o := range rows {
			if codes[o] == codes[r] {
				n++
			}
		}
		if n > most {
			best, most = codes[r], n
		}
	}
	return best
}
