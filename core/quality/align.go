package quality

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"time"

	"shoptwin/core"
	"shoptwin/core/table"
)

// The tables by their place in column.num and column.codes.
const (
	realSide = iota
	holdoutSide
	syntheticSide
	sides
)

// column is one column of all tables in one form: numbers in one unit, or
// codes into levels that all tables share. A table that is not there has nil.
type column struct {
	table.Field
	discrete bool
	num      [sides][]float64 // unless discrete; NaN is missing
	codes    [sides][]int32   // if discrete; -1 is missing
	levels   []string         // the real table's first, in its order
}

// missing says whether the cell of a row has no value.
func (c *column) missing(side, row int) bool {
	if c.discrete {
		return c.codes[side][row] < 0
	}
	return math.IsNaN(c.num[side][row])
}

// length returns the rows of one side.
func (c *column) length(side int) int { return max(len(c.num[side]), len(c.codes[side])) }

// aligned is the tables as they are compared.
type aligned struct {
	columns  []*column
	rows     [sides]int // compared
	total    [sides]int // given
	holdout  bool
	leftOut  []LeftOut
	problems []Words
	notes    []Words
	exam     *exam // of the first target, for the groups; nil unless it was held
}

func (a *aligned) note(en, zh string, args ...any) {
	a.notes = append(a.notes, words(en, zh, args...))
}

func (a *aligned) problem(en, zh string, args ...any) {
	a.problems = append(a.problems, words(en, zh, args...))
}

// words fills the same args into a sentence of each language.
func words(en, zh string, args ...any) Words {
	return Words{fmt.Sprintf(en, args...), fmt.Sprintf(zh, args...)}
}

var (
	sideEn = [sides]string{"real table", "holdout", "synthetic table"}
	sideZh = [sides]string{"真实表", "留出表", "合成表"}
)

// align matches the columns of the tables by name and brings them to one kind.
func align(in [sides]*table.Table) (*aligned, error) {
	a := &aligned{holdout: in[holdoutSide] != nil}
	for s, t := range in {
		if t == nil {
			continue
		}
		if err := t.Check(); err != nil {
			return nil, core.Wrap(err, "the %s cannot be judged", sideEn[s])
		}
		if t.Rows() == 0 {
			return nil, core.Errorf(core.Invalid, "the %s %q has no rows, there is nothing to judge", sideEn[s], t.Name)
		}
		a.rows[s], a.total[s] = t.Rows(), t.Rows()
	}
	for _, rc := range in[realSide].Columns {
		if err := a.add(in, rc); err != nil {
			return nil, err
		}
	}
	for _, sc := range in[syntheticSide].Columns {
		if in[realSide].Column(sc.Name) == nil {
			a.problem("Column %q is in the synthetic table only.", "列 %q 仅出现在合成表中。", sc.Name)
		}
	}
	if len(a.columns) == 0 {
		return nil, core.Errorf(core.Invalid, "the real table %q and the synthetic table %q share no column that can be compared", in[realSide].Name, in[syntheticSide].Name).
			WithHint("columns are matched by name; keys and free text are left out")
	}
	return a, nil
}

// limit keeps at most limit rows of each table, drawn at random.
func (a *aligned) limit(limit int, rng *rand.Rand) {
	for s, n := range a.rows {
		if n <= limit {
			continue
		}
		rows := sample(rng, n, limit)
		for _, c := range a.columns {
			c.num[s], c.codes[s] = take(c.num[s], rows), take(c.codes[s], rows)
		}
		a.rows[s] = limit
		a.notes = append(a.notes, Words{
			fmt.Sprintf("%s of the %s rows of the %s were compared, drawn at random.", grouped(float64(limit)), grouped(float64(n)), sideEn[s]),
			fmt.Sprintf("从%s的 %s 行中随机抽取了 %s 行进行比较。", sideZh[s], grouped(float64(n)), grouped(float64(limit)))})
	}
}

// sample returns k of the numbers below n, ascending.
func sample(rng *rand.Rand, n, k int) []int {
	out := make([]int, 0, min(n, k))
	for i := range n { // selection sampling, Knuth 3.4.2 S
		if rng.IntN(n-i) < k-len(out) {
			out = append(out, i)
		}
	}
	return out
}

