package duck

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"shoptwin/core/personal"
	"shoptwin/core/table"
)

// looks reads the sample of the dataset once and tells what its cells look
// like: data of persons, and values that stand for something else.
func (c *conn) looks(ctx context.Context, name string, p *Profile) error {
	d, err := c.dataset(ctx, name)
	if err != nil {
		return err
	}
	in, _, err := c.sampleOf(ctx, name, d)
	if err != nil {
		return err
	}
	t, _, err := c.read(ctx, "SELECT * FROM "+in+" ORDER BY _row", d.fields())
	if err != nil {
		return err
	}
	for i, col := range t.Columns {
		cp := &p.Columns[i]
		counts := map[string]int64{}
		var cells []string
		for row := range col.Len() {
			if !col.Missing(row) {
				s := col.Cell(row)
				cells = append(cells, s)
				counts[s]++
			}
		}
		cp.Personal, _ = personal.Detect(col.Name, cells[:min(len(cells), sampleRows)])
		cp.Strange = strange(col, counts, len(cells))
	}
	return nil
}

const mostPairs = 12 // pairs of columns that are tried as a key

// keys finds the columns that name each row: no cell is missing and none stands
// twice; where there are none, pairs of keys, times and categories that do.
func (c *conn) keys(ctx context.Context, name string, p *Profile) error {
	if p.Rows < 2 {
		return nil
	}
	var asked []question
	for i := range p.Columns {
		col := &p.Columns[i]
		// An estimate is some per cent off; a measure that differs everywhere is
		// no name.
		if col.Missing > 0 || col.Distinct*10 < p.Rows*9 || col.Role == table.Measure && col.Decimals != 0 {
			continue
		}
		asked = append(asked, question{nil, []string{"count(DISTINCT %[1]s)"}, ident(col.Name), func(a []cell) {
			if col.Distinct = a[0].whole(); col.Distinct == p.Rows {
				p.Keys = append(p.Keys, []string{col.Name})
			}
		}})
	}
	for one := range slices.Chunk(asked, 4) {
		if err := c.answer(ctx, one, "main."+ident(name)); err != nil {
			return err
		}
	}
	if len(p.Keys) > 0 || p.Repeated > 0 {
		return nil
	}
	asked = nil
	names := func(col *ColumnProfile) bool { // a line number is a measure by its looks
		return col.Missing == 0 && col.Distinct > 1 && col.Role != table.FreeText && (col.Role != table.Measure || col.Decimals == 0)
	}
	for i := range p.Columns {
		for j := range i {
			a, b := &p.Columns[j], &p.Columns[i]
			if len(asked) == mostPairs || !names(a) || !names(b) || a.Distinct < p.Rows/b.Distinct {
				continue
			}
			asked = append(asked, question{nil, []string{fmt.Sprintf("count(DISTINCT hash(%s, %%[1]s))", strings.ReplaceAll(ident(a.Name), "%", "%%"))}, ident(b.Name), func(n []cell) {
				if n[0].whole() == p.Rows {
					p.Keys = append(p.Keys, []string{a.Name, b.Name})
				}
			}})
		}
	}
	for one := range slices.Chunk(asked, 4) {
		if err := c.answer(ctx, one, "main."+ident(name)); err != nil {
			return err
		}
	}
	return nil
}

// Link is a foreign key that the data suggest: the values of column Column of
// table Child are found in column Key of table Parent, where each stands once.
type Link struct {
	Child    string  `json:"child"`
	Column   string  `json:"column"`
	Parent   string  `json:"parent"`
	Key      string  `json:"key"`
	Share    float64 `json:"share"`    // of the different values that are found
	Distinct int64   `json:"distinct"` // of the child's values
}

const (
	linkShare = 0.9 // of a child's values that a parent must have
	linkFew   = 3   // fewer values say nothing
)