// add brings one column of the real table and its partners to one form.
func (a *aligned) add(in [sides]*table.Table, rc *table.Column) error {
	var cols [sides]*table.Column
	for s, t := range in {
		if t == nil {
			continue
		}
		if cols[s] = t.Column(rc.Name); cols[s] != nil {
			continue
		}
		if s == syntheticSide {
			a.problem("Column %q is missing from the synthetic table.", "合成表缺少列 %q。", rc.Name)
		} else {
			a.note("Column %q is missing from the holdout, so it was not compared.", "留出表缺少列 %q，因此未比较。", rc.Name)
		}
		a.leftOut = append(a.leftOut, LeftOut{rc.Name, Words{"not in every table", "并非每张表都有"}})
		return nil
	}
	c := &column{Field: rc.Field}
	var err error
	if cols, err = a.reconcile(cols); err != nil {
		return err
	}
	c.Kind = cols[realSide].Kind
	for s, col := range cols {
		if col != nil && allMissing(col) {
			if s == syntheticSide && !allMissing(cols[realSide]) {
				a.problem("Column %q is empty in the synthetic table.", "合成表中的列 %q 为空。", rc.Name)
			}
			a.leftOut = append(a.leftOut, LeftOut{rc.Name, Words{"empty in the " + sideEn[s], "在" + sideZh[s] + "中为空"}})
			return nil
		}
	}
	switch c.Role = role(cols[realSide]); c.Role {
	case table.Key:
		a.leftOut = append(a.leftOut, LeftOut{rc.Name, Words{"a key: its values name single things", "键：其值标识个体"}})
		return nil
	case table.FreeText:
		a.leftOut = append(a.leftOut, LeftOut{rc.Name, Words{"free text", "自由文本"}})
		return nil
	}
	c.discrete = c.Kind == table.Text || c.Role == table.Category && c.Kind == table.Number
	if c.discrete {
		c.share(cols)
	} else {
		for s, col := range cols {
			if col != nil {
				c.num[s] = col.Num
			}
		}
	}
	a.columns = append(a.columns, c)
	return nil
}

func allMissing(c *table.Column) bool {
	for i := range c.Len() {
		if !c.Missing(i) {
			return false
		}
	}
	return true
}

// role returns the role of a column, detected from its cells when it is Auto.
func role(c *table.Column) table.Role {
	if c.Role != table.Auto {
		return c.Role
	}
	rows, words, distinct := 0, 0, 0
	if c.Kind == table.Text {
		seen := make([]bool, len(c.Levels))
		for _, code := range c.Codes {
			if code < 0 {
				continue
			}
			rows++
			if !seen[code] {
				seen[code] = true
				distinct++
				words += len(strings.Fields(c.Levels[code]))
			}
		}
	} else {
		seen := map[float64]struct{}{}
		for _, v := range c.Num {
			if !math.IsNaN(v) {
				rows++
				seen[v] = struct{}{}
			}
		}
		distinct = len(seen)
	}
	return table.DetectRole(c.Field, distinct, rows, float64(words)/float64(max(1, distinct)))
}

// share codes the columns into levels that they have in common.
func (c *column) share(cols [sides]*table.Column) {
	index := map[string]int32{}
	code := func(level string) int32 {
		k, known := index[level]
		if !known {
			k = int32(len(c.levels))
			index[level] = k
			c.levels = append(c.levels, level)
		}
		return k
	}
	for s, col := range cols {
		if col == nil {
			continue
		}
		out := make([]int32, col.Len())
		if col.Kind == table.Text {
			byCode := make([]int32, len(col.Levels))
			for k := range byCode {
				byCode[k] = -1
			}
			for i, k := range col.Codes {
				if k >= 0 && byCode[k] < 0 {
					byCode[k] = code(col.Levels[k])
				}
				if out[i] = -1; k >= 0 {
					out[i] = byCode[k]
				}
			}
		} else {
			for i, v := range col.Num {
				if out[i] = -1; !math.IsNaN(v) {
					out[i] = code(strconv.FormatFloat(v, 'f', -1, 64))
				}
			}
		}
		c.codes[s] = out
	}
}