// Links finds foreign keys between the datasets by inclusion, the surest
// first. Candidates are columns of one kind whose parent's cells differ
// everywhere; what a column is called decides only between equals. A hundred
// values of the child are tried first, so that most pairs cost milliseconds.
func (db *DB) Links(ctx context.Context) ([]Link, error) {
	c, err := db.connect()
	if err != nil {
		return nil, err
	}
	defer c.close()
	names, err := db.Tables(ctx)
	if err != nil {
		return nil, err
	}
	tables := map[string]*dataset{}
	for _, name := range names {
		if tables[name], err = c.dataset(ctx, name); err != nil {
			return nil, err
		}
	}
	out := []Link{}
	for _, parent := range names {
		for _, key := range tables[parent].Columns {
			p := tables[parent]
			if p.Rows < linkFew || key.Kind == table.Time || key.Kind == table.Number && key.Decimals != 0 || key.Missing > 0 || key.Distinct*10 < p.Rows*9 {
				continue
			}
			unique := false
			for _, child := range names {
				for _, col := range tables[child].Columns {
					if child == parent || col.Kind != key.Kind || col.Distinct < linkFew || col.Distinct > key.Distinct*11/10 || col.Kind == table.Number && col.Decimals != 0 {
						continue
					}
					if !unique { // an estimate may be some per cent off
						n, err := c.cells(ctx, fmt.Sprintf("SELECT CAST(count(*) - count(DISTINCT %s) AS VARCHAR) FROM main.%s", ident(key.Name), ident(parent)))
						if err != nil {
							return nil, cancelled(ctx, err)
						}
						if unique = n[0][0].text == "0"; !unique {
							break
						}
					}
					l, ok, err := c.link(ctx, Link{Child: child, Column: col.Name, Parent: parent, Key: key.Name})
					if err != nil {
						return nil, cancelled(ctx, err)
					}
					// Small whole numbers lie in every column that counts from 1.
					if ok && (col.Kind == table.Text || alike(col.Name, key.Name) || alike(col.Name, parent)) {
						out = append(out, l)
					}
				}
			}
		}
	}
	slices.SortStableFunc(out, func(a, b Link) int {
		switch x, y := alike(a.Column, a.Key), alike(b.Column, b.Key); {
		case a.Share != b.Share:
			if a.Share > b.Share {
				return -1
			}
			return 1
		case x && !y:
			return -1
		case y && !x:
			return 1
		}
		return 0
	})
	return out, nil
}

// link counts how many of the child's values the parent has.
func (c *conn) link(ctx context.Context, l Link) (Link, bool, error) {
	for _, limit := range []string{" LIMIT 100", ""} {
		rows, err := c.cells(ctx, fmt.Sprintf(`SELECT CAST(count(*) AS VARCHAR), CAST(count(k) AS VARCHAR) FROM (SELECT DISTINCT v FROM (SELECT %[1]s AS v FROM main.%[2]s WHERE %[1]s IS NOT NULL%[5]s)) LEFT JOIN (SELECT %[3]s AS k FROM main.%[4]s) ON v = k`,
			ident(l.Column), ident(l.Child), ident(l.Key), ident(l.Parent), limit))
		if err != nil {
			return l, false, err
		}
		l.Distinct = rows[0][0].whole()
		l.Share = float64(rows[0][1].whole()) / float64(max(l.Distinct, 1))
		if l.Share < linkShare && (limit == "" || l.Share < linkShare/2) {
			return l, false, nil
		}
	}
	return l, l.Share >= linkShare, nil
}

// alike says whether one name stands in the other but for case, signs and a
// plural s: customer_id, CustomerID, customers.
func alike(a, b string) bool {
	plain := func(s string) string {
		s = strings.ToLower(strings.NewReplacer("_", "", " ", "", "-", "").Replace(s))
		return strings.TrimSuffix(strings.TrimSuffix(strings.TrimSuffix(s, "id"), "no"), "s")
	}
	x, y := plain(a), plain(b)
	return x == y || len(x) > 2 && len(y) > 2 && (strings.Contains(x, y) || strings.Contains(y, x))
}

// Leak is a column that gives the target away.
type Leak struct {
	Column string  `json:"column"`
	Share  float64 `json:"share"` // of the target that the column alone explains, 0 to 1
	Say    string  `json:"say"`
}

const leaks = 0.98

// Leaks finds the columns that alone tell the target nearly everywhere, as only
// one does that was made from it, or is known no earlier: of a text target the
// share of rows that the most frequent value of each level foretells, beyond
// what the most frequent value of all does; of a number the share of its
// variance between levels. Numbers are cut at their quantiles into 50 levels,
// and columns that differ nearly everywhere are left out. It looks at the
// sample of [DB.Preview]. NotFound when there is no such column.
func (db *DB) Leaks(ctx context.Context, name, target string) ([]Leak, error) {
	c, err := db.connect()
	if err != nil {
		return nil, err
	}
	defer c.close()
	d, err := c.dataset(ctx, name)
	if err != nil {
		return nil, err
	}
	at := slices.IndexFunc(d.Columns, func(col ColumnInfo) bool { return col.Name == target })
	if at < 0 {
		return nil, noColumn(name, target, d.fields())
	}
	in, _, err := c.sampleOf(ctx, name, d)
	if err != nil {
		return nil, err
	}
	t, _, err := c.read(ctx, "SELECT * FROM "+in+" ORDER BY _row", d.fields())
	if err != nil {
		return nil, cancelled(ctx, err)
	}
	out := []Leak{}
	for k, col := range t.Columns {
		levels, many := cutLevels(col)
		if k == at || many*5 > col.Len() || many < 2 {
			continue
		}
		if share := explained(levels, t.Columns[at]); share >= leaks {
			out = append(out, Leak{col.Name, share, fmt.Sprintf("Column %s alone tells %.1f %% of %s: was it known before, or made from it?", col.Name, 100*share, target)})
		}
	}
	return out, nil
}

// cutLevels writes a column as small numbers, -1 missing, and says how many
// there are.
func cutLevels(col *table.Column) (levels []int, many int) {
	levels = make([]int, col.Len())
	if col.Kind == table.Text {
		for i, code := range col.Codes {
			levels[i] = int(code)
		}
		return levels, len(col.Levels)
	}
	var there []float64
	for i, x := range col.Num {
		if !col.Missing(i) {
			there = append(there, x)
		}
	}
	slices.Sort(there)
	edges := slices.Compact(slices.Clone(there))
	if len(edges) > 50 {
		edges = edges[:0]
		for k := range 50 {
			edges = append(edges, there[(k+1)*len(there)/50-1])
		}
		edges = slices.Compact(edges)
	}
	for i, x := range col.Num {
		levels[i] = -1
		if !col.Missing(i) {
			levels[i], _ = slices.BinarySearch(edges, x)
		}
	}
	return levels, len(edges)
}

// explained is the share of the target that levels explain; see [DB.Leaks].
func explained(levels []int, target *table.Column) float64 {
	if target.Kind == table.Text {
		counts, all := map[[2]int]int{}, map[int]int{}
		for i, l := range levels {
			if !target.Missing(i) {
				counts[[2]int{l, int(target.Codes[i])}]++
				all[int(target.Codes[i])]++
			}
		}
		best, rows, most := map[int]int{}, 0, 0
		for pair, n := range counts {
			best[pair[0]] = max(best[pair[0]], n)
			rows += n
		}
		right := 0
		for _, n := range best {
			right += n
		}
		for _, n := range all {
			most = max(most, n)
		}
		return ratio(float64(right-most), float64(rows-most))
	}
	sum, n := map[int]float64{}, map[int]float64{}
	mean, rows := 0.0, 0.0
	for i, l := range levels {
		if !target.Missing(i) {
			sum[l] += target.Num[i]
			n[l]++
			mean, rows = mean+target.Num[i], rows+1
		}
	}
	mean /= max(rows, 1)
	total, within := 0.0, 0.0
	for i, l := range levels {
		if !target.Missing(i) {
			total += (target.Num[i] - mean) * (target.Num[i] - mean)
			within += (target.Num[i] - sum[l]/n[l]) * (target.Num[i] - sum[l]/n[l])
		}
	}
	return ratio(total-within, total)
}

// ratio is part of whole, 0 of nothing.
func ratio(part, whole float64) float64 {
	if !(whole > 0) {
		return 0
	}
	return part / whole
}