// reconcile brings columns of one name to one kind: text that holds nothing
// but numbers or times is read as such; numbers beside real text are written
// as text when some of them occur there. Anything else is refused.
func (a *aligned) reconcile(cols [sides]*table.Column) ([sides]*table.Column, error) {
	rc := cols[realSide]
	for s, c := range cols {
		if c == nil || c.Kind == rc.Kind {
			continue
		}
		var bad string
		switch {
		case c.Kind == table.Text:
			if cols[s], bad = parse(c, rc.Field); bad == "" {
				a.notes = append(a.notes, Words{
					fmt.Sprintf("Column %q is text in the %s and was read as %s.", c.Name, sideEn[s], kindEn[rc.Kind]),
					fmt.Sprintf("列 %q 在%s中是文本，已按%s读取。", c.Name, sideZh[s], kindZh[rc.Kind])})
				continue
			}
		case rc.Kind == table.Text:
			var number *table.Column
			if number, bad = parse(rc, c.Field); bad == "" {
				a.notes = append(a.notes, Words{
					fmt.Sprintf("Column %q is text in the real table and was read as %s.", c.Name, kindEn[c.Kind]),
					fmt.Sprintf("列 %q 在真实表中是文本，已按%s读取。", c.Name, kindZh[c.Kind])})
				cols[realSide] = number
				return a.reconcile(cols)
			}
			if text := asText(c); c.Kind == table.Number && overlap(rc, text) {
				a.notes = append(a.notes, Words{
					fmt.Sprintf("Column %q holds numbers in the %s and text in the real table; it was compared as text.", c.Name, sideEn[s]),
					fmt.Sprintf("列 %q 在%s中为数值、在真实表中为文本，已按文本比较。", c.Name, sideZh[s])})
				cols[s] = text
				continue
			}
		}
		e := core.Errorf(core.Invalid, "column %q is %s in the real table but %s in the %s", c.Name, kindEn[rc.Kind], kindEn[c.Kind], sideEn[s])
		if bad != "" {
			e = core.Errorf(core.Invalid, "%s: %q is not a %s", e.Message, bad, kindOther(rc.Kind, c.Kind))
		}
		return cols, e.WithHint("repair the column's type in one of the tables, or leave it out of both")
	}
	return cols, nil
}

var (
	kindEn = [...]string{"numbers", "text", "times"}
	kindZh = [...]string{"数值", "文本", "时间"}
)

// kindOther returns the one of two kinds that is not text.
func kindOther(a, b table.Kind) table.Kind {
	if a == table.Text {
		return b
	}
	return a
}

// parse reads text as numbers or times in the form of field. bad is the first
// value that is neither that nor blank.
func parse(c *table.Column, field table.Field) (parsed *table.Column, bad string) {
	value := make([]float64, len(c.Levels))
	known := make([]bool, len(c.Levels))
	num := make([]float64, len(c.Codes))
	for i, k := range c.Codes {
		if num[i] = math.NaN(); k < 0 {
			continue
		}
		if !known[k] {
			v, ok := parseCell(strings.TrimSpace(c.Levels[k]), field)
			if !ok {
				return c, c.Levels[k]
			}
			value[k], known[k] = v, true
		}
		num[i] = value[k]
	}
	return &table.Column{Field: field, Num: num}, ""
}

func parseCell(s string, field table.Field) (float64, bool) {
	if s == "" {
		return math.NaN(), true
	}
	if field.Kind == table.Number {
		v, err := strconv.ParseFloat(s, 64)
		return v, err == nil && !math.IsInf(v, 0)
	}
	for _, layout := range []string{field.Layout, time.RFC3339, "2006-01-02T15:04:05", time.DateTime, "2006-01-02 15:04", time.DateOnly} {
		if layout == "" {
			continue
		}
		if t, err := time.Parse(layout, s); err == nil {
			return float64(t.Unix()) + float64(t.Nanosecond())/1e9, true
		}
	}
	return 0, false
}

// asText writes the cells of c as text.
func asText(c *table.Column) *table.Column {
	cells, missing := make([]string, c.Len()), make([]bool, c.Len())
	for i := range cells {
		cells[i], missing[i] = c.Cell(i), c.Missing(i)
	}
	return table.NewText(c.Name, cells, missing)
}

// overlap says whether at least half of b's levels occur in a.
func overlap(a, b *table.Column) bool {
	both := 0
	known := make(map[string]bool, len(a.Levels))
	for _, level := range a.Levels {
		known[level] = true
	}
	for _, level := range b.Levels {
		if known[level] {
			both++
		}
	}
	return both > 0 && 2*both >= len(b.Levels)
}
